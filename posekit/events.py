"""The event catalogue: one spec per kind, from which OSC messages, JSON and the reference page are derived."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

__all__ = ["CATALOGUE", "Event", "EventField", "EventSpec"]


@dataclass(frozen=True, slots=True)
class EventField:
    """One field of an event: its name, OSC type (int32, float32 or string), unit and meaning.

    choices: the only values of a string, where there are such.
    """

    name: str
    type: Literal["i", "f", "s"]
    unit: str
    meaning: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventSpec:
    """One kind of event. ``personal`` kinds carry the slot and id of a person before their fields."""

    kind: str
    personal: bool
    fields: tuple[EventField, ...]
    meaning: str


#: Kind to spec. Adding a kind touches this table and one detector.
CATALOGUE: Final[Mapping[str, EventSpec]] = MappingProxyType(
    {
        spec.kind: spec
        for spec in (
            EventSpec("enter", True, (), "a person has appeared"),
            EventSpec(
                "leave",
                True,
                (EventField("dwell_s", "f", "s", "how long the person stayed"),),
                "a person has gone; stamped with the time at which they were last seen",
            ),
            EventSpec(
                "count",
                False,
                (EventField("count", "i", "people", "how many are present now"),),
                "the number of people present has changed",
            ),
        )
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at ``timestamp_s``, with the fields of its spec in ``fields``.

    Fields can be read as attributes: ``event.dwell_s``.
    """

    kind: str
    timestamp_s: float
    source: str
    slot: int | None = None
    id: int | None = None
    fields: Mapping[str, float | int | str] = field(default_factory=lambda: MappingProxyType({}))

    def __getattr__(self, name: str) -> float | int | str:
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(f"event '{self.kind}' has no field '{name}'") from None
