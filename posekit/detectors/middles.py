"""The middle of a pair of keypoints, steady also while only one of them is found."""

from typing import Final

import numpy as np

from posekit.skeleton import INDEX
from posekit.types import FloatArray, Person

__all__ = ["ANKLES", "HIPS", "SHOULDERS", "Middle"]

SHOULDERS: Final = (INDEX["leftShoulder"], INDEX["rightShoulder"])
HIPS: Final = (INDEX["leftHip"], INDEX["rightHip"])
ANKLES: Final = (INDEX["leftAnkle"], INDEX["rightAnkle"])


class Middle:
    """Remembers of one person how a pair lies about its middle, so that the middle does not jump to the keypoint that
    is left when the other is missed.

    pair: left and right keypoint. least_score: from which on a keypoint is found.
    """

    __slots__ = ("_half", "_least_score", "_pair")

    def __init__(self, pair: tuple[int, int], least_score: float) -> None:
        self._pair = pair
        self._least_score = least_score
        self._half: FloatArray | None = None

    def of(self, person: Person, xy: FloatArray) -> FloatArray | None:
        """(2,) pixels: the middle in ``xy`` (17, 2), the person's smoothed or measured keypoints; None if unseen."""
        left, right = self._pair
        scores = person.keypoint_scores
        left_found, right_found = scores[left] >= self._least_score, scores[right] >= self._least_score
        if left_found and right_found:
            self._half = (xy[left] - xy[right]) / np.float32(2)
        elif not (left_found or right_found):
            return None
        half = self._half if self._half is not None else np.zeros(2, np.float32)
        middle: FloatArray = xy[left] - half if left_found else xy[right] + half
        return middle
