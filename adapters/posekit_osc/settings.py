"""What a user can choose about an OSC output, checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from posekit.errors import ConfigError
from posekit.plugins import check_options
from posekit_osc.coordinates import COORDINATES

__all__ = ["CONTENTS", "FORMAT_NAMES", "PRESETS", "Settings"]

FORMAT_NAMES = ("joints", "array", "scalar", "poseosc")
CONTENTS = ("all", "numbers", "events")
_OPTIONS = ("preset", "format", "coords", "y-up", "prefix", "content")
#: OSC 1.0 forbids space and # * , / ? [ ] { } within a part of an address.
_PREFIX = re.compile(r"(/[!-~]+)+")
_FORBIDDEN = re.compile(r"[ #*,?\[\]{}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """format, coords: see ``docs/osc.md``. prefix: what addresses begin with.

    content: ``all``; ``numbers``, without text and lists whose length changes; ``events``, without people.
    """

    format: str = "joints"
    coords: str = "norm"
    y_up: bool = False
    prefix: str = "/pose"
    content: str = "all"

    @classmethod
    def of(cls, options: Mapping[str, str]) -> "Settings":
        """The settings in ``?key=value`` form. Raises ConfigError."""
        check_options("osc", options, _OPTIONS)
        usual = cls()
        if "preset" in options:
            usual = PRESETS[_one_of("preset", options["preset"], tuple(PRESETS))]
        chosen = cls(
            format=_one_of("format", options.get("format", usual.format), FORMAT_NAMES),
            coords=_one_of("coords", options.get("coords", usual.coords), tuple(COORDINATES)),
            y_up=_one_of("y-up", options.get("y-up", "1" if usual.y_up else "0"), ("0", "1")) == "1",
            prefix=options.get("prefix", usual.prefix).rstrip("/"),
            content=_one_of("content", options.get("content", usual.content), CONTENTS),
        )
        if not _PREFIX.fullmatch(chosen.prefix) or _FORBIDDEN.search(chosen.prefix) or len(chosen.prefix) > 200:
            raise ConfigError(
                f"osc prefix '{options['prefix']}' must begin with / and hold no space and none of #*,?[]{{}}, "
                "for example /pose"
            )
        return chosen

    def described(self) -> str:
        """The settings as a user would write them, in one line."""
        parts = [f"--osc-format {self.format}", f"--coords {self.coords}"]
        parts += ["--y-up"] if self.y_up else []
        parts.append(f"--osc-prefix {self.prefix}")
        said = {"numbers": ", numbers only", "events": ", events only"}.get(self.content, "")
        return " ".join(parts) + said


#: What each program likes, by its name. TouchDesigner's channels are numbers, all there from the start, with the origin
#: at the bottom left; a sound is to rise with the hand, so y is up in Pure Data; Unity takes a person in one message,
#: from the middle of the picture, as its camera looks at its world; Max and Processing draw from the top left.
PRESETS: Final[Mapping[str, Settings]] = MappingProxyType(
    {
        "touchdesigner": Settings(format="scalar", y_up=True, content="numbers"),
        "max": Settings(),
        "puredata": Settings(y_up=True),
        "unity": Settings(format="array", coords="centered", y_up=True),
        "processing": Settings(format="array"),
    }
)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ConfigError(f"osc {name} must be one of {', '.join(allowed)}, got '{value}'")
    return value
