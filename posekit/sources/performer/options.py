"""What a user may ask of the performer, checked: ``performer:MOTION?option=value&…``."""

import difflib
import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Final
from urllib.parse import parse_qsl

from posekit.errors import SourceError
from posekit.sources.performer.motion import Known, Style
from posekit.sources.performer.motions import MOTIONS
from posekit.sources.performer.scene import TRAVELS

__all__ = ["NUMBERS", "check", "check_motion", "check_style", "heeded", "parsed"]

#: Every option that is a number: whether it is a whole one, and from where to where it goes.
NUMBERS: Final = {
    "people": (int, 1, 16),
    "speed": (float, 0.1, 5.0),
    "size": (float, 0.05, 3.0),
    "elevation": (float, -30.0, 60.0),
    "seed": (int, 0, 2**31 - 1),
    "noise": (float, 0.0, 100.0),
    "width": (int, 64, 7680),
    "height": (int, 64, 4320),
    "fps": (float, 0.5, 240.0),
    "duration_s": (float, 0.01, 1e6),
    "cycles": (int, 1, 10000),
    "depth": (float, 0.05, 1.25),
    "start": (float, 0.0, 0.9),
    "pause_s": (float, 0.0, 600.0),
    "rest_s": (float, 0.0, 600.0),
    "dips": (int, 1, 5),
    "turn": (float, -180.0, 180.0),
}
_STYLE: Final = tuple(field.name for field in fields(Style))


def parsed(text: str) -> tuple[str | None, dict[str, float | str], Style]:
    """The motion, the options and the style that ``performer[:MOTION][?option=value&…]`` means. Raises SourceError."""
    wanted, _, query = text.removeprefix("performer").removeprefix(":").partition("?")
    options: dict[str, float | str] = {}
    style: dict[str, float | str] = {}
    for option, value in parse_qsl(query, keep_blank_values=True):
        (style if option in _STYLE else options)[option] = _value(option, value)
    return wanted or None, options, Style(**style)  # type: ignore[arg-type]


def _value(option: str, value: str) -> float | str:
    if option == "side":
        return value
    if option not in NUMBERS:
        known = ["side", *NUMBERS]
        raise SourceError(f"the performer has no option '{option}'; {_nearest(option, known, 'it has')}")
    whole = NUMBERS[option][0] is int
    try:
        return int(value) if whole else float(value)
    except ValueError:
        number = "a whole number" if whole else "a number"
        raise SourceError(f"the performer's {option} is {number}, got '{value}'") from None


def check(options: Mapping[str, float | None]) -> None:
    """Raise SourceError for a number out of range; None is not given."""
    for option, value in options.items():
        _, lowest, highest = NUMBERS[option]
        if value is not None and not (math.isfinite(value) and lowest <= value <= highest):
            raise SourceError(f"the performer's {option} lies between {lowest:g} and {highest:g}, got {value:g}")


def check_motion(motion: str | None) -> None:
    """Raise SourceError for a motion that does not exist."""
    if motion is not None and motion not in MOTIONS:
        raise SourceError(f"the performer has no motion '{motion}'; {_nearest(motion, list(MOTIONS), 'it has')}")


def check_style(motion: str | None, style: Style) -> None:
    """Raise SourceError for a style out of range, or one that a motion does not heed."""
    heeds = heeded(motion)
    usual = Style()
    for name in _STYLE:
        value = getattr(style, name)
        if value == getattr(usual, name):
            continue
        if name not in heeds:
            performer = f"the performer's {motion}" if motion else "the performer's tour"
            raise SourceError(f"{performer} has no {name}; it has {', '.join(heeds) or 'no such options'}")
        if name == "side":
            _check_side(motion or "", value)
        else:
            check({name: value})
    if style.start >= style.depth:
        raise SourceError(f"the performer's start must be below its depth of {style.depth:g}, got {style.start:g}")


def heeded(motion: str | None) -> tuple[str, ...]:
    """The fields of the style that a motion heeds."""
    known: Known | None = MOTIONS.get(motion or "")
    if known is None or motion in TRAVELS:
        return ()
    return (*known.heeds, *(("side",) if known.sides else ()), "turn")


def _check_side(motion: str, side: str) -> None:
    sides = MOTIONS[motion].sides
    if side not in sides:
        raise SourceError(f"the performer's {motion} has the sides {', '.join(sides)}, got '{side}'")


def _nearest(name: str, known: list[str], otherwise: str) -> str:
    near = difflib.get_close_matches(name.replace("-", "_"), known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"{otherwise} {', '.join(known)}"
