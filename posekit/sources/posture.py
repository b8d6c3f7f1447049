"""A body's posture as angles, and where that puts its joints in space.

Lengths are fractions of the body's height; x is to the right of the picture, y up from the ground, z to the camera.
Proportions are those of an adult (Drillis and Contini 1966, as in Winter, Biomechanics and Motor Control, figure 4.1),
the keypoints lie where COCO's annotators put them.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import KEYPOINTS

__all__ = ["ANKLE", "SHIN", "THIGH", "Joints", "Limb", "Posture", "blend", "joints"]

ANKLE: Final = 0.045
SHIN: Final = 0.235
THIGH: Final = 0.245
_TORSO: Final = 0.285
_SHOULDER: Final = 0.108
_HIP: Final = 0.072
_UPPER_ARM: Final = 0.165
_FOREARM: Final = 0.15
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
    "leftEar": (0.046, 0.0, -0.004),
    "rightEar": (-0.046, 0.0, -0.004),
}

FloatArray = NDArray[np.float64]


class Limb(NamedTuple):
    """The direction of a part of an arm or leg, in degrees from hanging straight down.

    outward: to the person's own side (90 is level). forward: to where the body faces (90 is level).
    """

    outward: float = 0.0
    forward: float = 0.0


class Posture(NamedTuple):
    """A posture, in degrees.

    turn: about the vertical; 0 faces the camera, 90 the right edge of the picture. lean: of the torso, forward.
    tilt: of the torso, to the person's left. lift: of the lower foot above the ground, in body heights.
    """

    turn: float = 0.0
    lean: float = 0.0
    tilt: float = 0.0
    lift: float = 0.0
    left_upper_arm: Limb = Limb(9, 2)
    left_forearm: Limb = Limb(7, 14)
    right_upper_arm: Limb = Limb(9, 2)
    right_forearm: Limb = Limb(7, 14)
    left_thigh: Limb = Limb(4, 1)
    left_shin: Limb = Limb(1, -1)
    right_thigh: Limb = Limb(4, 1)
    right_shin: Limb = Limb(1, -1)


class Joints(NamedTuple):
    """Where a posture puts things, as (x, y, z) in body heights.

    keypoints: (17, 3). hands, toes, heels: (2, 3), left then right. neck, head: (3,), head is its centre.
    torso_axes, head_axes: (3, 3), rows are the part's left, up and forward.
    """

    keypoints: FloatArray
    hands: FloatArray
    toes: FloatArray
    heels: FloatArray
    neck: FloatArray
    head: FloatArray
    torso_axes: FloatArray
    head_axes: FloatArray


def blend(a: Posture, b: Posture, weight: float) -> Posture:
    """What lies between two postures: ``a`` at weight 0, ``b`` at 1."""
    return Posture(*(_between(x, y, weight) for x, y in zip(a, b, strict=True)))


def _between(a: Any, b: Any, weight: float) -> Any:
    """Between two numbers, or two limbs."""
    if isinstance(a, Limb):
        return Limb(_between(a.outward, b.outward, weight), _between(a.forward, b.forward, weight))
    return a + (b - a) * weight


def joints(posture: Posture) -> Joints:
    """The joints of a body that stands at x = 0, z = 0 with its lower foot on the ground (or ``lift`` above it)."""
    body = _axes(posture.turn, 0.0, 0.0)
    torso = _axes(posture.turn, posture.lean, posture.tilt)
    head_axes = _axes(posture.turn, posture.lean * 0.4, posture.tilt * 0.5)
    place: dict[str, FloatArray] = {}
    hands, toes, heels = [], [], []
    neck = _TORSO * torso[1]
    for name, side, upper_arm, forearm, thigh, shin in (
        ("left", 1, posture.left_upper_arm, posture.left_forearm, posture.left_thigh, posture.left_shin),
        ("right", -1, posture.right_upper_arm, posture.right_forearm, posture.right_thigh, posture.right_shin),
    ):
        shoulder = neck + side * _SHOULDER * torso[0]
        elbow = shoulder + _UPPER_ARM * _direction(upper_arm, side, torso)
        along_forearm = _direction(forearm, side, torso)
        wrist = elbow + _FOREARM * along_forearm
        hip = side * _HIP * body[0]
        knee = hip + THIGH * _direction(thigh, side, body)
        ankle = knee + SHIN * _direction(shin, side, body)
        hands.append(wrist + _HAND * along_forearm)
        place |= {f"{name}Shoulder": shoulder, f"{name}Elbow": elbow, f"{name}Wrist": wrist}
        place |= {f"{name}Hip": hip, f"{name}Knee": knee, f"{name}Ankle": ankle}
    head = neck + _NECK_TO_HEAD * head_axes[1]
    place |= {name: head + np.array(offset) @ head_axes for name, offset in _FACE.items()}
    ground = min(place["leftAnkle"][1], place["rightAnkle"][1]) - ANKLE
    for name in ("left", "right"):
        ankle = place[f"{name}Ankle"]
        # A lifted heel leaves the toes near the ground.
        drop = min(ankle[1] - ANKLE - ground, 0.05)
        toes.append(ankle + _TOE * body[2] - (ANKLE - _SOLE + drop) * body[1])
        heels.append(ankle - _HEEL * body[2] - (ANKLE - _SOLE) * body[1])
    up = np.array([0.0, posture.lift - ground, 0.0])
    return Joints(
        keypoints=np.array([place[name] for name in KEYPOINTS]) + up,
        hands=np.array(hands) + up,
        toes=np.array(toes) + up,
        heels=np.array(heels) + up,
        neck=neck + up,
        head=head + up,
        torso_axes=torso,
        head_axes=head_axes,
    )


def _axes(turn: float, lean: float, tilt: float) -> FloatArray:
    """Rows: the left, up and forward of a part that is tilted, then leant, then turned."""
    a, b, c = math.radians(turn), math.radians(lean), math.radians(tilt)
    tilted = np.array([[math.cos(c), -math.sin(c), 0.0], [math.sin(c), math.cos(c), 0.0], [0.0, 0.0, 1.0]])
    leant = np.array([[1.0, 0.0, 0.0], [0.0, math.cos(b), math.sin(b)], [0.0, -math.sin(b), math.cos(b)]])
    turned = np.array([[math.cos(a), 0.0, -math.sin(a)], [0.0, 1.0, 0.0], [math.sin(a), 0.0, math.cos(a)]])
    return np.asarray(tilted @ leant @ turned)


def _direction(limb: Limb, side: int, axes: FloatArray) -> FloatArray:
    """The unit vector of a limb on the given side (1 left, -1 right) of a part with these axes."""
    outward, forward = math.radians(limb.outward), math.radians(limb.forward)
    own = np.array(
        [side * math.sin(outward), -math.cos(outward) * math.cos(forward), math.cos(outward) * math.sin(forward)]
    )
    return np.asarray(own @ axes)
