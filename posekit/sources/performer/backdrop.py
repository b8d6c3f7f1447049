"""What is behind the performers, and the noise of the camera that there is not."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.sources.performer.figure import Place
from posekit.sources.performer.paint import shade
from posekit.sources.performer.posture import Joints

__all__ = ["FLOOR", "Backdrop"]

#: Where performers stand, as a part of the picture's height.
FLOOR: Final = 0.94

#: How far above the performers' feet the floor ends, in picture heights, and how much farther where the camera looks
#: down, times the sine of the angle. Dark and light colours of wall and floor, BGR.
_FLOOR_BEHIND: Final = 0.08
_FLOOR_SEEN: Final = 0.5
_WALL: Final = ((196, 190, 184), (214, 210, 206))
_GROUND: Final = ((150, 158, 164), (176, 184, 190))

#: By how many pixels noise is shifted from picture to picture, so that it does not stand still.
_SHIFTS: Final = 64

#: What casts a shadow lies no higher above the ground, in body heights; how far the shadow reaches beyond it, across
#: and down, and how dark it is.
_LOW: Final = 0.2
_BEYOND: Final = (0.05, 0.03)
_DARK: Final = 0.4


class Backdrop:
    """An empty stage of so many pixels.

    ground_px: where performers stand. sine: of the angle by which the camera looks down. noise: standard deviation in
    grey levels.
    """

    def __init__(self, width: int, height: int, *, ground_px: float, sine: float, noise: float, seed: int) -> None:
        self._size = (width, height)
        floor_px = ground_px - (_FLOOR_BEHIND + _FLOOR_SEEN * sine) * height
        self._empty = _wall_and_floor(width, height, min(max(int(floor_px), 0), height))
        self._grain = _grain(noise, seed, width, height) if noise else None

    def canvas(self) -> NDArray[np.uint8]:
        """A new picture of the empty stage."""
        return self._empty.copy()

    def cast_shadow(self, canvas: NDArray[np.uint8], place: Place, body: Joints) -> None:
        """What makes a body stand on the floor rather than hang before it; fainter under one that leaves the ground."""
        near = [point for point in (*body.keypoints, *body.heels, *body.toes) if point[1] < _LOW]
        near = near or [*body.heels, *body.toes]
        lowest = min(y for _, y, _ in near)
        on_ground = [place.at((x, 0.0, z)) for x, _, z in near]
        (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*on_ground, strict=True))
        across, down = (beyond * place.height_px for beyond in _BEYOND)
        radii = (right - left) / 2 + across, (bottom - top) / 2 + down
        shade(canvas, ((left + right) / 2, (top + bottom) / 2), radii, _DARK - lowest)

    def add_grain(self, canvas: NDArray[np.uint8], timestamp_s: float) -> None:
        """Add the noise of that time."""
        if self._grain is None:
            return
        width, height = self._size
        top, left = np.random.default_rng(round(timestamp_s * 1e6)).integers(0, _SHIFTS, 2)
        brighter, darker = (grain[top : top + height, left : left + width] for grain in self._grain)
        cv2.add(canvas, brighter, dst=canvas)
        cv2.subtract(canvas, darker, dst=canvas)


def _wall_and_floor(width: int, height: int, floor: int) -> NDArray[np.uint8]:
    """A plain wall and, from a row on, a floor, each a little lighter to one side."""
    picture = np.empty((height, width, 3), np.float32)
    weight = np.linspace(0.0, 1.0, width, dtype=np.float32)[:, None]
    for rows, (dark, light) in ((slice(0, floor), _WALL), (slice(floor, height), _GROUND)):
        picture[rows] = np.array(dark, np.float32) * weight + np.array(light, np.float32) * (1 - weight)
    # An ordered dither (Bayer 1973) hides the bands of so slow a gradient.
    rows, columns = np.indices((height, width)) & 3
    threshold = np.zeros((height, width), np.float32)
    for bit in range(2):
        x, y = columns >> bit & 1, rows >> bit & 1
        threshold += ((x ^ y) * 2 + y) * np.float32(4.0 ** (1 - bit))
    return (picture + (threshold[..., None] + np.float32(0.5)) / 16).astype(np.uint8)


def _grain(noise: float, seed: int, width: int, height: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """What noise adds to pictures and what it takes away; larger than a picture, and each takes another part."""
    shape = (height + _SHIFTS, width + _SHIFTS, 3)
    levels = np.rint(np.random.default_rng((seed, 3)).normal(0.0, noise, shape))
    return np.clip(levels, 0, 255).astype(np.uint8), np.clip(-levels, 0, 255).astype(np.uint8)
