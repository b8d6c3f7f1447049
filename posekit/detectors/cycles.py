"""Finds there-and-back movements in one signal: hysteresis about a start position that moves with the person.

Everything is relative to the level from which a movement began, and in seconds.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Final

__all__ = ["Cycle", "CycleFinder", "Span"]

#: Shares of the travel: where a movement is under way, where it began, and what is near its turning point.
_UNDER_WAY: Final = 0.4
_BEGUN: Final = 0.2
_NEAR_TURN: Final = 0.85
_CLOSE: Final = 0.06
#: How long the start position must be kept, and within which share of the travel that counts.
_SETTLE_S: Final = 0.1
_SETTLE_SHARE: Final = 0.45
#: It is remembered for so long.
_REST_S: Final = 3.0
#: The start level follows a person who drifts back at once, and one who drifts away in this time.
_DRIFT_S: Final = 1.5
#: Unseen for longer than this, a movement that was under way is given up.
_GAP_S: Final = 1.5
#: An adaptive counter expects this share of what the last movements did.
_EXPECTED: Final = 0.5
_REMEMBERED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What a movement must do to count.

    start: between which values the start position lies. travel: how far from it the turning point must be; with
    ``adaptive``, this and half of what the movements before did. rising: whether the signal grows on the way there.
    turn: between which values the turning point lies. back: which share of the way must be regained; or ``home``, the
    start position, and then travel is counted from its border. settles: whether the start position must be kept for a
    moment, as by somebody who does not merely pass through. once: the movement ends at the turning point, and the next
    one needs the start position again. min_s, max_s: of the whole movement. max_speed: of the middle of both ways, per
    second.
    """

    start: tuple[float, float] = (-math.inf, math.inf)
    travel: float
    rising: bool
    turn: tuple[float, float] = (-math.inf, math.inf)
    back: float = 0.7
    home: bool = False
    settles: bool = False
    once: bool = False
    adaptive: bool = False
    min_s: float = 0.5
    max_s: float = 12.0
    max_speed: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A movement that has come back, or has been given up.

    settled_s, start_s, turn_s, end_s: when the start position was reached, when the movement began, turned (the middle
    of the time near the turning point) and ended. pause_s: how long it was near that. start, turn: the signal there.
    share: of the travel that counts, 1 and more when complete. cut: whether its end was not seen.
    """

    settled_s: float
    start_s: float
    turn_s: float
    end_s: float
    pause_s: float
    start: float
    turn: float
    share: float
    cut: bool = False

    @property
    def down_s(self) -> float:
        """From the start position to the turning point."""
        return max(self.turn_s - self.pause_s / 2 - self.start_s, 0.0)

    @property
    def up_s(self) -> float:
        """From the turning point back."""
        return max(self.end_s - self.turn_s - self.pause_s / 2, 0.0)

    @property
    def complete(self) -> bool:
        """Whether it went far enough."""
        return self.share >= 1.0


@dataclass(slots=True)
class CycleFinder:
    """Follows one signal of one person. ``update`` gives a cycle in the frame in which it is over.

    rests: whether it matters how long the start position was kept; else ``settled_s`` is when it began.
    progress: how far the present movement has gone, 0 at the start position and 1 where it counts.
    """

    span: Span
    rests: bool = False
    progress: float = 0.0
    _seen_s: float = -math.inf
    _value: float = 0.0
    _zone_s: float = math.inf
    _armed: bool = False
    _base: float = 0.0
    _begun_s: float = 0.0
    _peak: float = 0.0
    _travels: list[float] = field(default_factory=list)
    _path: list[tuple[float, float]] = field(default_factory=list)
    _rest: deque[tuple[float, float]] = field(default_factory=deque)

    @property
    def travel(self) -> float:
        """How far a movement must go now."""
        if not self.span.adaptive or len(self._travels) < 2:
            return self.span.travel
        return max(self.span.travel, _EXPECTED * sorted(self._travels)[len(self._travels) // 2])

    def update(self, now_s: float, signal: float) -> Cycle | None:
        """Take the signal's value; call it only where there is one."""
        value = signal if self.span.rising else -signal
        elapsed_s = now_s - self._seen_s
        if not 0.0 < elapsed_s <= _GAP_S:
            if elapsed_s == 0.0:
                return None
            self._forget(value)
        before_s, before = self._seen_s, self._value
        self._seen_s, self._value = now_s, value
        if self._path:
            return self._away(now_s, value)
        self._at_start(before_s, before, now_s, value)
        return None

    def finish(self) -> Cycle | None:
        """The movement that is under way, if nothing but its end is missing."""
        if not self._path or self.span.once:
            return None
        travelled = self._peak - self._base
        if travelled < self.travel or self._peak - self._value < 0.15 * travelled:
            return None
        cycle = self._cycle(self._seen_s, cut=True)
        self._forget(self._value)
        return cycle

    @property
    def levels(self) -> tuple[float, float]:
        """The signal at the start position, and where a movement counts; NaN while the start position is not known."""
        if not self._armed and not self._path:
            return math.nan, math.nan
        sign = 1.0 if self.span.rising else -1.0
        start = self._border if self.span.home else self._base
        return sign * start, sign * (start + self.travel)

    @property
    def _border(self) -> float:
        """Of the start position, towards the turning point."""
        low, high = self.span.start
        return high if self.span.rising else -low

    def _forget(self, value: float) -> None:
        """Nothing is known of the start position."""
        self._armed, self._zone_s, self._path, self.progress = False, math.inf, [], 0.0
        self._rest.clear()
        self._base = value

    def _in_zone(self, value: float) -> bool:
        low, high = self.span.start
        return low <= (value if self.span.rising else -value) <= high

    def _at_start(self, before_s: float, before: float, now_s: float, value: float) -> None:
        """At the start position, or looking for it."""
        travel = self.travel
        if self.rests:
            self._rest.append((now_s, value))
            while now_s - self._rest[0][0] > _REST_S:
                self._rest.popleft()
        if not self._armed:
            self._look_for_start(now_s, value, travel)
            return
        if value < self._base:
            self._base = value
            if not self._in_zone(value):
                self._armed, self._zone_s = False, math.inf
                return
        elif value - self._base < _BEGUN * travel * 2:
            self._base += (1.0 - math.exp(-(now_s - before_s) / _DRIFT_S)) * (value - self._base)
        level = self._base + _BEGUN * travel
        if value <= level:
            self._begun_s = now_s
        elif before <= level < value:
            self._begun_s = before_s + (level - before) / (value - before) * (now_s - before_s)
        self.progress = min(max((value - self._base) / travel, 0.0), 1.0)
        if value - self._base >= _UNDER_WAY * travel:
            self._path = [(self._begun_s, level), (now_s, value)]
            self._peak = value

    def _look_for_start(self, now_s: float, value: float, travel: float) -> None:
        """Armed as soon as the start position is kept, or turned at."""
        self.progress = 0.0
        if not self._in_zone(value):
            self._zone_s = math.inf
            return
        if self._zone_s == math.inf or abs(value - self._base) > _SETTLE_SHARE * travel:
            self._zone_s, self._base = now_s, value
        self._base = min(self._base, value)
        if now_s - self._zone_s >= _SETTLE_S:
            self._armed, self._begun_s = True, now_s

    def _away(self, now_s: float, value: float) -> Cycle | None:
        """On the way, there or back."""
        travel = self.travel
        self._path.append((now_s, value))
        self._peak = max(self._peak, value)
        travelled = self._peak - self._base
        self.progress = min(max((value - self._base) / travel, 0.0), 1.0)
        if now_s - self._path[0][0] > self.span.max_s:
            self._forget(value)
            return None
        if self.span.once:
            return self._arrived(now_s, value, travelled)
        if self.span.home and not self._in_zone(value):
            return None
        if not self.span.home and self._peak - value < self.span.back * travelled:
            return None
        if self.span.settles and not self._keeps_start(now_s, value):
            return None
        return self._returned(now_s, value)

    def _arrived(self, now_s: float, value: float, travelled: float) -> Cycle | None:
        """A movement that is over when it arrives: as soon as it goes no farther."""
        if travelled >= self.travel and self._turn_fits():
            close = self._peak - _CLOSE * travelled
            arrived_s = _crossing(self._path, close)
            if now_s - arrived_s < _SETTLE_S and value >= close:
                return None
            cycle = self._cycle(arrived_s)
            self._forget(value)
            return cycle if self._lasts(cycle) else None
        if value - self._base < _BEGUN * self.travel:
            self._path = []
        return None

    def _keeps_start(self, now_s: float, value: float) -> bool:
        """Whether the start position is reached again rather than passed; passing it gives the movement up."""
        if not self._in_zone(value):
            if value < self._base:
                self._forget(value)
            return False
        recent = [level for at_s, level in self._path if now_s - at_s <= 1.5 * _SETTLE_S]
        return now_s - self._path[0][0] > _SETTLE_S and max(recent) - min(recent) <= _SETTLE_SHARE * self.travel

    def _returned(self, now_s: float, value: float) -> Cycle | None:
        cycle = self._cycle(now_s)
        fits = self._turn_fits() and self._lasts(cycle) and self._calm()
        if cycle.complete and fits:
            self._travels = [*self._travels[1 - _REMEMBERED :], self._peak - self._base]
        self._path, self._begun_s = [], now_s
        self._rest.clear()
        self._armed = (self._in_zone(value) and not self.span.settles) or self.span.settles
        self._zone_s = now_s if self._armed else math.inf
        # The next movement starts from where this one ends, which is yet to be seen.
        self._base = value
        self.progress = 0.0
        return cycle if fits else None

    def _turn_fits(self) -> bool:
        low, high = self.span.turn
        return low <= (self._peak if self.span.rising else -self._peak) <= high

    def _lasts(self, cycle: Cycle) -> bool:
        return cycle.end_s - cycle.start_s >= self.span.min_s

    def _calm(self) -> bool:
        """Whether neither way was faster than such a movement is: the time for the middle half of each."""
        if math.isinf(self.span.max_speed):
            return True
        travelled = self._peak - self._base
        low, high = self._base + 0.25 * travelled, self._base + 0.75 * travelled
        least_s = 0.5 * travelled / self.span.max_speed
        up = _crossing(self._path, high) - _crossing(self._path, low)
        back = list(reversed(self._path))
        down = _crossing(back, low) - _crossing(back, high)
        return up >= least_s and down >= least_s

    def _settled_s(self) -> float:
        """Since when the start position had been kept when the movement began."""
        since_s = self._path[0][0]
        for at_s, value in reversed(self._rest):
            if at_s <= self._path[0][0] and abs(value - self._base) > _SETTLE_SHARE * self.travel:
                break
            since_s = min(since_s, at_s)
        return since_s

    def _cycle(self, end_s: float, *, cut: bool = False) -> Cycle:
        travelled = self._peak - self._base
        near = self._base + _NEAR_TURN * travelled
        first_s = _crossing(self._path, near)
        last_s = _crossing(list(reversed(self._path)), near)
        sign = 1.0 if self.span.rising else -1.0
        return Cycle(
            settled_s=self._settled_s(),
            start_s=self._path[0][0],
            turn_s=(first_s + last_s) / 2,
            end_s=end_s,
            pause_s=max(last_s - first_s, 0.0),
            start=sign * self._base,
            turn=sign * self._peak,
            share=(self._peak - self._border if self.span.home else travelled) / self.travel,
            cut=cut,
        )


def _crossing(path: list[tuple[float, float]], level: float) -> float:
    """When the path first reaches a level, between two samples."""
    before_s, before = path[0]
    for at_s, value in path:
        if value >= level:
            if value == before:
                return at_s
            return before_s + (level - before) / (value - before) * (at_s - before_s)
        before_s, before = at_s, value
    return path[-1][0]
