"""People who stand where a test wants them, and what a network would tell of them."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from posekit.tracking.tracker import PoseTracker
from posekit.types import Person, Poses

#: A standing person seen from the front, in body heights: x from the middle, y from the top of the head.
STANDING = np.array(
    [
        (0.0, 0.07), (0.02, 0.055), (-0.02, 0.055), (0.045, 0.065), (-0.045, 0.065), (0.11, 0.18), (-0.11, 0.18),
        (0.14, 0.34), (-0.14, 0.34), (0.15, 0.48), (-0.15, 0.48), (0.06, 0.5), (-0.06, 0.5), (0.065, 0.73),
        (-0.065, 0.73), (0.07, 0.95), (-0.07, 0.95),
    ]
)  # fmt: skip

Pose = NDArray[np.float64]


def standing(x: float, y: float = 400.0, height_px: float = 200.0) -> Pose:
    """(17, 2) px: somebody the middle of whose body is at (x, y)."""
    return (STANDING - (0.0, 0.5)) * height_px + (x, y)


def told(
    *poses: Pose,
    scores: float | Sequence[float] = 0.9,
    colours: Sequence[Sequence[float]] | None = None,
    keypoint_scores: NDArray[np.floating] | float = 0.9,
) -> Poses:
    """What the network tells of these people. scores: of each. colours: of each one's clothes."""
    count = len(poses)
    return Poses(
        xy=np.reshape(poses, (count, 17, 2)).astype(np.float32),
        keypoint_scores=np.full((count, 17), keypoint_scores, np.float32),
        scores=np.full(count, scores, np.float32),
        appearance=None if colours is None else np.array(colours, np.float32).reshape(count, -1),
    )


def follow(
    tracker: PoseTracker, frames: Iterable[Poses], *, fps: float = 30.0, start_s: float = 0.0
) -> list[tuple[Person, ...]]:
    """The people of every frame."""
    return [tracker.update(poses, start_s + number / fps) for number, poses in enumerate(frames)]


def ids(people: Iterable[Person]) -> list[int]:
    return [person.id for person in people]


def slots(people: Iterable[Person]) -> list[int]:
    return [person.slot for person in people]


def middle_x(person: Person) -> float:
    return float(person.xy[[5, 6, 11, 12], 0].mean())
