"""Many WebSocket clients on one posekit: frames received, their age, and what serving them costs.

Five performers at a paced 30 Hz go through the whole pipeline (``--bare``: through one whose network costs nothing) to
clients in other processes. The age of a frame is from the moment it leaves the pipeline until a client has all of it;
CPU is that of the threads that deliver and serve, in percent of one core. ``--stalled`` more clients never read.

python benchmarks/websocket.py
python benchmarks/websocket.py --sweep                clients against CPU, up to 1,000
python benchmarks/websocket.py --format f32 --bare
"""

import argparse
import logging
import multiprocessing
import resource
import selectors
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from multiprocessing.connection import Connection

import numpy as np

from posekit.assembly import load_network, make_estimator, make_pipeline
from posekit.config import OutputSettings, TrackingSettings, VisionSettings
from posekit.models.store import load_model
from posekit.pipeline import Inferred, Pipeline
from posekit.protocols import Estimator, OutputContext
from posekit.runner import Runner
from posekit.sources.pacing import Paced
from posekit.sources.performer import Performer
from posekit.types import Frame, FrameResult, Person, Poses
from posekit_websocket import WebSocketAdapter, create

FPS = 30
SPEC = "performer:jumping_jack?people=5"
PER_PROCESS = 250
REQUEST = (
    "GET /?format={} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Loop:
    """A second of pictures, drawn beforehand, for ever."""

    name = "performer"
    live = False

    def __init__(self) -> None:
        self._frames = list(islice(Performer.from_spec(SPEC), FPS))

    def __iter__(self) -> Iterator[Frame]:
        for seq in count():
            yield replace(self._frames[seq % FPS], seq=seq, timestamp_s=seq / FPS, grabbed_s=0.0)

    def close(self) -> None:
        pass


class Truthful:
    """An estimator that costs nothing: it knows."""

    def __init__(self) -> None:
        performer = Performer.from_spec(SPEC)
        self._poses = [
            Poses(
                xy=np.array([truth.xy for truth in performer.truth_at(k / FPS)], np.float32),
                keypoint_scores=np.full((5, 17), 0.9, np.float32),
                scores=np.full(5, 0.9, np.float32),
            )
            for k in range(FPS)
        ]

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        return self._poses[frame.seq % FPS]


class Stamped:
    """A pipeline whose results say when they left it, by the clock that all processes share."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.left = 0
        self._pipeline = pipeline

    def __getattr__(self, name: str) -> object:
        return getattr(self._pipeline, name)

    def finish(self, inferred: Inferred) -> FrameResult:
        result = self._pipeline.finish(inferred)
        self.left += 1
        return replace(result, timestamp_s=time.perf_counter())


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What the clients of one process got. frames: per client. ages_ms: of all their frames."""

    frames: list[int]
    ages_ms: np.ndarray


class Reader:
    """A client that reads frames and looks at nothing but their time."""

    def __init__(self, port: int, layout: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall(REQUEST.format(layout).encode())
        self.times: list[tuple[float, float]] = []
        self._pending = b""
        self._opened = False

    def read(self) -> bool:
        """Take what is there; false at the end."""
        piece = self.socket.recv(1 << 17)
        now = time.perf_counter()
        data = self._pending + piece
        if not self._opened:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._pending = head
                return bool(piece)
            self._opened = True
        at = 0
        while len(data) - at >= 4:
            size, start = data[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            if len(data) < start + size:
                break
            if data[at] == 0x82:
                self.times.append((now, float(np.frombuffer(data, "<f8", 1, start + 8)[0])))
            elif data[start : start + 15] == b'{"type":"frame"':
                field = data.index(b'"t":', start) + 4
                self.times.append((now, float(data[field : data.index(b",", field)])))
            at = start + size
        self._pending = data[at:]
        return bool(piece)


def read_all(port: int, clients: int, layout: str, pipe: Connection) -> None:
    """Read until the parent says so; then tell it what came in the time that it names."""
    selector = selectors.DefaultSelector()
    readers = [Reader(port, layout) for _ in range(clients)]
    for reader in readers:
        selector.register(reader.socket, selectors.EVENT_READ, reader)
    selector.register(pipe, selectors.EVENT_READ)
    pipe.send("connected")
    while True:
        for key, _ in selector.select():
            if key.data is None:
                begin_s, end_s = pipe.recv()
                inside = [[(now, left) for now, left in reader.times if begin_s <= left < end_s] for reader in readers]
                ages = np.array([now - left for times in inside for now, left in times])
                pipe.send(Received(frames=[len(times) for times in inside], ages_ms=1e3 * ages))
                return
            if not key.data.read():
                selector.unregister(key.data.socket)


class Drops(logging.Handler):
    """When the server dropped somebody."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def emit(self, record: logging.LogRecord) -> None:
        if "dropped" in record.getMessage():
            self.times.append(time.perf_counter())


def make(bare: bool) -> Stamped:
    vision = VisionSettings.of()
    estimator: Estimator = (
        Truthful() if bare else make_estimator(load_network(load_model(vision.model), vision), vision)
    )
    settings = {"vision": vision, "tracking": TrackingSettings.of(), "output": OutputSettings.of()}
    return Stamped(make_pipeline(estimator, source="performer", **settings))


def cpu_s() -> float:
    """CPU seconds that the delivering and the serving thread have used."""
    threads = [thread for thread in threading.enumerate() if thread.name in ("websocket", "deliver-WebSocketAdapter")]
    return sum(time.clock_gettime(time.pthread_getcpuclockid(thread.ident)) for thread in threads if thread.ident)


def rss_mb() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


def measure(clients: int, stalled: int, seconds: float, layout: str, bare: bool) -> str:
    """One row of the table."""
    pipeline = make(bare)
    adapter: WebSocketAdapter = create("127.0.0.1:0", {"clients": str(clients + stalled)}, OutputContext())
    runner = Runner([(Paced(Loop()), pipeline)], [adapter])  # type: ignore[list-item]
    running = threading.Thread(target=runner.run)
    running.start()
    spawn = multiprocessing.get_context("spawn")
    pipes = []
    for first in range(0, clients, PER_PROCESS):
        here, there = spawn.Pipe()
        share = min(PER_PROCESS, clients - first)
        spawn.Process(target=read_all, args=(adapter.port, share, layout, there), daemon=True).start()
        pipes.append(here)
    for pipe in pipes:
        pipe.recv()
    stopped = [Reader(adapter.port, layout) for _ in range(stalled)]  # nobody ever reads these
    time.sleep(2.0)
    drops = Drops()
    logging.getLogger("posekit_websocket").addHandler(drops)
    begin_s, before_s, left, memory = time.perf_counter(), cpu_s(), pipeline.left, rss_mb()
    highest = memory
    while time.perf_counter() < begin_s + seconds or (
        len(drops.times) < stalled and time.perf_counter() < begin_s + 40
    ):
        time.sleep(0.25)
        highest = max(highest, rss_mb())
    end_s = time.perf_counter()
    cpu, rate = (cpu_s() - before_s) / (end_s - begin_s), (pipeline.left - left) / (end_s - begin_s)
    time.sleep(0.5)
    for pipe in pipes:
        pipe.send((begin_s, end_s))
    received = [pipe.recv() for pipe in pipes]
    logging.getLogger("posekit_websocket").removeHandler(drops)
    runner.stop()
    running.join()
    for reader in stopped:
        reader.socket.close()
    fewest = min(frames for part in received for frames in part.frames) / (end_s - begin_s)
    p50, p95 = np.percentile(np.concatenate([part.ages_ms for part in received]), (50, 95))
    dropped = f"{len(drops.times)} in {max(drops.times) - begin_s + 2:.0f} s" if drops.times else "-"
    return (
        f"{clients:>7} {stalled:>7} {rate:>12.1f} {fewest:>11.1f} {p50:>9.1f} {p95:>9.1f} {100 * cpu:>7.1f} "
        f"{highest - memory:>10.1f}   {dropped}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--stalled", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--format", choices=("json", "f32"), default="json")
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--sweep", action="store_true")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print("clients stalled pipeline fps  client fps    p50 ms    p95 ms   CPU %  growth MB   stalled ones dropped")
    if options.sweep:
        for clients in (10, 50, 100, 200, 400, 700, 1000):
            print(measure(clients, 0, options.seconds / 2, options.format, options.bare), flush=True)
    else:
        print(measure(options.clients, options.stalled, options.seconds, options.format, options.bare))


if __name__ == "__main__":
    main()
