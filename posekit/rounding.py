"""How exact results are: what leaves a stage is rounded, so that a recording holds exactly what was there.

Far below what a network can tell: positions to 0.01 px, scores and colours to 0.001, speeds to 1 px/s, ages to 1 ms.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from posekit.types import FloatArray, Person, Poses

__all__ = ["PER_PIXEL", "PER_UNIT", "rounded_people", "rounded_poses"]

#: Steps per pixel of positions, and per 1 of scores, colours and seconds of age.
PER_PIXEL: Final = 100
PER_UNIT: Final = 1000


def rounded_poses(poses: Poses) -> Poses:
    """The poses as the tracker is to see them."""
    if not len(poses):
        return Poses.empty()
    return Poses(
        xy=_rounded(poses.xy, 2),
        keypoint_scores=_rounded(poses.keypoint_scores, 3),
        scores=_rounded(poses.scores, 3),
        appearance=None if poses.appearance is None else _rounded(poses.appearance, 3),
    )


def rounded_people(people: Sequence[Person]) -> tuple[Person, ...]:
    """The people as detectors and outputs are to see them."""
    if not people:
        return ()
    # Of few small arrays, ``np.array`` makes one in half the time that ``np.stack`` takes.
    xy = _rounded(np.array([person.xy for person in people]), 2)
    velocity = _rounded(np.array([person.velocity for person in people]), 0)
    scores = _rounded(np.array([person.keypoint_scores for person in people]), 3)
    shown = [person.xy if person.measured is None else person.measured for person in people]
    measured = _rounded(np.array(shown), 2)
    return tuple(
        replace(
            person,
            age_s=round(person.age_s, 3),
            xy=xy[row],
            velocity=velocity[row],
            keypoint_scores=scores[row],
            score=round(person.score, 3),
            measured=None if person.measured is None else measured[row],
        )
        for row, person in enumerate(people)
    )


def _rounded(values: FloatArray, decimals: int) -> FloatArray:
    # Adding 0 turns -0 into 0, which is another number on the wire.
    result: FloatArray = np.round(values, decimals) + np.float32(0.0)
    return result
