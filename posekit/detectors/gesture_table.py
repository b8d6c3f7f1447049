"""What the gestures are: those that are held as one table of limits, those that are a movement as their numbers.

Lengths are in torso lengths. An upper arm is 0.58, a forearm 0.53 long, a shoulder 0.38 from the middle.
"""

import math
from dataclasses import dataclass
from typing import Final

from posekit.detectors.signals import LEAST_SCORE, Signal, height, outside

__all__ = ["POSES", "ClapLimits", "HeldPose", "Limit", "Part", "SwipeLimits", "WaveLimits"]


@dataclass(frozen=True, slots=True)
class Limit:
    """A signal that lies between two values; ``soft`` beyond them it counts for nothing.

    unseen: what it counts for where it is not seen; None makes the whole part unknown. trusted: the score from which
    on it counts in full; the worse it is seen below that, the more it counts for what it does unseen.
    """

    signal: Signal
    low: float = -math.inf
    high: float = math.inf
    soft: float = 0.1
    unseen: float | None = None
    trusted: float = LEAST_SCORE


@dataclass(frozen=True, slots=True)
class Part:
    """Part of a pose that may be seen for itself, as one arm.

    limits: what must hold of it. otherwise: or, instead, this. How well the first limit's signal is seen is how much a
    frame tells.
    """

    limits: tuple[Limit, ...]
    otherwise: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPose:
    """A gesture that is a pose, held for a moment.

    gesture: its name. side: which side's. window_s: over which time it is judged. share: how much of what is seen of
    each part in that time must fit, of a body that is seen perfectly; of limbs that are seen badly, less is asked.
    """

    gesture: str
    meaning: str
    parts: tuple[Part, ...]
    side: str = ""
    window_s: float = 0.3
    share: float = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveLimits:
    """Waving: the hand is above the elbow and goes to and fro.

    reversals, within_s: it turns back so often within so long. lasts_s: for at least so long. swing: torso lengths
    between two turning points, and noise: how many standard deviations of what the network measures of a trunk at rest.
    climb: how much of a swing, and a little, it may go up or down. low: of the wrist over the shoulder. inside: so far
    it may be inside of the shoulder. swing_s: between two turning points. sure: how well the wrist must be seen, 0…1.
    rests_s: without a turning point for so long, or for a swing to and fro if that takes longer, it is over.
    """

    reversals: int = 3
    within_s: float = 1.5
    lasts_s: float = 0.7
    swing: float = 0.06
    noise: float = 5.0
    climb: float = 0.75
    low: float = -0.15
    inside: float = 0.1
    swing_s: tuple[float, float] = (0.06, 0.6)
    sure: float = 0.25
    rests_s: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class ClapLimits:
    """A clap: the hands meet after they were apart, quickly, before the body.

    apart, together: distance of the wrists. crossed: so far the left one may be to the right of the right one.
    within_s: from one to the other. parted: how far they part again, within parted_s. level: how much higher one may
    be. low, high: of both over the shoulders. forearm: of both over the elbows. frontal: how wide the shoulders must
    look, for from the side hands are always together. sure: how well the wrists must be seen, 0…1.
    """

    apart: float = 0.55
    together: float = 0.32
    crossed: float = -0.08
    within_s: float = 0.4
    parted: float = 0.15
    parted_s: float = 0.4
    level: float = 0.35
    low: float = -0.8
    high: float = 0.45
    forearm: float = -0.3
    frontal: float = 0.42
    sure: float = 0.33


@dataclass(frozen=True, slots=True, kw_only=True)
class SwipeLimits:
    """A swipe: a hand goes to one side, far and quickly, at the height of the trunk.

    travel: how far it goes. within_s: in which time. level: how much of that it may go up or down. low, high: of the
    wrist over the shoulder. frontal: how wide the shoulders must look. other: how much of that the other hand may do.
    rests_s: for so long, the hand's way back is no swipe. sure: how well the wrist must be seen, 0…1.
    """

    travel: float = 0.75
    within_s: float = 0.55
    level: float = 0.6
    low: float = -0.9
    high: float = 0.35
    frontal: float = 0.45
    sure: float = 0.33
    other: float = 0.5
    rests_s: float = 1.0


def _arm(side: str) -> dict[str, Signal]:
    return {
        "elbow_up": height(f"{side}Elbow", f"{side}Shoulder"),
        "elbow_out": outside(f"{side}Elbow", f"{side}Shoulder"),
        "wrist_up": height(f"{side}Wrist", f"{side}Shoulder"),
        "wrist_on": outside(f"{side}Wrist", f"{side}Elbow"),
        "wrist_out": outside(f"{side}Wrist", f"{side}Shoulder"),
        "wrist_over_hip": height(f"{side}Wrist", f"{side}Hip"),
        "wrist_by_hip": outside(f"{side}Wrist", f"{side}Hip"),
        "forearm_up": height(f"{side}Wrist", f"{side}Elbow"),
    }


