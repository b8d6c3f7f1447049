"""``posekit run`` on real videos, received by oscdump, which this project did not write."""

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Oscdump = Callable[[Callable[[int], None]], list[str]]

POSEKIT = (sys.executable, "-c", "from posekit.cli import main; main()")
CORAL = "posenet_mobilenet_v1_075_353_481_quant.tflite"


def frames_of(lines: list[str]) -> dict[int, int]:
    """Frame number to people, from the messages of the bundles about frames."""
    counts, seq = {}, -1
    for line in lines:
        address, *rest = line.split()
        if address == "/pose/frame":
            seq = int(rest[1])
        elif address == "/pose/count":
            counts[seq] = int(rest[1])
    return counts


@pytest.mark.peer("oscdump")
@pytest.mark.parametrize(
    ("video", "frames", "people"),
    [
        ("treadmill.mp4", 24, {3: 24}),
        ("pose_squats.mp4", 65, {1: 65}),
        ("group_exercise.mp4", 381, None),
    ],
)
def test_oscdump_receives_every_frame_and_everyone(
    posekit: Run, oscdump: Oscdump, shared: Path, video: str, frames: int, people: dict[int, int] | None
) -> None:
    model = shared / "models" / CORAL

    def send(port: int) -> None:
        run = posekit("run", shared / "media" / video, "--model", model, "--osc", f"127.0.0.1:{port}")
        assert run.returncode == 0, run.stderr
        assert run.stdout == ""
        assert run.stderr == ""

    counts = frames_of(oscdump(send))
    assert list(counts) == list(range(frames))
    seen = Counter(counts.values())
    if people is not None:
        assert seen == people
    else:  # five or six people, one of them hidden at times
        assert set(seen) <= {4, 5, 6, 7}
        assert seen[5] + seen[6] >= 0.9 * frames


def test_json_is_a_line_per_frame(posekit: Run, shared: Path) -> None:
    run = posekit("run", shared / "media" / "three_people.jpg", "--json", "--model", shared / "models" / CORAL)
    assert run.returncode == 0, run.stderr
    (frame,) = map(json.loads, run.stdout.splitlines())
    assert frame["source"] == "three_people"
    assert len(frame["poses"]) == 3
    assert {len(pose["keypoints"]) for pose in frame["poses"]} == {17}


def test_mirror_and_source_mirrored(posekit: Run, shared: Path) -> None:
    def nose_and_wrist(*options: str) -> tuple[float, float]:
        run = posekit("run", shared / "media" / "test_couple.jpg", "--json", *options)
        assert run.returncode == 0, run.stderr
        frame = json.loads(run.stdout)
        parts = {keypoint["part"]: keypoint["position"]["x"] for keypoint in frame["poses"][0]["keypoints"]}
        return parts["nose"], parts["leftShoulder"] - parts["rightShoulder"]

    nose, shoulders = nose_and_wrist()
    mirrored_nose, mirrored_shoulders = nose_and_wrist("--mirror")
    swapped_nose, swapped_shoulders = nose_and_wrist("--source-mirrored")
    assert mirrored_nose == pytest.approx(_width(shared) - 1 - nose, abs=0.02)
    assert mirrored_shoulders == pytest.approx(-shoulders, abs=0.02)
    assert swapped_nose == nose
    assert swapped_shoulders == pytest.approx(-shoulders, abs=0.02)


def _width(shared: Path) -> int:
    import cv2

    return int(cv2.imread(str(shared / "media" / "test_couple.jpg")).shape[1])


def test_notes_about_the_input_size_are_told(posekit: Run, shared: Path) -> None:
    run = posekit("run", shared / "media" / "test_couple.jpg", "--json", "--input-size", "256x340")
    assert run.returncode == 0
    assert "input size 256x340 was rounded to 257x337" in run.stderr


def test_several_sources_keep_their_names(posekit: Run, shared: Path) -> None:
    media = shared / "media"
    run = posekit("run", media / "test_couple.jpg", media / "three_people.jpg", media / "test_couple.jpg", "--json")
    names = {json.loads(line)["source"] for line in run.stdout.splitlines()}
    assert names == {"test_couple", "three_people", "test_couple-2"}


