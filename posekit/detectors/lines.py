"""Lines: who crosses them, and which way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import hypot
from typing import Self

from posekit.detectors.footing import BORDER, Footing
from posekit.detectors.memory import Memory
from posekit.detectors.zones import Point, check_name, check_places, parsed_places
from posekit.errors import ConfigError
from posekit.events import Event, make
from posekit.types import FrameResult

__all__ = ["Line", "Lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line on the floor as it is seen in the picture. Raises ConfigError for what is none.

    name: letters, digits, _ and -. start, end: fractions of the turned, unmirrored picture. ``in`` is to the right-hand
    side of whoever walks from start to end: down in the picture if the line goes from left to right.
    """

    name: str
    start: Point
    end: Point

    def __post_init__(self) -> None:
        check_name("line", self.name)
        check_places("line", self.name, (self.start, self.end))
        if self.start == self.end:
            raise ConfigError(f"line '{self.name}' needs two different ends")

    @classmethod
    def from_spec(cls, text: str) -> Self:
        """The line that ``NAME:x,y x,y`` means. Raises ConfigError."""
        name, _, places = text.partition(":")
        ends = parsed_places("line", name, places)
        if len(ends) != 2:
            raise ConfigError(f"line '{name}' has two ends: write NAME:x,y x,y, such as gate:0.1,0.7 0.9,0.7")
        return cls(name=name, start=ends[0], end=ends[1])


@dataclass(slots=True)
class _Side:
    """One person and one line.

    side: 1 inwards, -1 outwards of it, 0 not known. seen_s, distance, along: of the frame before; along is 0 at the
    start and 1 at the end. crossed_s, crossed_at: when and where the line (or what continues it) was crossed last.
    """

    side: int = 0
    seen_s: float = 0.0
    distance: float = 0.0
    along: float = 0.0
    crossed_s: float = 0.0
    crossed_at: float = 0.0


@dataclass(slots=True)
class _Walker:
    sides: dict[str, _Side] = field(default_factory=dict)


class Lines:
    """``line_cross`` with direction and totals, by where people stand (``footing.Footing``).

    The event comes once somebody is clear of the line, stamped with the time at which they were on it. footing: where
    people stand, if it is known elsewhere. Raises ConfigError for two lines of one name.
    """

    def __init__(self, lines: Sequence[Line], *, footing: Footing | None = None) -> None:
        names = [line.name for line in lines]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"there are two lines '{name}'")
        self._lines = tuple(lines)
        self._footing = footing or Footing()
        self._walkers = Memory(_Walker)
        self._totals = {name: {"in": 0, "out": 0} for name in names}

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events of this frame."""
        self._walkers.forget(result)
        events = []
        for person, size_px, x, y in self._footing.of(result):
            sides = self._walkers.of(person).sides
            for line in self._lines:
                known = sides.setdefault(line.name, _Side())
                direction = _crossed(known, line, result, x, y, BORDER * size_px)
                if direction:
                    totals = self._totals[line.name]
                    totals[direction] += 1
                    events.append(
                        make(
                            "line_cross",
                            known.crossed_s,
                            result.source,
                            person,
                            line=line.name,
                            direction=direction,
                            ins=totals["in"],
                            outs=totals["out"],
                        )
                    )
        return events


def _crossed(known: _Side, line: Line, result: FrameResult, x: float, y: float, width_px: float) -> str:
    """``in`` or ``out`` if somebody who now stands at x, y has just crossed the line, else empty."""
    distance, along = _relative(line, result.size, x, y)
    now_s = result.timestamp_s
    if known.side and (distance > 0) != (known.distance > 0) and distance != known.distance:
        share = known.distance / (known.distance - distance)
        known.crossed_s = known.seen_s + share * max(now_s - known.seen_s, 0.0)
        known.crossed_at = known.along + share * (along - known.along)
    known.seen_s, known.distance, known.along = now_s, distance, along
    side = (distance > 0) - (distance < 0)
    if abs(distance) < width_px or side == known.side:
        return ""
    before, known.side = known.side, side
    if not before or not 0.0 <= known.crossed_at <= 1.0:
        return ""
    return "in" if side > 0 else "out"


def _relative(line: Line, size: tuple[int, int], x: float, y: float) -> tuple[float, float]:
    """How far in pixels a place is from the line, inwards positive, and how far along it, 0…1 between its ends."""
    width, height = size
    (ax, ay), (bx, by) = ((px * width - 0.5, py * height - 0.5) for px, py in (line.start, line.end))
    dx, dy = bx - ax, by - ay
    length = hypot(dx, dy)
    return (dx * (y - ay) - dy * (x - ax)) / length, (dx * (x - ax) + dy * (y - ay)) / length**2
