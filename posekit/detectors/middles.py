"""The middle of a pair of keypoints, steady also while only one of them is found.

Plain numbers instead of arrays: for a few points per person they are several times faster.
"""

from collections.abc import Sequence

from posekit.skeleton import ANKLES, HIPS, SHOULDERS
from posekit.types import Person

__all__ = ["ANKLES", "HIPS", "SHOULDERS", "Middle", "Points", "measured_points"]

#: 17 × (x, y) in pixels.
Points = Sequence[Sequence[float]]


def measured_points(person: Person) -> Points:
    """The keypoints as the network saw them in this frame; where it did not, as they are held."""
    points: Points = (person.xy if person.measured is None else person.measured).tolist()
    return points


class Middle:
    """Remembers of one person how a pair lies about its middle, so that the middle does not jump to the keypoint that
    is left when the other is missed.

    pair: left and right keypoint. least_score: from which on a keypoint is found.
    """

    __slots__ = ("_half_x", "_half_y", "_least_score", "_pair")

    def __init__(self, pair: tuple[int, int], least_score: float) -> None:
        self._pair = pair
        self._least_score = least_score
        self._half_x = self._half_y = 0.0

    def of(self, points: Points, scores: Sequence[float]) -> tuple[float, float] | None:
        """x and y of the middle in pixels; None if neither is found."""
        left, right = self._pair
        if scores[left] >= self._least_score:
            x, y = points[left]
            if scores[right] >= self._least_score:
                other_x, other_y = points[right]
                self._half_x, self._half_y = (x - other_x) / 2, (y - other_y) / 2
            return x - self._half_x, y - self._half_y
        if scores[right] >= self._least_score:
            x, y = points[right]
            return x + self._half_x, y + self._half_y
        return None
