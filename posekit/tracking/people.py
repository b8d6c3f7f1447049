"""Everyone whom the tracker knows, newcomers among them: one row each."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.tracking.motion import Motion
from posekit.tracking.sight import Sight
from posekit.tracking.signature import Signatures
from posekit.tracking.smoothing import OneEuro, Trail
from posekit.tracking.table import Table
from posekit.types import FloatArray

__all__ = ["People"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

#: The body length follows what is seen at this pace.
_SIZE_S: Final = 0.2
#: Keypoints that score less say nothing of where the body went, if at least so many others do.
_TELLING_SCORE: Final = 0.2
_TELLING_KEYPOINTS: Final = 3
#: Variance of the place of somebody who may be anywhere, body lengths².
_ANYWHERE: Final = 100.0


@dataclass(slots=True, eq=False)
class People(Table):
    """N rows.

    id, slot: (N,), below 1 for newcomers, who are yet to be confirmed. guess: (N,), id of the person whom a newcomer
    seems to be, or 0.
    entered_s, seen_s: (N,), when first and last seen. sightings, chances: (N,), in how many updates they were seen,
    and could have been.
    pose: (N, 17, 2) px, as seen last but for the noise of the body's place; from here ``motion`` carries on.
    keypoint_scores (N, 17), score (N,): of the pose seen last. size_px: (N,) body length.
    build, colours: what they look like. trail: their keypoints, smoothed.
    """

    id: NDArray[np.int64]
    slot: NDArray[np.int64]
    guess: NDArray[np.int64]
    entered_s: Floats
    seen_s: Floats
    sightings: NDArray[np.int64]
    chances: NDArray[np.int64]
    pose: FloatArray
    keypoint_scores: FloatArray
    score: FloatArray
    size_px: Floats
    motion: Motion
    build: Signatures
    colours: Signatures
    trail: Trail

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def newcomers(cls, sight: Sight, indices: Indices, now_s: float) -> "People":
        """Those whom these poses show."""
        count = len(indices)
        pose, scores, clear = sight.poses.xy[indices], sight.poses.keypoint_scores[indices], sight.clear[indices]
        return cls(
            id=np.zeros(count, np.int64),
            slot=np.zeros(count, np.int64),
            guess=np.zeros(count, np.int64),
            entered_s=np.full(count, now_s),
            seen_s=np.full(count, now_s),
            sightings=np.ones(count, np.int64),
            chances=np.ones(count, np.int64),
            pose=pose,
            keypoint_scores=scores,
            score=sight.poses.scores[indices],
            size_px=sight.size_px[indices].astype(np.float64),
            motion=Motion.unknown(count),
            build=Signatures.first(sight.builds[indices], clear),
            colours=Signatures.first(sight.colours[indices], clear),
            trail=Trail.begun(pose, scores, now_s),
        )

    def expect_colours(self, count: int) -> None:
        """Forget the colours that are known if they are not so many: the estimator describes people otherwise now."""
        if count != self.colours.mean.shape[1]:
            unseen = np.full((len(self), count), np.nan, np.float32)
            self.colours = Signatures.first(unseen, np.zeros(len(self), bool))

    def take_over(self, row: int, known_row: int) -> None:
        """Let the newcomer in one row be the person in another, who is then there twice."""
        new, known = np.array([row]), np.array([known_row])
        self.guess[self.guess == self.id[known_row]] = 0
        self.id[row], self.slot[row], self.guess[row] = self.id[known_row], self.slot[known_row], 0
        self.entered_s[row] = self.entered_s[known_row]
        self.build.put(new, self.build.rows(known))
        self.colours.put(new, self.colours.rows(known))

    def unsettle(self, rows: Indices) -> None:
        """Expect these people anywhere, and start their keypoints anew."""
        self.motion.place[rows] = _ANYWHERE
        self.trail.seen_s[rows] = -np.inf

    def put_back(self, by_s: float) -> None:
        """Go along with a clock that was set back."""
        self.entered_s -= by_s
        self.seen_s -= by_s
        self.trail.seen_s -= by_s

    def seen(
        self, sight: Sight, indices: Indices, now_s: float, *, doubtful: NDArray[np.bool_], smooth: OneEuro
    ) -> "People":
        """Everyone after being seen in these poses, one each.

        doubtful: (N,), whether the pose may be somebody else's.
        """
        elapsed_s = now_s - self.seen_s
        pose, scores = sight.poses.xy[indices], sight.poses.keypoint_scores[indices]
        clear = sight.clear[indices] & ~doubtful
        gone_px, motion = self.motion.after(elapsed_s, self.size_px)
        off_px = _median(pose - self.pose, np.minimum(scores, self.keypoint_scores)) - gone_px
        share, motion = motion.corrected(off_px, doubtful)
        return People(
            id=self.id,
            slot=self.slot,
            guess=self.guess,
            entered_s=self.entered_s,
            seen_s=np.full(len(self), now_s),
            sightings=self.sightings + 1,
            chances=self.chances,
            pose=(pose - ((1 - share)[:, None] * off_px)[:, None]).astype(np.float32),
            keypoint_scores=scores,
            score=sight.poses.scores[indices],
            size_px=self.size_px - np.expm1(-elapsed_s / _SIZE_S) * (sight.size_px[indices] - self.size_px),
            motion=motion,
            build=self.build.learned(sight.builds[indices], elapsed_s, clear),
            colours=self.colours.learned(sight.colours[indices], elapsed_s, clear),
            trail=smooth.step(self.trail, pose, scores, size_px=self.size_px, now_s=now_s),
        )


def _median(off: FloatArray, scores: FloatArray) -> Floats:
    """(N, 2): the median of (N, 17, 2) offsets over the keypoints that are seen, so that no limb counts as the body."""
    telling = scores >= _TELLING_SCORE
    telling[telling.sum(axis=1) < _TELLING_KEYPOINTS] = True
    ordered = np.sort(np.where(telling[..., None], off, np.inf), axis=1)
    everyone, count = np.arange(len(off)), telling.sum(axis=1)
    result: Floats = (ordered[everyone, (count - 1) // 2] + ordered[everyone, count // 2]).astype(np.float64) / 2
    return result