def test_statistics_as_a_table_and_as_json(posekit: Run, tmp_path: Path) -> None:
    run = posekit("run", "performer:squat?duration_s=1", "--json", "--stats", "--stats-json", "stats.json")
    assert run.returncode == 0, run.stderr
    frames = len(run.stdout.splitlines())
    assert f"{frames} frames" in run.stderr
    stages = ["wait", "fit", "network", "decode", "track", "detect", "latency"]
    assert [stage for stage in stages if f" {stage}" in run.stderr] == stages
    written = json.loads((tmp_path / "stats.json").read_text())
    source = written["sources"]["performer"]
    assert (source["frames"], source["dropped"], source["reopened"]) == (frames, 0, 0)
    assert list(source["stages_ms"]) == stages
    assert all(0 <= value["p50"] <= value["p95"] <= value["p99"] for value in source["stages_ms"].values())
    assert written["outputs"]["json"]["sent"] >= frames


#: A film that is torn behind its third frame.
TORN = """
import numpy as np
import posekit.sources.spec as spec
from posekit.errors import SourceError
from posekit.types import Frame

class Torn:
    name, live = "film", False
    def __iter__(self):
        for seq in range(3):
            yield Frame(image=np.zeros((48, 64, 3), np.uint8), timestamp_s=seq / 30, seq=seq)
        raise SourceError("film is torn")
    def close(self):
        pass

spec.open_source = lambda text: Torn()
from posekit.cli import main
main()
"""


def test_a_run_that_ends_in_an_error_has_statistics_too(environment: dict[str, str], tmp_path: Path) -> None:
    target = tmp_path / "stats.json"
    run = subprocess.run(
        [sys.executable, "-c", TORN, "run", "--json", "--stats", "--stats-json", str(target)],
        capture_output=True,
        env=environment,
        text=True,
        timeout=60,
    )
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1] == "posekit: film is torn"
    assert "3 frames" in run.stderr
    assert json.loads(target.read_text())["sources"]["film"]["frames"] == 3


def test_a_camera_that_is_missing_beside_another_source_is_told_at_once(posekit: Run, shared: Path) -> None:
    run = posekit("run", shared / "media" / "test_couple.jpg", "97", "--json")
    assert len(run.stdout.splitlines()) == 1  # the picture was seen all the same
    told, *_, failed = run.stderr.splitlines()
    assert told.startswith("posekit: camera-97 is not there yet: no camera 97; found")
    assert failed.startswith("posekit: no camera 97; found")
    assert run.returncode == 2


def test_a_reader_that_leaves_early_is_no_error(environment: dict[str, str], shared: Path) -> None:
    process = subprocess.Popen(
        [*POSEKIT, "run", "--json", str(shared / "media" / "group_exercise.mp4")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())["seq"] == 0
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 0
    assert complaint == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_is_an_orderly_end(environment: dict[str, str], number: signal.Signals) -> None:
    process = subprocess.Popen(
        [*POSEKIT, "run", "--json", "--realtime", "performer"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    )
    assert process.stdout is not None
    for seq in range(5):
        assert json.loads(process.stdout.readline())["seq"] >= seq
    process.send_signal(number)
    rest, complaint = process.communicate(timeout=60)
    assert process.returncode == 0
    assert complaint == ""
    assert all(json.loads(line)["type"] == "frame" for line in rest.splitlines())


#: A camera whose driver never returns, neither from a read nor from its release.
HANGING = """
from threading import Event
import posekit.sources.spec as spec

class Hanging:
    name, live = "camera", True
    def __iter__(self):
        print("reading", flush=True)
        Event().wait()
        yield
    def close(self):
        Event().wait()

spec.open_source = lambda text: Hanging()
from posekit.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_ctrl_c_ends_it_while_a_driver_hangs(environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HANGING, "run", "--osc", "127.0.0.1:9000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "reading\n"
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in complaint


@pytest.mark.peer("oscdump")
def test_an_avatar_gets_every_pose(posekit: Run, oscdump: Oscdump) -> None:
    def send(port: int) -> None:
        run = posekit("run", "performer:squat?duration_s=1", "--vmc", f"127.0.0.1:{port}", "--vmc-depth")
        assert run.returncode == 0, run.stderr

    lines = oscdump(send)
    hips = [line for line in lines if line.startswith('/VMC/Ext/Bone/Pos sfffffff "Hips"')]
    assert len(hips) > 20
    assert not any(line.startswith("/pose") for line in lines)
