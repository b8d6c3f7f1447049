"""Draws a person: a shaded body of tapered parts, clothed, with a face, in the posture it is given.

Each part is a line in the picture with a half-width along it, lit from the upper left as if it were round. Parts are
drawn from far to near, which also tells what hides a keypoint.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import INDEX
from posekit.sources.performer.posture import Joints, Point, along

__all__ = ["Look", "Part", "Place", "draw", "hidden", "look", "parts"]

_LIGHT: Final = (-0.42, -0.45, 0.79)
_AMBIENT: Final = 0.5
_DIFFUSE: Final = 0.62

#: Colours in BGR.
_SKIN: Final = ((160, 190, 232), (128, 162, 214), (84, 120, 178), (62, 88, 138), (150, 182, 226))
_HAIR: Final = ((40, 52, 74), (28, 28, 32), (70, 110, 150), (40, 44, 90), (110, 112, 116))
_SHIRTS: Final = ((168, 92, 40), (52, 60, 186), (70, 140, 66), (60, 150, 215), (150, 66, 120), (205, 205, 200))
_TROUSERS: Final = ((86, 62, 52), (60, 60, 62), (70, 92, 112), (116, 84, 60))
_SHOES: Final = ((40, 40, 44), (220, 220, 222), (50, 50, 140))
_EYE_WHITE: Final = (238, 240, 240)
_IRIS: Final = (52, 44, 40)

#: Half-widths along each part, in body heights.
_TORSO_FRONT: Final = (0.082, 0.076, 0.086, 0.100, 0.098, 0.062)
_TORSO_SIDE: Final = (0.062, 0.058, 0.066, 0.074, 0.062, 0.044)
_PELVIS_FRONT: Final = (0.074, 0.084, 0.080)
_PELVIS_SIDE: Final = (0.062, 0.066, 0.060)
_SLEEVE: Final = (0.041, 0.037, 0.035)
_UPPER_ARM: Final = (0.033, 0.030, 0.026)
_FOREARM: Final = (0.027, 0.026, 0.019)
_HAND: Final = (0.018, 0.024, 0.020, 0.011)
_THIGH: Final = (0.059, 0.055, 0.046, 0.039)
_SHIN: Final = (0.038, 0.040, 0.033, 0.025)
_SHOE: Final = (0.024, 0.026, 0.022)
_SKULL: Final = (0.037, 0.047, 0.051, 0.050, 0.044)


Colour = tuple[int, int, int]


class Place(NamedTuple):
    """Where a figure stands in the picture: x and the ground's y in px, and its height in px."""

    x_px: float
    ground_px: float
    height_px: float

    def at(self, point: Point) -> tuple[float, float]:
        """The pixel of a point (x, y, z) given in body heights."""
        return self.x_px + point[0] * self.height_px, self.ground_px - point[1] * self.height_px


class Look(NamedTuple):
    """Colours, BGR, and how wide the body is for its height (1 is usual)."""

    skin: Colour
    hair: Colour
    shirt: Colour
    trousers: Colour
    shoes: Colour
    width: float


