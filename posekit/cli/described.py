"""The JSON Schema of ``posekit.toml`` with what every setting means: the words of its option, or of its docstring."""

import inspect
import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

from posekit.config_file.shape import json_schema

__all__ = ["described_schema", "meanings"]

#: Classes whose settings are options of ``posekit run``.
_OPTIONS: Final = ("RunConfig", "RunOutput", "VisionSettings", "TrackingSettings", "EventSettings", "RecoverySettings")


def described_schema() -> dict[str, Any]:
    """The schema, for editors, files and the manual."""
    from posekit.cli.run import run

    root: dict[str, Any] = deepcopy(dict(json_schema()))
    helps = _helps(run)
    helps["sources"] = helps["source"]
    for schema in (root, *root["$defs"].values()):
        text = inspect.cleandoc(str(schema.pop("description", "")))
        properties = schema.get("properties", {})
        said = meanings(text, list(properties))
        first = " ".join(text.partition("\n\n")[0].split())
        schema["description"] = "" if properties and _marks(list(properties)).match(first) else first
        title = str(schema.pop("title", ""))
        for name, one in properties.items():
            one.pop("title", None)
            if "$ref" not in one:
                one["description"] = helps.get(name) if title.endswith(_OPTIONS) else said.get(name, "")
    root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    root["title"] = "posekit.toml"
    return root


def meanings(text: str, names: list[str]) -> dict[str, str]:
    """What a docstring says of each name: ``name: …`` or ``name, other: …``, or the sentence that speaks of it."""
    found: dict[str, str] = {}
    sentences: list[str] = []
    for paragraph in text.split("\n\n"):
        words = " ".join(paragraph.split())
        marks = list(_marks(names).finditer(words)) if names else []
        ends = [*(match.start() for match in marks[1:]), len(words)]
        sentences += re.split(r"(?<=\.) ", words[: marks[0].start() if marks else len(words)])
        for match, end in zip(marks, ends, strict=False):
            said = words[match.end() : end].strip(" ;")
            sentences += re.split(r"(?<=\.) ", said)
            for name in re.split(r", and |, | and ", match[1]):
                found[name] = _sentence(said)
    for name in names:
        for pattern in (rf"``{re.escape(name)}``", rf"\b{re.escape(name)}\b"):
            about = [sentence for sentence in sentences if re.search(pattern, sentence)]
            if about:
                found.setdefault(name, _sentence(about[0]))
    return found


def _marks(names: list[str]) -> re.Pattern[str]:
    one = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.compile(rf"(?:^|(?<=[.;] ))((?:{one})(?:(?:, and |, | and )(?:{one}))*): ")


def _sentence(words: str) -> str:
    words = words.replace("``", "")
    return words[:1].upper() + words[1:].rstrip(".") + "."


def _helps(command: Callable[..., None]) -> dict[str, str]:
    """What ``--help`` says of each option."""
    helps = {}
    for name, parameter in inspect.signature(command).parameters.items():
        metadata: tuple[Any, ...] = getattr(parameter.annotation, "__metadata__", ())
        helps[name] = next((one.help for one in metadata if getattr(one, "help", None)), "")
    return helps
