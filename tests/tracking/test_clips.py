"""Ids in real clips, through the networks: who keeps one is told by the colour of what they wear."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.assembly import load_network, make_estimator
from posekit.config import VisionSettings
from posekit.models.store import load_model
from posekit.posenet.appearance import signatures
from posekit.sources.spec import open_source
from posekit.tracking.tracker import PoseTracker
from posekit.types import Frame, Person

CORAL = "models/posenet_mobilenet_v1_075_353_481_quant.tflite"
#: The bundled network at sizes that follow the people, and Google's at one size.
NETWORKS = (("posekit-mobilenet-050", "auto"), (CORAL, "353x481"))
#: Least and most red and green chromaticity of the shirts of the three in the class who are seen throughout.
SHIRTS = {"orange": ((0.48, 0.2), (0.65, 0.29)), "red": ((0.65, 0.0), (1.0, 0.2)), "yellow": ((0.35, 0.4), (0.5, 0.6))}


def people_of(clip: Path, model: str, input_size: str) -> list[tuple[Frame, tuple[Person, ...]]]:
    vision = VisionSettings.of(model=model, input_size=input_size, threads=1)
    estimator = make_estimator(load_network(load_model(vision.model), vision), vision)
    tracker, people, frames = PoseTracker(), tuple[Person, ...](), []
    for frame in open_source(str(clip)):
        people = tracker.update(estimator.estimate(frame, people), frame.timestamp_s, size=frame.size)
        frames.append((frame, people))
    return frames


@pytest.mark.parametrize(("model", "input_size"), NETWORKS)
def test_three_people_on_treadmills(shared: Path, model: str, input_size: str) -> None:
    model = str(shared / model) if model == CORAL else model
    frames = people_of(shared / "media" / "treadmill.mp4", model, input_size)
    assert len(frames) == 24
    assert [[person.id for person in people] for _, people in frames] == [[1, 2, 3]] * 24
    x = np.array([[person.xy[:, 0].mean() for person in people] for _, people in frames])
    assert (np.diff(x, axis=1) > 200).all()  # always the same from left to right
    assert (np.ptp(x, axis=0) < 60).all()


def shirts(frames: Sequence[tuple[Frame, tuple[Person, ...]]]) -> dict[int, NDArray[np.floating]]:
    """Of each id the shirt's colours (frames, 3), NaN where it is not seen."""
    seen: dict[int, NDArray[np.floating]] = {}
    for index, (frame, people) in enumerate(frames):
        for person in people:
            if person.visible:
                colours = seen.setdefault(person.id, np.full((len(frames), 3), np.nan))
                colours[index] = signatures(frame.image, person.xy[None], person.keypoint_scores[None])[0, :3]
    return seen


@pytest.mark.parametrize(("model", "input_size"), NETWORKS)
def test_an_exercise_class(shared: Path, model: str, input_size: str) -> None:
    model = str(shared / model) if model == CORAL else model
    frames = people_of(shared / "media" / "group_exercise.mp4", model, input_size)
    seen = shirts(frames)
    assert 5 <= len({person.id for _, people in frames for person in people}) <= 8
    wearers = []
    for name, (least, most) in SHIRTS.items():
        wears = {id: ((colours[:, :2] >= least) & (colours[:, :2] <= most)).all(axis=1) for id, colours in seen.items()}
        wearer = max(wears, key=lambda id: wears[id].sum())
        wearers.append(wearer)
        (when,) = np.nonzero(wears[wearer])
        assert when[0] <= 5, name
        assert when[-1] >= len(frames) - 25, name
        assert wearer in {person.id for person in frames[-1][1]}, name
        # Hardly ever is the shirt somebody else's, or another's shirt the wearer's, such as that of who stands behind.
        assert sum(worn.sum() for id, worn in wears.items() if id != wearer) <= 0.05 * len(when), name
        assert len(when) >= 0.8 * np.isfinite(seen[wearer][:, 0]).sum(), name
    assert len(set(wearers)) == 3
