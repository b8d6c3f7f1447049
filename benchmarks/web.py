"""What the console costs: ``python benchmarks/web.py [--seconds 20] [--memory-minutes 10]``.

One posekit paints pictures that were made before and finds nobody in them, so that what is measured is the console: the
processor time of its thread that makes pictures and of the one that serves, per second, while nobody watches and while
somebody does, at 15 fps 640×360 out of 1280×720; and the memory of the process and of the page, in a real browser, over
the minutes that are asked for. Needs Linux, and Chromium with the test dependencies for the memory.
"""

import argparse
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from threading import enumerate as threads

import numpy as np
from websockets.sync.client import connect

from posekit.protocols import OutputContext
from posekit.sources.performer import Performer
from posekit.types import Frame, FrameResult, Person, Poses
from posekit_web import WebAdapter, create

FPS = 30.0
TICK_S = 0.01
#: Samples of the memory, and the minutes after which growth counts: caches and pools have filled.
STEPS = 20
WARM_MINUTES = 2.0


def pictures() -> list[np.ndarray]:
    performer = Performer.from_spec("performer:squat?people=2&width=1280&height=720")
    return [performer.picture_at(k / 15) for k in range(30)]


def people(seq: int) -> tuple[Person, ...]:
    poses = Performer.from_spec("performer:squat?people=2&width=1280&height=720").poses_at(seq / FPS)
    return tuple(
        Person(
            id=k + 1,
            slot=k + 1,
            age_s=seq / FPS,
            xy=poses.xy[k],
            keypoint_scores=poses.keypoint_scores[k],
            velocity=np.zeros((17, 2), np.float32),
            score=1.0,
            visible=True,
        )
        for k in range(len(poses))
    )


def play(adapter: WebAdapter, images: list[np.ndarray], stop: Event) -> None:
    """Frames and results at 30 fps, until told to stop."""
    crowd = [people(k) for k in range(60)]
    for seq in _beats(stop):
        size = (1280, 720)
        result = FrameResult(
            source="camera", size=size, seq=seq, timestamp_s=seq / FPS, poses=Poses.empty(), people=crowd[seq % 60]
        )
        adapter.send(result)
        frame = Frame(image=images[seq % len(images)], timestamp_s=seq / FPS, seq=seq)
        adapter.picture(frame, result)


def _beats(stop: Event) -> Iterator[int]:
    start_s = time.perf_counter()
    seq = 0
    while not stop.wait(max(start_s + seq / FPS - time.perf_counter(), 0)):
        yield seq
        seq += 1


def cpu_s(name: str) -> float:
    """Processor time of a thread so far."""
    (thread,) = (thread for thread in threads() if thread.name == name)
    fields = Path(f"/proc/self/task/{thread.native_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def resident_mb() -> float:
    fields = Path("/proc/self/status").read_text().split("VmRSS:")[1].split()
    return int(fields[0]) / 1024


def cost(seconds: float) -> tuple[float, float, float]:
    """Per cent of a core: the thread that makes pictures, the one that serves, and the whole process."""
    before = cpu_s("web-video"), cpu_s("websocket"), time.process_time()
    time.sleep(seconds)
    after = cpu_s("web-video"), cpu_s("websocket"), time.process_time()
    video, serving, everything = (100 * (b - a) / seconds for a, b in zip(before, after, strict=True))
    return video, serving, everything


def watched(adapter: WebAdapter, seconds: float, idle: float) -> None:
    """idle: what the whole process costs while nobody watches."""
    count = size = 0
    with connect(f"ws://127.0.0.1:{adapter.port}/console", proxy=None, compression=None) as page:
        page.send(json.dumps({"type": "watch", "source": "camera"}))
        end_s = time.perf_counter() + seconds
        measured: list[tuple[float, float, float]] = []
        measuring = Thread(target=lambda: measured.append(cost(seconds * 0.9)))
        measuring.start()
        while (left_s := end_s - time.perf_counter()) > 0:
            message = page.recv(timeout=left_s + 5)
            if isinstance(message, bytes):
                count, size = count + 1, size + len(message)
        measuring.join()
    video, serving, everything = measured[0]
    print(f"somebody watches: {count / seconds:.1f} pictures/s of {size / max(count, 1) / 1024:.0f} KiB;", end=" ")
    print(f"making them {video:.1f} % of a core, serving {serving:.1f} %;", end=" ")
    print(f"the whole process, with OpenCV's threads and the reader, {everything - idle:.1f} % more than before")


def memory(adapter: WebAdapter, minutes: float) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        began_s = time.perf_counter()
        page.goto(f"http://127.0.0.1:{adapter.port}/")
        page.wait_for_function("document.querySelectorAll('#people li').length === 2")
        print(f"two people are on the page {time.perf_counter() - began_s:.1f} s after it was opened")
        session = page.context.new_cdp_session(page)
        seen: list[tuple[float, float, float]] = []
        for step in range(STEPS + 1):
            session.send("HeapProfiler.collectGarbage")
            heap = session.send("Runtime.getHeapUsage")["usedSize"] / 2**20
            seen.append((step * minutes / STEPS, resident_mb(), heap))
            print("{:5.1f} min: process {:.1f} MB, page's heap {:.2f} MB".format(*seen[-1]), flush=True)
            if step < STEPS:
                page.wait_for_timeout(minutes / STEPS * 6e4)
        browser.close()
    warm = np.array([row for row in seen if row[0] >= WARM_MINUTES])
    if len(warm) > 1:
        process, heap = (1024 * np.polyfit(warm[:, 0], warm[:, column], 1)[0] for column in (1, 2))
        print(f"from {warm[0, 0]:.1f} min on, per minute: process {process:+.1f} KiB, page's heap {heap:+.1f} KiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--memory-minutes", type=float, default=0.0)
    given = parser.parse_args()
    images = pictures()
    stop = Event()
    with closing(create("127.0.0.1:0", {}, OutputContext())) as adapter:
        playing = Thread(target=play, args=(adapter, images, stop))
        playing.start()
        try:
            time.sleep(1.0)
            video, serving, idle = cost(given.seconds)
            print(f"nobody watches: making pictures {video:.1f} % of a core, serving {serving:.1f} %")
            watched(adapter, given.seconds, idle)
            if given.memory_minutes:
                memory(adapter, given.memory_minutes)
        finally:
            stop.set()
            playing.join()


if __name__ == "__main__":
    main()
