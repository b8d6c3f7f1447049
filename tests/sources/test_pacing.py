"""Pacing: real time on a clock that the test turns, and a limit of frames per second."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from posekit.sources.pacing import FpsLimited, Paced
from posekit.types import Frame

IMAGE = np.zeros((2, 2, 3), np.uint8)


class Listed:
    name = "listed"
    live = False

    def __init__(self, times_s: Sequence[float]) -> None:
        self.times_s = times_s
        self.closed = False

    def __iter__(self) -> Iterator[Frame]:
        for seq, time_s in enumerate(self.times_s):
            yield Frame(image=IMAGE, timestamp_s=time_s, seq=seq)

    def close(self) -> None:
        self.closed = True


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        assert seconds > 0
        self.now_s += seconds


def test_frames_come_at_their_time() -> None:
    clock = Clock()
    times_s = [5.0, 5.1, 5.4, 5.5]
    source = Paced(Listed(times_s), clock=clock, wait=clock.wait)
    shown_s = [clock.now_s for _ in source]
    assert shown_s == pytest.approx([100.0, 100.1, 100.4, 100.5])
    assert source.live


def test_a_slow_reader_is_not_made_slower() -> None:
    clock = Clock()
    shown_s = []
    for _ in Paced(Listed([0.0, 0.1, 0.2, 0.3, 1.0]), clock=clock, wait=clock.wait):
        shown_s.append(clock.now_s)
        clock.now_s += 0.25
    assert shown_s == pytest.approx([100.0, 100.25, 100.5, 100.75, 101.0])


@pytest.mark.parametrize("jump_s", [8 * 3600.0, -8 * 3600.0])
def test_after_the_computer_slept_or_its_clock_was_set_it_goes_on_at_its_own_pace(jump_s: float) -> None:
    clock = Clock()
    shown_s = []
    for number, _ in enumerate(Paced(Listed([n / 10 for n in range(20)]), clock=clock, wait=clock.wait)):
        shown_s.append(clock.now_s)
        if number == 9:
            clock.now_s += jump_s
    steps_s = np.diff(shown_s)
    assert steps_s[:9] == pytest.approx([0.1] * 9)
    assert steps_s[9] == pytest.approx(jump_s, abs=0.11)
    assert steps_s[10:] == pytest.approx([0.1] * 9)


def test_a_long_pause_in_the_file_is_kept() -> None:
    clock = Clock()
    shown_s = [clock.now_s for _ in Paced(Listed([0.0, 0.1, 60.0, 60.1]), clock=clock, wait=clock.wait)]
    assert np.diff(shown_s) == pytest.approx([0.1, 59.9, 0.1])


def test_opened_again_a_file_would_begin_anew() -> None:
    assert Paced(Listed([])).rewinds
    assert FpsLimited(Paced(Listed([])), 10.0).rewinds
    assert not FpsLimited(Listed([]), 10.0).rewinds
    assert FpsLimited(Listed([]), 0.2).period_s == 5.0


def test_close_ends_it_and_closes_the_source() -> None:
    inner = Listed([0.0, 1000.0])
    source = Paced(inner)
    frames = iter(source)
    next(frames)
    source.close()  # the wait of a thousand seconds is cut short
    assert list(frames) == []
    assert inner.closed


def test_it_ends_after_the_seconds_asked_for() -> None:
    clock = Clock()
    source = Paced(Listed([3.0 + n / 10 for n in range(100)]), clock=clock, wait=clock.wait, seconds=2.0)
    assert len(list(source)) == 20


@pytest.mark.parametrize(
    ("source_fps", "limit", "expected"),
    [(30.0, 30.0, 300), (30.0, 15.0, 150), (60.0, 25.0, 250), (25.0, 30.0, 250), (30.0, 1.0, 10)],
)
def test_the_limit_holds_on_average(source_fps: float, limit: float, expected: int) -> None:
    times_s = [n / source_fps for n in range(int(10 * source_fps))]
    assert len(list(FpsLimited(Listed(times_s), limit))) == pytest.approx(expected, abs=1)


def test_jitter_does_not_halve_the_rate() -> None:
    jitter = np.random.default_rng(1).uniform(-0.0004, 0.0004, 300)
    times_s = (np.arange(300) / 30 + jitter).tolist()
    assert len(list(FpsLimited(Listed(times_s), 30.0))) >= 298


def test_a_clock_that_goes_back_does_not_stop_it() -> None:
    times_s = [100.0, 100.1, 100.2, 1.0, 1.1, 1.2]
    kept = [frame.timestamp_s for frame in FpsLimited(Listed(times_s), 10.0)]
    assert kept == times_s
