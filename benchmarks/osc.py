"""Encoding OSC: this adapter beside python-osc's builders, which make an object per argument.

python benchmarks/osc.py
"""

import timeit
from collections.abc import Callable

import numpy as np
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from posekit.skeleton import KEYPOINTS
from posekit.types import FrameResult, Person, Poses
from posekit_osc.formats import FORMATS
from posekit_osc.settings import Settings


def crowd(count: int) -> FrameResult:
    random = np.random.default_rng(0)
    people = tuple(
        Person(
            id=slot,
            slot=slot,
            age_s=1.0,
            xy=random.uniform(0, 480, (17, 2)).astype(np.float32),
            keypoint_scores=random.uniform(0, 1, 17).astype(np.float32),
            velocity=np.zeros((17, 2), np.float32),
            score=0.9,
            visible=True,
        )
        for slot in range(1, count + 1)
    )
    return FrameResult(source="s", size=(640, 480), seq=1, timestamp_s=1.0, poses=Poses.empty(), people=people)


def with_builders(result: FrameResult) -> list[bytes]:
    """The joints of each person, as most programs on python-osc send them."""
    datagrams = []
    width, height = result.size
    for person in result.people:
        bundle = OscBundleBuilder(IMMEDIATELY)
        for part, (x, y), score in zip(KEYPOINTS, person.xy, person.keypoint_scores, strict=True):
            message = OscMessageBuilder(f"/pose/{person.slot}/{part}")
            message.add_arg(float(x / width), "f")
            message.add_arg(float(y / height), "f")
            message.add_arg(float(score), "f")
            bundle.add_content(message.build())
        datagrams.append(bundle.build().dgram)
    return datagrams


def milliseconds(call: Callable[[], object]) -> float:
    return min(timeit.repeat(call, number=50, repeat=7)) / 50 * 1e3


def main() -> None:
    print(f"{'people':>6} {'format':>8} {'ms':>8} {'python-osc builders, ms':>24} {'ratio':>6}")
    for count in (1, 5, 15):
        result = crowd(count)
        slow = milliseconds(lambda result=result: with_builders(result))
        for name in FORMATS:
            encoder = FORMATS[name]("/pose", Settings(format=name), count)
            fast = milliseconds(lambda encoder=encoder, result=result: list(encoder.encode(result)))
            print(f"{count:>6} {name:>8} {fast:>8.3f} {slow:>24.3f} {slow / fast:>6.1f}")


if __name__ == "__main__":
    main()
