"""The event catalogue: one spec per kind, from which OSC messages, JSON and the reference page are derived."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, Protocol

__all__ = ["CATALOGUE", "Event", "EventField", "EventSpec", "Somebody", "make"]

_SIDES: Final = ("left", "right", "both", "")


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


_EXERCISE: Final = EventField("exercise", "s", "", "name of the exercise")
_SIDE: Final = EventField("side", "s", "", "the person's own side; empty where neither is meant or known", _SIDES)
_ZONE: Final = EventField("zone", "s", "", "name of the zone")
_INSIDE: Final = EventField("inside", "i", "people", "how many are in the zone now")
_FULL: Final = EventField("full", "i", "0/1", "whether the zone holds its capacity now; 0 for one without capacity")

#: Kind to spec. Adding a kind touches this table and one detector. Where a number cannot be told it is 0: every such
#: field says so.
CATALOGUE: Final[Mapping[str, EventSpec]] = MappingProxyType(
    {
        spec.kind: spec
        for spec in (
            EventSpec("enter", True, (), "a person has appeared; stamped with the time of the first sight"),
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
            EventSpec(
                "zone_enter",
                True,
                (_ZONE, _INSIDE, _FULL),
                "a person has stepped into a zone and stayed; stamped with the time of the step",
            ),
            EventSpec(
                "zone_leave",
                True,
                (_ZONE, EventField("dwell_s", "f", "s", "how long the person was in the zone"), _INSIDE, _FULL),
                "a person has left a zone, on foot or by vanishing; stamped with the time at which they did",
            ),
            EventSpec(
                "line_cross",
                True,
                (
                    EventField("line", "s", "", "name of the line"),
                    EventField(
                        "direction",
                        "s",
                        "",
                        "in: to the right-hand side of whoever walks from the line's first point to its second",
                        ("in", "out"),
                    ),
                    EventField("ins", "i", "crossings", "how often the line has been crossed inwards"),
                    EventField("outs", "i", "crossings", "how often it has been crossed outwards"),
                ),
                "a person has crossed a line",
            ),
            EventSpec(
                "gesture",
                True,
                (
                    EventField("name", "s", "", "name of the gesture"),
                    EventField(
                        "phase",
                        "s",
                        "",
                        "start; hold, once a second while it lasts; end. A gesture of a moment, as a clap, only starts",
                        ("start", "hold", "end"),
                    ),
                    _SIDE,
                    EventField("value", "f", "", "what its description says, as a wave's tempo in Hz; 0 if nothing"),
                    EventField("held_s", "f", "s", "how long it has lasted"),
                ),
                "a gesture has begun, goes on, or is over",
            ),
            EventSpec(
                "rep",
                True,
                (
                    _EXERCISE,
                    EventField("count", "i", "repetitions", "of this person, exercise and side, with this one"),
                    _SIDE,
                    EventField("rom", "f", "of the measure", "range of motion: between the extremes of the measure"),
                    EventField("down_s", "f", "s", "from the start position to the turning point"),
                    EventField("pause_s", "f", "s", "at the turning point"),
                    EventField("up_s", "f", "s", "from the turning point back"),
                    EventField("depth", "s", "", "class of depth, as of a squat; empty where there is none"),
                    EventField("asymmetry", "f", "of the measure", "left less right at the turning point; 0 unknown"),
                    EventField("lean_deg", "f", "deg", "the torso's largest lean; 0 unknown"),
                    EventField("knees", "f", "1", "distance of knees over that of ankles, the least; 0 unknown"),
                ),
                "a repetition is complete; stamped with the return to the start position",
            ),
            EventSpec(
                "rep_partial",
                True,
                (
                    _EXERCISE,
                    _SIDE,
                    EventField("rom", "f", "of the measure", "range of motion: between the extremes of the measure"),
                    EventField("share", "f", "0…1", "how far it went on the way that counts"),
                    EventField("duration_s", "f", "s", "from leaving the start position to the return"),
                ),
                "a repetition was begun and given up too early to count",
            ),
            EventSpec(
                "set",
                True,
                (
                    _EXERCISE,
                    EventField("number", "i", "sets", "of this person and exercise, with this one"),
                    EventField("reps", "i", "repetitions", "in this set, both sides together"),
                    EventField("duration_s", "f", "s", "from the first repetition's start to the last one's end"),
                    EventField("rep_s", "f", "s", "mean duration of a repetition"),
                ),
                "a set is over, as rest followed; stamped with the end of its last repetition",
            ),
            EventSpec(
                "form",
                True,
                (
                    _EXERCISE,
                    EventField("fault", "s", "", "what to correct, as shallow, knees_in, asymmetry, lean"),
                    _SIDE,
                    EventField("value", "f", "of the fault", "what was measured"),
                    EventField("limit", "f", "of the fault", "where the fault begins"),
                ),
                "something to correct in how an exercise is done; each fault at most once every few seconds",
            ),
            EventSpec(
                "step",
                True,
                (
                    _SIDE,
                    EventField("count", "i", "steps", "of this person, with this one"),
                    EventField("step_s", "f", "s", "since the heel strike before; 0 for the first of a walk"),
                ),
                "a heel has struck the ground in walking",
            ),
            EventSpec(
                "gait",
                True,
                (
                    EventField("cadence_spm", "f", "steps/min", "steps per minute"),
                    EventField("steps", "i", "steps", "on which this summary rests"),
                    EventField("symmetry", "f", "0…1", "shorter over longer mean step time of the sides; 0 unknown"),
                    EventField("stance", "f", "0…1", "part of a stride for which a foot is on the ground; 0 unknown"),
                    EventField("swing", "f", "0…1", "part of a stride for which it is in the air; 0 unknown"),
                    EventField("confidence", "f", "0…1", "in stance and swing: low, for COCO's keypoints have no heel"),
                ),
                "how somebody walks, every few steps and at the end of a walk; stamped with its last step",
            ),
            EventSpec(
                "jump",
                True,
                (
                    EventField("height", "f", "torso lengths", "how far the body rose"),
                    EventField("airborne_s", "f", "s", "from take-off to landing"),
                ),
                "a jump with both feet; stamped with the take-off",
            ),
            EventSpec(
                "fall_suspected",
                True,
                (
                    EventField("speed", "f", "torso lengths/s", "the largest downward speed of the hips"),
                    EventField("lean_deg", "f", "deg", "of the torso from upright; 0 where it cannot be seen"),
                ),
                "somebody has gone down as in a fall; fall_confirmed or recovered follows",
            ),
            EventSpec(
                "fall_confirmed",
                True,
                (EventField("down_s", "f", "s", "since the fall"),),
                "somebody who fell has stayed on the floor; stamped with the fall",
            ),
            EventSpec(
                "recovered",
                True,
                (
                    EventField("down_s", "f", "s", "from the fall until then"),
                    EventField("confirmed", "i", "0/1", "whether the fall had been confirmed"),
                ),
                "somebody who fell is up again",
            ),
            EventSpec(
                "activity",
                True,
                (
                    EventField("level", "f", "torso lengths/s", "mean motion of the body since the event before"),
                    EventField("peak", "f", "torso lengths/s", "the most in that time"),
                ),
                "how much somebody moves, once a second; the state channel has it for every frame",
            ),
            EventSpec(
                "source",
                False,
                (
                    EventField(
                        "state",
                        "s",
                        "",
                        "of the source",
                        ("opening", "running", "stalled", "reconnecting", "failed"),
                    ),
                    EventField(
                        "message",
                        "s",
                        "",
                        "why, in words, or the name of what is shown from now on; empty when all is well",
                    ),
                ),
                "a source has changed its state, or its picture has frozen or changes again",
            ),
        )
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at ``timestamp_s``, with the fields of its spec in ``fields``; built by ``make``.

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


class Somebody(Protocol):
    """Whom an event is about: a ``Person``, a ``Departure``, or what a detector remembers of one."""

    @property
    def slot(self) -> int:
        """As in ``Person``."""
        ...

    @property
    def id(self) -> int:
        """As in ``Person``."""
        ...


def make(
    kind: str,
    timestamp_s: float,
    source: str,
    about: Somebody | None = None,
    /,
    **fields: float | int | str,
) -> Event:
    """An event by its spec: fields in the spec's order, cast to its types.

    timestamp_s: when it happened. about: whom it is about, for personal kinds and only for them. Raises ValueError for
    anything that is not as the spec says: receivers rely on it.
    """
    spec = CATALOGUE.get(kind)
    if spec is None:
        raise ValueError(f"there is no event '{kind}'; the catalogue has {', '.join(CATALOGUE)}")
    if spec.personal != (about is not None):
        raise ValueError(f"event '{kind}' is {'' if spec.personal else 'not '}about a person")
    names = [field.name for field in spec.fields]
    if fields.keys() != set(names):
        wanted, got = (", ".join(some) or "none" for some in (names, fields))
        raise ValueError(f"event '{kind}' has the fields {wanted}, got {got}")
    return Event(
        kind=kind,
        timestamp_s=float(timestamp_s),
        source=source,
        slot=about.slot if about is not None else None,
        id=about.id if about is not None else None,
        fields=MappingProxyType({field.name: _cast(kind, field, fields[field.name]) for field in spec.fields}),
    )


def _cast(kind: str, field: EventField, value: float | int | str) -> float | int | str:
    where = f"field '{field.name}' of event '{kind}'"
    if field.type == "s":
        if not isinstance(value, str) or (field.choices and value not in field.choices):
            raise ValueError(f"{where} is {' or '.join(map(repr, field.choices)) or 'a string'}, got {value!r}")
        return value
    if isinstance(value, str) or not math.isfinite(value):
        raise ValueError(f"{where} is a finite number, got {value!r}")
    if field.type == "f":
        return float(value)
    if value != int(value) or not -(2**31) <= value < 2**31:
        raise ValueError(f"{where} is a whole number of 32 bits, got {value!r}")
    return int(value)
