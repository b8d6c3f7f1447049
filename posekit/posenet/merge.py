"""One set of poses from several looks at the same frame: everybody as the look shows them that suits their size."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.assignment import assign
from posekit.posenet.figures import Quality
from posekit.posenet.stature import statures
from posekit.similarity import areas, keypoint_weights, oks
from posekit.skeleton import TORSO
from posekit.types import FloatArray, Poses

__all__ = ["compared", "merged", "strangers"]

#: Poses of two looks that are more alike than this are the same person.
_ALIKE: Final = 0.3
_SURELY_ALIKE: Final = 0.5
#: Trunks so far apart, in statures, are like each other by 1/e.
_SAME_TRUNK: Final = 0.2
#: A pose of which less than this share is outside of better ones is made of their limbs, as a small input does with
#: people who stand side by side. Everyone takes up the box around what is seen of them, with a margin in statures.
_LEAST_OWN: Final = 0.3
_SEEN_SCORE: Final = 0.2
_MARGIN: Final = 0.1
#: A pose of less than this score that no other look shows is nobody.
_STRONG_SCORE: Final = 0.55


def merged(looks: Sequence[tuple[Poses, float]], quality: Quality, *, most: int | None = None) -> Poses:
    """Everyone whom any of the looks shows, best first, at most so many. Without appearance.

    looks: poses in source pixels, and network input pixels per source pixel, the look that counts most first. Of
    everyone the pose is taken of which score and what the network sees at such a size are best.
    """
    everyone = [_fitting(poses, scale, quality) for poses, scale in looks]
    xy, scores, pose_scores, fits = everyone[0]
    seen = np.ones(len(fits), int)
    for other_xy, other_scores, other_pose_scores, other_fits in everyone[1:]:
        alike = np.maximum(
            _likeness(xy, scores, other_xy, other_scores), _likeness_of_trunks(xy, scores, other_xy, other_scores)
        )
        rows, columns = assign(alike, least=_ALIKE)
        seen[rows] += 1
        fitter = other_fits[columns] > fits[rows]
        rows, columns = rows[fitter], columns[fitter]
        xy[rows], scores[rows] = other_xy[columns], other_scores[columns]
        pose_scores[rows], fits[rows] = other_pose_scores[columns], other_fits[columns]
        new = np.flatnonzero((alike < _ALIKE).all(axis=0))
        xy, scores = np.concatenate([xy, other_xy[new]]), np.concatenate([scores, other_scores[new]])
        pose_scores, fits = np.append(pose_scores, other_pose_scores[new]), np.append(fits, other_fits[new])
        seen = np.append(seen, np.ones(len(new), int))
    own = _own_shares(xy, scores, fits)
    real = ((pose_scores >= _STRONG_SCORE) | (seen > 1)) & (own >= _LEAST_OWN)
    real[: len(looks[0][0])] = True
    order = np.argsort(-pose_scores, kind="stable")
    order = order[real[order]][:most]
    return Poses(xy=xy[order], keypoint_scores=scores[order], scores=pose_scores[order])


def compared(poses: Poses, others: Poses) -> tuple[NDArray[np.intp], FloatArray]:
    """Which of ``poses`` the others show as well, and the ratio of their keypoints' mean scores there to those here."""
    alike = _likeness(poses.xy, poses.keypoint_scores, others.xy, others.keypoint_scores)
    rows, columns = assign(alike, least=_SURELY_ALIKE)
    here = poses.keypoint_scores[rows].mean(axis=1)
    return rows, others.keypoint_scores[columns].mean(axis=1) / np.maximum(here, 1e-3)


def strangers(poses: Poses, others: Poses) -> NDArray[np.intp]:
    """Indices of those ``others`` whom ``poses`` do not show, also of those who are half hidden behind another."""
    alike = _likeness(poses.xy, poses.keypoint_scores, others.xy, others.keypoint_scores)
    return np.flatnonzero((alike < _ALIKE).all(axis=0))


def _fitting(poses: Poses, scale: float, quality: Quality) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """The arrays of poses, to be written to, and how well each fits what the network sees."""
    tall = statures(poses.xy, poses.keypoint_scores) * np.float32(scale)
    fits = quality(tall) * poses.scores
    return poses.xy.copy(), poses.keypoint_scores.copy(), poses.scores.copy(), fits.astype(np.float32)


def _own_shares(xy: FloatArray, scores: FloatArray, fits: FloatArray) -> FloatArray:
    """(N,), 0…1: how much of each lies outside of everyone who fits better."""
    seen = (scores >= _SEEN_SCORE)[..., None]
    margin = np.nan_to_num(_MARGIN * statures(xy, scores), nan=0.0)[:, None]
    low = np.where(seen, xy, np.inf).min(axis=1) - margin
    high = np.where(seen, xy, -np.inf).max(axis=1) + margin
    inside = ((xy[:, None] >= low[None, :, None]) & (xy[:, None] <= high[None, :, None])).all(axis=-1)
    taken = (inside & (fits[None] > fits[:, None])[..., None]).any(axis=1)
    own: FloatArray = np.where(taken, 0.0, scores).sum(axis=1) / np.maximum(scores.sum(axis=1), 1e-6)
    return own


def _likeness(xy: FloatArray, scores: FloatArray, other_xy: FloatArray, other_scores: FloatArray) -> FloatArray:
    """(M, N), 0…1: how much each is like each other, keypoint by keypoint."""
    if not len(xy) or not len(other_xy):
        return np.zeros((len(xy), len(other_xy)), np.float32)
    weights, other_weights = keypoint_weights(scores), keypoint_weights(other_scores)
    return oks(xy, other_xy, area=areas(xy, weights), people_weights=weights, pose_weights=other_weights)


def _likeness_of_trunks(
    xy: FloatArray, scores: FloatArray, other_xy: FloatArray, other_scores: FloatArray
) -> FloatArray:
    """(M, N), 0…1: how near each trunk is to each other, 0 where a stature is not known.

    Keypoints alone would make two of one person whom one look sees from the front and the other from behind.
    """
    torso = list(TORSO)
    apart = np.linalg.norm(xy[:, None, torso].mean(axis=2) - other_xy[None, :, torso].mean(axis=2), axis=-1)
    reach = _SAME_TRUNK * np.sqrt(np.outer(statures(xy, scores), statures(other_xy, other_scores)))
    known = np.where(reach > 0, reach, np.inf)  # not NaN either
    return np.where(np.isfinite(known), np.exp(-((apart / known) ** 2)), 0.0).astype(np.float32)
