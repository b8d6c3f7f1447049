"""``posekit doctor``: is everything here that posekit needs, and what to do where it is not."""

import platform
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from posekit.cli.options import Model
from posekit.errors import PosekitError

__all__ = ["doctor"]

_OSC_PORT = 9000
_PACKAGES = ("posekit", "ai-edge-litert", "numpy", "python-osc", "typer", "pydantic")
_PROBE = """
import sys
import numpy as np
from posekit.models.store import load_model
from posekit.posenet.model import Network
from posekit.posenet.estimator import PoseNetEstimator
from posekit.types import Frame
network = Network(load_model(sys.argv[1], fetch=False).content, name=sys.argv[1])
frame = Frame(image=np.zeros((480, 640, 3), np.uint8), timestamp_s=0.0, seq=0)
PoseNetEstimator(network).estimate(frame)
"""


class Verdict(Enum):
    """How a check went: ``PROBLEM`` keeps posekit from working, ``NOTE`` does not."""

    GOOD = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, and the remedy where there is something to mend."""

    subject: str
    verdict: Verdict
    found: str
    remedy: str = ""


def doctor(
    model: Model = None,
    osc: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="The OSC receiver to look for.")
    ] = f"127.0.0.1:{_OSC_PORT}",
) -> None:
    """Check versions, network, cameras and ports; say in one line what to do about each problem.

    Exit status 0 when posekit can work, 2 when it cannot.

    Examples:

    posekit doctor

    posekit doctor --model posenet-mobilenet-075
    """
    from rich.text import Text

    from posekit.cli.terminal import console
    from posekit.models.catalogue import DEFAULT

    screen = console(stderr=False)
    colours = {Verdict.GOOD: "green", Verdict.NOTE: "yellow", Verdict.PROBLEM: "red"}
    failed = False
    for finding in _findings(model or DEFAULT, osc):
        failed |= finding.verdict is Verdict.PROBLEM
        line = Text(f"{finding.verdict.value:<8}", style=colours[finding.verdict])
        line.append(f"{finding.subject:<10}{finding.found}", style="default")
        screen.print(line)
        if finding.remedy:
            screen.print(Text(f"{'':<18}{finding.remedy}"))
    if failed:
        raise typer.Exit(2)


def _findings(model: str, osc: str) -> Iterator[Finding]:
    checks: tuple[Callable[[], Finding], ...] = (
        _versions,
        _opencv,
        lambda: _model(model),
        lambda: _inference(model),
        _cameras,
        lambda: _receiver(osc),
    )
    for check in checks:
        try:
            yield check()
        except PosekitError as error:
            yield Finding("", Verdict.PROBLEM, str(error))


def _versions() -> Finding:
    python = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    try:
        packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    except PackageNotFoundError as error:
        return Finding("versions", Verdict.PROBLEM, f"{python}; {error} is missing", "pip install --upgrade posekit")
    return Finding("versions", Verdict.GOOD, f"{python}; {packages}")


def _opencv() -> Finding:
    try:
        import cv2
    except ImportError as error:
        return Finding("opencv", Verdict.PROBLEM, str(error), "pip install --force-reinstall opencv-python-headless")
    return Finding("opencv", Verdict.GOOD, cv2.__version__)


def _model(name: str) -> Finding:
    from posekit.models.store import load_model

    try:
        file = load_model(name, fetch=False)
    except PosekitError as error:
        return Finding("model", Verdict.PROBLEM, str(error), f"posekit models pull {name}")
    return Finding("model", Verdict.GOOD, f"{file.name}, {len(file.content) / 1e6:.1f} MB, sha256 {file.sha256[:12]}…")


def _inference(name: str) -> Finding:
    """In a child process: a damaged runtime can take the process with it."""
    child = subprocess.run(
        [sys.executable, "-c", _PROBE, name], capture_output=True, text=True, timeout=60, check=False
    )
    if child.returncode == 0:
        return Finding("network", Verdict.GOOD, "loads and runs in a process of its own")
    last = child.stderr.strip().splitlines()[-1:] or [f"it ended with status {child.returncode}"]
    return Finding("network", Verdict.PROBLEM, last[0], "pip install --force-reinstall ai-edge-litert")


def _cameras() -> Finding:
    from posekit.sources.camera import cameras

    found = cameras()
    if found:
        return Finding("cameras", Verdict.GOOD, ", ".join(f"{camera.index} '{camera.name}'" for camera in found))
    return Finding("cameras", Verdict.NOTE, "none found", "plug one in and allow access, or: posekit run performer")


def _receiver(target: str) -> Finding:
    """Whether somebody listens there, if it is this computer."""
    from posekit.plugins import load_adapter
    from posekit.protocols import OutputContext

    load_adapter("osc", target, {}, OutputContext()).close()
    host, _, port = target.rpartition(":")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((host, int(port)))
    except OSError as error:
        import errno

        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            return Finding("osc", Verdict.GOOD, f"a program listens at {target}")
        return Finding("osc", Verdict.GOOD, f"{target} is another computer")
    return Finding("osc", Verdict.NOTE, f"nobody listens at {target}", "start the receiving program there")
