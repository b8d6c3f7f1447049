"""Sizes that follow the people, around the stand-in for the network and around real networks on real clips."""

import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.assembly import load_network, make_estimator, make_planner
from posekit.config import VisionSettings
from posekit.errors import ModelError
from posekit.models.store import load_model
from posekit.pipeline import Pipeline
from posekit.posenet.adaptive import AdaptiveSize, EverySize, Plan, ladder
from posekit.posenet.estimator import PoseNetEstimator
from posekit.posenet.model import Network
from posekit.posenet.sight import SIGHTS, sight_of
from posekit.posenet.sizing import is_valid
from posekit.protocols import Source
from posekit.runner import Runner
from posekit.skeleton import INDEX
from posekit.sources.opencv import open_file
from posekit.sources.performer import Performer
from posekit.tracking.tracker import PoseTracker
from posekit.types import Frame, FrameResult, Person, Poses, Status

Make = Callable[..., Any]
Draw = Callable[..., NDArray[np.uint8]]
SIGHT = sight_of("posenet-mobilenet-075")


class Told:
    """A planner that plans what it is told, and writes down what it learns."""

    def __init__(self, *plans: Plan) -> None:
        self.sight = SIGHT
        self.plans = list(plans)
        self.learned: list[tuple[int, int | None]] = []

    def plan(self, frame: Frame, people: Sequence[Person]) -> Plan:
        return self.plans[frame.seq % len(self.plans)]

    def learn(self, plan: Plan, source_size: tuple[int, int], poses: Poses, probed: Poses | None) -> None:
        self.learned.append((len(poses), None if probed is None else len(probed)))


def frame_of(image: NDArray[np.uint8], seq: int = 0) -> Frame:
    return Frame(image=image, timestamp_s=seq / 30, seq=seq)


@pytest.mark.parametrize("source", [(640, 480), (1280, 720), (720, 1280), (1000, 1000), (4000, 300)])
@pytest.mark.parametrize("stride", [8, 16, 32])
def test_the_ladder_has_valid_sizes_of_the_sources_aspect_of_twice_the_pixels_each(
    source: tuple[int, int], stride: int
) -> None:
    for sight in (SIGHT, *SIGHTS.values()):
        sizes = ladder(source, sight, stride)
        assert len(sizes) >= 4
        assert all(is_valid(size, stride) for size in sizes)
        pixels = [height * width for height, width in sizes]
        assert pixels[-1] == pytest.approx(sight.most_pixels, rel=0.13)
        assert pixels[0] <= 1.3 * sight.least_pixels
        assert all(1.4 < b / a < 2.8 for a, b in pairwise(pixels))


def test_a_networks_sight_is_found_by_name_and_by_file() -> None:
    bundled = sight_of("posekit-mobilenet-050")
    assert sight_of("posekit_mobilenet_050_int8.tflite") is not SIGHT
    assert sight_of("posekit_mobilenet_050_int8.tflite") == bundled
    assert sight_of("anything.tflite") == SIGHT
    # A network that comes with a larger input than others are given keeps it.
    assert sight_of("posenet-mobilenet-075-481", (481, 641)).most_pixels == 481 * 641


def test_quality_lies_between_0_and_1_and_is_none_without_a_stature() -> None:
    statures = np.array([np.nan, 0.0, 1.0, 60.0, 200.0, 5000.0])
    for sight in (SIGHT, *SIGHTS.values()):
        values = sight.quality(statures)
        assert ((values >= 0) & (values <= 1)).all()
        assert values[0] == values[1] == values[2] == 0
        assert values[4] > 0.95 > values[3]


@pytest.mark.parametrize("pinned", [False, True])
def test_poses_of_several_sizes_are_merged_and_a_probe_is_only_looked_at(
    dot_model: Make, dots: Draw, pinned: bool
) -> None:
    planner = Told(
        Plan(sizes=((193, 257),), probe=(353, 481)),
        Plan(sizes=((353, 481), (129, 161))),
        Plan(sizes=((129, 161),)),
    )
    estimator = PoseNetEstimator(dot_model(pinned=pinned), planner=planner)
    place = (250.3, 150.7)
    for seq in range(6):
        poses = estimator.estimate(frame_of(dots((640, 480), place), seq))
        assert len(poses) == 1
        assert np.abs(poses.xy[0] - place).max() <= 0.3
        assert poses.appearance is not None
    assert planner.learned == [(1, 1), (1, None), (1, None)] * 2


