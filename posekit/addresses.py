"""Places in the network as users write them: where something is sent, and where something listens."""

from ipaddress import ip_address
from typing import Final

from posekit.errors import ConfigError

__all__ = ["VMC_PORT", "parse_listener", "parse_numbered_listener", "parse_target"]

#: Where programs that show avatars listen, as the VMC protocol says.
VMC_PORT: Final = 39539

_LAST_PORT: Final = 65535


def parse_target(target: str, *, usual_port: int | None = None) -> tuple[str, int]:
    """Host and port of ``HOST:PORT`` (``[HOST]:PORT`` for IPv6).

    usual_port: of a target that names none; without it, it must. Raises ConfigError.
    """
    if usual_port is not None and (":" not in target or target.endswith("]")):
        target = f"{target}:{usual_port}"
    host, colon, port = target.rpartition(":")
    bare = _bare(host)
    if not colon or not bare:
        raise ConfigError(f"'{target}' has no port: write HOST:PORT, for example 127.0.0.1:9000 or [::1]:9000")
    number = _number(port)
    if not number:
        raise ConfigError(f"port '{port}' of '{target}' must be a number from 1 to {_LAST_PORT}")
    return bare, number


def parse_listener(target: str) -> tuple[str, int]:
    """Host and port of ``[HOST:]PORT`` (``[HOST]:PORT`` for IPv6); the host is 127.0.0.1 if there is none.

    Port 0 is any free one. Raises ConfigError.
    """
    host, colon, port = target.rpartition(":")
    # Browsers that look for localhost try IPv6 first and then find this.
    bare = "127.0.0.1" if not colon or host == "localhost" else _bare(host)
    if not bare:
        raise ConfigError(f"'{target}' must be PORT or HOST:PORT, for example 8765, 0.0.0.0:8765 or [::]:8765")
    number = _number(port)
    if number is None:
        raise ConfigError(f"port '{port}' of '{target}' must be a number up to {_LAST_PORT}")
    return bare, number


def parse_numbered_listener(target: str) -> tuple[str, int]:
    """As ``parse_listener``, of an address: a name would have to be looked up. Raises ConfigError."""
    host, port = parse_listener(target)
    try:
        ip_address(host)
    except ValueError:
        raise ConfigError(
            f"'{target}' must name an address, not a computer: write PORT for this computer alone, or 0.0.0.0:PORT"
        ) from None
    return host, port


def _bare(host: str) -> str:
    """A host without its brackets; empty if it is none. Only what is in brackets may hold colons."""
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        return ""
    return "" if "[" in host or "]" in host else host


def _number(port: str) -> int | None:
    known = port.isascii() and port.isdecimal() and len(port) <= len(str(_LAST_PORT))
    return int(port) if known and int(port) <= _LAST_PORT else None
