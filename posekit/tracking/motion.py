"""Where bodies go as a whole: a Kalman filter of constant velocity for each, in seconds and body lengths.

It follows the offset between where a person was expected and where they were seen, whichever keypoints those were.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.tracking.table import Table

__all__ = ["Motion"]

Floats = NDArray[np.float64]

#: How exactly a pose tells where the body is, in body lengths; and where another body may be meant.
_NOISE: Final = 0.02
_DOUBTFUL_NOISE: Final = 0.1
#: How people change their pace: spectral density of their acceleration, body lengths² per second³.
_AGILITY: Final = 0.5
#: How much of their pace they may lose or gain abruptly, and within what time.
_FICKLE: Final = 0.5
_FICKLE_S: Final = 0.3
#: A motion that is not seen any more dies away like this.
_MOMENTUM_S: Final = 1.0
#: How fast somebody may be who was seen only once, body lengths per second.
_FIRST_SPEED: Final = 1.0


@dataclass(slots=True, eq=False)
class Motion(Table):
    """Of N bodies: velocity (N, 2) px/s, and what is known of them, (N,) in body lengths and seconds: the variances of
    place and velocity, and their covariance.
    """

    velocity: Floats
    place: Floats
    pace: Floats
    shared: Floats

    @classmethod
    def unknown(cls, count: int) -> "Motion":
        """Of bodies that were seen once."""
        return cls(
            velocity=np.zeros((count, 2)),
            place=np.full(count, _NOISE**2),
            pace=np.full(count, _FIRST_SPEED**2),
            shared=np.zeros(count),
        )

    def after(self, elapsed_s: Floats, size_px: Floats) -> tuple[Floats, "Motion"]:
        """How far they should have gone (N, 2) px after (N,) seconds, and what is known of them then.

        size_px: (N,), their body lengths.
        """
        kept = np.exp(-elapsed_s / _MOMENTUM_S)
        carried_s = _MOMENTUM_S * -np.expm1(-elapsed_s / _MOMENTUM_S)
        # Whoever falls, jumps or runs may stop or turn at once.
        fickle = (_FICKLE * np.hypot(self.velocity[:, 0], self.velocity[:, 1]) / size_px) ** 2
        later = Motion(
            velocity=self.velocity * kept[:, None],
            place=self.place
            + 2 * carried_s * self.shared
            + carried_s**2 * (self.pace + fickle)
            + _AGILITY * elapsed_s**3 / 3,
            pace=kept**2 * self.pace + fickle * np.minimum(elapsed_s / _FICKLE_S, 1.0) + _AGILITY * elapsed_s,
            shared=kept * (self.shared + carried_s * self.pace) + _AGILITY * elapsed_s**2 / 2,
        )
        return self.velocity * carried_s[:, None], later

    def corrected(self, off_px: Floats, doubtful: NDArray[np.bool_]) -> tuple[Floats, "Motion"]:
        """Take in that they were seen ``off_px`` (N, 2) beside where they were expected.

        doubtful: (N,), whether it may have been somebody else. Returns the share (N,) of the offset that is real,
        the rest being noise, and what is known then.
        """
        total = self.place + np.where(doubtful, _DOUBTFUL_NOISE, _NOISE) ** 2
        share, gain_hz = self.place / total, self.shared / total
        return share, Motion(
            velocity=self.velocity + gain_hz[:, None] * off_px,
            place=self.place * (1 - share),
            pace=self.pace - self.shared * gain_hz,
            shared=self.shared * (1 - share),
        )