_LEFT, _RIGHT = _arm("left"), _arm("right")
_TRUNK: Final = height("shoulders", "hips")
_HIPS_UP: Final = height("hips", "ankles")
_TILT: Final = outside("shoulders", "hips")
_SHOULDERS_WIDE: Final = outside("leftShoulder", "rightShoulder")
_NOT_LYING: Final = Limit(_TRUNK, low=0.4, unseen=1.0)


def _hand_up(arm: dict[str, Signal], other: dict[str, Signal]) -> tuple[Part, ...]:
    return (
        Part(
            (
                Limit(arm["wrist_up"], low=0.5, soft=0.12),
                Limit(other["wrist_up"], high=0.25, soft=0.15, unseen=1.0),
                _NOT_LYING,
            )
        ),
    )


def _level_arm(arm: dict[str, Signal]) -> Part:
    """Either level, or clearly stretched out, and then within 15 degrees of level.

    Of small figures the network finds wrists too near, and of what is before a busy background hardly: there the upper
    arm tells. So it does of arms that point half to the camera.
    """
    return Part(
        (
            Limit(arm["elbow_up"], low=-0.15, high=0.4, soft=0.1),
            Limit(arm["elbow_out"], low=0.4, soft=0.15),
            Limit(arm["wrist_on"], low=0.15, soft=0.1, unseen=0.8, trusted=0.3),
            Limit(arm["wrist_up"], low=-0.18, high=0.5, soft=0.1, unseen=0.8, trusted=0.3),
        ),
        otherwise=(
            Limit(arm["elbow_up"], low=-0.18, high=0.4, soft=0.1),
            Limit(arm["wrist_out"], low=0.97, soft=0.12),
            Limit(arm["wrist_up"], low=-0.25, high=0.5, soft=0.1),
        ),
    )


def _akimbo(arm: dict[str, Signal]) -> Part:
    return Part(
        (
            Limit(arm["wrist_on"], high=-0.18, soft=0.1),
            Limit(arm["wrist_over_hip"], low=-0.08, high=0.55, soft=0.12),
            Limit(arm["wrist_by_hip"], low=-0.08, high=0.42, soft=0.1),
            Limit(arm["forearm_up"], low=-0.5, high=-0.02, soft=0.1),
        )
    )


def _folded(arm: dict[str, Signal]) -> tuple[Limit, ...]:
    return (
        Limit(arm["forearm_up"], low=-0.2, high=0.4, soft=0.1),
        Limit(arm["elbow_up"], high=-0.28, soft=0.1),
        Limit(arm["wrist_over_hip"], low=0.25, high=0.95, soft=0.12, unseen=1.0),
        Limit(arm["wrist_on"], high=-0.2, soft=0.12),
    )


def _lean(low: float, high: float) -> tuple[Part, ...]:
    return (
        Part(
            (
                Limit(_TILT, low=low, high=high, soft=0.07),
                Limit(_TRUNK, low=0.6),
                Limit(_SHOULDERS_WIDE, low=0.45),
                Limit(_HIPS_UP, low=1.1, unseen=1.0),
                Limit(outside("hips", "ankles"), low=-0.25, high=0.25, unseen=1.0),
            )
        ),
    )


#: Every gesture that is held.
POSES: Final = (
    HeldPose(gesture="hand_raised", side="left", meaning="one hand is above the mouth", parts=_hand_up(_LEFT, _RIGHT)),
    HeldPose(gesture="hand_raised", side="right", meaning="one hand is above the mouth", parts=_hand_up(_RIGHT, _LEFT)),
    HeldPose(
        gesture="hands_raised",
        side="both",
        meaning="both hands are above the mouth",
        parts=(
            Part((Limit(_LEFT["wrist_up"], low=0.5, soft=0.12), _NOT_LYING)),
            Part((Limit(_RIGHT["wrist_up"], low=0.5, soft=0.12), _NOT_LYING)),
        ),
    ),
    HeldPose(
        gesture="t_pose",
        meaning="both arms are straight and level",
        parts=(_level_arm(_LEFT), _level_arm(_RIGHT)),
        window_s=0.8,
        share=0.65,
    ),
    HeldPose(
        gesture="hands_on_hips",
        meaning="both hands are at the waist, elbows out",
        parts=(_akimbo(_LEFT), _akimbo(_RIGHT)),
        window_s=0.6,
    ),
    HeldPose(
        gesture="arms_crossed",
        meaning="the forearms lie across each other before the chest",
        parts=(
            Part((Limit(outside("leftWrist", "rightWrist"), high=-0.12, soft=0.12), *_folded(_LEFT), *_folded(_RIGHT))),
        ),
        window_s=0.8,
    ),
    HeldPose(
        gesture="crouch",
        meaning="the hips are near the heels",
        parts=(
            Part(
                (
                    Limit(_HIPS_UP, low=0.22, high=0.62, soft=0.1),
                    Limit(_TRUNK, low=0.5),
                )
            ),
        ),
        window_s=1.0,
    ),
    HeldPose(
        gesture="lean", side="left", meaning="the trunk leans to one side", parts=_lean(0.28, math.inf), window_s=0.5
    ),
    HeldPose(
        gesture="lean", side="right", meaning="the trunk leans to one side", parts=_lean(-math.inf, -0.28), window_s=0.5
    ),
)
