"""What one frame shows: the poses that count, and what is taken from each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.similarity import keypoint_weights, oks, standing_areas, unique
from posekit.skeleton import TORSO
from posekit.tracking.stature import body_lengths, builds
from posekit.types import FloatArray, Poses

__all__ = ["Sight", "middles"]

#: Poses of at least this score may start a person; weaker ones only continue one.
_STRONG_SCORE: Final = 0.4
#: Poses more alike than this are one person found twice.
_DUPLICATE_OKS: Final = 0.7
#: Half the width and height of a torso and what moves before it, in body lengths.
_TORSO_HALVES: Final = np.array((0.15, 0.2), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """N poses, best first, and of each: whether it is sure enough to start a person (N,); weights of its keypoints
    (N, 17); body length (N,) px; middle of the body (N, 2) px; build (N, 7) and colours (N, D), of which people's
    signatures are made; OKS to one another (N, N); and whether nobody is so near that they hide one another (N,).
    """

    poses: Poses
    strong: NDArray[np.bool_]
    weights: FloatArray
    size_px: FloatArray
    middle: FloatArray
    builds: FloatArray
    colours: FloatArray
    alike: FloatArray
    clear: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        poses: Poses,
        *,
        colours: int = 0,
        region: tuple[float, float, float, float] | None = None,
        size: tuple[int, int] | None = None,
    ) -> "Sight":
        """Without poses that are not finite, have the middle of the body outside the region, or are duplicates.

        colours: how many there are, if the poses have none. region: (x, y, width, height) as fractions of the picture
        of that size.
        """
        # A sum is finite only if all that it is made of is.
        usable = np.isfinite(poses.xy.sum(axis=(1, 2)) + poses.keypoint_scores.sum(axis=1) + poses.scores)
        if region is not None and size is not None:
            x, y, width, height = region
            place = middles(poses.xy) / np.array(size, np.float32)
            usable &= ((place >= (x, y)) & (place <= (x + width, y + height))).all(axis=1)
        if not usable.all():
            poses = _chosen(poses, np.flatnonzero(usable))
        weights = keypoint_weights(poses.keypoint_scores)
        size_px = body_lengths(poses.xy, poses.keypoint_scores)
        alike = oks(poses.xy, poses.xy, area=standing_areas(size_px), people_weights=weights, pose_weights=weights)
        kept = unique(alike, poses.scores, most_alike=_DUPLICATE_OKS)
        if len(kept) < len(poses) or (kept[1:] < kept[:-1]).any():
            poses, size_px, weights = _chosen(poses, kept), size_px[kept], weights[kept]
            alike = alike[np.ix_(kept, kept)]
        middle = middles(poses.xy)
        unseen = np.full((len(poses), colours), np.nan, np.float32)
        return cls(
            poses=poses,
            strong=poses.scores >= _STRONG_SCORE,
            weights=weights,
            size_px=size_px,
            middle=middle,
            builds=builds(poses.xy, poses.keypoint_scores, size_px),
            colours=unseen if poses.appearance is None else poses.appearance,
            alike=alike,
            clear=_clear(middle, size_px),
        )


def middles(xy: FloatArray, of: Sequence[int] = TORSO) -> FloatArray:
    """(N, 2) px: the middle of each torso, or of other keypoints."""
    result: FloatArray = xy[:, list(of)].sum(axis=1) / np.float32(len(of))
    return result


def _clear(middle: FloatArray, size_px: FloatArray) -> NDArray[np.bool_]:
    """(N,): whose torso no other overlaps."""
    apart = (middle[:, None] - middle) / (_TORSO_HALVES * (size_px[:, None] + size_px)[..., None])
    overlapping = (apart**2).sum(axis=-1) < 1
    return np.asarray(overlapping.sum(axis=1) == 1)


def _chosen(poses: Poses, indices: NDArray[np.intp]) -> Poses:
    return Poses(
        xy=poses.xy[indices],
        keypoint_scores=poses.keypoint_scores[indices],
        scores=poses.scores[indices],
        appearance=None if poses.appearance is None else poses.appearance[indices],
    )
