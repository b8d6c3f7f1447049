"""Scenarios for detectors: what a performer really does, as a network would report it, tracked and measured.

No pictures and no network: the truth with noise, misses and jitter goes through the same pipeline as a camera's poses.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from posekit.events import Event
from posekit.pipeline import Pipeline
from posekit.protocols import Detector
from posekit.skeleton import INDEX, SWAPPED
from posekit.sources.performer import Performer, Truth
from posekit.sources.performer.motion import Motion, keyed
from posekit.sources.performer.posture import Posture, joints
from posekit.sources.performer.scene import staying
from posekit.sources.performer.truth import as_poses
from posekit.tracking.tracker import PoseTracker
from posekit.types import Frame, FrameResult, Person, Poses

WIDTH, HEIGHT = 640, 480


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """How a scenario is watched.

    jitter: how far frames are from even, as a share of the time between them. noise_px: standard deviation of each
    keypoint. missing: the share of keypoints that are not found. scale: of the picture with everyone in it.
    mirrored: left and right exchanged, in the picture and in the names of keypoints.
    """

    fps: float = 30.0
    jitter: float = 0.0
    noise_px: float = 1.0
    missing: float = 0.0
    scale: float = 1.0
    mirrored: bool = False
    seed: int = 0


#: Under each of these every detector must find the same.
CONDITIONS = {
    "plain": Conditions(),
    "8 fps": Conditions(fps=8.0),
    "15 fps": Conditions(fps=15.0),
    "60 fps": Conditions(fps=60.0),
    "20 % jitter": Conditions(jitter=0.2),
    "noise of 3 px": Conditions(noise_px=3.0),
    "10 % missing": Conditions(missing=0.1),
    "half size": Conditions(scale=0.5),
    "double size": Conditions(scale=2.0),
    "mirrored": Conditions(mirrored=True),
}


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What detectors made of a scenario, and who was on stage at its end."""

    results: Sequence[FrameResult]
    truth: Sequence[Truth]

    @property
    def events(self) -> list[Event]:
        return [event for result in self.results for event in result.events]

    def of(self, *kinds: str) -> list[Event]:
        """The events of these kinds, in the order in which they came."""
        return [event for event in self.events if event.kind in kinds]

    def channel(self, name: str, slot: int = 1) -> list[float]:
        """The state channel in every frame in which it is known."""
        states = (result.states.get(slot, {}) for result in self.results)
        return [state[name] for state in states if name in state]


class _Reported:
    """An estimator that reports poses of its own."""

    def __init__(self, poses_at: Callable[[float], Poses]) -> None:
        self._poses_at = poses_at

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        return self._poses_at(frame.timestamp_s)


def times(seconds: float, conditions: Conditions) -> Iterator[float]:
    """When frames are taken."""
    random = np.random.default_rng((conditions.seed, 11))
    for number in range(round(seconds * conditions.fps)):
        yield (number + 0.5 + conditions.jitter * random.uniform(-1.0, 1.0)) / conditions.fps


def reported(poses: Poses, conditions: Conditions) -> Poses:
    """The poses as they are under these conditions; noise and misses are the performer's business."""
    if not conditions.mirrored or not len(poses):
        return poses
    xy = poses.xy[:, SWAPPED].copy()
    xy[..., 0] = WIDTH * conditions.scale - 1 - xy[..., 0]
    return replace(poses, xy=xy, keypoint_scores=poses.keypoint_scores[:, SWAPPED])


def watch(
    detectors: Sequence[Detector],
    performer: Callable[..., Performer],
    seconds: float,
    conditions: Conditions = CONDITIONS["plain"],
) -> Watched:
    """Watch a performer for so long. performer: makes one, given ``width``, ``height``, ``noise`` and ``seed``."""
    width, height = round(WIDTH * conditions.scale), round(HEIGHT * conditions.scale)
    stage = performer(width=width, height=height, noise=0.0, seed=conditions.seed)

    def poses_at(timestamp_s: float) -> Poses:
        poses = stage.poses_at(timestamp_s, noise_px=conditions.noise_px, missing=conditions.missing)
        return reported(poses, conditions)

    results = piped(poses_at, times(seconds, conditions), detectors, size=(width, height))
    return Watched(results=results, truth=stage.truth_at(seconds))


@cache
def _staged(performer: Callable[..., Performer]) -> Performer:
    return performer(width=WIDTH, height=HEIGHT, noise=0.0)


@cache
def _rehearsed(performer: Callable[..., Performer], tick: int) -> tuple[Truth, ...]:
    """The truth at a sixtieth of a second: once for all conditions."""
    return _staged(performer).truth_at(tick / 60)


def _interpolated(performer: Callable[..., Performer], timestamp_s: float, scale: float) -> tuple[Truth, ...]:
    tick, share = divmod(timestamp_s * 60, 1.0)
    before, after = _rehearsed(performer, int(tick)), _rehearsed(performer, int(tick) + 1)
    return tuple(
        replace(one, xy=np.float32(scale) * (one.xy + np.float32(share) * (other.xy - one.xy)))
        for one, other in zip(before, after, strict=True)
    )


