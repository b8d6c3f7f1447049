"""Which pose belongs to whom: object keypoint similarity, duplicates, optimal assignment.

Source of OKS: COCO's keypoint evaluation (pycocotools ``computeOks``).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from posekit.skeleton import OKS_SIGMAS
from posekit.types import FloatArray

__all__ = ["areas", "assign", "keypoint_weights", "oks", "unique"]

#: 2·(2σ)² of each keypoint.
_VARIANCES: Final = (2.0 * (2.0 * OKS_SIGMAS) ** 2).astype(np.float32)
#: A person's area is a fraction of the box around their keypoints, as COCO's segments are of their boxes.
_FILLED: Final = 0.53
#: The smallest area, px²: below it a pixel of noise would count as a large move.
_LEAST_AREA: Final = 32.0**2
_LEAST_SCORE: Final = 0.1


def keypoint_weights(keypoint_scores: FloatArray) -> FloatArray:
    """(N, 17): how much each keypoint counts; 0 below a score of 0.1, and never all 0."""
    weights = np.where(keypoint_scores >= _LEAST_SCORE, keypoint_scores, 0.0).astype(np.float32)
    weights[weights.sum(axis=1) == 0] = 1e-3
    return weights


def areas(xy: FloatArray, weights: FloatArray) -> FloatArray:
    """(N,) px²: the area of each person, from the box around the keypoints that count."""
    counts = (weights > 0)[..., None]
    low = np.where(counts, xy, np.inf).min(axis=1)
    high = np.where(counts, xy, -np.inf).max(axis=1)
    width, height = np.maximum(high - low, 0.0).T
    # A person seen from the side, or of whom only a part is seen, is not smaller for it.
    width, height = np.maximum(width, height / 3), np.maximum(height, width)
    result: FloatArray = np.maximum(_FILLED * width * height, _LEAST_AREA).astype(np.float32)
    return result


def oks(
    people: FloatArray, poses: FloatArray, *, area: FloatArray, people_weights: FloatArray, pose_weights: FloatArray
) -> FloatArray:
    """(M, N) similarity 0…1 of M people to N poses, each (·, 17, 2) in pixels.

    area: (M,) px². Keypoints count by the product of their weights on both sides.
    """
    squares = ((people[:, None] - poses[None]) ** 2).sum(axis=-1)
    similarity = np.exp(-squares / (_VARIANCES * area[:, None, None]))
    weights = people_weights[:, None] * pose_weights[None]
    total = weights.sum(axis=-1)
    result: FloatArray = (similarity * weights).sum(axis=-1) / np.maximum(total, 1e-9)
    return result


def unique(xy: FloatArray, keypoint_scores: FloatArray, scores: FloatArray, *, most_alike: float) -> NDArray[np.intp]:
    """Indices of the poses that are nobody's duplicate, best first: OKS to a better one is at most ``most_alike``."""
    order = np.argsort(-scores, kind="stable")
    if len(order) < 2:
        return order
    weights = keypoint_weights(keypoint_scores)
    alike = oks(xy, xy, area=areas(xy, weights), people_weights=weights, pose_weights=weights) > most_alike
    kept: list[int] = []
    for index in order.tolist():
        if not alike[kept, index].any():
            kept.append(index)
    return np.array(kept, np.intp)


def assign(gain: FloatArray, *, least: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs (row, column) with the largest total gain, without those of less than ``least``."""
    if not gain.size:
        nobody = np.zeros(0, np.intp)
        return nobody, nobody
    # Pairs that are not allowed are worth nothing: they must not displace others.
    rows, columns = linear_sum_assignment(np.where(gain >= least, gain, 0.0), maximize=True)
    good = gain[rows, columns] >= least
    return rows[good], columns[good]
