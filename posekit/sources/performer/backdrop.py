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

#: Where the floor begins; dark and light colours of wall and floor, BGR.
_HORIZON: Final = 0.86
_WALL: Final = ((196, 190, 184), (214, 210, 206))
_GROUND: Final = ((150, 158, 164), (176, 184, 190))

#: By how many pixels noise is shifted from picture to picture, so that it does not stand still.
_SHIFTS: Final = 64

#: What casts a shadow lies no higher above the ground, in body heights; how far the shadow reaches beyond, and how dark
#: it is.
_LOW: Final = 0.2
_BEYOND: Final = 0.05
_DARK: Final = 0.4


class Backdrop:
    """An empty stage of so many pixels. noise: standard deviation in grey levels."""

    def __init__(self, width: int, height: int, *, noise: float, seed: int) -> None:
        self._size = (width, height)
        self._empty = _wall_and_floor(width, height)
        self._grain = _grain(noise, seed, width, height) if noise else None

    def canvas(self) -> NDArray[np.uint8]:
        """A new picture of the empty stage."""
        return self._empty.copy()

    def cast_shadow(self, canvas: NDArray[np.uint8], place: Place, body: Joints) -> None:
        """What makes a body stand on the floor rather than hang before it; fainter under one that leaves the ground."""
        low = [x for x, y, _ in (*body.keypoints, *body.heels, *body.toes) if y < _LOW]
        low = low or [x for x, _, _ in (*body.heels, *body.toes)]
        left, right = (place.x_px + x * place.height_px for x in (min(low) - _BEYOND, max(low) + _BEYOND))
        lowest = min(y for _, y, _ in (*body.toes, *body.heels, *body.keypoints))
        centre, radii = ((left + right) / 2, place.ground_px), ((right - left) / 2, 0.03 * place.height_px)
        shade(canvas, centre, radii, _DARK - lowest)

    def add_grain(self, canvas: NDArray[np.uint8], timestamp_s: float) -> None:
        """Add the noise of that time."""
        if self._grain is None:
            return
        width, height = self._size
        top, left = np.random.default_rng(round(timestamp_s * 1e6)).integers(0, _SHIFTS, 2)
        brighter, darker = (grain[top : top + height, left : left + width] for grain in self._grain)
        cv2.add(canvas, brighter, dst=canvas)
        cv2.subtract(canvas, darker, dst=canvas)


def _wall_and_floor(width: int, height: int) -> NDArray[np.uint8]:
    """A plain wall and floor, each a little lighter to one side."""
    picture = np.empty((height, width, 3), np.float32)
    horizon = int(_HORIZON * height)
    weight = np.linspace(0.0, 1.0, width, dtype=np.float32)[:, None]
    for rows, (dark, light) in ((slice(0, horizon), _WALL), (slice(horizon, height), _GROUND)):
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
