"""The gestures: what a performer says with arms and head."""

import math
from typing import Final

from posekit.sources.performer.motion import Beat, Known, Motion, Style, ease, held, keyed, one_side
from posekit.sources.performer.posture import Limb, Posture, blend

__all__ = ["GESTURES"]

_STANDING: Final = Posture()
_T_POSE: Final = Posture(
    left_upper_arm=Limb(90), left_forearm=Limb(90), right_upper_arm=Limb(90), right_forearm=Limb(90)
)
_HANDS_UP: Final = Posture(
    left_upper_arm=Limb(158), left_forearm=Limb(172), right_upper_arm=Limb(158), right_forearm=Limb(172)
)
_ON_HIPS: Final = Posture(
    left_upper_arm=Limb(48, -14),
    left_forearm=Limb(-54, 22),
    right_upper_arm=Limb(48, -14),
    right_forearm=Limb(-54, 22),
)
_CROSSED: Final = Posture(
    left_upper_arm=Limb(3, 34),
    left_forearm=Limb(-82, 60),
    right_upper_arm=Limb(3, 34),
    right_forearm=Limb(-98, 60),
)
_APART: Final = Posture(
    left_upper_arm=Limb(24, 34), left_forearm=Limb(14, 96), right_upper_arm=Limb(24, 34), right_forearm=Limb(14, 96)
)
_TOGETHER: Final = Posture(
    left_upper_arm=Limb(8, 38), left_forearm=Limb(-54, 98), right_upper_arm=Limb(8, 38), right_forearm=Limb(-54, 98)
)

#: Swipe: the hand beside the body, and before the other shoulder, at the height of the chest.
_SWIPE_OUT: Final = Posture(right_upper_arm=Limb(52, 30), right_forearm=Limb(84, 60))
_SWIPE_IN: Final = Posture(right_upper_arm=Limb(6, 46), right_forearm=Limb(-70, 80))


def _stand(style: Style) -> Motion:
    def posture(phase: float) -> Posture:
        sway = math.sin(2 * math.pi * phase)
        return _STANDING._replace(tilt=0.8 * sway, lean=0.6 * math.sin(4 * math.pi * phase))

    return Motion(period_s=4.0, posture=posture)


def _wave(style: Style) -> Motion:
    def posture(phase: float) -> Posture:
        swing = style.depth * math.cos(2 * math.pi * phase)
        raised = _STANDING._replace(right_upper_arm=Limb(82, 0), right_forearm=Limb(158 - 30 * swing, 0))
        return raised if style.side == "right" else raised.mirrored()

    return Motion(period_s=0.6, posture=posture, beats=(Beat("wave", 0.0, 0.5, 1.0, style.side),), counts="wave")


def _raise_hands(style: Style) -> Motion:
    kind = "hands_up" if style.side == "both" else f"hand_up_{style.side}"
    return held(kind, _STANDING, one_side(_HANDS_UP, style.side, _STANDING), style, hold_s=1.2, way_s=0.7)


def _t_pose(style: Style) -> Motion:
    return held("t_pose", _STANDING, _T_POSE, style, hold_s=2.0)


def _hands_on_hips(style: Style) -> Motion:
    return held("hands_on_hips", _STANDING, _ON_HIPS, style, hold_s=2.0)


def _arms_crossed(style: Style) -> Motion:
    return held("arms_crossed", _STANDING, _CROSSED, style, hold_s=2.0)


def _lean(style: Style) -> Motion:
    lean = 24.0 if style.side == "left" else -24.0
    return held(f"lean_{style.side}", _STANDING, _STANDING._replace(tilt=lean), style, hold_s=1.5)


def _head_turn(style: Style) -> Motion:
    def looking(degrees: float) -> Posture:
        return _STANDING._replace(face=degrees * style.depth)

    sides = ("left", "right") if style.side == "both" else (style.side,)
    keys: list[tuple[float, Posture]] = []
    for side in sides:
        there = looking(62.0 if side == "left" else -62.0)
        keys += [(0.8 + style.rest_s, _STANDING), (0.5, there), (0.9 + style.pause_s, there), (0.5, _STANDING)]
    period_s, posture, ends = keyed(_STANDING, *keys)
    beats = tuple(
        Beat(f"head_{side}", ends[4 * n + 1], (ends[4 * n + 1] + ends[4 * n + 2]) / 2, ends[4 * n + 2], side)
        for n, side in enumerate(sides)
    )
    return Motion(period_s=period_s, posture=posture, beats=beats)


