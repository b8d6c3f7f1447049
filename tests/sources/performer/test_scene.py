"""Stage directions: who is where and when, what is counted, and when it happened."""

import math
from itertools import pairwise

import numpy as np
import pytest

from posekit.sources.performer.motion import Style
from posekit.sources.performer.motions import MOTIONS
from posekit.sources.performer.posture import joints
from posekit.sources.performer.scene import TRAVELS, Role, moment, programme, staying, tour

from .conftest import IN_PLACE

SQUAT = MOTIONS["squat"].performed(Style())


def squats(**options: float) -> Role:
    return staying("squat", SQUAT, 1.0, **options)


def test_repetitions_are_counted_when_they_are_complete() -> None:
    counts = [moment(squats(), t).repetitions for t in (0.0, 2.79, 2.81, 5.59, 5.61, 28.1)]  # type: ignore[union-attr]
    assert counts == [0, 0, 1, 1, 2, 10]


def test_happenings_are_known_from_their_start_on() -> None:
    def seen(time_s: float) -> list[tuple[str, float, float, float]]:
        now = moment(squats(), time_s)
        assert now is not None
        return [(h.kind, h.start_s, h.peak_s, h.end_s) for h in now.happenings]

    first, second = ("squat", 0.56, 1.68, 2.8), ("squat", 3.36, 4.48, 5.6)
    assert seen(0.5) == []
    assert seen(0.6) == [pytest.approx(first)]
    assert seen(3.3) == [pytest.approx(first)]
    assert seen(3.4) == [pytest.approx(first), pytest.approx(second)]


def test_begun_before_time_zero() -> None:
    now = moment(squats(ahead_s=1.0), 0.0)
    assert now is not None
    assert now.phase == pytest.approx(1.0 / 2.8)
    assert [h.start_s for h in now.happenings] == [pytest.approx(-0.44)]


def test_after_its_cycles_the_performer_rests() -> None:
    role = squats(cycles=3)
    during, after, later = (moment(role, t) for t in (8.3, 8.5, 1000.0))
    assert during is not None
    assert during.repetitions == 2
    for now in (after, later):
        assert now is not None
        assert (now.repetitions, now.phase, len(now.happenings)) == (3, 0.0, 3)
        assert now.posture == SQUAT.posture(0.0)


@pytest.mark.parametrize("name", IN_PLACE)
def test_counts_and_happenings_agree(name: str) -> None:
    motion = MOTIONS[name].performed(Style())
    now = moment(staying(name, motion, 0.0), 3.25 * motion.period_s)
    assert now is not None
    ended = [h for h in now.happenings if h.kind == motion.counts and h.end_s <= 3.25 * motion.period_s]
    assert now.repetitions == len(ended)
    assert all(h.start_s <= 3.25 * motion.period_s for h in now.happenings)
    assert now.name == name


def test_wanderers_stay_in_the_picture_and_halt() -> None:
    for index in range(4):
        role = TRAVELS["wander"](2.0, index)
        moments = [moment(role, t) for t in np.arange(0.0, 2.5 * role.loop_s, 0.1)]
        assert all(now is not None and 0.2 < now.x < 1.8 for now in moments)
        doing = [now.name for now in moments if now]
        assert set(doing) == {"walk", "stand"}
        assert 0.3 < doing.count("walk") / len(doing) < 0.9
    starts = [moment(TRAVELS["wander"](2.0, index), 0.0).x for index in range(3)]  # type: ignore[union-attr]
    assert len(set(starts)) == 3


