"""One Euro filter for every keypoint of everyone at once, with speed measured in body lengths.

Source: Casiez, Roussel and Vogel, 1€ Filter, CHI 2012. Here the derivative is divided by the person's size, so that
one set of parameters serves near and far people; and a keypoint moves the filter by how sure the network is of it.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posekit.types import FloatArray

__all__ = ["OneEuro", "Steadiness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """What the filter does, in physical terms.

    rest_hz: cut-off at rest; lower is calmer. hz_per_speed: how much the cut-off rises per body length per second;
    higher follows fast motion more closely. speed_hz: cut-off of the speed estimate. trusted_score: keypoints that
    score less move the filter less.
    """

    rest_hz: float = 0.7
    hz_per_speed: float = 5.0
    speed_hz: float = 0.7
    trusted_score: float = 0.3

    @classmethod
    def of(cls, smoothing: float) -> "Steadiness":
        """One knob: 0 is raw, 0.5 the usual, 1 calm and late."""
        if smoothing <= 0:
            return cls(rest_hz=math.inf)
        factor = 4.0 ** (1.0 - 2.0 * smoothing)
        return cls(rest_hz=cls().rest_hz * factor, hz_per_speed=cls().hz_per_speed * factor)


class OneEuro:
    """The filter's formulas; it keeps no state: the tracker's arrays do."""

    def __init__(self, steadiness: Steadiness) -> None:
        self._steadiness = steadiness

    def step(
        self,
        xy: FloatArray,
        velocity: FloatArray,
        before: FloatArray,
        measured: FloatArray,
        keypoint_scores: FloatArray,
        *,
        size_px: FloatArray,
        elapsed_s: NDArray[np.float64],
    ) -> tuple[FloatArray, FloatArray]:
        """New positions and velocities of N people.

        xy: (N, 17, 2) pixels, as filtered last. before, measured: alike, as measured last and now.
        velocity: (N, 17, 2) px/s. keypoint_scores: (N, 17). size_px: (N,) body length.
        elapsed_s: (N,) since each was last measured; where it is not positive, nothing moves.
        """
        steadiness = self._steadiness
        elapsed = np.maximum(elapsed_s, 1e-6).astype(np.float32)[:, None, None]
        trust = np.minimum(keypoint_scores / steadiness.trusted_score, 1.0)[..., None]
        follow = _follow(steadiness.speed_hz, elapsed) * trust
        moving = velocity + follow * ((measured - before) / elapsed - velocity)
        speed = np.linalg.norm(moving, axis=-1, keepdims=True) / size_px[:, None, None]
        moved = measured
        if not math.isinf(steadiness.rest_hz):
            cut_off_hz = steadiness.rest_hz + steadiness.hz_per_speed * speed
            moved = xy + _follow(cut_off_hz, elapsed) * trust * (measured - xy)
        still = (elapsed_s <= 0)[:, None, None]
        return (
            np.where(still, xy, moved).astype(np.float32),
            np.where(still, 0.0, moving).astype(np.float32),
        )


def _follow(cut_off_hz: FloatArray | float, elapsed_s: FloatArray) -> FloatArray:
    """The share of the way that a first-order low-pass goes within ``elapsed_s``."""
    turns = np.maximum(cut_off_hz, 1e-6) * elapsed_s
    return np.asarray(1.0 / (1.0 + 1.0 / (2.0 * np.pi * turns)), np.float32)
