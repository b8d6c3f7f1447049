"""Activity: how much each person moves, for generative visuals."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from posekit.detectors.memory import Memory
from posekit.events import Event, make
from posekit.types import FrameResult

__all__ = ["Activity", "ActivitySettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySettings:
    """average_s: the level is an average over so long. period_s: between events."""

    average_s: float = 0.3
    period_s: float = 1.0


@dataclass(slots=True)
class _Level:
    """level: now. seen_s: the frame before. since_s: start of this event's period, with its integral, span and peak."""

    level: float = 0.0
    seen_s: float | None = None
    since_s: float = 0.0
    total: float = 0.0
    span_s: float = 0.0
    peak: float = 0.0

    def begin(self, now_s: float) -> None:
        self.since_s, self.total, self.span_s, self.peak = now_s, 0.0, 0.0, 0.0


class Activity:
    """The state channel ``activity`` (the measure ``motion``, averaged) and an ``activity`` event per period."""

    def __init__(self, settings: ActivitySettings | None = None) -> None:
        self._settings = settings or ActivitySettings()
        self._levels = Memory(_Level)

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events of this frame."""
        self._levels.forget(result)
        events = []
        now_s, period_s = result.timestamp_s, self._settings.period_s
        for row, person in enumerate(result.people):
            known = self._levels.of(person)
            elapsed_s = now_s - known.seen_s if known.seen_s is not None else -1.0
            known.seen_s = now_s
            if not 0 <= elapsed_s <= period_s:
                known.begin(now_s)
                continue
            motion = float(result.measures["motion"][row])
            motion = motion if math.isfinite(motion) else 0.0
            known.level += (1.0 - math.exp(-elapsed_s / self._settings.average_s)) * (motion - known.level)
            known.total += known.level * elapsed_s
            known.span_s += elapsed_s
            known.peak = max(known.peak, known.level)
            if now_s - known.since_s >= period_s:
                level = known.total / known.span_s
                events.append(make("activity", now_s, result.source, person, level=level, peak=known.peak))
                known.begin(now_s)
        return events

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        """``activity`` of everyone."""
        return {person.slot: {"activity": self._levels.of(person).level} for person in result.people}
