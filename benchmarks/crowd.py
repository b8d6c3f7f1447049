"""A crowd whose every keypoint is known: six people who cross in pairs, hide each other, leave and come back.

Truth by construction, without a network: what a tracker is told is the truth with noise, misses and false poses.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posekit.types import Poses

WIDTH, HEIGHT = 1920, 1080

#: A standing person seen from the front, in body lengths: x from the middle, y from the top of the head.
STANDING = np.array(
    [
        (0.0, 0.07),
        (0.02, 0.055),
        (-0.02, 0.055),
        (0.045, 0.065),
        (-0.045, 0.065),
        (0.11, 0.18),
        (-0.11, 0.18),
        (0.14, 0.34),
        (-0.14, 0.34),
        (0.15, 0.48),
        (-0.15, 0.48),
        (0.06, 0.5),
        (-0.06, 0.5),
        (0.065, 0.73),
        (-0.065, 0.73),
        (0.07, 0.95),
        (-0.07, 0.95),
    ]
)


@dataclass(frozen=True)
class Step:
    """One frame: the true people who can be seen (id, keypoints), and what the tracker is told."""

    timestamp_s: float
    ids: tuple[int, ...]
    truth: NDArray[np.float64]
    poses: Poses


def pose_at(person: int, time_s: float, height_px: float) -> NDArray[np.float64]:
    """(17, 2) px, with the middle at (0, 0) and the head up: someone who walks and swings their arms."""
    build = 1.0 + 0.12 * np.sin(1.7 * person)
    shape = STANDING * (build, 1.0)
    swing = np.sin(2 * np.pi * (0.9 + 0.05 * person) * time_s + person)
    shape[[7, 9], 0] += np.array([0.03, 0.08]) * swing
    shape[[8, 10], 0] += np.array([0.03, 0.08]) * swing
    shape[[13, 15], 0] += np.array([0.03, 0.06]) * swing
    shape[[14, 16], 0] -= np.array([0.03, 0.06]) * swing
    return (shape - (0.0, 0.5)) * height_px


def place_at(person: int, time_s: float, height_px: float, speed: float) -> tuple[float, float, bool]:
    """x, y of the middle, and whether the person can be seen.

    Pair k = person // 2 has a lane of its own. Its two walk towards each other, meet behind one another (the second
    is hidden for a second), and walk on; every third time both leave the picture, and come back after 1.5 s.
    """
    pair, second = divmod(person, 2)
    reach, turn_s = 2.2 * height_px, 8.0 / speed
    phase = (time_s / turn_s + pair / 3.0) % 4.0
    swing = np.interp(phase, [0.0, 1.0, 1.5, 2.5, 3.0, 4.0], [-1.0, 1.0, 1.0, -1.0, -1.0, -1.0])
    x = WIDTH / 2 + (swing if not second else -swing) * reach
    y = HEIGHT * (0.2 + 0.3 * pair)
    hidden = bool(second) and abs(swing) < 0.5 * turn_s**-1 * 2.0
    # In the last stretch of every round the pair is outside for a second and a half.
    outside = 3.0 <= phase < 3.0 + 1.5 / turn_s
    return float(x), float(y), not hidden and not outside


def crowd(
    seed: int,
    *,
    seconds: float = 60.0,
    fps: float = 30.0,
    people: int = 6,
    height_px: float = 200.0,
    noise_px: float = 3.0,
    missed: float = 0.1,
    false: float = 0.03,
    jitter: float = 0.0,
    speed: float = 1.0,
) -> Iterator[Step]:
    """The frames. missed, false: the share of poses that is not there, or should not be.

    jitter: how far timestamps are from even, as a share of the frame's time. The truth of a frame is that of its own
    timestamp; people, their noise and their luck depend on the seed.
    """
    random = np.random.default_rng(seed)
    shift_s = random.uniform(0, 30)
    for number in range(int(seconds * fps)):
        timestamp_s = (number + jitter * random.uniform(-0.5, 0.5)) / fps
        ids, truth = [], []
        for person in range(people):
            x, y, seen = place_at(person, timestamp_s + shift_s, height_px, speed)
            if seen:
                ids.append(person)
                truth.append(pose_at(person, timestamp_s + shift_s, height_px) + np.array((x, y)))
        told, scores = [], []
        for keypoints in truth:
            if random.random() >= missed:
                told.append(keypoints + random.normal(0, noise_px, (17, 2)))
                scores.append(random.uniform(0.6, 0.95))
        if random.random() < false * max(len(truth), 1):
            x, y = random.uniform(0, WIDTH), random.uniform(0, HEIGHT)
            told.append(pose_at(9, random.uniform(0, 9), height_px * random.uniform(0.5, 1.2)) + np.array((x, y)))
            scores.append(random.uniform(0.3, 0.7))
        yield Step(
            timestamp_s=timestamp_s,
            ids=tuple(ids),
            truth=np.reshape(truth, (-1, 17, 2)),
            poses=Poses(
                xy=np.reshape(told, (-1, 17, 2)).astype(np.float32),
                keypoint_scores=np.full((len(told), 17), 0.8, np.float32),
                scores=np.array(scores, np.float32),
            ),
        )
