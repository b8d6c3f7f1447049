"""``posekit osc``: what the monitor tells of what the test person sends, of strangers, and of silence."""

import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable

from posekit.cli.traffic import Traffic
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
