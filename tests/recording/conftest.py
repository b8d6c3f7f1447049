"""A run without a network: performers' keypoints with noise through the real pipeline, to adapters of the test."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posekit.detectors.presence import Presence
from posekit.events import Event, make
from posekit.pipeline import Pipeline
from posekit.protocols import OutputContext
from posekit.recording import Recorder
from posekit.sources.performer import Performer
from posekit.tracking.tracker import PoseTracker
from posekit.types import Frame, FrameResult, Person, Poses, SourceState, Status

SIZE = (640, 480)


def blank(seq: int, timestamp_s: float, size: tuple[int, int] = SIZE) -> Frame:
    """A frame without a picture worth its memory."""
    image = np.broadcast_to(np.zeros((1, 1, 3), np.uint8), (size[1], size[0], 3))
    return Frame(image=image, timestamp_s=timestamp_s, seq=seq, grabbed_s=timestamp_s + 1.0)


class Told:
    """An estimator that is told the truth, with noise, misses and colours, some of them unknown."""

    def __init__(self, performer: Performer) -> None:
        self._performer = performer

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        poses = self._performer.poses_at(frame.timestamp_s, noise_px=2.0, missing=0.05)
        looks = np.random.default_rng(frame.seq).normal(0.4, 0.02, (len(poses), 6)).astype(np.float32)
        looks[frame.seq % 3 :, 3:] = np.nan
        return replace(poses, appearance=looks)


class Mood:
    """A detector with channels that come, change, stay and go."""

    def update(self, result: FrameResult) -> Sequence[Event]:
        return ()

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        moods = {}
        for person in result.people:
            channels: dict[str, float] = {"hops": result.seq // 20}
            if result.seq % 50 < 25:
                channels = {"phase": (result.seq % 25) / 25, **channels}
            if result.seq % 40 < 10:
                channels["waving"] = 1
            moods[person.slot] = channels
        return moods


class Clock:
    """Seconds that pass by so much with every look at it."""

    def __init__(self, step_s: float = 0.0004) -> None:
        self.now_s = 100.0
        self.step_s = step_s

    def __call__(self) -> float:
        self.now_s += self.step_s
        return self.now_s


def pipeline(*, mirror: bool = False, spec: str = "performer", moody: bool = True) -> Pipeline:
    return Pipeline(
        Told(Performer.from_spec(spec)),
        PoseTracker(),
        source="camera",
        detectors=(Presence(), *((Mood(),) if moody else ())),
        mirror=mirror,
        clock=Clock(),
    )


def run(
    seconds: float = 20.0,
    *,
    mirror: bool = False,
    spec: str = "performer",
    fps: float = 15.0,
    moody: bool = True,
) -> Iterator[FrameResult | Status]:
    """The messages of a run: people come and go, the picture is lost once and comes back larger, statuses between."""
    made = pipeline(mirror=mirror, spec=spec, moody=moody)
    for seq in range(int(seconds * fps)):
        time_s = seq / fps
        if seq % int(fps / 2 + 0.5) == 0:
            yield Status(source="camera", state=SourceState.RUNNING, fps=14.97, latency_ms=21.0625, size=SIZE)
        size = SIZE if time_s < seconds * 0.6 else (800, 600)
        result = made.step(blank(seq, time_s, size))
        yield result
        if seq == int(seconds * fps * 0.6):
            lost = make("source", time_s, "camera", state="stalled", message="no frame for 2 s")
            yield made.end(result.seq, result.timestamp_s, result.size)
            yield Status(source="camera", state=SourceState.STALLED, size=size, message="no frame", events=(lost,))


@pytest.fixture
def live() -> Callable[..., Iterator[FrameResult | Status]]:
    """``run``, for tests."""
    return run


@pytest.fixture(scope="module")
def module_live() -> Callable[..., Iterator[FrameResult | Status]]:
    """The same for fixtures of a module."""
    return run


Record = Callable[..., Path]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Record messages into a file; its path."""

    def write(messages: Sequence[FrameResult | Status], **settings: Mapping[str, object]) -> Path:
        path = tmp_path / "take.jsonl.gz"
        recorder = Recorder.open(path, OutputContext(sources=("camera",), max_people=10), settings)
        for message in messages:
            recorder.send(message)
        recorder.close()
        return path

    return write
