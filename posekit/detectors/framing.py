"""Framing: whether a person stands so that everything about them can be seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from posekit.detectors.memory import Memory
from posekit.events import Event
from posekit.skeleton import INDEX
from posekit.types import FrameResult, Person

__all__ = ["Framing", "FramingDetector", "FramingLimits"]

_FACE: Final = [INDEX[name] for name in ("nose", "leftEye", "rightEye")]
_SHOULDERS: Final = [INDEX[name] for name in ("leftShoulder", "rightShoulder")]
_HIPS: Final = [INDEX[name] for name in ("leftHip", "rightHip")]
_ANKLES: Final = [INDEX[name] for name in ("leftAnkle", "rightAnkle")]


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
    seen. hidden_score: the face of somebody turned away scores less. settle_s: a state holds once it has lasted that
    long.
    """

    close: float = 0.36
    far: float = 0.035
    seen_score: float = 0.3
    hidden_score: float = 0.25
    settle_s: float = 0.5


@dataclass(slots=True)
class _Stand:
    framing: Framing | None = None
    candidate: Framing | None = None
    since_s: float = 0.0


class FramingDetector:
    """The state channel ``framing`` of each person, a number of ``Framing``; it raises no events."""

    def __init__(self, limits: FramingLimits | None = None) -> None:
        self._limits = limits or FramingLimits()
        self._stands = Memory(_Stand)

    def update(self, result: FrameResult) -> Sequence[Event]:
        """Follow everyone; there are no events of this."""
        self._stands.forget(result)
        for row, person in enumerate(result.people):
            if person.visible:
                size_px = float(result.measures["size_px"][row])
                self._follow(self._stands.of(person), self._framing(person, result, size_px), result.timestamp_s)
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

    def _framing(self, person: Person, result: FrameResult, size_px: float) -> Framing:
        limits = self._limits
        part = size_px / max(result.size)
        if part < limits.far:
            return Framing.TOO_FAR
        seen = self._seen(person, result.size)
        if part > limits.close or (seen[_SHOULDERS].any() and not seen[_HIPS].any()):
            return Framing.TOO_CLOSE
        if not seen[_ANKLES].all():
            return Framing.FEET_UNSEEN
        scores = person.keypoint_scores
        left, right = person.xy[_SHOULDERS, 0]
        from_behind = left < right and bool((scores[_SHOULDERS] >= limits.seen_score).all())
        if from_behind and scores[_FACE].mean() < limits.hidden_score:
            return Framing.TURNED_AWAY
        return Framing.WHOLE

    def _seen(self, person: Person, size: tuple[int, int]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """(17,) which keypoints are found, and inside the picture."""
        inside = ((person.xy >= 0) & (person.xy <= np.array(size) - 1)).all(axis=1)
        found: np.ndarray[tuple[int], np.dtype[np.bool_]] = inside & (person.keypoint_scores >= self._limits.seen_score)
        return found
