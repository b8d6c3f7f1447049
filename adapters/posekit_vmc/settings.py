"""What a user can choose about a VMC output, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from posekit.errors import ConfigError
from posekit.plugins import check_options

__all__ = ["Settings"]

_OPTIONS: Final = ("people", "rate", "depth", "source-mirrored")
_MOST_PEOPLE: Final = 32
_MOST_RATE: Final = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """people: how many avatars, each at a port of its own. rate: how often they are sent per second at most.

    depth: guess it from how long bones look. source_mirrored: whether the camera delivers a mirror image.
    """

    people: int = 1
    rate: float = 60.0
    depth: bool = False
    source_mirrored: bool = False

    @classmethod
    def of(cls, options: Mapping[str, str]) -> "Settings":
        """The settings in ``?key=value`` form. Raises ConfigError."""
        check_options("vmc", options, _OPTIONS)
        return cls(
            people=_people(options.get("people", "1")),
            rate=_rate(options.get("rate", "60")),
            depth=_switch("depth", options.get("depth", "0")),
            source_mirrored=_switch("source-mirrored", options.get("source-mirrored", "0")),
        )


def _people(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_PEOPLE:
        raise ConfigError(f"vmc people must be a number from 1 to {_MOST_PEOPLE}, got '{text}'")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 1.0 <= rate <= _MOST_RATE:
        raise ConfigError(f"vmc rate must be a number from 1 to {_MOST_RATE:.0f} per second, got '{text}'")
    return rate


def _switch(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise ConfigError(f"vmc {name} must be one of 0, 1, got '{text}'")
    return text == "1"
