"""What the performer can do: one table of motions, each a posture for every phase.

A motion is a cycle: its posture depends on the phase alone, 0 at its start and 1 where the next one begins, so the
truth about counts and steps follows from time by division.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from posekit.sources.posture import SHIN, THIGH, Limb, Posture, blend

__all__ = ["MOTIONS", "STEP_LENGTH", "Motion", "ease"]

#: How far a step of ``walk`` carries, in body heights.
STEP_LENGTH: Final = 0.32

#: The part of a stride that a foot is on the ground (Perry, Gait Analysis: 60 %).
_STANCE: Final = 0.6

#: How far before the hip the heel strikes, and by how much the hip rises over the standing leg, in body heights.
_FOOT_AHEAD: Final = 0.165
_BOB: Final = 0.026

#: Height of a walking foot's ankle over its stride: the heel lifts, the foot swings through, the heel lands.
_ANKLE_LIFT: Final = ((0.0, 0.0), (0.42, 0.0), (0.6, 0.045), (0.72, 0.075), (0.86, 0.03), (1.0, 0.0))

_STANDING: Final = Posture()
_T_POSE: Final = Posture(
    left_upper_arm=Limb(90), left_forearm=Limb(90), right_upper_arm=Limb(90), right_forearm=Limb(90)
)
_HANDS_UP: Final = Posture(
    left_upper_arm=Limb(158), left_forearm=Limb(172), right_upper_arm=Limb(158), right_forearm=Limb(172)
)
_SQUATTING: Final = Posture(
    lean=28,
    left_upper_arm=Limb(22, 62),
    left_forearm=Limb(10, 96),
    right_upper_arm=Limb(22, 62),
    right_forearm=Limb(10, 96),
    left_thigh=Limb(20, 80),
    left_shin=Limb(-2, -26),
    right_thigh=Limb(20, 80),
    right_shin=Limb(-2, -26),
)
_STAR: Final = Posture(
    left_upper_arm=Limb(150),
    left_forearm=Limb(165),
    right_upper_arm=Limb(150),
    right_forearm=Limb(165),
    left_thigh=Limb(21),
    left_shin=Limb(21),
    right_thigh=Limb(21),
    right_shin=Limb(21),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A cyclic motion.

    period_s: seconds of a cycle at speed 1. posture: from the phase (0 to 1). counted: whether a completed cycle is a
    repetition. stride: whether a cycle is two steps that carry the body forward by ``2 * STEP_LENGTH``; the left heel
    strikes at phase 0, the right at 0.5.
    """

    period_s: float
    posture: Callable[[float], Posture]
    counted: bool = True
    stride: bool = False


def ease(x: float) -> float:
    """From 0 to 1 as x does, starting and stopping gently; constant outside."""
    x = min(max(x, 0.0), 1.0)
    return 0.5 - 0.5 * math.cos(math.pi * x)


def _there_and_back(phase: float, *, rest: float, hold: float) -> float:
    """0 at rest, 1 while held; ``rest`` and ``hold`` are parts of the cycle, the ways take half of what is left."""
    way = (1.0 - rest - hold) / 2
    return ease((phase - rest) / way) - ease((phase - rest - way - hold) / way)


def _stand(phase: float) -> Posture:
    sway = math.sin(2 * math.pi * phase)
    return _STANDING._replace(tilt=0.8 * sway, lean=0.6 * math.sin(4 * math.pi * phase))


def _wave(phase: float) -> Posture:
    swing = math.cos(2 * math.pi * phase)
    return _STANDING._replace(right_upper_arm=Limb(82, 0), right_forearm=Limb(158 - 30 * swing, 0))


def _raise_hands(phase: float) -> Posture:
    return blend(_STANDING, _HANDS_UP, _there_and_back(phase, rest=0.2, hold=0.3))


def _t_pose(phase: float) -> Posture:
    return blend(_STANDING, _T_POSE, _there_and_back(phase, rest=0.2, hold=0.5))


def _squat(phase: float) -> Posture:
    return blend(_STANDING, _SQUATTING, _there_and_back(phase, rest=0.2, hold=0.1))


def _jumping_jack(phase: float) -> Posture:
    posture = blend(_STANDING, _STAR, _there_and_back(phase, rest=0.1, hold=0.1))
    return posture._replace(lift=0.035 * math.sin(2 * math.pi * phase) ** 2)


def _walk(phase: float) -> Posture:
    left, right = _walking_leg(phase), _walking_leg((phase + 0.5) % 1.0)
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
    )


def _walking_leg(phase: float) -> tuple[Limb, Limb]:
    """Thigh and shin of the leg whose heel strikes at phase 0.

    The ankle is where it must be for a foot that stays put while the body moves on; hip and knee follow by the law of
    cosines.
    """
    if phase < _STANCE:
        ahead = _FOOT_AHEAD - 2 * STEP_LENGTH * phase
    else:
        ahead = _FOOT_AHEAD - 2 * STEP_LENGTH * _STANCE * (1 - ease((phase - _STANCE) / (1 - _STANCE)))
    lowest = math.sqrt((0.995 * (THIGH + SHIN)) ** 2 - _FOOT_AHEAD**2)
    hip = lowest + _BOB / 2 * (1 + math.cos(4 * math.pi * (phase - 0.26)))
    down = hip - _between(phase, _ANKLE_LIFT)
    length = min(math.hypot(ahead, down), 0.999 * (THIGH + SHIN))
    towards = math.atan2(ahead, down)
    at_hip = math.acos((THIGH**2 + length**2 - SHIN**2) / (2 * THIGH * length))
    at_ankle = math.acos((SHIN**2 + length**2 - THIGH**2) / (2 * SHIN * length))
    return Limb(1, math.degrees(towards + at_hip)), Limb(0, math.degrees(towards - at_ankle))


def _between(x: float, table: tuple[tuple[float, float], ...]) -> float:
    for (x0, y0), (x1, y1) in pairwise(table):
        if x <= x1:
            return y0 + (y1 - y0) * ease((x - x0) / (x1 - x0))
    return table[-1][1]


#: Every motion by name.
MOTIONS: Final = {
    "stand": Motion(period_s=4.0, posture=_stand, counted=False),
    "wave": Motion(period_s=0.6, posture=_wave),
    "squat": Motion(period_s=2.8, posture=_squat),
    "jumping_jack": Motion(period_s=1.3, posture=_jumping_jack),
    "raise_hands": Motion(period_s=3.0, posture=_raise_hands),
    "t_pose": Motion(period_s=4.0, posture=_t_pose),
    "walk": Motion(period_s=1.1, posture=_walk, counted=False, stride=True),
}
