"""``posekit run --record`` and ``posekit replay``: over the wire, killed, and on a disk that is full."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from posekit.recording import Recording

Run = Callable[..., "subprocess.CompletedProcess[str]"]

POSEKIT = (sys.executable, "-c", "from posekit.cli import main; main()")


@contextmanager
def receiver() -> Iterator[tuple[str, Callable[[], list[bytes]]]]:
    """Where to send OSC, and a function that ends the reception and returns every datagram in order.

    What is sent must fit into the socket's buffer, of which Linux gives 200 KiB without being told otherwise: a machine
    under load may not let the reader run before the sender has finished.
    """
    datagrams: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 200 << 10)  # Linux gives twice of it
        listening.bind(("127.0.0.1", 0))

        def receive() -> None:
            while (datagram := listening.recv(65536)) != b"end":
                datagrams.append(datagram)

        reader = threading.Thread(target=receive)
        reader.start()
        address = listening.getsockname()

        def received() -> list[bytes]:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"end", address)
            reader.join()
            return datagrams

        yield f"127.0.0.1:{address[1]}", received


def test_a_replay_is_the_same_on_the_wire_byte_for_byte(posekit: Run, tmp_path: Path) -> None:
    take = tmp_path / "take.jsonl.gz"

    def sent(*arguments: str | Path) -> list[bytes]:
        with receiver() as (address, received):
            run = posekit(*arguments, "--quiet", "--osc", address)
            assert run.returncode == 0, run.stderr
            assert run.stderr == ""
            return received()

    live = sent("run", "performer:wave?people=2&duration_s=0.8", "--mirror", "--record", take)
    assert len(live) > 2 * 24
    assert sent("replay", take, "--speed", "0") == live
    assert sent("replay", take, "--speed", "0", "--retrack") == live
    other = sent("replay", take, "--speed", "0", "--retrack", "--max-people", "1")
    assert 0 < len(other) < len(live)


def test_avatars_are_the_same_way_round_in_a_replay(posekit: Run, tmp_path: Path) -> None:
    take = tmp_path / "take.jsonl.gz"

    def hips(*arguments: str | Path) -> list[bytes]:
        with receiver() as (address, received):
            run = posekit(*arguments, "--quiet", "--vmc", address)
            assert run.returncode == 0, run.stderr
            rotations = []
            for datagram in received():
                start = datagram.find(b"Hips\0")
                rotations += [datagram[start + 20 : start + 36]] if start > 0 else []  # behind the position
            return rotations

    live = hips("run", "performer:wave?duration_s=0.5", "--source-mirrored", "--record", take)
    assert len(live) > 5
    assert set(hips("replay", take, "--speed", "0")) <= set(live)


def test_a_recording_that_is_there_already_is_left_alone(posekit: Run, tmp_path: Path) -> None:
    take = tmp_path / "take.jsonl.gz"
    take.write_bytes(b"precious")
    run = posekit("run", "performer:stand?duration_s=0.2", "-q", "--record", take)
    assert run.returncode == 0
    assert "recording to" in run.stderr
    assert take.read_bytes() == b"precious"
    header = Recording(tmp_path / "take-2.jsonl.gz").header
    assert header.sources == ["performer"]
    assert header.settings["vision"]["max_people"] == 10
    assert header.settings["still"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_killed_run_loses_at_most_the_last_second(environment: dict[str, str], tmp_path: Path) -> None:
    take = tmp_path / "take.jsonl.gz"
    run = subprocess.Popen(
        [*POSEKIT, "run", "performer:squat?people=2", "--realtime", "--json", "--quiet", "--record", str(take)],
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    assert run.stdout is not None
    times_s = []
    for line in run.stdout:
        times_s.append(json.loads(line)["t"])
        if times_s[-1] > 4.0 and run.poll() is None:
            run.send_signal(signal.SIGKILL)
            break
    run.wait(60)
    run.stdout.close()
    recording = Recording(take)
    recorded_s = [result.timestamp_s for result in recording]
    assert recorded_s[-1] >= times_s[-1] - 1.0
    assert f"ends early, after {len(recorded_s)} frames" in recording.cut


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file's size")
def test_a_full_disk_ends_the_recording_and_not_the_run(environment: dict[str, str], tmp_path: Path) -> None:
    import resource

    take = tmp_path / "take.jsonl.gz"
    run = subprocess.run(
        [*POSEKIT, "run", "performer:squat?duration_s=8", "--json", "-q", "--record", str(take)],
        capture_output=True,
        env=environment,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)),
        check=False,
    )
    assert run.returncode == 0
    assert len(run.stdout.splitlines()) == 240
    (line,) = run.stderr.splitlines()
    assert line.startswith(f"posekit: recording {take} ended after ")
    assert line.endswith("File too large; make room, then start the recording again. The run goes on")
    assert os.stat(take).st_size == 8192
    recording = Recording(take)
    assert 0 < sum(1 for _ in recording) < 240
    assert "ends early" in recording.cut


def test_what_replay_refuses(posekit: Run, tmp_path: Path) -> None:
    (tmp_path / "text.gz").write_text("hello")
    for arguments, message in (
        (("nothing.gz",), "posekit: cannot read recording nothing.gz: No such file or directory\n"),
        (("text.gz",), "posekit: text.gz is no recording; one is made with 'posekit run --record FILE'\n"),
    ):
        run = posekit("replay", *arguments)
        assert (run.returncode, run.stderr) == (2, message)
    run = posekit("run", "performer:stand?duration_s=0.2", "-q", "--record", "take.gz")
    assert run.returncode == 0
    run = posekit("replay", "take.gz", "--smoothing", "0.3")
    assert (run.returncode, run.stderr) == (
        2,
        "posekit: --smoothing changes nothing about people who were found already: add --retrack\n",
    )
    take = tmp_path / "take.gz"
    take.write_bytes(take.read_bytes()[:-30])
    run = posekit("replay", take, "--json", "--speed", "0")
    assert run.returncode == 0
    assert "ends early, after" in run.stderr
    assert run.stderr.endswith("everything up to there was sent\n")
    run = posekit("run", "performer", "--record", tmp_path / "nowhere" / "take.gz")
    assert run.returncode == 2
    assert "cannot record to" in run.stderr
