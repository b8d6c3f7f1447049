"""Where people stand: the point between their feet, or where it would be."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from posekit.detectors.memory import Memory
from posekit.detectors.middles import ANKLES, HIPS, Middle
from posekit.types import FloatArray, FrameResult, Person

__all__ = ["Footing"]

_SEEN_SCORE: Final = 0.3
#: How much of each new look goes into what is known of the way from hips to feet.
_FOLLOW: Final = np.float32(0.1)


class _Legs:
    """reach: (2,) torso lengths from the hips to the feet, once they were seen."""

    __slots__ = ("ankles", "hips", "reach")

    def __init__(self) -> None:
        self.ankles = Middle(ANKLES, _SEEN_SCORE)
        self.hips = Middle(HIPS, _SEEN_SCORE)
        self.reach: FloatArray | None = None


class Footing:
    """The middle of the ankles; of the hips where the ankles are unseen, and if the ankles were seen before, as far
    from the hips as then. A person of whom neither is seen stands nowhere.
    """

    def __init__(self) -> None:
        self._legs = Memory(_Legs)

    def of(self, result: FrameResult) -> Iterator[tuple[Person, float, float]]:
        """Everyone who is seen in this result, with x and y in pixels."""
        self._legs.forget(result)
        sizes = result.measures["size_px"] if result.people else ()
        for person, size_px in zip(result.people, sizes, strict=True):
            place = self._place(person, size_px) if person.visible else None
            if place is not None:
                yield person, float(place[0]), float(place[1])

    def _place(self, person: Person, size_px: np.float32) -> FloatArray | None:
        legs = self._legs.of(person)
        ankles, hips = legs.ankles.of(person, person.xy), legs.hips.of(person, person.xy)
        if ankles is None:
            return hips if hips is None or legs.reach is None else hips + legs.reach * size_px
        if hips is not None:
            reach = (ankles - hips) / size_px
            legs.reach = reach if legs.reach is None else legs.reach + _FOLLOW * (reach - legs.reach)
        return ankles
