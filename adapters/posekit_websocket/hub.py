"""Spreads results and statuses to the clients. Runs in one event loop; nothing in it waits for a client."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from websockets.asyncio.server import ServerConnection, broadcast

from posekit.events import Event
from posekit.messages import encoded, event_message, status_message
from posekit.sources.pacing import Rhythm
from posekit.types import FrameResult, Status
from posekit_websocket.control import Subscription
from posekit_websocket.outbox import Outbox, Payload, StallWatch
from posekit_websocket.settings import Patience
from posekit_websocket.views import Views

__all__ = ["Client", "Hub", "error_payload"]

#: What waits in the process for one client at most. Frames come one at a time; only a flood of pings, whose answers
#: nobody reads, gets there.
_MOST_UNSENT: Final = 1 << 20

_TRY_AGAIN_LATER: Final = 1013

_logger = logging.getLogger(__name__)


def error_payload(reason: str, about: str | None = None) -> Payload:
    """Tells a client what was wrong; about: with which kind of request, where that is to be said."""
    return encoded({"type": "error", "message": reason} | ({} if about is None else {"about": about}))


class Client:
    """A client with what it asked for and what waits for it.

    A message goes straight into the socket if that has taken everything before. Otherwise it waits in the outbox, where
    newer frames replace older ones, until the connection calls ``flush``.
    """

    def __init__(
        self, connection: ServerConnection, subscription: Subscription, stall_s: float, clock: Callable[[], float]
    ) -> None:
        self.connection = connection
        self._watch = StallWatch(stall_s, clock())
        self._clock = clock
        self._outbox = Outbox()
        self.subscribe(subscription)

    @property
    def name(self) -> str:
        """Its address, for people."""
        address = self.connection.remote_address
        return f"{address[0]}:{address[1]}" if address else "unknown"

    @property
    def unsent(self) -> int:
        """Bytes that the socket has not taken."""
        return self.connection.transport.get_write_buffer_size()

    @property
    def stalled(self) -> bool:
        """Whether it has stopped reading."""
        unsent = self.unsent
        return self._watch.stalled(unsent, self._clock()) or unsent > _MOST_UNSENT

    def subscribe(self, subscription: Subscription) -> None:
        """Change what it gets."""
        self.subscription = subscription
        self._rhythms: dict[str, Rhythm] = {}

    def wants_frame(self, source: str, timestamp_s: float) -> bool:
        """Whether this frame is one of those it gets."""
        if not self.subscription.frames:
            return False
        if not self.subscription.fps:
            return True
        if source not in self._rhythms:
            self._rhythms[source] = Rhythm(self.subscription.fps)
        return self._rhythms[source].beat(timestamp_s)

    def wants_event(self, event: Event) -> bool:
        """Whether it asked for events of this kind and about this person."""
        kinds, people = self.subscription.events, self.subscription.people
        return (kinds == "all" or event.kind in kinds) and (
            people == "all" or event.slot is None or event.slot in people
        )

    def put_frame(self, source: str, payload: Payload) -> None:
        """Send a frame, or a newer one later."""
        self._outbox.put_frame(source, payload)
        self.flush()

    def put_status(self, source: str, payload: Payload) -> None:
        """Send a status, or a newer one later."""
        self._outbox.put_status(source, payload)
        self.flush()

    def put_event(self, payload: Payload) -> None:
        """Send an event or an answer, now or later."""
        self._outbox.put_event(payload)
        self.flush()

    def flush(self) -> None:
        """Send what waits, as far as the socket takes it."""
        if self.unsent:
            return
        self._watch.progressed(self._clock())
        lost = self._outbox.pop_lost()
        if lost:
            self._write(error_payload(f"{lost} events were lost: this client reads too slowly"))
        while not self.unsent:
            payload = self._outbox.pop()
            if payload is None:
                return
            self._write(payload)

    def _write(self, payload: Payload) -> None:
        broadcast((self.connection,), payload)


class Hub:
    """Everyone who is connected, and the newest status of every source for those who come later."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.clients: set[Client] = set()
        self._sources = sources
        self._statuses: dict[str, Payload] = {}
        self._dropping: set[asyncio.Task[None]] = set()

    def join(self, client: Client, hello: Payload) -> None:
        """From now on the client gets everything; first the hello and how the sources are."""
        client.put_event(hello)
        for source, payload in self._statuses.items():
            client.put_status(source, payload)
        self.clients.add(client)

    def leave(self, client: Client) -> None:
        """The client is gone."""
        self.clients.discard(client)

    def publish_frame(self, result: FrameResult) -> None:
        """Send a frame to everyone who wants it."""
        views = Views(result, self._sources)
        for client in self.clients:
            if client.wants_frame(result.source, result.timestamp_s):
                client.put_frame(result.source, views.of(client.subscription))

    def publish_event(self, event: Event) -> None:
        """Send an event to everyone who wants it."""
        if self.clients:
            payload = encoded(event_message(event))
            for client in self.clients:
                if client.wants_event(event):
                    client.put_event(payload)

    def publish_status(self, status: Status) -> None:
        """Send a status to everyone, and to everyone who comes until the next one."""
        payload = encoded(status_message(status))
        self._statuses[status.source] = payload
        for client in self.clients:
            client.put_status(status.source, payload)

    async def watch(self, patience: Patience) -> None:
        """Drop those who have stopped reading; runs until it is cancelled."""
        while True:
            await asyncio.sleep(patience.stall_s / 10)
            for client in [client for client in self.clients if client.stalled]:
                self.leave(client)
                _logger.warning("websocket client %s dropped: it has stopped reading", client.name)
                task = asyncio.create_task(_drop(client, patience.closing_s))
                self._dropping.add(task)
                task.add_done_callback(self._dropping.discard)


async def _drop(client: Client, linger_s: float) -> None:
    """Close with a reason, and without waiting long for somebody who may never read it."""
    closing = asyncio.ensure_future(client.connection.close(_TRY_AGAIN_LATER, "you have stopped reading"))
    await asyncio.wait([closing], timeout=linger_s)
    client.connection.transport.abort()
    await closing
