"""Zones: named parts of the floor that people step into and leave."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot, inf
from typing import Any, Final, Self
from urllib.parse import parse_qsl

from posekit.detectors.footing import BORDER, Footing
from posekit.detectors.memory import Memory
from posekit.errors import ConfigError
from posekit.events import Event, Somebody, make
from posekit.types import FrameResult

__all__ = ["Point", "Zone", "Zones", "check_name", "check_places", "parsed_places"]

#: (x, y) as fractions of the turned, unmirrored picture.
Point = tuple[float, float]

#: Names become parts of OSC addresses and of JSON keys.
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
#: Feet may stand a little outside of the picture.
_BEYOND: Final = 0.5
#: What can follow a ``?`` in a zone's spec.
_OPTIONS: Final[Mapping[str, Callable[[str], float]]] = {"capacity": int, "settle_s": float}


def check_name(what: str, name: str) -> None:
    """Raise ConfigError for a name that cannot be part of an address."""
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{what} '{name}' needs a name of letters, digits, _ and -, such as door")


def check_places(what: str, name: str, places: Sequence[Point]) -> None:
    """Raise ConfigError for places that are not fractions of the picture."""
    for x, y in places:
        if not (-_BEYOND <= x <= 1 + _BEYOND and -_BEYOND <= y <= 1 + _BEYOND):
            raise ConfigError(
                f"{what} '{name}' takes fractions of the picture, 0 to 1 from its top left corner, got {x:g},{y:g}"
            )


def parsed_places(what: str, name: str, text: str) -> tuple[Point, ...]:
    """The places in ``x,y x,y …``. Raises ConfigError."""
    try:
        places = [tuple(float(number) for number in place.split(",")) for place in text.split()]
    except ValueError:
        places = [()]
    if not all(len(place) == 2 for place in places):
        raise ConfigError(f"{what} '{name}' takes places as x,y x,y …, such as 0.1,0.5 0.4,0.5, got '{text}'")
    return tuple((place[0], place[1]) for place in places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A part of the floor as it is seen in the picture. Raises ConfigError for what is none.

    name: letters, digits, _ and -. polygon: three corners or more, fractions of the turned, unmirrored picture.
    capacity: how many make it full; None is any number. settle_s: who is clearly inside, or outside, for so long has
    entered, or left; whoever passes through faster was never there.
    """

    name: str
    polygon: tuple[Point, ...]
    capacity: int | None = None
    settle_s: float = 0.3

    def __post_init__(self) -> None:
        check_name("zone", self.name)
        check_places("zone", self.name, self.polygon)
        if len(self.polygon) < 3 or abs(self._area()) < 1e-6:
            raise ConfigError(f"zone '{self.name}' needs three corners or more that are not in line")
        if self.capacity is not None and self.capacity < 1:
            raise ConfigError(f"zone '{self.name}' has a capacity of 1 or more, got {self.capacity}")
        if not 0 <= self.settle_s <= 60:
            raise ConfigError(f"zone '{self.name}' has settle_s between 0 and 60, got {self.settle_s:g}")

    @classmethod
    def from_spec(cls, text: str) -> Self:
        """The zone that ``NAME:x,y x,y x,y[?capacity=N&settle_s=SECONDS]`` means. Raises ConfigError."""
        name, colon, rest = text.partition(":")
        if not colon:
            raise ConfigError(
                f"zone '{text}' has no places: write NAME:x,y x,y x,y, such as door:0,0.6 0.3,0.6 0.3,1 0,1"
            )
        places, _, query = rest.partition("?")
        options: dict[str, Any] = {}
        for option, value in parse_qsl(query, keep_blank_values=True):
            if option not in _OPTIONS:
                raise ConfigError(f"zone '{name}' has no option '{option}': it has {', '.join(_OPTIONS)}")
            try:
                options[option] = _OPTIONS[option](value)
            except ValueError:
                raise ConfigError(f"zone '{name}' has a number as {option}, got '{value}'") from None
        return cls(name=name, polygon=parsed_places("zone", name, places), **options)

    def holds(self, x: float, y: float) -> bool:
        """Whether a place, in fractions of the picture, lies inside."""
        inside = False
        for (x1, y1), (x2, y2) in self._sides():
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
                inside = not inside
        return inside

    def clearance(self, x: float, y: float, size: tuple[int, int]) -> float:
        """How far a place is from the border, in pixels of a picture of that size (width, height)."""
        width, height = size
        nearest = inf
        for (x1, y1), (x2, y2) in self._sides():
            along_x, along_y = (x2 - x1) * width, (y2 - y1) * height
            from_x, from_y = (x - x1) * width, (y - y1) * height
            length = along_x**2 + along_y**2
            share = min(max((from_x * along_x + from_y * along_y) / length, 0.0), 1.0) if length else 0.0
            nearest = min(nearest, hypot(from_x - share * along_x, from_y - share * along_y))
        return nearest

    def _sides(self) -> Sequence[tuple[Point, Point]]:
        return list(pairwise((*self.polygon, self.polygon[0])))

    def _area(self) -> float:
        return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in self._sides()) / 2


