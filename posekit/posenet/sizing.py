"""Which input sizes the network takes: (N − 1) mod output stride = 0 in both directions.

A size is (height, width) in pixels, as the network's input tensor counts it; a source's size is (width, height).
Any other size shifts the maps against the picture and gives poses beside the people.
"""

import math
import re
from collections.abc import Callable, Sequence
from typing import Final

from posekit.errors import ConfigError
from posekit.types import Person

__all__ = [
    "MAX_SIDE",
    "MIN_SIDE",
    "Size",
    "Sizer",
    "by_scale_factor",
    "check_scale_factor",
    "fitting",
    "input_size_for",
    "is_valid",
    "nearest_valid",
    "parse_input_size",
]

#: The smallest and largest side in pixels: two cells at output stride 16, and the next valid size above full HD.
MIN_SIDE: Final = 17
MAX_SIDE: Final = 1921

#: ``image_scale_factor`` of TensorFlow.js' PoseNet 1.x lies between these.
_SCALE_FACTORS: Final = (0.2, 1.0)

#: The aspect of a picture is followed up to this; a wider or taller one is letterboxed.
_MOST_ASPECT: Final = 3.0

#: (height, width) of the network's input in pixels.
Size = tuple[int, int]

#: Chooses the network's (height, width) for a source of (width, height) pixels and the people seen last.
Sizer = Callable[[tuple[int, int], Sequence[Person]], tuple[int, int]]

_SIZE = re.compile(r"\s*(\d{1,6})\s*(?:[x×]\s*(\d{1,6}))?\s*", re.IGNORECASE)


def is_valid(size: tuple[int, int], output_stride: int) -> bool:
    """Whether the network's maps lie exactly on an input of ``size``, (height, width) in pixels."""
    return all(side > output_stride and (side - 1) % output_stride == 0 for side in size)


def nearest_valid(size: tuple[int, int], output_stride: int) -> tuple[int, int]:
    """The valid (height, width) nearest to ``size``; the larger one where two are equally near.

    Both sides are at least two cells and at most ``MAX_SIDE`` (rounded down to a valid side).
    """
    most = (MAX_SIDE - 1) // output_stride
    cells = (min(max(math.floor((side - 1) / output_stride + 0.5), 1), most) for side in size)
    height, width = (count * output_stride + 1 for count in cells)
    return height, width


def check_scale_factor(image_scale_factor: float) -> None:
    """Raise ConfigError for an image scale factor outside 0.2…1.0."""
    least, most = _SCALE_FACTORS
    if not least <= image_scale_factor <= most:
        raise ConfigError(f"image_scale_factor must be between {least} and {most}, got {image_scale_factor}")


def input_size_for(source_size: tuple[int, int], image_scale_factor: float, output_stride: int) -> tuple[int, int]:
    """The (height, width) that a picture of ``source_size`` (width, height) gets for an image scale factor.

    Each side is scaled and rounded down to a valid one, as ``getValidResolution`` of TensorFlow.js' PoseNet 1.x does.
    Unlike there, no side is below two cells, and a picture beyond ``MAX_SIDE`` keeps its aspect.
    Raises ConfigError for a factor outside 0.2…1.0.
    """
    check_scale_factor(image_scale_factor)
    factor = min(image_scale_factor, MAX_SIDE / max(source_size))
    width, height = (
        max(math.floor((side * factor - 1) / output_stride), 1) * output_stride + 1 for side in source_size
    )
    return height, width


def by_scale_factor(image_scale_factor: float, output_stride: int) -> Sizer:
    """Sizes from the source's by an image scale factor. Raises ConfigError for a factor outside 0.2…1.0."""
    check_scale_factor(image_scale_factor)
    return lambda source_size, people: input_size_for(source_size, image_scale_factor, output_stride)


def fitting(input_size: tuple[int, int], output_stride: int) -> Sizer:
    """Sizes with the source's aspect and about as many pixels as ``input_size``: at the same cost, without borders."""
    pixels = input_size[0] * input_size[1]

    def size(source_size: tuple[int, int], people: Sequence[Person]) -> tuple[int, int]:
        aspect = min(max(source_size[0] / source_size[1], 1 / _MOST_ASPECT), _MOST_ASPECT)
        height = math.sqrt(pixels / aspect)
        return nearest_valid((round(height), round(height * aspect)), output_stride)

    return size


def parse_input_size(text: str) -> tuple[int, int]:
    """(height, width) from ``HEIGHTxWIDTH`` or one number for a square, such as ``353x481`` or ``257``.

    It need not be a valid size: the model rounds it and says so. Raises ConfigError for any other text, and for a
    side outside ``MIN_SIDE``…``MAX_SIDE``.
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ConfigError(f"input size '{text}' must be HEIGHTxWIDTH or one number in pixels, such as 353x481 or 257")
    height = int(match[1])
    width = int(match[2] or match[1])
    for side in (height, width):
        if not MIN_SIDE <= side <= MAX_SIDE:
            raise ConfigError(f"input size '{text}' must have sides of {MIN_SIDE} to {MAX_SIDE} pixels")
    return height, width
