"""The OSCQuery output: it sends nothing, and answers what is sent."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from typing import Final

from posekit.addresses import parse_numbered_listener, parse_target
from posekit.errors import ConfigError
from posekit.protocols import OutputContext
from posekit.types import FrameResult, Status
from posekit_osc.settings import Settings
from posekit_oscquery.announcing import announce
from posekit_oscquery.directory import Directory
from posekit_oscquery.server import QueryServer

__all__ = ["OscQueryAdapter", "create"]

_OWN: Final = ("receiver", "announce")


def create(target: str, options: Mapping[str, str], context: OutputContext) -> "OscQueryAdapter":
    """A server at ``[HOST:]PORT``, on loopback if there is no host. Raises ConfigError.

    Options are those of the OSC output that it describes, ``receiver=HOST:PORT`` of that, and ``announce=1``.
    """
    host, port = parse_numbered_listener(target)
    settings = Settings.of({name: value for name, value in options.items() if name not in _OWN})
    receiver = parse_target(options["receiver"]) if "receiver" in options else None
    announced = options.get("announce", "0")
    if announced not in ("0", "1"):
        raise ConfigError(f"oscquery announce must be one of 0, 1, got '{announced}'")
    directory = Directory(settings, context, receiver)
    with ExitStack() as opening:
        server = opening.enter_context(closing(QueryServer(host, port, directory)))
        silence = announce(host, server.port, receiver) if announced == "1" else _nothing
        opening.pop_all()
    return OscQueryAdapter(directory, server, silence)


class OscQueryAdapter:
    """Keeps the directory up to date for as long as it is open. note: where it answers."""

    def __init__(self, directory: Directory, server: QueryServer, silence: Callable[[], None]) -> None:
        shown = f"[{server.host}]" if ":" in server.host else server.host
        self.note = f"OSCQuery answers at http://{shown}:{server.port}"
        self.port = server.port
        self._directory = directory
        self._server = server
        self._silence = silence

    def send(self, message: FrameResult | Status) -> None:
        """Take note of what is sent elsewhere."""
        self._directory.update(message)

    def close(self) -> None:
        """Stop answering, and say farewell to those who heard the announcement."""
        silence, self._silence = self._silence, _nothing
        silence()
        self._server.close()


def _nothing() -> None:
    """Nobody was told, or has been told already."""
