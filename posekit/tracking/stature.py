"""How large a person is in the picture: body length in pixels, from whichever limbs are seen."""

from typing import Final

import numpy as np

from posekit.skeleton import INDEX
from posekit.types import FloatArray

__all__ = ["body_lengths", "builds"]

#: Limbs as fractions of the body's length (height) of a standing adult, between keypoints as networks place them.
_LIMBS: Final = (
    ("leftShoulder", "rightShoulder", 0.22),
    ("leftHip", "rightHip", 0.13),
    ("leftShoulder", "leftHip", 0.31),
    ("rightShoulder", "rightHip", 0.31),
    ("leftShoulder", "leftElbow", 0.165),
    ("rightShoulder", "rightElbow", 0.165),
    ("leftElbow", "leftWrist", 0.145),
    ("rightElbow", "rightWrist", 0.145),
    ("leftHip", "leftKnee", 0.24),
    ("rightHip", "rightKnee", 0.24),
    ("leftKnee", "leftAnkle", 0.235),
    ("rightKnee", "rightAnkle", 0.235),
    ("leftEar", "rightEar", 0.085),
    ("nose", "leftShoulder", 0.17),
    ("nose", "rightShoulder", 0.17),
)
_FROM: Final = [INDEX[limb[0]] for limb in _LIMBS]
_TO: Final = [INDEX[limb[1]] for limb in _LIMBS]
_FRACTIONS: Final = np.array([limb[2] for limb in _LIMBS], np.float32)
_LEAST_SCORE: Final = 0.2
_LEAST_PX: Final = 8.0


def body_lengths(xy: FloatArray, keypoint_scores: FloatArray) -> FloatArray:
    """(N,) px: how tall each would be standing upright, before the camera.

    xy: (N, 17, 2). A limb that points at the camera is short, none is too long: so the long ones count more (fourth
    powers), which keeps the length steady while a person bends, turns or spreads the arms.
    """
    lengths = np.linalg.norm(xy[:, _FROM] - xy[:, _TO], axis=-1) / _FRACTIONS
    scores = np.minimum(keypoint_scores[:, _FROM], keypoint_scores[:, _TO])
    weights = np.where(scores >= _LEAST_SCORE, scores, 1e-3) * _FRACTIONS
    mean = (weights * lengths**4).sum(axis=1) / weights.sum(axis=1)
    result: FloatArray = np.maximum(mean**0.25, _LEAST_PX).astype(np.float32)
    return result


#: Limbs that make somebody's build, by their place in ``_LIMBS``; both sides of the body count together.
_BUILD: Final = ((0,), (1,), (2, 3), (4, 5), (8, 9), (10, 11))


def builds(xy: FloatArray, keypoint_scores: FloatArray, size_px: FloatArray) -> FloatArray:
    """(N, 7): logarithms of the body length, and of limbs relative to it; NaN where they are not seen."""
    lengths = np.linalg.norm(xy[:, _FROM] - xy[:, _TO], axis=-1)
    seen = np.minimum(keypoint_scores[:, _FROM], keypoint_scores[:, _TO]) >= 0.3
    lengths = np.where(seen, lengths, np.nan)
    result = np.empty((len(xy), 1 + len(_BUILD)), np.float32)
    result[:, 0] = np.log(size_px)
    for column, limbs in enumerate(_BUILD, start=1):
        result[:, column] = np.log(np.maximum(lengths[:, limbs].mean(axis=1), 1.0) / size_px)
    return result
