"""``posekit report``."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from gallery import gallery, record

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_report_is_written_beside_its_recording(posekit: Run, tmp_path: Path) -> None:
    record(tmp_path / "day.jsonl.gz", gallery(12), length_s=6 * 3600, step_s=60, cut=True)
    run = posekit("report", "day.jsonl.gz")
    assert (run.returncode, run.stdout) == (0, "day.html\n")
    assert run.stderr.startswith("posekit: day.jsonl.gz ends early, after ")
    assert run.stderr.endswith("everything up to there is in the report\n")
    assert "people" in (tmp_path / "day.html").read_text(encoding="utf-8")
    run = posekit("report", "day.jsonl.gz", "--to", "nowhere/a.html")
    assert run.returncode == 2
    assert "choose another place with --to" in run.stderr
    (tmp_path / "no.txt").write_text("no")
    assert posekit("report", "no.txt").stderr.startswith("posekit: no.txt is")