def _clap(style: Style) -> Motion:
    def posture(phase: float) -> Posture:
        return blend(_TOGETHER, _APART, style.depth * 0.5 * (1 + math.cos(2 * math.pi * phase)))

    return Motion(period_s=0.7, posture=posture, beats=(Beat("clap", 0.5, 0.5, 0.5),), counts="clap")


def _swipe(towards: str, style: Style) -> Motion:
    """A hand swept through the air to the person's own left or right, and taken down again."""
    inwards = style.side != towards
    a, b = (_SWIPE_OUT, _SWIPE_IN) if inwards else (_SWIPE_IN, _SWIPE_OUT)
    if style.side == "left":
        a, b = a.mirrored(), b.mirrored()
    keys = [(0.8 + style.rest_s, _STANDING), (0.55, a), (0.25, a), (0.34, b), (0.25 + style.pause_s, b)]
    period_s, posture, ends = keyed(_STANDING, *keys, (0.6, _STANDING))
    beat = Beat(f"swipe_{towards}", ends[2], (ends[2] + ends[3]) / 2, ends[3], style.side)
    return Motion(period_s=period_s, posture=posture, beats=(beat,), counts=beat.kind)


def _talk(style: Style) -> Motion:
    """Hands that go with words: now one, now both, before the belly or the chest, never the same for long."""

    def posture(phase: float) -> Posture:
        left, right = (_talking_arm(phase, offset, style.depth) for offset in (0.0, 0.37))
        return Posture(
            lean=1.5 * _drift(phase, 7, 0.6),
            tilt=2.5 * _drift(phase, 5, 0.1),
            face=22 * _drift(phase, 9, 0.3),
            left_upper_arm=left[0],
            left_forearm=left[1],
            right_upper_arm=right[0],
            right_forearm=right[1],
        )

    return Motion(period_s=40.0, posture=posture)


def _talking_arm(phase: float, offset: float, depth: float) -> tuple[Limb, Limb]:
    """Upper arm and forearm of a hand that rests at times."""
    raised = depth * ease(0.5 + 1.6 * _drift(phase, 4, offset))
    upper_arm = Limb(
        9 + raised * (6 + 10 * _drift(phase, 11, offset)), 2 + raised * (14 + 18 * _drift(phase, 13, offset))
    )
    forearm = Limb(
        7 + raised * (24 * _drift(phase, 23, offset) - 15), 14 + raised * (66 + 30 * _drift(phase, 29, offset + 0.2))
    )
    return upper_arm, forearm


def _drift(phase: float, cycles: int, offset: float) -> float:
    """Between -1 and 1, about so many times to and fro in a cycle, without a rhythm that one would notice."""
    turns = ((cycles, 0.5), (cycles + 2, 0.3), (2 * cycles - 1, 0.2))
    return sum(share * math.sin(2 * math.pi * (count * phase + offset * count)) for count, share in turns)


_HELD: Final = ("depth", "pause_s", "rest_s")

#: Every gesture by name, and standing.
GESTURES: Final = {
    "stand": Known(make=_stand, meaning="stands, swaying a little"),
    "talk": Known(make=_talk, meaning="talks with its hands", heeds=("depth",)),
    "wave": Known(make=_wave, meaning="waves with one hand", heeds=("depth",), sides=("right", "left")),
    "raise_hands": Known(
        make=_raise_hands,
        meaning="raises one hand or both above the head",
        heeds=_HELD,
        sides=("both", "left", "right"),
    ),
    "t_pose": Known(make=_t_pose, meaning="holds both arms out", heeds=_HELD),
    "hands_on_hips": Known(make=_hands_on_hips, meaning="puts the hands on the hips", heeds=_HELD),
    "arms_crossed": Known(make=_arms_crossed, meaning="crosses the arms before the chest", heeds=_HELD),
    "lean": Known(make=_lean, meaning="leans to one side", heeds=_HELD, sides=("left", "right")),
    "head_turn": Known(make=_head_turn, meaning="looks to the sides", heeds=_HELD, sides=("both", "left", "right")),
    "clap": Known(make=_clap, meaning="claps", heeds=("depth",)),
    "swipe_left": Known(
        make=lambda style: _swipe("left", style),
        meaning="sweeps a hand to the person's own left",
        heeds=("pause_s", "rest_s"),
        sides=("right", "left"),
    ),
    "swipe_right": Known(
        make=lambda style: _swipe("right", style),
        meaning="sweeps a hand to the person's own right",
        heeds=("pause_s", "rest_s"),
        sides=("left", "right"),
    ),
}
