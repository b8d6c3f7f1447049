"""The recording of a run as a button does it: it ends the one that goes on, and begins another beside it."""

from collections.abc import Callable
from threading import Lock
from typing import Final

from posekit.protocols import Adapter
from posekit.runner import Runner

__all__ = ["RECORDING", "Takes"]

#: What the recording is called among the outputs.
RECORDING: Final = "recording"


class Takes:
    """One recording after the other. The first goes on already; open: opens the next.

    Ending one waits until everything is written. So it has a lock of its own: nobody else is to wait for that.
    """

    def __init__(self, runner: Runner, open: Callable[[], Adapter]) -> None:
        self.on = True
        self._runner = runner
        self._open = open
        self._turn = Lock()

    def record(self, on: bool) -> bool:
        """Begin another, or end the one that goes on; whether that changes anything. Raises PosekitError."""
        with self._turn:
            if on == self.on:
                return False
            if on:
                self._runner.begin(RECORDING, self._open())
            else:
                self._runner.end(RECORDING)
            self.on = on
            return True
