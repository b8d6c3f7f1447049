"""Gait: heel strikes and toe-offs of people who walk across the picture, cadence, symmetry, stance and swing.

Source: Zeni, Richards and Higginson, Two simple methods for determining gait events during treadmill and overground
walking using kinematic data, Gait & Posture 27, 2008: a heel strikes when that foot is farthest ahead of the hips, and
toes leave the ground when it is farthest behind. Networks confuse the legs of somebody seen from the side, so it is
always the foremost and the hindmost ankle that is followed; which foot it was is told only while left and right
alternate, as they must.
"""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean, median, median_low
from typing import Final, NamedTuple

from posekit.detectors.memory import Memory
from posekit.detectors.middles import ANKLES, HIPS, Middle, measured_points
from posekit.detectors.peaks import Peaks
from posekit.detectors.strikes import RECENT, Strike, cadence, stance_shares, symmetry, told_side
from posekit.events import Event, Somebody, make
from posekit.types import FrameResult, Person

__all__ = ["Gait", "GaitSettings"]

#: Walks are begun anew after a gap of this length; samples are kept for so long.
_GAP_S: Final = 0.5
_KEPT_S: Final = 2.6
#: A foot's side is told if the network says so for this share of its time ahead.
_SURE: Final = 0.75
#: What takes longer at the beginning of a walk is two steps rather than one.
_LONG_STEP_S: Final = 0.8
#: How far stance and swing can be trusted at best: ankles are neither heels nor toes.
_CONFIDENCE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class GaitSettings:
    """What counts as walking. Lengths are in torso lengths.

    speed: the hips move at least so fast across the picture, torso lengths per second, over direction_s. lean_deg:
    whoever leans more does not walk, nor does who has the hips less than hips above the feet.
    reach: a foot comes at least so far forward of where it is at mid-stance; spread: the feet are so far apart then;
    oblique: so far where a step of the other foot between is known from the feet alone, see ``_between``.
    carried: the hips move between two steps by at least this part of the spread, else the feet move on the spot.
    step_s: the shortest and longest time between two steps. every: a ``gait`` event comes every so many steps, and at
    the end of a walk of at least ``least`` steps. seen_score: from which on an ankle is seen. held_s: an ankle that is
    not found stays where it was, against the hips, for so long. average_s: single outliers up to so long are dropped.
    """

    speed: float = 0.35
    lean_deg: float = 50.0
    hips: float = 1.2
    direction_s: float = 0.7
    reach: float = 0.22
    spread: float = 0.35
    oblique: float = 0.2
    carried: float = 0.35
    step_s: tuple[float, float] = (0.26, 1.3)
    every: int = 4
    least: int = 4
    seen_score: float = 0.2
    held_s: float = 0.15
    average_s: float = 0.04


class _Sample(NamedTuple):
    """How far right of the hips the left and the right ankle are, and where the hips are: x in pixels."""

    timestamp_s: float
    left: float
    right: float
    hips: float


@dataclass(slots=True)
class _Walk:
    """A walk in one direction. ahead: 1 to the right, -1 to the left of the picture.

    strikes, offs: heel strikes and toe-offs so far. told: how many strikes have been reported, summed: how many of them
    in a ``gait`` event.
    """

    ahead: int
    front: Peaks
    back: Peaks
    strikes: list[Strike] = field(default_factory=list)
    offs: list[Strike] = field(default_factory=list)
    told: int = 0
    summed: int = 0


@dataclass(slots=True)
class _Walker:
    """What is known of one person.

    samples: of the last seconds, oldest first. smoothed_s: of the last that has been looked at without outliers.
    ankles: where each was against the hips, x in pixels, and when. fast_s: when they last went fast enough to walk.
    steps: of all walks.
    """

    hips: Middle
    samples: deque[_Sample] = field(default_factory=deque)
    smoothed_s: float = -math.inf
    ankles: list[tuple[float, float]] = field(default_factory=lambda: [(-math.inf, 0.0), (-math.inf, 0.0)])
    fast_s: float = -math.inf
    walk: _Walk | None = None
    steps: int = 0


