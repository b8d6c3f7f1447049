"""What a user can choose about an OSC output, checked."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from posekit.errors import ConfigError
from posekit_osc.coordinates import COORDINATES

__all__ = ["FORMAT_NAMES", "Settings", "parse_target"]

FORMAT_NAMES = ("joints", "array", "scalar", "poseosc")
_OPTIONS = ("format", "coords", "y-up", "prefix")
#: OSC 1.0 forbids space and # * , / ? [ ] { } within a part of an address.
_PREFIX = re.compile(r"(/[!-~]+)+")
_FORBIDDEN = re.compile(r"[ #*,?\[\]{}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """format, coords: see ``docs/osc.md``. prefix: what addresses begin with."""

    format: str = "joints"
    coords: str = "norm"
    y_up: bool = False
    prefix: str = "/pose"

    @classmethod
    def of(cls, options: Mapping[str, str]) -> "Settings":
        """The settings in ``?key=value`` form. Raises ConfigError."""
        for key in options:
            if key not in _OPTIONS:
                near = difflib.get_close_matches(key, _OPTIONS, n=1)
                hint = f"did you mean '{near[0]}'? " if near else ""
                raise ConfigError(f"osc has no option '{key}': {hint}options: {', '.join(_OPTIONS)}")
        chosen = cls(
            format=_one_of("format", options.get("format", cls().format), FORMAT_NAMES),
            coords=_one_of("coords", options.get("coords", cls().coords), tuple(COORDINATES)),
            y_up=_one_of("y-up", options.get("y-up", "0"), ("0", "1")) == "1",
            prefix=options.get("prefix", cls().prefix).rstrip("/"),
        )
        if not _PREFIX.fullmatch(chosen.prefix) or _FORBIDDEN.search(chosen.prefix) or len(chosen.prefix) > 200:
            raise ConfigError(
                f"osc prefix '{options['prefix']}' must begin with / and hold no space and none of #*,?[]{{}}, "
                "for example /pose"
            )
        return chosen


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ConfigError(f"osc {name} must be one of {', '.join(allowed)}, got '{value}'")
    return value


def parse_target(target: str) -> tuple[str, int]:
    """Host and port of ``HOST:PORT`` (``[HOST]:PORT`` for IPv6). Raises ConfigError."""
    host, colon, port = target.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or (":" in host and not target.startswith("[")):
        raise ConfigError(f"'{target}' has no port: write HOST:PORT, for example 127.0.0.1:9000 or [::1]:9000")
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise ConfigError(f"port '{port}' of '{target}' must be a number from 1 to 65535")
    return host, int(port)
