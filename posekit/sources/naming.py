"""What sources are called: in OSC addresses, in messages without passwords, and when a file's name is wrong."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from posekit.errors import SourceError

__all__ = ["distinct", "host", "is_url", "masked", "missing_file", "opening", "slug"]

_LONGEST: Final = 32
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def slug(text: str, fallback: str) -> str:
    """A short name for OSC addresses, of a-z, 0-9, '_' and '-'.

    Accents are dropped, letters made small, everything else becomes '-', and 32 characters are kept; ``fallback`` where
    nothing is left.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain)[:_LONGEST].strip("-_") or fallback


def is_url(text: str) -> bool:
    """Whether the text begins as ``scheme://``."""
    return _SCHEME.match(text) is not None


def masked(url: str) -> str:
    """The URL without what may be secret: user name, password, query and fragment."""
    scheme, _, rest = url.partition("://")
    # An unescaped '/', '?' or '#' in a password ends the authority too early for any parser: everything before the
    # last '@' may be part of the password, wherever that '@' stands.
    secret, at, shown = rest.rpartition("@")
    shown, query, _ = shown.partition("?")
    shown = shown.partition("#")[0]
    return f"{scheme}://{'***' if secret else ''}{at}{shown}{'?…' if query else ''}"


def host(url: str) -> str:
    """The URL's host, '' where it has none."""
    try:
        return urlsplit(masked(url)).hostname or ""
    except ValueError:
        return ""


def opening(path: Path) -> bytes:
    """The first 512 bytes of a file. Raises SourceError if it is missing, empty, or may not be read."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except FileNotFoundError:
        raise missing_file(path) from None
    except OSError as error:
        reason = "it is a folder" if path.is_dir() else error.strerror
        raise SourceError(f"'{path}' cannot be read: {reason}") from None
    if not head:
        raise SourceError(f"'{path}' is empty; expected a video or a picture")
    return head


def missing_file(path: Path) -> SourceError:
    """The error for a file that is not there, with names in its folder that are close to it."""
    folder = path.parent
    if not folder.is_dir():
        return SourceError(f"no file '{path}': there is no folder '{folder}'; try 'posekit run performer'")
    try:
        names = {entry.name.lower(): entry.name for entry in folder.iterdir()}
    except OSError:
        names = {}
    near = [names[name] for name in difflib.get_close_matches(path.name.lower(), names, n=3)]
    if near:
        return SourceError(f"no file '{path}'; did you mean {' or '.join(repr(name) for name in near)}?")
    return SourceError(f"no file '{path}'; check the path, or try 'posekit run performer'")


def distinct(names: Sequence[str]) -> list[str]:
    """The names with a number behind those that repeat."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return found
