"""The coordinate conventions of OSC messages: from source-frame pixels to what the receiver wants."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["COORDINATES", "Affine", "transform"]


@dataclass(frozen=True, slots=True)
class Affine:
    """x' = x·scale_x + shift_x, and alike for y. Not clamped: what is outside the picture stays outside."""

    scale_x: float
    scale_y: float
    shift_x: float = 0.0
    shift_y: float = 0.0

    def points(self, xy: NDArray[np.float32]) -> NDArray[np.float32]:
        """(…, 2) float32 in the receiver's coordinates."""
        scale = np.array([self.scale_x, self.scale_y], np.float32)
        return xy * scale + np.array([self.shift_x, self.shift_y], np.float32)


#: Name to the transform for a frame of (width, height) pixels, y downwards.
COORDINATES: Final[Mapping[str, Callable[[float, float], Affine]]] = MappingProxyType(
    {
        "norm": lambda width, height: Affine(1 / width, 1 / height),
        "pixel": lambda width, height: Affine(1.0, 1.0),
        "aspect": lambda width, height: Affine(1 / height, 1 / height),
        "centered": lambda width, height: Affine(1 / height, 1 / height, -width / 2 / height, -0.5),
    }
)


def transform(name: str, size: tuple[int, int], *, y_up: bool) -> Affine:
    """The transform of that name for a frame of ``size`` (width, height).

    With ``y_up``, y becomes 1 - y (height - y in pixels), and is negated when centered.
    """
    width, height = max(size[0], 1), max(size[1], 1)
    down = COORDINATES[name](width, height)
    if not y_up:
        return down
    top = {"pixel": float(height), "centered": 0.0}.get(name, 1.0)
    return Affine(down.scale_x, -down.scale_y, down.shift_x, top - down.shift_y)