def test_a_network_is_made_ready_once_for_each_size(dot_model: Make, dots: Draw) -> None:
    model = dot_model()
    made = []

    def at(size: tuple[int, int]) -> Any:
        made.append(size)
        return dot_model(size)

    model.at = at
    sizes = [(129, 161), (193, 257), (353, 481)]
    estimator = PoseNetEstimator(model, planner=Told(*(Plan(sizes=(size,)) for size in sizes)))
    for seq in range(9):
        estimator.estimate(frame_of(dots((640, 480), (100, 100)), seq))
    assert made == [(129, 161), (353, 481)]  # the model itself has the other


def test_a_source_that_changes_its_size_begins_anew(dot_model: Make, dots: Draw) -> None:
    planner = AdaptiveSize(SIGHT, 16)
    estimator = PoseNetEstimator(dot_model(), planner=planner)
    for seq, size in enumerate([(640, 480)] * 8 + [(480, 640)] * 8 + [(640, 480)] * 8):
        place = (size[0] * 0.4, size[1] * 0.6)
        poses = estimator.estimate(frame_of(dots(size, place), seq))
        assert np.abs(poses.xy[0] - place).max() <= 0.4
    assert {(height > width) for height, width in planner.chosen} == {False, True}


def test_a_change_of_size_is_logged_for_debugging_only(
    dot_model: Make, dots: Draw, caplog: pytest.LogCaptureFixture
) -> None:
    estimator = PoseNetEstimator(dot_model(), planner=AdaptiveSize(SIGHT, 16))
    with caplog.at_level(logging.DEBUG, "posekit.posenet.adaptive"):
        for seq in range(30):
            estimator.estimate(frame_of(dots((640, 480)), seq))
    assert [record.getMessage() for record in caplog.records] == ["input size 353x481 from frame 5 on"]


def test_who_chooses_sizes() -> None:
    network = Network(load_model("posekit-mobilenet-050").content, name="posekit-mobilenet-050", num_threads=1)
    assert isinstance(make_planner(network, VisionSettings()), AdaptiveSize)
    assert isinstance(make_planner(network, VisionSettings.of(input_size="AUTO")), AdaptiveSize)
    assert isinstance(make_planner(network, VisionSettings(), still=True), EverySize)
    assert make_planner(network, VisionSettings.of(input_size="193x257")) is None
    assert make_planner(network, VisionSettings.of(image_scale_factor=0.5)) is None


def test_a_network_of_one_size_sees_everything_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    resize, own = Network.resize, (257, 257)

    def refuse(network: Network, size: tuple[int, int]) -> None:
        resize(network, size)
        if size != own:
            raise ModelError("the graph holds its size")

    file, vision = load_model("posekit-mobilenet-050"), VisionSettings()
    assert load_network(file, vision).notes == ()
    monkeypatch.setattr(Network, "resize", refuse)
    monkeypatch.setattr(Network, "_natural_size", property(lambda _: own, lambda *_: None), raising=False)
    network = load_network(file, vision)
    assert network.notes == (f"model '{file.name}' runs at its own input size only: every picture is seen at 257x257",)
    for still in (False, True):
        estimator = make_estimator(network, vision, make_planner(network, vision, still=still))
        image = np.zeros((480, 640, 3), np.uint8)
        assert [given.letterbox.input_size for given in estimator.fit(frame_of(image)).inputs] == [own]
        estimator.estimate(frame_of(image))


def test_a_size_that_the_network_refuses_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    class Fixed:
        def resize_tensor_input(self, *_: object) -> None:
            raise RuntimeError("num_input_elements != num_output_elements")

    network = Network(load_model("posekit-mobilenet-050").content, name="fixed", input_size=(257, 257))
    monkeypatch.setattr(network, "_interpreter", Fixed())
    with pytest.raises(
        ModelError, match=r"'fixed' cannot run at input size 193x257: .*; pass its own, --input-size \d+x"
    ):
        network.resize((193, 257))


class Kept:
    """An adapter that keeps what it is sent."""

    def __init__(self) -> None:
        self.results: list[FrameResult] = []

    def send(self, message: FrameResult | Status) -> None:
        if isinstance(message, FrameResult):
            self.results.append(message)

    def close(self) -> None:
        pass


def bundled_pipeline() -> tuple[Pipeline, AdaptiveSize]:
    network = Network(load_model("posekit-mobilenet-050").content, name="posekit-mobilenet-050", num_threads=1)
    planner = make_planner(network, VisionSettings())
    assert isinstance(planner, AdaptiveSize)
    return Pipeline(make_estimator(network, VisionSettings(), planner), PoseTracker()), planner


