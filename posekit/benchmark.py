"""Measures the bare network beside the whole pipeline, in turns, so that both see the same machine."""

import itertools
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from json import loads
from threading import Event
from types import TracebackType
from typing import Final, Self

import numpy as np

from posekit.assembly import make_estimator, make_pipeline
from posekit.config import OutputSettings, TrackingSettings, VisionSettings
from posekit.errors import SourceError
from posekit.plugins import load_adapter
from posekit.posenet.model import Network
from posekit.posenet.sizing import fitting
from posekit.protocols import Estimator, OutputContext, Source
from posekit.runner import Runner
from posekit.statistics import Percentiles
from posekit.types import Frame

__all__ = [
    "Camera",
    "Latency",
    "Rate",
    "Receiver",
    "at_fixed_size",
    "cycled",
    "decoded_frames",
    "measure_latency",
    "measure_rate",
]

#: Frames in memory may take so many bytes.
_MOST_BYTES: Final = 256 * 2**20
_WARM_UP: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Frames per second of ``invoke()`` alone and of the pipeline.

    ratio: pipeline over bare, the median of the rounds. bare: milliseconds of ``invoke()``. stages: of the pipeline.
    """

    bare_fps: float
    pipeline_fps: float
    ratio: float
    bare: Percentiles
    stages: Mapping[str, Percentiles]

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds from the grab of a frame to the arrival of its last datagram in another process.

    fps: of the camera. frames: that arrived. bare: ``invoke()`` alone at the same pace.
    """

    fps: float
    frames: int
    bare: Percentiles
    arrival: Percentiles

    @property
    def added_p50(self) -> float:
        """What everything but ``invoke()`` adds to the median."""
        return self.arrival.p50 - self.bare.p50

    @property
    def added_p95(self) -> float:
        """What it adds to the 95th percentile."""
        return self.arrival.p95 - self.bare.p95

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self) | {"added_p50": self.added_p50, "added_p95": self.added_p95}


def decoded_frames(source: Source, count: int, progress: Callable[[], object] = lambda: None) -> list[Frame]:
    """The first frames of a source, read into memory: ``count``, or as many as fit into 256 MB, but two at least.

    Raises SourceError if there is none.
    """
    frames: list[Frame] = []
    with closing(source):
        for frame in source:
            frames.append(frame)
            progress()
            if len(frames) >= count or (len(frames) >= 2 and len(frames) * frame.image.nbytes >= _MOST_BYTES):
                break
    if not frames:
        raise SourceError(f"{source.name} has no frame to measure with")
    return frames


def at_fixed_size(network: Network, vision: VisionSettings, frame: Frame) -> VisionSettings:
    """The settings with an input size: the one asked for, else the model's own in the aspect of the frame.

    The network is brought to that size, so that ``invoke()`` alone is of the size that the pipeline uses.
    """
    if vision.input_size is not None:
        return vision
    size = fitting(network.input_size, network.output_stride)(frame.size, ())
    network.resize(size)
    return vision.model_copy(update={"input_size": f"{size[0]}x{size[1]}"})


def cycled(frames: Sequence[Frame], fps: float = 30.0) -> Iterator[Frame]:
    """The frames again and again, as from a source that never ends."""
    for seq, frame in enumerate(itertools.cycle(frames)):
        yield replace(frame, seq=seq, timestamp_s=seq / fps, grabbed_s=0.0)


