"""What one frame shows: the poses that count, and what is taken from each of them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import INDEX
from posekit.tracking.association import keypoint_weights, oks, standing_areas, unique
from posekit.tracking.stature import body_lengths, builds
from posekit.types import FloatArray, Poses

__all__ = ["Sight", "middles"]

#: Poses more alike than this are one person found twice.
_DUPLICATE_OKS: Final = 0.7
#: Half the width and height of a torso and what moves before it, in body lengths.
_TORSO_HALVES: Final = np.array((0.15, 0.2), np.float32)
_TORSO: Final = [INDEX[name] for name in ("leftShoulder", "rightShoulder", "leftHip", "rightHip")]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """N poses, best first, and of each: weights of its keypoints (N, 17); body length (N,) px; build (N, 7) and colours
    (N, D), of which people's signatures are made; OKS to one another (N, N); and whether nobody is so near that they
    hide one another (N,).
    """

    poses: Poses
    weights: FloatArray
    size_px: FloatArray
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
        usable = np.isfinite(poses.xy).all(axis=(1, 2)) & np.isfinite(poses.keypoint_scores).all(axis=1)
        usable &= np.isfinite(poses.scores)
        if region is not None and size is not None:
            x, y, width, height = region
            middle = middles(poses.xy) / np.array(size, np.float32)
            usable &= ((middle >= (x, y)) & (middle <= (x + width, y + height))).all(axis=1)
        poses = _chosen(poses, np.flatnonzero(usable))
        weights = keypoint_weights(poses.keypoint_scores)
        size_px = body_lengths(poses.xy, poses.keypoint_scores)
        alike = oks(poses.xy, poses.xy, area=standing_areas(size_px), people_weights=weights, pose_weights=weights)
        kept = unique(alike, poses.scores, most_alike=_DUPLICATE_OKS)
        poses, size_px = _chosen(poses, kept), size_px[kept]
        unseen = np.full((len(poses), colours), np.nan, np.float32)
        return cls(
            poses=poses,
            weights=weights[kept],
            size_px=size_px,
            builds=builds(poses.xy, poses.keypoint_scores, size_px),
            colours=unseen if poses.appearance is None else poses.appearance,
            alike=alike[np.ix_(kept, kept)],
            clear=_clear(middles(poses.xy), size_px),
        )


def middles(xy: FloatArray) -> FloatArray:
    """(N, 2) px: the middle of each torso."""
    result: FloatArray = xy[:, _TORSO].mean(axis=1)
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
