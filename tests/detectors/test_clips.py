"""Clips of people, through the networks, against what was counted by eye."""

import math
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest

from posekit.assembly import load_network, make_detectors, make_estimator, make_planner
from posekit.config import EventSettings, VisionSettings
from posekit.events import Event
from posekit.models.store import load_model
from posekit.pipeline import Pipeline
from posekit.sources.spec import open_source
from posekit.tracking.tracker import PoseTracker

#: Frames, at 30 fps, in which a heel strikes.
STRIKES = (80, 98, 117, 136, 154, 172, 190)
#: Seconds at which visitors come and go, to about a second.
VISITS = ((7, 19), (23, 44), (51, 70), (75, 87), (93, 119), (124, 136))

#: Seconds at which three people hold their arms out.
TS = (7.0, 16.0, 26.1, 35.1)


def events_of(
    clip: Path, model: str | Path = "posekit-mobilenet-050", input_size: str | None = None, *, until_s: float = math.inf
) -> list[Event]:
    vision = VisionSettings.of(model=str(model), input_size=input_size, threads=1)
    network = load_network(load_model(vision.model), vision)
    estimator = make_estimator(network, vision, make_planner(network, vision))
    pipeline = Pipeline(estimator, PoseTracker(), source="clip", detectors=make_detectors(EventSettings()))
    frames = takewhile(lambda frame: frame.timestamp_s < until_s, open_source(str(clip)))
    return [event for frame in frames for event in pipeline.step(frame).events]


def of(events: Sequence[Event], *kinds: str) -> list[Event]:
    return [event for event in events if event.kind in kinds]


def test_a_walk_seen_from_the_side(shared: Path) -> None:
    model = shared / "models" / "posenet_mobilenet_v1_075_353_481_quant.tflite"
    events = events_of(shared / "media" / "walk_side.mp4", model, "353x481")
    steps = of(events, "step")
    walker = max({event.id for event in steps}, key=lambda person: sum(event.id == person for event in steps))
    frames = np.array([event.timestamp_s * 30 for event in steps if event.id == walker])
    off = [float(np.abs(frames - strike).min()) for strike in STRIKES]
    assert sum(frames_off <= 3 for frames_off in off) >= 6, off
    cadences = [event.cadence_spm for event in of(events, "gait") if event.id == walker]
    assert cadences[-1] == pytest.approx(98, abs=5)
    # The other one, on the box, does jumping jacks.
    assert_nobody_exercises([event for event in events if event.id == walker])


def test_visitors_of_a_shop(shared: Path) -> None:
    events = events_of(shared / "media" / "visits.mp4", "posekit-mobilenet-050", "257x449")
    entered = {event.id: event.timestamp_s for event in of(events, "enter")}
    stays = [(entered[event.id], event.timestamp_s) for event in of(events, "leave") if event.dwell_s > 1.0]
    assert len(stays) == len(VISITS)
    for stay, visit in zip(sorted(stays), VISITS, strict=True):
        assert stay == pytest.approx(visit, abs=2.0)
    assert set(entered) == {event.id for event in of(events, "leave")}
    assert of(events, "jump", "fall_suspected", "fall_confirmed") == []
    assert_nobody_exercises(events)


def test_a_woman_who_squats(shared: Path) -> None:
    events = events_of(shared / "media" / "pose_squats.mp4")
    reps = of(events, "rep")
    bottoms = [event.timestamp_s - event.up_s - event.pause_s / 2 for event in reps]
    assert [event.exercise for event in reps] == ["squat"] * 3
    assert bottoms == pytest.approx([2.2, 7.0, 12.0], abs=0.6)


def test_a_man_who_waves(shared: Path) -> None:
    model = shared / "models" / "posenet_mobilenet_v1_075_353_481_quant.tflite"
    events = of(events_of(shared / "media" / "wave.mp4", model, "257x337", until_s=5.5), "gesture")
    waves = [event for event in events if event.name == "wave"]
    assert waves[0].phase == "start"
    assert waves[0].side == "right"
    assert 1.4 <= waves[0].timestamp_s <= 3.5
    assert {event.phase for event in waves} >= {"start", "hold"}
    tempos = [event.value for event in waves]
    assert tempos == pytest.approx([3.0] * len(tempos), abs=0.3)


def test_three_small_people_who_hold_their_arms_out(shared: Path) -> None:
    events = of(events_of(shared / "media" / "exercise_trio.avi", input_size="481x641"), "gesture")
    begun = [event for event in events if event.name == "t_pose" and event.phase == "start"]
    shown = {(t, event.id) for event in begun for t in TS if abs(event.timestamp_s - t) <= 0.7}
    assert len(shown) >= 10
    assert len(begun) - len(shown) <= 2


def assert_nobody_exercises(events: Sequence[Event]) -> None:
    assert of(events, "rep", "set") == []
    assert [event.name for event in of(events, "gesture") if event.name in ("clap", "swipe_left", "swipe_right")] == []
