"""Gait: heel strikes, cadence, stance and swing of the performer's walk, whose steps are known."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from itertools import pairwise

import numpy as np
import pytest

from posekit.detectors.gait import Gait, GaitSettings
from posekit.skeleton import INDEX
from posekit.sources.performer import Performer
from posekit.sources.performer.scene import Step
from posekit.types import Poses
from scenario import CONDITIONS, Conditions, Watched, piped, told, watch

#: A walk to the right and one back to the left: legs are wholly in the picture from 1.3 s to 4.1 s and 6.9 s to 9.8 s.
WALKS = ((1.3, 4.1), (6.9, 9.8))
SECONDS = 12.8
STEP_S = 0.55


def truth() -> list[Step]:
    """Every heel strike of both walks."""
    stage = Performer("walk")
    return [step for _, end_s in WALKS for step in stage.truth_at(end_s)[0].steps]


def in_view() -> list[Step]:
    """Those that can be seen as a whole, from foot ahead to foot behind."""
    return [s for s in truth() for start_s, end_s in WALKS if start_s + 0.2 < s.timestamp_s < end_s - 0.3]


@lru_cache(maxsize=1)
def watched_walks(condition: str) -> Watched:
    return watch([Gait()], partial(Performer, "walk"), SECONDS, CONDITIONS[condition])


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_step_in_view_is_told_in_time_with_its_side_and_walks_are_summed_up(condition: str) -> None:
    steps = watched_walks(condition).of("step")
    assert len(in_view()) == 8
    for step in in_view():
        found = [event for event in steps if abs(event.timestamp_s - step.timestamp_s) < 0.05]
        assert len(found) == 1, step
        side = {"left": "right", "right": "left"}[step.side] if CONDITIONS[condition].mirrored else step.side
        assert found[0].side == side
    for event in steps:
        assert min(abs(event.timestamp_s - step.timestamp_s) for step in truth()) < 0.05
    for before, event in pairwise(steps):
        if event.step_s:
            assert event.step_s == pytest.approx(event.timestamp_s - before.timestamp_s)
            assert event.step_s == pytest.approx(STEP_S, abs=0.06)

    walks = {event.id: event for event in watched_walks(condition).of("gait")}
    assert len(walks) == 2
    for walk in walks.values():
        assert walk.cadence_spm == pytest.approx(60 / STEP_S, abs=4)
        assert walk.steps >= 4
        assert walk.symmetry > 0.9
        assert walk.stance == pytest.approx(0.6, abs=0.05)
        assert walk.swing == pytest.approx(0.4, abs=0.05)
        assert 0 < walk.confidence <= 0.5


def test_the_channels_count_steps_and_follow_the_cadence() -> None:
    watched = watched_walks("plain")
    first = [event for event in watched.of("step") if event.id == 1]
    steps, cadences = watched.channel("steps"), watched.channel("cadence_spm")
    assert steps[0] == 0
    assert max(steps) == len(first) == first[-1].count
    assert cadences[0] == 0
    assert max(cadences) == pytest.approx(60 / STEP_S, abs=6)


def confused(kind: str) -> Callable[[float], Poses]:
    """The walk as networks see it from the side: with the labels of the ankles exchanged now and then, or so that the
    right one is always the one ahead."""
    stage, random = Performer("walk", noise=0.0), np.random.default_rng(5)
    left, right = INDEX["leftAnkle"], INDEX["rightAnkle"]

    def poses_at(timestamp_s: float) -> Poses:
        poses = stage.poses_at(timestamp_s, noise_px=2.0)
        if not len(poses):
            return poses
        xy = poses.xy.copy()
        rightwards = timestamp_s < 5.5
        ahead_is_left = (xy[0, left, 0] > xy[0, right, 0]) == rightwards
        if (kind == "always ahead" and ahead_is_left) or (kind == "now and then" and random.random() < 0.4):
            xy[:, [left, right]] = xy[:, [right, left]]
        return replace(poses, xy=xy)

    return poses_at


@pytest.mark.parametrize("kind", ["always ahead", "now and then"])
def test_exchanged_ankles_cost_the_sides_but_no_step(kind: str) -> None:
    seconds = (np.arange(SECONDS * 30) + 0.5) / 30
    results = piped(confused(kind), seconds.tolist(), [Gait()])
    steps = told(results, "step")
    for step in in_view():
        assert sum(abs(event.timestamp_s - step.timestamp_s) < 0.1 for event in steps) == 1, step
    assert all(event.side == "" for event in steps)
    for walk in told(results, "gait"):
        assert walk.cadence_spm == pytest.approx(60 / STEP_S, abs=5)
        assert (walk.symmetry, walk.stance, walk.swing, walk.confidence) == (0, 0, 0, 0)


@pytest.mark.parametrize("degrees", [45.0, 30.0, 25.0])
def test_whoever_walks_half_towards_the_camera(degrees: float) -> None:
    """So many degrees from straight at it: less is seen of how far the feet go than of how far they are apart."""
    stage = Performer("walk", noise=0.0)  # at 68 degrees
    narrower = np.float32(np.sin(np.radians(degrees)) / np.sin(np.radians(68)))

    def poses_at(timestamp_s: float) -> Poses:
        poses = stage.poses_at(timestamp_s, noise_px=1.0)
        return replace(poses, xy=(poses.xy - (320, 0)) * np.array([narrower, 1], np.float32) + np.float32([320, 0]))

    steps = told(piped(poses_at, np.arange(1.0, 4.5, 1 / 30).tolist(), [Gait()]), "step")
    assert len(steps) >= 3
    for event in steps:
        strike = min(truth(), key=lambda step: abs(step.timestamp_s - event.timestamp_s))
        assert event.timestamp_s == pytest.approx(strike.timestamp_s, abs=0.1)
        assert event.side == strike.side
        assert event.step_s == 0 or event.step_s == pytest.approx(STEP_S, abs=0.12)


def test_a_faster_and_a_slower_walk() -> None:
    for speed in (0.6, 1.5):
        watched = watch([Gait()], partial(Performer, "walk", speed=speed), SECONDS / speed)
        walk = watched.of("gait")[0]
        assert walk.cadence_spm == pytest.approx(60 / STEP_S * speed, rel=0.05)


def test_a_gap_or_a_jump_of_the_clock_ends_the_walk() -> None:
    stage = Performer("walk", noise=0.0)
    steady = np.arange(1.3, 3.0, 1 / 30)
    for jump_s in (-1.0, 0.9, 1000.0):
        seconds = [*steady, *(steady + 1.7 + jump_s)]
        results = piped(lambda timestamp_s: stage.poses_at(timestamp_s % 4.0), seconds, [Gait()])
        steps = told(results, "step")
        assert len(steps) >= 2
        for event in steps:
            assert event.step_s == 0 or event.step_s == pytest.approx(STEP_S, abs=0.06)


def test_a_walk_that_goes_on_when_the_file_ends_is_summed_up() -> None:
    results = piped(Performer("walk", noise=0.0).poses_at, [(number + 0.5) / 15 for number in range(57)], [])
    detector = Gait(GaitSettings(every=10))
    events = [detector.update(replace(result, last=result is results[-1])) for result in results]
    (summary,) = [event for event in events[-1] if event.kind == "gait"]
    assert summary.steps == 4
    assert not any(event.kind == "gait" for told_before in events[:-1] for event in told_before)


def test_a_long_walk_is_summed_up_on_the_way() -> None:
    far = Conditions(fps=15.0)
    watched = watch([Gait()], partial(Performer, "walk", size=0.25), 20.0, far)
    on_the_way, *_, last = watched.of("gait")
    assert on_the_way.steps == 4
    assert last.steps > 8
    assert last.cadence_spm == pytest.approx(60 / STEP_S, abs=4)
