"""Activity: how much somebody moves, against known speeds."""

from functools import lru_cache, partial

import numpy as np
import pytest

from posekit.detectors.activity import Activity, ActivitySettings
from posekit.sources.performer import Performer
from posekit.types import Poses
from scenario import CONDITIONS, Conditions, Watched, piped, standing, told, watch


@pytest.mark.parametrize("fps", [8.0, 30.0, 60.0])
def test_the_level_is_the_speed_of_a_body_that_glides(fps: float) -> None:
    def gliding(timestamp_s: float) -> Poses:
        return standing((100.0 + 90.0 * timestamp_s, 400.0))

    results = piped(gliding, np.arange(0, 4, 1 / fps).tolist(), [Activity()])
    speed = 90.0 / (0.285 * 200)  # of a torso of 57 px
    assert results[-1].states[1]["activity"] == pytest.approx(speed, rel=0.07)
    *_, last = told(results, "activity")
    assert last.level == pytest.approx(speed, rel=0.07)
    assert last.peak == pytest.approx(speed, rel=0.07)


def test_one_event_a_second_and_a_channel_in_every_frame() -> None:
    watched = watch([Activity()], partial(Performer, "jumping_jack"), 10.2)
    events = watched.of("activity")
    assert len(events) == 10
    assert np.diff([event.timestamp_s for event in events]) == pytest.approx(1.0, abs=0.05)
    assert len(watched.channel("activity")) == len(watched.results)
    assert len(watch([Activity(ActivitySettings(period_s=5.0))], partial(Performer, "stand"), 10.2).of("activity")) == 2


@lru_cache(maxsize=1)
def plain() -> Watched:
    return watch([Activity()], partial(Performer, "jumping_jack"), 6.0)


def mean(watched: Watched) -> float:
    """Once it has risen."""
    return float(np.mean([r.states[1]["activity"] for r in watched.results if r.timestamp_s > 1.0]))


@pytest.mark.parametrize("condition", ["8 fps", "60 fps", "20 % jitter", "half size", "double size", "mirrored"])
def test_it_is_the_same_for_everyone(condition: str) -> None:
    other = watch([Activity()], partial(Performer, "jumping_jack"), 6.0, CONDITIONS[condition])
    assert mean(other) == pytest.approx(mean(plain()), rel=0.15)


def test_motions_stand_in_their_order() -> None:
    levels = {
        motion: mean(watch([Activity()], partial(Performer, motion), 7.0, Conditions(noise_px=2.0, fps=15.0)))
        for motion in ("stand", "talk", "squat", "jumping_jack")
    }
    assert levels["stand"] < 0.25
    assert sorted(levels, key=levels.__getitem__) == ["stand", "talk", "squat", "jumping_jack"]
    assert levels["jumping_jack"] > 5 * levels["stand"]


def test_it_ends_with_the_motion_and_a_clock_that_jumps_is_none() -> None:
    def halting(timestamp_s: float) -> Poses:
        return standing((100.0 + 90.0 * min(timestamp_s, 2.0), 400.0))

    seconds = [*np.arange(0, 5, 1 / 30), *np.arange(2.5, 3.5, 1 / 30), *np.arange(900, 901, 1 / 30)]
    results = piped(halting, seconds, [Activity()])
    levels = [result.states[1]["activity"] for result in results if 1 in result.states]
    assert max(levels[:60]) == pytest.approx(90.0 / (0.285 * 200), rel=0.1)
    assert max(levels[140:]) < 0.05
    assert all(event.level < 0.05 for event in told(results[140:], "activity"))
