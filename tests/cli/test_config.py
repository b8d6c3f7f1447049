"""``posekit config``, and runs that take their settings from a file."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_init_check_and_schema(posekit: Run, tmp_path: Path) -> None:
    run = posekit("config", "init")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == "posekit.toml is written; use it with: posekit run --config posekit.toml\n"
    assert "smoothing = 0.5" in (tmp_path / "posekit.toml").read_text(encoding="utf-8")
    run = posekit("config", "init")
    assert run.returncode == 2
    assert run.stderr == "posekit: posekit.toml is there already: choose another name, or --force\n"
    assert posekit("config", "init", "--force").returncode == 0
    run = posekit("config", "check")
    assert (run.returncode, run.stdout) == (0, "posekit.toml is in order; it changes no default\n")
    run = posekit("config", "schema")
    assert json.loads(run.stdout)["properties"]["tracking"] == {"$ref": "#/$defs/TrackingSettings"}


def test_check_names_everything(posekit: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text('sources = ["film.mp4", "0"]\n[vision]\nmodel = "none"\n[output]\nout = ["dmx:1"]\n')
    run = posekit("config", "check", "a.toml")
    assert run.returncode == 2
    first, second, third = run.stdout.splitlines()
    assert first.startswith("a.toml:1: no file 'film.mp4'")
    assert second == "a.toml:3: there is no network 'none': posekit models list names them"
    assert third.startswith("a.toml:5: no output 'dmx' is installed; there are osc, ")
    file.write_text("[tracking]\nsmoothing = 0.7\n")
    run = posekit("config", "check", "a.toml")
    assert (run.returncode, run.stdout) == (0, "a.toml is in order; it sets tracking.smoothing\n")
    file.write_text("[tracking]\nsmoothing = 7\nlook = 1\n")
    run = posekit("config", "check", "a.toml")
    assert [line.partition(" ")[0] for line in run.stdout.splitlines()] == ["a.toml:2:", "a.toml:3:"]


def test_a_run_from_a_file_and_a_replay(posekit: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        'sources = ["performer:wave?duration_s=1&people=2"]\n'
        "[vision]\nmax_people = 1\n"
        '[output]\nmirror = true\nrecord = "take.jsonl.gz"\n'
    )

    def noses(*options: str) -> list[float]:
        run = posekit("run", "--config", "a.toml", "--json", "--quiet", *options)
        assert (run.returncode, run.stderr) == (0, "")
        frames = [json.loads(line) for line in run.stdout.splitlines() if '"frame"' in line]
        assert max(len(frame["poses"]) for frame in frames) == (2 if "--max-people" in options else 1)
        return [pose["keypoints"][0]["position"]["x"] for frame in frames for pose in frame["poses"][:1]]

    mirrored = noses()
    assert (tmp_path / "take.jsonl.gz").exists()
    plain = noses("--no-mirror", "--record", "other.jsonl.gz")
    assert plain == [round(639 - x, 2) for x in mirrored]
    noses("--max-people", "2", "--record", "third.jsonl.gz")
    (tmp_path / "b.toml").write_text('[events]\nzone = ["all:0,0 1,0 1,1 0,1"]\n')
    replay = ("replay", "take.jsonl.gz", "--speed", "0", "--json", "--quiet", "--config", "b.toml")
    assert "zone_enter" not in posekit(*replay).stdout
    assert "zone_enter" in posekit(*replay, "--retrack").stdout


def test_a_wrong_file_is_one_line(posekit: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[tracking]\nsmothing = 1\n")
    run = posekit("run", "performer", "--config", "a.toml")
    assert run.returncode == 2
    assert run.stderr == "posekit: a.toml:2: there is no 'smothing' in [tracking]: did you mean 'smoothing'?\n"
    run = posekit("run", "performer", "--watch")
    assert run.stderr == "posekit: --watch needs a file to watch: add --config FILE\n"
