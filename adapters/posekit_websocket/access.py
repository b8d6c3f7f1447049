"""Who may connect: a browser's page by its Origin, everybody by the token. Decides; touches no socket.

A browser says truthfully which page wants to connect, and any page of the web may try. So the rules are:

- No Origin: no browser, so no page is behind it. Only the token is asked for.
- An Origin that is listed, or ``null`` (a page from disk, but also a page in a sandboxed frame) where ``file`` is.
- posekit's own page, whose Origin is the address that the request went to. If posekit listens on loopback without a
  token, that address must be a name of loopback: a stranger's name can be made to point there (DNS rebinding).
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final

__all__ = ["Access", "Refusal", "is_loopback"]

_LOOPBACK_NAMES: Final = ("localhost", "localhost.")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody is not let in. remedy: for the one who runs posekit."""

    status: HTTPStatus
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The rules of one server. origins: as ``Settings.origins``. token: None if none is asked for."""

    origins: Collection[str] = ()
    token: str | None = None

    def refusal(self, *, origin: str | None, host: str | None, token: str | None) -> Refusal | None:
        """Why this request is refused, None if it is not. Arguments are None where the request has no such thing."""
        if not self._welcome(origin, host):
            name = "file" if origin == "null" else ascii(origin)[1:-1]
            return Refusal(
                HTTPStatus.FORBIDDEN,
                f"the page's origin {origin!r} is not allowed",
                f"--ws-origin {name} lets {'pages opened from disk' if name == 'file' else 'its pages'} in",
            )
        if self.token is None or (token is not None and _same(token, self.token)):
            return None
        said = "no token" if token is None else "a wrong token"
        return Refusal(
            HTTPStatus.UNAUTHORIZED, f"{said} was given", "clients connect with ?token=…, the value of --ws-token"
        )

    def _welcome(self, origin: str | None, host: str | None) -> bool:
        if origin is None or "*" in self.origins:
            return True
        origin = origin.lower()
        if ("file" if origin == "null" else origin) in self.origins:
            return True
        own = host is not None and origin == f"http://{host.lower()}"
        return own and (self.token is not None or is_loopback(_name(origin)))


def _same(token: str, wanted: str) -> bool:
    """Takes as long whatever they have in common. Bytes of a header that are no text arrive as surrogates."""
    return hmac.compare_digest(token.encode(errors="surrogateescape"), wanted.encode())


def _name(origin: str) -> str:
    """The host of an origin, without its port and brackets."""
    name = origin.removeprefix("http://")
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Whether a name or an address means this computer alone."""
    if host.lower() in _LOOPBACK_NAMES:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
