"""Framing: how somebody stands before the camera, each state by construction."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from posekit.detectors.framing import Framing, FramingDetector
from posekit.sources.performer import Performer, Style
from posekit.types import FrameResult, Poses
from scenario import CONDITIONS, piped, standing, watch

FACE = ("nose", "leftEye", "rightEye", "leftEar", "rightEar")
LEGS = ("leftHip", "rightHip", "leftKnee", "rightKnee", "leftAnkle", "rightAnkle")


def last(poses_at: Callable[[float], Poses], seconds: float = 1.5) -> float:
    results: list[FrameResult] = piped(poses_at, np.arange(0, seconds, 1 / 15).tolist(), [FramingDetector()])
    return results[-1].states[1]["framing"]


def from_behind(_: float) -> Poses:
    poses = standing((320.0, 400.0), unseen=FACE)
    return replace(poses, xy=(poses.xy - (320, 0)) * np.float32([-1, 1]) + np.float32([320, 0]))


@pytest.mark.parametrize(
    ("poses_at", "framing"),
    [
        (lambda _: standing((320.0, 400.0)), Framing.WHOLE),
        (lambda _: standing((320.0, 400.0), unseen=("leftAnkle",)), Framing.FEET_UNSEEN),
        (lambda _: standing((320.0, 500.0)), Framing.FEET_UNSEEN),  # below the picture
        (lambda _: standing((320.0, 900.0), height_px=900.0), Framing.TOO_CLOSE),
        (lambda _: standing((320.0, 440.0), unseen=LEGS), Framing.TOO_CLOSE),
        (lambda _: standing((320.0, 400.0), height_px=60.0), Framing.TOO_FAR),
        (from_behind, Framing.TURNED_AWAY),
        (lambda _: standing((320.0, 400.0), unseen=FACE), Framing.WHOLE),  # a face in the dark
    ],
)
def test_each_state(poses_at: Callable[[float], Poses], framing: Framing) -> None:
    assert last(poses_at) == framing


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("motion", ["stand", "squat"])
def test_somebody_in_view_is_whole_all_the_time(motion: str, condition: str) -> None:
    watched = watch([FramingDetector()], partial(Performer, motion, size=0.6), 3.0, CONDITIONS[condition])
    # What is not found in the very first frame is believed for as long as a state must last.
    settled = [result.states[1]["framing"] for result in watched.results if result.timestamp_s > 0.9]
    assert set(settled) == {Framing.WHOLE}


def test_a_moment_changes_nothing() -> None:
    def stepping(timestamp_s: float) -> Poses:
        unseen = 1.0 < timestamp_s < 1.3 or timestamp_s > 3.0
        return standing((320.0, 400.0), unseen=("leftAnkle", "rightAnkle") if unseen else ())

    results = piped(stepping, np.arange(0, 5, 1 / 30).tolist(), [FramingDetector()])
    states = {round(result.timestamp_s, 2): result.states[1]["framing"] for result in results}
    changed = [at_s for at_s, framing in states.items() if framing == Framing.FEET_UNSEEN]
    # Feet are waited for for 0.3 s, and then the state must last for 0.5 s.
    assert changed[0] == pytest.approx(3.8, abs=0.1)
    assert changed[-1] == max(states)


def test_turned_to_the_side_is_not_turned_away() -> None:
    watched = watch([FramingDetector()], partial(Performer, "stand", style=Style(turn=80.0)), 2.0)
    assert set(watched.channel("framing")) == {Framing.WHOLE}


def test_the_numbers_are_those_of_the_manual() -> None:
    assert [(state.name, int(state)) for state in Framing] == [
        ("WHOLE", 0),
        ("FEET_UNSEEN", 1),
        ("TOO_CLOSE", 2),
        ("TOO_FAR", 3),
        ("TURNED_AWAY", 4),
    ]