def watch_each(
    detectors: Sequence[Detector],
    performers: Mapping[str, Callable[..., Performer]],
    seconds: float,
    conditions: Conditions = CONDITIONS["plain"],
) -> dict[str, list[Event]]:
    """Watch performers at once, each in a picture's width of its own, from left to right; the events of each.

    As many scenarios for little more than the cost of one. Their number must not change while they perform.
    """
    width, height = round(WIDTH * conditions.scale), round(HEIGHT * conditions.scale)
    stages = list(performers.values())

    def seen(stage: Callable[..., Performer], column: int, timestamp_s: float) -> Poses:
        random = np.random.default_rng((conditions.seed, column, round(timestamp_s * 1e6)))
        truths = _interpolated(stage, timestamp_s, conditions.scale)
        poses = as_poses(truths, random, noise_px=conditions.noise_px, missing=conditions.missing)
        poses = reported(poses, conditions)
        return replace(poses, xy=poses.xy + np.float32([column * width, 0]))

    def poses_at(timestamp_s: float) -> Poses:
        shown = [seen(stage, column, timestamp_s) for column, stage in enumerate(stages)]
        return Poses(
            xy=np.concatenate([poses.xy for poses in shown]),
            keypoint_scores=np.concatenate([poses.keypoint_scores for poses in shown]),
            scores=np.concatenate([poses.scores for poses in shown]),
        )

    size = (width * len(stages), height)
    tracker = PoseTracker(max_people=len(stages))
    results = piped(poses_at, times(seconds, conditions), detectors, size=size, tracker=tracker)
    columns: dict[int, int] = {}
    for result in results:
        for person in result.people:
            column = int(person.xy[:, 0].mean() // width)
            assert columns.setdefault(person.id, column) == column
    told: dict[str, list[Event]] = {name: [] for name in performers}
    for event in (event for result in results for event in result.events if event.id is not None):
        told[list(performers)[columns[event.id]]].append(event)
    return told


def piped(
    poses_at: Callable[[float], Poses],
    timestamps_s: Iterable[float],
    detectors: Sequence[Detector],
    *,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    mirror: bool = False,
    tracker: PoseTracker | None = None,
) -> list[FrameResult]:
    """The results of poses, as a function of time, in a picture of ``size`` (width, height)."""
    pipeline = Pipeline(
        _Reported(poses_at), tracker or PoseTracker(), source="scenario", detectors=detectors, mirror=mirror
    )
    picture = np.broadcast_to(np.zeros((1, 1, 3), np.uint8), (size[1], size[0], 3))
    return [
        pipeline.step(Frame(image=picture, timestamp_s=timestamp_s, seq=seq))
        for seq, timestamp_s in enumerate(timestamps_s)
    ]


_STANDING = joints(Posture()).array()[:, :2] * (1, -1)


def standing(*places: tuple[float, float], height_px: float = 200.0, unseen: Sequence[str] = ()) -> Poses:
    """People who stand with the middle of their ankles at these places (x, y in pixels), without some keypoints."""
    feet = _STANDING[[INDEX["leftAnkle"], INDEX["rightAnkle"]]].mean(axis=0)
    xy = [(_STANDING - feet) * height_px + place for place in places]
    scores = np.full((len(places), 17), 0.95, np.float32)
    scores[:, [INDEX[part] for part in unseen]] = 0.02
    return Poses(
        xy=np.reshape(xy, (-1, 17, 2)).astype(np.float32),
        keypoint_scores=scores,
        scores=np.full(len(places), 0.9, np.float32),
    )


def along(start: tuple[float, float], end: tuple[float, float], seconds: float) -> Callable[[float], Poses]:
    """Somebody who glides from one place to another, and stays there."""

    def poses_at(timestamp_s: float) -> Poses:
        share = min(timestamp_s / seconds, 1.0)
        return standing((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))

    return poses_at


def told(results: Iterable[FrameResult], *kinds: str) -> list[Event]:
    """The events of these kinds."""
    return [event for result in results for event in result.events if event.kind in kinds]


def doing(motion: Motion, *, x: float | None = None) -> Callable[..., Performer]:
    """A performer of a motion of the test's own. x: where, in body heights; in the middle of the picture if not said.

    The body is as high as 0.62 of the picture, so that there is room to lie down.
    """
    size = 0.62
    place = WIDTH / (HEIGHT * size) / 2 if x is None else x
    return partial(Performer, roles=(staying("own", motion, place),), size=size)


def through(*keys: tuple[float, Posture], first: Posture | None = None) -> Motion:
    """A motion through postures, each reached after so many seconds."""
    period_s, posture, _ = keyed(first or Posture(), *keys)
    return Motion(period_s=period_s, posture=posture)
