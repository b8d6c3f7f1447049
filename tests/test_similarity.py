"""Object keypoint similarity against pycocotools, and what is built on it."""

import contextlib
import io

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from posekit.similarity import areas, keypoint_weights, oks, standing_areas, surprise, unique
from tests.tracking.stage import standing

ONES = np.ones((1, 17), np.float32)


def alike(poses: np.ndarray, others: np.ndarray, *, area: float, spread: float = 0.0) -> np.ndarray:
    return oks(
        poses.astype(np.float32),
        others.astype(np.float32),
        area=np.full(len(poses), area, np.float32),
        people_weights=np.ones((len(poses), 17), np.float32),
        pose_weights=np.ones((len(others), 17), np.float32),
        spread=np.full(len(poses), spread, np.float32),
    )


def test_it_is_what_coco_computes() -> None:
    random = np.random.default_rng(0)
    truth = standing(300.0)
    found = [truth + random.normal(0, sd, (17, 2)) for sd in (1.0, 4.0, 10.0, 30.0)]
    area = 6400.0
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {
            "images": [{"id": 1, "width": 640, "height": 480}],
            "categories": [{"id": 1, "name": "person"}],
            "annotations": [
                {
                    "id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "area": area, "num_keypoints": 17,
                    "bbox": [250.0, 300.0, 100.0, 200.0],
                    "keypoints": np.hstack([truth, np.full((17, 1), 2.0)]).ravel().tolist(),
                }
            ],
        }  # fmt: skip
        coco.createIndex()
        results = coco.loadRes(
            [
                {
                    "image_id": 1,
                    "category_id": 1,
                    "score": 1.0 - 0.1 * index,
                    "keypoints": np.hstack([pose, np.ones((17, 1))]).ravel().tolist(),
                }
                for index, pose in enumerate(found)
            ]
        )
        judge = COCOeval(coco, results, "keypoints")
        judge.evaluate()
    expected = judge.ious[1, 1].ravel()
    assert alike(truth[None], np.array(found), area=area)[0] == pytest.approx(expected, abs=1e-4)


def test_keypoints_count_by_their_weights_on_both_sides() -> None:
    other = standing(300.0)
    other[5:] += 500.0
    head = ONES.copy()
    head[:, 5:] = 0.0
    people = standing(300.0)[None].astype(np.float32)
    area = np.array([6400.0], np.float32)
    for people_weights, pose_weights in ((head, ONES), (ONES, head)):
        (value,) = oks(
            people,
            other[None].astype(np.float32),
            area=area,
            people_weights=people_weights,
            pose_weights=pose_weights,
        )
        assert value == pytest.approx(1.0)
    assert alike(people, other[None], area=6400.0)[0, 0] == pytest.approx(5 / 17, abs=1e-3)


def test_who_may_be_anywhere_near_is_like_who_is_near_but_that_tells_less() -> None:
    truth, near = standing(300.0)[None], standing(340.0)[None]
    sure, vague = (alike(truth, near, area=6400.0, spread=spread)[0, 0] for spread in (0.0, 40.0**2))
    assert sure < 0.2 < 0.5 < vague
    area = np.array([6400.0], np.float32)
    told = [surprise(area=area, weights=ONES, spread=np.array([spread], np.float32))[0] for spread in (0, 10.0, 1e4)]
    assert told[0] == 0.0
    assert told[0] < told[1] < told[2]


def test_weights_are_never_all_nothing() -> None:
    weights = keypoint_weights(np.array([[0.0] * 17, [0.05] * 16 + [0.5]], np.float32))
    assert (weights[0] > 0).all()
    assert weights[1].tolist() == [0.0] * 16 + [0.5]


def test_an_area_is_never_too_small_and_grows_with_the_person() -> None:
    poses = np.array([standing(0, height_px=height) for height in (1.0, 200.0, 400.0)], np.float32)
    tiny, plain, twice = areas(poses, np.ones((3, 17), np.float32))
    assert tiny == 32.0**2
    assert twice == pytest.approx(4 * plain, rel=1e-4)
    assert standing_areas(np.array([1.0, 200.0])).tolist() == pytest.approx([32.0**2, 6400.0], rel=1e-3)


def test_of_each_that_is_alike_the_best_is_kept() -> None:
    matrix = np.eye(4)
    matrix[0, 2] = matrix[2, 0] = 0.8
    matrix[1, 3] = matrix[3, 1] = 0.6
    assert unique(matrix, np.array([0.5, 0.6, 0.9, 0.4]), most_alike=0.7).tolist() == [2, 1, 3]
    assert unique(matrix, np.array([0.5, 0.6, 0.9, 0.4]), most_alike=0.5).tolist() == [2, 1]
    assert unique(np.zeros((0, 0)), np.zeros(0), most_alike=0.7).tolist() == []
