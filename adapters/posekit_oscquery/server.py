"""The HTTP server that answers OSCQuery questions, in a thread of its own."""

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socket import AF_INET, AF_INET6
from threading import Thread
from typing import Final

from posekit.errors import ConfigError
from posekit_oscquery.directory import Directory

__all__ = ["QueryServer"]

#: How long a client may take to send its question, in seconds.
_PATIENCE_S: Final = 5.0


class QueryServer:
    """Listens from the beginning until ``close``. Raises ConfigError if it cannot. Port 0 is any free one.

    A browser's page may ask only if it was loaded from this computer by address: names could have been made to point
    here (DNS rebinding), and no page is allowed to read what it did not serve itself.
    """

    def __init__(self, host: str, port: int, directory: Directory) -> None:
        try:
            self._server = _Server(host, port, directory)
        except OSError as error:
            raise ConfigError(
                f"oscquery cannot listen at {host}:{port} ({error.strerror or error}): choose another port"
            ) from None
        self.host, self.port = host, int(self._server.server_address[1])
        self._thread = Thread(target=self._server.serve_forever, args=(0.1,), name="oscquery", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer nobody any more. Safe to call twice."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: str, port: int, directory: Directory) -> None:
        self.address_family = AF_INET6 if ":" in host else AF_INET
        self.directory = directory
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind without looking up this computer's name, which would ask the network."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is no matter."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "posekit"
    timeout = _PATIENCE_S

    def do_GET(self) -> None:
        if not _by_address(self.headers.get("Host", "")):
            self._send(HTTPStatus.FORBIDDEN, b"")
            return
        status, body = self.server.directory.answer(self.path)
        self._send(status, json.dumps(body, allow_nan=False).encode() if status is HTTPStatus.OK else b"")

    def _send(self, status: HTTPStatus, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-cache")
        if status is not HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is printed about questions."""


def _by_address(host: str) -> bool:
    """Whether a request was addressed to localhost, a .local name as mDNS announces it, or an address."""
    name = host.lower()
    name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
    if name in ("", "localhost") or name.endswith(".local"):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
