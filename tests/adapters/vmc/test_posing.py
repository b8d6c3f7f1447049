"""How an avatar is turned: hand-computed quaternions, and every motion of the performer against the truth."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from marionette import Marionette
from posekit.skeleton import INDEX
from posekit.sources.performer import MOTIONS, Performer
from posekit.types import Person
from posekit_vmc.messages import posed
from posekit_vmc.posing import AvatarPose, Poser
from posekit_vmc.skeleton import REST

IDENTITY = (0.0, 0.0, 0.0, 1.0)
HALF = math.sqrt(0.5)
SIDES = ("left", "right")

#: Each bone by where it begins and ends in a picture, and where it points in Unity's T-pose.
SEGMENTS = {
    "LeftUpperArm": ("leftShoulder", "leftElbow", (-1, 0, 0)),
    "LeftLowerArm": ("leftElbow", "leftWrist", (-1, 0, 0)),
    "RightUpperArm": ("rightShoulder", "rightElbow", (1, 0, 0)),
    "RightLowerArm": ("rightElbow", "rightWrist", (1, 0, 0)),
    "LeftUpperLeg": ("leftHip", "leftKnee", (0, -1, 0)),
    "LeftLowerLeg": ("leftKnee", "leftAnkle", (0, -1, 0)),
    "RightUpperLeg": ("rightHip", "rightKnee", (0, -1, 0)),
    "RightLowerLeg": ("rightKnee", "rightAnkle", (0, -1, 0)),
    "Spine": ("hips", "shoulders", (0, 1, 0)),
    "Chest": ("hips", "shoulders", (0, 1, 0)),
    "Neck": ("shoulders", "ears", (0, 1, 0)),
}


def pose(person: Person, *, poser: Poser | None = None, flipped: bool = False) -> AvatarPose:
    return (poser or Poser()).pose(person, width=640, flipped=flipped)


def arms(left: tuple[float, float], right: tuple[float, float]) -> dict[str, tuple[float, float]]:
    """Both arms stretched in these directions (x, y), from the T-pose's shoulders."""
    return {
        "leftElbow": (380 + 90 * left[0], 160 + 90 * left[1]),
        "leftWrist": (380 + 170 * left[0], 160 + 170 * left[1]),
        "rightElbow": (260 + 90 * right[0], 160 + 90 * right[1]),
        "rightWrist": (260 + 170 * right[0], 160 + 170 * right[1]),
    }


# Unity: x right, y up, z forward, and the avatar faces z, so that its left arm points to -x. A turn by angle a about z
# is (0, 0, sin a/2, cos a/2) and takes x to y for a = 90 degrees. The left arm comes down from -x to -y by +90 degrees.
@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        pytest.param({}, dict.fromkeys(REST, IDENTITY), id="T-pose"),
        pytest.param(
            arms((0, 1), (0, 1)),
            {"LeftUpperArm": (0, 0, HALF, HALF), "RightUpperArm": (0, 0, -HALF, HALF), "LeftLowerArm": IDENTITY},
            id="arms down",
        ),
        pytest.param(
            arms((0, -1), (0, -1)),
            {"LeftUpperArm": (0, 0, -HALF, HALF), "RightUpperArm": (0, 0, HALF, HALF), "RightLowerArm": IDENTITY},
            id="arms up",
        ),
        pytest.param(
            {"leftWrist": (470, 80)},
            {"LeftUpperArm": IDENTITY, "LeftLowerArm": (0, 0, -HALF, HALF)},
            id="left forearm up",
        ),
        pytest.param(
            {"rightKnee": (290 - 91.92, 320 + 91.92), "rightAnkle": (290 - 91.92, 320 + 91.92 + 120)},
            {  # the thigh 45 degrees out, the shin back to vertical
                "RightUpperLeg": (0, 0, math.sin(math.pi / 8), math.cos(math.pi / 8)),
                "RightLowerLeg": (0, 0, -math.sin(math.pi / 8), math.cos(math.pi / 8)),
            },
            id="right leg out",
        ),
    ],
)
def test_quaternions_that_were_computed_by_hand(
    somebody: Callable[..., Person], moved: dict[str, tuple[float, float]], expected: dict[str, tuple[float, ...]]
) -> None:
    rotations = pose(somebody(**moved)).rotations
    assert {bone: rotations[bone] for bone in expected} == {
        bone: pytest.approx(rotation, abs=1e-5) for bone, rotation in expected.items()
    }


