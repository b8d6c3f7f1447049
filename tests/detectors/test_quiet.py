"""Ten minutes of nothing in particular: standing, talking with the hands, walking about."""

from functools import lru_cache, partial

import pytest

from posekit.assembly import make_detectors
from posekit.config import EventSettings
from posekit.sources.performer import Performer
from scenario import Conditions, Watched, watch

SECONDS = 600.0
CONDITIONS = Conditions(fps=8.0, noise_px=2.0, missing=0.02, jitter=0.1)


@lru_cache(maxsize=3)
def ten_minutes(motion: str) -> Watched:
    return watch(make_detectors(EventSettings()), partial(Performer, motion, size=0.6), SECONDS, CONDITIONS)


@pytest.mark.parametrize("motion", ["stand", "talk", "wander"])
def test_nobody_falls_or_jumps_or_comes_or_goes(motion: str) -> None:
    watched = ten_minutes(motion)
    assert watched.of("jump", "fall_suspected", "fall_confirmed", "recovered", "leave") == []
    assert len(watched.of("enter")) == 1


@pytest.mark.parametrize("motion", ["stand", "talk"])
def test_nobody_takes_a_step_who_stays(motion: str) -> None:
    assert ten_minutes(motion).of("step", "gait") == []


def test_whoever_walks_about_takes_their_steps() -> None:
    watched = ten_minutes("wander")
    strikes = [step.timestamp_s for step in watched.truth[0].steps]
    told = [event.timestamp_s for event in watched.of("step")]
    assert len(strikes) > 200
    right = sum(min(abs(at_s - strike_s) for strike_s in strikes) < 0.1 for at_s in told)
    assert right >= 0.95 * len(told)
    assert right >= 0.7 * len(strikes)
