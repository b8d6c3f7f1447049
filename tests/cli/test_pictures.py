"""``posekit run --save --snapshot --show``."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import cv2

from posekit.sources.opencv import open_file

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_video_and_a_snapshot_of_each_source(posekit: Run, tmp_path: Path) -> None:
    run = posekit(
        "run",
        "performer:wave?duration_s=1",
        "performer:stand?duration_s=0.5&people=2",
        "--save",
        tmp_path / "out.mp4",
        "--snapshot",
        tmp_path / "now.jpg",
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    counts = {}
    for name in ("performer", "performer-2"):
        capture = open_file(tmp_path / f"out-{name}.mp4")
        counts[name] = (int(capture.get(cv2.CAP_PROP_FRAME_COUNT)), capture.get(cv2.CAP_PROP_FPS))
        assert cv2.imread(str(tmp_path / f"now-{name}.jpg")).shape == (480, 640, 3)
    assert counts == {"performer": (30, 30.0), "performer-2": (15, 30.0)}


def test_show_says_what_it_needs(posekit: Run) -> None:
    run = posekit("run", "performer", "--show", DISPLAY="", WAYLAND_DISPLAY="")
    assert run.returncode == 2
    assert run.stderr.startswith("posekit: --show needs ")
    assert len(run.stderr.splitlines()) == 1
