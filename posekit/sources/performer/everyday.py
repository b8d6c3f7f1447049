"""Everyday motions: what a body does besides exercises and gestures, and what must not be taken for a fall."""

import math
from typing import Final

from posekit.sources.performer.motion import Beat, Key, Known, Motion, Style, ease, falling, keyed
from posekit.sources.performer.posture import Limb, Posture, blend

__all__ = ["EVERYDAY"]

_STANDING: Final = Posture()
_CROUCHING: Final = Posture(
    lean=38,
    nod=-8,
    left_upper_arm=Limb(14, 30),
    left_forearm=Limb(-6, 70),
    right_upper_arm=Limb(14, 30),
    right_forearm=Limb(-6, 70),
    left_thigh=Limb(22, 106),
    left_shin=Limb(-17, -42),
    right_thigh=Limb(22, 106),
    right_shin=Limb(-17, -42),
)

_SITTING: Final = Posture(
    turn=35,
    lean=2,
    left_upper_arm=Limb(8, 24),
    left_forearm=Limb(-4, 70),
    right_upper_arm=Limb(8, 24),
    right_forearm=Limb(-4, 70),
    left_thigh=Limb(8, 86),
    left_shin=Limb(1, -4),
    right_thigh=Limb(8, 86),
    right_shin=Limb(1, -4),
)
_LOWERING: Final = _SITTING._replace(lean=32, left_thigh=Limb(7, 58), right_thigh=Limb(7, 58))

_DIPPED: Final = Posture(
    lean=30,
    left_upper_arm=Limb(14, -38),
    left_forearm=Limb(8, -22),
    right_upper_arm=Limb(14, -38),
    right_forearm=Limb(8, -22),
    left_thigh=Limb(10, 52),
    left_shin=Limb(0, -34),
    right_thigh=Limb(10, 52),
    right_shin=Limb(0, -34),
)
_STRETCHED: Final = Posture(
    left_upper_arm=Limb(24, 92),
    left_forearm=Limb(16, 112),
    right_upper_arm=Limb(24, 92),
    right_forearm=Limb(16, 112),
)

#: Standard gravity over an adult's height of 1.75 m, in body heights per second squared.
_GRAVITY: Final = 9.81 / 1.75

#: Lying after a fall, sideways (to the left) and forward (onto the face); arms where they were thrown.
_BUCKLED: Final = Posture(
    roll=8,
    left_upper_arm=Limb(38, 20),
    left_forearm=Limb(50, 30),
    right_upper_arm=Limb(30, 10),
    right_forearm=Limb(40, 20),
    left_thigh=Limb(8, 18),
    left_shin=Limb(4, -22),
    right_thigh=Limb(4, 14),
    right_shin=Limb(2, -18),
)
_FALLEN_SIDEWAYS: Final = Posture(
    roll=91,
    left_upper_arm=Limb(0, 118),
    left_forearm=Limb(0, 132),
    right_upper_arm=Limb(4, 52),
    right_forearm=Limb(-20, 74),
    left_thigh=Limb(0, 16),
    left_shin=Limb(0, -22),
    right_thigh=Limb(-6, 28),
    right_shin=Limb(-4, -18),
)
_FALLEN_FORWARD: Final = Posture(
    pitch=90,
    nod=-20,
    left_upper_arm=Limb(46, 150),
    left_forearm=Limb(30, 168),
    right_upper_arm=Limb(46, 150),
    right_forearm=Limb(30, 168),
    left_thigh=Limb(6, 0),
    left_shin=Limb(4, -6),
    right_thigh=Limb(6, 0),
    right_shin=Limb(4, -6),
    left_toes=60,
    right_toes=60,
)
_FALLEN_BACK: Final = Posture(
    pitch=-90,
    left_upper_arm=Limb(56, 0),
    left_forearm=Limb(70, 4),
    right_upper_arm=Limb(56, 0),
    right_forearm=Limb(70, 4),
    left_thigh=Limb(6, 10),
    left_shin=Limb(4, -6),
    right_thigh=Limb(6, 6),
    right_shin=Limb(4, -2),
)

