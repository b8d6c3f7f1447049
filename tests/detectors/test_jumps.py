"""Jumps: the performer's, whose flights are known, and what is none."""

from functools import partial

import numpy as np
import pytest

from posekit.detectors.jumps import Jumps
from posekit.skeleton import INDEX
from posekit.sources.performer import Performer, Style
from posekit.types import Poses
from scenario import CONDITIONS, piped, standing, told, watch

#: Torso lengths that the performer's body rises, fully and at half the depth.
HIGH, LOW = 0.16 / 0.285, 0.08 / 0.285


@pytest.mark.parametrize("condition", CONDITIONS)
def test_each_jump_is_told_once_with_its_time_and_height(condition: str) -> None:
    watched = watch([Jumps()], partial(Performer, "jump"), 8.5, CONDITIONS[condition])
    expected = watched.truth[0].happenings
    jumps = watched.of("jump")
    assert len(jumps) == len(expected) == 3
    for jump, happening in zip(jumps, expected, strict=True):
        assert jump.timestamp_s == pytest.approx(happening.start_s, abs=0.05)
        assert jump.airborne_s == pytest.approx(happening.end_s - happening.start_s, abs=0.06)
        assert jump.height == pytest.approx(HIGH, abs=0.08)


def test_a_lower_jump_is_lower() -> None:
    low = watch([Jumps()], partial(Performer, "jump", style=Style(depth=0.6)), 9.0).of("jump")
    assert len(low) == 3
    assert all(jump.height == pytest.approx(0.6 * HIGH, abs=0.06) for jump in low)


def test_a_hop_of_a_few_centimetres_is_none() -> None:
    assert watch([Jumps()], partial(Performer, "jump", style=Style(depth=0.3)), 9.0).of("jump") == []


def test_feet_alone_make_no_jump() -> None:
    ankles = [INDEX["leftAnkle"], INDEX["rightAnkle"]]

    def poses_at(timestamp_s: float) -> Poses:
        poses = standing((320.0, 400.0))
        xy = poses.xy.copy()
        if timestamp_s % 2.0 > 1.6:
            xy[:, ankles, 1] -= 25.0
        return Poses(xy=xy, keypoint_scores=poses.keypoint_scores, scores=poses.scores)

    assert told(piped(poses_at, np.arange(0, 10, 1 / 30).tolist(), [Jumps()]), "jump") == []


@pytest.mark.parametrize(("rise_px", "period_s"), [(60.0, 2.4), (60.0, 5.0), (15.0, 0.6)])
def test_what_gravity_does_not_allow_is_no_jump(rise_px: float, period_s: float) -> None:
    """Somebody lifted, as on a swing or by a camera that nods, goes up and down too slowly for the height."""

    def poses_at(timestamp_s: float) -> Poses:
        up = max(np.sin(2 * np.pi * timestamp_s / period_s), 0.0)
        return standing((320.0, 400.0 - rise_px * up))

    assert told(piped(poses_at, np.arange(0, 10, 1 / 30).tolist(), [Jumps()]), "jump") == []


def test_a_clock_that_jumps_invents_nothing() -> None:
    stage = Performer("jump", noise=0.0)
    flight_s = stage.truth_at(3.0)[0].happenings[0].peak_s
    before = np.arange(0, flight_s, 1 / 30)

    def poses_at(timestamp_s: float) -> Poses:
        return stage.poses_at(timestamp_s % 10.0)

    for after_s in (20.0, 0.3):
        seconds = [*before, *(after_s + np.arange(0, 1.0, 1 / 30))]
        assert told(piped(poses_at, seconds, [Jumps()]), "jump") == []
