"""An OSC receiver on this computer that keeps the newest message of every address: what a user's program would see."""

from threading import Lock, Thread
from typing import Self

from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer

__all__ = ["Listener"]


class Listener:
    """Receives on a free port of the loopback interface, between ``with`` and its end."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._latest: dict[str, tuple[object, ...]] = {}
        self._events: list[tuple[str, tuple[object, ...]]] = []
        dispatcher = Dispatcher()
        dispatcher.set_default_handler(self._received)
        self._server = BlockingOSCUDPServer(("127.0.0.1", 0), dispatcher)
        self._thread = Thread(target=self._server.serve_forever, args=(0.1,), name="listener", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def target(self) -> str:
        """``HOST:PORT`` to send to."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def latest(self) -> dict[str, tuple[object, ...]]:
        """The newest arguments of every address that is still alive."""
        with self._lock:
            return dict(self._latest)

    def events(self) -> list[tuple[str, tuple[object, ...]]]:
        """The events since the last call, in order."""
        with self._lock:
            events, self._events = self._events, []
            return events

    def _received(self, address: str, *arguments: object) -> None:
        with self._lock:
            if "/event/" in address:
                self._events.append((address, arguments))
            else:
                self._latest[address] = arguments
