"""The generated parts of the manual's pages on events, gestures and exercises, from the code itself.

``python -m posekit.reference`` writes them into the repository that it is called in.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from inspect import cleandoc
from pathlib import Path
from typing import Any, Final

from posekit.detectors.activity import ActivitySettings
from posekit.detectors.falls import FallSettings
from posekit.detectors.framing import FramingLimits
from posekit.detectors.gait import GaitSettings
from posekit.detectors.gesture_table import ClapLimits, SwipeLimits, WaveLimits
from posekit.detectors.jumps import JumpSettings
from posekit.detectors.measures import MEASURES
from posekit.detectors.tally import Counting
from posekit.events import CATALOGUE, EventField, EventSpec
from posekit.motion_reference import depth_rows, exercise_rows, fault_rows, gesture_rows, markdown

__all__ = ["SETTINGS", "documents"]

#: What can be adjusted, by the section of the page that describes it.
SETTINGS: Final[Mapping[str, type[Any]]] = {
    "framing": FramingLimits,
    "activity": ActivitySettings,
    "gait": GaitSettings,
    "jumps": JumpSettings,
    "falls": FallSettings,
    "wave": WaveLimits,
    "clap": ClapLimits,
    "swipe": SwipeLimits,
    "counting": Counting,
}
_PAGES: Final = ("docs/events.md", "docs/gestures.md", "docs/exercises.md")
_GENERATED: Final = re.compile(r"(<!-- generated: (\w+)(?: (\w+))? -->\n).*?(<!-- end -->)", re.DOTALL)


def documents(root: Path) -> dict[Path, str]:
    """Each page with generated parts, as it should be."""
    pages = [root / page for page in _PAGES]
    return {page: _GENERATED.sub(_part, page.read_text(encoding="utf-8")) for page in pages}


def _part(match: re.Match[str]) -> str:
    begin, what, which, end = match.groups()
    lines = _PARTS[what](which or "")
    return begin + "\n" + "\n".join(lines) + "\n\n" + end


def _events(_: str) -> Iterator[str]:
    for spec in CATALOGUE.values():
        yield from _event(spec)


def _event(spec: EventSpec) -> Iterator[str]:
    whom = ["i:slot", "i:id"] if spec.personal else []
    arguments = " ".join([*whom, *(f"{field.type}:{field.name}" for field in spec.fields)])
    yield f"### {spec.kind}"
    yield ""
    yield f"{spec.meaning[0].upper()}{spec.meaning[1:]}."
    yield ""
    yield f"OSC: `/pose/event/{spec.kind}{' ' + arguments if arguments else ''}`"
    yield ""
    if spec.fields:
        yield "| Field | Type | Unit | Meaning |"
        yield "|---|---|---|---|"
        for field in spec.fields:
            yield f"| `{field.name}` | {_TYPES[field.type]} | {field.unit} | {_meaning(field)} |"
        yield ""


_TYPES: Final = {"i": "whole number", "f": "number", "s": "text"}


def _meaning(field: EventField) -> str:
    if not field.choices:
        return field.meaning
    choices = ", ".join(f"`{choice}`" if choice else "empty" for choice in field.choices)
    return f"{field.meaning} ({choices})"


def _measures(_: str) -> Iterator[str]:
    yield "| Measure | Unit | Meaning |"
    yield "|---|---|---|"
    for name, (unit, meaning) in MEASURES.items():
        yield f"| `{name}` | {unit} | {meaning} |"


def _settings(which: str) -> Iterator[str]:
    kind = SETTINGS[which]
    _, _, rest = cleandoc(kind.__doc__ or "").partition("\n\n")
    said = rest or cleandoc(kind.__doc__ or "")
    yield f"`{kind.__name__}`: {said}"
    yield ""
    yield "| Setting | Default |"
    yield "|---|---|"
    for field in fields(kind):
        yield f"| `{field.name}` | {field.default} |"


_PARTS: Final[Mapping[str, Callable[[str], Iterator[str]]]] = {
    "events": _events,
    "measures": _measures,
    "settings": _settings,
    "gestures": lambda _: iter(markdown(gesture_rows())),
    "exercises": lambda _: iter(markdown(exercise_rows())),
    "depths": lambda _: iter(markdown(depth_rows())),
    "faults": lambda _: iter(markdown(fault_rows())),
}


if __name__ == "__main__":
    for path, text in documents(Path.cwd()).items():
        path.write_text(text, encoding="utf-8", newline="\n")
