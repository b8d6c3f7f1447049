"""What importing posekit costs and offers, and that its table of people's joints is sound."""

import importlib
import json
import subprocess
import sys

import numpy as np
import pytest

import posekit
from posekit.skeleton import EDGES, INDEX, KEYPOINTS, OKS_SIGMAS, SWAPPED, TREE

HEAVY = ("cv2", "ai_edge_litert", "pythonosc", "pydantic", "typer", "rich", "scipy")


def test_importing_posekit_loads_nothing_heavy_and_changes_nothing() -> None:
    code = (
        "import json, signal, sys, threading, logging, warnings\n"
        "before = (signal.getsignal(signal.SIGINT), threading.active_count(), logging.root.handlers[:],\n"
        "          list(warnings.filters))\n"
        "import numpy\n"
        "before = before[:3] + (list(warnings.filters),)\n"
        "import posekit\n"
        "after = (signal.getsignal(signal.SIGINT), threading.active_count(), logging.root.handlers[:],\n"
        "         list(warnings.filters))\n"
        "assert before == after, (before, after)\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == []
    assert run.stderr == ""


def test_every_public_name_exists_and_none_is_missing() -> None:
    for name in posekit.__all__:
        assert getattr(posekit, name) is not None, name
    assert set(posekit.__all__) <= set(dir(posekit))
    assert len(set(posekit.__all__)) == len(posekit.__all__)


def test_a_name_that_is_not_there_says_so() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Posenet'"):
        posekit.Posenet  # noqa: B018


@pytest.mark.parametrize("error", ["AdapterError", "ConfigError", "DecodeError", "ModelError", "SourceError"])
def test_every_error_is_a_posekit_error(error: str) -> None:
    assert issubclass(getattr(posekit, error), posekit.PosekitError)


@pytest.mark.parametrize(
    "module",
    ["posekit.errors", "posekit.events", "posekit.protocols", "posekit.skeleton", "posekit.types", "posekit.messages"],
)
def test_all_of_each_core_module_exists(module: str) -> None:
    loaded = importlib.import_module(module)
    assert all(hasattr(loaded, name) for name in loaded.__all__)


def test_the_tree_reaches_every_keypoint_on_one_path() -> None:
    parents = dict.fromkeys(range(17), -1)
    for parent, child in TREE:
        assert parents[child] == -1
        parents[child] = parent
    assert [child for child, parent in parents.items() if parent == -1] == [INDEX["nose"]]
    assert len(TREE) == 16


def test_swapping_twice_changes_nothing_and_sides_match() -> None:
    swapped = np.array(SWAPPED)
    assert np.array_equal(swapped[swapped], np.arange(17))
    for index, other in enumerate(SWAPPED):
        if KEYPOINTS[index] == "nose":
            assert other == index
        else:
            assert {KEYPOINTS[index][:4], KEYPOINTS[other][:4]} == {"left", "righ"}
    assert np.array_equal(OKS_SIGMAS, OKS_SIGMAS[swapped])
    assert {frozenset(edge) for edge in EDGES} == {frozenset((SWAPPED[a], SWAPPED[b])) for a, b in EDGES}
