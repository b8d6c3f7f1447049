"""Paints what has a thickness: lines that are lit as if they were round, with smooth edges.

A round thing shows the same shade wherever its surface faces the same way, so each colour has a small picture of a
lit ball (a "matcap") from which every pixel takes its shade by the direction of the surface.
"""

import math
from functools import lru_cache
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Colour", "Part", "draw", "shade"]

#: Blue, green, red.
Colour = tuple[int, int, int]

FloatArray = NDArray[np.float32]

_LIGHT: Final = (-0.42, -0.45, 0.79)
_AMBIENT: Final = 0.60
_DIFFUSE: Final = 0.50

#: Half the side of a ball's picture, in pixels, without its border.
_BALL: Final = 60

#: Parts thinner than this, in px, are painted flat: nobody sees a shade on them.
_THIN: Final = 2.5


class Part(NamedTuple):
    """A part of a figure in the picture.

    start, end: px. radii: half-widths from start to end, px. depth: larger is nearer. owns: keypoints that it shows.
    cut: whether it ends straight at its start, as a hem does, instead of round.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    radii: tuple[float, ...]
    colour: Colour
    depth: float
    owns: tuple[int, ...] = ()
    cut: bool = False


def draw(canvas: NDArray[np.uint8], part: Part) -> None:
    """Draw a part on ``canvas`` (H, W, 3) uint8 BGR; what lies outside is cut off."""
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
    along = xs * np.float32(ux) + ys * np.float32(uy)
    nearest = np.clip(along, 0.0, np.float32(length))
    dx, dy = xs - nearest * np.float32(ux), ys - nearest * np.float32(uy)
    distance = np.asarray(cv2.magnitude(dx, dy))
    radius = _radius(nearest, length, part.radii)
    coverage = radius - distance
    coverage += np.float32(0.5)
    if part.cut:
        np.minimum(coverage, along + np.float32(0.5), out=coverage)
    np.clip(coverage, 0.0, 1.0, out=coverage)
    region = canvas[top:bottom, left:right]
    if reach < _THIN:
        shaded = np.full_like(region, part.colour)
    else:
        # The surface normal of something round: sideways by how far out, to the camera by the rest. Of a long part only
        # across its length, so that no ring shows where it ends within the next one.
        long = np.float32(min(length / (3.0 * max(part.radii)), 1.0))
        beyond = (along - nearest) * long
        dx -= beyond * np.float32(ux)
        dy -= beyond * np.float32(uy)
        scale = np.float32(_BALL) / np.maximum(radius, distance, out=distance)
        dx *= scale
        dy *= scale
        dx += np.float32(_BALL)
        dy += np.float32(_BALL)
        shaded = np.asarray(cv2.remap(_ball(part.colour), dx, dy, cv2.INTER_NEAREST), np.uint8)
    canvas[top:bottom, left:right] = cv2.blendLinear(shaded, region, coverage, np.float32(1.0) - coverage)


def shade(canvas: NDArray[np.uint8], centre: tuple[float, float], radii: tuple[float, float], darkness: float) -> None:
    """Darken an ellipse that fades out towards its rim. darkness: 0 to 1, at the centre."""
    height, width = canvas.shape[:2]
    left, right = max(int(centre[0] - radii[0]), 0), min(int(centre[0] + radii[0]) + 2, width)
    top, bottom = max(int(centre[1] - radii[1]), 0), min(int(centre[1] + radii[1]) + 2, height)
    if left >= right or top >= bottom or darkness <= 0:
        return
    across = ((np.arange(left, right, dtype=np.float32) - np.float32(centre[0])) / np.float32(radii[0])) ** 2
    down = ((np.arange(top, bottom, dtype=np.float32) - np.float32(centre[1])) / np.float32(radii[1])) ** 2
    light = 1.0 - np.float32(min(darkness, 1.0)) * np.maximum(1.0 - across - down[:, None], 0.0)
    region = canvas[top:bottom, left:right]
    canvas[top:bottom, left:right] = (region * light[..., None] + np.float32(0.5)).astype(np.uint8)


def _radius(along: FloatArray, length: float, radii: tuple[float, ...]) -> FloatArray:
    """The half-width at each pixel."""
    if len(radii) == 1 or length < 1e-3:
        return np.full_like(along, radii[0])
    if len(radii) == 2:
        return along * np.float32((radii[1] - radii[0]) / length) + np.float32(radii[0])
    table = np.interp(np.linspace(0.0, len(radii) - 1, 257), np.arange(len(radii)), radii).astype(np.float32)
    return table[(along * np.float32(256 / length)).astype(np.int16)]


@lru_cache(maxsize=256)
def _ball(colour: Colour) -> NDArray[np.uint8]:
    """A ball of that colour in the light."""
    across = np.arange(-_BALL, _BALL + 1, dtype=np.float32) / _BALL
    x, y = across[None, :], across[:, None]
    towards = np.sqrt(np.maximum(1.0 - x * x - y * y, 0.0))
    light = x * _LIGHT[0] + y * _LIGHT[1] + towards * _LIGHT[2]
    shade = _AMBIENT + _DIFFUSE * np.maximum(light, 0.0)
    return np.clip(np.rint(shade[..., None] * np.array(colour, np.float32)), 0, 255).astype(np.uint8)
