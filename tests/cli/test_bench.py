"""``posekit bench`` from a plain install: the built-in performer and the bundled network."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_table_and_json(posekit: Run, tmp_path: Path) -> None:
    run = posekit("bench", "--quick", "--frames", "4", "--input-size", "129x129", "--threads", "1", "--json", "b.json")
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert "posekit-mobilenet-050 at 129x129, 1 thread, 4 frames of performer" in run.stdout
    for line in ("bare network", "pipeline: network", "pipeline: decode", "camera to receiver at 30 fps", "ratio"):
        assert line in run.stdout
    figures = json.loads((tmp_path / "b.json").read_text())
    assert (figures["model"], figures["input_size"], figures["threads"]) == ("posekit-mobilenet-050", [129, 129], 1)
    assert figures["rate"]["ratio"] > 0
    assert figures["latency"]["arrival"]["p95"] >= figures["latency"]["arrival"]["p50"]
