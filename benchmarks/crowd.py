"""A crowd whose every keypoint is known: six people who cross in pairs, hide each other, leave and come back.

Truth by construction, without a network: what a tracker is told is the truth with noise, misses and false poses.
"""

from collections.abc import Iterator, Sequence
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
#: Which pairs of people cross a lane of their own, as a share of the picture's height.
LANES = (0.2, 0.5, 0.8)
#: For how long somebody who passes behind another is hidden, and somebody who walks out of the picture is away.
HIDDEN_S, AWAY_S = 1.0, 1.5
COLOURS = 6


@dataclass(frozen=True)
class Step:
    """One frame: the true people who can be seen (id, keypoints), and what the tracker is told."""

    timestamp_s: float
    ids: tuple[int, ...]
    truth: NDArray[np.float64]
    poses: Poses


@dataclass(frozen=True, kw_only=True)
class Walker:
    """Somebody who walks to and fro across the picture, past its borders, where they turn.

    tall_px: body length. broad: how broad they are, 1 is usual. pace_px: px/s. start_px: along the way at time 0.
    y_px: of the middle of the body. colours: of their clothes.
    """

    tall_px: float
    broad: float
    pace_px: float
    start_px: float
    y_px: float
    stride: float
    colours: NDArray[np.float64]

    def place(self, time_s: float) -> tuple[float, float]:
        """Where the middle of the body is, px."""
        beyond = self.pace_px * AWAY_S / 2
        way = WIDTH + 2 * beyond
        along = (self.start_px + self.pace_px * time_s) % (2 * way)
        return min(along, 2 * way - along) - beyond, self.y_px

    def pose(self, time_s: float) -> NDArray[np.float64]:
        """(17, 2) px: walking, and swinging the arms."""
        shape = STANDING * (self.broad, 1.0)
        swing = np.sin(2 * np.pi * (0.9 + 0.05 * self.stride) * time_s + self.stride)
        shape[[7, 9], 0] += np.array([0.03, 0.08]) * swing
        shape[[8, 10], 0] += np.array([0.03, 0.08]) * swing
        shape[[13, 15], 0] += np.array([0.03, 0.06]) * swing
        shape[[14, 16], 0] -= np.array([0.03, 0.06]) * swing
        return (shape - (0.0, 0.5)) * self.tall_px + self.place(time_s)


def cast(random: np.random.Generator, *, people: int, height_px: float, speed: float, alike: bool) -> list[Walker]:
    """Walkers in pairs, each pair in a lane, who walk towards each other at one pace."""
    walkers: list[Walker] = []
    for person in range(people):
        pair, second = divmod(person, 2)
        pace_px = walkers[-1].pace_px if second else speed * height_px * random.uniform(0.85, 1.15)
        way = WIDTH + pace_px * AWAY_S
        walkers.append(
            Walker(
                tall_px=height_px * (1.0 if alike else random.uniform(0.88, 1.12)),
                broad=1.0 if alike else random.uniform(0.88, 1.12),
                pace_px=pace_px,
                start_px=(second + random.uniform(0.05, 0.35)) * way,
                y_px=HEIGHT * LANES[pair % len(LANES)] + random.uniform(-15, 15),
                stride=random.uniform(0, 6),
                colours=random.uniform(0.1, 0.6, COLOURS),
            )
        )
    return walkers


def hidden(walkers: Sequence[Walker], seconds: float) -> list[list[tuple[float, float]]]:
    """Of each walker from when to when they are hidden, because the other of their pair passes before them.

    They take turns. Nobody is hidden who leaves the picture soon after, or has just come in.
    """
    times = np.arange(0.0, seconds, 0.01)
    spans: list[list[tuple[float, float]]] = [[] for _ in walkers]
    for first in range(0, len(walkers) - 1, 2):
        pair = walkers[first : first + 2]
        x = np.array([[walker.place(time_s)[0] for time_s in times] for walker in pair])
        apart = x[0] - x[1]
        crossings = times[1:][np.sign(apart[1:]) != np.sign(apart[:-1])]
        turn = 0
        for crossing_s in crossings:
            near = np.abs(times - crossing_s) < HIDDEN_S + AWAY_S
            if ((x[:, near] >= 0) & (x[:, near] < WIDTH)).all():
                spans[first + turn % 2].append((crossing_s - HIDDEN_S / 2, crossing_s + HIDDEN_S / 2))
                turn += 1
    return spans


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
    speed: float = 0.45,
    alike: bool = False,
    coloured: bool = False,
) -> Iterator[Step]:
    """The frames. missed, false: the share of poses that is not there, or should not be.

    jitter: how far timestamps are from even, as a share of the frame's time. speed: body lengths per second. alike:
    everyone is of the same build. coloured: with the colours of their clothes. The truth of a frame is that of its own
    timestamp; the people depend on the seed, and their noise and luck on the seed and the number of the frame.
    """
    walkers = cast(np.random.default_rng(seed), people=people, height_px=height_px, speed=speed, alike=alike)
    behind = hidden(walkers, seconds)
    random = np.random.default_rng((seed, 1))
    for number in range(int(seconds * fps)):
        timestamp_s = max((number + jitter * random.uniform(-0.5, 0.5)) / fps, 0.0)
        ids = [
            person
            for person, walker in enumerate(walkers)
            if 0 <= walker.place(timestamp_s)[0] < WIDTH
            and not any(start_s <= timestamp_s < end_s for start_s, end_s in behind[person])
        ]
        truth = [walkers[person].pose(timestamp_s) for person in ids]
        told = [
            (keypoints + random.normal(0, noise_px, (17, 2)), random.uniform(0.6, 0.95), walkers[person].colours)
            for person, keypoints in zip(ids, truth, strict=True)
            if random.random() >= missed
        ]
        told += [_nobody(random, height_px) for _ in ids if random.random() < false]
        told.sort(key=lambda pose: -pose[1])
        colours = np.array([pose[2] for pose in told]).reshape(-1, COLOURS)
        yield Step(
            timestamp_s=timestamp_s,
            ids=tuple(ids),
            truth=np.reshape(truth, (-1, 17, 2)),
            poses=Poses(
                xy=np.reshape([pose[0] for pose in told], (-1, 17, 2)).astype(np.float32),
                keypoint_scores=random.uniform(0.5, 1.0, (len(told), 17)).astype(np.float32),
                scores=np.array([pose[1] for pose in told], np.float32),
                appearance=(colours + random.normal(0, 0.02, colours.shape)).astype(np.float32) if coloured else None,
            ),
        )


def _nobody(random: np.random.Generator, height_px: float) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """A pose that is nobody's, somewhere in the picture."""
    shape = (STANDING - (0.0, 0.5)) * height_px * random.uniform(0.5, 1.3)
    place = (random.uniform(0, WIDTH), random.uniform(0, HEIGHT))
    return shape + place, random.uniform(0.3, 0.7), random.uniform(0.1, 0.6, COLOURS)
