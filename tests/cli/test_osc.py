"""``posekit osc``: what the monitor tells of what the test person sends, of strangers, and of silence."""

import io
import json
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable

import pytest
from rich.console import Console

from posekit.cli.traffic import Traffic
from posekit.cli.traffic_table import shown
from posekit_osc.wire import bundles, message

Run = Callable[..., "subprocess.CompletedProcess[str]"]
MAIN = "from posekit.cli import main; main()"


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("", 0))
        port: int = probe.getsockname()[1]
        return port


def test_the_monitor_shows_what_the_test_person_sends(posekit: Run, environment: dict[str, str]) -> None:
    port = free_port()
    sender = subprocess.Popen(
        [sys.executable, "-c", MAIN, "osc", "test", f"127.0.0.1:{port}", "--preset", "puredata", "--quiet"],
        env=environment,
    )
    everything = {"/pose/alive", "/pose/count", "/pose/frame", "/pose/1", "/pose/1/state", "/posekit/status"}
    rows: dict[str, list[str]] = {}
    try:
        for _ in range(5):  # the sender may still be starting, on a machine that is busy
            monitor = posekit("osc", "monitor", str(port), "--once", "--host", "127.0.0.1")
            rows = {line.split()[0]: line.split()[1:] for line in monitor.stdout.splitlines() if line.startswith("/")}
            if everything <= rows.keys():
                break
    finally:
        sender.terminate()
        sender.wait()
    assert monitor.returncode == 0, monitor.stderr
    assert everything <= rows.keys()
    assert rows["/pose/1"][0] == "…19"  # info, bbox and 17 joints
    assert f"from 127.0.0.1 to port {port}" in monitor.stdout


def test_silence_is_explained(posekit: Run) -> None:
    port = free_port()
    monitor = posekit("osc", "monitor", str(port), "--seconds", "0.3")
    assert monitor.returncode == 1
    assert f"nothing has arrived at port {port}" in monitor.stdout
    assert "firewall" in monitor.stdout


def test_a_port_that_is_taken(posekit: Run) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as patch:
        patch.bind(("127.0.0.1", 0))
        port = patch.getsockname()[1]
        monitor = posekit("osc", "monitor", str(port), "--host", "127.0.0.1", "--seconds", "0.1")
    assert monitor.returncode == 2
    assert f"cannot listen at port {port}" in monitor.stderr
    assert "close it" in monitor.stderr


def test_a_preset_is_printed(posekit: Run) -> None:
    run = posekit("osc", "test", "--preset", "touchdesigner", "--coords", "aspect", "--seconds", "0.1")
    assert run.returncode == 0, run.stderr
    assert (
        "preset touchdesigner for 127.0.0.1:9000: --osc-format scalar --coords aspect --y-up --osc-prefix /pose, "
        "numbers only"
    ) in run.stderr


def test_groups_and_rates() -> None:
    traffic = Traffic()
    traffic.tick(0.0)
    traffic.tick(50.0)  # nothing yet: the time before the first datagram is not counted
    for frame in range(30):
        for slot in (2, 10):
            nose = message(f"/pose/{slot}/nose", "ff", [0.5, frame])
            state = message(f"/pose/{slot}/state/lean_deg", "f", [1.0])
            for datagram in bundles([nose, state], first=message("/pose/frame", "i", [frame])):
                traffic.note(datagram, "10.0.0.7")
    traffic.note(message("/pose/event/enter", "ii", [2, 7]), "10.0.0.7")
    traffic.note(b"GET / HTTP/1.1", "10.0.0.8")
    traffic.tick(51.0)
    rows = {row.name: row for row in traffic.rows()}
    assert list(rows) == ["/pose/event", "/pose/frame", "/pose/2", "/pose/2/state", "/pose/10", "/pose/10/state"]
    assert (rows["/pose/2"].newest, rows["/pose/2"].arguments) == ("nose", (0.5, 29.0))
    assert (rows["/pose/2"].per_s, rows["/pose/frame"].per_s) == (30.0, 60.0)
    assert traffic.rate("10.0.0.7") == 61.0
    assert traffic.foreign == 1
    for second in range(52, 56):
        traffic.tick(second)
    assert {row.per_s for row in traffic.rows()} == {0.0}


