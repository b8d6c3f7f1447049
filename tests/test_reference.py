"""The manual's pages on events: their generated parts are up to date, and they name every channel."""

import re
from pathlib import Path

import numpy as np
import pytest

from posekit.assembly import make_detectors
from posekit.config import EventSettings
from posekit.detectors.measures import MEASURES
from posekit.reference import SETTINGS, documents
from posekit.sources.performer import Performer
from scenario import piped

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("path", documents(ROOT), ids=lambda path: path.name)
def test_generated_parts_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == documents(ROOT)[path], "run: python -m posekit.reference"


def test_every_channel_is_on_a_page() -> None:
    pages = "".join(documents(ROOT).values())
    performer = Performer("walk", noise=0.0)
    detectors = make_detectors(EventSettings.of(zone=["NAME:0,0 1,0 1,1"]))
    results = piped(performer.poses_at, np.arange(0.5, 2.0, 0.1).tolist(), detectors)
    channels = {name for result in results for state in result.states.values() for name in state}
    assert channels >= {*MEASURES, "framing", "activity", "zone_NAME", "steps", "cadence_spm", "fallen"}
    named = {re.sub("^(reps|phase)_.*", r"\1_NAME", name) for name in channels}
    assert named >= {"t_pose", "reps_NAME", "phase_NAME"}
    assert [name for name in named if f"`{name}`" not in pages] == []


@pytest.mark.parametrize("which", SETTINGS)
def test_every_setting_is_explained(which: str) -> None:
    kind = SETTINGS[which]
    assert [name for name in kind.__dataclass_fields__ if name not in (kind.__doc__ or "")] == []
