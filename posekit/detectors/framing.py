"""Framing: whether a person stands so that everything about them can be seen."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from statistics import fmean
from typing import Final

from posekit.detectors.memory import Memory
from posekit.detectors.middles import ANKLES, HIPS, SHOULDERS
from posekit.events import Event
from posekit.skeleton import INDEX
from posekit.types import FrameResult, Person

__all__ = ["Framing", "FramingDetector", "FramingLimits"]

_FACE: Final = tuple(INDEX[name] for name in ("nose", "leftEye", "rightEye"))
_LOOKED_AT: Final = (*SHOULDERS, *HIPS, *ANKLES)


class Framing(IntEnum):
    """How a person stands before the camera: the value of the state channel ``framing``."""

    WHOLE = 0
    FEET_UNSEEN = 1
    TOO_CLOSE = 2
    TOO_FAR = 3
    TURNED_AWAY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FramingLimits:
    """Where the states begin.

    close, far: torso length as a part of the picture's longer side, above and below which somebody is too close or too
    far. Without hips somebody is too close as well: what is seen is a bust. seen_score: from which on a keypoint is
    seen. held_s: what is not found for so long is unseen. hidden_score: the face of somebody turned away scores less.
    settle_s: a state holds once it has lasted that long.
    """

    close: float = 0.36
    far: float = 0.035
    seen_score: float = 0.3
    held_s: float = 0.3
    hidden_score: float = 0.25
    settle_s: float = 0.5


@dataclass(slots=True)
class _Stand:
    """framing: what holds. candidate: what it looks like since ``since_s``. seen_s: when each part was found last."""

    framing: Framing | None = None
    candidate: Framing | None = None
    since_s: float = 0.0
    seen_s: dict[int, float] = field(default_factory=dict)


class FramingDetector:
    """The state channel ``framing`` of each person, a number of ``Framing``; it raises no events."""

    def __init__(self, limits: FramingLimits | None = None) -> None:
        self._limits = limits or FramingLimits()
        self._stands = Memory(_Stand)

    def update(self, result: FrameResult) -> Sequence[Event]:
        """Follow everyone; there are no events of this."""
        self._stands.forget(result)
        sizes = result.measures["size_px"].tolist() if result.people else ()
        for person, size_px in zip(result.people, sizes, strict=True):
            if person.visible:
                stand = self._stands.of(person)
                self._follow(stand, self._framing(stand, person, result, size_px), result.timestamp_s)
        return ()

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        """``framing`` of everyone."""
        framings = {person.slot: self._stands.of(person).framing for person in result.people}
        return {slot: {"framing": float(framing)} for slot, framing in framings.items() if framing is not None}

    def _follow(self, stand: _Stand, framing: Framing, now_s: float) -> None:
        if framing != stand.candidate or now_s < stand.since_s:
            stand.candidate, stand.since_s = framing, now_s
        if stand.framing is None or now_s - stand.since_s >= self._limits.settle_s:
            stand.framing = framing

    def _framing(self, stand: _Stand, person: Person, result: FrameResult, size_px: float) -> Framing:
        limits, now_s = self._limits, result.timestamp_s
        part = size_px / max(result.size)
        if part < limits.far:
            return Framing.TOO_FAR
        points, scores = person.xy.tolist(), person.keypoint_scores.tolist()
        last_x, last_y = result.size[0] - 1, result.size[1] - 1
        for index in _LOOKED_AT:
            x, y = points[index]
            if scores[index] >= limits.seen_score and 0 <= x <= last_x and 0 <= y <= last_y:
                stand.seen_s[index] = now_s

        def seen(pair: tuple[int, int]) -> int:
            """How many of a pair are found, and inside the picture."""
            return sum(0 <= now_s - stand.seen_s.get(index, -math.inf) < limits.held_s for index in pair)

        if part > limits.close or (seen(SHOULDERS) and not seen(HIPS)):
            return Framing.TOO_CLOSE
        if seen(ANKLES) < 2:
            return Framing.FEET_UNSEEN
        left, right = SHOULDERS
        from_behind = points[left][0] < points[right][0] and seen(SHOULDERS) == 2
        if from_behind and fmean(scores[index] for index in _FACE) < limits.hidden_score:
            return Framing.TURNED_AWAY
        return Framing.WHOLE
