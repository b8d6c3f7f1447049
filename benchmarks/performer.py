"""What the performer costs: a picture, the truth, and poses from it, beside the network that looks at the picture.

python benchmarks/performer.py
"""

import statistics
import time
from collections.abc import Callable

from posekit.assembly import load_network, make_estimator
from posekit.config import VisionSettings
from posekit.models.store import load_model
from posekit.sources.performer import Performer
from posekit.types import Frame

SCENES = (
    "squat",
    "squat?people=3",
    "squat?width=1280&height=720",
    "squat?people=3&width=1280&height=720",
    "push_up",
    "sit_to_stand",
    "jump_rope",
    "walk?people=3",
)
ROUNDS = 60


def milliseconds(call: Callable[[float], object]) -> float:
    """Median time of a thread's own over times that are spread over ten seconds."""
    spent = []
    for index in range(ROUNDS):
        started_s = time.thread_time()
        call(index * 10.0 / ROUNDS)
        spent.append((time.thread_time() - started_s) * 1e3)
    return statistics.median(spent)


def main() -> None:
    vision = VisionSettings.of(threads=1)
    estimator = make_estimator(load_network(load_model(vision.model), vision), vision)
    print(f"{'scene':40} {'picture':>8} {'truth':>8} {'poses':>8} {'network':>8}  ms of a thread, median")
    for scene in SCENES:
        performer = Performer.from_spec(f"performer:{scene}")
        picture = performer.picture_at(2.0)
        costs = [
            milliseconds(performer.picture_at),
            milliseconds(performer.truth_at),
            milliseconds(lambda time_s, performer=performer: performer.poses_at(time_s, noise_px=2.0)),
            milliseconds(
                lambda time_s, image=picture: estimator.estimate(Frame(image=image, timestamp_s=time_s, seq=0))
            ),
        ]
        print(f"{scene:40} " + " ".join(f"{cost:8.2f}" for cost in costs))


if __name__ == "__main__":
    main()
