"""How tall a person would stand in the picture, from whatever part of them is seen: what the network's eye goes by."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import SEGMENTS

__all__ = ["statures"]

FloatArray = NDArray[np.float32]

_A: Final = np.array([a for a, _, _ in SEGMENTS])
_B: Final = np.array([b for _, b, _ in SEGMENTS])
_SHARES: Final = np.array([share for _, _, share in SEGMENTS], np.float32)

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
