"""The WebSocket server: the handshake, the files that it serves, and each client's messages."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed, ConnectionClosedError
from websockets.http11 import Request, Response
from websockets.protocol import State

from posekit.messages import encoded, hello_message
from posekit.protocols import OutputContext
from posekit_websocket.access import Access, Refusal
from posekit_websocket.control import ControlError, parse_message, parse_query
from posekit_websocket.hub import Client, Hub, error_payload
from posekit_websocket.outbox import Payload
from posekit_websocket.settings import Patience

__all__ = ["LARGEST_MESSAGE", "Connection", "Files", "Room", "Server", "static_files"]

#: Bytes of the longest message that a client may send.
LARGEST_MESSAGE: Final = 4096

#: A client's messages are read at most this often, so that a flood of them cannot hold up the others.
_MESSAGE_PERIOD_S: Final = 0.01

#: Connections that may be in their handshake, or fetching a file, beside the clients that are allowed.
_OPENING: Final = 32

_POLICY_VIOLATION: Final = 1008
_PING_TIMEOUT: Final = 1011
_LONGEST_REASON: Final = 120

#: Path to content and content type.
Files = Mapping[str, tuple[bytes, str]]

_KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".ts": "text/plain; charset=utf-8",
}
_NOTHING: Final[Mapping[str, "Room"]] = MappingProxyType({})
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})

_logger = logging.getLogger(__name__)


def static_files(package: str) -> Files:
    """What lies in a package's folder ``static``, by path; ``index.html`` is at ``/``."""
    found = {}
    for file in (files(package) / "static").iterdir():
        kind = _KINDS[f".{file.name.rpartition('.')[2]}"]
        found["/" if file.name == "index.html" else f"/{file.name}"] = (file.read_bytes(), kind)
    return found


