"""Where the examples are, and what may be sent to them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from posekit_osc.addresses import namespace
from posekit_osc.settings import PRESETS


@pytest.fixture
def examples() -> Path:
    """The folder of examples."""
    return Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def addresses() -> Callable[[str], set[str]]:
    """Every address that posekit sends to with a preset, of up to ten people."""
    return lambda preset: {path for path, _ in namespace(PRESETS[preset], ["camera"], 10)}


@pytest.fixture(params=["puredata", "touchdesigner", "max", "unity", "processing"])
def receiver(request: pytest.FixtureRequest, examples: Path) -> Path:
    """The folder of each receiver."""
    return examples / str(request.param)
