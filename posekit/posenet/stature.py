"""How tall a person would stand in the picture, from whatever part of them is seen: what the network's eye goes by."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import INDEX

__all__ = ["statures"]

FloatArray = NDArray[np.float32]

#: Distances between keypoints as shares of a standing body's height, from the top of the head to the sole.
#: Source: Drillis and Contini 1966 for the limbs; eyes 63 mm and ears 145 mm apart on a body of 1.7 m; shoulders and
#: hips as far apart as their keypoints lie on people of known height.
_SEGMENTS: Final = (
    ("leftShoulder", "rightShoulder", 0.22),
    ("leftHip", "rightHip", 0.12),
    ("leftShoulder", "leftHip", 0.29),
    ("rightShoulder", "rightHip", 0.29),
    ("leftShoulder", "leftElbow", 0.165),
    ("rightShoulder", "rightElbow", 0.165),
    ("leftElbow", "leftWrist", 0.15),
    ("rightElbow", "rightWrist", 0.15),
    ("leftHip", "leftKnee", 0.24),
    ("rightHip", "rightKnee", 0.24),
    ("leftKnee", "leftAnkle", 0.235),
    ("rightKnee", "rightAnkle", 0.235),
    ("leftEye", "rightEye", 0.037),
    ("leftEar", "rightEar", 0.085),
)
_A: Final = np.array([INDEX[a] for a, _, _ in _SEGMENTS])
_B: Final = np.array([INDEX[b] for _, b, _ in _SEGMENTS])
_SHARES: Final = np.array([share for _, _, share in _SEGMENTS], np.float32)

_LEAST_SCORE: Final = 0.3
#: Segments that point at the camera look short, and nothing looks long, so it is one of the longest that counts; not
#: the very longest, lest one misplaced keypoint decide.
_QUANTILE: Final = 0.8


def statures(xy: NDArray[np.floating], keypoint_scores: NDArray[np.floating]) -> FloatArray:
    """(N,) float32: body heights in the pixels of ``xy``, also where most of the body is out of the picture.

    xy: (N, 17, 2). keypoint_scores: (N, 17). NaN for a person of whom no two neighbouring keypoints score 0.3.
    """
    lengths = np.linalg.norm(xy[:, _A] - xy[:, _B], axis=-1) / _SHARES
    seen = np.minimum(keypoint_scores[:, _A], keypoint_scores[:, _B]) >= _LEAST_SCORE
    ordered = np.sort(np.where(seen, lengths, np.inf), axis=1)  # those not seen come last
    counts = seen.sum(axis=1)
    chosen = np.floor(_QUANTILE * (counts - 1) + 0.3).astype(np.intp)  # of two the longer, of three the middle one
    result = ordered[np.arange(len(ordered)), np.maximum(chosen, 0)]
    return np.where(counts > 0, result, np.nan).astype(np.float32)
