"""What more people cost: everything after the network, on tensors of a picture that shows 1, 5 or 15 people.

    python benchmarks/people.py

The tensors are one person's, repeated; the maps have the same size for any number of people, so that only the number
differs. Times are milliseconds of single calls in one thread, the median of ``--frames``.
"""

import argparse
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from decoding import hide_all_but, read_cases, tile

from posekit.assembly import make_pipeline
from posekit.config import OutputSettings, TrackingSettings, VisionSettings
from posekit.pipeline import Pipeline
from posekit.plugins import load_adapter
from posekit.posenet.appearance import signatures
from posekit.posenet.decode_multiple import decode_coral
from posekit.posenet.estimator import in_source_pixels
from posekit.posenet.letterbox import Letterbox
from posekit.posenet.maps import Maps
from posekit.protocols import OutputContext
from posekit.types import Frame, Person, Poses

PEOPLE = (1, 5, 15)
_ROWS, _COLUMNS = 3, 5


class Remembered:
    """An estimator whose network has said the same of every frame."""

    def __init__(self, maps: Maps, letterbox: Letterbox) -> None:
        self._maps = maps
        self._letterbox = letterbox

    def fit(self, frame: Frame, people: Sequence[Person] = ()) -> Frame:
        return frame

    def infer(self, frame: Frame) -> Frame:
        return frame

    def decode(self, frame: Frame) -> Poses:
        poses = in_source_pixels(decode_coral(self._maps, max_detections=15), self._letterbox)
        return replace(poses, appearance=signatures(frame.image, poses.xy, poses.keypoint_scores))

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        return self.decode(frame)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Median milliseconds per frame. found: how many people there were. rest: decode, track and send together."""

    people: int
    found: int
    decode: float
    track: float
    detect: float
    send: float

    @property
    def rest(self) -> float:
        return self.decode + self.track + self.send


def measure(people: int, frames: int) -> Cost:
    """The pipeline after the network, and OSC to this computer."""
    maps = hide_all_but(tile(read_cases()["squat_321x257"], _ROWS, _COLUMNS), _ROWS, _COLUMNS, people)
    height, width = (cells * maps.output_stride for cells in maps.heatmaps.shape[:2])
    image = np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8)
    letterbox = Letterbox((width, height), (height, width), stretch=True)
    vision = VisionSettings(max_people=15)
    pipeline: Pipeline = make_pipeline(
        Remembered(maps, letterbox),
        source="bench",
        vision=vision,
        tracking=TrackingSettings(),
        output=OutputSettings(),
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        osc = load_adapter("osc", f"127.0.0.1:{receiver.getsockname()[1]}", {}, OutputContext(max_people=15))
        results, sends_ms = [], []
        for seq in range(frames):
            results.append(pipeline.step(Frame(image=image, timestamp_s=seq / 30, seq=seq)))
            start_s = time.perf_counter()
            osc.send(results[-1])
            sends_ms.append((time.perf_counter() - start_s) * 1e3)
        osc.close()
    kept = results[frames // 5 :]
    stages = {stage: statistics.median(result.stage_ms[stage] for result in kept) for stage in kept[0].stage_ms}
    return Cost(
        people=people,
        found=round(statistics.median(len(result.people) for result in kept)),
        decode=stages["decode"],
        track=stages["track"],
        detect=stages["detect"],
        send=statistics.median(sends_ms[frames // 5 :]),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=200)
    options = parser.parse_args()
    costs = [measure(people, options.frames) for people in PEOPLE]
    print(f"{'people':>6} {'found':>5} {'decode':>7} {'track':>7} {'send':>7} {'sum':>7} {'detect':>7}   median ms")
    for cost in costs:
        print(
            f"{cost.people:>6} {cost.found:>5} {cost.decode:>7.2f} {cost.track:>7.2f} {cost.send:>7.2f} "
            f"{cost.rest:>7.2f} {cost.detect:>7.2f}"
        )
    print(f"15 people cost {costs[-1].rest - costs[0].rest:.2f} ms more than 1")


if __name__ == "__main__":
    main()