def nested(depth: int) -> bytes:
    """Bundles within bundles, the innermost empty."""
    head = b"#bundle\0" + (1).to_bytes(8)
    content = head
    for _ in range(depth):
        content = head + len(content).to_bytes(4) + content
    return content


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\0" * 20,
        nested(2000),
        b"#bundle\0" + (1).to_bytes(8) + (-4).to_bytes(4, signed=True),  # it leads back to itself
        b"#bundle\0" + (1).to_bytes(8) + (400).to_bytes(4) + b"/pose\0\0\0,\0\0\0",
        b"/pose\xff\xff\xff\0\0\0\0",
    ],
    ids=["empty", "zeros", "nested", "in a circle", "cut off", "no text"],
)
def test_what_is_no_osc_is_counted(datagram: bytes) -> None:
    traffic = Traffic()
    traffic.note(datagram, "10.0.0.9")
    assert (traffic.foreign, traffic.rows()) == (1, [])


def lines(traffic: Traffic) -> list[str]:
    screen = Console(file=io.StringIO(), width=300, force_terminal=True, color_system=None)
    for part in shown(traffic, 9000):
        screen.print(part)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue().splitlines()


def test_what_strangers_send_is_text() -> None:
    traffic = Traffic()
    traffic.note(message("/p/" + "9" * 5000, "i", [1]), "10.0.0.9")
    traffic.note(message("/\x1b[2J[red]x\u202e", "s", ["\x1b]0;hello\x07[bold]"]), "10.0.0.9")
    traffic.note(b"/deep\0\0\0," + b"[" * 4000 + b"i" + b"]" * 4000 + b"\0\0" + bytes(4), "10.0.0.9")
    traffic.note(message("/many", "i" * 40, list(range(40))), "10.0.0.9")
    said = "\n".join(lines(traffic))
    assert r"/\x1b[2J[red]x\u202e" in said
    assert r"\x1b]0;hello\x07[bold]" in said
    assert "[1 values]" in said
    assert "0 1 2 3 4 5 … 34 more" in said
    assert not {"\x1b", "\x07", "\u202e"} & set(said)
    assert traffic.foreign == 0


def test_a_flood_is_bounded_and_says_so() -> None:
    traffic = Traffic()
    for number in range(300):
        traffic.note(message(f"/flood{number}", "i", [number]), f"10.0.1.{number}")
    assert len(traffic.rows()) == 200
    assert len(traffic.senders) == 32
    assert traffic.datagrams == 300
    said = lines(traffic)
    assert "100 messages went to more addresses, which were left out" in said
    assert "268 datagrams came from more senders, who were left out" in said


def test_the_parser_does_not_write_across_the_table(environment: dict[str, str]) -> None:
    port = free_port()
    monitor = subprocess.Popen(
        [sys.executable, "-c", MAIN, "osc", "monitor", str(port), "--once", "--host", "127.0.0.1"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    pause = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        while monitor.poll() is None:
            stranger.sendto(b"/odd\0\0\0\0,x\0\0", ("127.0.0.1", port))
            pause.wait(0.02)
    out, said = monitor.communicate()
    assert (monitor.returncode, said) == (0, "")
    assert "/odd" in out


def test_oscquery_describes_what_is_sent(environment: dict[str, str]) -> None:
    port = free_port()
    run = subprocess.Popen(
        [sys.executable, "-c", MAIN, "run", "performer", "--realtime", "--preset", "unity", "--oscquery", str(port)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert run.stderr is not None
        said = []
        while not any("OSCQuery answers" in line for line in said):
            said.append(run.stderr.readline())
            assert said[-1], said
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/pose/1/kp?TYPE", timeout=30) as answer:
            assert json.load(answer) == {"TYPE": "iif" + "fff" * 17}
    finally:
        run.terminate()
        run.communicate()
