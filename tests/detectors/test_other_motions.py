"""What the performer can do raises no event but those that it means."""

from functools import partial

import pytest

from posekit.assembly import make_detectors
from posekit.config import EventSettings
from posekit.sources.performer import MOTIONS, Performer
from scenario import Conditions, watch

#: What each motion may raise besides activity and presence.
MEANT = {
    "jump": {"jump"},
    "jump_rope": {"jump"},
    "fall": {"fall_suspected", "fall_confirmed", "recovered"},
    "walk": {"step", "gait"},
    "wander": {"step", "gait"},
}
WATCHED = {"step", "gait", "jump", "fall_suspected", "fall_confirmed", "recovered"}


@pytest.mark.parametrize("motion", MOTIONS)
def test_nothing_but_what_is_meant(motion: str) -> None:
    conditions = Conditions(fps=12.0, noise_px=3.0, missing=0.05, jitter=0.2)
    watched = watch(make_detectors(EventSettings()), partial(Performer, motion), 8.0, conditions)
    assert {event.kind for event in watched.events} & WATCHED <= MEANT.get(motion, set())
