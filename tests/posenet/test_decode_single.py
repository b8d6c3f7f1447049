"""The single-person decoder against TensorFlow.js, against truth, and on maps that do not fit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from posekit.errors import DecodeError
from posekit.posenet.decode_single import decode_single
from posekit.posenet.maps import Maps

CASES = [
    "couple_257x257",
    "couple_353x481",
    "empty_225x225",
    "group_353x481",
    "group_481x641",
    "random_stride32_9x9",
    "random_stride8_33x41",
    "squat_321x257",
    "three_people_257x337",
    "treadmill_353x481",
]


@pytest.mark.parametrize("case", CASES)
def test_equals_tensorflow_js(case: str, tensors: Callable[[str], Maps], tfjs_poses: Any) -> None:
    expected = tfjs_poses[case]["single"]
    poses = decode_single(tensors(case))
    assert len(poses) == 1
    xy = [(k["position"]["x"], k["position"]["y"]) for k in expected["keypoints"]]
    np.testing.assert_allclose(poses.xy[0], xy, rtol=0, atol=0.01)
    np.testing.assert_allclose(poses.keypoint_scores[0], [k["score"] for k in expected["keypoints"]], rtol=0, atol=1e-4)
    np.testing.assert_allclose(poses.scores, [expected["score"]], rtol=0, atol=1e-4)


def test_finds_a_person_where_they_are(maps_of: Callable[..., Maps]) -> None:
    person = np.random.default_rng(1).uniform((0, 0), (480, 256), (1, 17, 2))
    poses = decode_single(maps_of(person, [0.9], grid=(17, 31), stride=16))
    np.testing.assert_allclose(poses.xy, person, rtol=0, atol=1e-3)
    assert [a.dtype for a in (poses.xy, poses.keypoint_scores, poses.scores)] == [np.float32] * 3
    assert (poses.xy.shape, poses.keypoint_scores.shape, poses.scores.shape) == ((1, 17, 2), (1, 17), (1,))


def test_of_equal_cells_the_first_counts() -> None:
    maps = Maps(
        heatmaps=np.full((3, 5, 17), 0.25, np.float32),
        offsets=np.full((3, 5, 34), 2.0, np.float32),
        displacements_fwd=np.zeros((3, 5, 32), np.float32),
        displacements_bwd=np.zeros((3, 5, 32), np.float32),
        output_stride=16,
    )
    poses = decode_single(maps)
    assert poses.xy.tolist() == [[[2.0, 2.0]] * 17]
    assert poses.scores.tolist() == [0.25]


def test_maps_that_do_not_fit_are_refused(tensors: Callable[[str], Maps]) -> None:
    maps = tensors("random_stride32_9x9")
    with pytest.raises(DecodeError, match=r"\(9, 8, 34\).*expected \(H, W, 17\), \(H, W, 34\)"):
        decode_single(replace(maps, offsets=maps.offsets[:, :8]))
