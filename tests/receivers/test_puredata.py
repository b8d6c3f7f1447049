"""A real Pure Data runs the shipped patch and reports what it has received: it matches what the performers did."""

import queue
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from posekit.skeleton import INDEX
from posekit.sources.performer import Performer
from posekit_osc.settings import PRESETS
from posekit_osc.wire import message

PERFORMER = "performer:wave?people=2&duration_s=2"
MAIN = "from posekit.cli import main; main()"


class PureData:
    """A Pure Data without a window, and what it prints."""

    def __init__(self, patch: Path, port: int) -> None:
        report = Path(__file__).with_name("report.pd")
        command = ["pd", "-nogui", "-stderr", "-noaudio", "-nomidi", "-open", str(patch), "-open", str(report)]
        self._process = subprocess.Popen(
            [*command, "-send", f"posekit-port {port}"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._port = port
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stderr or ():
            self._lines.put(line.strip())

    def until(self, count: int) -> Iterator[str]:
        """What is printed until it has received that many people, which are sent again and again."""
        datagram = message("/pose/count", "i", [count])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(300):
                sender.sendto(datagram, ("127.0.0.1", self._port))
                try:
                    while True:
                        line = self._lines.get(timeout=0.1)
                        if line == f"count: {count}":
                            return
                        yield line
                except queue.Empty:
                    continue
        pytest.fail("Pure Data does not answer")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        if self._process.stderr is not None:
            self._process.stderr.close()


@pytest.mark.peer("pd")
def test_pure_data_receives_the_performers(examples: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pure_data = PureData(examples / "puredata" / "posekit.pd", port)
    try:
        complaints = [line for line in pure_data.until(77) if "couldn't" in line or "no such" in line]
        run = subprocess.run(
            [sys.executable, "-c", MAIN, "run", PERFORMER, "--preset", "puredata", "--osc", f"127.0.0.1:{port}"],
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stderr
        lines = [*pure_data.until(78)]
    finally:
        pure_data.close()
    assert complaints == []

    performer = Performer.from_spec(PERFORMER)
    width, height = performer.size
    frames, counts, off, circles = set(), [], [], set()
    seq = -1
    for line in lines:
        what, _, rest = line.partition(": ")
        if what == "frame":
            seq = int(rest.split()[0])
            frames.add(seq)
        elif what == "count":
            counts.append(int(rest))
        elif what == "wrist":
            x, y, _ = map(float, rest.split())
            # Whoever is nearest: slots are given in the order in which the network finds people.
            wrists = [truth.xy[INDEX["rightWrist"]] for truth in performer.truth_at(seq / 30)]
            off.append(min(float(np.hypot(x * width - a, (1 - y) * height - b)) for a, b in wrists))
        elif what == "circle":
            circles.add(rest)
    assert frames == set(range(60))
    assert len(counts) == 60
    assert counts.count(2) >= 55
    assert len(off) >= 55
    assert float(np.median(off)) < 0.03 * height
    assert len(circles) > 10  # it moves
    assert all(re.fullmatch(r"pos -?[\d.]+ -?[\d.]+", circle) for circle in circles)


def test_the_patch_names_only_what_is_sent(examples: Path, addresses: Callable[[str], set[str]]) -> None:
    sent = addresses("puredata")
    main = (examples / "puredata" / "posekit.pd").read_text()
    person = (examples / "puredata" / "posekit-person.pd").read_text()
    assert PRESETS["puredata"].prefix == "/pose"
    routes = [words.split() for words in re.findall(r" route ([^;]+);", main + person)]
    assert ["pose", "posekit"] in routes
    assert ["event", "alive", "count", "frame"] in routes
    for words in routes:
        for word in words:
            places = (f"/{word}", f"/pose/{word}", f"/pose/1/{word}", f"/posekit/{word}")
            assert any(path == place or path.startswith(f"{place}/") for path in sent for place in places), word
    used = set(re.findall(r"r (posekit-\S+?);", main)) - {"posekit-port"}
    given = set(re.findall(r"s (posekit-\S+?);", main))
    given |= {
        name.replace("\\$1", str(slot)) for name in re.findall(r"s (posekit-\S+?);", person) for slot in range(1, 5)
    }
    assert used <= given
    moved = set(re.findall(r"(posekit-\d-\w+-circle)", main))
    assert moved <= given
    assert len(moved) == 8
