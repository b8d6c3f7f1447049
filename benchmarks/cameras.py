"""Several cameras in one process: 1, 2 and 4 of 30 fps, each with a network of its own, and two of which one hangs.

    python benchmarks/cameras.py [--source VIDEO] [--model NAME] [--input-size HxW]

A camera is frames in memory at its pace. Latency is the age of a frame when its result is complete.
"""

import argparse
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Event

from posekit.assembly import load_network, make_estimator, make_pipeline
from posekit.benchmark import Camera, decoded_frames
from posekit.config import OutputSettings, TrackingSettings, VisionSettings
from posekit.models.store import load_model
from posekit.plugins import load_adapter
from posekit.protocols import OutputContext, Source
from posekit.runner import Runner
from posekit.sources.spec import open_source
from posekit.types import Frame

COUNTS = (1, 2, 4)


class Hanging:
    """A camera whose driver never returns."""

    live = True

    def __init__(self, name: str) -> None:
        self.name = name
        self._closed = Event()

    def __iter__(self) -> Iterator[Frame]:
        self._closed.wait()
        yield from ()

    def close(self) -> None:
        self._closed.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of so many cameras. fps: of the slowest. p50, p95: latency in ms of the latest. cores: busy."""

    cameras: int
    hanging: int
    fps: float
    p50: float
    p95: float
    cores: float


def measure(
    frames: Sequence[Frame], vision: VisionSettings, count: int, *, seconds: float, hanging: int = 0, fps: float = 30.0
) -> Load:
    """``count`` cameras beside each other, and ``hanging`` more that hang, until the first group has ended."""
    working = [Camera(frames, fps, seconds, name=f"camera-{number}") for number in range(count)]
    sources: list[Source] = [*working, *(Hanging(f"hanging-{number}") for number in range(hanging))]
    context = OutputContext(sources=tuple(source.name for source in sources))
    lanes = []
    for source in sources:
        network = load_network(load_model(vision.model), vision)
        estimator = make_estimator(network, vision)
        estimator.estimate(frames[0])
        pipeline = make_pipeline(
            estimator, source=source.name, vision=vision, tracking=TrackingSettings(), output=OutputSettings()
        )
        lanes.append((source, pipeline))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        osc = load_adapter("osc", f"127.0.0.1:{receiver.getsockname()[1]}", {}, context)
        runner = Runner(lanes, [osc], on_status=lambda status: None if _playing(working) else runner.stop())
        start_s, start_cpu_s = time.perf_counter(), time.process_time()
        summaries = runner.run().sources
    cores = (time.process_time() - start_cpu_s) / (time.perf_counter() - start_s)
    done = [summaries[source.name] for source in working]
    return Load(
        cameras=count,
        hanging=hanging,
        fps=min(summary.fps for summary in done),
        p50=max(summary.percentiles["latency"].p50 for summary in done),
        p95=max(summary.percentiles["latency"].p95 for summary in done),
        cores=cores,
    )


def _playing(cameras: Sequence[Camera]) -> bool:
    return not all(camera.ended for camera in cameras)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", default="performer:squat?people=3")
    parser.add_argument("--model")
    parser.add_argument("--input-size")
    parser.add_argument("--seconds", type=float, default=6.0)
    options = parser.parse_args()
    vision = VisionSettings.of(model=options.model, input_size=options.input_size, threads=1)
    frames = decoded_frames(open_source(options.source), 60)
    print(f"{'cameras':>8} {'hanging':>8} {'fps':>6} {'p50 ms':>7} {'p95 ms':>7} {'cores':>6}")
    for count, hanging in (*((count, 0) for count in COUNTS), (1, 1)):
        load = measure(frames, vision, count, seconds=options.seconds, hanging=hanging)
        print(f"{count:>8} {hanging:>8} {load.fps:>6.1f} {load.p50:>7.1f} {load.p95:>7.1f} {load.cores:>6.2f}")


if __name__ == "__main__":
    main()