def test_the_runner_gives_what_step_gives_whatever_its_threads_do() -> None:
    source: Source = Performer("wave", size=0.75, duration_s=1.5, fps=20)
    (stepped, planner), (running, _), kept = bundled_pipeline(), bundled_pipeline(), Kept()
    expected = [stepped.step(frame) for frame in Performer("wave", size=0.75, duration_s=1.5, fps=20)]
    assert len(planner.chosen) == 2
    Runner([(source, running)], [kept]).run()
    assert len(kept.results) == len(expected) == 30
    for got, wanted in zip(kept.results, expected, strict=True):
        np.testing.assert_array_equal(got.poses.xy, wanted.poses.xy)
        assert [person.id for person in got.people] == [person.id for person in wanted.people]


def clip(path: Path, first_s: float, last_s: float, *, every: int = 1) -> Iterator[Frame]:
    capture = open_file(path)
    fps = capture.get(cv2.CAP_PROP_FPS)
    for number in range(int(last_s * fps)):
        if number < first_s * fps or number % every:
            capture.grab()
            continue
        ok, image = capture.read()
        assert ok
        yield Frame(image=image, timestamp_s=number / fps, seq=number)


def watched(shared: Path, frames: Iterator[Frame]) -> tuple[list[FrameResult], AdaptiveSize]:
    """What Coral's network at auto makes of frames, and what chose its sizes."""
    file = "posenet_mobilenet_v1_075_353_481_quant.tflite"
    network = Network((shared / "models" / file).read_bytes(), name=file, num_threads=1)
    planner = AdaptiveSize(SIGHT, 16)
    pipeline = Pipeline(PoseNetEstimator(network, planner=planner), PoseTracker())
    return [pipeline.step(frame) for frame in frames], planner


def cost(planner: AdaptiveSize) -> float:
    """Pixels looked at beside those of the chosen sizes."""

    def pixels(sizes: dict[tuple[int, int], int]) -> int:
        return sum(height * width * count for (height, width), count in sizes.items())

    return pixels(planner.looks) / pixels(planner.chosen)


@pytest.mark.parametrize("every", [3, 6])
def test_the_arm_of_a_man_close_to_the_lens_is_seen(shared: Path, every: int) -> None:
    results, planner = watched(shared, clip(shared / "media" / "wave.mp4", 0.0, 8.0, every=every))
    arms = [
        min(result.people[0].keypoint_scores[[INDEX["rightElbow"], INDEX["rightWrist"]]].tolist())
        for result in results
        if result.timestamp_s >= 2.0
    ]
    assert np.mean(np.array(arms) >= 0.5) >= 0.95
    assert {person.id for result in results for person in result.people} == {1}
    assert cost(planner) <= 1.15


def test_three_small_figures_are_found(shared: Path) -> None:
    results, planner = watched(shared, clip(shared / "media" / "exercise_trio.avi", 0.0, 6.0))
    assert np.mean([len(result.people) == 3 for result in results]) >= 0.98
    assert {person.id for result in results for person in result.people} == {1, 2, 3}
    assert cost(planner) <= 1.15


def test_a_visitor_is_one_person_while_sizes_change(shared: Path) -> None:
    results, planner = watched(shared, clip(shared / "media" / "visits.mp4", 5.0, 21.0, every=2))
    assert len(planner.chosen) >= 2
    assert {person.id for result in results for person in result.people} == {1}
    # By eye, the visit lasts from 7 s to 19 s, give or take a second.
    assert all(result.people for result in results if 8.0 <= result.timestamp_s <= 18.0)
    assert not any(result.people for result in results if result.timestamp_s < 6.0)
    assert cost(planner) <= 1.15


@pytest.mark.parametrize(("picture", "people"), [("test_couple.jpg", 2), ("three_people.jpg", 3)])
def test_pictures_are_seen_at_every_size(shared: Path, picture: str, people: int) -> None:
    file = "posenet_mobilenet_v1_075_353_481_quant.tflite"
    network = Network((shared / "models" / file).read_bytes(), name=file, num_threads=1)
    estimator = PoseNetEstimator(network, planner=EverySize(SIGHT, 16))
    image = cv2.imread(str(shared / "media" / picture))
    assert image is not None
    assert len(estimator.estimate(frame_of(image))) == people
