"""A server on a free port, and clients of it."""

import base64
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from threading import Event

import pytest
from websockets.sync.client import ClientConnection, connect

from posekit.protocols import OutputContext
from posekit.types import FrameResult, Status
from posekit_websocket import WebSocketAdapter, create

Serve = Callable[..., WebSocketAdapter]
Dial = Callable[..., ClientConnection]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server on a free port of the loopback interface; it is closed after the test."""
    with ExitStack() as stack:

        def start(target: str = "127.0.0.1:0", *, patience: object = None, **options: str) -> WebSocketAdapter:
            context = OutputContext(sources=("cam1", "cam2"), max_people=4)
            return stack.enter_context(closing(create(target, options, context, patience=patience)))

        yield start


@pytest.fixture
def dial() -> Iterator[Dial]:
    """Connect to a server; the first message has been read unless ``raw``. Closed after the test."""
    with ExitStack() as stack:

        def start(adapter: WebSocketAdapter, query: str = "", *, raw: bool = False, **options: object) -> object:
            url = f"ws://127.0.0.1:{adapter.port}/{query}"
            connection = stack.enter_context(connect(url, compression=None, proxy=None, **options))
            if not raw:
                assert told(connection)["type"] == "hello"
            return connection

        yield start


def say(adapter: WebSocketAdapter, message: FrameResult | Status) -> None:
    """Send, and wait until the server's thread has published it: otherwise a newer frame could take its place."""
    adapter.send(message)
    published = Event()
    adapter._loop.call_soon_threadsafe(published.set)
    assert published.wait(30.0)


def told(connection: ClientConnection) -> dict:
    """The next message."""
    message = connection.recv(timeout=30.0)
    assert isinstance(message, str)
    return json.loads(message)


def until(connection: ClientConnection, wanted: str) -> dict:
    """The next message of that type."""
    while (message := told(connection))["type"] != wanted:
        pass
    return message


def handshake(port: int, *, path: str = "/", headers: str = "") -> bytes:
    """The request that opens a WebSocket, byte by byte."""
    key = base64.b64encode(bytes(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n"
    ).encode()


def plug(port: int, *, receive_buffer: int | None = None) -> socket.socket:
    """A bare TCP connection."""
    bare = socket.socket()
    if receive_buffer is not None:
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    bare.settimeout(30.0)
    bare.connect(("127.0.0.1", port))
    return bare


def drained(bare: socket.socket) -> bytes:
    """Everything until the other side closes."""
    received = bytearray()
    try:
        while piece := bare.recv(1 << 16):
            received += piece
    except ConnectionError:
        pass
    return bytes(received)
