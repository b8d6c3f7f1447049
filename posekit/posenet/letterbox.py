"""Fits a picture into the network's input without distortion, and maps points between the two.

Pixel centres lie at integers, so a resize by s maps x' = (x + 0.5)·s − 0.5. The factor that counts is the one that
the resize really applies, of whole pixels to whole pixels, and it differs slightly between x and y.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.errors import SourceError

__all__ = ["Letterbox"]

FloatArray = NDArray[np.float32]

#: Grey level of the borders: 0 after the network's normalisation. TensorFlow.js pads with black; on the shared clips
#: grey, black, white and a repeated rim do equally well (``benchmarks/letterbox.py``).
BORDER = 127


class Letterbox:
    """The fit of pictures of one size into one input size.

    source_size: (width, height) of the pictures. input_size: (height, width) of the network's input.
    stretch: fill the whole input instead of keeping the aspect.

    A picture at least twice as large as its rectangle is first halved, once or more often, by averaging 2 × 2 pixels.
    Bilinear resizing alone would skip pixels, and keypoints would jitter up to 1.6 times as much when the picture moves
    (``benchmarks/letterbox.py --quality``). Odd last rows and columns are left out: less than a pixel of the input.

    Points may be mapped from any thread; ``write`` reuses a scratch picture and belongs to one thread.
    """

    __slots__ = (
        "_halves",
        "_offset",
        "_rect",
        "_resized",
        "_scale",
        "input_size",
        "source_size",
        "stretch",
    )

    def __init__(self, source_size: tuple[int, int], input_size: tuple[int, int], *, stretch: bool = False) -> None:
        self.source_size = source_size
        self.input_size = input_size
        self.stretch = stretch
        source_width, source_height = source_size
        height, width = input_size
        inner_width, inner_height = width, height
        if not stretch:
            scale = min(width / source_width, height / source_height)
            inner_width = min(max(round(source_width * scale), 1), width)
            inner_height = min(max(round(source_height * scale), 1), height)
        left, top = (width - inner_width) // 2, (height - inner_height) // 2
        self._rect = (left, top, inner_width, inner_height)
        self._resized = np.empty((inner_height, inner_width, 3), np.uint8)
        self._halves: list[NDArray[np.uint8]] = []
        used_width, used_height = source_width, source_height
        while used_width >= 2 * inner_width and used_height >= 2 * inner_height:
            used_width, used_height = used_width // 2, used_height // 2
            self._halves.append(np.empty((used_height, used_width, 3), np.uint8))
        times = 2 ** len(self._halves)
        scale_xy = np.array([inner_width / (used_width * times), inner_height / (used_height * times)])
        # x' = (x + 0.5)·s − 0.5 + left, written as x' = x·s + offset
        self._scale = scale_xy
        self._offset = scale_xy * 0.5 - 0.5 + (left, top)

    @property
    def rect(self) -> tuple[int, int, int, int]:
        """(left, top, width, height) of the picture within the network's input, in pixels."""
        return self._rect

    def fits(self, source_size: tuple[int, int], input_size: tuple[int, int]) -> bool:
        """Whether it was made for these sizes."""
        return self.source_size == source_size and self.input_size == input_size

    @property
    def scale(self) -> float:
        """Network input pixels per source pixel; the mean of both directions."""
        return float(self._scale.mean())

    def write(self, image: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
        """Resize, pad and convert a picture into ``out``.

        image: (H, W, 3) uint8 BGR of ``source_size``. out: (h, w, 3) uint8 of ``input_size``, becomes RGB; it may be
        a view into the network's input tensor. Raises SourceError for a picture of another size or kind.
        """
        # OpenCV would allocate another result instead of filling one that does not fit.
        source_width, source_height = self.source_size
        if image.shape != (source_height, source_width, 3) or image.dtype != np.uint8:
            raise SourceError(
                f"a picture must be {(source_height, source_width, 3)} uint8 BGR, got {image.shape} {image.dtype}"
            )
        if out.shape != (*self.input_size, 3) or out.dtype != np.uint8:
            raise ValueError(f"out must be {(*self.input_size, 3)} uint8, got {out.shape} {out.dtype}")
        left, top, width, height = self._rect
        right, bottom = left + width, top + height
        out[:top] = BORDER
        out[bottom:] = BORDER
        out[top:bottom, :left] = BORDER
        out[top:bottom, right:] = BORDER
        for half in self._halves:
            half_height, half_width = half.shape[:2]
            image = image[: 2 * half_height, : 2 * half_width]
            cv2.resize(image, (half_width, half_height), dst=half, interpolation=cv2.INTER_AREA)
            image = half
        cv2.resize(image, (width, height), dst=self._resized, interpolation=cv2.INTER_LINEAR)
        cv2.cvtColor(self._resized, cv2.COLOR_BGR2RGB, dst=out[top:bottom, left:right])

    def to_source(self, xy: FloatArray) -> FloatArray:
        """Points (…, 2) from model-input pixels to source-frame pixels. Not clipped."""
        mapped: FloatArray = ((xy - self._offset) / self._scale).astype(np.float32)
        return mapped

    def to_input(self, xy: FloatArray) -> FloatArray:
        """Points (…, 2) from source-frame pixels to model-input pixels. Not clipped."""
        mapped: FloatArray = (xy * self._scale + self._offset).astype(np.float32)
        return mapped