#: Sitting on the ground with stretched legs, and lying on the back.
_ON_GROUND: Final = Posture(
    lean=0,
    pitch=-12,
    left_upper_arm=Limb(20, -34),
    left_forearm=Limb(12, -22),
    right_upper_arm=Limb(20, -34),
    right_forearm=Limb(12, -22),
    left_thigh=Limb(7, 104),
    left_shin=Limb(3, 60),
    right_thigh=Limb(7, 104),
    right_shin=Limb(3, 60),
)
_LYING: Final = Posture(
    pitch=-90,
    left_upper_arm=Limb(14, 6),
    left_forearm=Limb(10, 10),
    right_upper_arm=Limb(14, 6),
    right_forearm=Limb(10, 10),
    left_thigh=Limb(6, 4),
    left_shin=Limb(4, -2),
    right_thigh=Limb(6, 4),
    right_shin=Limb(4, -2),
)


def _jump(style: Style) -> Motion:
    height = 0.16 * style.depth
    flight_s = 2 * math.sqrt(2 * height / _GRAVITY)
    dip_s, push_s, land_s, rise_s = 0.45, 0.26, 0.22, 0.5
    rest_s = 0.9 + style.rest_s
    times = [0.0]
    for seconds in (rest_s, dip_s, push_s, flight_s, land_s, rise_s):
        times.append(times[-1] + seconds)
    period_s = times[-1]
    _, dipped_s, off_s, down_s, landed_s, _ = times[1:]
    ready, landing = blend(_STANDING, _DIPPED, 1.0), blend(_STANDING, _DIPPED, 0.7)

    def posture(phase: float) -> Posture:
        now_s = phase * period_s
        if now_s < dipped_s:
            return blend(_STANDING, ready, ease((now_s - rest_s) / dip_s))
        if now_s < off_s:
            return blend(ready, _STRETCHED, falling((now_s - dipped_s) / push_s))
        if now_s < down_s:
            into = (now_s - off_s) / flight_s
            return blend(_STRETCHED, _STANDING, ease(into))._replace(lift=4 * height * into * (1 - into))
        if now_s < landed_s:
            return blend(_STANDING, landing, math.sin((now_s - down_s) / land_s * math.pi / 2))
        return blend(landing, _STANDING, ease((now_s - landed_s) / rise_s))

    beat = Beat("jump", off_s / period_s, (off_s + down_s) / 2 / period_s, down_s / period_s)
    return Motion(period_s=period_s, posture=posture, beats=(beat,), counts="jump")


def _crouch(style: Style) -> Motion:
    there = blend(_STANDING, _CROUCHING, style.depth)
    period_s, posture, ends = keyed(
        _STANDING, (1.0 + style.rest_s, _STANDING), (0.9, there), (2.0 + style.pause_s, there), (0.9, _STANDING)
    )
    return Motion(
        period_s=period_s, posture=posture, beats=(Beat("crouch", ends[1], (ends[1] + ends[2]) / 2, ends[2]),)
    )


def _sit(style: Style) -> Motion:
    standing = _STANDING._replace(turn=_SITTING.turn)
    period_s, posture, ends = keyed(
        standing,
        (1.2 + style.rest_s, standing),
        (0.7, _LOWERING),
        (0.7, _SITTING),
        (3.0 + style.pause_s, _SITTING),
        (0.6, _LOWERING),
        (0.7, standing),
    )
    beat = Beat("sit", ends[2], (ends[2] + ends[3]) / 2, ends[3])
    return Motion(period_s=period_s, posture=posture, beats=(beat,), prop="chair")


