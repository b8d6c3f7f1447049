"""The times of a live source's frames, from clocks that jump."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posekit.timeline import Timeline

PERIOD_S = 1 / 30


def times_of(stamps_s: list[float], clock_s: list[float]) -> list[float]:
    timeline = Timeline()
    return [timeline.at(stamp_s, now_s) for stamp_s, now_s in zip(stamps_s, clock_s, strict=True)]


def test_good_stamps_are_passed_on_as_they_are() -> None:
    stamps_s = [100.0 + number * PERIOD_S + 0.004 * math.sin(number) for number in range(60)]
    assert times_of(stamps_s, [stamp_s + 0.02 for stamp_s in stamps_s]) == stamps_s


def test_frames_that_come_in_bursts_keep_their_stamps() -> None:
    stamps_s = [number * PERIOD_S for number in range(60)]
    clock_s = [5.0 + (number // 10) * 10 * PERIOD_S for number in range(60)]
    assert times_of(stamps_s, clock_s) == stamps_s


@pytest.mark.parametrize(
    "broken",
    [
        lambda number: number * PERIOD_S - 3600.0,  # set back
        lambda number: number * PERIOD_S + 3600.0,  # set ahead
        lambda number: 0.5,  # stands still
        lambda number: number * 1.0,  # thirty times too fast
        lambda number: math.nan,
        lambda number: math.inf,
        lambda number: -number * PERIOD_S,  # runs backwards
    ],
)
def test_after_a_clock_went_wrong_times_go_on_as_they_really_pass(broken: object) -> None:
    assert callable(broken)
    clock_s = [50.0 + number * PERIOD_S for number in range(200)]
    stamps_s = [number * PERIOD_S if number < 100 else broken(number) for number in range(200)]
    times_s = times_of(stamps_s, clock_s)
    steps_s = [after - before for before, after in pairwise(times_s)]
    assert min(steps_s) > 0
    # Never more than half a second ahead of what has passed, and on average what has.
    assert all(times_s[number] - number * PERIOD_S <= 0.5 + 1e-6 for number in range(200))
    assert times_s[-1] == pytest.approx(199 * PERIOD_S, abs=0.51)


def test_our_own_clock_may_be_set_back() -> None:
    clock_s = [50.0 + number * PERIOD_S - (1000.0 if number >= 100 else 0.0) for number in range(200)]
    times_s = times_of(clock_s, clock_s)
    steps_s = [after - before for before, after in pairwise(times_s)]
    assert min(steps_s) > 0
    assert max(steps_s[100:]) == pytest.approx(PERIOD_S)


def test_the_time_between_frames() -> None:
    timeline = Timeline()
    assert timeline.now(7.0) == 7.0
    timeline.at(0.25, 10.0)
    assert timeline.now(10.5) == 0.75
    timeline.at(0.9, 10.6)  # a little ahead of the clock
    assert timeline.now(10.6) == 0.9


@given(
    st.lists(st.tuples(st.floats(allow_nan=True, allow_infinity=True), st.floats(-1e6, 1e6)), min_size=1, max_size=50)
)
def test_whatever_is_stamped_times_are_finite_and_grow(frames: list[tuple[float, float]]) -> None:
    frames = [
        (stamp_s if not abs(stamp_s) < math.inf else max(min(stamp_s, 1e9), -1e9), now) for stamp_s, now in frames
    ]
    times_s = times_of([stamp_s for stamp_s, _ in frames], [now_s for _, now_s in frames])
    assert all(math.isfinite(time_s) for time_s in times_s)
    assert all(before < after for before, after in pairwise(times_s))
