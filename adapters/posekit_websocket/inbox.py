"""From the thread that sends to the thread that serves: the newest frame and status of each source, and every event."""

from collections import deque
from collections.abc import Sequence
from threading import Lock
from typing import Final

from posekit.events import Event
from posekit.types import FrameResult, Status

__all__ = ["Inbox"]

#: Far more than happen while the serving thread is kept waiting for the processor.
_MOST_EVENTS: Final = 4096


class Inbox:
    """What has been put and not yet taken. A frame that nobody has taken makes way for a newer one; events stay."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._results: dict[str, FrameResult] = {}
        self._events: deque[Event] = deque(maxlen=_MOST_EVENTS)
        self._statuses: dict[str, Status] = {}
        self._waiting = False

    def put(self, message: FrameResult | Status) -> bool:
        """Add a message. True if nothing was waiting, so that somebody must be told to ``take``."""
        with self._lock:
            if isinstance(message, Status):
                self._statuses[message.source] = message
            else:
                self._results[message.source] = message
            self._events.extend(message.events)
            first, self._waiting = not self._waiting, True
            return first

    def take(self) -> tuple[Sequence[FrameResult], Sequence[Event], Sequence[Status]]:
        """Everything that waits."""
        with self._lock:
            taken = list(self._results.values()), list(self._events), list(self._statuses.values())
            self._results, self._statuses = {}, {}
            self._events.clear()
            self._waiting = False
            return taken