def _fall(style: Style) -> Motion:
    """Down in 0.7 s from the first buckling to the ground, where the body stays for four seconds; then it gets up."""
    sideways = style.side in ("left", "right")
    turn = 0.0 if sideways else 75.0
    fallen = {"forward": _FALLEN_FORWARD, "backward": _FALLEN_BACK}.get(style.side, _FALLEN_SIDEWAYS)
    buckled = _BUCKLED
    if not sideways:
        buckled = _BUCKLED._replace(roll=0.0, pitch=8.0 if style.side == "forward" else -8.0)
    if style.side == "right":
        fallen, buckled = fallen.mirrored(), buckled.mirrored()
    standing, fallen, buckled = (posture._replace(turn=turn) for posture in (_STANDING, fallen, buckled))
    kneeling = blend(standing, _CROUCHING._replace(turn=turn), 0.9)
    period_s, posture, ends = keyed(
        standing,
        (1.5 + style.rest_s, standing),
        (0.22, buckled),
        Key(0.5, fallen, falling),
        (4.0 + style.pause_s, fallen),
        (1.6, kneeling),
        (1.0, standing),
    )
    return Motion(
        period_s=period_s,
        posture=posture,
        beats=(
            Beat("fall", ends[0], ends[2], ends[2], style.side),
            Beat("lie", ends[2], (ends[2] + ends[3]) / 2, ends[3]),
        ),
        counts="fall",
    )


def _lie_down(style: Style) -> Motion:
    """Down by way of crouching and sitting, in five seconds, and up the same way."""
    turn = 75.0
    standing, crouching, sitting, lying = (
        posture._replace(turn=turn) for posture in (_STANDING, _CROUCHING, _ON_GROUND, _LYING)
    )
    period_s, posture, ends = keyed(
        standing,
        (1.2 + style.rest_s, standing),
        (1.5, crouching),
        (1.5, sitting),
        (2.0, lying),
        (4.0 + style.pause_s, lying),
        (1.6, sitting),
        (1.5, crouching),
        (1.2, standing),
    )
    return Motion(period_s=period_s, posture=posture, beats=(Beat("lie", ends[3], (ends[3] + ends[4]) / 2, ends[4]),))


def _kick(style: Style) -> Motion:
    turn = 40.0 if style.side == "right" else -40.0
    standing = _STANDING._replace(turn=turn, left_hold=1.0, right_hold=0.0)
    chambered = standing._replace(right_thigh=Limb(4, 48), right_shin=Limb(2, -42), lean=-4, right_toes=10)
    kicked = standing._replace(
        right_thigh=Limb(6, 20 + 52 * style.depth), right_shin=Limb(6, 12 + 56 * style.depth), lean=-10, right_toes=14
    )
    if style.side == "left":
        standing, chambered, kicked = (
            posture._replace(turn=-turn).mirrored()._replace(turn=turn) for posture in (standing, chambered, kicked)
        )
    period_s, posture, ends = keyed(
        standing, (0.9 + style.rest_s, standing), (0.3, chambered), (0.16, kicked), (0.25, chambered), (0.35, standing)
    )
    return Motion(
        period_s=period_s,
        posture=posture,
        beats=(Beat("kick", ends[0], ends[2], ends[4], style.side),),
        counts="kick",
    )


#: Every everyday motion by name.
EVERYDAY: Final = {
    "jump": Known(make=_jump, meaning="jumps up from both feet", heeds=("depth", "rest_s")),
    "crouch": Known(make=_crouch, meaning="crouches for two seconds", heeds=("depth", "pause_s", "rest_s")),
    "kick": Known(make=_kick, meaning="kicks to the front", heeds=("depth", "rest_s"), sides=("right", "left")),
    "sit": Known(make=_sit, meaning="sits down on a chair, and rises after a while", heeds=("pause_s", "rest_s")),
    "lie_down": Known(
        make=_lie_down, meaning="lies down on its back slowly, and gets up again", heeds=("pause_s", "rest_s")
    ),
    "fall": Known(
        make=_fall,
        meaning="falls, lies for four seconds, and gets up",
        heeds=("pause_s", "rest_s"),
        sides=("left", "right", "forward", "backward"),
    ),
}
