"""``--json``: every frame as one line on standard output, with the events that became certain in it."""

import os
from collections.abc import Callable
from typing import TextIO

from posekit.messages import encoded, event_message, frame_message
from posekit.types import FrameResult, Status

__all__ = ["JsonLines"]


class JsonLines:
    """An adapter that writes one line per frame.

    on_closed: called once when the reader has gone (``| head``): there is nobody left to write to.
    """

    def __init__(self, stream: TextIO, on_closed: Callable[[], None]) -> None:
        self._stream = stream
        self._on_closed = on_closed
        self._open = True

    def send(self, message: FrameResult | Status) -> None:
        """Write a frame; statuses are for the status line."""
        if not self._open or isinstance(message, Status):
            return
        try:
            events = [event_message(event) for event in message.events]
            self._stream.write(encoded({**frame_message(message), "events": events}) + "\n")
            self._stream.flush()
        except (BrokenPipeError, ValueError, OSError):
            self._open = False
            # What Python flushes at exit must have somewhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            self._on_closed()

    def close(self) -> None:
        """Leave the stream open: it belongs to the process."""
        self._open = False