class Connection(ServerConnection):
    """A connection that is counted from the first byte on, and says when its socket has taken everything."""

    admitted = False
    on_drained: Callable[[], None] | None = None

    def __init__(self, *arguments: Any, everyone: "set[Connection]", most: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._everyone = everyone
        self._most = most

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it, or turn it away."""
        super().connection_made(transport)
        if len(self._everyone) >= self._most:
            self.transport.abort()
        self._everyone.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        self._everyone.discard(self)
        super().connection_lost(exc)

    def resume_writing(self) -> None:
        """The socket has taken everything."""
        super().resume_writing()
        if self.on_drained is not None:
            self.loop.call_soon(self.on_drained)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A WebSocket beside that of the poses. access: who may enter. talk: serves one client until it is gone."""

    access: Access
    talk: Callable[[Connection], Awaitable[None]]


class Server:
    """Serves on a bound socket until it is told to stop.

    clients: how many at once. pages: what it serves beside its own page and posekit.js. headers: sent with them.
    rooms: further WebSockets, by path. largest: bytes of the longest message that a client may send.
    """

    def __init__(
        self,
        access: Access,
        context: OutputContext,
        *,
        clients: int,
        patience: Patience,
        pages: Files | None = None,
        headers: Mapping[str, str] = _NO_HEADERS,
        rooms: Mapping[str, Room] = _NOTHING,
        largest: int = LARGEST_MESSAGE,
    ) -> None:
        self.hub = Hub(context.sources)
        self._access = access
        self._context = context
        self._most = clients
        self._patience = patience
        self._everyone: set[Connection] = set()
        self._refused: set[str] = set()
        self._files = {**static_files("posekit_websocket"), **(pages or {})}
        self._headers = headers
        self._rooms = rooms
        self._largest = largest

    async def run(self, listener: socket.socket, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
        """Serve; returns when everyone is disconnected after ``stop``."""
        patience = self._patience
        server = await serve(
            self._talk,
            sock=listener,
            process_request=self._answer_request,
            create_connection=cast("type[ServerConnection]", self._connection),
            compression=None,
            open_timeout=patience.opening_s,
            ping_interval=patience.ping_every_s,
            ping_timeout=patience.pong_within_s,
            close_timeout=patience.closing_s,
            max_size=self._largest,
            max_queue=4,
            write_limit=0,
            server_header=None,
            # That a stranger's bytes are no handshake is no news for the one who runs posekit.
            logger=logging.Logger("websockets", logging.CRITICAL),
        )
        watching = asyncio.create_task(self.hub.watch(patience))
        on_ready()
        await stop.wait()
        watching.cancel()
        server.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience.closing_s):
                await server.wait_closed()
        for connection in list(self._everyone):
            connection.transport.abort()
        await server.wait_closed()

    def _connection(self, *arguments: Any, **options: Any) -> Connection:
        return Connection(*arguments, everyone=self._everyone, most=self._most + _OPENING, **options)

    def _answer_request(self, connection: ServerConnection, request: Request) -> Response | None:
        """None for a WebSocket that may be opened; otherwise a file, or a refusal."""
        try:
            url = urlsplit(request.path)
        except ValueError:
            return _response(HTTPStatus.BAD_REQUEST, b"this is no address\n")
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return self._file(url.path)
        room = self._rooms.get(url.path)
        if room is None and url.path not in ("/", "/ws"):
            return _response(HTTPStatus.NOT_FOUND, b"the WebSocket is at /\n")
        refusal = (self._access if room is None else room.access).refusal(
            origin=_only(request.headers.get_all("Origin")),
            host=_only(request.headers.get_all("Host")),
            token=_token(url.query, request.headers.get("Authorization", "")),
        )
        if refusal is None and sum(one.admitted for one in self._everyone) >= self._most:
            refusal = Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"{self._most} clients are connected, which is all there may be",
                "--out ws:PORT?clients=N allows more",
            )
        if refusal is not None:
            self._report(connection, refusal)
            return _response(refusal.status, f"{refusal.reason}\n".encode(errors="replace"))
        cast(Connection, connection).admitted = True
        return None

    def _file(self, path: str) -> Response:
        content, kind = self._files.get(path, (b"posekit serves /, /posekit.js and a WebSocket\n", ""))
        response = _response(HTTPStatus.OK if kind else HTTPStatus.NOT_FOUND, content, kind)
        response.headers.update(self._headers)
        return response

    def _report(self, connection: ServerConnection, refusal: Refusal) -> None:
        """Say once for each kind of refusal what to do; whoever knocks a thousand times is mentioned once."""
        level = logging.DEBUG if refusal.remedy in self._refused else logging.WARNING
        if len(self._refused) < 20:
            self._refused.add(refusal.remedy)
        address = (connection.remote_address or ("unknown",))[0]
        _logger.log(level, "websocket client %s refused: %s; %s", address, refusal.reason, refusal.remedy)

    async def _talk(self, connection: ServerConnection) -> None:
        """Serve one client until it is gone."""
        assert connection.request is not None
        room = self._rooms.get(urlsplit(connection.request.path).path)
        if room is not None:
            await room.talk(cast(Connection, connection))
            return
        try:
            subscription = parse_query(urlsplit(connection.request.path).query)
        except ControlError as error:
            with suppress(ConnectionClosed):
                await connection.send(error_payload(str(error)))
                await connection.close(_POLICY_VIOLATION, str(error).encode()[:_LONGEST_REASON].decode(errors="ignore"))
            return
        client = Client(connection, subscription, self._patience.stall_s, asyncio.get_running_loop().time)
        cast(Connection, connection).on_drained = client.flush
        self.hub.join(client, self._hello(client))
        try:
            async for message in connection:
                if connection.state is not State.OPEN:
                    break
                self._hear(client, message)
                await asyncio.sleep(_MESSAGE_PERIOD_S)
        except ConnectionClosedError as error:
            if error.sent is not None and error.sent.code == _PING_TIMEOUT:
                _logger.warning("websocket client %s dropped: it has answered no ping", client.name)
        finally:
            self.hub.leave(client)

    def _hear(self, client: Client, message: str | bytes) -> None:
        try:
            client.subscribe(parse_message(message, client.subscription))
        except ControlError as error:
            client.put_event(error_payload(str(error)))
        else:
            asked = client.subscription.model_dump(mode="json")
            client.put_event(encoded({"type": "subscribed", **asked}))

    def _hello(self, client: Client) -> Payload:
        return encoded(
            {
                **hello_message(),
                "posekit": version("posekit"),
                "sources": list(self._context.sources),
                "maxPeople": self._context.max_people,
                "subscription": client.subscription.model_dump(mode="json"),
            }
        )


def _only(values: Sequence[str]) -> str | None:
    """The header's value; several together are none that is allowed."""
    return ", ".join(values) if values else None


def _token(query: str, authorization: str) -> str | None:
    """The token of ``?token=…`` or of ``Authorization: Bearer …``."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    given = parse_qs(query, keep_blank_values=True).get("token")
    return given[0] if given else None


def _response(status: HTTPStatus, content: bytes, kind: str = "text/plain; charset=utf-8") -> Response:
    """An answer that is no WebSocket. Any page may load posekit.js: it holds nothing that is secret."""
    headers = Headers(
        {
            "Content-Type": kind or "text/plain; charset=utf-8",
            "Content-Length": str(len(content)),
            "Connection": "close",
            "Cache-Control": "no-cache",
            "Access-Control-Allow-Origin": "*",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
    )
    return Response(status.value, status.phrase, headers, content)
