"""The C# of the Unity example: it compiles, and a console program made of its parser reads a recorded stream."""

import random
import re
import struct
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from posekit.assembly import make_detectors
from posekit.config import EventSettings
from posekit.skeleton import EDGES, INDEX, KEYPOINTS
from posekit.sources.performer import Performer
from posekit.types import FrameResult
from posekit_osc.formats import FORMATS
from posekit_osc.settings import PRESETS
from scenario import piped

STUBS = Path(__file__).with_name("unity")
#: Of the test's own choosing: two people, one of whom comes and goes.
PERFORMER = "performer:walk?people=2"


@pytest.fixture(scope="module")
def recorded() -> Sequence[FrameResult]:
    performer = Performer.from_spec(PERFORMER)
    times = np.arange(0.0, 12.0, 1 / 15).tolist()
    return piped(performer.poses_at, times, make_detectors(EventSettings()))


def encoded(results: Sequence[FrameResult]) -> list[list[bytes]]:
    encoder = FORMATS["array"]("/pose", PRESETS["unity"], 10)
    return [[*encoder.encode(result)] for result in results]


@pytest.fixture
def console(tmp_path: Path) -> Callable[[Sequence[bytes]], list[list[str]]]:
    """Give datagrams to the console program; what it prints, in words."""
    program, recording = tmp_path / "console.exe", tmp_path / "stream"
    sources = [Path(__file__).parents[2] / "examples" / "unity" / name for name in ("PosekitOsc.cs", "PosekitScene.cs")]
    compiled = subprocess.run(
        ["mcs", "-warnaserror", f"-out:{program}", *map(str, sources), str(STUBS / "Console.cs")],
        capture_output=True,
        text=True,
    )
    assert compiled.returncode == 0, compiled.stdout + compiled.stderr

    def read(datagrams: Sequence[bytes]) -> list[list[str]]:
        recording.write_bytes(b"".join(struct.pack("<i", len(datagram)) + datagram for datagram in datagrams))
        run = subprocess.run(["mono", str(program), str(recording)], capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        return [line.split() for line in run.stdout.splitlines()]

    return read


@pytest.mark.peer("mcs")
def test_it_compiles_against_unity(examples: Path, tmp_path: Path) -> None:
    sources = [*(examples / "unity").glob("*.cs"), STUBS / "UnityEngine.cs"]
    assert len(sources) == 5
    run = subprocess.run(
        ["mcs", "-warnaserror", "-target:library", f"-out:{tmp_path / 'posekit.dll'}", *map(str, sources)],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.peer("mcs")
@pytest.mark.peer("mono")
def test_a_recorded_stream_is_read_without_loss(
    recorded: Sequence[FrameResult], console: Callable[[Sequence[bytes]], list[list[str]]]
) -> None:
    frames = encoded(recorded)
    said = console([datagram for frame in frames for datagram in frame])
    assert sum(line[0] == "frame" for line in said) == sum(map(len, frames))
    newest: dict[int, list[list[str]]] = {}
    for line in said:
        if line[0] == "person":
            newest.setdefault(int(line[1]), []).append(line)
    compared = 0
    width, height = recorded[0].size
    for result in recorded:
        for person in result.people:
            x, y = person.xy[INDEX["rightWrist"]]
            _, _, slot, id, *place, _, states = [line for line in newest[result.seq] if line[2] == str(person.slot)][-1]
            assert (int(slot), int(id)) == (person.slot, person.id)
            expected = ((x - width / 2) / height, (height / 2 - y) / height)
            assert tuple(map(float, place)) == pytest.approx(expected, abs=1e-5)
            assert int(states) >= len(result.states[person.slot])
            compared += 1
    assert compared > 150
    events = [(event.kind, str(event.slot or "")) for result in recorded for event in result.events]
    told = [(line[1], line[2] if kind_is_personal(line[1]) else "") for line in said if line[0] == "event"]
    assert told == events
    assert {"enter", "leave", "step", "count"} <= {kind for kind, _ in events}
    # Whoever has left is gone at once.
    last = [line for line in said if line[0] == "frame"][-1]
    assert int(last[3]) == len(recorded[-1].people)


def kind_is_personal(kind: str) -> bool:
    from posekit.events import CATALOGUE

    return CATALOGUE[kind].personal


@pytest.mark.peer("mcs")
@pytest.mark.peer("mono")
def test_lost_and_overtaken_and_foreign_datagrams_do_no_harm(
    recorded: Sequence[FrameResult], console: Callable[[Sequence[bytes]], list[list[str]]]
) -> None:
    chance = random.Random(8)
    kept = [datagram for frame in encoded(recorded) for datagram in frame if chance.random() > 0.3]
    for index in range(0, len(kept) - 1, 5):
        kept[index], kept[index + 1] = kept[index + 1], kept[index]
    foreign = [b"", b"\0", b"GET / HTTP/1.1\r\n\r\n", b"#bundle\0\0\0\0\0\0\0\0\1\x7f\xff\xff\xff", kept[9][:-3]]
    said = console([*kept, *foreign])
    frames = [line for line in said if line[0] == "frame"]
    assert len(frames) == len(kept)
    assert len(said) - len(frames) - sum(line[0] in ("person", "event") for line in said) == len(foreign)
    numbers = [int(line[1]) for line in frames]
    assert numbers == sorted(numbers)
    assert max(int(line[3]) for line in frames) <= 2


def test_it_names_only_what_is_sent(examples: Path, addresses: Callable[[str], set[str]]) -> None:
    code = (examples / "unity" / "PosekitScene.cs").read_text()
    sent = addresses("unity")
    assert "/posekit/status" in sent
    for path in ("frame", "count", "alive", "1/kp", "1/info"):
        assert f"/pose/{path}" in sent
        assert f'"{path.rpartition("/")[2]}"' in code
    assert any(path.startswith("/pose/1/state/") for path in sent)
    assert any(path.startswith("/pose/event/") for path in sent)
    parts = re.search(r"Parts =\s*{(.*?)};", code, re.DOTALL)
    assert parts is not None
    assert tuple(re.findall(r'"(\w+)"', parts[1])) == KEYPOINTS
    bones = re.search(r"Bones =\s*{(.*?)};", code, re.DOTALL)
    assert bones is not None
    pairs = {frozenset(map(int, pair)) for pair in re.findall(r"{ (\d+), (\d+) }", bones[1])}
    assert pairs == {frozenset(edge) for edge in EDGES}
