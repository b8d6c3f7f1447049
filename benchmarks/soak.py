"""Whether anything grows in a long run: memory, threads, descriptors, the age of frames.

    python benchmarks/soak.py --minutes 60            the performer at 30 fps through everything
    python benchmarks/soak.py --minutes 10 --faster 2 a source twice as fast as the network
    python benchmarks/soak.py --cycles 500            opens and closes of everything on a source of two frames

Memory is the resident set of this process. Its slope is a straight line through what was measured after the first
tenth; ``--json FILE`` keeps every sample.
"""

import argparse
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from posekit.assembly import load_network, make_estimator, make_pipeline
from posekit.config import OutputSettings, TrackingSettings, VisionSettings
from posekit.models.store import load_model
from posekit.plugins import load_adapter
from posekit.protocols import OutputContext, Source
from posekit.runner import Runner
from posekit.sources.pacing import Paced
from posekit.sources.spec import open_source
from posekit.types import Frame, FrameResult, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What this process holds after so many seconds (or cycles)."""

    at: float
    rss_mb: float
    threads: int
    descriptors: int


def rss_mb() -> float:
    """Resident memory of this process."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        text = subprocess.run(["ps", "-o", "rss=", "-p", str(os.getpid())], capture_output=True, text=True, check=True)
        return int(text.stdout) / 1024
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def descriptors() -> int:
    """Open files and sockets, -1 where that cannot be told."""
    folder = Path("/proc/self/fd") if Path("/proc/self/fd").is_dir() else Path("/dev/fd")
    return len(list(folder.iterdir())) - 1 if folder.is_dir() else -1


def sample(at: float) -> Sample:
    return Sample(at=at, rss_mb=rss_mb(), threads=threading.active_count(), descriptors=descriptors())


class Repeated:
    """The same pictures at a steady rate for so many seconds, a camera that is never late."""

    name = "repeated"
    live = False

    def __init__(self, pictures: list[Frame], fps: float, seconds: float) -> None:
        self._pictures = pictures
        self._fps = fps
        self._count = int(fps * seconds)

    def __iter__(self) -> Iterator[Frame]:
        for seq in range(self._count):
            picture = self._pictures[seq % len(self._pictures)]
            yield Frame(image=picture.image, timestamp_s=seq / self._fps, seq=seq)

    def close(self) -> None:
        pass


class Ages:
    """An adapter that notes how old frames are when they arrive, and the network's time for each."""

    def __init__(self) -> None:
        self.latency_ms: list[float] = []
        self.network_ms: list[float] = []

    def send(self, message: FrameResult | Status) -> None:
        if isinstance(message, FrameResult):
            self.latency_ms.append(message.latency_ms)
            self.network_ms.append(message.stage_ms["network"])

    def close(self) -> None:
        pass


