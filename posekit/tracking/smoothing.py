"""One Euro filter for every keypoint of everyone at once, with speed measured in body lengths.

Source: Casiez, Roussel and Vogel, 1€ Filter, CHI 2012. Here the derivative is divided by the person's size, so that
one set of parameters serves near and far people; speed that is no more than a network's jitter counts as rest; and a
keypoint moves the filter by how sure the network is of it.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.tracking.table import Table
from posekit.types import FloatArray

__all__ = ["OneEuro", "Steadiness", "Trail"]

Floats = NDArray[np.float64]

#: A keypoint that scores less is lost: it holds, fades, and starts anew when it is seen again after so long.
_LOST_SCORE: Final = 0.1
#: Where a keypoint was lost is shown with so low a score, lest anybody take it for seen.
_FADING_SCORE: Final = 0.19
_GAP_S: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """What the filter does, in physical terms.

    rest_hz: cut-off at rest; lower is calmer. hz_per_speed: how much the cut-off rises per body length per second;
    higher follows fast motion more closely. rest_speed: what counts as rest, body lengths per second. speed_hz: cut-off
    of the speed estimate. trusted_score: keypoints that score less move the filter less.
    """

    rest_hz: float = 1.0
    hz_per_speed: float = 12.0
    rest_speed: float = 0.15
    speed_hz: float = 1.0
    trusted_score: float = 0.3

    @classmethod
    def of(cls, smoothing: float) -> "Steadiness":
        """One knob: 0 is raw, 0.5 the usual, 1 calm and late."""
        if smoothing <= 0:
            return cls(rest_hz=math.inf)
        factor = 4.0 ** (1.0 - 2.0 * smoothing)
        return cls(rest_hz=cls().rest_hz * factor, hz_per_speed=cls().hz_per_speed * factor)


@dataclass(slots=True, eq=False)
class Trail(Table):
    """Of N people's keypoints: xy and velocity (N, 17, 2), smoothed, px and px/s; and where, when and how surely each
    was last seen: measured (N, 17, 2), seen_s (N, 17), score (N, 17).
    """

    xy: FloatArray
    velocity: FloatArray
    measured: FloatArray
    seen_s: Floats
    score: FloatArray

    @classmethod
    def begun(cls, xy: FloatArray, keypoint_scores: FloatArray, now_s: float) -> "Trail":
        """From the first pose (N, 17, 2) of each."""
        return cls(
            xy=xy.copy(),
            velocity=np.zeros_like(xy),
            measured=xy.copy(),
            seen_s=np.where(keypoint_scores >= _LOST_SCORE, now_s, -np.inf),
            score=keypoint_scores.copy(),
        )

    def shown_score(self, keypoint_scores: FloatArray, now_s: Floats) -> FloatArray:
        """(N, 17): what keypoints count that score ``keypoint_scores`` at times ``now_s`` (N, 1): a lost one fades."""
        fading = np.minimum(self.score, _FADING_SCORE) * np.clip(1.0 - (now_s - self.seen_s) / _GAP_S, 0.0, 1.0)
        result: FloatArray = np.maximum(keypoint_scores, fading).astype(np.float32)
        return result


class OneEuro:
    """The filter's formulas; it keeps no state, a ``Trail`` does."""

    def __init__(self, steadiness: Steadiness) -> None:
        self._steadiness = steadiness

    def step(
        self, trail: Trail, pose: FloatArray, keypoint_scores: FloatArray, *, size_px: Floats, now_s: float
    ) -> Trail:
        """The trail of N people after their next pose.

        pose: (N, 17, 2) px. keypoint_scores: (N, 17). size_px: (N,) body length. No time, no motion.
        """
        steadiness = self._steadiness
        since_s = now_s - trail.seen_s
        seen, anew = keypoint_scores >= _LOST_SCORE, since_s > _GAP_S
        elapsed_s = np.clip(since_s, 1e-6, _GAP_S).astype(np.float32)[..., None]
        trust = np.minimum(keypoint_scores / steadiness.trusted_score, 1.0)[..., None]
        change = (pose - trail.measured) / elapsed_s - trail.velocity
        velocity = trail.velocity + _follow(steadiness.speed_hz, elapsed_s) * trust * change
        moved = pose
        if not math.isinf(steadiness.rest_hz):
            speed = np.hypot(velocity[..., :1], velocity[..., 1:]) / size_px[:, None, None]
            moving = np.sqrt(np.maximum(speed**2 - steadiness.rest_speed**2, 0.0))
            cut_off_hz = steadiness.rest_hz + steadiness.hz_per_speed * moving
            moved = trail.xy + _follow(cut_off_hz, elapsed_s) * trust * (pose - trail.xy)
        still = (~seen | (since_s <= 0)) & ~anew
        return Trail(
            xy=_either(anew, pose, _either(still, trail.xy, moved)),
            velocity=_either(anew, np.zeros_like(pose), _either(still, trail.velocity, velocity)),
            measured=_either(seen | anew, pose, trail.measured),
            seen_s=np.where(seen, now_s, trail.seen_s),
            score=np.where(seen, keypoint_scores, trail.score),
        )


def _either(which: NDArray[np.bool_], these: FloatArray, others: FloatArray) -> FloatArray:
    result: FloatArray = np.where(which[..., None], these, others).astype(np.float32)
    return result


def _follow(cut_off_hz: NDArray[np.floating] | float, elapsed_s: FloatArray) -> NDArray[np.floating]:
    """The share of the way that a first-order low-pass goes within ``elapsed_s``."""
    result: NDArray[np.floating] = 1.0 / (1.0 + 1.0 / (2.0 * np.pi * np.maximum(cut_off_hz, 1e-6) * elapsed_s))
    return result
