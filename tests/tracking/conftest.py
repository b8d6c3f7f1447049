"""What the tests of the tracker share."""

import importlib.util
import sys
from types import ModuleType

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="session")
def crowds() -> ModuleType:
    """``benchmarks/crowd.py``: people who cross, hide each other, leave and come back."""
    path = ROOT / "benchmarks" / "crowd.py"
    spec = importlib.util.spec_from_file_location("posekit_benchmarks_crowd", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
