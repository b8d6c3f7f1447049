"""The rest skeleton of a humanoid: where each bone begins, standing in a T-pose, and what of a person turns it.

Metres in Unity's space: x right, y up, z forward. The figure faces z, so that its left is at negative x. 1.7 m tall,
with the proportions of an adult (Winter, Biomechanics and Motor Control, figure 4.1). Names are those of Unity's
``HumanBodyBones``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from posekit_vmc.quaternions import Vector

__all__ = ["ANKLE_HEIGHT", "ENDS", "LIMBS", "REST", "SHOULDER_WIDTH", "TORSO", "Joint", "Limb"]


class Joint(NamedTuple):
    """Where a bone begins: the bone it hangs on, empty for the root, and its place from where that one begins."""

    parent: str
    offset: Vector


class Limb(NamedTuple):
    """A bone that points from one keypoint to another. bends: 1 if it comes forward when it is foreshortened, or -1."""

    start: str
    end: str
    bends: int


#: The bones that are sent, parents first.
REST: Final[Mapping[str, Joint]] = MappingProxyType(
    {
        "Hips": Joint("", (0.0, 0.94, 0.0)),
        "Spine": Joint("Hips", (0.0, 0.10, 0.0)),
        "Chest": Joint("Spine", (0.0, 0.14, 0.0)),
        "Neck": Joint("Chest", (0.0, 0.24, 0.0)),
        "Head": Joint("Neck", (0.0, 0.10, 0.0)),
        "LeftShoulder": Joint("Chest", (-0.05, 0.24, 0.0)),
        "LeftUpperArm": Joint("LeftShoulder", (-0.13, 0.0, 0.0)),
        "LeftLowerArm": Joint("LeftUpperArm", (-0.28, 0.0, 0.0)),
        "RightShoulder": Joint("Chest", (0.05, 0.24, 0.0)),
        "RightUpperArm": Joint("RightShoulder", (0.13, 0.0, 0.0)),
        "RightLowerArm": Joint("RightUpperArm", (0.28, 0.0, 0.0)),
        "LeftUpperLeg": Joint("Hips", (-0.10, -0.04, 0.0)),
        "LeftLowerLeg": Joint("LeftUpperLeg", (0.0, -0.42, 0.0)),
        "RightUpperLeg": Joint("Hips", (0.10, -0.04, 0.0)),
        "RightLowerLeg": Joint("RightUpperLeg", (0.0, -0.42, 0.0)),
    }
)

#: Where the last bones of arms, legs and head end. Nothing is known of what follows, so it is not sent.
ENDS: Final[Mapping[str, Joint]] = MappingProxyType(
    {
        "LeftHand": Joint("LeftLowerArm", (-0.255, 0.0, 0.0)),
        "RightHand": Joint("RightLowerArm", (0.255, 0.0, 0.0)),
        "LeftFoot": Joint("LeftLowerLeg", (0.0, -0.40, 0.0)),
        "RightFoot": Joint("RightLowerLeg", (0.0, -0.40, 0.0)),
    }
)

#: Bones of arms and legs by the keypoints that they join, parents first.
LIMBS: Final[Mapping[str, Limb]] = MappingProxyType(
    {
        "LeftUpperArm": Limb("leftShoulder", "leftElbow", 1),
        "LeftLowerArm": Limb("leftElbow", "leftWrist", 1),
        "RightUpperArm": Limb("rightShoulder", "rightElbow", 1),
        "RightLowerArm": Limb("rightElbow", "rightWrist", 1),
        "LeftUpperLeg": Limb("leftHip", "leftKnee", 1),
        "LeftLowerLeg": Limb("leftKnee", "leftAnkle", -1),
        "RightUpperLeg": Limb("rightHip", "rightKnee", 1),
        "RightLowerLeg": Limb("rightKnee", "rightAnkle", -1),
    }
)

#: From the middle of the hips to that of the shoulders, between the shoulders, and from the floor to the ankles.
TORSO: Final = 0.48
SHOULDER_WIDTH: Final = 0.36
ANKLE_HEIGHT: Final = 0.94 - 0.04 - 0.42 - 0.40