@pytest.mark.parametrize("degrees", [-60, -30, 0, 30, 60])
def test_a_turned_head(somebody: Callable[..., Person], degrees: float) -> None:
    # Turned to the person's left, the nose moves to the left (the picture's right) by 0.11 m times the sine, the ears
    # move together by the cosine of 0.155 m. The face looks along (-sin, 0, cos): -degrees about y, which takes z to x.
    angle, scale = math.radians(degrees), 300
    ear, nose = 0.155 / 2 * math.cos(angle) * scale, 0.11 * math.sin(angle) * scale
    person = somebody(leftEar=(320 + ear, 100), rightEar=(320 - ear, 100), nose=(320 + nose, 100))
    expected = (0.0, -math.sin(angle / 2), 0.0, math.cos(angle / 2))
    assert pose(person).rotations["Head"] == pytest.approx(expected, abs=1e-4)


def test_a_tilted_head_and_a_side_bend(somebody: Callable[..., Person]) -> None:
    # The whole trunk leans 30 degrees to the person's left (the picture's right) about the hips, hips stay level.
    angle = math.radians(30)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    centre = np.array([320.0, 320.0])
    upper = [name for name in INDEX if not name.endswith(("Hip", "Knee", "Ankle"))]
    start = somebody()
    moved = {name: tuple(turn @ (start.xy[INDEX[name]] - centre) + centre) for name in upper}
    rotations = pose(somebody(**moved)).rotations
    # Up goes from y towards -x: +30 degrees about z, in the spine; what hangs on it comes along, legs do not.
    assert rotations["Spine"] == pytest.approx((0, 0, math.sin(angle / 2), math.cos(angle / 2)), abs=1e-5)
    for bone in ("Hips", "Chest", "Neck", "Head", "LeftUpperArm", "RightUpperArm", "LeftUpperLeg", "RightUpperLeg"):
        assert rotations[bone] == pytest.approx(IDENTITY, abs=1e-5), bone


def test_somebody_who_faces_away_turns_round_instead_of_crossing_arms(somebody: Callable[..., Person]) -> None:
    start = somebody()
    behind = {name: (640 - float(x), float(y)) for name, (x, y) in zip(INDEX, start.xy, strict=True)}
    rotations = pose(somebody(**behind)).rotations
    assert rotations["Hips"] == pytest.approx((0, 1, 0, 0), abs=1e-5)
    assert rotations["LeftUpperArm"] == pytest.approx(IDENTITY, abs=1e-5)
    assert rotations["LeftUpperLeg"] == pytest.approx(IDENTITY, abs=1e-5)


def test_a_mirror_image_moves_the_same_arm(somebody: Callable[..., Person]) -> None:
    raised = somebody(leftWrist=(470, 80), leftElbow=(450, 120))
    mirrored = {name: (639 - float(x), float(y)) for name, (x, y) in zip(INDEX, raised.xy, strict=True)}
    straight, flipped = pose(raised), pose(somebody(**mirrored), flipped=True)
    for bone in REST:
        assert flipped.rotations[bone] == pytest.approx(straight.rotations[bone], abs=1e-5)
    assert flipped.hips == pytest.approx(straight.hips, abs=1e-4)


def test_what_is_not_seen_keeps_its_pose(somebody: Callable[..., Person]) -> None:
    poser = Poser()
    hanging = pose(somebody(unseen=("leftElbow", "leftWrist")), poser=poser).rotations["LeftUpperArm"]
    assert hanging == pytest.approx((0, 0, HALF, HALF))
    raised = pose(somebody(**arms((0, -1), (0, 1))), poser=poser).rotations["LeftUpperArm"]
    lost = pose(somebody(unseen=("leftElbow", "leftWrist"), **arms((1, 0), (0, 1))), poser=poser).rotations[
        "LeftUpperArm"
    ]
    assert lost == raised == pytest.approx((0, 0, -HALF, HALF), abs=1e-5)
    nothing = pose(somebody(unseen=tuple(INDEX)), poser=poser)
    assert nothing.rotations["RightUpperArm"] == pytest.approx((0, 0, -HALF, HALF), abs=1e-5)


