"""The command line as a user runs it: in a process of its own, with an empty home folder."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]

#: Raises at any name lookup or socket beyond this computer, whoever asks for it.
OFFLINE = """
import sys
LOCAL = ("127.0.0.1", "localhost", "::1", "")
def forbid(event, arguments):
    host = None
    if event in ("socket.connect", "socket.sendto", "socket.bind"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0] or ""
    elif event == "urllib.Request":
        host = arguments[0]
    if host is not None and host not in LOCAL:
        sys.stderr.write(f"FORBIDDEN {event} {host}\\n")
        raise PermissionError(f"{event} {host}")
sys.addaudithook(forbid)
from posekit.cli import main
main()
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An empty home folder, and nothing of posekit's or a proxy's settings."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("POSEKIT_", "XDG_")) and not name.lower().endswith("_proxy")
    }
    return kept | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "LOCALAPPDATA": str(home),
        "NO_COLOR": "1",
        "COLUMNS": "120",
        "PYTHONUTF8": "1",
        "PYTHONWARNINGS": "error",
    }


@pytest.fixture
def posekit(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run ``posekit ARGUMENTS`` with every connection beyond this computer forbidden."""

    def run(*arguments: str | Path, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", OFFLINE, *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment | more,
            cwd=tmp_path,
            timeout=300,
            check=False,
        )

    return run
