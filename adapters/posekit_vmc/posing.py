"""From a person's keypoints to an avatar's pose: how each bone of the rest skeleton is turned.

A picture is flat, so bones turn within its plane: seen from the front, the avatar's bones point where the person's do,
exactly. Whether the person faces the camera or the wall is told by which shoulder is on which side, how far the head is
turned by where the nose is between the ears. Depth can be guessed besides from how much shorter than expected bones
look; those guesses leave alone where the bones point in the picture.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from posekit.skeleton import INDEX
from posekit.types import Person
from posekit_vmc.quaternions import (
    IDENTITY,
    Quaternion,
    Vector,
    about_y,
    about_z,
    between,
    inverse,
    times,
    turned,
)
from posekit_vmc.skeleton import ANKLE_HEIGHT, ENDS, LIMBS, REST, SHOULDER_WIDTH, TORSO

__all__ = ["AvatarPose", "Poser"]

#: Keypoints below this score are not believed; what they turn keeps its pose.
_MIN_SCORE: Final = 0.2
#: Shoulders nearer to each other than this, in torso lengths, do not tell where a person faces.
_UNDECIDED: Final = 0.3
#: Shoulders, or hips, by themselves tell how a trunk is turned if they look at least this wide, in torso lengths.
_BROAD: Final = 0.4
#: What is shorter than this, in torso lengths, points at the camera rather than anywhere.
_POINT: Final = 0.06
#: How wide hips are from the front, in torso lengths. Below the first share of that they do not tell how they are
#: tilted, from the second on they do.
_HIPS: Final = 0.2 / TORSO
_BLIND, _CLEAR = 0.25, 0.6
_MOST_TILT: Final = math.radians(40)
#: Between the ears, and from them forward to the nose, in metres.
_EARS: Final = 0.155
_NOSE: Final = 0.11
#: Bones that look at least this long, of what they should, are taken to lie in the picture's plane.
_FLAT: Final = 0.9

_UP: Final[Vector] = (0.0, 1.0, 0.0)
_FORWARD: Final[Vector] = (0.0, 0.0, 1.0)
#: Arms hang until they are seen; everything else is as in the T-pose.
_AT_FIRST: Final[Mapping[str, Quaternion]] = {
    "LeftUpperArm": about_z(math.pi / 2),
    "RightUpperArm": about_z(-math.pi / 2),
}

Flat = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AvatarPose:
    """How an avatar stands.

    rotations: of every bone of ``skeleton.REST`` against the bone it hangs on, (x, y, z, w). hips: metres in Unity's
    space, from the middle of the picture on the floor.
    """

    rotations: Mapping[str, Quaternion]
    hips: Vector


class Poser:
    """Poses an avatar after one person, who is shown frame by frame; what is not seen stays as it was.

    depth: guess, besides, how far bones reach to the camera or away from it.
    """

    def __init__(self, *, depth: bool = False) -> None:
        self._depth = depth
        self._away = False
        self._whole: _Torso | None = None
        self._rotations: dict[str, Quaternion] = {bone: _AT_FIRST.get(bone, IDENTITY) for bone in REST}
        self._hips: Vector = REST["Hips"].offset

    def pose(self, person: Person, *, width: float, flipped: bool) -> AvatarPose:
        """The avatar's pose after the person's. width: of the picture. flipped: whether that is a mirror image."""
        points = _points(person, flipped=flipped)
        torso = _Torso.of(points, away=self._away, before=self._whole)
        if torso is None:
            return AvatarPose(rotations=dict(self._rotations), hips=self._hips)
        self._away = torso.away
        if torso.whole:
            self._whole = torso
        scale = _scale(points, torso)
        world: dict[str, Quaternion] = {}
        self._turn_trunk(world, points, torso, scale)
        self._turn_head(world, points, torso)
        for bone, limb in LIMBS.items():
            parent = world[REST[bone].parent]
            direction = _direction(points.get(limb.start), points.get(limb.end), _POINT * torso.length)
            if direction is None:
                world[bone] = times(parent, self._rotations[bone])
                continue
            target = self._deepened(direction, _span(bone) * scale, limb.bends, turned(world["Chest"], _FORWARD))
            world[bone] = times(between(turned(parent, _rest_direction(bone)), target), parent)
        for bone, joint in REST.items():
            parent = world.get(joint.parent, IDENTITY)
            self._rotations[bone] = times(inverse(parent), world[bone])
        self._hips = self._place(world, torso, scale, width, flipped=flipped)
        return AvatarPose(rotations=dict(self._rotations), hips=self._hips)

    def _turn_trunk(
        self, world: dict[str, Quaternion], points: Mapping[str, Flat], torso: "_Torso", scale: float
    ) -> None:
        """Hips after the line between them as far as it can be seen, spine and chest after the torso."""
        roll = math.atan2(-torso.up[0], torso.up[1])
        yaw = self._yaw(points, torso, scale)
        world["Hips"] = times(about_z(roll + torso.hip_tilt), about_y(yaw))
        target = self._deepened((*torso.up, torso.length), TORSO * scale, 1, _FORWARD) if torso.whole else None
        upright = turned(world["Hips"], _UP)
        world["Spine"] = times(between(upright, target or (*torso.up, 0.0)), world["Hips"])
        world["Chest"] = world["LeftShoulder"] = world["RightShoulder"] = world["Spine"]

    def _yaw(self, points: Mapping[str, Flat], torso: "_Torso", scale: float) -> float:
        """How far the body is turned about the vertical: away or not, or by how narrow the shoulders look."""
        if not self._depth or torso.width is None or "nose" not in points:
            return math.pi if torso.away else 0.0
        turn = math.acos(min(max(torso.width / (SHOULDER_WIDTH * scale), -1.0), 1.0))
        nose_x, nose_y = points["nose"]
        leftwards = (nose_x - torso.top[0]) * -torso.up[1] + (nose_y - torso.top[1]) * torso.up[0]
        return -turn if leftwards > 0.0 else turn

    def _turn_head(self, world: dict[str, Quaternion], points: Mapping[str, Flat], torso: "_Torso") -> None:
        """The neck towards the head, and the head after ears and nose."""
        left, right = points.get("leftEar"), points.get("rightEar")
        face = _middle(left, right) or _middle(points.get("leftEye"), points.get("rightEye")) or points.get("nose")
        neck = _direction(torso.top if torso.shouldered else None, face, _POINT * torso.length)
        chest = world["Chest"]
        if neck is None:
            world["Neck"] = times(chest, self._rotations["Neck"])
        else:
            world["Neck"] = times(between(turned(chest, _UP), (neck[0], neck[1], 0.0)), chest)
        nose = points.get("nose")
        if left is None or right is None or nose is None:
            world["Head"] = times(world["Neck"], self._rotations["Head"])
            return
        across, out = _minus(left, right), _minus(nose, _middle(left, right) or nose)
        up = neck[:2] if neck is not None else torso.up
        axis = (-up[1], up[0])  # to the person's left, who faces the camera
        wide = math.hypot(*across)
        if wide > 0.5 * math.hypot(*out):
            sign = 1.0 if _dot(across, axis) >= 0.0 else -1.0
            axis = (across[0] * sign / wide, across[1] * sign / wide)
        turn = math.atan2(_dot(out, axis) / _NOSE, _dot(across, axis) / _EARS)
        world["Head"] = times(about_z(math.atan2(-axis[1], -axis[0])), about_y(-turn))

    def _deepened(self, flat: tuple[float, float, float], length: float, bends: int, forward: Vector) -> Vector:
        """The direction of a bone that looks ``flat[2]`` long and is expected to be ``length``."""
        x, y, seen = flat
        share = seen / (_FLAT * length) if self._depth and length > 0.0 else 1.0
        if share >= 1.0:
            return x, y, 0.0
        z = math.sqrt(1.0 - share * share) * bends * (-1.0 if forward[2] < 0.0 else 1.0)
        return x * share, y * share, z

    def _place(
        self, world: Mapping[str, Quaternion], torso: "_Torso", scale: float, width: float, *, flipped: bool
    ) -> Vector:
        """The hips so high that the lower foot stands on the floor, and as far aside as they are in the picture."""
        lowest = 0.0
        for foot, leg in (("LeftFoot", "LeftLowerLeg"), ("RightFoot", "RightLowerLeg")):
            thigh = REST[leg].parent
            drop = turned(world["Hips"], REST[thigh].offset)[1] + turned(world[thigh], REST[leg].offset)[1]
            lowest = min(lowest, drop + turned(world[leg], ENDS[foot].offset)[1])
        middle = torso.bottom[0] - (1.0 if flipped else -1.0) * (width - 1) / 2
        return middle / scale, ANKLE_HEIGHT - lowest, 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Torso:
    """A person's trunk in the picture, x and y as in Unity's space, pixels.

    bottom, top: the middles of hips and shoulders. up: from one to the other, of length 1. length: between them.
    width: how far the left shoulder is to the left of the right one of somebody who faces the camera, or None.
    away: whether the back is to the camera. hip_tilt: of the line of the hips against the torso, radians.
    whole: whether hips and shoulders are seen. shouldered: whether shoulders are.
    """

    bottom: Flat
    top: Flat
    up: Flat
    length: float
    width: float | None
    away: bool
    hip_tilt: float
    whole: bool
    shouldered: bool

    @classmethod
    def of(cls, points: Mapping[str, Flat], *, away: bool, before: "_Torso | None") -> "_Torso | None":
        """The trunk, or None if neither shoulders nor hips are seen.

        away: whether the person faced away before. before: how the trunk was when it was last seen as a whole.
        """
        shoulders = points.get("leftShoulder"), points.get("rightShoulder")
        hips = points.get("leftHip"), points.get("rightHip")
        top, bottom = _middle(*shoulders), _middle(*hips)
        whole = top is not None and bottom is not None
        line = shoulders if top is not None else hips
        if line[0] is None or line[1] is None:
            return None
        across = _minus(line[0], line[1])
        if top is not None and bottom is not None and (spine := math.dist(bottom, top)) > 1.0:
            up = ((top[0] - bottom[0]) / spine, (top[1] - bottom[1]) / spine)
            length = max(spine, math.hypot(*across))
        else:
            wide = math.hypot(*across)
            if wide <= 1.0:
                return None
            # Without hips a person stands upright, as far as the shoulders tell; from the side they do not.
            if before is not None and wide < _BROAD * before.length:
                return replace(
                    before,
                    bottom=bottom or top or before.bottom,
                    top=top or bottom or before.top,
                    width=None,
                    away=away,
                    hip_tilt=0.0,
                    whole=False,
                    shouldered=top is not None,
                )
            sign = -1.0 if away else 1.0
            up, length = (sign * across[1] / wide, -sign * across[0] / wide), wide * TORSO / SHOULDER_WIDTH
            if up[1] < 0.0:
                up, away = (-up[0], -up[1]), not away
        left = (-up[1], up[0])
        aside = _dot(across, left)
        if abs(aside) > _UNDECIDED * length:
            away = aside < 0.0
        middle = top or bottom
        return (
            None
            if middle is None
            else cls(
                bottom=bottom or middle,
                top=top or middle,
                up=up,
                length=length,
                width=aside if top is not None else None,
                away=away,
                hip_tilt=_hip_tilt(*hips, left, length, away=away) if whole else 0.0,
                whole=whole,
                shouldered=top is not None,
            )
        )


def _hip_tilt(left_hip: Flat | None, right_hip: Flat | None, left: Flat, length: float, *, away: bool) -> float:
    """How far the line of the hips is turned against the torso, the less the narrower they look. Radians."""
    if left_hip is None or right_hip is None:
        return 0.0
    across = _minus(left_hip, right_hip)
    if away:
        across = (-across[0], -across[1])
    share = _dot(across, left) / (_HIPS * length)
    weight = min(max((share - _BLIND) / (_CLEAR - _BLIND), 0.0), 1.0)
    tilt = math.atan2(left[0] * across[1] - left[1] * across[0], _dot(across, left))
    return weight * min(max(tilt, -_MOST_TILT), _MOST_TILT)


def _points(person: Person, *, flipped: bool) -> dict[str, Flat]:
    """The keypoints that are believed, by name: y upwards, x so that somebody who faces the camera has left at -x."""
    side = 1.0 if flipped else -1.0
    found = {}
    scores = person.keypoint_scores.tolist()
    for name, (x, y), score in zip(INDEX, person.xy.tolist(), scores, strict=True):
        if score >= _MIN_SCORE and math.isfinite(x) and math.isfinite(y):
            found[name] = (side * x, -y)
    return found


def _scale(points: Mapping[str, Flat], torso: _Torso) -> float:
    """Pixels per metre: bones look shorter than they are, never longer; one may be misplaced, so the second largest."""
    ratios = [torso.length / TORSO]
    for bone, limb in LIMBS.items():
        direction = _direction(points.get(limb.start), points.get(limb.end), 0.0)
        if direction is not None:
            ratios.append(direction[2] / _span(bone))
    ratios.sort(reverse=True)
    return max(ratios[min(1, len(ratios) - 1)], 1e-3)


def _direction(start: Flat | None, end: Flat | None, least: float) -> tuple[float, float, float] | None:
    """(x, y) of length 1 from one point to the other and how long it is; None where that is not known."""
    if start is None or end is None:
        return None
    x, y = end[0] - start[0], end[1] - start[1]
    length = math.hypot(x, y)
    return (x / length, y / length, length) if length > least else None


def _middle(a: Flat | None, b: Flat | None) -> Flat | None:
    return None if a is None or b is None else ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def _minus(a: Flat, b: Flat) -> Flat:
    return a[0] - b[0], a[1] - b[1]


def _dot(a: Flat, b: Flat) -> float:
    return a[0] * b[0] + a[1] * b[1]


_NEXT: Final = {joint.parent: joint.offset for bone, joint in (*REST.items(), *ENDS.items()) if joint.parent in LIMBS}
_SPANS: Final = {bone: math.hypot(*offset) for bone, offset in _NEXT.items()}


def _span(bone: str) -> float:
    """The length of a limb's bone, metres."""
    return _SPANS[bone]


def _rest_direction(bone: str) -> Vector:
    """Where a limb's bone points in the T-pose."""
    (x, y, z), length = _NEXT[bone], _SPANS[bone]
    return x / length, y / length, z / length
