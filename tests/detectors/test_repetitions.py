"""Repetitions by performers of known counts, under every condition, and everything that is none."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from posekit.detectors.exercise_table import EXERCISES
from posekit.detectors.repetitions import Counting, Repetitions
from posekit.skeleton import INDEX
from posekit.sources.performer import MOTIONS, Performer, Style
from posekit.sources.performer.scene import Role, programme, staying
from scenario import CONDITIONS, Conditions, Watched, watch, watch_each

#: Lunges go to the right and to the left in every cycle.
PER_CYCLE = {"lunge": 2}
#: A hop is soon done.
CYCLES = {"jump_rope": 12}
HANDS, SHOULDERS, HIPS = (
    [INDEX[f"{side}{part}"] for side in ("left", "right")] for part in ("Wrist", "Shoulder", "Hip")
)
#: At most frames a second, for what does not hang on them.
ENOUGH = Conditions(fps=12.0)


def performed(
    motion: str, cycles: int = 4, *, style: Style | None = None, speed: float = 1.0, rest_s: float = 1.0
) -> tuple[Callable[..., Performer], float]:
    """A performer who begins at once, does so many cycles and rests; and how long that takes."""
    style = style or Style()
    seconds = cycles * MOTIONS[motion].performed(style).period_s / speed + rest_s
    return partial(Performer, motion, style=style, cycles=cycles, speed=speed, size=0.6), seconds


def counted(
    motion: str,
    cycles: int = 4,
    conditions: Conditions = ENOUGH,
    *,
    detector: Repetitions | None = None,
    style: Style | None = None,
    speed: float = 1.0,
) -> Watched:
    performer, seconds = performed(motion, cycles, style=style, speed=speed)
    return watch([detector or Repetitions()], performer, seconds, conditions)


def exercises(watched: Watched, *kinds: str) -> dict[str, int]:
    return dict(Counter(str(event.exercise) for event in watched.of(*(kinds or ("rep",)))))


def assert_counted(counts: dict[str, int], exercise: str, cycles: int) -> None:
    assert list(counts) == [exercise]
    expected = cycles * PER_CYCLE.get(exercise, 1)
    # The first hop comes 0.14 s after the first sight: at few frames a second, nobody has been seen standing by then.
    assert counts[exercise] in ({expected - 1, expected} if exercise == "jump_rope" else {expected})


def assert_each_counted(acts: dict[str, Callable[..., Performer]], seconds: float, conditions: Conditions) -> None:
    """Every exercise is counted, and nothing else. acts: by exercise, each of 4 cycles, or ``CYCLES``."""
    for exercise, events in watch_each([Repetitions()], acts, seconds, conditions).items():
        counts = Counter(str(event.exercise) for event in events if event.kind == "rep")
        assert_counted(dict(counts), exercise, CYCLES.get(exercise, 4))


ACTS = {exercise: performed(exercise, CYCLES.get(exercise, 4)) for exercise in EXERCISES}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_exercise_under_every_condition(condition: str) -> None:
    conditions = CONDITIONS[condition]
    if conditions.fps == 30.0:
        conditions = replace(conditions, fps=20.0)
    seconds = max(seconds for _, seconds in ACTS.values())
    assert_each_counted({exercise: performer for exercise, (performer, _) in ACTS.items()}, seconds, conditions)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_when_it_is_the_only_one_that_is_looked_for(exercise: str) -> None:
    cycles = CYCLES.get(exercise, 3)
    watched = counted(exercise, cycles, detector=Repetitions([EXERCISES[exercise]], alone=True))
    assert_counted(exercises(watched), exercise, cycles)


#: A performer's turn to the camera, beside its own, and what is seen well enough from there.
VIEWS = {
    0: set(EXERCISES) - {"sit_to_stand"},
    45: set(EXERCISES) - {"push_up"},
    90: {"squat", "lunge", "push_up", "sit_up", "curl", "shoulder_press", "sit_to_stand", "jump_rope"},
    120: {"push_up"},
    180: {"squat", "lunge", "curl", "shoulder_press", "pull_up", "lateral_raise", "jumping_jack"},
}


@pytest.mark.parametrize("turn", VIEWS)
def test_from_every_side(turn: int) -> None:
    style = Style(turn=float(turn))
    acts = {name: performed(name, CYCLES.get(name, 4), style=style) for name in EXERCISES if name in VIEWS[turn]}
    seconds = max(seconds for _, seconds in acts.values())
    assert_each_counted({name: performer for name, (performer, _) in acts.items()}, seconds, ENOUGH)


def test_five_deep_squats() -> None:
    watched = counted("squat", 5)
    assert [event.count for event in watched.of("rep")] == [1, 2, 3, 4, 5]


def test_five_tiny_squats_are_none() -> None:
    assert counted("squat", 5, style=Style(depth=0.2)).of("rep", "rep_partial") == []


def test_ten_borderline_squats_are_none_or_given_up() -> None:
    watched = counted("squat", 10, style=Style(depth=0.62))
    assert watched.of("rep") == []
    assert len(watched.of("rep_partial")) <= 10


def test_an_aborted_squat_is_told_with_how_far_it_went() -> None:
    partial_reps = counted("squat", 3, style=Style(depth=0.62)).of("rep_partial")
    assert len(partial_reps) == 3
    assert all(0.5 <= event.share < 1.0 and event.exercise == "squat" for event in partial_reps)


@pytest.mark.parametrize("exercise", ["squat", "push_up", "lunge", "shoulder_press", "pull_up", "lateral_raise"])
def test_pauses_at_the_turning_point_change_nothing(exercise: str) -> None:
    watched = counted(exercise, 3, style=Style(pause_s=1.5))
    assert exercises(watched) == {exercise: 3 * PER_CYCLE.get(exercise, 1)}
    assert all(event.pause_s >= 1.3 for event in watched.of("rep"))


@pytest.mark.parametrize("exercise", ["squat", "push_up", "sit_up", "pull_up", "shoulder_press", "lateral_raise"])
def test_pauses_between_repetitions_change_nothing(exercise: str) -> None:
    watched = counted(exercise, 3, style=Style(rest_s=2.5))
    assert exercises(watched) == {exercise: 3}


@pytest.mark.parametrize("exercise", ["squat", "push_up", "sit_up", "pull_up"])
def test_a_double_dip_is_one(exercise: str) -> None:
    assert exercises(counted(exercise, 3, style=Style(dips=2))) == {exercise: 3}


@pytest.mark.parametrize("exercise", [name for name in EXERCISES if name not in ("jump_rope", "sit_to_stand")])
def test_what_hardly_moves_is_none(exercise: str) -> None:
    assert counted(exercise, 4, style=Style(depth=0.22)).of("rep") == []


@pytest.mark.parametrize("start", [0.2, 0.35])
def test_curls_that_never_open_fully(start: float) -> None:
    assert exercises(counted("curl", 4, style=Style(start=start))) == {"curl": 4}


def test_curls_that_neither_open_nor_close_count_where_they_are_named() -> None:
    named = Repetitions([EXERCISES["curl"]], alone=True)
    assert exercises(counted("curl", 4, style=Style(start=0.2, depth=0.65), detector=named)) == {"curl": 4}


@pytest.mark.parametrize("side", ["left", "right", "both"])
def test_curls_of_each_arm(side: str) -> None:
    watched = counted("curl", 4, style=Style(side=side))
    assert [event.side for event in watched.of("rep")] == [side] * 4
    assert [event.count for event in watched.of("rep")] == [1, 2, 3, 4]


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_side_of_a_lunge_is_that_of_the_front_leg(side: str) -> None:
    watched = counted("lunge", 3, style=Style(side=side))
    assert [event.side for event in watched.of("rep")] == [side] * 3


@pytest.mark.parametrize(("motion", "side"), [("curl", "left"), ("lunge", "right")])
def test_a_mirror_exchanges_the_sides_and_nothing_else(motion: str, side: str) -> None:
    def told(conditions: Conditions) -> list[tuple[object, ...]]:
        events = counted(motion, 3, conditions, style=Style(side=side)).of("rep", "set", "rep_partial")
        return [
            (event.kind, event.timestamp_s, *(value for name, value in event.fields.items() if name != "asymmetry"))
            for event in events
        ]

    other = {"left": "right", "right": "left"}
    still = replace(ENOUGH, noise_px=0.0)
    plain = [tuple(other.get(str(value), value) for value in event) for event in told(still)]
    mirrored = told(replace(still, mirrored=True))
    assert len(plain) == len(mirrored) == 3
    for one, two in zip(plain, mirrored, strict=True):
        assert one == pytest.approx(two, abs=0.02)


@pytest.mark.parametrize("speed", [0.6, 1.5])
@pytest.mark.parametrize("exercise", ["squat", "push_up", "curl", "jumping_jack", "sit_up", "pull_up", "lateral_raise"])
def test_slow_and_fast(exercise: str, speed: float) -> None:
    assert exercises(counted(exercise, 4, Conditions(fps=20.0), speed=speed)) == {exercise: 4}


@pytest.mark.parametrize("hop_s", [0.38, 0.5, 0.75])
def test_hops_over_a_rope_of_any_tempo(hop_s: float) -> None:
    speed = MOTIONS["jump_rope"].performed(Style()).period_s / hop_s
    assert_counted(exercises(counted("jump_rope", 12, Conditions(fps=30.0), speed=speed)), "jump_rope", 12)


def test_pull_ups_from_the_side_of_which_the_arms_are_drawn_hanging_at_the_top() -> None:
    performer, seconds = performed("pull_up", style=Style(turn=90.0))

    class Misread(Performer):
        def poses_at(self, timestamp_s: float, **options: float) -> object:
            poses = super().poses_at(timestamp_s, **options)
            xy = poses.xy.copy()
            for person in xy:
                up = person[HANDS, 1].mean() > person[SHOULDERS, 1].mean() - 30.0
                if up:
                    person[HANDS] = person[HIPS] + np.float32((4.0, 6.0))
            return replace(poses, xy=xy)

    performer = partial(Misread, *performer.args, **performer.keywords)
    assert exercises(watch([Repetitions()], performer, seconds, Conditions(fps=20.0))) == {"pull_up": 4}


@pytest.mark.parametrize("part", ["leftAnkle", "leftKnee", "leftWrist"])
def test_squats_with_hidden_keypoints(part: str) -> None:
    hidden = [part, part.replace("left", "right")]
    assert exercises(hiding(hidden, "squat")) == {"squat": 4}


def test_squats_of_an_upper_body() -> None:
    hidden = [f"{side}{part}" for side in ("left", "right") for part in ("Hip", "Knee", "Ankle")]
    assert exercises(hiding(hidden, "squat")) == {"squat": 4}


@pytest.mark.parametrize("exercise", ["curl", "shoulder_press", "lateral_raise", "jumping_jack"])
def test_exercises_of_the_arms_need_no_legs(exercise: str) -> None:
    hidden = [f"{side}{part}" for side in ("left", "right") for part in ("Knee", "Ankle")]
    assert exercises(hiding(hidden, exercise)) == {exercise: 4}


def hiding(parts: Sequence[str], motion: str) -> Watched:
    """Four cycles of which some keypoints are never found."""
    performer, seconds = performed(motion)
    hidden = [INDEX[part] for part in parts]

    class Hidden(Performer):
        def poses_at(self, timestamp_s: float, **options: float) -> object:
            poses = super().poses_at(timestamp_s, **options)
            scores = poses.keypoint_scores.copy()
            scores[:, hidden] = 0.02
            return replace(poses, keypoint_scores=scores)

    return watch([Repetitions()], partial(Hidden, *performer.args, **performer.keywords), seconds, ENOUGH)


def test_walking_away_and_back_between_squats() -> None:
    entries = [
        ("stand", 1.0),
        *(
            [
                ("squat", 2.8),
                ("stand", 0.5),
                ("walk", 1.4),
                ("stand", 0.5),
                ("squat", 2.8),
                ("stand", 0.5),
                ("walk", 0.7),
                ("stand", 0.5),
            ]
            * 2
        ),
    ]
    role = programme(0.0, 0.7, entries)
    seconds = role[-1].end_s
    performer = partial(Performer, roles=(Role(role, float("inf")),), size=0.5)
    watched = watch([Repetitions()], performer, seconds, ENOUGH)
    assert exercises(watched) == {"squat": 4}
    assert [event.count for event in watched.of("rep")] == [1, 2, 3, 4]


def test_two_people_out_of_phase_are_counted_for_themselves() -> None:
    motion = MOTIONS["squat"].performed(Style())
    roles = (staying("squat", motion, 0.7, cycles=5), staying("squat", motion, 1.9, ahead_s=-1.1, cycles=3))
    watched = watch([Repetitions()], partial(Performer, roles=roles, size=0.5), 16.0, ENOUGH)
    per_slot = Counter(event.slot for event in watched.of("rep"))
    assert sorted(per_slot.values()) == [3, 5]


#: Motions that are no exercise, or only at times: what may be counted in four cycles.
NONE_OF_THEM = {
    **{name: set() for name in MOTIONS if name not in EXERCISES},
    "crouch": {"squat"},
    "t_pose": {"lateral_raise"},
    "sit": {"sit_to_stand"},
}


@pytest.mark.parametrize("motion", sorted(name for name in NONE_OF_THEM if name not in ("walk", "wander")))
def test_other_motions_are_no_repetitions(motion: str) -> None:
    cycles = max(2, min(4, int(20 / MOTIONS[motion].performed(Style()).period_s)))
    assert set(exercises(counted(motion, cycles))) <= NONE_OF_THEM[motion]


def test_times_and_ranges() -> None:
    # Down in 0.98 s, held for 0.28 s, up in 0.98 s, and 0.56 s of rest at the beginning of each.
    events = counted("squat", 4, Conditions(fps=30.0, noise_px=0.5)).of("rep")
    for number, event in enumerate(events):
        bottom_s = event.timestamp_s - event.up_s - event.pause_s / 2
        assert bottom_s == pytest.approx(2.8 * number + 0.56 + 0.98 + 0.14, abs=0.12)
        assert event.down_s + event.pause_s + event.up_s == pytest.approx(2.24 * 0.75, abs=0.35)
        # The hips go down by 0.255 body heights, of which a torso is 0.285.
        assert event.rom == pytest.approx(0.255 / 0.285, abs=0.12)


def test_a_set_is_over_after_a_rest() -> None:
    performer, seconds = performed("squat", 3, rest_s=6.0)
    detector = Repetitions(counting=Counting(rest_s=4.0))
    watched = watch([detector], performer, seconds, ENOUGH)
    (done,) = watched.of("set")
    last = watched.of("rep")[-1]
    assert (done.exercise, done.number, done.reps) == ("squat", 1, 3)
    assert done.timestamp_s == last.timestamp_s
    assert done.duration_s == pytest.approx(3 * 2.8 - 0.56 - 0.4, abs=0.5)
    assert done.rep_s == pytest.approx(2.24 * 0.75, abs=0.35)


def test_counts_and_phases_as_channels() -> None:
    watched = counted("squat", 3)
    reps, phase = watched.channel("reps_squat"), watched.channel("phase_squat")
    assert reps == sorted(reps)
    assert reps[-1] == 3.0
    assert min(phase) == 0.0
    assert max(phase) == 1.0


def test_counting_begins_anew() -> None:
    detector = Repetitions()
    counted("squat", 2, detector=detector)
    detector.reset()
    assert [event.count for event in counted("squat", 2, detector=detector).of("rep")] == [1, 2]
