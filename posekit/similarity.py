"""How alike poses are: object keypoint similarity, and duplicates.

Source of OKS: COCO's keypoint evaluation (pycocotools ``computeOks``).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import OKS_SIGMAS
from posekit.types import FloatArray

__all__ = ["areas", "keypoint_weights", "oks", "standing_areas", "surprise", "unique"]

#: 2·(2σ)² of each keypoint.
_VARIANCES: Final = (2.0 * (2.0 * OKS_SIGMAS) ** 2).astype(np.float32)
#: A person's area as a share of the box around their keypoints, and of their body length squared: about what COCO's
#: segments cover of the boxes, and of somebody who stands.
_FILLED: Final = 0.53
_STANDING: Final = 0.16
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


def standing_areas(size_px: NDArray[np.floating]) -> FloatArray:
    """(N,) px²: the area of people of these body lengths, whatever their posture."""
    result: FloatArray = np.maximum(_STANDING * size_px**2, _LEAST_AREA).astype(np.float32)
    return result


def oks(
    people: FloatArray,
    poses: FloatArray,
    *,
    area: FloatArray,
    people_weights: FloatArray,
    pose_weights: FloatArray,
    spread: FloatArray | float = 0.0,
) -> FloatArray:
    """(M, N) similarity 0…1 of M people to N poses, each (·, 17, 2) in pixels.

    area: (M,) px². Keypoints count by the product of their weights on both sides.
    spread: (M,) px², how uncertain it is where a person is; 0 gives COCO's OKS.
    """
    apart = people[:, None] - poses[None]
    apart *= apart
    squares = apart[..., 0] + apart[..., 1]
    width = _VARIANCES * area[:, None] + 2.0 * np.reshape(np.asarray(spread, np.float32), (-1, 1))
    weights = people_weights[:, None] * pose_weights[None]
    similarity = (np.exp(-squares / width[:, None]) * weights).sum(axis=-1)
    result: FloatArray = similarity / np.maximum(weights.sum(axis=-1), 1e-9)
    return result


def surprise(*, area: FloatArray, weights: FloatArray, spread: FloatArray) -> FloatArray:
    """(M,) >= 0: how little it tells, on a logarithmic scale, that a pose lies within so wide a ``spread``, px²."""
    widening = np.log1p(2.0 * spread[:, None] / (_VARIANCES * area[:, None]))
    result: FloatArray = (widening * weights).sum(axis=1) / weights.sum(axis=1)
    return result


def unique(alike: FloatArray, scores: FloatArray, *, most_alike: float) -> NDArray[np.intp]:
    """Indices of the poses that are nobody's duplicate, best first: OKS to a better one is at most ``most_alike``.

    alike: (N, N), OKS of the poses among themselves. scores: (N,).
    """
    if not np.tril(alike > most_alike, -1).any() and (scores[1:] <= scores[:-1]).all():
        return np.arange(len(scores))  # as nearly always
    kept: list[int] = []
    for index in np.argsort(-scores, kind="stable").tolist():
        if not (alike[kept, index] > most_alike).any():
            kept.append(index)
    return np.array(kept, np.intp)
