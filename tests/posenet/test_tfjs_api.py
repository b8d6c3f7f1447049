import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.errors import ConfigError, SourceError
from posekit.posenet.tfjs_api import estimate_multiple_poses, estimate_single_pose

Make = Callable[..., Any]
Draw = Callable[..., NDArray[np.uint8]]


def defaults(function: Callable[..., object]) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}


def test_defaults_are_those_of_tensorflow_js() -> None:
    # SINGLE_PERSON_INFERENCE_CONFIG and MULTI_PERSON_INFERENCE_CONFIG of @tensorflow-models/posenet 2.x.
    multi = {"flip_horizontal": False, "max_detections": 5, "score_threshold": 0.5, "nms_radius": 20}
    assert defaults(estimate_multiple_poses) == multi | {"image_scale_factor": None}
    assert defaults(estimate_single_pose) == {"flip_horizontal": False, "image_scale_factor": None}


def test_several_people_in_pixels_of_the_picture(dot_model: Make, dots: Draw) -> None:
    places = [(100.25, 90.5), (333.0, 240.75), (560.5, 400.0)]
    poses = estimate_multiple_poses(dot_model(), dots((640, 480), *places))
    found = sorted(poses.xy[:, 0].tolist())
    np.testing.assert_allclose(found, places, atol=0.25)


def test_one_person_also_in_an_empty_picture(dot_model: Make, dots: Draw) -> None:
    poses = estimate_single_pose(dot_model(), dots((640, 480), (200.5, 300.25)))
    assert poses.xy.shape == (1, 17, 2)
    assert np.abs(poses.xy - (200.5, 300.25)).max() <= 0.25
    nobody = estimate_single_pose(dot_model(), dots((640, 480)))
    assert len(nobody) == 1
    assert nobody.scores[0] == 0


@pytest.mark.parametrize("estimate", [estimate_single_pose, estimate_multiple_poses])
def test_flip_mirrors_x_alone(dot_model: Make, dots: Draw, estimate: Callable[..., Any]) -> None:
    image = dots((640, 480), (200.5, 300.25))
    plain = estimate(dot_model(), image)
    flipped = estimate(dot_model(), image, flip_horizontal=True)
    np.testing.assert_allclose(flipped.xy[..., 0], 639 - plain.xy[..., 0], atol=1e-3)
    np.testing.assert_array_equal(flipped.xy[..., 1], plain.xy[..., 1])
    np.testing.assert_array_equal(flipped.keypoint_scores, plain.keypoint_scores)


def test_limits_reach_the_decoder(dot_model: Make, dots: Draw) -> None:
    image = dots((640, 480), *[(60 + 100 * i, 60 + 70 * i) for i in range(6)])

    def count(**options: Any) -> int:
        return len(estimate_multiple_poses(dot_model(), image, **options))

    assert count() == 5
    assert count(max_detections=6) == 6
    assert count(max_detections=1) == 1
    assert count(score_threshold=0.99) == 0
    assert count(max_detections=6, nms_radius=1000.0) == 1


@pytest.mark.parametrize("estimate", [estimate_single_pose, estimate_multiple_poses])
def test_image_scale_factor_sets_the_models_input_size(
    dot_model: Make, dots: Draw, estimate: Callable[..., Any]
) -> None:
    model = dot_model()
    image = dots((640, 480), (200.0, 300.0))
    estimate(model, image)
    assert model.input_size == (193, 257)
    poses = estimate(model, image, image_scale_factor=0.5)
    assert model.input_size == (225, 305)
    assert np.abs(poses.xy[0] - (200, 300)).max() <= 0.25


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_detections": 0}, "max_detections must be > 0, got 0"),
        ({"score_threshold": 1.01}, "score_threshold must be between 0 and 1, got 1.01"),
        ({"score_threshold": -0.5}, "score_threshold must be between 0 and 1, got -0.5"),
        ({"nms_radius": 0}, "nms_radius must be > 0, got 0"),
        ({"image_scale_factor": 2}, "image_scale_factor must be between 0.2 and 1.0, got 2"),
    ],
)
def test_a_wrong_parameter_is_refused(dot_model: Make, dots: Draw, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        estimate_multiple_poses(dot_model(), dots((64, 48)), **options)
    assert str(caught.value) == message


@pytest.mark.parametrize("estimate", [estimate_single_pose, estimate_multiple_poses])
@pytest.mark.parametrize("shape", [(480, 640), (480, 640, 4), (0, 640, 3)])
def test_a_picture_of_another_kind_is_refused(
    dot_model: Make, estimate: Callable[..., Any], shape: tuple[int, ...]
) -> None:
    with pytest.raises(SourceError, match="uint8 BGR, got"):
        estimate(dot_model(), np.zeros(shape, np.uint8))
