"""What counts as a repetition of what: the table of exercises.

Lengths are in torso lengths, angles in degrees as the picture shows them. Heights are used wherever they tell as much
as an angle does: a camera in front of somebody who squats sees hardly any change at the knee, but from every side it
sees the hips go down. Numbers follow from the proportions of a body (Drillis and Contini 1966): a thigh is 0.86 torso
lengths long, a shin 0.82, an upper arm 0.58, a forearm 0.53; standing, the hips are 1.68 over the ankles.
"""

import math
from typing import Final

from posekit.detectors.cycles import Span
from posekit.detectors.exercises import Condition, Exercise, Lasting, Rested, Took, Way
from posekit.detectors.signals import behind, distance, height, outside, rise

__all__ = ["EXERCISES"]

_HIPS_UP: Final = height("hips", "ankles")
_THIGHS_UP: Final = height("hips", "knees")
_TRUNK: Final = height("shoulders", "hips")
_KNEES_APART_IN_HEIGHT: Final = height("leftKnee", "rightKnee")
_BEHIND_FEET: Final = behind("shoulders", "ankles")
_WRIST_UP: Final = height("{side}Wrist", "{side}Shoulder")
_ELBOW_UP: Final = height("{side}Elbow", "{side}Shoulder")
_FOREARM_UP: Final = height("{side}Wrist", "{side}Elbow")
_WRIST_OUTSIDE: Final = outside("{side}Wrist", "{side}Shoulder")
_WRIST_RISE: Final = rise("{side}Wrist")

#: From here on, knees are not level.
_LUNGING: Final = 0.36
_UPRIGHT: Final = Condition(_TRUNK, "mean", low=0.5)
_STANDING_STILL: Final = Condition(rise("shoulders"), "range", high=0.28)
_HIPS_STAY: Final = Condition(rise("hips"), "range", high=0.28)
_FEET_STAY: Final = Condition(rise("ankles"), "range", high=0.55)
_LEVEL_KNEES: Final = Condition(_KNEES_APART_IN_HEIGHT, "turn_size", high=_LUNGING, apart=True)
_FEET_APART: Final = distance("leftAnkle", "rightAnkle")
_SHOULDERS_WIDE: Final = outside("leftShoulder", "rightShoulder")
#: Seen from the side, in a lunge a foot goes far ahead and the trunk stays upright, also where the network sees the
#: knees level. From the front no foot is seen to go ahead; where two feet become one there, the network errs.
_STEPPED: Final = (
    Condition(_FEET_APART, "lift", low=0.3, apart=True),
    Condition(_TRUNK, "lift", low=-0.17, apart=True),
    Condition(_SHOULDERS_WIDE, "mean_size", high=0.62, apart=True),
)
_NOT_STEPPED: Final = (
    Condition(_FEET_APART, "lift", high=0.3, apart=True),
    Condition(_TRUNK, "lift", high=-0.17, apart=True),
    Condition(_SHOULDERS_WIDE, "mean_size", low=0.62, apart=True),
)
_LUNGING_DOWN: Final = Span(start=(1.1, math.inf), travel=0.4, rising=False, min_s=0.55, max_speed=4.5)
_NOT_SEATED: Final = (
    Condition(_BEHIND_FEET, "turn", high=0.28, apart=True),
    (
        Condition(_BEHIND_FEET, "turn", high=0.2),
        Condition(_TRUNK, "turn_most", high=0.96, apart=True),
        Lasting(high=0.9),
    ),
)
_PRONE: Final = (Condition(height("shoulders", "ankles"), "most", high=1.6), Condition(_TRUNK, "most", high=0.62))

_SINKING: Final = (Condition(_TRUNK, "turn", low=0.6), Condition(rise("hips"), "range", low=0.25))

_SQUATTING: Final = (
    Condition(_TRUNK, "turn", low=0.3),
    _FEET_STAY,
    Lasting(high=4.0),
    _LEVEL_KNEES,
    *_NOT_SEATED,
    Condition(rise("hips"), "range", low=0.25),
)