def sink() -> tuple[socket.socket, str]:
    """A port of this computer that takes datagrams and does nothing with them."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    return receiver, f"127.0.0.1:{receiver.getsockname()[1]}"


def make_runner(source: Source, vision: VisionSettings, target: str, ages: Ages | None = None) -> Runner:
    """Everything that ``posekit run`` puts together, anew."""
    network = load_network(load_model(vision.model), vision)
    pipeline = make_pipeline(
        make_estimator(network, vision),
        source=source.name,
        vision=vision,
        tracking=TrackingSettings(),
        output=OutputSettings(),
    )
    osc = load_adapter("osc", target, {}, OutputContext(sources=(source.name,)))
    return Runner([(source, pipeline)], [osc, *([ages] if ages else [])])


def network_period_s(vision: VisionSettings, picture: Frame) -> float:
    """How long the network takes for one frame, when nothing else happens."""
    estimator = make_estimator(load_network(load_model(vision.model), vision), vision)
    times = []
    for _ in range(40):
        fitted = estimator.fit(picture)
        start_s = time.perf_counter()
        estimator.infer(fitted)
        times.append(time.perf_counter() - start_s)
    return float(np.median(times))


def run_for(options: argparse.Namespace, vision: VisionSettings, receiver_target: str) -> list[Sample]:
    """Run for so many minutes, and print a line per interval."""
    seconds = options.minutes * 60.0
    ages: Ages | None = None
    source = Paced(open_source(options.source), seconds=seconds)
    if options.faster:
        pictures = [frame for frame, _ in zip(open_source(options.source), range(60), strict=False)]
        period_s = network_period_s(vision, pictures[0])
        fps = options.faster / period_s
        print(f"network {period_s * 1e3:.2f} ms; source at {fps:.1f} fps")
        source, ages = Paced(Repeated(pictures, fps, seconds)), Ages()
    runner = make_runner(source, vision, receiver_target, ages)
    for number in (signal.SIGINT, signal.SIGTERM):  # whoever ends it early still sees what there was
        signal.signal(number, lambda *_: runner.stop())
    samples: list[Sample] = []
    done = threading.Event()
    start_s = time.monotonic()

    def watch() -> None:
        while True:
            samples.append(sample(time.monotonic() - start_s))
            one = samples[-1]
            print(f"{one.at:8.0f} s  {one.rss_mb:8.1f} MB  {one.threads} threads  {one.descriptors} fds", flush=True)
            if done.wait(options.every):
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        summary = runner.run()
    finally:
        done.set()
        watcher.join()
    ((name, figures),) = summary.sources.items()
    print(f"{name}: {figures.frames} frames, {figures.fps:.2f} fps, {figures.dropped} dropped")
    for stage, value in figures.percentiles.items():
        print(f"  {stage:8} p50 {value.p50:7.2f}  p95 {value.p95:7.2f}  p99 {value.p99:7.2f} ms")
    if ages is not None:
        report_ages(ages)
    return samples


def report_ages(ages: Ages) -> None:
    """The age of frames in periods of the network, of the median and of each frame's own."""
    latency, network = np.array(ages.latency_ms[30:]), np.array(ages.network_ms[30:])
    for name, period in (("median network period", np.median(network)), ("network time of the frame", network)):
        p50, p95, p99, worst = np.percentile(latency / period, (50, 95, 99, 100))
        over = float((latency >= 2 * period).mean())
        print(
            f"age at the result, in periods ({name}): p50 {p50:.2f}  p95 {p95:.2f}  p99 {p99:.2f}  most {worst:.2f}; "
            f"{over:.3%} at 2 or more"
        )


def run_cycles(count: int, vision: VisionSettings, target: str) -> list[Sample]:
    """Open and close everything so often."""
    pictures = [frame for frame, _ in zip(open_source("performer:squat"), range(2), strict=False)]
    samples = []
    for cycle in range(count):
        make_runner(Repeated(pictures, fps=2.0, seconds=1.0), vision, target).run()
        if cycle % max(count // 50, 1) == 0 or cycle == count - 1:
            gc.collect()
            samples.append(sample(float(cycle)))
    return samples


def slope(samples: list[Sample]) -> float:
    """MB per unit of ``at``, by a straight line through all but the first tenth."""
    kept = samples[len(samples) // 10 :]
    if len(kept) < 2:
        return 0.0
    return float(np.polyfit([one.at for one in kept], [one.rss_mb for one in kept], 1)[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--source", default="performer")
    parser.add_argument("--faster", type=float, metavar="TIMES", help="pace the source by the network instead")
    parser.add_argument("--cycles", type=int, metavar="N")
    parser.add_argument("--every", type=float, default=30.0, metavar="S", help="seconds between samples")
    parser.add_argument("--model", default=None)
    parser.add_argument("--input-size", default=None)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    vision = VisionSettings.of(model=options.model, input_size=options.input_size, threads=options.threads)
    receiver, target = sink()
    with receiver:
        if options.cycles:
            samples = run_cycles(options.cycles, vision, target)
            unit, factor = "cycle", 1024.0
        else:
            samples = run_for(options, vision, target)
            unit, factor = "hour", 3600.0
    first, last = samples[0], samples[-1]
    size = "KB" if options.cycles else "MB"
    print(
        f"memory {first.rss_mb:.1f} to {last.rss_mb:.1f} MB, slope {slope(samples) * factor:+.2f} {size} per {unit}; "
        f"threads {first.threads} to {last.threads}; descriptors {first.descriptors} to {last.descriptors}"
    )
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(one) for one in samples], indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
