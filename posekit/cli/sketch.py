"""Skeletons drawn with Braille characters, so that a terminal shows people where they are."""

from collections.abc import Sequence

import cv2
import numpy as np

from posekit.skeleton import EDGES
from posekit.types import Person

__all__ = ["sketch"]

_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.int32)


def sketch(people: Sequence[Person], size: tuple[int, int], *, columns: int, rows: int) -> str:
    """``rows`` lines of ``columns`` characters that show the people in a frame of ``size`` (width, height)."""
    canvas = np.zeros((rows * 4, columns * 2), np.uint8)
    width, height = size
    scale = min(canvas.shape[1] / width, canvas.shape[0] / height)
    shift = (np.array(canvas.shape[::-1]) - np.array(size) * scale) / 2
    for person in people:
        points = person.xy * scale + shift
        if not np.isfinite(points).all():
            continue
        joints = [tuple(point) for point in np.clip(points, -1e4, 1e4).round().astype(int).tolist()]
        seen = person.keypoint_scores >= 0.2
        for a, b in EDGES:
            if seen[a] and seen[b]:
                cv2.line(canvas, joints[a], joints[b], 1)
        if seen[0]:
            face = np.linalg.norm(points[3] - points[4]) / 2 if seen[3] and seen[4] else 1.0
            cv2.circle(canvas, joints[0], max(int(face), 1), 1)
    cells = canvas.reshape(rows, 4, columns, 2).astype(np.int32)
    codes = np.einsum("rycx,yx->rc", cells, _DOTS)
    return "\n".join("".join(chr(0x2800 + code) for code in row) for row in codes.tolist())
