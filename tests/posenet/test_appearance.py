import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.posenet.appearance import SIGNATURE_SIZE, signatures
from posekit.skeleton import INDEX

RED, BLUE = (40, 60, 200), (190, 90, 50)  # blue, green, red


def standing(x: float, y: float) -> NDArray[np.float32]:
    """17 keypoints of someone 200 px tall whose left shoulder is at (x + 40, y)."""
    xy = np.zeros((17, 2), np.float32)
    xy[:] = (x + 20, y - 30)
    for name, (dx, dy) in {
        "leftShoulder": (40, 0),
        "rightShoulder": (0, 0),
        "leftHip": (35, 60),
        "rightHip": (5, 60),
        "leftKnee": (35, 110),
        "rightKnee": (5, 110),
    }.items():
        xy[INDEX[name]] = (x + dx, y + dy)
    return xy


def dressed(image: NDArray[np.uint8], x: int, y: int, shirt: tuple[int, ...], trousers: tuple[int, ...]) -> None:
    image[y : y + 58, x : x + 41] = shirt
    image[y + 62 : y + 112, x : x + 41] = trousers


@pytest.fixture
def picture() -> NDArray[np.uint8]:
    image = np.full((400, 600, 3), 255, np.uint8)
    dressed(image, 100, 100, RED, BLUE)
    dressed(image, 300, 150, BLUE, RED)
    return image


SEEN = np.full((2, 17), 0.9, np.float32)
XY = np.stack([standing(100, 100), standing(300, 150)])


def test_shirt_and_trousers_are_told_apart(picture: NDArray[np.uint8]) -> None:
    found = signatures(picture, XY, SEEN)
    assert found.shape == (2, SIGNATURE_SIZE)
    assert found.dtype == np.float32
    red_shirt, blue_trousers = found[0, :3], found[0, 3:]
    # 8 is added to each channel before the chromaticity is taken.
    np.testing.assert_allclose(red_shirt, [208 / 324, 68 / 324, 300 / 765], atol=1e-4)
    np.testing.assert_allclose(blue_trousers, [58 / 354, 98 / 354, 330 / 765], atol=1e-4)
    np.testing.assert_allclose(found[1], np.concatenate([blue_trousers, red_shirt]), atol=1e-4)


def test_light_changes_brightness_and_hardly_the_hue(picture: NDArray[np.uint8]) -> None:
    bright = signatures(picture, XY, SEEN)
    dim = signatures((picture * 0.6).astype(np.uint8), XY, SEEN)
    hue, brightness = [0, 1, 3, 4], [2, 5]
    assert np.abs(dim[:, hue] - bright[:, hue]).max() < 0.03
    np.testing.assert_allclose(dim[:, brightness] / bright[:, brightness], 0.6, atol=0.02)


@pytest.mark.parametrize(
    ("hidden", "missing"),
    [
        (["leftShoulder"], [0, 1, 2]),
        (["rightHip", "leftHip"], [0, 1, 2, 3, 4, 5]),
        (["leftKnee"], []),
        (["leftKnee", "rightKnee"], [3, 4, 5]),
        (["nose", "leftWrist", "rightAnkle"], []),
    ],
)
def test_what_is_not_seen_is_nan(picture: NDArray[np.uint8], hidden: list[str], missing: list[int]) -> None:
    scores = SEEN.copy()
    scores[0, [INDEX[name] for name in hidden]] = 0.19
    found = signatures(picture, XY, scores)
    assert np.flatnonzero(np.isnan(found[0])).tolist() == missing
    assert not np.isnan(found[1]).any()


def test_outside_the_picture_is_nan_and_half_outside_is_not(picture: NDArray[np.uint8]) -> None:
    far = XY.copy()
    far[0] += (-2000, 5000)
    far[1] += (600 - 300 - 20, 0)  # its right half is beyond the right rim
    found = signatures(picture, far, SEEN)
    assert np.isnan(found[0]).all()
    assert not np.isnan(found[1]).any()
    np.testing.assert_allclose(found[1, [2, 5]], 1.0)  # white wall


def test_nobody(picture: NDArray[np.uint8]) -> None:
    nobody = signatures(picture, np.zeros((0, 17, 2), np.float32), np.zeros((0, 17), np.float32))
    assert nobody.shape == (0, SIGNATURE_SIZE)
