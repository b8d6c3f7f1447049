"""PoseNet for single pictures: what it takes, and what pycocotools makes of its results."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

import cv2
import numpy as np
import pytest

import posekit
from posekit.skeleton import KEYPOINTS

CORAL = "posenet_mobilenet_v1_075_353_481_quant"


@pytest.fixture(scope="module")
def network(shared: Path) -> posekit.PoseNet:
    return posekit.PoseNet(shared / "models" / f"{CORAL}.tflite")


@pytest.mark.parametrize(("picture", "people"), [("test_couple.jpg", 2), ("three_people.jpg", 3)])
def test_a_file_and_an_array_give_the_same(network: posekit.PoseNet, shared: Path, picture: str, people: int) -> None:
    path = shared / "media" / picture
    poses, again = network(path), network(np.asarray(cv2.imread(str(path)), np.uint8))
    assert len(poses) == people
    assert np.array_equal(poses.xy, again.xy)
    height, width = cv2.imread(str(path)).shape[:2]
    for pose in poses:
        assert 0 < pose["nose"].x < width
        assert 0 < pose["nose"].y < height
        assert pose.score > 0.4
        assert pose.box().width < width


def test_settings_reach_the_network(shared: Path) -> None:
    picture = shared / "media" / "three_people.jpg"
    model = shared / "models" / f"{CORAL}.tflite"
    assert len(posekit.PoseNet(model, max_people=1)(picture)) == 1
    assert len(posekit.PoseNet(model, single=True)(picture)) == 1
    assert posekit.PoseNet(model, input_size=(193, 257)).network.input_size == (193, 257)
    assert posekit.PoseNet(model, input_size="193x257").network.input_size == (193, 257)


@pytest.mark.parametrize(
    "picture", [np.zeros((3, 4), np.uint8), np.zeros((20, 20, 3), np.float32), np.zeros((0, 4, 3), np.uint8)]
)
def test_what_is_no_picture(network: posekit.PoseNet, picture: np.ndarray) -> None:
    with pytest.raises(posekit.SourceError, match=r"a picture must be \(height, width, 3\) uint8 BGR, got"):
        network(picture)


def test_wrong_settings_are_named() -> None:
    with pytest.raises(posekit.ConfigError, match="max_people should be greater than or equal to 1, got 0"):
        posekit.PoseNet(max_people=0)
    with pytest.raises(posekit.ModelError, match="no model 'posenet'"):
        posekit.PoseNet("posenet")


@contextmanager
def quiet() -> Iterator[None]:
    with redirect_stdout(StringIO()):
        yield


def test_pycocotools_accepts_the_results(network: posekit.PoseNet, shared: Path, tmp_path: Path) -> None:
    coco = pytest.importorskip("pycocotools.coco")
    cocoeval = pytest.importorskip("pycocotools.cocoeval")
    path = shared / "media" / "test_couple.jpg"
    height, width = cv2.imread(str(path)).shape[:2]
    annotations = []
    for index, keypoints in enumerate(_published(shared, width, height)):
        x, y = keypoints[:, 0], keypoints[:, 1]
        box = [x.min(), y.min(), np.ptp(x), np.ptp(y)]
        annotations.append(
            {
                "id": index + 1,
                "image_id": 7,
                "category_id": 1,
                "iscrowd": 0,
                "bbox": [float(value) for value in box],
                "area": float(box[2] * box[3]) * 0.5,
                "num_keypoints": 17,
                "keypoints": np.column_stack([keypoints, np.full(17, 2)]).reshape(-1).tolist(),
            }
        )
    truth_file, results_file = tmp_path / "truth.json", tmp_path / "results.json"
    truth = {
        "info": {},
        "images": [{"id": 7, "width": width, "height": height}],
        "categories": [{"id": 1, "name": "person", "keypoints": list(KEYPOINTS)}],
        "annotations": annotations,
    }
    truth_file.write_text(json.dumps(truth))
    results_file.write_text(json.dumps(network(path).to_coco(7)))
    with quiet():
        known = coco.COCO(str(truth_file))
        evaluation = cocoeval.COCOeval(known, known.loadRes(str(results_file)), "keypoints")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    # Coral stretched the picture: the same joints, a few pixels apart.
    assert evaluation.stats[1] == pytest.approx(1.0)  # at OKS 0.5
    assert evaluation.stats[2] == pytest.approx(1.0)  # at OKS 0.75


def _published(shared: Path, width: int, height: int) -> np.ndarray:
    """(2, 17, 2) px: Coral's own poses of the couple, in the picture."""
    with (shared / "golden" / "coral" / f"{CORAL}_decoder_reference.csv").open(newline="") as file:
        xy = [[float(row["keypoint_x"]), float(row["keypoint_y"])] for row in csv.DictReader(file)]
    return np.array(xy).reshape(-1, 17, 2) * (width / 481, height / 353)
