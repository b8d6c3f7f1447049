"""Turning the picture before the network, and exchanging left and right after it."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import cv2
import numpy as np

from posekit.skeleton import SWAPPED
from posekit.types import FloatArray, Frame, FrameResult, Person, Poses

__all__ = ["ROTATIONS", "mirrored", "relabelled", "rotated"]

#: Degrees clockwise that ``rotated`` knows.
ROTATIONS: Final = (0, 90, 180, 270)

_CODES: Final[Mapping[int, int]] = MappingProxyType(
    {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
)
_SWAPPED: Final = np.array(SWAPPED)


def rotated(frame: Frame, degrees: int) -> Frame:
    """The frame turned clockwise by one of ``ROTATIONS``."""
    if not degrees:
        return frame
    image = np.asarray(cv2.rotate(frame.image, _CODES[degrees]), np.uint8)
    return replace(frame, image=image)


def relabelled(poses: Poses) -> Poses:
    """The poses with left and right exchanged, for a camera that delivers a mirror image."""
    return replace(poses, xy=poses.xy[:, _SWAPPED], keypoint_scores=poses.keypoint_scores[:, _SWAPPED])


def mirrored(result: FrameResult) -> FrameResult:
    """The result as a mirror would show it: x becomes (width - 1) - x, and labels stay."""
    last_x = np.float32(result.size[0] - 1)
    return replace(
        result,
        poses=replace(result.poses, xy=_flipped(result.poses.xy, last_x)),
        people=tuple(_flipped_person(person, last_x) for person in result.people),
        mirrored=True,
    )


def _flipped_person(person: Person, last_x: np.float32) -> Person:
    velocity = person.velocity.copy()
    velocity[:, 0] = -velocity[:, 0]
    measured = None if person.measured is None else _flipped(person.measured, last_x)
    return replace(person, xy=_flipped(person.xy, last_x), velocity=velocity, measured=measured)


def _flipped(xy: FloatArray, last_x: np.float32) -> FloatArray:
    flipped = xy.copy()
    flipped[..., 0] = last_x - flipped[..., 0]
    return flipped
