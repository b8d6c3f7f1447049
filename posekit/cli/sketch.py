"""Skeletons drawn with Braille characters, so that a terminal shows people where they are."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from posekit.skeleton import EDGES
from posekit.types import Person

__all__ = ["coloured", "slot_colour"]

#: The bits of a Braille character, by row and column of its dots.
_DOTS: Final = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.int32)
_BRAILLE: Final = 0x2800

#: Colours of slots 1, 2, … on a terminal.
_COLOURS: Final = ("cyan", "magenta", "green", "blue", "red", "yellow")


def slot_colour(slot: int) -> str:
    """The colour of everyone in that slot."""
    return _COLOURS[(slot - 1) % len(_COLOURS)]


def coloured(people: Sequence[Person], size: tuple[int, int], *, columns: int, rows: int) -> Text:
    """``rows`` lines of ``columns`` characters that show the people in a frame of ``size`` (width, height).

    Everyone has the colour of their slot; where two meet in a character, it has the later one's.
    """
    codes = np.zeros((rows, columns), np.int32)
    owner = np.zeros((rows, columns), np.int32)
    for person in people:
        cells = _cells(person, size, columns, rows)
        codes |= cells
        owner[cells > 0] = person.slot
    text = Text(no_wrap=True)
    for row, slots in zip(codes.tolist(), owner.tolist(), strict=True):
        for code, slot in zip(row, slots, strict=True):
            text.append(chr(_BRAILLE + code) if code else " ", slot_colour(slot) if slot else None)
        text.append("\n")
    text.right_crop(1)
    return text


def _cells(person: Person, size: tuple[int, int], columns: int, rows: int) -> NDArray[np.int32]:
    """The dots of one person in every character, (rows, columns)."""
    canvas = np.zeros((rows * 4, columns * 2), np.uint8)
    scale = min(canvas.shape[1] / size[0], canvas.shape[0] / size[1])
    shift = (np.array(canvas.shape[::-1]) - np.array(size) * scale) / 2
    points = person.xy * scale + shift
    if np.isfinite(points).all():
        joints = [tuple(point) for point in np.clip(points, -1e4, 1e4).round().astype(int).tolist()]
        seen = person.keypoint_scores >= 0.2
        for a, b in EDGES:
            # The head is a circle; its five keypoints would only fill it.
            if seen[a] and seen[b] and max(a, b) > 4:
                cv2.line(canvas, joints[a], joints[b], 1)
        if seen[0]:
            face = np.linalg.norm(points[3] - points[4]) / 2 if seen[3] and seen[4] else 1.0
            cv2.circle(canvas, joints[0], max(int(face), 1), 1)
    dots = canvas.reshape(rows, 4, columns, 2).astype(np.int32)
    return np.asarray(np.einsum("rycx,yx->rc", dots, _DOTS), np.int32)