class Gait:
    """``step`` at every heel strike and ``gait`` every few steps, of people who walk across the picture.

    Whoever walks straight towards the camera or away from it, or on the spot, is not followed. State channels:
    ``steps`` (all so far) and ``cadence_spm`` (0 while not walking).
    """

    def __init__(self, settings: GaitSettings | None = None) -> None:
        self._settings = settings or GaitSettings()
        self._walkers = Memory(lambda: _Walker(hips=Middle(HIPS, self._settings.seen_score)))

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events of this frame."""
        events: list[Event] = []
        for departure, walker in self._walkers.forget(result):
            events += self._end(walker, result.source, departure)
        names = ("size_px", "lean_deg", "hips_over_ankles")
        columns = (result.measures[name].tolist() if result.people else () for name in names)
        for person, size_px, lean_deg, hips_high in zip(result.people, *columns, strict=True):
            walker = self._walkers.of(person)
            if person.visible:
                events += self._follow(walker, person, result, size_px=size_px, lean_deg=lean_deg, hips_high=hips_high)
            if result.last:
                events += self._end(walker, result.source, person)
        return events

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        """``steps`` and ``cadence_spm`` of everyone."""
        states = {}
        for person in result.people:
            walker = self._walkers.of(person)
            cadence_spm = cadence(walker.walk.strikes) if walker.walk else 0.0
            states[person.slot] = {"steps": float(walker.steps), "cadence_spm": cadence_spm}
        return states

    def _follow(
        self,
        walker: _Walker,
        person: Person,
        result: FrameResult,
        *,
        size_px: float,
        lean_deg: float,
        hips_high: float,
    ) -> list[Event]:
        """Learn from a frame."""
        settings, events, now_s = self._settings, list[Event](), result.timestamp_s
        samples = walker.samples
        if samples and not 0 < now_s - samples[-1].timestamp_s <= _GAP_S:
            events += self._end(walker, result.source, person)
            samples.clear()
            walker.smoothed_s = -math.inf
        sample = self._sample(walker, person, now_s)
        if sample is None:
            return events
        samples.append(sample)
        while now_s - samples[0].timestamp_s > _KEPT_S:
            samples.popleft()
        upright = not (lean_deg > settings.lean_deg or hips_high < settings.hips)  # also where that is not known
        speed = self._speed(samples) / size_px if upright else 0.0
        ahead = int(math.copysign(1, speed)) if abs(speed) >= settings.speed else 0
        if ahead:
            walker.fast_s = now_s
        walk = walker.walk
        if walk is not None and (ahead == -walk.ahead or now_s - walker.fast_s > settings.step_s[1] / 2):
            events += self._end(walker, result.source, person)
            walk = None
        if walk is None and ahead:
            apart_s = settings.step_s[0]
            walk = walker.walk = _Walk(ahead, Peaks(settings.reach, apart_s), Peaks(settings.reach, apart_s))
            walker.smoothed_s = now_s - settings.direction_s  # a walk is known only once it has begun
        if walk is not None:
            events += self._look(walker, walk, person, size_px, result)
        return events

    def _sample(self, walker: _Walker, person: Person, now_s: float) -> _Sample | None:
        """Where hips and ankles are; None where too little is known of them."""
        settings = self._settings
        points, scores = measured_points(person), person.keypoint_scores.tolist()
        middle = walker.hips.of(points, scores)
        if middle is None:
            return None
        hips = middle[0]
        for side, index in enumerate(ANKLES):
            if scores[index] >= settings.seen_score:
                walker.ankles[side] = (now_s, points[index][0] - hips)
            elif not 0 <= now_s - walker.ankles[side][0] <= settings.held_s:
                return None
        return _Sample(now_s, walker.ankles[0][1], walker.ankles[1][1], hips)

    def _speed(self, samples: Sequence[_Sample]) -> float:
        """Of the hips to the right, in px/s; 0 while it is not known."""
        last = samples[-1]
        first = next(s for s in samples if last.timestamp_s - s.timestamp_s <= self._settings.direction_s)
        elapsed_s = last.timestamp_s - first.timestamp_s
        return (last.hips - first.hips) / elapsed_s if elapsed_s >= 0.6 * self._settings.direction_s else 0.0

    def _look(self, walker: _Walker, walk: _Walk, person: Person, size_px: float, result: FrameResult) -> list[Event]:
        """Look for heel strikes and toe-offs in the samples that can be smoothed by now."""
        around_s, samples, events = self._settings.average_s, walker.samples, list[Event]()
        now_s = samples[-1].timestamp_s
        for sample in samples:
            at_s = sample.timestamp_s
            if not walker.smoothed_s < at_s <= now_s - around_s:
                continue
            walker.smoothed_s = at_s
            near = [other for other in samples if abs(other.timestamp_s - at_s) <= around_s]
            ahead = [(walk.ahead * other.left / size_px, walk.ahead * other.right / size_px) for other in near]
            struck = walk.front.add(at_s, median(max(pair) for pair in ahead))
            if struck is not None:
                events += self._struck(
                    walker, walk, self._strike(walk, samples, struck, size_px, 1), person, size_px, result
                )
            left = walk.back.add(at_s, -median(min(pair) for pair in ahead))
            if left is not None:
                walk.offs.append(self._strike(walk, samples, left, size_px, -1))
        return events

    def _strike(
        self, walk: _Walk, samples: Sequence[_Sample], span: tuple[float, float], size_px: float, foremost: int
    ) -> Strike:
        """What happened in the middle of a time span. foremost: 1 for the foot that is ahead, -1 for the other."""
        at_s = (span[0] + span[1]) / 2
        within = [s for s in samples if span[0] <= s.timestamp_s <= span[1]]
        nearest = min(samples, key=lambda s: abs(s.timestamp_s - at_s))
        leads = [foremost * walk.ahead * (s.left - s.right) / size_px for s in within or [nearest]]
        total = sum(abs(lead) for lead in leads)
        share = sum(lead for lead in leads if lead > 0) / total if total else 0.5
        side = "left" if share >= _SURE else "right" if share <= 1 - _SURE else ""
        return Strike(at_s, side, max(abs(lead) for lead in leads), nearest.hips)

    def _struck(
        self, walker: _Walker, walk: _Walk, strike: Strike, person: Person, size_px: float, result: FrameResult
    ) -> list[Event]:
        """A heel strike, if that is what it is: the events that follow from it."""
        settings, strikes, events = self._settings, walk.strikes, list[Event]()
        if strike.spread < settings.spread:
            return events
        if strikes:
            before = strikes[-1]
            apart_s = strike.timestamp_s - before.timestamp_s
            carried = walk.ahead * (strike.hips - before.hips) / size_px
            if apart_s < settings.step_s[0]:
                return events
            if apart_s > settings.step_s[1] or carried < settings.carried * (strike.spread + before.spread) / 2:
                events += self._summed(walk, result.source, person)
                walk.strikes, walk.offs, walk.told, walk.summed = [], [], 0, 0
        strikes = walk.strikes
        missed = self._between(walk, walker.samples, strikes[-1], strike, size_px) if strikes else None
        strikes += [missed, strike] if missed is not None else [strike]
        # One step is no walk: the first is told with the second.
        for index in range(walk.told, len(strikes) if len(strikes) > 1 else 0):
            walker.steps += 1
            walk.told += 1
            events.append(
                make(
                    "step",
                    strikes[index].timestamp_s,
                    result.source,
                    person,
                    side=told_side(strikes, index),
                    count=walker.steps,
                    step_s=strikes[index].timestamp_s - strikes[index - 1].timestamp_s if index else 0.0,
                )
            )
        if len(strikes) - walk.summed >= settings.every:
            events += self._summed(walk, result.source, person)
        return events

    def _between(
        self, walk: _Walk, samples: Sequence[_Sample], before: Strike, after: Strike, size_px: float
    ) -> Strike | None:
        """The strike of the other foot between two of the same one.

        Of somebody who walks half towards the camera, one foot is seen less far ahead of the hips than the other, for
        the feet are beside one another; but it comes ahead of the other foot all the same.
        """
        shortest_s = self._settings.step_s[0]
        usual_s = [b.timestamp_s - a.timestamp_s for a, b in pairwise(walk.strikes[-RECENT:])]
        longer_s = 1.5 * median_low(usual_s) if usual_s else _LONG_STEP_S
        if not before.side or before.side != after.side or after.timestamp_s - before.timestamp_s < longer_s:
            return None
        other = -1 if before.side == "left" else 1
        peaks = Peaks(self._settings.oblique, shortest_s)
        for sample in samples:
            if before.timestamp_s <= sample.timestamp_s <= after.timestamp_s:
                lead = other * walk.ahead * (sample.left - sample.right) / size_px
                span = peaks.add(sample.timestamp_s, lead)
                if span is not None:
                    found = self._strike(walk, samples, span, size_px, 1)
                    return found if found.spread >= self._settings.oblique and found.side != before.side else None
        return None

    def _end(self, walker: _Walker, source: str, who: Somebody) -> list[Event]:
        """The walk is over."""
        walk, walker.walk = walker.walk, None
        return self._summed(walk, source, who) if walk is not None else []

    def _summed(self, walk: _Walk, source: str, who: Somebody) -> list[Event]:
        """A summary of the walk, unless nothing has been added since the last one."""
        strikes = walk.strikes
        if len(strikes) < self._settings.least or len(strikes) == walk.summed:
            return []
        walk.summed = len(strikes)
        stances, strides = stance_shares(strikes, walk.offs)
        known = bool(stances)
        stance = fmean(stances) if known else 0.0
        return [
            make(
                "gait",
                strikes[-1].timestamp_s,
                source,
                who,
                cadence_spm=cadence(strikes),
                steps=len(strikes),
                symmetry=symmetry(strikes) if known else 0.0,
                stance=stance,
                swing=1.0 - stance if known else 0.0,
                confidence=_CONFIDENCE * len(stances) / strides if known else 0.0,
            )
        ]
