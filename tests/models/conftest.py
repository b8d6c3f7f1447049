"""A catalogue entry of a small file, and real servers on this computer that serve it well or badly."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from posekit.models.catalogue import ModelEntry

CONTENT = bytes(range(256)) * 2000


class Server(ThreadingHTTPServer):
    """Serves ``content`` as ``manner`` says, and writes down what it was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = CONTENT
        self.manner = "good"
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server, content = self.server, self.server.content
        server.asked.append(self.path)
        if server.manner == "missing":
            self.send_error(404)
            return
        if server.manner.startswith("redirect "):
            self.send_response(302)
            self.send_header("Location", server.manner.removeprefix("redirect "))
            self.end_headers()
            return
        if server.manner == "changed":
            content = content[:-1] + b"!"
        if server.manner == "oversize":
            content = content + b"more"
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if server.manner == "dropped" else content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing on the tests' standard error."""


@pytest.fixture
def make_server() -> Iterator[Callable[[], Server]]:
    servers = []

    def make() -> Server:
        server = Server()
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return server

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def server(make_server: Callable[[], Server]) -> Server:
    return make_server()


@pytest.fixture
def entry(server: Server) -> ModelEntry:
    return ModelEntry(
        name="small",
        file="small.tflite",
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        urls=(f"{server.url}/small.tflite",),
        licence="Apache-2.0",
        input_kind="uint8",
        input_size=(17, 17),
        summary="for tests",
    )


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the user's models nor a proxy."""
    for name in ("POSEKIT_MODELS", "POSEKIT_MIRROR", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("POSEKIT_CACHE", str(tmp_path / "cache"))
