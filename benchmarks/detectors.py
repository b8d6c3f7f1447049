"""What measuring everyone and all detectors cost a frame, and which of them costs what.

    python benchmarks/detectors.py [--people 5]

People walk, squat, wave, jump and stand, with noise, after the tracker; what is timed is what comes after it.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle, islice

import numpy as np

from posekit.assembly import make_detectors
from posekit.config import EventSettings
from posekit.detectors.measures import BodyMeasures
from posekit.pipeline import Pipeline
from posekit.protocols import Detector, StateDetector
from posekit.sources.performer import Performer
from posekit.tracking.tracker import PoseTracker
from posekit.types import Frame, FrameResult, Poses

MOTIONS = ("walk", "squat", "wave", "jump", "stand", "jumping_jack", "sit", "fall")
SETTINGS = EventSettings.of(
    zone=["door:0,0.6 0.3,0.6 0.3,1 0,1", "stage:0.3,0.5 0.9,0.5 0.9,1 0.3,1"], line=["gate:0.5,0.5 0.5,1"]
)
WIDTH, HEIGHT = 1920, 720


def tracked(people: int, seconds: float, fps: float) -> list[FrameResult]:
    """Results as the tracker leaves them."""
    stages = [
        Performer(motion, width=WIDTH, height=HEIGHT, size=0.5, noise=0.0, seed=seed)
        for seed, motion in enumerate(islice(cycle(MOTIONS), people))
    ]
    tracker, results = PoseTracker(max_people=people), []
    for seq in range(int(seconds * fps)):
        timestamp_s = seq / fps
        shown = [stage.poses_at(timestamp_s, noise_px=2.0) for stage in stages]
        poses = Poses(
            xy=np.concatenate(
                [p.xy + np.float32([(n - people // 2) * WIDTH / people, 0]) for n, p in enumerate(shown)]
            ),
            keypoint_scores=np.concatenate([p.keypoint_scores for p in shown]),
            scores=np.concatenate([p.scores for p in shown]),
        )
        results.append(
            FrameResult(
                source="s",
                size=(WIDTH, HEIGHT),
                seq=seq,
                timestamp_s=timestamp_s,
                poses=poses,
                people=tracker.update(poses, timestamp_s, size=(WIDTH, HEIGHT)),
                departed=tracker.departed,
            )
        )
    return results


def timed(results: Sequence[FrameResult], detectors: Sequence[Detector]) -> list[float]:
    """Milliseconds per frame: of detectors with their channels; without any, of measuring."""
    measuring, times = BodyMeasures(), []
    for result in results:
        start_s = time.perf_counter()
        measures = measuring.update(result)
        if detectors:
            result = replace(result, measures=measures)
            start_s = time.perf_counter()
        for detector in detectors:
            detector.update(result)
        for detector in detectors:
            if isinstance(detector, StateDetector):
                detector.states(result)
        times.append((time.perf_counter() - start_s) * 1e3)
    return times


def together(results: Sequence[FrameResult]) -> list[float]:
    """Milliseconds per frame of everything after the tracker, as the pipeline does it."""

    class Replayed:
        """A tracker that has done its work already."""

        def __init__(self) -> None:
            self._results = iter(results)
            self.departed = ()

        def update(self, poses: Poses, timestamp_s: float, *, size: tuple[int, int] | None = None) -> tuple:
            result = next(self._results)
            self.departed = result.departed
            return result.people

        def reset(self) -> None: ...

    class Nothing:
        def estimate(self, frame: object, people: object = ()) -> Poses:
            return Poses.empty()

    pipeline = Pipeline(Nothing(), Replayed(), detectors=make_detectors(SETTINGS), clock=time.perf_counter)
    picture = np.broadcast_to(np.zeros((1, 1, 3), np.uint8), (HEIGHT, WIDTH, 3))
    frames = [Frame(image=picture, timestamp_s=result.timestamp_s, seq=result.seq) for result in results]
    return [pipeline.step(frame).stage_ms["detect"] for frame in frames]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    results = tracked(options.people, options.seconds, 30.0)
    mean = np.mean([len(result.people) for result in results])
    print(f"{len(results)} frames, {mean:.1f} people a frame\n{'':<18} {'p10 ms':>8} {'median':>8} {'p95':>8}")
    rows = [("measures", timed(results, ()))]
    rows += [(type(detector).__name__, timed(results, [detector])) for detector in make_detectors(SETTINGS)]
    rows.append(("all detectors", timed(results, make_detectors(SETTINGS))))
    rows.append(("with measures", together(results)))
    for name, times in rows:
        print(f"{name:<18} " + " ".join(f"{value:>8.3f}" for value in np.percentile(times, [10, 50, 95])), flush=True)


if __name__ == "__main__":
    main()
