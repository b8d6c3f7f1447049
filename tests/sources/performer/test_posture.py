"""Bodies: bones keep their length, nobody sinks into the ground, a mirror and a turn do what they say."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posekit.skeleton import INDEX, SWAPPED
from posekit.sources.performer.posture import Joints, Limb, Posture, blend, joints, two_bones

from .conftest import Sampled, every_motion

BONES = [
    (f"{side}{a}", f"{side}{b}")
    for side in ("left", "right")
    for a, b in (("Shoulder", "Elbow"), ("Elbow", "Wrist"), ("Hip", "Knee"), ("Knee", "Ankle"))
] + [("leftShoulder", "rightShoulder"), ("leftHip", "rightHip"), ("leftEye", "rightEye"), ("nose", "leftEar")]


@every_motion
def test_bones_keep_their_length(motion: Sampled) -> None:
    standing = np.array(joints(Posture()).keypoints)
    for a, b in BONES:
        lengths = np.linalg.norm(motion.space[:, INDEX[a]] - motion.space[:, INDEX[b]], axis=1)
        assert lengths == pytest.approx(np.linalg.norm(standing[INDEX[a]] - standing[INDEX[b]])), (a, b)


@every_motion
def test_the_spine_keeps_its_length(motion: Sampled) -> None:
    assert np.linalg.norm(motion.at("Shoulder") - motion.at("Hip"), axis=1) == pytest.approx(0.285)


def contact(body: Joints) -> float:
    """How far the lowest point of a body's skin is above the ground."""
    soles = [y - 0.02 for _, y, _ in (*body.toes, *body.heels)]
    thickness = {"Shoulder": 0.055, "Elbow": 0.03, "Wrist": 0.025, "Hip": 0.07, "Knee": 0.04}
    skin = [
        body.keypoints[INDEX[side + part]][1] - thick for side in ("left", "right") for part, thick in thickness.items()
    ]
    return min(*soles, *skin, body.head[1] - 0.06)


@every_motion
def test_everyone_touches_the_ground_and_nobody_sinks_in(motion: Sampled) -> None:
    airborne = motion.name in ("jump", "jump_rope", "jumping_jack", "pull_up")
    heights = [contact(joints(motion.motion.posture(phase))) for phase in motion.phases]
    # The toes of a lifted foot hang down, after the ground has been found.
    assert min(heights) > -0.005
    assert airborne or max(heights) == pytest.approx(0.0, abs=1e-9)
    assert not airborne or max(heights) > 0.02


@every_motion
def test_hands_do_not_reach_into_the_ground(motion: Sampled) -> None:
    bodies = [joints(motion.motion.posture(phase)) for phase in motion.phases]
    for body in bodies:
        for hand, wrist in zip(body.hands, ("leftWrist", "rightWrist"), strict=True):
            assert hand[1] >= 0.0159
            assert math.dist(hand, body.keypoints[INDEX[wrist]]) == pytest.approx(0.085, abs=1e-6)


@every_motion
def test_a_turn_turns_the_body_about_the_vertical(motion: Sampled) -> None:
    posture = motion.motion.posture(0.37)
    a = math.radians(40.0)
    turned = np.array(joints(posture._replace(turn=posture.turn + 40.0)).keypoints)
    x, y, z = np.array(joints(posture).keypoints).T
    expected = np.stack([x * math.cos(a) + z * math.sin(a), y, z * math.cos(a) - x * math.sin(a)], axis=1)
    assert turned == pytest.approx(expected, abs=1e-9)


@every_motion
def test_a_mirrored_posture_is_the_mirror_image(motion: Sampled) -> None:
    posture = motion.motion.posture(0.37)._replace(turn=0.0)
    image = np.array(joints(posture).keypoints)[list(SWAPPED)] * (-1, 1, 1)
    assert np.array(joints(posture.mirrored()).keypoints) == pytest.approx(image, abs=1e-9)
    assert posture.mirrored().mirrored() == posture


def test_one_who_stands_faces_the_camera() -> None:
    at = dict(zip(INDEX, joints(Posture()).keypoints, strict=True))
    assert at["leftShoulder"][0] > 0 > at["rightShoulder"][0]  # the person's left is the picture's right
    assert at["nose"][2] > at["leftEar"][2]
    assert 0.93 < at["leftEye"][1] < 0.96
    assert at["leftAnkle"][1] == pytest.approx(0.045)
    assert at["leftShoulder"][2] == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("posture", "up", "forward"),
    [
        (Posture(pitch=90), (0, 0, 1), (0, -1, 0)),  # on its face, head towards the camera
        (Posture(pitch=-90), (0, 0, -1), (0, 1, 0)),  # on its back
        (Posture(roll=90), (1, 0, 0), (0, 0, 1)),  # on its left side
        (Posture(turn=90), (0, 1, 0), (1, 0, 0)),  # faces the right edge
        (Posture(turn=90, pitch=90), (1, 0, 0), (0, -1, 0)),
    ],
)
def test_lying_and_turned(posture: Posture, up: tuple[int, ...], forward: tuple[int, ...]) -> None:
    _, got_up, got_forward = joints(posture).body_axes
    assert got_up == pytest.approx(up, abs=1e-12)
    assert got_forward == pytest.approx(forward, abs=1e-12)


def test_the_held_foot_stays() -> None:
    leg = {
        "left_thigh": Limb(4, 70),
        "left_shin": Limb(1, -20),
        "right_thigh": Limb(4, -20),
        "right_shin": Limb(1, -50),
    }
    standing = joints(Posture(turn=30)).keypoints
    for hold, name in (((1.0, 0.0), "leftAnkle"), ((0.0, 1.0), "rightAnkle")):
        posture = Posture(turn=30, left_hold=hold[0], right_hold=hold[1], **leg)  # type: ignore[arg-type]
        (x, _, z), (x0, _, z0) = joints(posture).keypoints[INDEX[name]], standing[INDEX[name]]
        assert (x, z) == pytest.approx((x0, z0))


def test_blending() -> None:
    a, b = Posture(), Posture(lean=30, left_thigh=Limb(10, 50), lift=0.2)
    assert blend(a, b, 0.0) == a
    assert blend(a, b, 1.0) == b
    half = blend(a, b, 0.5)
    assert (half.lean, half.left_thigh, half.lift) == (15, Limb(7, 25.5), 0.1)


@given(
    across=st.floats(-0.6, 0.6), down=st.floats(-0.6, 0.6), bend=st.sampled_from([1, -1]), first=st.floats(0.05, 0.4)
)
def test_two_bones_reach_what_is_within_reach(across: float, down: float, bend: int, first: float) -> None:
    second = 0.2
    length = math.hypot(across, down)
    a, b = (math.radians(angle) for angle in two_bones(first, second, across, down, bend=bend))
    joint = first * math.sin(a), first * math.cos(a)
    end = joint[0] + second * math.sin(b), joint[1] + second * math.cos(b)
    if abs(first - second) + 0.001 < length < 0.999 * (first + second):
        assert end == pytest.approx((across, down), abs=1e-6)
        side = across * joint[1] - down * joint[0]
        assert side * bend <= 1e-9
    elif length >= first + second:
        assert math.hypot(*end) == pytest.approx(first + second, rel=0.002)
