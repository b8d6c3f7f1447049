"""Jumps: both feet leave the ground, the body with them, for as long as gravity lets them."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from posekit.detectors.memory import Memory
from posekit.detectors.middles import ANKLES, HIPS, SHOULDERS, Middle, measured_points
from posekit.events import Event, make
from posekit.types import FrameResult, Person

__all__ = ["JumpSettings", "Jumps"]

#: After a gap of this length the ground is not known any more.
_GAP_S: Final = 0.5
#: Standard gravity in torso lengths of an adult (0.5 m) per second squared.
_GRAVITY: Final = 9.81 / 0.5
#: The lower foot is on the ground for most of the time before a jump, but the body dips: the quantiles of their heights
#: that are those of the ground, and of standing.
_GROUND: Final = 0.25
_STOOD: Final = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class JumpSettings:
    """What counts as a jump. Lengths are in torso lengths.

    clear: the lower foot rises above the ground by at least so much. height: the hips rise by at least so much after
    that; hips and shoulders also rise above where they were while standing, by at least the part ``whole`` of it: a
    network that errs about the feet alone makes no jump.
    airborne_s: the shortest and longest time in the air. floating: how many times longer, or shorter, than a body that
    is thrown up so high it may be there; one that is pulled up takes its time. ground_s: the ground is where the feet
    were for so long. stretched: hips are over the feet by at least so much at the take-off. upright: shoulders are over
    the hips by at least so much. seen_score: from which on a keypoint is seen. held_s: an ankle that is not found stays
    where it was for so long.
    """

    clear: float = 0.2
    height: float = 0.3
    whole: float = 0.6
    airborne_s: tuple[float, float] = (0.15, 1.0)
    floating: float = 1.6
    ground_s: float = 1.2
    stretched: float = 1.1
    upright: float = 0.5
    seen_score: float = 0.2
    held_s: float = 0.15


class _Sample(NamedTuple):
    """Heights of the lower ankle, the hips and the shoulders, in pixels upwards from the picture's top."""

    timestamp_s: float
    foot: float
    hips: float
    shoulders: float


class _Jump(NamedTuple):
    """When the feet left the ground, for how long, and how far the hips rose."""

    timestamp_s: float
    airborne_s: float
    height: float


@dataclass(slots=True)
class _Jumper:
    """seen_s: the last frame. ankles: when each was seen, and its height. stood: samples of the ground. flight: off it,
    with the last one on it; ground: its height then; upright: whether the body has been."""

    hips: Middle
    shoulders: Middle
    seen_s: float = -math.inf
    ankles: list[tuple[float, float]] = field(default_factory=lambda: [(-math.inf, 0.0), (-math.inf, 0.0)])
    stood: deque[_Sample] = field(default_factory=deque)
    flight: list[_Sample] = field(default_factory=list)
    upright: bool = True
    ground: float = 0.0