def measure_rate(
    network: Network,
    vision: VisionSettings,
    supply: Callable[[], Iterator[Frame]],
    *,
    reading: bool = False,
    rounds: int = 5,
    seconds: float = 1.0,
    progress: Callable[[], object] = lambda: None,
) -> Rate:
    """The bare network and the pipeline in turns, ``seconds`` each, ``rounds`` times.

    supply: begins frames without end. reading: the bare network takes one before every ``invoke()`` as well, as a
    program does that reads a video and runs the network.
    """
    estimator = make_estimator(network, vision)
    first = next(supply())
    for _ in range(3):
        estimator.estimate(first)
    bare_ms: list[float] = []
    results: list[tuple[float, float, float, Mapping[str, Percentiles]]] = []

    def bare() -> float:
        frames = supply() if reading else itertools.repeat(first)
        count, start_s = 0, time.perf_counter()
        while time.perf_counter() - start_s < seconds / 2:
            next(frames)
            bare_ms.append(_timed_ms(network.invoke))
            count += 1
        return count / (time.perf_counter() - start_s)

    with Receiver() as receiver:
        for _ in range(rounds):
            bare_fps = bare()
            source = _Timed(supply(), seconds)
            summary = _runner(source, make_estimator(network, vision), vision, receiver.target).run().sources["bench"]
            bare_fps = (bare_fps + bare()) / 2
            results.append((summary.fps / bare_fps, bare_fps, summary.fps, summary.percentiles))
            progress()
    ratio, bare_fps, pipeline_fps, stages = sorted(results, key=lambda result: result[0])[len(results) // 2]
    return Rate(bare_fps=bare_fps, pipeline_fps=pipeline_fps, ratio=ratio, bare=_percentiles(bare_ms), stages=stages)


def measure_latency(
    network: Network, vision: VisionSettings, frames: Sequence[Frame], *, fps: float = 30.0, seconds: float = 8.0
) -> Latency:
    """The pipeline behind a camera of ``fps``, and ``invoke()`` alone at that pace, half as long before and after."""
    bare_ms: list[float] = []

    def bare() -> None:
        pause, start_s = Event(), time.perf_counter()
        for number in range(int(fps * seconds / 2)):
            pause.wait(max(start_s + number / fps - time.perf_counter(), 0.0))
            bare_ms.append(_timed_ms(network.invoke))

    bare()
    camera = Camera(frames, fps, seconds)
    with Receiver() as receiver:
        _runner(camera, make_estimator(network, vision), vision, receiver.target).run()
        arrived_s = receiver.arrivals()
    bare()
    late_ms = [(arrived_s[seq] - stamp_s) * 1e3 for seq, stamp_s in camera.grabbed_s.items() if seq in arrived_s]
    if len(late_ms) <= _WARM_UP:
        raise SourceError(f"of {len(camera.grabbed_s)} frames only {len(late_ms)} arrived: this computer is too busy")
    return Latency(
        fps=fps, frames=len(late_ms), bare=_percentiles(bare_ms[_WARM_UP:]), arrival=_percentiles(late_ms[_WARM_UP:])
    )


class Camera:
    """Frames in memory as a camera delivers them: so many per second, for so many seconds.

    grabbed_s: what the clock read when each was grabbed, by its number. ended: whether that was all.
    """

    live = True
    rewinds = True

    def __init__(self, frames: Sequence[Frame], fps: float, seconds: float, *, name: str = "bench") -> None:
        self.name = name
        self.grabbed_s: dict[int, float] = {}
        self.ended = False
        self._frames = frames
        self._fps = fps
        self._count = int(fps * seconds)
        self._closed = Event()

    def __iter__(self) -> Iterator[Frame]:
        start_s = time.perf_counter()
        for frame in itertools.islice(cycled(self._frames, self._fps), self._count):
            if self._closed.wait(max(start_s + frame.timestamp_s - time.perf_counter(), 0.0)):
                return
            now_s = time.perf_counter()
            self.grabbed_s[frame.seq] = now_s
            yield replace(frame, timestamp_s=now_s, grabbed_s=now_s)
        self.ended = True

    def close(self) -> None:
        """The iteration ends."""
        self._closed.set()


class Receiver:
    """Another process that takes datagrams and notes when each frame's last one has arrived.

    target: where it listens.
    """

    def __init__(self) -> None:
        command = [sys.executable, "-I", "-c", _RECEIVER]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.target = f"127.0.0.1:{self._process.stdout.readline().strip()}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def arrivals(self) -> dict[int, float]:
        """By the frame's number, what the clock read; that of all processes is the same. To be called once."""
        text, _ = self._process.communicate("end\n")
        return {int(seq): arrived_s for seq, arrived_s in loads(text).items()}


#: A program that reads the number of the frame from the first message of each bundle, ``/pose/frame ,iif``.
_RECEIVER: Final = """
import json, socket, sys, threading, time
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
receiver.bind(("127.0.0.1", 0))
print(receiver.getsockname()[1], flush=True)
arrivals, sender = {}, socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

def wait_for_the_end():
    sys.stdin.readline()
    sender.sendto(b"end", receiver.getsockname())

threading.Thread(target=wait_for_the_end, daemon=True).start()
while True:
    datagram = receiver.recv(65536)
    now_s = time.perf_counter()
    if datagram == b"end":
        break
    if datagram[20:31] == b"/pose/frame":
        arrivals[int.from_bytes(datagram[40:44], "big")] = now_s
print(json.dumps(arrivals))
"""


class _Timed:
    """Frames as fast as they are taken, for so many seconds."""

    name = "bench"
    live = False

    def __init__(self, frames: Iterator[Frame], seconds: float) -> None:
        self._frames = frames
        self._seconds = seconds

    def __iter__(self) -> Iterator[Frame]:
        end_s = time.perf_counter() + self._seconds
        for frame in self._frames:
            if time.perf_counter() >= end_s:
                return
            yield frame

    def close(self) -> None:
        pass


def _runner(source: Source, estimator: Estimator, vision: VisionSettings, target: str) -> Runner:
    """Everything that ``posekit run`` does with a source, with OSC as its output."""
    pipeline = make_pipeline(
        estimator, source=source.name, vision=vision, tracking=TrackingSettings(), output=OutputSettings()
    )
    osc = load_adapter("osc", target, {}, OutputContext(sources=(source.name,), max_people=vision.max_people))
    return Runner([(source, pipeline)], [osc])


def _timed_ms(work: Callable[[], object]) -> float:
    start_s = time.perf_counter()
    work()
    return (time.perf_counter() - start_s) * 1e3


def _percentiles(values: Sequence[float]) -> Percentiles:
    return Percentiles(*np.percentile(values, (50, 95, 99)).tolist())
