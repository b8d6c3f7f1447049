"""What counts of movements that were found at the same time."""

import math

from posekit.detectors.cycles import Cycle
from posekit.detectors.exercise_table import EXERCISES
from posekit.detectors.exercises import Exercise
from posekit.detectors.form import Form
from posekit.detectors.tally import Counting, Found, Set, Tally

PUSH_UP, SIT_UP = EXERCISES["push_up"], EXERCISES["sit_up"]
NO_FORM = Form(depth="", asymmetry=math.nan, lean_deg=math.nan, knees=math.nan)


def found(exercise: Exercise, start_s: float, end_s: float) -> Found:
    turn_s = (start_s + end_s) / 2
    cycle = Cycle(
        settled_s=start_s, start_s=start_s, turn_s=turn_s, end_s=end_s, pause_s=0.1, start=1.0, turn=0.5, share=1.2
    )
    return Found(exercise, exercise.ways[0], cycle, "", NO_FORM)


def decided(tally: Tally, now_s: float, *, under_way: Exercise | None = None) -> list[str]:
    """The exercises that count now."""
    done = tally.decide(now_s, lambda _: False, lambda exercise: exercise is under_way)
    return [one.exercise.name for one in done if not isinstance(one, Set)]


def in_a_set() -> Tally:
    tally = Tally(Counting(), alone=False)
    tally.add(found(PUSH_UP, 0.0, 2.0))
    assert decided(tally, 2.0) == ["push_up"]
    return tally


def test_a_movement_between_two_of_a_set_waits_for_the_second_of_them() -> None:
    tally = in_a_set()
    tally.add(found(SIT_UP, 1.8, 3.4))
    assert decided(tally, 3.4, under_way=PUSH_UP) == []
    assert decided(tally, 3.9, under_way=PUSH_UP) == []
    tally.add(found(PUSH_UP, 2.4, 4.4))
    assert decided(tally, 4.4) == ["push_up"]
    assert decided(tally, 9.0) == []


def test_another_exercise_counts_soon_if_none_of_the_set_is_under_way() -> None:
    tally = in_a_set()
    tally.add(found(SIT_UP, 2.5, 4.0))
    assert decided(tally, 4.0) == []
    assert decided(tally, 4.5) == ["sit_up"]


def test_what_only_seems_to_be_under_way_delays_another_exercise_not_for_long() -> None:
    tally = in_a_set()
    tally.add(found(SIT_UP, 2.5, 4.0))
    assert decided(tally, 6.0, under_way=PUSH_UP) == []
    assert decided(tally, 7.0, under_way=PUSH_UP) == ["sit_up"]
