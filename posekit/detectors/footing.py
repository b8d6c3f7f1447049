"""Where people stand: the point between their feet, or where it would be."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from posekit.detectors.memory import Memory
from posekit.skeleton import INDEX
from posekit.types import FloatArray, FrameResult, Person

__all__ = ["Footing"]

_ANKLES: Final = [INDEX["leftAnkle"], INDEX["rightAnkle"]]
_HIPS: Final = [INDEX["leftHip"], INDEX["rightHip"]]
#: How fast what is known about the way from hips to feet follows what is seen, per frame's worth of certainty.
_FOLLOW: Final = 0.1


class _Legs:
    """(2,) torso lengths from the hips to the feet, once they were seen."""

    __slots__ = ("reach",)

    def __init__(self) -> None:
        self.reach: FloatArray | None = None


class Footing:
    """The middle of the ankles; of the hips where the ankles are unseen, and if the ankles were seen before, as far
    from the hips as then. A person of whom neither is seen stands nowhere.

    least_score: from which on a keypoint is seen.
    """

    def __init__(self, *, least_score: float = 0.3) -> None:
        self._least_score = least_score
        self._legs = Memory(_Legs)

    def of(self, result: FrameResult) -> Iterator[tuple[Person, float, float]]:
        """Everyone who is seen in this result, with x and y in pixels."""
        self._legs.forget(result)
        sizes = result.measures["size_px"].tolist() if len(result.measures) else []
        for person, size_px in zip(result.people, sizes, strict=False):
            if person.visible:
                place = self._place(person, size_px)
                if place is not None:
                    yield person, float(place[0]), float(place[1])

    def _place(self, person: Person, size_px: float) -> FloatArray | None:
        ankles, hips = self._middle(person, _ANKLES), self._middle(person, _HIPS)
        legs = self._legs.of(person)
        if ankles is not None:
            if hips is not None:
                reach = (ankles - hips) / np.float32(size_px)
                legs.reach = reach if legs.reach is None else legs.reach + np.float32(_FOLLOW) * (reach - legs.reach)
            return ankles
        if hips is not None and legs.reach is not None:
            return hips + legs.reach * np.float32(size_px)
        return hips

    def _middle(self, person: Person, pair: list[int]) -> FloatArray | None:
        """Between those of a pair that are seen."""
        seen = [index for index in pair if person.keypoint_scores[index] >= self._least_score]
        return person.xy[seen].mean(axis=0) if seen else None