class Jumps:
    """``jump`` once somebody has landed, stamped with the take-off. Whose feet are not in view does not jump."""

    def __init__(self, settings: JumpSettings | None = None) -> None:
        self._settings = settings or JumpSettings()
        seen_score = self._settings.seen_score
        self._jumpers = Memory(lambda: _Jumper(hips=Middle(HIPS, seen_score), shoulders=Middle(SHOULDERS, seen_score)))

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events of this frame."""
        self._jumpers.forget(result)
        events = []
        sizes = result.measures["size_px"].tolist() if result.people else []
        for person, size_px in zip(result.people, sizes, strict=True):
            if not person.visible:
                continue
            jump = self._follow(self._jumpers.of(person), person, size_px, result.timestamp_s)
            if jump is not None:
                event = make(
                    "jump", jump.timestamp_s, result.source, person, height=jump.height, airborne_s=jump.airborne_s
                )
                events.append(event)
        return events

    def _follow(self, jumper: _Jumper, person: Person, size_px: float, now_s: float) -> _Jump | None:
        settings = self._settings
        if not 0 <= now_s - jumper.seen_s <= _GAP_S:
            jumper.stood.clear()
            jumper.flight.clear()
        jumper.seen_s = now_s
        sample = self._sample(jumper, person, now_s)
        if sample is None:
            return None
        if not jumper.flight:
            self._stand(jumper, sample, size_px)
            return None
        if sample.foot - jumper.ground >= settings.clear * size_px:
            jumper.flight.append(sample)
            jumper.upright &= sample.shoulders - sample.hips >= settings.upright * size_px
            if now_s - jumper.flight[0].timestamp_s > settings.airborne_s[1]:
                # That is where the ground is now, as on stairs, or the person has walked away.
                jumper.flight.clear()
                jumper.stood.clear()
            return None
        jump = self._landed(jumper, sample, size_px)
        jumper.flight.clear()
        self._stand(jumper, sample, size_px)
        return jump

    def _sample(self, jumper: _Jumper, person: Person, now_s: float) -> _Sample | None:
        settings = self._settings
        points, scores = measured_points(person), person.keypoint_scores.tolist()
        hips, shoulders = jumper.hips.of(points, scores), jumper.shoulders.of(points, scores)
        if hips is None or shoulders is None:
            return None
        for side, index in enumerate(ANKLES):
            if scores[index] >= settings.seen_score:
                jumper.ankles[side] = (now_s, -points[index][1])
            elif not 0 <= now_s - jumper.ankles[side][0] <= settings.held_s:
                return None
        foot = min(height for _, height in jumper.ankles)
        return _Sample(now_s, foot, -hips[1], -shoulders[1])

    def _stand(self, jumper: _Jumper, sample: _Sample, size_px: float) -> None:
        """Learn where the ground is, or notice that it has been left: the flight begins with the last step on it."""
        stood = jumper.stood
        if stood:
            ground = _quantile([s.foot for s in stood], _GROUND)
            long_enough = sample.timestamp_s - stood[0].timestamp_s >= self._settings.ground_s / 3
            if long_enough and sample.foot - ground >= self._settings.clear * size_px:
                jumper.ground = ground
                jumper.upright = sample.hips - sample.foot >= self._settings.stretched * size_px
                jumper.flight = [stood[-1], sample]
                return
        stood.append(sample)
        while sample.timestamp_s - stood[0].timestamp_s > self._settings.ground_s:
            stood.popleft()

    def _landed(self, jumper: _Jumper, landing: _Sample, size_px: float) -> _Jump | None:
        """The jump that has ended, if it was one."""
        settings = self._settings
        path = [*jumper.flight, landing]
        level = jumper.ground + settings.clear * size_px
        crossings = [
            (a.timestamp_s + share * (b.timestamp_s - a.timestamp_s), a.hips + share * (b.hips - a.hips))
            for a, b in pairwise(path)
            if (a.foot >= level) != (b.foot >= level)
            for share in [(level - a.foot) / (b.foot - a.foot)]
        ]
        if not crossings:
            return None
        (up_s, hips_up), (down_s, _) = crossings[0], crossings[-1]
        risen = (max(sample.foot for sample in path) - jumper.ground) / size_px
        # What is seen of a parabola above a level tells how long it is all in all.
        airborne_s = (down_s - up_s) / math.sqrt(max(1 - settings.clear / risen, 0.3))
        height = (max(sample.hips for sample in path) - hips_up) / size_px + settings.clear
        whole = min(
            max(getattr(sample, part) for sample in path) - _quantile([getattr(s, part) for s in jumper.stood], _STOOD)
            for part in ("hips", "shoulders")
        )
        thrown_s = math.sqrt(8 * max(height, 0.0) / _GRAVITY)
        shortest_s, longest_s = settings.airborne_s
        if (
            not jumper.upright
            or not shortest_s <= airborne_s <= longest_s
            or height < settings.height
            or whole < settings.whole * settings.height * size_px
            or not 1 / settings.floating <= airborne_s / thrown_s <= settings.floating
        ):
            return None
        return _Jump((up_s + down_s - airborne_s) / 2, airborne_s, height)


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * len(values))]
