"""The estimator on a stand-in for the network that finds bright dots, and on real networks and pictures."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.errors import ConfigError, SourceError
from posekit.posenet.estimator import PoseNetEstimator
from posekit.posenet.sizing import by_scale_factor
from posekit.protocols import Estimator
from posekit.types import Frame

Make = Callable[..., Any]
Draw = Callable[..., NDArray[np.uint8]]


def frame_of(image: NDArray[np.uint8], seq: int = 0) -> Frame:
    return Frame(image=image, timestamp_s=seq / 30, seq=seq)


@pytest.mark.parametrize("pinned", [False, True])
@pytest.mark.parametrize("stretch", [False, True])
@pytest.mark.parametrize("options", [{}, {"profile": "tfjs"}, {"single": True}, {"sizer": by_scale_factor(0.4, 16)}])
@pytest.mark.parametrize("size", [(1280, 720), (540, 960), (700, 560)])
def test_a_dot_becomes_a_pose_at_its_place_in_the_source(
    dot_model: Make, dots: Draw, size: tuple[int, int], options: dict[str, Any], stretch: bool, pinned: bool
) -> None:
    estimator = PoseNetEstimator(dot_model(pinned=pinned), stretch=stretch, **options)
    x, y = size[0] * 0.3217, size[1] * 0.7123
    poses = estimator.estimate(frame_of(dots(size, (x, y))))
    assert len(poses) == 1
    assert np.abs(poses.xy[0] - (x, y)).max() <= 0.25


def test_it_is_an_estimator(dot_model: Make) -> None:
    assert isinstance(PoseNetEstimator(dot_model()), Estimator)


def test_poses_are_rounded_and_carry_their_appearance(dot_model: Make, dots: Draw) -> None:
    poses = PoseNetEstimator(dot_model()).estimate(frame_of(dots((640, 480), (200.3, 100.7), (431.1, 300.2))))
    assert len(poses) == 2
    for array, decimals in ((poses.xy, 2), (poses.keypoint_scores, 3), (poses.scores, 3)):
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, np.round(array.astype(np.float64), decimals).astype(np.float32))
    # White, and almost full brightness where all corners of shirt and trousers lie.
    assert poses.appearance is not None
    assert poses.appearance.shape == (2, 6)
    np.testing.assert_allclose(poses.appearance[:, [0, 1, 3, 4]], 1 / 3, atol=1e-3)
    assert (poses.appearance[:, [2, 5]] > 0.9).all()


@pytest.mark.parametrize("options", [{}, {"profile": "tfjs"}, {"single": True}])
def test_an_empty_picture_has_nobody(dot_model: Make, dots: Draw, options: dict[str, Any]) -> None:
    poses = PoseNetEstimator(dot_model(), **options).estimate(frame_of(dots((640, 480))))
    assert len(poses) == 0
    assert poses.xy.shape == (0, 17, 2)
    assert poses.appearance is not None
    assert poses.appearance.shape == (0, 6)


@pytest.mark.parametrize("profile", ["coral", "tfjs"])
def test_limits_reach_the_decoder(dot_model: Make, dots: Draw, profile: str) -> None:
    frame = frame_of(dots((640, 480), (100, 100), (320, 240), (500, 400)))

    def count(**options: Any) -> int:
        return len(PoseNetEstimator(dot_model(), profile=profile, **options).estimate(frame))

    assert count() == 3
    assert count(max_detections=2) == 2
    assert count(score_threshold=0.99) == 0
    assert count(nms_radius=1000.0) == 1


def test_the_source_may_change_its_size(dot_model: Make, dots: Draw) -> None:
    estimator = PoseNetEstimator(dot_model())
    for size in [(640, 480), (1280, 720), (480, 640), (640, 480)]:
        x, y = size[0] * 0.4, size[1] * 0.6
        poses = estimator.estimate(frame_of(dots(size, (x, y))))
        assert np.abs(poses.xy[0] - (x, y)).max() <= 0.25


def test_the_model_may_change_its_input_size(dot_model: Make, dots: Draw) -> None:
    model = dot_model()
    estimator = PoseNetEstimator(model)
    frame = frame_of(dots((640, 480), (250.0, 150.0)))
    for input_size in [(193, 257), (353, 481), (257, 257)]:
        model.resize(input_size)
        assert np.abs(estimator.estimate(frame).xy[0] - (250, 150)).max() <= 0.25


def test_image_scale_factor_sets_the_models_input_size(dot_model: Make, dots: Draw) -> None:
    model = dot_model()
    estimator = PoseNetEstimator(model, sizer=by_scale_factor(0.5, model.output_stride))
    estimator.estimate(frame_of(dots((640, 480))))
    assert model.input_size == (225, 305)
    tensor = model.input
    estimator.estimate(frame_of(dots((640, 480))))
    assert model.input is tensor  # not allocated anew for every frame
    estimator.estimate(frame_of(dots((1280, 720))))
    assert model.input_size == (353, 625)


def test_frames_that_were_fitted_ahead_are_not_written_over(dot_model: Make, dots: Draw) -> None:
    estimator = PoseNetEstimator(dot_model())
    places = [(100.0 + 50 * number, 200.0) for number in range(9)]
    ahead = []
    for number, place in enumerate(places):
        ahead.append((estimator.fit(frame_of(dots((640, 480), place))), place))
        if number >= 4:  # more than the spare pictures that an estimator keeps
            fitted, expected = ahead.pop(0)
            assert np.abs(estimator.decode(estimator.infer(fitted)).xy[0] - expected).max() <= 0.25


def test_memory_for_fitted_frames_is_used_again(dot_model: Make, dots: Draw) -> None:
    estimator = PoseNetEstimator(dot_model())
    used = set()
    for _ in range(10):
        fitted = estimator.fit(frame_of(dots((640, 480))))
        used.add(fitted.inputs[0].rgb.ctypes.data)
        estimator.infer(fitted)
    assert len(used) == 1


def test_one_frame_is_decoded_while_the_network_sees_the_next(dot_model: Make, dots: Draw) -> None:
    estimator = PoseNetEstimator(dot_model())
    places = [((640, 480), (200.0, 100.0)), ((960, 540), (700.0, 400.0)), ((640, 480), (430.0, 300.0))]
    frames = [frame_of(dots(size, place)) for size, place in places]
    inferences = [estimator.infer(estimator.fit(frame)) for frame in frames]
    found: dict[int, NDArray[np.float32]] = {}

    def decode(index: int) -> None:
        found[index] = estimator.decode(inferences[index]).xy

    threads = [threading.Thread(target=decode, args=(index,)) for index in range(len(frames))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index, (_, place) in enumerate(places):
        assert np.abs(found[index] - place).max() <= 0.25


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"profile": "fast"}, "decoder must be one of coral, tfjs, got 'fast'"),
        ({"max_detections": 0}, "max_detections must be > 0, got 0"),
        ({"score_threshold": 1.5}, "score_threshold must be between 0 and 1, got 1.5"),
        ({"score_threshold": -0.1}, "score_threshold must be between 0 and 1, got -0.1"),
        ({"nms_radius": -1}, "nms_radius must be > 0, got -1"),
        ({"nms_radius": 0.0}, "nms_radius must be > 0, got 0.0"),
        ({"nms_radius": float("nan")}, "nms_radius must be > 0, got nan"),
    ],
)
def test_a_wrong_parameter_is_refused_at_once(dot_model: Make, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        PoseNetEstimator(dot_model(), **options)
    assert str(caught.value) == message


def test_a_grey_picture_is_refused(dot_model: Make) -> None:
    with pytest.raises(SourceError, match=r"must be \(480, 640, 3\) uint8 BGR, got \(480, 640\) uint8"):
        PoseNetEstimator(dot_model()).estimate(frame_of(np.zeros((480, 640), np.uint8)))
