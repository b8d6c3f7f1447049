"""Ten minutes of nothing in particular: standing, talking with the hands, walking about."""

from collections import Counter
from functools import lru_cache, partial
from itertools import pairwise

import numpy as np
import pytest

from posekit.assembly import make_detectors
from posekit.config import EventSettings
from posekit.sources.performer import MOTIONS, Performer, Style
from posekit.sources.performer.scene import staying
from scenario import Conditions, Watched, watch

SECONDS = 600.0


def at_rest(**options: float) -> Performer:
    """One who stands and one who talks, side by side."""
    places = {"stand": 0.6, "talk": 1.6}
    roles = [staying(name, MOTIONS[name].performed(Style()), x) for name, x in places.items()]
    return Performer(roles=roles, size=0.6, **options)


@lru_cache(maxsize=2)
def ten_minutes(who: str) -> Watched:
    performer, fps = (at_rest, 5.0) if who == "at rest" else (partial(Performer, "wander", size=0.6), 8.0)
    conditions = Conditions(fps=fps, noise_px=2.0, missing=0.02, jitter=0.1)
    return watch(make_detectors(EventSettings()), performer, SECONDS, conditions)


@pytest.mark.parametrize(("who", "people"), [("at rest", 2), ("walking about", 1)])
def test_nobody_falls_or_jumps_or_comes_or_goes(who: str, people: int) -> None:
    watched = ten_minutes(who)
    assert watched.of("jump", "fall_suspected", "fall_confirmed", "recovered", "leave") == []
    assert len(watched.of("enter")) == people


@pytest.mark.parametrize("who", ["at rest", "walking about"])
def test_nobody_exercises_or_waves(who: str) -> None:
    watched = ten_minutes(who)
    assert watched.of("rep", "set") == []
    begun = Counter(event.name for event in watched.of("gesture") if event.phase == "start")
    assert begun["wave"] <= 1
    assert begun["t_pose"] == begun["clap"] == begun["crouch"] == begun["hands_raised"] == 0


def test_nobody_takes_a_step_who_stays() -> None:
    assert ten_minutes("at rest").of("step", "gait") == []


def test_whoever_walks_about_takes_their_steps() -> None:
    told = [event.timestamp_s for event in ten_minutes("walking about").of("step")]
    stage = Performer("wander", size=0.6)
    moments = [(t, truth) for t in np.arange(0.0, SECONDS, 0.25).tolist() for truth in stage.truth_at(t)]
    strikes = sorted({round(step.timestamp_s, 3) for _, truth in moments for step in truth.steps})
    # A walk begins from standing and ends with the feet brought together: those are steps too, but not in the truth.
    turns = [b for (_, before), (b, truth) in pairwise(moments) if before.motion != truth.motion]
    missed = [strike for strike in strikes if not any(abs(at_s - strike) < 0.1 for at_s in told)]
    assert len(strikes) > 400
    assert len(missed) <= 0.05 * len(strikes)
    for at_s in told:
        known = min(abs(at_s - strike) for strike in strikes) < 0.1
        assert known or min(abs(at_s - turn) for turn in turns) < 1.0, at_s
