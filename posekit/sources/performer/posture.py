"""A body's posture as angles, and where that puts its joints in space.

Lengths are fractions of the body's height; x is to the right of the picture, y up from the ground, z to the camera.
Proportions are those of an adult (Drillis and Contini 1966, as in Winter, Biomechanics and Motor Control, figure 4.1),
the keypoints lie where COCO's annotators put them.

Everything here is plain Python on tuples: for a body of thirty points that is several times faster than small arrays.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import KEYPOINTS

__all__ = [
    "ANKLE",
    "FOREARM",
    "SHIN",
    "SHOULDER",
    "THIGH",
    "TORSO",
    "UPPER_ARM",
    "Axes",
    "Joints",
    "Limb",
    "Point",
    "Posture",
    "along",
    "blend",
    "joints",
    "two_bones",
]

ANKLE: Final = 0.045
SHIN: Final = 0.235
THIGH: Final = 0.245
TORSO: Final = 0.285
SHOULDER: Final = 0.108
UPPER_ARM: Final = 0.165
FOREARM: Final = 0.15
_HIP: Final = 0.072
_HAND: Final = 0.085
_TOE: Final = 0.095
_HEEL: Final = 0.03
_SOLE: Final = 0.02

#: Points of the head, from its centre: to the person's left, up, forward.
_NECK_TO_HEAD: Final = 0.118
_FACE: Final = {
    "nose": (0.0, -0.012, 0.062),
    "leftEye": (0.019, 0.008, 0.050),
    "rightEye": (-0.019, 0.008, 0.050),
    "leftEar": (0.052, 0.0, -0.004),
    "rightEar": (-0.052, 0.0, -0.004),
}

#: How near the ground a part may come: its thickness. Feet touch it with heel and toe.
_THICKNESS: Final = {
    "Shoulder": 0.055,
    "Elbow": 0.03,
    "Wrist": 0.025,
    "Hip": 0.07,
    "Knee": 0.04,
}
_HEAD_RADIUS: Final = 0.06
_HAND_HEIGHT: Final = 0.016

Point = tuple[float, float, float]
Axes = tuple[Point, Point, Point]


class Limb(NamedTuple):
    """The direction of a part of an arm or leg, in degrees from hanging straight down.

    outward: to the person's own side (90 is level). forward: to where the body faces (90 is level).
    """

    outward: float = 0.0
    forward: float = 0.0


class Posture(NamedTuple):
    """A posture, in degrees.

    turn: about the vertical; 0 faces the camera, 90 the right edge of the picture.
    pitch, roll: of the whole body, forward (90 lies on its face, -90 on its back) and to the person's left.
    lean, tilt: of the torso against the legs, forward and to the person's left. face, nod: of the head against the
    torso, to the person's left and forward.
    left_toes, right_toes: how far the toes point down.
    lift: of the lowest point above the ground, in body heights.
    left_hold, right_hold: how much the place of each foot is held; with none, the hips keep their place instead.
    """

    turn: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    lean: float = 0.0
    tilt: float = 0.0
    face: float = 0.0
    nod: float = 0.0
    left_upper_arm: Limb = Limb(9, 2)
    left_forearm: Limb = Limb(7, 14)
    right_upper_arm: Limb = Limb(9, 2)
    right_forearm: Limb = Limb(7, 14)
    left_thigh: Limb = Limb(4, 1)
    left_shin: Limb = Limb(1, -1)
    right_thigh: Limb = Limb(4, 1)
    right_shin: Limb = Limb(1, -1)
    left_toes: float = 0.0
    right_toes: float = 0.0
    lift: float = 0.0
    left_hold: float = 0.5
    right_hold: float = 0.5

    def mirrored(self) -> "Posture":
        """The posture with left and right exchanged, as a mirror shows it to the performer."""
        swapped = {
            name: getattr(
                self, name.replace("left", "right") if name.startswith("left") else name.replace("right", "left")
            )
            for name in self._fields
            if name.startswith(("left", "right"))
        }
        return self._replace(roll=-self.roll, tilt=-self.tilt, face=-self.face, **swapped)


class Joints(NamedTuple):
    """Where a posture puts things, as (x, y, z) in body heights.

    keypoints: 17 points. hands, toes, heels: left, then right. neck, head: head is its centre.
    body_axes, torso_axes, head_axes: the part's left, up and forward.
    """

    keypoints: tuple[Point, ...]
    hands: tuple[Point, Point]
    toes: tuple[Point, Point]
    heels: tuple[Point, Point]
    neck: Point
    head: Point
    body_axes: Axes
    torso_axes: Axes
    head_axes: Axes

    def array(self) -> NDArray[np.float64]:
        """The keypoints as (17, 3)."""
        return np.array(self.keypoints)


def blend(a: Posture, b: Posture, weight: float) -> Posture:
    """What lies between two postures: ``a`` at weight 0, ``b`` at 1."""
    if weight == 0.0 or a is b:
        return a
    return Posture(*(_between(x, y, weight) for x, y in zip(a, b, strict=True)))


def _between(a: Any, b: Any, weight: float) -> Any:
    """Between two numbers, or two limbs."""
    if isinstance(a, Limb):
        return Limb(a.outward + (b.outward - a.outward) * weight, a.forward + (b.forward - a.forward) * weight)
    return a + (b - a) * weight


def joints(posture: Posture) -> Joints:
    """The joints of a body that stands at x = 0, z = 0 with its lowest point on the ground (or ``lift`` above it)."""
    body = _axes(posture.turn, posture.pitch, posture.roll)
    torso = body if posture.lean == 0.0 == posture.tilt else _within(body, _axes(0.0, posture.lean, posture.tilt))
    head_axes = _within(body, _axes(posture.face, posture.lean * 0.4 + posture.nod, posture.tilt * 0.5))
    place: dict[str, Point] = {}
    hands, toes, heels = [], [], []
    neck = along((0.0, 0.0, 0.0), torso, up=TORSO)
    for name, side, upper_arm, forearm, thigh, shin, pointed in (
        (
            "left",
            1,
            posture.left_upper_arm,
            posture.left_forearm,
            posture.left_thigh,
            posture.left_shin,
            posture.left_toes,
        ),
        (
            "right",
            -1,
            posture.right_upper_arm,
            posture.right_forearm,
            posture.right_thigh,
            posture.right_shin,
            posture.right_toes,
        ),
    ):
        shoulder = along(neck, torso, side * SHOULDER)
        elbow = _onward(shoulder, UPPER_ARM, upper_arm, side, torso)
        wrist = _onward(elbow, FOREARM, forearm, side, torso)
        hip = along((0.0, 0.0, 0.0), body, side * _HIP)
        knee = _onward(hip, THIGH, thigh, side, body)
        ankle = _onward(knee, SHIN, shin, side, body)
        place[f"{name}Shoulder"], place[f"{name}Elbow"], place[f"{name}Wrist"] = shoulder, elbow, wrist
        place[f"{name}Hip"], place[f"{name}Knee"], place[f"{name}Ankle"] = hip, knee, ankle
        hands.append(_onward(wrist, _HAND, forearm, side, torso))
        foot = body if pointed == 0.0 else _within(body, _axes(0.0, pointed, 0.0))
        toes.append(along(ankle, foot, 0.0, _SOLE - ANKLE, _TOE))
        heels.append(along(ankle, foot, 0.0, _SOLE - ANKLE, -_HEEL))
    head = along(neck, head_axes, 0.0, _NECK_TO_HEAD)
    for name, (left, up, forward) in _FACE.items():
        place[name] = along(head, head_axes, left, up, forward)
    ground = min(y for _, y, _ in (*toes, *heels)) - _SOLE
    for part, thickness in _THICKNESS.items():
        ground = min(ground, place[f"left{part}"][1] - thickness, place[f"right{part}"][1] - thickness)
    ground = min(ground, head[1] - _HEAD_RADIUS)
    x, z = _kept(posture, place["leftAnkle"], place["rightAnkle"])
    y = posture.lift - ground

    def moved(point: Point) -> Point:
        return point[0] + x, point[1] + y, point[2] + z

    return Joints(
        keypoints=tuple([moved(place[name]) for name in KEYPOINTS]),
        hands=(_laid(moved(hands[0]), moved(place["leftWrist"])), _laid(moved(hands[1]), moved(place["rightWrist"]))),
        toes=(moved(_dropped(toes[0], ground, body)), moved(_dropped(toes[1], ground, body))),
        heels=(moved(heels[0]), moved(heels[1])),
        neck=moved(neck),
        head=moved(head),
        body_axes=body,
        torso_axes=torso,
        head_axes=head_axes,
    )


def along(point: Point, axes: Axes, left: float = 0.0, up: float = 0.0, forward: float = 0.0) -> Point:
    """The point that lies so far to the left, above and before another, by these axes."""
    (lx, ly, lz), (ux, uy, uz), (fx, fy, fz) = axes
    return (
        point[0] + left * lx + up * ux + forward * fx,
        point[1] + left * ly + up * uy + forward * fy,
        point[2] + left * lz + up * uz + forward * fz,
    )


def two_bones(first: float, second: float, across: float, down: float, *, bend: int) -> tuple[float, float]:
    """The angles, in degrees from straight down, of two bones that reach from one point to another.

    first, second: their lengths. across, down: where the other point lies. bend: 1 where the joint between them juts
    out in the direction in which ``across`` grows, as a knee does forward, -1 for the other. A point that is out of
    reach is approached.
    """
    length = min(max(math.hypot(across, down), 1e-6), 0.9995 * (first + second))
    towards = math.atan2(across, down)
    at_first = math.acos(min(max((first**2 + length**2 - second**2) / (2 * first * length), -1.0), 1.0))
    at_second = math.acos(min(max((second**2 + length**2 - first**2) / (2 * second * length), -1.0), 1.0))
    return math.degrees(towards + bend * at_first), math.degrees(towards - bend * at_second)


def _axes(turn: float, lean: float, tilt: float) -> Axes:
    """The left, up and forward of a part that is tilted, then leant, then turned."""
    a, b, c = math.radians(turn), math.radians(lean), math.radians(tilt)
    sa, ca, sb, cb, sc, cc = math.sin(a), math.cos(a), math.sin(b), math.cos(b), math.sin(c), math.cos(c)

    def turned(x: float, y: float, z: float) -> Point:
        return x * ca + z * sa, y, z * ca - x * sa

    return turned(cc, -sc * cb, -sc * sb), turned(sc, cc * cb, cc * sb), turned(0.0, -sb, cb)


def _within(outer: Axes, inner: Axes) -> Axes:
    """Axes that are given within others."""
    left, up, forward = (along((0.0, 0.0, 0.0), outer, *axis) for axis in inner)
    return left, up, forward


def _onward(point: Point, length: float, limb: Limb, side: int, axes: Axes) -> Point:
    """The other end of a limb on the given side (1 left, -1 right) of a part with these axes."""
    outward, forward = math.radians(limb.outward), math.radians(limb.forward)
    level = length * math.cos(outward)
    return along(point, axes, side * length * math.sin(outward), -level * math.cos(forward), level * math.sin(forward))


#: Where the ankles of one who stands are: to the person's own side, and forward.
_STANCE: Final = (
    _HIP + THIGH * math.sin(math.radians(4)) + SHIN * math.sin(math.radians(1)),
    THIGH * math.cos(math.radians(4)) * math.sin(math.radians(1))
    - SHIN * math.cos(math.radians(1)) * math.sin(math.radians(1)),
)


def _kept(posture: Posture, left: Point, right: Point) -> tuple[float, float]:
    """How far, (x, z), the body moves so that the feet it holds are where they are when it stands."""
    aside, ahead = _STANCE
    sine, cosine = math.sin(math.radians(posture.turn)), math.cos(math.radians(posture.turn))
    x = posture.left_hold * (aside * cosine + ahead * sine - left[0])
    x += posture.right_hold * (ahead * sine - aside * cosine - right[0])
    z = posture.left_hold * (ahead * cosine - aside * sine - left[2])
    z += posture.right_hold * (ahead * cosine + aside * sine - right[2])
    return x, z


def _dropped(toe: Point, ground: float, body: Axes) -> Point:
    """A lifted heel leaves the toes near the ground, while the body is upright."""
    drop = min(toe[1] - _SOLE - ground, 0.05) * max(body[1][1], 0.0)
    return toe[0] - drop * body[1][0], toe[1] - drop * body[1][1], toe[2] - drop * body[1][2]


def _laid(hand: Point, wrist: Point) -> Point:
    """A hand that would reach into the ground lies flat on it instead."""
    if hand[1] >= _HAND_HEIGHT:
        return hand
    over = math.hypot(hand[0] - wrist[0], hand[2] - wrist[2])
    reach = math.sqrt(max(_HAND**2 - (wrist[1] - _HAND_HEIGHT) ** 2, 0.0))
    scale = reach / over if over > 1e-6 else 0.0
    return (
        wrist[0] + (hand[0] - wrist[0]) * scale + (reach if over <= 1e-6 else 0.0),
        _HAND_HEIGHT,
        wrist[2] + (hand[2] - wrist[2]) * scale,
    )
