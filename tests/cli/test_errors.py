"""Wrong input of every kind: one clear line, exit status 2, nothing half-written, and no crash."""

import socket
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

import posekit.models.catalogue as catalogue_module

Run = Callable[..., object]
BUNDLED = Path(catalogue_module.__file__).parent / "data" / "posekit_mobilenet_050_int8.tflite"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of files that are not what they seem."""
    content = BUNDLED.read_bytes()
    (tmp_path / "truncated.tflite").write_bytes(content[: len(content) // 2])
    (tmp_path / "corrupt.tflite").write_bytes(b"\xff" * 400 + content[400:])
    (tmp_path / "empty.tflite").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("this is no video\n" * 100)
    (tmp_path / "text.jpg").write_text("this is no picture\n" * 100)
    cv2.imwrite(str(tmp_path / "dot.png"), np.zeros((1, 1, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "good.png"), np.zeros((120, 160, 3), np.uint8))
    (tmp_path / "blocked").write_text("a file where a folder should be")
    (tmp_path / "empty-folder").mkdir()
    return tmp_path


CASES = [
    (["run", "good.png", "--model", "truncated.tflite"], {}, "truncated.tflite"),
    (["run", "good.png", "--model", "corrupt.tflite"], {}, "corrupt.tflite"),
    (["run", "good.png", "--model", "empty.tflite"], {}, "empty.tflite"),
    (["run", "good.png", "--model", "missing.tflite"], {}, "missing.tflite"),
    (["run", "good.png", "--model", "posenet-mobilenet-57"], {}, "posenet-mobilenet-075"),
    (["run", "good.png", "--model", "text.mp4"], {}, "text.mp4"),
    (["run", "text.mp4"], {}, "text.mp4"),
    (["run", "text.jpg"], {}, "text.jpg"),
    (["run", "dot.png"], {}, "1×1"),
    (["run", "missing.mp4"], {}, "missing.mp4"),
    (["run", "empty-folder"], {}, "empty-folder"),
    (["run", "performer:squad"], {}, "squat"),
    (["run", "performer:squat?people=many"], {}, "people"),
    (["run", "performer:squat?height_of_jump=3"], {}, "height_of_jump"),
    (["run", "--osc", "127.0.0.1"], {}, "port"),
    (["run", "performer", "--osc", "127.0.0.1:70000"], {}, "70000"),
    (["run", "performer", "--osc", "127.0.0.1:nine"], {}, "nine"),
    (["run", "performer", "--ws", "127.0.0.1:70000"], {}, "70000"),
    (["run", "performer", "--ws", "8765", "--ws-token", "short"], {}, "at least 8"),
    (["run", "performer", "--ws", "8765", "--ws-origin", "example.org"], {}, "https://example.org"),
    (["run", "performer", "--out", "ws:8765?format=xml"], {}, "token, origin, clients"),
    (["run", "performer", "--out", "carrier-pigeon:home"], {}, "carrier-pigeon"),
    (["run", "performer", "--osc-prefix", "no slash"], {}, "no slash"),
    (["run", "performer", "--input-size", "huge"], {}, "huge"),
    (["run", "performer", "--output-stride", "12"], {}, "--output-stride"),
    (["run", "performer", "--image-scale-factor", "3"], {}, "--image-scale-factor"),
    (["run", "performer", "--max-people", "0"], {}, "--max-people"),
    (["run", "performer", "--score", "nan"], {}, "--score"),
    (["run", "performer", "--rotate", "45"], {}, "--rotate"),
    (["run", "performer", "--decoder", "magic"], {}, "magic"),
    (["run", "performer", "--no-such-option"], {}, "--no-such-option"),
    (["run", "performer", "--max-retries", "-1"], {}, "--max-retries"),
    (["run", "performer", "--stats-json", "no-such-folder/stats.json"], {}, "no-such-folder"),
    (["run", "performer", "--stats-json", "empty-folder"], {}, "empty-folder"),
    (["dance"], {}, "dance"),
    (["demo", "performer:squad"], {}, "squat"),
    (["bench", "missing.mp4"], {}, "missing.mp4"),
    (["models", "path", "nothing-like-it"], {}, "nothing-like-it"),
    (["models", "pull", "posenet-mobilenet-075"], {"POSEKIT_CACHE": "blocked"}, "blocked"),
]


@pytest.mark.parametrize(("arguments", "more", "named"), CASES, ids=[" ".join(case[0]) for case in CASES])
def test_one_line_and_status_two(
    posekit: Run, files: Path, environment: dict[str, str], arguments: list[str], more: dict[str, str], named: str
) -> None:
    before = sorted(path.relative_to(files) for path in files.rglob("*"))
    run = posekit(*arguments, **{name: str(files / value) for name, value in more.items()})
    lines = run.stderr.splitlines()
    assert run.returncode == 2, run.stderr
    assert len(lines) == 1, run.stderr
    assert lines[0].startswith("posekit: ")
    assert named in lines[0]
    assert "Traceback" not in run.stderr
    assert "FORBIDDEN" not in run.stderr
    assert run.stdout == ""
    assert sorted(path.relative_to(files) for path in files.rglob("*")) == before


def test_a_missing_camera_says_what_exists(posekit: Run) -> None:
    run = posekit("run", "97")
    assert run.returncode == 2
    assert run.stderr.startswith("posekit: no camera 97; found")
    assert "posekit run performer" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_port_that_somebody_listens_at(posekit: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        run = posekit("run", "performer", "--ws", str(port))
    assert run.returncode == 2
    assert run.stderr.startswith(f"posekit: ws cannot listen at 127.0.0.1:{port} (")
    assert len(run.stderr.splitlines()) == 1


def test_doctor_finds_a_model_that_is_not_there(posekit: Run) -> None:
    run = posekit("doctor", "--model", "posenet-mobilenet-100")
    assert run.returncode == 2
    assert "posekit models pull posenet-mobilenet-100" in run.stdout
