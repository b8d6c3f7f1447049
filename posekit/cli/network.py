"""Loads the network for a command: with a progress bar if it must be downloaded, and without the runtime's chatter."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from posekit.assembly import load_network
from posekit.config import VisionSettings
from posekit.models.store import ModelFile, load_model
from posekit.posenet.model import Network

__all__ = ["load_showing", "open_network"]


def open_network(vision: VisionSettings, screen: Console) -> Network:
    """The network that the settings name, ready to run. Raises ModelError or ConfigError."""
    file = load_showing(vision.model, screen)
    with _runtime_silenced():
        return load_network(file, vision)


def load_showing(name: str, screen: Console) -> ModelFile:
    """A network's file; a download shows its progress on ``screen``."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(name, visible=False)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=True)

        return load_model(name, progress=show)


@contextmanager
def _runtime_silenced() -> Iterator[None]:
    """Send standard error nowhere for as long as the context lasts.

    The runtime writes a line about its delegate there, past Python, and has no switch for it. Its errors come back as
    exceptions. No other thread of posekit runs yet when a command loads its network.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