def test_only_a_head_and_shoulders_are_enough(somebody: Callable[..., Person]) -> None:
    below = tuple(name for name in INDEX if name.endswith(("Hip", "Knee", "Ankle")))
    rotations = pose(somebody(unseen=below, **arms((0, -1), (1, 0)))).rotations
    assert rotations["Hips"] == rotations["Spine"] == pytest.approx(IDENTITY, abs=1e-5)
    assert rotations["LeftUpperArm"] == pytest.approx((0, 0, -HALF, HALF), abs=1e-5)


def test_somebody_seen_from_the_side_does_not_topple_when_the_hips_are_hidden(somebody: Callable[..., Person]) -> None:
    poser = Poser()
    aside = {"leftShoulder": (322.0, 163.0), "rightShoulder": (318.0, 157.0), "leftHip": (322.0, 320.0)}
    seen = pose(somebody(**aside, rightHip=(318.0, 320.0)), poser=poser).rotations
    # The line of the shoulders alone, seen from the side, would say that the trunk lies on its side.
    hidden = pose(somebody(**aside, unseen=("leftHip", "rightHip")), poser=poser).rotations
    assert hidden["Hips"] == pytest.approx(seen["Hips"], abs=1e-5)
    assert hidden["Spine"] == pytest.approx(seen["Spine"], abs=1e-5)


def test_keypoints_that_are_no_numbers_or_all_in_one_place_break_nothing(somebody: Callable[..., Person]) -> None:
    poser = Poser(depth=True)
    for place in ((math.nan, math.nan), (math.inf, 0.0), (5.0, 5.0), (1e30, -1e30)):
        found = pose(somebody(**dict.fromkeys(INDEX, place)), poser=poser)
        numbers = [*found.hips, *(value for rotation in found.rotations.values() for value in rotation)]
        assert all(math.isfinite(value) for value in numbers)


def test_hips_go_down_and_aside(somebody: Callable[..., Person]) -> None:
    standing = pose(somebody()).hips
    assert standing == pytest.approx((0.0, 0.94, 0.0), abs=0.01)
    # A squat seen from the front of somebody whose knees point outwards: thighs level, shins upright.
    low = somebody(leftKnee=(480, 320), leftAnkle=(480, 440), rightKnee=(160, 320), rightAnkle=(160, 440))
    assert pose(low).hips[1] == pytest.approx(0.94 - 0.42, abs=0.01)
    aside = somebody(**{name: (float(x) + 100, float(y)) for name, (x, y) in zip(INDEX, somebody().xy, strict=True)})
    # 100 pixels to the picture's right, which is the person's left: -x. 160 pixels of torso are 0.48 m.
    assert pose(aside).hips[0] == pytest.approx(-0.3, abs=0.03)


def truth_points(xy: np.ndarray) -> dict[str, np.ndarray]:
    points = {name: xy[index] for name, index in INDEX.items()}
    for middle, part in (("hips", "Hip"), ("shoulders", "Shoulder"), ("ears", "Ear")):
        points[middle] = (points[f"left{part}"] + points[f"right{part}"]) / 2
    return points


@pytest.mark.parametrize("depth", [False, True], ids=["flat", "depth"])
@pytest.mark.parametrize("motion", MOTIONS)
def test_projected_bones_point_where_the_performers_do(motion: str, depth: bool) -> None:
    performer = Performer(motion, width=640, height=480, noise=0.0)
    poser, worst, compared = Poser(depth=depth), 0.0, 0
    for time_s in np.arange(0.0, 8.0, 0.1).tolist():
        for truth in performer.truth_at(time_s):
            person = Person(
                id=1,
                slot=1,
                age_s=time_s,
                xy=truth.xy.copy(),
                keypoint_scores=np.full(17, 0.9, np.float32),
                velocity=np.zeros((17, 2), np.float32),
                score=0.9,
                visible=True,
            )
            avatar = Marionette()
            for datagram in posed(poser.pose(person, width=640, flipped=False), time_s, tracked=True):
                avatar.receive(datagram)
            world, points = avatar.world(), truth_points(truth.xy)
            for bone, (start, end, rest) in SEGMENTS.items():
                seen = points[end] - points[start]
                if np.hypot(*seen) < 0.02 * truth.height_px:  # it points at the camera
                    continue
                x, y, _ = world[bone][1] @ np.array(rest, float)
                angle = math.atan2(-y, -x) - math.atan2(seen[1], seen[0])  # seen from the front, in pixels
                worst = max(worst, abs(math.degrees(math.remainder(angle, 2 * math.pi))))
                compared += 1
    assert compared > 300
    assert worst < 3.0
