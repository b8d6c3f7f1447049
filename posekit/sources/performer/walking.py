"""Walking: a gait whose foot stays where it is while the body moves on, with heel strikes at known phases."""

import math
from itertools import pairwise
from typing import Final

from posekit.sources.performer.motion import Motion, Style, ease
from posekit.sources.performer.posture import SHIN, THIGH, Limb, Posture, two_bones

__all__ = ["STEP_LENGTH", "walk"]

#: How far a step carries, in body heights.
STEP_LENGTH: Final = 0.32

#: The part of a stride that a foot is on the ground (Perry, Gait Analysis: 60 %).
_STANCE: Final = 0.6

#: How far before the hip the heel strikes, and by how much the hip rises over the standing leg, in body heights.
_FOOT_AHEAD: Final = 0.165
_BOB: Final = 0.026

#: Height of a walking foot's ankle over its stride: the heel lifts, the foot swings through, the heel lands.
_ANKLE_LIFT: Final = ((0.0, 0.0), (0.42, 0.0), (0.6, 0.045), (0.72, 0.075), (0.86, 0.03), (1.0, 0.0))


def walk(style: Style) -> Motion:
    """A stride of two steps."""
    return Motion(period_s=1.1, posture=_posture, step_length=STEP_LENGTH)


def _posture(phase: float) -> Posture:
    left, right = _leg(phase), _leg((phase + 0.5) % 1.0)
    swing = math.cos(2 * math.pi * phase)
    return Posture(
        lean=3.0,
        left_upper_arm=Limb(6, -24 * swing),
        left_forearm=Limb(4, 14 - 30 * swing),
        right_upper_arm=Limb(6, 24 * swing),
        right_forearm=Limb(4, 14 + 30 * swing),
        left_thigh=left[0],
        left_shin=left[1],
        right_thigh=right[0],
        right_shin=right[1],
        left_hold=0.0,
        right_hold=0.0,
    )


def _leg(phase: float) -> tuple[Limb, Limb]:
    """Thigh and shin of the leg whose heel strikes at phase 0: the ankle is where it must be, the knee follows."""
    if phase < _STANCE:
        ahead = _FOOT_AHEAD - 2 * STEP_LENGTH * phase
    else:
        ahead = _FOOT_AHEAD - 2 * STEP_LENGTH * _STANCE * (1 - ease((phase - _STANCE) / (1 - _STANCE)))
    lowest = math.sqrt((0.995 * (THIGH + SHIN)) ** 2 - _FOOT_AHEAD**2)
    hip = lowest + _BOB / 2 * (1 + math.cos(4 * math.pi * (phase - 0.26)))
    down = hip - _between(phase, _ANKLE_LIFT)
    thigh, shin = two_bones(THIGH, SHIN, ahead, down, bend=1)
    return Limb(1, thigh), Limb(0, shin)


def _between(x: float, table: tuple[tuple[float, float], ...]) -> float:
    for (x0, y0), (x1, y1) in pairwise(table):
        if x <= x1:
            return y0 + (y1 - y0) * ease((x - x0) / (x1 - x0))
    return table[-1][1]