class Part(NamedTuple):
    """A part of the figure in the picture.

    start, end: px. radii: half-widths from start to end, px. depth: larger is nearer. owns: keypoints that it shows.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    radii: tuple[float, ...]
    colour: Colour
    depth: float
    owns: tuple[int, ...] = ()


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
        width=float(np.random.default_rng((seed, 2, index)).uniform(0.93, 1.1)),
    )


def parts(body: Joints, looks: Look, place: Place) -> list[Part]:
    """The parts of a figure in the picture, far ones first."""
    sized = [*_trunk(body, looks), *_limbs(body, looks), *_head(body, looks)]
    placed = [
        Part(
            start=place.at(solid.start),
            end=place.at(solid.end),
            radii=tuple([radius * place.height_px for radius in solid.radii]),
            colour=solid.colour,
            depth=(solid.start[2] + solid.end[2]) / 2 + solid.nearer,
            owns=solid.owns,
        )
        for solid in sized
    ]
    return sorted(placed, key=lambda part: part.depth)


class _Solid(NamedTuple):
    """A part in space: ends and radii in body heights; ``nearer`` draws it as if it were that much nearer."""

    start: Point
    end: Point
    radii: Sequence[float]
    colour: Colour
    owns: tuple[int, ...] = ()
    nearer: float = 0.0


_SHOULDERS: Final = (INDEX["leftShoulder"], INDEX["rightShoulder"])
_HIPS: Final = (INDEX["leftHip"], INDEX["rightHip"])


def _trunk(body: Joints, looks: Look) -> list[_Solid]:
    left_hip, right_hip = (body.keypoints[index] for index in _HIPS)
    pelvis = _midway(left_hip, right_hip, 0.5)
    torso = body.torso_axes
    facing = min(abs(torso[0][0]), 1.0)
    hips = _seen(_PELVIS_FRONT, _PELVIS_SIDE, facing, looks.width)
    chest = _seen(_TORSO_FRONT, _TORSO_SIDE, facing, looks.width)
    left, right = (along(body.keypoints[index], torso, up=-0.01) for index in _SHOULDERS)
    return [
        _Solid(along(pelvis, torso, up=-0.015), along(pelvis, torso, up=0.06), hips, looks.trousers, nearer=0.02),
        _Solid(
            along(pelvis, torso, up=0.045),
            along(body.neck, torso, up=-0.012),
            chest,
            looks.shirt,
            (*_SHOULDERS, *_HIPS),
            0.022,
        ),
        _Solid(left, right, (0.038, 0.05, 0.056, 0.05, 0.038), looks.shirt, _SHOULDERS, 0.024),
        _Solid(along(body.neck, torso, up=0.02), body.head, (0.036, 0.030, 0.029), looks.skin, nearer=0.026),
    ]


def _midway(a: Point, b: Point, weight: float) -> Point:
    return a[0] + (b[0] - a[0]) * weight, a[1] + (b[1] - a[1]) * weight, a[2] + (b[2] - a[2]) * weight


def _seen(front: Sequence[float], side: Sequence[float], facing: float, width: float) -> list[float]:
    """The half-widths of an elliptic part whose left axis has the component ``facing`` across the picture."""
    return [width * math.hypot(a * facing, b * math.sqrt(1 - facing**2)) for a, b in zip(front, side, strict=True)]


#: Per side, the keypoints of arm and leg.
_LIMBS: Final = tuple(
    tuple(INDEX[side + name] for name in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle"))
    for side in ("left", "right")
)


def _limbs(body: Joints, looks: Look) -> list[_Solid]:
    made = []
    for side, indices in enumerate(_LIMBS):
        shoulder, elbow, wrist, hip, knee, ankle = (body.keypoints[index] for index in indices)
        at_shoulder, at_elbow, at_wrist, at_hip, at_knee, at_ankle = indices
        cuff = _midway(shoulder, elbow, 0.55)
        # The sleeve lies over the whole of its arm, also of one that points to the camera.
        over_arm = 0.030 + (elbow[2] - cuff[2]) / 2
        made += [
            _Solid(hip, knee, _THIGH, looks.trousers, (at_hip, at_knee)),
            _Solid(knee, ankle, _SHIN, looks.trousers, (at_knee, at_ankle), -0.001),
            _Solid(body.heels[side], body.toes[side], _SHOE, looks.shoes, (at_ankle,), -0.002),
            _Solid(shoulder, elbow, _UPPER_ARM, looks.skin, (at_elbow,), 0.028),
            _Solid(shoulder, cuff, _SLEEVE, looks.shirt, (at_shoulder,), over_arm),
            _Solid(elbow, wrist, _FOREARM, looks.skin, (at_elbow, at_wrist), 0.029),
            _Solid(wrist, body.hands[side], _HAND, looks.skin, (at_wrist,), 0.031),
        ]
    return made


def _head(body: Joints, looks: Look) -> list[_Solid]:
    blue, green, red = looks.skin
    shaded = (int(blue * 0.86), int(green * 0.86), int(red * 0.86))
    lips = (int(blue * 0.76), int(green * 0.59), int(red * 0.9))

    def feature(
        a: Point, b: Point, radii: Sequence[float], colour: Colour, owns: str = "", nearer: float = 0.0
    ) -> _Solid:
        start, end = along(body.head, body.head_axes, *a), along(body.head, body.head_axes, *b)
        return _Solid(start, end, radii, colour, (INDEX[owns],) if owns else (), nearer)

    made = [
        feature((0, -0.030, 0.008), (0, 0.018, 0.004), _SKULL, looks.skin),
        feature((0, 0.012, -0.016), (0, 0.020, -0.012), (0.056, 0.055), looks.hair),
        feature((-0.022, 0.044, 0.022), (0.022, 0.044, 0.022), (0.020, 0.024, 0.020), looks.hair),
        feature((0, 0.004, 0.058), (0, -0.012, 0.062), (0.005, 0.009), shaded, "nose", nearer=0.003),
        feature((-0.016, -0.036, 0.05), (0.016, -0.036, 0.05), (0.003, 0.006, 0.003), lips, nearer=0.001),
    ]
    for out, side in ((1, "left"), (-1, "right")):
        eye, inner, outer = (out * 0.019, 0.008, 0.05), (out * 0.014, 0.008, 0.05), (out * 0.024, 0.008, 0.05)
        lobe, rim = (out * 0.049, -0.010, -0.004), (out * 0.050, 0.010, -0.004)
        brow = (out * 0.010, 0.024, 0.048), (out * 0.030, 0.023, 0.046)
        made += [
            feature(lobe, rim, (0.009, 0.012), shaded, f"{side}Ear"),
            feature(inner, outer, (0.0055, 0.0055), _EYE_WHITE),
            feature(eye, eye, (0.0055, 0.0055), _IRIS, f"{side}Eye", nearer=0.002),
            feature(*brow, (0.0045, 0.003), looks.hair, nearer=0.001),
        ]
    return made


def draw(canvas: NDArray[np.float32], part: Part) -> None:
    """Draw a part on ``canvas`` (H, W, 3) float32 BGR, with smooth edges; what lies outside is cut off."""
    (ax, ay), (bx, by) = part.start, part.end
    reach = max(part.radii) + 1.0
    height, width = canvas.shape[:2]
    left, right = max(int(min(ax, bx) - reach), 0), min(int(max(ax, bx) + reach) + 2, width)
    top, bottom = max(int(min(ay, by) - reach), 0), min(int(max(ay, by) + reach) + 2, height)
    if left >= right or top >= bottom:
        return
    length = math.hypot(bx - ax, by - ay)
    ux, uy = ((bx - ax) / length, (by - ay) / length) if length > 1e-6 else (0.0, 1.0)
    xs = np.arange(left, right, dtype=np.float32) - np.float32(ax)
    ys = (np.arange(top, bottom, dtype=np.float32) - np.float32(ay))[:, None]
    along = np.clip(xs * np.float32(ux) + ys * np.float32(uy), 0.0, np.float32(length))
    dx, dy = xs - along * np.float32(ux), ys - along * np.float32(uy)
    knots = np.linspace(0.0, max(length, 1e-3), len(part.radii))
    radius = np.interp(along, knots, part.radii).astype(np.float32)
    distance = np.hypot(dx, dy)
    coverage = np.clip(radius - distance + 0.5, 0.0, 1.0)
    # The surface normal of something round: sideways by how far out, to the camera by the rest.
    sideways = 1.0 / np.maximum(radius, distance)
    dx *= sideways
    dy *= sideways
    towards = np.sqrt(np.maximum(1.0 - dx * dx - dy * dy, 0.0))
    light = dx * np.float32(_LIGHT[0]) + dy * np.float32(_LIGHT[1]) + towards * np.float32(_LIGHT[2])
    shade = np.float32(_AMBIENT) + np.float32(_DIFFUSE) * np.maximum(light, 0.0)
    region = canvas[top:bottom, left:right]
    region += coverage[..., None] * (shade[..., None] * np.array(part.colour, np.float32) - region)


def hidden(points: NDArray[np.float32], drawn: Sequence[Part], mine: range) -> NDArray[np.bool_]:
    """Which keypoints (17, 2) of a figure lie under parts that were drawn after the last that shows them.

    drawn: every part in the order of drawing. mine: the places of this figure's parts in it.
    """
    own = {index: place for place in mine for index in drawn[place].owns}
    ends = np.array([(*part.start, *part.end, sum(part.radii) / len(part.radii)) for part in drawn], np.float32)
    start, axis, radius = ends[:, :2], ends[:, 2:4] - ends[:, :2], ends[:, 4]
    offset = points[:, None] - start
    along = np.clip((offset * axis).sum(-1) / np.maximum((axis**2).sum(-1), 1e-6), 0.0, 1.0)
    inside = np.hypot(*np.moveaxis(offset - along[..., None] * axis, -1, 0)) < radius
    later = np.arange(len(drawn)) > np.array([own[index] for index in range(len(points))])[:, None]
    return np.asarray((inside & later).any(axis=1))
