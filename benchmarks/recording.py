"""What recording costs: on the hot path, in the recorder's own thread, and in the file; for five people at 30 fps.

Run: python benchmarks/recording.py [VIDEO [MODEL]]

Without a video, drawn performers' true keypoints with 2 px noise take the place of the network.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from posekit.assembly import load_network, make_estimator, make_pipeline
from posekit.config import OutputSettings, TrackingSettings, VisionSettings
from posekit.delivery import Delivery
from posekit.models.store import load_model
from posekit.protocols import Estimator, OutputContext
from posekit.recording import Recorder, Recording
from posekit.sources.performer import Performer
from posekit.sources.spec import open_source
from posekit.types import Frame, FrameResult, Person, Poses

FPS, SECONDS = 30.0, 60.0


class Told:
    """An estimator that knows the truth, but for some noise."""

    def __init__(self) -> None:
        self._performer = Performer("squat", people=5, size=0.4)

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        return self._performer.poses_at(frame.timestamp_s, noise_px=2.0)


def results(video: str | None, model: str) -> Iterator[FrameResult]:
    vision = VisionSettings(model=model)
    estimator: Estimator = Told() if video is None else make_estimator(load_network(load_model(model), vision), vision)
    pipeline = make_pipeline(
        estimator, source="bench", vision=vision, tracking=TrackingSettings(), output=OutputSettings()
    )
    if video is not None:
        yield from map(pipeline.step, open_source(video))
        return
    image = np.zeros((480, 640, 3), np.uint8)
    for seq in range(int(FPS * SECONDS)):
        yield pipeline.step(Frame(image=image, timestamp_s=seq / FPS, seq=seq, grabbed_s=time.perf_counter()))


def main(video: str | None = None, model: str = "posekit-mobilenet-050") -> None:
    stream = list(results(video, model))
    people = np.mean([len(result.people) for result in stream])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.jsonl.gz"
        recorder = Recorder.open(path, OutputContext())
        spent_ms = []
        for result in stream:
            before_s = time.thread_time()
            recorder.send(result)
            spent_ms.append((time.thread_time() - before_s) * 1e3)
        recorder.close()
        size = path.stat().st_size
        before_s = time.perf_counter()
        read = sum(1 for _ in Recording(path))
        read_ms = (time.perf_counter() - before_s) * 1e3 / read

        delivery = Delivery(Recorder.open(path, OutputContext()), lossless=True)
        hot_ms = []
        for result in stream:
            before_s = time.thread_time()
            delivery.wait_for_room()
            delivery.send(result)
            hot_ms.append((time.thread_time() - before_s) * 1e3)
        delivery.close(60.0)
    print(f"{len(stream)} frames, {people:.1f} people, events and states included")
    print(f"hot path   {np.mean(hot_ms):.3f} ms a frame (p99 {np.percentile(hot_ms, 99):.3f})")
    print(f"recorder   {np.mean(spent_ms):.3f} ms a frame (p99 {np.percentile(spent_ms, 99):.3f})")
    print(f"reading    {read_ms:.3f} ms a frame")
    print(f"file       {size / len(stream):.0f} bytes a frame, {size / len(stream) * FPS * 60 / 1e6:.2f} MB a minute")


if __name__ == "__main__":
    main(*sys.argv[1:])
