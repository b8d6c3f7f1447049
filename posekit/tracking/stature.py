"""How large people are in the picture and how they are built, from whichever limbs are seen."""

from typing import Final

import numpy as np

from posekit.skeleton import INDEX, SEGMENTS
from posekit.types import FloatArray

__all__ = ["body_lengths", "builds"]

_FROM: Final = [a for a, _, _ in SEGMENTS]
_TO: Final = [b for _, b, _ in SEGMENTS]
_SHARES: Final = np.array([share for _, _, share in SEGMENTS], np.float32)
_LEAST_SCORE: Final = 0.2
_LEAST_PX: Final = 8.0

#: What makes a build: segments, of which both sides of the body count together.
_BUILD: Final = tuple(
    tuple(SEGMENTS.index(segment) for segment in SEGMENTS if segment[:2] in pairs)
    for pairs in (
        [(INDEX[a], INDEX[b]) for a, b in names]
        for names in (
            [("leftShoulder", "rightShoulder")],
            [("leftHip", "rightHip")],
            [("leftShoulder", "leftHip"), ("rightShoulder", "rightHip")],
            [("leftShoulder", "leftElbow"), ("rightShoulder", "rightElbow")],
            [("leftHip", "leftKnee"), ("rightHip", "rightKnee")],
            [("leftKnee", "leftAnkle"), ("rightKnee", "rightAnkle")],
        )
    )
)
_ONE_SIDE: Final = [sides[0] for sides in _BUILD]
_OTHER_SIDE: Final = [sides[-1] for sides in _BUILD]


def body_lengths(xy: FloatArray, keypoint_scores: FloatArray) -> FloatArray:
    """(N,) px: how tall each would be standing upright before the camera; never 0.

    xy: (N, 17, 2). keypoint_scores: (N, 17). A limb that points at the camera is short, none is too long, so the long
    ones count more (fourth powers); and longer ones are measured more exactly (squares). That keeps the length steady
    from frame to frame and while a person bends, turns or spreads the arms.
    """
    lengths = _lengths(xy) / _SHARES
    scores = np.minimum(keypoint_scores[:, _FROM], keypoint_scores[:, _TO])
    weights = np.where(scores >= _LEAST_SCORE, scores, 1e-3) * _SHARES**2
    mean = (weights * lengths**4).sum(axis=1) / weights.sum(axis=1)
    result: FloatArray = np.maximum(mean**0.25, _LEAST_PX).astype(np.float32)
    return result


def builds(xy: FloatArray, keypoint_scores: FloatArray, size_px: FloatArray) -> FloatArray:
    """(N, 7): logarithms of the body length, and of limbs relative to it; NaN where they are not seen."""
    lengths = _lengths(xy)
    seen = np.minimum(keypoint_scores[:, _FROM], keypoint_scores[:, _TO]) >= _LEAST_SCORE
    lengths = np.where(seen, lengths, np.nan)
    limbs = (lengths[:, _ONE_SIDE] + lengths[:, _OTHER_SIDE]) / 2
    relative = np.maximum(limbs, 1.0) / size_px[:, None]
    result: FloatArray = np.log(np.concatenate([size_px[:, None], relative], axis=1)).astype(np.float32)
    return result


def _lengths(xy: FloatArray) -> FloatArray:
    """(N, 14) px: of each segment."""
    along = xy[:, _FROM] - xy[:, _TO]
    result: FloatArray = np.hypot(along[..., 0], along[..., 1])
    return result
