"""The output: binds the address, runs the server in a thread of its own, and hands it what is sent."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Event, Thread
from typing import Final

from posekit.errors import AdapterError, ConfigError
from posekit.protocols import OutputContext
from posekit.types import FrameResult, Status
from posekit_websocket.access import Access, is_loopback
from posekit_websocket.inbox import Inbox
from posekit_websocket.server import Server
from posekit_websocket.settings import Patience, Settings

__all__ = ["WebSocketAdapter", "bound", "create"]

_OPEN_WITHIN_S: Final = 5.0
_CLOSE_WITHIN_S: Final = 5.0

#: Kernel memory for what a client has not read. Small, so that somebody slow gets new frames rather than old ones.
_SEND_BUFFER: Final = 1 << 15

_logger = logging.getLogger(__name__)


def create(
    target: str, options: Mapping[str, str], context: OutputContext, *, patience: Patience | None = None
) -> "WebSocketAdapter":
    """A WebSocket server at ``[HOST:]PORT``.

    An address that others can reach always has a token: the one that is given, or one that is made and logged. Raises
    ConfigError for a wrong target or option and for an address that cannot be bound.
    """
    settings = Settings.of(target, options)
    listener, token = bound(settings)
    access = Access(origins=settings.origins, token=token)
    server = Server(access, context, clients=settings.clients, patience=patience or Patience())
    return WebSocketAdapter(listener, server, token=token)


def bound(settings: Settings, name: str = "ws") -> tuple[socket.socket, str | None]:
    """A socket that listens where the settings say, and the token that clients must present, if any.

    name: of the output, for messages. Raises ConfigError.
    """
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ConfigError(
            f"{name} host '{settings.host}' has no address ({error.strerror or error}): is it spelled right?"
        ) from None
    family, _, _, _, address = found[0]
    try:
        listener = socket.create_server(
            address, family=family, dualstack_ipv6=address[0] == "::" and socket.has_dualstack_ipv6()
        )
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    except OSError as error:
        raise ConfigError(
            f"{name} cannot listen at {settings.host}:{settings.port} ({os.strerror(error.errno or 0)}): is another "
            "posekit running? Choose another port"
        ) from None
    token = settings.token
    if token is None and not is_loopback(str(address[0])):
        token = secrets.token_urlsafe(12)
        _logger.warning("others can reach %s %s: clients connect with ?token=%s", name, settings.target, token)
    return listener, token


class WebSocketAdapter:
    """An output to every client that is connected.

    port: where it listens. token: what clients must present. page: what to open in a browser on this computer.
    """

    def __init__(self, listener: socket.socket, server: Server, *, token: str | None = None) -> None:
        self.port: int = listener.getsockname()[1]
        self.token = token
        self.page = f"http://{_local(listener)}:{self.port}/" + (f"?token={token}" if token else "")
        self._listener = listener
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = Event()
        self._inbox = Inbox()
        self._failure: Exception | None = None
        self._closed = False
        self._thread = Thread(target=self._run, name="websocket", daemon=True)
        self._thread.start()
        self._ready.wait(_OPEN_WITHIN_S)

    def send(self, message: FrameResult | Status) -> None:
        """Send a result or a status to everyone who wants it, without waiting.

        Raises AdapterError if the server does not run or could not make a message of what was sent before.
        """
        if self._closed or not self._thread.is_alive():
            raise AdapterError("the WebSocket server is not running")
        if self._inbox.put(message):
            self.call(self._publish)
        failure, self._failure = self._failure, None
        if failure is not None:
            raise AdapterError(f"the WebSocket server failed ({type(failure).__name__}: {failure})")

    def close(self) -> None:
        """Tell every client that the server goes away, and stop it."""
        if self._closed:
            return
        self._closed = True
        self.call(self._stop.set)
        self._thread.join(_CLOSE_WITHIN_S)
        self._listener.close()

    def call(self, work: Callable[[], None]) -> None:
        """Have the server's thread do something; nothing happens once it is closed."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(work)

    def _publish(self) -> None:
        """In the server's thread: what has come since the last time."""
        hub = self._server.hub
        results, events, statuses = self._inbox.take()
        try:
            for result in results:
                hub.publish_frame(result)
            for event in events:
                hub.publish_event(event)
            for status in statuses:
                hub.publish_status(status)
        except Exception as error:  # raised by the next ``send``, in whose thread somebody listens
            self._failure = error

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._server.run(self._listener, self._stop, self._ready.set))
        except Exception:
            _logger.exception("the WebSocket server failed")
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


def _local(listener: socket.socket) -> str:
    """The address at which this computer reaches the socket."""
    host = str(listener.getsockname()[0])
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
