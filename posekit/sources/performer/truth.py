"""What performers really do in a frame, and the poses that a perfect network would find in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.sources.performer.scene import Happening, Step
from posekit.types import Poses

__all__ = ["Truth", "as_poses"]

#: Scores of keypoints that are seen, hidden, and outside of the picture.
_SEEN: Final = 0.95
_HIDDEN: Final = 0.35
_OUTSIDE: Final = 0.05

#: How far from its place a keypoint is reported that is not found, in body heights (standard deviation).
_ASTRAY: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """What one performer really does in a frame.

    index: which performer. motion: its name. xy: (17, 2) float32, source-frame pixels, also outside of the picture.
    inside: (17,) bool, inside the picture. visible: (17,) bool, inside and not hidden by the body or by somebody
    nearer. height_px: of the standing body. phase: of the motion's cycle, 0 to 1. repetitions: completed since the
    motion began. happenings: all that have begun since. steps: all heel strikes since the walk began. Times are the
    source's.
    """

    index: int
    motion: str
    xy: NDArray[np.float32]
    inside: NDArray[np.bool_]
    visible: NDArray[np.bool_]
    height_px: float
    phase: float
    repetitions: int
    happenings: tuple[Happening, ...]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        for array in (self.xy, self.inside, self.visible):
            array.flags.writeable = False


def as_poses(truths: Sequence[Truth], random: np.random.Generator, *, noise_px: float, missing: float) -> Poses:
    """The truth as a network would report it: everyone of whom something is seen, those seen best first.

    noise_px: standard deviation of an error of every keypoint. missing: the part of keypoints that are not found.
    """
    shown = [truth for truth in truths if truth.visible.any()]
    if not shown:
        return Poses.empty()
    xy = np.array([truth.xy for truth in shown])
    inside, visible = np.array([truth.inside for truth in shown]), np.array([truth.visible for truth in shown])
    scores = np.where(visible, _SEEN, np.where(inside, _HIDDEN, _OUTSIDE)).astype(np.float32)
    if noise_px:
        xy += random.normal(0.0, noise_px, xy.shape).astype(np.float32)
    if missing:
        lost = random.random(scores.shape) < missing
        astray = np.array([truth.height_px for truth in shown], np.float32)[:, None, None] * _ASTRAY
        xy = np.where(lost[..., None], xy + astray * random.normal(size=xy.shape).astype(np.float32), xy)
        scores[lost] = 0.0
    means = scores.mean(axis=1)
    order = np.argsort(-means, kind="stable")
    return Poses(xy=xy[order], keypoint_scores=scores[order], scores=means[order])