_CURLING: Final = (
    Condition(_ELBOW_UP, "turn", high=-0.18),
    Condition(_WRIST_UP, "turn", high=0.25),
    Condition(_WRIST_OUTSIDE, "turn_size", high=0.55, apart=True),
    Condition(_TRUNK, "mean", low=0.5, apart=True),
    Lasting(high=2.0),
    _STANDING_STILL,
)

#: Every exercise by name.
EXERCISES: Final = {
    exercise.name: exercise
    for exercise in (
        Exercise(
            name="squat",
            meaning="from standing, the hips go down between level feet and come up again",
            partial_alone=True,
            legs=True,
            ways=(
                Way(
                    measure=(_HIPS_UP,),
                    span=Span(start=(1.15, math.inf), travel=0.45, rising=False, min_s=0.55, max_speed=4.5),
                    conditions=(*_SQUATTING, _NOT_STEPPED),
                ),
                Way(
                    measure=(_THIGHS_UP,),
                    span=Span(start=(0.55, math.inf), travel=0.36, rising=False, min_s=0.55, max_speed=4.5),
                    conditions=(*_SQUATTING, Condition(_HIPS_UP, "seen", high=0.4)),
                ),
                Way(
                    measure=(rise("shoulders"), rise("head")),
                    span=Span(travel=0.5, rising=False, min_s=0.8, max_speed=3.0, max_s=6.0),
                    conditions=(
                        Condition(_HIPS_UP, "seen", high=0.4),
                        Condition(_THIGHS_UP, "seen", high=0.4),
                        Condition(_TRUNK, "least", low=0.6),
                        Condition(distance("leftShoulder", "rightShoulder"), "range", high=0.15),
                    ),
                ),
            ),
        ),
        Exercise(
            name="lunge",
            meaning="one foot ahead, the hips go down; the side is the front leg's",
            side_of=_KNEES_APART_IN_HEIGHT,
            partial_alone=True,
            legs=True,
            ways=(
                Way(
                    measure=(_HIPS_UP,),
                    span=_LUNGING_DOWN,
                    conditions=(Condition(_KNEES_APART_IN_HEIGHT, "turn_size", low=_LUNGING, apart=True), *_SINKING),
                ),
                Way(
                    measure=(_HIPS_UP,),
                    span=_LUNGING_DOWN,
                    conditions=(*_STEPPED, Condition(_FEET_APART, "turn", low=0.45, apart=True), *_SINKING),
                ),
            ),
        ),
        Exercise(
            name="sit_to_stand",
            meaning="somebody who sat rises; counted when standing",
            series=2,
            ways=(
                Way(
                    measure=(_HIPS_UP,),
                    span=Span(
                        start=(0.3, 1.2),
                        travel=0.4,
                        rising=True,
                        turn=(1.25, math.inf),
                        once=True,
                        min_s=0.2,
                        max_s=5.0,
                    ),
                    conditions=(
                        (
                            Condition(_BEHIND_FEET, "rest", low=0.28, apart=True),
                            Condition(_TRUNK, "rest_most", low=0.94, apart=True),
                        ),
                        Condition(_BEHIND_FEET, "rest", low=0.2, apart=True),
                        (Condition(_BEHIND_FEET, "rest", low=0.28, apart=True), Rested(low=0.8)),
                        Rested(low=0.3),
                        Condition(_KNEES_APART_IN_HEIGHT, "rest_size", high=0.28),
                        Condition(rise("hips"), "range", low=0.25),
                    ),
                ),
            ),
        ),
        Exercise(
            name="push_up",
            meaning="face down on the hands, the shoulders go down to them and up again",
            ways=(
                Way(
                    measure=(height("{side}Shoulder", "{side}Wrist"),),
                    span=Span(
                        start=(0.45, 2.2),
                        travel=0.3,
                        rising=False,
                        turn=(0.0, math.inf),
                        back=0.65,
                        min_s=0.4,
                        max_s=10.0,
                        max_speed=4.0,
                    ),
                    conditions=(
                        _PRONE,
                        Lasting(high=4.0),
                        Condition(_WRIST_RISE, "range", high=0.3, apart=True),
                        Condition(rise("shoulders"), "range", low=0.22, apart=True),
                    ),
                ),
            ),
        ),
        Exercise(
            name="sit_up",
            meaning="lying on the back, the shoulders rise over the hips and lie down again",
            ways=(
                Way(
                    measure=(_TRUNK,),
                    span=Span(
                        start=(-0.45, 0.45),
                        travel=0.42,
                        rising=True,
                        turn=(0.5, math.inf),
                        back=0.6,
                        min_s=0.6,
                        max_s=12.0,
                    ),
                    conditions=(
                        (Condition(_HIPS_UP, "most", high=0.8), Condition(height("knees", "hips"), "mean", low=-0.25)),
                        Condition(rise("hips"), "range", high=0.4, apart=True),
                        # Between two push-ups, hands that stay on the ground bear the shoulders.
                        (
                            Condition(_WRIST_UP, "turn", low=-0.8, apart=True),
                            Condition(_WRIST_RISE, "range", low=0.3, apart=True),
                        ),
                    ),
                ),
            ),
        ),
        Exercise(
            name="curl",
            meaning="the upper arm hangs, the forearm comes up and goes down again, as far as it does",
            each_side=True,
            series=3,
            together_s=2.0,
            longer=1.5,
            farther=1.3,
            steady=1.25,
            alike=0.2,
            ways=(
                Way(
                    measure=(_FOREARM_UP,),
                    span=Span(
                        start=(-0.75, -0.05),
                        travel=0.45,
                        rising=True,
                        turn=(0.08, 0.75),
                        back=0.6,
                        min_s=0.6,
                        max_s=6.0,
                        max_speed=6.0,
                    ),
                    conditions=_CURLING,
                ),
                # From the front, a network sees the forearm that points at it too low.
                Way(
                    measure=(_WRIST_UP,),
                    span=Span(
                        start=(-1.4, -0.72),
                        travel=0.29,
                        rising=True,
                        turn=(-0.7, 0.25),
                        back=0.6,
                        min_s=0.6,
                        max_s=6.0,
                        max_speed=5.0,
                    ),
                    conditions=(
                        *_CURLING,
                        Condition(_ELBOW_UP, "range", high=0.34),
                        Condition(_FOREARM_UP, "range", low=0.08),
                    ),
                ),
                Way(
                    measure=(_FOREARM_UP,),
                    span=Span(
                        start=(-0.75, 0.2), travel=0.22, rising=True, back=0.6, adaptive=True, min_s=0.6, max_s=8.0
                    ),
                    conditions=_CURLING,
                    named=True,
                ),
            ),
        ),
        Exercise(
            name="shoulder_press",
            meaning="from beside the shoulders, the hands go up over the head and come back to the shoulders",
            ways=(
                Way(
                    measure=(_WRIST_UP,),
                    span=Span(
                        start=(-0.65, 0.62),
                        travel=0.4,
                        rising=True,
                        turn=(0.75, 1.6),
                        back=0.6,
                        settles=True,
                        min_s=0.6,
                        max_s=8.0,
                    ),
                    conditions=(
                        Condition(_ELBOW_UP, "range", low=0.3),
                        Condition(_WRIST_RISE, "range", low=0.3),
                        _UPRIGHT,
                        _STANDING_STILL,
                    ),
                ),
            ),
        ),
        Exercise(
            name="pull_up",
            meaning="hanging from the hands, the shoulders go up to them and down again",
            ways=(
                Way(
                    measure=(_WRIST_UP,),
                    span=Span(
                        start=(0.5, 1.6), travel=0.32, rising=False, turn=(-0.7, 0.75), back=0.6, min_s=0.6, max_s=12.0
                    ),
                    conditions=(
                        # The body goes up, and the hands, as far as they are seen, do not come down to it.
                        Condition(rise("shoulders"), "lift", low=0.24, apart=True),
                        Condition(rise("hips"), "lift", low=0.15, apart=True),
                        Condition(_WRIST_RISE, "lift", low=-0.6, apart=True),
                        Condition(_TRUNK, "least", low=0.35),
                    ),
                ),
                # From the side, a network takes arms over the head for hanging ones, but sees all of the body go up.
                Way(
                    measure=(rise("head"), rise("shoulders"), rise("hips")),
                    span=Span(travel=0.4, rising=True, back=0.6, min_s=0.6, max_s=12.0, max_speed=4.0),
                    conditions=(
                        Condition(_WRIST_UP, "rest", low=0.3),
                        Condition(_WRIST_UP, "seen", low=0.3),
                        Condition(rise("hips"), "lift", low=0.2),
                        Condition(rise("ankles"), "lift", low=0.2),
                        Condition(_TRUNK, "least", low=0.35),
                    ),
                ),
            ),
        ),
        Exercise(
            name="lateral_raise",
            meaning="hanging arms rise to shoulder height and come down again",
            series=2,
            ways=(
                Way(
                    measure=(_WRIST_UP,),
                    span=Span(
                        start=(-1.4, -0.55),
                        travel=0.6,
                        rising=True,
                        turn=(-0.45, 0.42),
                        back=0.65,
                        min_s=0.45,
                        max_s=8.0,
                    ),
                    conditions=(
                        Condition(height("leftElbow", "leftShoulder"), "turn", low=-0.35),
                        Condition(height("rightElbow", "rightShoulder"), "turn", low=-0.35),
                        # In a curl, the network sees the elbows rise a little.
                        Condition(_ELBOW_UP, "turn", low=-0.25, apart=True),
                        (
                            Condition(_ELBOW_UP, "lift", low=0.28, apart=True),
                            Condition(_WRIST_OUTSIDE, "turn_size", low=0.6, apart=True),
                        ),
                        Condition(distance("leftAnkle", "rightAnkle"), "range", high=0.35, apart=True),
                        _UPRIGHT,
                        _STANDING_STILL,
                        _HIPS_STAY,
                    ),
                ),
            ),
        ),
        Exercise(
            name="jumping_jack",
            meaning="hands over the head and feet apart, and back, with a hop",
            series=2,
            together_s=2.0,
            ways=(
                Way(
                    measure=(_WRIST_UP,),
                    span=Span(
                        start=(-1.5, -0.35), travel=0.9, rising=True, turn=(0.2, 1.7), back=0.6, min_s=0.35, max_s=3.0
                    ),
                    conditions=(
                        Condition(distance("leftAnkle", "rightAnkle"), "range", low=0.35, apart=True),
                        (Condition(distance("leftAnkle", "rightAnkle"), "range", low=0.35), Took(high=1.7)),
                        Condition(_TRUNK, "mean", low=0.5, apart=True),
                        # Feet that leap up and down are guessed.
                        _FEET_STAY,
                    ),
                ),
                # From the side, or where the network takes two feet for one, they are not seen to go apart.
                Way(
                    measure=(_WRIST_UP,),
                    span=Span(
                        start=(-1.5, -0.35), travel=1.0, rising=True, turn=(0.6, 1.7), back=0.6, min_s=0.35, max_s=1.7
                    ),
                    conditions=(
                        (
                            Condition(_SHOULDERS_WIDE, "turn_size", high=0.35),
                            Condition(rise("hips"), "range", low=0.1),
                        ),
                        Condition(rise("hips"), "range", low=0.06, high=0.45, apart=True),
                        Lasting(high=0.7),
                        Condition(_TRUNK, "mean", low=0.5, apart=True),
                    ),
                ),
            ),
        ),
        Exercise(
            name="jump_rope",
            meaning="small hops in a row, both feet together, hands low",
            series=4,
            together_s=0.6,
            longer=2.2,
            farther=2.5,
            ways=(
                Way(
                    measure=(rise("shoulders"), rise("hips"), rise("head")),
                    span=Span(travel=0.07, rising=True, back=0.6, adaptive=True, min_s=0.12, max_s=1.0),
                    conditions=(
                        Condition(_WRIST_UP, "most", high=-0.2, apart=True),
                        Condition(rise("leftAnkle"), "lift", low=0.03, apart=True),
                        Condition(rise("rightAnkle"), "lift", low=0.03, apart=True),
                        Condition(_TRUNK, "mean", low=0.6, apart=True),
                    ),
                ),
            ),
        ),
    )
}