@pytest.mark.parametrize("leftwards", [False, True])
def test_walkers_cross_the_picture_and_come_back(leftwards: bool) -> None:
    role = TRAVELS["walk"](3.0, int(leftwards))
    xs = [(now.x, now.posture.turn) for t in np.arange(0, role.loop_s, 0.1) if (now := moment(role, t))]
    (first, _), (middle, _) = xs[0], xs[len(xs) // 2]
    assert (first, middle) == pytest.approx((3.45, -0.45) if leftwards else (-0.45, 3.45), abs=0.15)
    # Everyone looks where they go.
    for (a, turn), (b, next_turn) in pairwise(xs):
        assert turn != next_turn or math.copysign(1, b - a) == math.copysign(1, turn)
    once, again = (moment(role, 3.0 + loops * role.loop_s) for loops in (0, 1))
    assert once is not None
    assert again is not None
    assert again.x == pytest.approx(once.x)


def test_steps_alternate_and_are_where_the_feet_land() -> None:
    role = TRAVELS["walk"](3.0, 0)
    end_s = role.acts[0].end_s - 0.01
    last = moment(role, end_s)
    assert last is not None
    sides = [step.side for step in last.steps]
    times = [step.timestamp_s for step in last.steps]
    assert sides == ["right", "left"] * (len(sides) // 2) + ["right"] * (len(sides) % 2)
    assert np.diff(times) == pytest.approx(0.55)
    assert len(times) == int(end_s / 0.55)
    landed: dict[str, list[float]] = {"left": [], "right": []}
    for side, time_s in zip(sides, times, strict=True):
        # From its strike on for 0.4 of a stride, the foot does not move in the picture.
        places = []
        for into_s in np.linspace(0.001, 0.4 * 1.1, 9):
            now = moment(role, time_s + into_s)
            if now is None or now.name != "walk":
                break
            ankle = joints(now.posture).keypoints[15 if side == "left" else 16]
            places.append(now.x + ankle[0])
        assert np.ptp(places) < 1e-3
        landed[side].append(places[0])
    strides = np.diff(landed["left"])
    assert strides == pytest.approx(2 * 0.32 * math.sin(math.radians(68)), abs=1e-3)


def test_a_programme_plays_in_order() -> None:
    deep = Style(depth=0.5)
    acts = programme(2.0, -0.5, [("walk", 1.0), ("squat", 5.6, deep), ("stand", 1.0), ("walk", 3.0)])
    role = Role(acts, math.inf)
    assert moment(role, 1.9) is None
    names = [act.name for act in acts]
    assert names == ["walk", "squat", "stand", "walk"]
    assert [a.end_s for a in acts[:-1]] == [b.start_s for b in acts[1:]]
    squat = moment(role, acts[1].end_s - 1e-6)
    assert squat is not None
    assert (squat.name, squat.x) == ("squat", 1.0)
    bottom = moment(role, acts[1].start_s + 1.68)
    assert bottom is not None
    assert bottom.posture.left_thigh.forward == pytest.approx(SQUAT.posture(0.6).left_thigh.forward / 2, abs=1)
    assert moment(role, acts[-1].end_s + 0.1) is None
    assert moment(role, acts[2].start_s + 0.1).repetitions == 0  # type: ignore[union-attr]


def test_nobody_jumps_from_act_to_act() -> None:
    for role in (*tour(2.0), TRAVELS["wander"](2.0, 0)):
        before = None
        for t in np.arange(0.0, role.loop_s, 1 / 30):
            now = moment(role, t)
            here = None if now is None else np.array(joints(now.posture).keypoints) + np.array([now.x, 0, 0])
            if here is not None and before is not None:
                assert np.abs(here - before).max() < 7.0 / 30, t
            before = here


def test_the_tour_shows_an_empty_room_one_and_two() -> None:
    roles = tour(2.0)
    counts = [sum(moment(role, t) is not None for role in roles) for t in np.arange(0, roles[0].loop_s, 0.25)]
    assert counts[0] == counts[-1] == 0
    assert set(counts) == {0, 1, 2}
    names = {now.name for role in roles for t in np.arange(0, role.loop_s, 0.25) if (now := moment(role, t))}
    assert {"walk", "wave", "squat", "jumping_jack", "t_pose", "raise_hands", "stand"} <= names
