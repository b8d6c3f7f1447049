"""Fixtures that every test folder shares: media and models, peers, golden data."""

import os
import queue
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of models, media and golden data that the repository may not hold.

    ``POSEKIT_SHARED`` names it; ``POSEKIT_REQUIRE_SHARED=1`` turns its absence from a skip into a failure.
    """
    folder = Path(os.environ.get("POSEKIT_SHARED") or ROOT.parent / "shared")
    if not (folder / "golden").is_dir():
        reason = f"no models, media and golden data at {folder} (set POSEKIT_SHARED)"
        if os.environ.get("POSEKIT_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def data() -> Path:
    """Golden data that the repository holds."""
    return ROOT / "tests" / "data"


@pytest.fixture(autouse=True)
def _peer(request: pytest.FixtureRequest) -> None:
    """Skip a test marked ``peer(program)`` where the program is absent, or fail with POSEKIT_REQUIRE_PEERS=1."""
    for marker in request.node.iter_markers("peer"):
        if shutil.which(marker.args[0]) is None:
            absent(f"the peer program '{marker.args[0]}' is not installed")


def absent(reason: str) -> NoReturn:
    """Skip for want of something that others made, or fail with POSEKIT_REQUIRE_PEERS=1."""
    if os.environ.get("POSEKIT_REQUIRE_PEERS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


Oscdump = Callable[[Callable[[int], None]], list[str]]


@pytest.fixture
def oscdump() -> Oscdump:
    """Run ``send(port)`` while oscdump (of Debian's liblo-tools) listens there; the messages that it printed.

    Each is a line such as ``/pose/frame iif 0 0 12.500000``. For tests marked ``peer("oscdump")``.
    """

    def listen(send: Callable[[int], None]) -> list[str]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen(["oscdump", "-L", str(port)], stdout=subprocess.PIPE, text=True)
        lines: queue.Queue[str] = queue.Queue()
        reader = threading.Thread(target=lambda: [lines.put(line) for line in process.stdout or ()], daemon=True)
        reader.start()
        try:
            _until_printed(lines, port, "/begin")
            send(port)
            return [
                line for line in _until_printed(lines, port, "/end") if line.startswith("/") and "/begin" not in line
            ]
        finally:
            process.kill()
            reader.join()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()

    return listen


def _until_printed(lines: "queue.Queue[str]", port: int, mark: str) -> list[str]:
    """Send a mark again and again until oscdump has printed it; what it printed before, without its time tags."""
    datagram = mark.encode() + b"\0" * (4 - len(mark) % 4) + b",\0\0\0"
    printed: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(300):
            sender.sendto(datagram, ("127.0.0.1", port))
            try:
                while True:
                    _, _, text = lines.get(timeout=0.1).rstrip("\n").partition(" ")
                    if text.startswith(mark):
                        return printed
                    printed.append(text)
            except queue.Empty:
                continue
    pytest.fail(f"oscdump did not print {mark}")
