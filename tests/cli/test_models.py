"""``posekit models`` as a user runs it."""

import json
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., object]


def test_list_says_what_there_is_and_where(posekit: Run) -> None:
    run = posekit("models", "list")
    assert run.returncode == 0
    lines = {line.split()[0]: line for line in run.stdout.splitlines()}
    assert "bundled" in lines["posekit-mobilenet-050"]
    assert "not here" in lines["posenet-mobilenet-075"]
    assert "Apache-2.0" in lines["posenet-mobilenet-100"]


def test_list_for_programs(posekit: Run) -> None:
    entries = json.loads(posekit("models", "list", "--json").stdout)
    assert entries[0]["name"] == "posekit-mobilenet-050"
    assert entries[0]["where"] == "bundled"
    assert entries[0]["bytes"] == 1036048


def test_path_prints_the_path_and_nothing_else(posekit: Run) -> None:
    run = posekit("models", "path", "posekit-mobilenet-050")
    assert Path(run.stdout.removesuffix("\n")).stat().st_size == 1036048
    assert run.stderr == ""


def test_path_of_one_that_is_not_here(posekit: Run) -> None:
    run = posekit("models", "path", "posenet-mobilenet-075")
    assert run.returncode == 2
    assert "posekit models pull posenet-mobilenet-075" in run.stderr


def test_pull_of_one_that_is_here(posekit: Run) -> None:
    run = posekit("models", "pull", "posekit-mobilenet-050")
    assert run.returncode == 0
    assert "is here already" in run.stderr


def test_pull_without_a_connection_is_one_line(posekit: Run) -> None:
    run = posekit("models", "pull", "posenet-mobilenet-075")
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 2  # what the guard wrote, and the error
    assert "could not be downloaded" in run.stderr


def test_verify_finds_a_damaged_file(posekit: Run, tmp_path: Path) -> None:
    good = posekit("models", "verify")
    assert good.returncode == 0
    assert good.stdout.startswith("ok       posekit-mobilenet-050")
    (tmp_path / "posenet_mobilenet_v1_075_353_481_quant.tflite").write_bytes(b"damaged")
    bad = posekit("models", "verify", POSEKIT_CACHE=str(tmp_path))
    assert bad.returncode == 2
    assert "damaged  posenet-mobilenet-075" in bad.stdout
