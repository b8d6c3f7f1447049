"""Rotation, mirroring and relabelling, each against a picture or person that says where things went."""

import numpy as np
import pytest

from posekit.orientation import ROTATIONS, mirrored, relabelled, rotated
from posekit.skeleton import INDEX, KEYPOINTS
from posekit.types import Frame, FrameResult, Person, Poses


def picture(width: int = 6, height: int = 4) -> Frame:
    image = np.zeros((height, width, 3), np.uint8)
    image[0, width - 1] = 255  # top right
    return Frame(image=image, timestamp_s=1.5, seq=7)


@pytest.mark.parametrize(
    ("degrees", "size", "bright"),
    [(0, (6, 4), (5, 0)), (90, (4, 6), (3, 5)), (180, (6, 4), (0, 3)), (270, (4, 6), (0, 0))],
)
def test_rotation_is_clockwise(degrees: int, size: tuple[int, int], bright: tuple[int, int]) -> None:
    turned = rotated(picture(), degrees)
    assert degrees in ROTATIONS
    assert turned.size == size
    y, x = np.argwhere(turned.image[..., 0])[0]
    assert (x, y) == bright
    assert (turned.seq, turned.timestamp_s) == (7, 1.5)


def poses() -> Poses:
    xy = np.arange(34, dtype=np.float32).reshape(1, 17, 2)
    return Poses(
        xy=xy, keypoint_scores=np.linspace(0, 1, 17, dtype=np.float32)[None], scores=np.array([0.5], np.float32)
    )


def test_relabelling_exchanges_left_and_right_and_nothing_else() -> None:
    before, after = poses(), relabelled(poses())
    for name, index in INDEX.items():
        other = name.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right")
        assert np.array_equal(after.xy[0, INDEX[other]], before.xy[0, index]), name
        assert after.keypoint_scores[0, INDEX[other]] == before.keypoint_scores[0, index]
    assert np.array_equal(relabelled(after).xy, before.xy)


def test_mirroring_flips_x_and_velocity_and_keeps_labels() -> None:
    seen = poses()
    person = Person(
        id=3,
        slot=1,
        age_s=0.0,
        xy=seen.xy[0].copy(),
        keypoint_scores=seen.keypoint_scores[0].copy(),
        velocity=np.ones((17, 2), np.float32),
        score=0.5,
        visible=True,
        measured=seen.xy[0] + 1,
    )
    result = FrameResult(source="s", size=(640, 480), seq=0, timestamp_s=0.0, poses=seen, people=(person,))
    flipped = mirrored(result)
    assert flipped.mirrored
    assert np.array_equal(flipped.people[0].measured, (639, 0) + (-1, 1) * (seen.xy[0] + 1))
    for index, name in enumerate(KEYPOINTS):
        assert flipped.people[0][name].x == 639 - person[name].x
        assert flipped.people[0][name].y == person[name].y
        assert flipped.poses.xy[0, index, 0] == 639 - seen.xy[0, index, 0]
    assert np.array_equal(flipped.people[0].velocity, np.tile(np.float32([-1, 1]), (17, 1)))
    assert np.array_equal(mirrored(flipped).people[0].xy, person.xy)
    assert person.xy[0, 0] == 0.0  # the original is untouched
