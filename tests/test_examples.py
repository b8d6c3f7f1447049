"""The Python examples run: each in a process of its own, on a performer's recording, and says or sends what it should.

The recordings are made without a network: of what the performer really does, with noise.
"""

import ast
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pythonosc.osc_packet import OscPacket

from posekit.assembly import make_pipeline
from posekit.config import Config
from posekit.protocols import OutputContext
from posekit.recording import Recorder
from posekit.sources.performer import Performer
from posekit.types import Frame, Person, Poses


class Told:
    """An estimator that is told what a performer does."""

    def __init__(self, spec: str) -> None:
        self._performer = Performer.from_spec(spec)

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        return self._performer.poses_at(frame.timestamp_s, noise_px=1.0)


def take(folder: Path, spec: str, seconds: float, fps: float = 20.0) -> str:
    """The path of a recording."""
    config = Config()
    pipeline = make_pipeline(
        Told(spec), source="camera", vision=config.vision, tracking=config.tracking, output=config.output
    )
    path = folder / "training.jsonl.gz"
    recorder = Recorder.open(path, OutputContext(sources=("camera",)), config.recorded())
    for seq in range(round(seconds * fps)):
        image = np.broadcast_to(np.zeros((1, 1, 3), np.uint8), (480, 640, 3))
        recorder.send(pipeline.step(Frame(image=image, timestamp_s=seq / fps, seq=seq)))
    recorder.close()
    return str(path)


FOLDER = Path(__file__).resolve().parent.parent / "examples"


def run(tmp_path: Path, name: str, *arguments: str, path: Path | None = None) -> str:
    """What an example prints."""
    environment = {**os.environ, "PYTHONUTF8": "1", "MPLBACKEND": "Agg", "PYTHONWARNINGS": "error"}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, str(FOLDER / name), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=environment,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_rep_counter_counts(tmp_path: Path) -> None:
    printed = run(tmp_path, "rep_counter.py", take(tmp_path, "performer:squat", 12), "squat")
    counts = [int(number) for number in re.findall(r"^person 1 +(\d+) ", printed, re.MULTILINE)]
    assert counts == list(range(1, len(counts) + 1))
    assert len(counts) >= 3
    assert "█" * 15 in printed


def test_the_lights_come_up_and_go_out(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as desk:
        desk.bind(("127.0.0.1", 0))
        desk.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        there = f"127.0.0.1:{desk.getsockname()[1]}"
        run(tmp_path, "presence_lights.py", take(tmp_path, "performer:wave?people=2", 2), there)
        desk.setblocking(False)
        heard: dict[str, list[list[float]]] = {}
        while True:
            try:
                packet = OscPacket(desk.recv(2048))
            except BlockingIOError:
                break
            for timed in packet.messages:
                heard.setdefault(timed.message.address, []).append(list(timed.message.params))
    room = [level for (level,) in heard["/lights/room"]]
    assert max(room) == 0.5
    assert room[-1] == 0.0
    assert max(b - a for a, b in pairwise(room[1:])) < 0.1
    assert [spots[-1][1] for spots in (heard[f"/lights/spot/{slot}"] for slot in (1, 2, 3, 4))] == [1.0, 1.0, 0.0, 0.0]
    first, second = heard["/lights/spot/1"][-1][0], heard["/lights/spot/2"][-1][0]
    assert 0.0 < min(first, second) < max(first, second) < 1.0


def test_the_gait_report_has_a_row_per_walker(tmp_path: Path) -> None:
    head, *rows = run(tmp_path, "gait_report.py", take(tmp_path, "performer:walk", 10)).splitlines()
    assert head.split() == ["person", "steps", "cadence", "step", "varies", "symmetry"]
    assert rows
    steps, cadence = rows[0].split()[1:3]
    assert int(steps) >= 3
    # The performer's own tempo, as docs/performer.md has it, is between a stroll and a brisk walk.
    assert 80 <= int(cadence.removesuffix("/min")) <= 140
    assert run(tmp_path, "gait_report.py", take(tmp_path, "performer:stand", 2)).endswith("nobody walked\n")


def test_the_zone_counter_counts(tmp_path: Path) -> None:
    printed = run(tmp_path, "zone_counter.py", take(tmp_path, "performer:walk", 12))
    assert re.search(r"^(left|right): person 1 came, 1 inside$", printed, re.MULTILINE)
    assert re.search(r"^(left|right): person 1 left after \d+\.\d s, 0 inside$", printed, re.MULTILINE)
    assert re.search(r"^(left|right): \d+ visits, median \d+\.\d s, longest \d+\.\d s$", printed, re.MULTILINE)


#: In place of pynput, which needs a desktop: it says what would have been pressed.
PYNPUT = """
from enum import Enum
class Key(Enum):
    left = 1
    right = 2
    home = 3
    space = 4
class Controller:
    def tap(self, key):
        print("TAP", key.name)
"""


@pytest.mark.parametrize(("motion", "key"), [("swipe_left", "right"), ("swipe_right", "left")])
def test_a_swipe_turns_the_page(tmp_path: Path, motion: str, key: str) -> None:
    (tmp_path / "site" / "pynput").mkdir(parents=True)
    (tmp_path / "site" / "pynput" / "__init__.py").write_text("")
    (tmp_path / "site" / "pynput" / "keyboard.py").write_text(PYNPUT)
    printed = run(tmp_path, "gesture_keyboard.py", take(tmp_path, f"performer:{motion}", 6), path=tmp_path / "site")
    assert {line for line in printed.splitlines() if line.startswith("TAP")} == {f"TAP {key}"}


def test_the_cells_of_the_notebook_run(tmp_path: Path) -> None:
    notebook = json.loads((FOLDER / "recording.ipynb").read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] for cell in cells)
    take(tmp_path, "performer:squat?people=2", 12)
    (tmp_path / "cells.py").write_text("\n".join(shown("".join(cell["source"])) for cell in cells), encoding="utf-8")
    *_, reps, zones = run(tmp_path, str(tmp_path / "cells.py")).strip().split("---\n")
    assert "rom" in reps
    assert len(reps.splitlines()) >= 1 + 2 * 3
    assert {entry[0] for entry in ast.literal_eval(zones)} == {"zone_enter"}


def shown(cell: str) -> str:
    """A cell that prints its last expression, as a notebook shows it."""
    last = ast.parse(cell).body[-1]
    if not isinstance(last, ast.Expr):
        return cell
    before = "\n".join(cell.splitlines()[: last.lineno - 1])
    return f"{before}\nprint('---'); print({ast.unparse(last.value)})"
