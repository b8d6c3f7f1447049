"""A console on a free port, and pages of it as bare connections."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
from websockets.sync.client import ClientConnection, connect

from posekit.protocols import OutputContext
from posekit_web import WebAdapter, create

Serve = Callable[..., WebAdapter]
Enter = Callable[..., ClientConnection]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a console of two sources; it is closed after the test."""
    with ExitStack() as stack:

        def start(target: str = "127.0.0.1:0", **options: str) -> WebAdapter:
            return stack.enter_context(closing(create(target, options, OutputContext(sources=("cam1", "cam2")))))

        yield start


@pytest.fixture
def enter() -> Iterator[Enter]:
    """Open the console's connection as its page does. Closed after the test."""
    with ExitStack() as stack:

        def start(adapter: WebAdapter, query: str = "", **options: object) -> ClientConnection:
            url = f"ws://127.0.0.1:{adapter.port}/console{query}"
            return stack.enter_context(connect(url, compression=None, proxy=None, **options))

        yield start


def told(page: ClientConnection) -> dict:
    """The next message that is no picture."""
    while not isinstance(message := page.recv(timeout=30.0), str):
        pass
    return json.loads(message)


def ask(page: ClientConnection, **request: object) -> None:
    """Ask for something."""
    page.send(json.dumps(request))
