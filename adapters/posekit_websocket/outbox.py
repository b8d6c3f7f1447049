"""What one client has still to be sent: of frames and statuses the newest, of events a bounded number."""

from collections import deque
from typing import Final

__all__ = ["MOST_EVENTS", "Outbox", "Payload", "StallWatch"]

#: Events that wait for a slow client; when there are more, the oldest are lost, and the client is told how many.
MOST_EVENTS: Final = 256


#: An encoded message: text or binary.
Payload = str | bytes


class Outbox:
    """Pending messages of one client, per source where sources have their own. ``skipped`` counts replaced frames."""

    def __init__(self) -> None:
        self.skipped = 0
        self._events: deque[Payload] = deque()
        self._lost = 0
        self._statuses: dict[str, Payload] = {}
        self._frames: dict[str, Payload] = {}

    def put_frame(self, source: str, payload: Payload) -> None:
        """The newest frame of a source takes the place of the one before."""
        self.skipped += source in self._frames
        self._frames[source] = payload

    def put_status(self, source: str, payload: Payload) -> None:
        """The newest status of a source takes the place of the one before."""
        self._statuses[source] = payload

    def put_event(self, payload: Payload) -> None:
        """An event or an answer, sent in order."""
        if len(self._events) >= MOST_EVENTS:
            self._events.popleft()
            self._lost += 1
        self._events.append(payload)

    def pop(self) -> Payload | None:
        """What to send next: events, then statuses, then frames. None if there is nothing."""
        if self._events:
            return self._events.popleft()
        for pending in (self._statuses, self._frames):
            if pending:
                return pending.pop(next(iter(pending)))
        return None

    def pop_lost(self) -> int:
        """How many events were lost since the last call."""
        lost, self._lost = self._lost, 0
        return lost


class StallWatch:
    """Tells a client that reads slowly from one that has stopped. limit_s: how long nothing may be read."""

    def __init__(self, limit_s: float, now_s: float) -> None:
        self._limit_s = limit_s
        self._unsent = 0
        self._since_s = now_s

    def progressed(self, now_s: float) -> None:
        """Everything has been taken."""
        self._unsent, self._since_s = 0, now_s

    def stalled(self, unsent: int, now_s: float) -> bool:
        """Whether nothing has been taken for too long. unsent: bytes that wait now."""
        if unsent == 0 or unsent < self._unsent:
            self._since_s = now_s
        self._unsent = unsent
        return now_s - self._since_s > self._limit_s
