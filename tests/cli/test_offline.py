"""Right after installation, in an empty home folder, with every connection beyond this computer forbidden.

The audit hook sees whatever Python does; the native libraries that posekit loads are not asked to open anything else
than files here.
"""

import json
from collections.abc import Callable

Run = Callable[..., object]


def test_run(posekit: Run) -> None:
    run = posekit("run", "performer:wave?duration_s=1", "--json", "--osc", "127.0.0.1:9")
    assert run.returncode == 0, run.stderr
    frames = [json.loads(line) for line in run.stdout.splitlines()]
    assert [frame["seq"] for frame in frames] == list(range(30))
    assert {len(frame["poses"]) for frame in frames[10:]} == {1}
    assert "FORBIDDEN" not in run.stderr


def test_demo(posekit: Run) -> None:
    run = posekit("demo", "performer:wave", "--seconds", "4.5")  # somebody is there from the start
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert "/pose/count" in run.stdout
    assert "/pose/event/enter" in run.stdout
    assert "/pose/1/nose" in run.stdout


def test_doctor(posekit: Run) -> None:
    run = posekit("doctor")
    assert run.returncode == 0, run.stderr + run.stdout
    assert "loads and runs in a process of its own" in run.stdout
    assert "problem" not in run.stdout


def test_the_guard_guards(posekit: Run) -> None:
    run = posekit("run", "performer", "--osc", "posekit.example:9000")
    assert run.returncode == 2
    assert "FORBIDDEN socket.getaddrinfo posekit.example" in run.stderr
