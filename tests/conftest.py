"""Fixtures that every test folder shares: media and models, peers, golden data."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of models, media and golden data that the repository may not hold.

    ``POSEKIT_SHARED`` names it; ``POSEKIT_REQUIRE_SHARED=1`` turns its absence from a skip into a failure.
    """
    folder = Path(os.environ.get("POSEKIT_SHARED") or ROOT.parent / "shared")
    if not (folder / "golden").is_dir():
        reason = f"no models, media and golden data at {folder} (set POSEKIT_SHARED)"
        if os.environ.get("POSEKIT_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def data() -> Path:
    """Golden data that the repository holds."""
    return ROOT / "tests" / "data"


@pytest.fixture(autouse=True)
def _peer(request: pytest.FixtureRequest) -> None:
    """Skip a test marked ``peer(program)`` where the program is absent, or fail with POSEKIT_REQUIRE_PEERS=1."""
    for marker in request.node.iter_markers("peer"):
        program = marker.args[0]
        if shutil.which(program) is None:
            reason = f"the peer program '{program}' is not installed"
            if os.environ.get("POSEKIT_REQUIRE_PEERS") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