@dataclass(slots=True)
class _Stay:
    """One person and one zone. since_s: when they stepped over its border last. inside: whether they count."""

    inside: bool = False
    entered_s: float = 0.0
    over: bool = False
    since_s: float = 0.0


@dataclass(slots=True)
class _Visitor:
    stays: dict[str, _Stay] = field(default_factory=dict)
    now_s: float = 0.0


class Zones:
    """``zone_enter`` and ``zone_leave`` of each zone, by where people stand (``footing.Footing``).

    State channels: ``zone_NAME``, 1 for whoever is inside. While a person is unseen nothing changes; when they depart
    they leave, stamped with the last sight. footing: where people stand, if it is known elsewhere. Raises ConfigError
    for two zones of one name.
    """

    def __init__(self, zones: Sequence[Zone], *, footing: Footing | None = None) -> None:
        names = [zone.name for zone in zones]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"there are two zones '{name}'")
        self._zones = tuple(zones)
        self._footing = footing or Footing()
        self._visitors = Memory(_Visitor)
        self._inside = dict.fromkeys(names, 0)

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events of this frame."""
        events = []
        for departure, visitor in self._visitors.forget(result):
            for zone in self._zones:
                stay = visitor.stays.get(zone.name)
                if stay is not None and stay.inside:
                    left_s = stay.since_s if not stay.over else departure.last_seen_s
                    events.append(self._leave(result, zone, departure, stay, left_s))
        width, height = result.size
        for person, size_px, x, y in self._footing.of(result):
            visitor = self._visitors.of(person)
            place = ((x + 0.5) / width, (y + 0.5) / height)
            for zone in self._zones:
                stay = visitor.stays.setdefault(zone.name, _Stay())
                if self._settled(stay, zone, place, BORDER * size_px, result):
                    events.append(self._change(result, zone, person, stay))
        return events

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        """1 for each zone that a person is in, 0 for the others."""
        states = {}
        for person in result.people:
            stays = self._visitors.of(person).stays
            states[person.slot] = {
                f"zone_{zone.name}": float(zone.name in stays and stays[zone.name].inside) for zone in self._zones
            }
        return states

    def _settled(self, stay: _Stay, zone: Zone, place: Point, border_px: float, result: FrameResult) -> bool:
        """Whether somebody at this place has come in, or gone out, and stays there."""
        over, now_s = zone.holds(*place), result.timestamp_s
        if over != stay.over or now_s < stay.since_s:
            stay.over, stay.since_s = over, now_s
        return (
            stay.over != stay.inside
            and now_s - stay.since_s >= zone.settle_s
            and zone.clearance(*place, result.size) >= border_px
        )

    def _change(self, result: FrameResult, zone: Zone, person: Somebody, stay: _Stay) -> Event:
        if stay.inside:
            return self._leave(result, zone, person, stay, stay.since_s)
        stay.inside, stay.entered_s = True, stay.since_s
        self._inside[zone.name] += 1
        return make("zone_enter", stay.since_s, result.source, person, **self._occupied(zone))

    def _leave(self, result: FrameResult, zone: Zone, who: Somebody, stay: _Stay, left_s: float) -> Event:
        stay.inside = False
        self._inside[zone.name] -= 1
        dwell_s = max(left_s - stay.entered_s, 0.0)
        return make("zone_leave", left_s, result.source, who, dwell_s=dwell_s, **self._occupied(zone))

    def _occupied(self, zone: Zone) -> dict[str, str | int]:
        inside = self._inside[zone.name]
        full = zone.capacity is not None and inside >= zone.capacity
        return {"zone": zone.name, "inside": inside, "full": full}
