"""Measures the bare network beside the whole pipeline, in turns, so that both see the same machine."""

import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from posekit.assembly import make_estimator, make_pipeline
from posekit.config import OutputSettings, TrackingSettings, VisionSettings
from posekit.errors import SourceError
from posekit.plugins import load_adapter
from posekit.posenet.model import PoseNet
from posekit.protocols import OutputContext, Source
from posekit.runner import Runner
from posekit.statistics import Percentiles
from posekit.types import Frame

__all__ = ["Figures", "decoded_frames", "measure"]

_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured. bare: ``invoke()`` alone. stages: of the pipeline, and its ``latency`` as a whole.

    Rates are frames per second, the best of ``_ROUNDS`` alternating rounds.
    """

    model: str
    input_size: tuple[int, int]
    threads: int
    frames: int
    bare: Percentiles
    bare_fps: float
    pipeline_fps: float
    stages: Mapping[str, Percentiles]

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def decoded_frames(source: Source, count: int, progress: Callable[[], object] = lambda: None) -> list[Frame]:
    """The first ``count`` frames of a source, read into memory. Raises SourceError if there is none."""
    frames: list[Frame] = []
    for frame in source:
        frames.append(frame)
        progress()
        if len(frames) == count:
            break
    source.close()
    if not frames:
        raise SourceError(f"{source.name} has no frame to measure with")
    return frames


def measure(frames: Sequence[Frame], network: PoseNet, vision: VisionSettings) -> Figures:
    """The bare network and the pipeline, each over all frames, in alternating rounds."""
    estimator = make_estimator(network, vision)
    for _ in range(5):
        estimator.estimate(frames[0])
    bare_ms: list[float] = []
    bare_fps, pipeline_fps = 0.0, 0.0
    stages: Mapping[str, Percentiles] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{receiver.getsockname()[1]}"
        for _ in range(_ROUNDS):
            times = []
            for _ in frames:
                start_s = time.perf_counter()
                network.invoke()
                times.append((time.perf_counter() - start_s) * 1e3)
            bare_ms += times
            bare_fps = max(bare_fps, 1e3 * len(times) / sum(times))
            pipeline = make_pipeline(
                estimator, source="bench", vision=vision, tracking=TrackingSettings(), output=OutputSettings()
            )
            output = load_adapter("osc", target, {}, OutputContext(sources=("bench",)))
            summary = Runner([(_Memory(frames), pipeline)], [output]).run().sources["bench"]
            rate = summary.fps
            if rate > pipeline_fps:
                pipeline_fps, stages = rate, summary.percentiles
    return Figures(
        model=network.name,
        input_size=network.input_size,
        threads=vision.threads,
        frames=len(frames),
        bare=Percentiles(*np.percentile(bare_ms, (50, 95, 99)).tolist()),
        bare_fps=bare_fps,
        pipeline_fps=pipeline_fps,
        stages=stages,
    )


class _Memory:
    """Frames that were read before."""

    name = "bench"
    live = False

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = frames

    def __iter__(self) -> Iterator[Frame]:
        return iter(self._frames)

    def close(self) -> None:
        pass
