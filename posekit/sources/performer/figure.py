"""A person to draw: clothed parts of a body, hair and a face, in the posture they are given.

Each part is a line with a half-width along it. They are drawn from far to near, which also tells what hides a keypoint.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import INDEX
from posekit.sources.performer.paint import Colour, Part
from posekit.sources.performer.posture import Joints, Point, along

__all__ = ["Look", "Place", "Solid", "hidden", "look", "parts", "placed"]

#: Colours in BGR.
_SKIN: Final = ((160, 190, 232), (84, 120, 178), (128, 162, 214), (62, 88, 138), (150, 182, 226))
_HAIR: Final = ((110, 112, 116), (28, 28, 32), (70, 110, 150), (40, 44, 90), (40, 52, 74))
_SHIRTS: Final = ((52, 60, 186), (60, 150, 215), (70, 140, 66), (66, 66, 70), (150, 66, 120), (168, 92, 40))
_TROUSERS: Final = ((70, 92, 112), (116, 84, 60), (86, 62, 52), (60, 60, 62))
_SHOES: Final = ((40, 40, 44), (220, 220, 222), (50, 50, 140))
_EYE_WHITE: Final = (238, 240, 240)
_IRIS: Final = (52, 44, 40)

#: Half-widths along each part, in body heights.
_CHEST_FRONT: Final = (0.110, 0.104, 0.093, 0.084, 0.085, 0.091, 0.098, 0.104, 0.107, 0.107, 0.092)
_CHEST_SIDE: Final = (0.070, 0.066, 0.062, 0.061, 0.064, 0.070, 0.075, 0.075, 0.070, 0.056, 0.034)
_SHOULDER_LINE: Final = (0.030, 0.036, 0.042)
_PELVIS_FRONT: Final = (0.056, 0.084, 0.084)
_PELVIS_SIDE: Final = (0.056, 0.064, 0.060)
_SLEEVE: Final = (0.046, 0.043, 0.043, 0.045)
_UPPER_ARM: Final = (0.034, 0.031, 0.027)
_FOREARM: Final = (0.028, 0.029, 0.025, 0.019)
_HAND: Final = (0.018, 0.024, 0.021, 0.011)
_THIGH: Final = (0.058, 0.058, 0.051, 0.043)
_SHIN: Final = (0.042, 0.042, 0.036, 0.030)
_SHOE: Final = (0.026, 0.031, 0.025)
_SKULL: Final = (0.037, 0.047, 0.051, 0.050, 0.044)


class Place(NamedTuple):
    """Where a figure stands in the picture, seen by a camera that is so far away that nearer things look no larger.

    x_px, ground_px: where it stands. height_px: of the standing body. sine, cosine: of the angle by which the camera
    looks down.
    """

    x_px: float
    ground_px: float
    height_px: float
    sine: float = 0.0
    cosine: float = 1.0

    def at(self, point: Point) -> tuple[float, float]:
        """The pixel of a point (x, y, z) given in body heights."""
        return self.x_px + point[0] * self.height_px, self.ground_px - self.above(point) * self.height_px

    def above(self, point: Point) -> float:
        """How far above its standing place a point appears, in body heights."""
        return point[1] * self.cosine - point[2] * self.sine

    def nearness(self, point: Point) -> float:
        """How near to the camera a point is; larger is nearer."""
        return point[2] * self.cosine + point[1] * self.sine


class Look(NamedTuple):
    """Colours, BGR, and how wide the body is for its height (1 is usual)."""

    skin: Colour
    hair: Colour
    shirt: Colour
    trousers: Colour
    shoes: Colour
    width: float


class Solid(NamedTuple):
    """A part in space: ends and radii in body heights; ``nearer`` draws it as if it were that much nearer.

    owns: keypoints that it shows. cut: whether it ends straight at its start.
    """

    start: Point
    end: Point
    radii: Sequence[float]
    colour: Colour
    owns: tuple[int, ...] = ()
    nearer: float = 0.0
    cut: bool = False


def look(index: int, seed: int) -> Look:
    """How performer ``index`` looks; neighbours differ."""
    random = np.random.default_rng((seed, 1))

    def colour(table: Sequence[Colour]) -> Colour:
        return table[(int(random.integers(len(table))) + index) % len(table)]

    return Look(
        skin=colour(_SKIN),
        hair=colour(_HAIR),
        shirt=colour(_SHIRTS),
        trousers=colour(_TROUSERS),
        shoes=colour(_SHOES),
        width=float(np.random.default_rng((seed, 2, index)).uniform(0.95, 1.08)),
    )


def parts(body: Joints, looks: Look, place: Place, props: Sequence[Solid] = ()) -> list[Part]:
    """The parts of a figure, and of what it has with it, in the picture, far ones first."""
    return placed([*_trunk(body, looks), *_limbs(body, looks), *_head(body, looks), *props], place)


def placed(solids: Sequence[Solid], place: Place) -> list[Part]:
    """Solids as parts of the picture, far ones first."""
    found = [
        Part(
            place.at(start),
            place.at(end),
            tuple([radius * place.height_px for radius in radii]),
            colour,
            (place.nearness(start) + place.nearness(end)) / 2 + nearer,
            owns,
            cut,
        )
        for start, end, radii, colour, owns, nearer, cut in solids
    ]
    found.sort(key=_depth)
    return found


def _depth(part: Part) -> float:
    return part.depth


_SHOULDERS: Final = (INDEX["leftShoulder"], INDEX["rightShoulder"])
_HIPS: Final = (INDEX["leftHip"], INDEX["rightHip"])


def _trunk(body: Joints, looks: Look) -> list[Solid]:
    left_hip, right_hip = (body.keypoints[index] for index in _HIPS)
    pelvis = _midway(left_hip, right_hip, 0.5)
    torso = body.torso_axes
    facing = min(abs(torso[0][0]), 1.0)
    hips = _seen(_PELVIS_FRONT, _PELVIS_SIDE, facing, looks.width)
    chest = _seen(_CHEST_FRONT, _CHEST_SIDE, facing, looks.width)
    neck = along(body.neck, torso, up=0.018)
    return [
        Solid(along(pelvis, torso, up=0.01), along(pelvis, torso, up=0.05), hips, looks.trousers, nearer=0.02),
        *(
            Solid(neck, along(body.keypoints[index], torso, up=-0.006), _SHOULDER_LINE, looks.shirt, nearer=0.012)
            for index in _SHOULDERS
        ),
        Solid(
            along(pelvis, torso, up=-0.012),
            along(body.neck, torso, up=-0.040),
            chest,
            looks.shirt,
            (*_SHOULDERS, *_HIPS),
            0.022,
            True,
        ),
        Solid(along(body.neck, torso, up=0.006), body.head, (0.030, 0.029, 0.029), looks.skin, nearer=0.026),
    ]


def _midway(a: Point, b: Point, weight: float) -> Point:
    return a[0] + (b[0] - a[0]) * weight, a[1] + (b[1] - a[1]) * weight, a[2] + (b[2] - a[2]) * weight


def _seen(front: Sequence[float], side: Sequence[float], facing: float, width: float) -> list[float]:
    """The half-widths of an elliptic part whose left axis has the component ``facing`` across the picture."""
    across = 1.0 - facing**2
    return [width * math.sqrt((a * facing) ** 2 + b * b * across) for a, b in zip(front, side, strict=True)]


#: Per side, the keypoints of arm and leg.
_LIMBS: Final = tuple(
    tuple(INDEX[side + name] for name in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle"))
    for side in ("left", "right")
)


def _limbs(body: Joints, looks: Look) -> list[Solid]:
    made = []
    for side, indices in enumerate(_LIMBS):
        shoulder, elbow, wrist, hip, knee, ankle = (body.keypoints[index] for index in indices)
        at_shoulder, at_elbow, at_wrist, at_hip, at_knee, at_ankle = indices
        inner_hip = along(hip, body.body_axes, -0.014 if side == 0 else 0.014)
        cuff = _midway(shoulder, elbow, 0.62)
        trouser_end = _midway(knee, ankle, 1.02)
        # The sleeve lies over the whole of its arm, also of one that points to the camera.
        over_arm = 0.030 + (elbow[2] - cuff[2]) / 2
        made += [
            Solid(inner_hip, knee, _THIGH, looks.trousers, (at_hip, at_knee)),
            Solid(trouser_end, knee, _SHIN[::-1], looks.trousers, (at_knee, at_ankle), -0.001, True),
            Solid(body.heels[side], body.toes[side], _SHOE, looks.shoes, (at_ankle,), -0.002),
            Solid(shoulder, elbow, _UPPER_ARM, looks.skin, (at_elbow,), 0.028),
            Solid(cuff, shoulder, _SLEEVE[::-1], looks.shirt, (at_shoulder,), over_arm, True),
            Solid(elbow, wrist, _FOREARM, looks.skin, (at_elbow, at_wrist), 0.029),
            Solid(wrist, body.hands[side], _HAND, looks.skin, (at_wrist,), 0.031),
        ]
    return made


def _head(body: Joints, looks: Look) -> list[Solid]:
    blue, green, red = looks.skin
    shaded = (int(blue * 0.86), int(green * 0.86), int(red * 0.86))
    lips = (int(blue * 0.76), int(green * 0.59), int(red * 0.9))
    head, axes = body.head, body.head_axes

    def feature(
        a: Point, b: Point, radii: Sequence[float], colour: Colour, owns: str = "", nearer: float = 0.0
    ) -> Solid:
        shown = (INDEX[owns],) if owns else ()
        return Solid(along(head, axes, *a), along(head, axes, *b), radii, colour, shown, 0.027 + nearer)

    made = [
        feature((0, -0.030, 0.008), (0, 0.018, 0.004), _SKULL, looks.skin),
        feature((0, 0.012, -0.016), (0, 0.020, -0.012), (0.056, 0.055), looks.hair),
        feature((-0.022, 0.044, 0.022), (0.022, 0.044, 0.022), (0.020, 0.024, 0.020), looks.hair),
        feature((0, 0.004, 0.058), (0, -0.012, 0.062), (0.005, 0.009), shaded, "nose", nearer=0.003),
        feature((-0.016, -0.036, 0.05), (0.016, -0.036, 0.05), (0.003, 0.006, 0.003), lips, nearer=0.001),
    ]
    for out, side in ((1, "left"), (-1, "right")):
        eye, inner, outer = (out * 0.019, 0.008, 0.05), (out * 0.014, 0.008, 0.05), (out * 0.024, 0.008, 0.05)
        lobe, rim = (out * 0.051, -0.010, -0.004), (out * 0.053, 0.010, -0.004)
        brow = (out * 0.010, 0.024, 0.048), (out * 0.030, 0.023, 0.046)
        made += [
            feature(lobe, rim, (0.009, 0.012), shaded, f"{side}Ear"),
            feature(inner, outer, (0.0055, 0.0055), _EYE_WHITE),
            feature(eye, eye, (0.0055, 0.0055), _IRIS, f"{side}Eye", nearer=0.002),
            feature(*brow, (0.0045, 0.003), looks.hair, nearer=0.001),
        ]
    return made


def hidden(points: NDArray[np.float32], drawn: Sequence[Part], mine: range) -> NDArray[np.bool_]:
    """Which keypoints (17, 2) of a figure lie under parts that were drawn after the last that shows them.

    drawn: every part in the order of drawing. mine: the places of this figure's parts in it.
    """
    own = {index: place for place in mine for index in drawn[place].owns}
    ends = np.array([(*part.start, *part.end, part.radii[len(part.radii) // 2]) for part in drawn], np.float32)
    start, radius = ends[:, :2], ends[:, 4]
    axis = ends[:, 2:4] - start
    offset = points[:, None] - start
    square = np.maximum(np.einsum("pc,pc->p", axis, axis), 1e-6)
    share = np.clip(np.einsum("kpc,pc->kp", offset, axis) / square, 0.0, 1.0)
    offset -= share[..., None] * axis
    inside = np.einsum("kpc,kpc->kp", offset, offset) < radius * radius
    later = np.arange(len(drawn)) > np.array([own[index] for index in range(len(points))])[:, None]
    return np.asarray((inside & later).any(axis=1))
