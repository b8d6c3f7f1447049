"""What PoseNet makes of the performer: its keypoints lie where the truth is, and it takes the drawing for a person."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from posekit.assembly import load_network, make_estimator
from posekit.config import VisionSettings
from posekit.models.store import load_model
from posekit.posenet.estimator import PoseNetEstimator
from posekit.sources.performer import MOTIONS, Performer, Style, Truth
from posekit.sources.performer.scene import TRAVELS
from posekit.types import Frame, Poses

#: Horizontal bodies: PoseNet has hardly learned any, finds them in part of the frames, and less exactly.
HORIZONTAL = ("push_up", "sit_up", "lie_down")

#: What people see at once in a demo, at other sizes too.
AT_OTHER_SIZES = ("stand", "wave", "squat", "jumping_jack", "raise_hands", "t_pose", "walk")

CORAL = "posenet_mobilenet_v1_075_353_481_quant.tflite"


@pytest.fixture(scope="session", params=["bundled", "coral"])
def estimator(request: pytest.FixtureRequest) -> PoseNetEstimator:
    """The network that comes with posekit, and Google's own."""
    if request.param == "coral":
        shared: Path = request.getfixturevalue("shared")
        vision = VisionSettings.of(model=str(shared / "models" / CORAL), threads=1)
    else:
        vision = VisionSettings.of(threads=1)
    return make_estimator(load_network(load_model(vision.model), vision), vision)


def looks(source: Performer, estimate: Callable[[Frame], Poses], times_s: list[float]) -> Iterator[tuple[Truth, Poses]]:
    """Everyone wholly in the picture at these times, and what was found."""
    for seq, time_s in enumerate(times_s):
        truths = [truth for truth in source.truth_at(time_s) if truth.inside.all()]
        poses = estimate(Frame(image=source.picture_at(time_s), timestamp_s=time_s, seq=seq))
        yield from ((truth, poses) for truth in truths)


def errors_and_scores(spec: str, estimator: PoseNetEstimator, frames: int) -> tuple[float, float, float]:
    """Over everyone: the median error of visible keypoints in body heights, the median score, the part found."""
    source = Performer.from_spec(f"performer:{spec}")
    name = spec.partition("?")[0]
    if name in TRAVELS:
        times_s = np.linspace(1.8, 4.4, frames)
    else:
        times_s = (np.arange(frames) + 0.5) / frames * MOTIONS[name].performed(Style()).period_s
    errors: list[float] = []
    scores: list[float] = []
    met = 0
    for truth, poses in looks(source, estimator.estimate, times_s.tolist()):
        met += 1
        if not len(poses):
            continue
        distance = np.linalg.norm(poses.xy - truth.xy, axis=2) / truth.height_px
        best = int(np.median(distance, axis=1).argmin())
        if np.median(distance[best]) < 0.2:
            errors += distance[best][truth.visible].tolist()
            scores.append(float(poses.scores[best]))
    assert met
    return float(np.median(errors)), float(np.median(scores)), len(scores) / met


@pytest.mark.parametrize("name", [name for name in MOTIONS if name not in HORIZONTAL])
def test_keypoints_lie_within_five_percent_of_the_height(name: str, estimator: PoseNetEstimator) -> None:
    error, score, found = errors_and_scores(name, estimator, 3)
    assert error <= 0.05
    assert score >= 0.65 or name == "fall"  # which lies half of the time
    assert found == 1.0 or name == "fall"


@pytest.mark.parametrize("options", ["size=0.5", "width=1280&height=720", "size=0.5&seed=3"])
def test_at_other_sizes_too(options: str, estimator: PoseNetEstimator) -> None:
    for name in AT_OTHER_SIZES:
        error, score, found = errors_and_scores(f"{name}?{options}", estimator, 3)
        assert error <= 0.05, name
        assert score >= 0.7, name
        assert found == 1.0, name


def test_a_camera_that_looks_down(estimator: PoseNetEstimator) -> None:
    for name in ("wave", "squat", "sit"):
        error, score, found = errors_and_scores(f"{name}?elevation=20", estimator, 3)
        assert error <= 0.05, name
        assert score >= 0.7, name
        assert found == 1.0, name


@pytest.mark.parametrize("name", HORIZONTAL)
def test_horizontal_bodies_are_found_less_exactly(name: str, estimator: PoseNetEstimator) -> None:
    error, _, found = errors_and_scores(name, estimator, 6)
    assert error <= 0.08
    assert found >= 0.3
