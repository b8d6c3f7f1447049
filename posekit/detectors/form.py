"""How an exercise was done: depth, asymmetry, lean and knees of a repetition, and what to correct.

Counting is relative, coaching is absolute: nothing here decides what counts.
"""

import math
from dataclasses import dataclass
from typing import Final

from posekit.detectors.signals import Signal, distance, height, outside
from posekit.detectors.stretch import Stretch

__all__ = ["DEPTHS", "FAULTS", "FORM_SIGNALS", "Fault", "Form", "depth_class", "inspected"]

_THIGHS: Final = height("hips", "knees")
_TRUNK_UP: Final = height("shoulders", "hips")
_TRUNK_OUT: Final = outside("shoulders", "hips")
_SHIFT: Final = outside("hips", "ankles")
_KNEES: Final = distance("leftKnee", "rightKnee")
_ANKLES: Final = distance("leftAnkle", "rightAnkle")
_WIDTH: Final = outside("leftShoulder", "rightShoulder")

#: What every repetition's form is read off.
FORM_SIGNALS: Final = (_THIGHS, _TRUNK_UP, _TRUNK_OUT, _SHIFT, _KNEES, _ANKLES, _WIDTH)

#: Depth of a squat or lunge: the hips over the knees at the turning point, in torso lengths, are at least so high.
#: Parallel is where the crease of the hip is level with the knee; the hip's keypoint lies a little above it.
DEPTHS: Final = (("quarter", 0.5), ("half", 0.25), ("parallel", -0.05), ("deep", -math.inf))

#: Shoulders that look narrower than this are seen from the side, where sideways faults cannot be seen.
_FRONTAL: Final = 0.45
#: Feet closer than this tell nothing about the knees.
_FEET_APART: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of a repetition; NaN is unknown.

    depth: one of ``DEPTHS``, or empty. thighs: hips over knees at the turning point. asymmetry: left less right of a
    measure that both sides have; of others, how far the hips are to the left of the feet. lean_deg, knees (their
    distance over that of the ankles): at the turning point.
    """

    depth: str = ""
    thighs: float = math.nan
    asymmetry: float = math.nan
    lean_deg: float = math.nan
    knees: float = math.nan


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to correct: ``value`` of the form (in words: ``meaning``) beyond ``limit``, in the way of ``sign``."""

    name: str
    value: str
    limit: float
    meaning: str
    sign: int = 1

    def of(self, form: Form) -> float | None:
        """The value, if it is a fault."""
        value: float = getattr(form, self.value)
        if self.value == "asymmetry":
            value = abs(value)
        return value if (value - self.limit) * self.sign > 0 else None


_THIGHS_SAY: Final = "height of hips over knees at the turning point, torso lengths"
_KNEES_SAY: Final = "distance of the knees over that of the ankles, at the turning point, from the front"
_SHIFT_SAYS: Final = "how far the hips are beside the feet, at the turning point, from the front, torso lengths"
_SIDES_SAY: Final = "left less right of the measure at the turning point, torso lengths"
_LEAN_SAYS: Final = "lean of the trunk at the turning point, degrees, as far as it is seen"

#: Exercise to its faults.
FAULTS: Final = {
    "squat": (
        Fault("shallow", "thighs", 0.32, _THIGHS_SAY),
        Fault("knees_in", "knees", 0.75, _KNEES_SAY, -1),
        Fault("asymmetry", "asymmetry", 0.2, _SHIFT_SAYS),
        Fault("lean", "lean_deg", 55.0, _LEAN_SAYS),
    ),
    "lunge": (Fault("shallow", "thighs", 0.32, _THIGHS_SAY), Fault("lean", "lean_deg", 30.0, _LEAN_SAYS)),
    "push_up": (Fault("asymmetry", "asymmetry", 0.25, _SIDES_SAY),),
    "curl": (Fault("lean", "lean_deg", 20.0, _LEAN_SAYS),),
    "shoulder_press": (Fault("asymmetry", "asymmetry", 0.3, _SIDES_SAY), Fault("lean", "lean_deg", 20.0, _LEAN_SAYS)),
    "lateral_raise": (Fault("asymmetry", "asymmetry", 0.3, _SIDES_SAY), Fault("lean", "lean_deg", 15.0, _LEAN_SAYS)),
    "pull_up": (Fault("asymmetry", "asymmetry", 0.3, _SIDES_SAY),),
}


def inspected(stretch: Stretch, measure: tuple[Signal, ...], *, legs: bool, one_sided: bool) -> Form:
    """The form of a movement. legs: whether the thighs tell its depth. one_sided: whether one arm moved for itself."""
    frontal = abs(stretch.value(_WIDTH, "mean")) >= _FRONTAL
    thighs = stretch.value(_THIGHS, "turn") if legs else math.nan
    sideways, upright = stretch.value(_TRUNK_OUT, "turn"), stretch.value(_TRUNK_UP, "turn")
    return Form(
        depth=depth_class(thighs),
        thighs=thighs,
        asymmetry=math.nan if one_sided else _asymmetry(stretch, measure, frontal=frontal),
        lean_deg=math.degrees(math.atan2(abs(sideways), upright)),
        knees=_knees(stretch) if frontal and legs else math.nan,
    )


def depth_class(thighs: float) -> str:
    """The class of a height of hips over knees; empty where it is unknown."""
    return next((name for name, least in DEPTHS if thighs >= least), "")


def _asymmetry(stretch: Stretch, measure: tuple[Signal, ...], *, frontal: bool) -> float:
    sided = [signal for signal in measure if signal.sided]
    if sided:
        left, right = (stretch.value(sided[0].on(side), "turn") for side in ("left", "right"))
        return left - right
    return stretch.value(_SHIFT, "turn") if frontal else math.nan


def _knees(stretch: Stretch) -> float:
    ankles = stretch.value(_ANKLES, "turn")
    return stretch.value(_KNEES, "turn") / ankles if ankles >= _FEET_APART else math.nan
