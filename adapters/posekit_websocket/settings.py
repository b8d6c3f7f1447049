"""What a user can choose about a WebSocket output, checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from posekit.addresses import parse_listener
from posekit.errors import ConfigError
from posekit.plugins import check_options

__all__ = ["Patience", "Settings"]

_OPTIONS: Final = ("token", "origin", "clients")
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.\-]+(:\d+)?|https?://\[[0-9a-f:]+\](:\d+)?|file|\*")
_SHORTEST_TOKEN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the server waits, in seconds, for a client that does not do its part.

    opening_s: for the handshake. stall_s: while it reads nothing though there is something to read. ping_every_s,
    pong_within_s: for a sign of life when there is not. closing_s: for its half of a farewell.
    """

    opening_s: float = 5.0
    stall_s: float = 10.0
    ping_every_s: float = 10.0
    pong_within_s: float = 15.0
    closing_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """host, port: where to listen; port 0 is any free one. target: as the user wrote it.

    token: what clients must present, None for none. origins: pages of other servers that may connect, as browsers name
    them; ``file`` stands for pages opened from disk, ``*`` for all. clients: how many at once.
    """

    host: str
    port: int
    target: str
    token: str | None = None
    origins: frozenset[str] = frozenset()
    clients: int = 256

    @classmethod
    def of(cls, target: str, options: Mapping[str, str]) -> Self:
        """The settings of ``[HOST:]PORT?key=value``. Raises ConfigError."""
        check_options("ws", options, _OPTIONS)
        host, port = parse_listener(target)
        token = options.get("token")
        if token is not None and (len(token) < _SHORTEST_TOKEN or not token.isascii()):
            raise ConfigError(f"ws token must have at least {_SHORTEST_TOKEN} ASCII characters, got {len(token)}")
        origins = frozenset(_origin(text) for text in options.get("origin", "").split(",") if text)
        if "*" in origins and token is None:
            raise ConfigError("ws origin '*' lets in every page of the web: it needs a token as well")
        return cls(
            host=host,
            port=port,
            target=target,
            token=token,
            origins=origins,
            clients=_clients(options.get("clients", "256")),
        )


def _origin(text: str) -> str:
    origin = text.strip().lower().rstrip("/")
    if not _ORIGIN.fullmatch(origin):
        raise ConfigError(
            f"ws origin '{text}' must be as a browser names it, for example https://example.org or "
            "http://localhost:5173, or file for pages opened from disk"
        )
    return origin


def _clients(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise ConfigError(f"ws clients must be a number from 1 to 10000, got '{text}'")
    return int(text)
