"""Clips of people, through the networks, against what was counted by eye."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from posekit.assembly import load_network, make_detectors, make_estimator
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


def events_of(clip: Path, model: str | Path, input_size: str) -> list[Event]:
    vision = VisionSettings.of(model=str(model), input_size=input_size, threads=1)
    estimator = make_estimator(load_network(load_model(vision.model), vision), vision)
    pipeline = Pipeline(estimator, PoseTracker(), source="clip", detectors=make_detectors(EventSettings()))
    return [event for frame in open_source(str(clip)) for event in pipeline.step(frame).events]


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


def test_visitors_of_a_shop(shared: Path) -> None:
    events = events_of(shared / "media" / "visits.mp4", "posekit-mobilenet-050", "257x449")
    entered = {event.id: event.timestamp_s for event in of(events, "enter")}
    stays = [(entered[event.id], event.timestamp_s) for event in of(events, "leave") if event.dwell_s > 1.0]
    assert len(stays) == len(VISITS)
    for stay, visit in zip(sorted(stays), VISITS, strict=True):
        assert stay == pytest.approx(visit, abs=2.0)
    assert set(entered) == {event.id for event in of(events, "leave")}
    assert of(events, "jump", "fall_suspected", "fall_confirmed") == []
