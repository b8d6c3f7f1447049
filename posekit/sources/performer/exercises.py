"""The exercises: what a performer repeats and a coach counts."""

import math
from collections.abc import Callable
from typing import Final

from posekit.sources.performer.motion import Beat, Known, Motion, Style, joined, one_side, repeated, there_and_back
from posekit.sources.performer.posture import (
    FOREARM,
    SHIN,
    THIGH,
    TORSO,
    UPPER_ARM,
    Limb,
    Posture,
    blend,
    two_bones,
)

__all__ = ["EXERCISES"]

_STANDING: Final = Posture()

_SQUATTING: Final = Posture(
    lean=28,
    left_upper_arm=Limb(22, 62),
    left_forearm=Limb(10, 96),
    right_upper_arm=Limb(22, 62),
    right_forearm=Limb(10, 96),
    left_thigh=Limb(20, 80),
    left_shin=Limb(-15, -26),
    right_thigh=Limb(20, 80),
    right_shin=Limb(-15, -26),
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

#: The right foot steps ahead; the left one stays, on its toes.
_LUNGING: Final = Posture(
    turn=55,
    lean=4,
    left_upper_arm=Limb(38, -8),
    left_forearm=Limb(-48, 18),
    right_upper_arm=Limb(38, -8),
    right_forearm=Limb(-48, 18),
    right_thigh=Limb(3, 82),
    right_shin=Limb(1, -4),
    left_thigh=Limb(3, -14),
    left_shin=Limb(1, -96),
    left_toes=34,
    left_hold=1.0,
    right_hold=0.0,
)
_LUNGE_START: Final = Posture(
    turn=55,
    left_upper_arm=Limb(38, -8),
    left_forearm=Limb(-48, 18),
    right_upper_arm=Limb(38, -8),
    right_forearm=Limb(-48, 18),
    left_hold=1.0,
    right_hold=0.0,
)

_SEATED: Final = Posture(
    turn=35,
    lean=6,
    left_upper_arm=Limb(6, 22),
    left_forearm=Limb(-4, 64),
    right_upper_arm=Limb(6, 22),
    right_forearm=Limb(-4, 64),
    left_thigh=Limb(8, 86),
    left_shin=Limb(1, -4),
    right_thigh=Limb(8, 86),
    right_shin=Limb(1, -4),
)
_LEANING_UP: Final = _SEATED._replace(lean=34, left_thigh=Limb(7, 72), right_thigh=Limb(7, 72))

_PRESS_START: Final = Posture(
    left_upper_arm=Limb(42, 30), left_forearm=Limb(164, 8), right_upper_arm=Limb(42, 30), right_forearm=Limb(164, 8)
)
_PRESSED: Final = Posture(
    left_upper_arm=Limb(164, 4), left_forearm=Limb(176, 4), right_upper_arm=Limb(164, 4), right_forearm=Limb(176, 4)
)
_RAISED_SIDEWAYS: Final = Posture(
    left_upper_arm=Limb(90, 4), left_forearm=Limb(88, 8), right_upper_arm=Limb(90, 4), right_forearm=Limb(88, 8)
)
_CURL_START: Final = Posture(
    left_upper_arm=Limb(8, 0), left_forearm=Limb(7, 8), right_upper_arm=Limb(8, 0), right_forearm=Limb(7, 8)
)
_CURLED: Final = Posture(
    left_upper_arm=Limb(9, 6), left_forearm=Limb(5, 142), right_upper_arm=Limb(9, 6), right_forearm=Limb(5, 142)
)

#: Lying on the back with bent knees, feet flat on the ground, arms crossed before the chest.
_SUPINE: Final = Posture(
    turn=60,
    pitch=-90,
    nod=12,
    left_upper_arm=Limb(10, 10),
    left_forearm=Limb(-50, 120),
    right_upper_arm=Limb(10, 10),
    right_forearm=Limb(-50, 120),
    left_thigh=Limb(4, 50),
    left_shin=Limb(1, -68),
    right_thigh=Limb(4, 50),
    right_shin=Limb(1, -68),
    left_toes=90,
    right_toes=90,
    left_hold=0.0,
    right_hold=0.0,
)
_SAT_UP: Final = _SUPINE._replace(lean=84, nod=52)

#: Push-up: how far the body's line rises above the horizontal in the plank and at the bottom, and where the hands are,
#: in body heights ahead of the shoulders' place in the plank.
_PLANK_RISE: Final = 18.0
_BOTTOM_RISE: Final = 3.5
_LEG: Final = THIGH + SHIN
_WRIST_HEIGHT: Final = 0.028
_TOE_TO_ANKLE: Final = 0.112

#: Pull-up: the wrists beside and above the shoulders, hanging and pulled up; the knees are bent a little.
_GRIP: Final = 0.075
_HANGING: Final = 0.300
_PULLED: Final = 0.055
_TOES_ABOVE_GROUND: Final = 0.07


def _with_arms(posture: Posture, upper_arm: Limb, forearm: Limb) -> Posture:
    """The posture with both arms alike."""
    return posture._replace(
        left_upper_arm=upper_arm, left_forearm=forearm, right_upper_arm=upper_arm, right_forearm=forearm
    )


def _blended(a: Posture, b: Posture) -> Callable[[float], Posture]:
    return lambda weight: blend(a, b, weight)


def _squat(style: Style) -> Motion:
    return repeated("squat", _blended(_STANDING, _SQUATTING), style, down_s=0.98, up_s=0.98, hold_s=0.28, rest_s=0.56)


def _push_up(style: Style) -> Motion:
    return repeated("push_up", _pushing, style, down_s=0.9, up_s=0.8, hold_s=0.15, rest_s=0.45)


def _pushing(weight: float) -> Posture:
    """The plank at 0, the chest near the ground at 1: the body turns about its toes, the hands stay."""
    rise = math.radians(_PLANK_RISE + (_BOTTOM_RISE - _PLANK_RISE) * weight)
    length = _LEG + TORSO
    # The shoulder before and above the ankle, and the wrist below where the shoulder is in the plank.
    shoulder = length * math.cos(rise), _TOE_TO_ANKLE + length * math.sin(rise)
    wrist = length * math.cos(math.radians(_PLANK_RISE)) + 0.02, _WRIST_HEIGHT
    dx, dy = wrist[0] - shoulder[0], wrist[1] - shoulder[1]
    down = -dx * math.cos(rise) - dy * math.sin(rise)
    forward = dx * math.sin(rise) - dy * math.cos(rise)
    upper_arm, forearm = two_bones(UPPER_ARM, FOREARM, forward, down, bend=-1)
    straight = Limb(2, 0)
    plank = Posture(
        turn=60,
        pitch=90 - math.degrees(rise),
        nod=-42,
        left_thigh=straight,
        left_shin=straight,
        right_thigh=straight,
        right_shin=straight,
    )
    return _with_arms(plank, Limb(6, upper_arm), Limb(-2, forearm))


def _curl(style: Style) -> Motion:
    start, end = _CURL_START, one_side(_CURLED, style.side, _CURL_START)
    return repeated("curl", _blended(start, end), style, down_s=0.9, up_s=1.0, hold_s=0.15, rest_s=0.35)


def _lunge(style: Style) -> Motion:
    def one(side: str) -> Motion:
        def pose(weight: float) -> Posture:
            posture = blend(_LUNGE_START, _LUNGING, weight)
            return posture if side == "right" else posture.mirrored()

        own = Style(**{name: getattr(style, name) for name in Style.__slots__} | {"side": side})
        return repeated("lunge", pose, own, down_s=1.0, up_s=1.0, hold_s=0.2, rest_s=0.4)

    return joined([one("right"), one("left")]) if style.side == "both" else one(style.side)


def _shoulder_press(style: Style) -> Motion:
    return repeated("shoulder_press", _blended(_PRESS_START, _PRESSED), style, down_s=0.8, up_s=0.9, hold_s=0.2)


def _sit_up(style: Style) -> Motion:
    return repeated("sit_up", _blended(_SUPINE, _SAT_UP), style, down_s=1.0, up_s=1.1, hold_s=0.15, rest_s=0.4)


def _lateral_raise(style: Style) -> Motion:
    end = one_side(_RAISED_SIDEWAYS, style.side, _STANDING)
    return repeated("lateral_raise", _blended(_STANDING, end), style, down_s=0.8, up_s=1.0, hold_s=0.25)


def _pull_up(style: Style) -> Motion:
    return repeated("pull_up", _pulling, style, down_s=1.0, up_s=1.1, hold_s=0.2, rest_s=0.4, prop="bar")


def _pulling(weight: float) -> Posture:
    above = _HANGING + (_PULLED - _HANGING) * weight
    upper_arm, forearm = two_bones(UPPER_ARM, FOREARM, _GRIP, -above, bend=-1)
    hanging = Posture(
        left_thigh=Limb(3, 12),
        left_shin=Limb(0, -30),
        right_thigh=Limb(3, 12),
        right_shin=Limb(0, -30),
        left_toes=40,
        right_toes=40,
        left_hold=0.0,
        right_hold=0.0,
        lift=_TOES_ABOVE_GROUND + _HANGING - above,
    )
    return _with_arms(hanging, Limb(upper_arm, 0), Limb(forearm, 0))


def _jumping_jack(style: Style) -> Motion:
    star = blend(_STANDING, _STAR, style.depth)

    def posture(phase: float) -> Posture:
        there = blend(_STANDING, star, there_and_back(phase, rest=0.1, hold=0.1))
        return there._replace(lift=0.035 * style.depth * math.sin(2 * math.pi * phase) ** 2)

    beat = Beat("jumping_jack", 0.1, 0.55, 1.0)
    return Motion(period_s=1.3, posture=posture, beats=(beat,), counts="jumping_jack", exercise=True)


def _sit_to_stand(style: Style) -> Motion:
    def pose(weight: float) -> Posture:
        # The trunk leans before the hips rise.
        if weight < 0.35:
            return blend(_SEATED, _LEANING_UP, weight / 0.35)
        return blend(_LEANING_UP, _STANDING._replace(turn=_SEATED.turn), (weight - 0.35) / 0.65)

    return repeated("sit_to_stand", pose, style, down_s=1.2, up_s=1.4, hold_s=0.6, rest_s=0.8, prop="chair")


def _jump_rope(style: Style) -> Motion:
    ready = Posture(left_thigh=Limb(1, 8), left_shin=Limb(0, -10), right_thigh=Limb(1, 8), right_shin=Limb(0, -10))

    def posture(phase: float) -> Posture:
        # In the air between 0.25 and 0.75 of the cycle; the wrists turn once.
        flight = min(max((phase - 0.25) / 0.5, 0.0), 1.0)
        turn = 2 * math.pi * phase
        forearm = Limb(48 + 9 * math.sin(turn), 34 + 9 * math.cos(turn))
        return _with_arms(ready, Limb(16, -6), forearm)._replace(lift=0.24 * style.depth * flight * (1 - flight))

    beat = Beat("jump_rope", 0.25, 0.5, 0.75)
    return Motion(period_s=0.55, posture=posture, beats=(beat,), counts="jump_rope", exercise=True, prop="rope")


_RANGE: Final = ("depth", "start", "pause_s", "rest_s", "dips")

#: Every exercise by name.
EXERCISES: Final = {
    "squat": Known(make=_squat, meaning="squats, hands before the body", heeds=_RANGE),
    "push_up": Known(make=_push_up, meaning="push-ups, seen from the side", heeds=_RANGE),
    "curl": Known(
        make=_curl, meaning="biceps curls with one arm or both", heeds=_RANGE, sides=("both", "left", "right")
    ),
    "lunge": Known(
        make=_lunge,
        meaning="lunges; with both sides, the legs take turns",
        heeds=_RANGE,
        sides=("both", "left", "right"),
    ),
    "shoulder_press": Known(make=_shoulder_press, meaning="from the shoulders to above the head", heeds=_RANGE),
    "sit_up": Known(make=_sit_up, meaning="sit-ups with bent knees, seen from the side", heeds=_RANGE),
    "lateral_raise": Known(
        make=_lateral_raise, meaning="straight arms raised sideways", heeds=_RANGE, sides=("both", "left", "right")
    ),
    "pull_up": Known(make=_pull_up, meaning="pull-ups on a bar", heeds=_RANGE),
    "jumping_jack": Known(make=_jumping_jack, meaning="jumping jacks", heeds=("depth",)),
    "sit_to_stand": Known(make=_sit_to_stand, meaning="rises from a chair and sits down again", heeds=_RANGE),
    "jump_rope": Known(make=_jump_rope, meaning="jumps over a rope", heeds=("depth",)),
}
