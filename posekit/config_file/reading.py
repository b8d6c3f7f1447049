"""Reads ``posekit.toml``, and says of everything wrong in it: which line, what was got and expected, what to do."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from posekit.config_file.model import RunConfig
from posekit.config_file.positions import Place, lines_of
from posekit.config_file.shape import Schema, alternatives, at, children, expected, json_schema, mismatches, toml
from posekit.errors import ConfigError
from posekit.sensible import BEYOND

__all__ = ["Problem", "parse", "problems", "read_config", "read_text"]

#: Line and words.
Problem = tuple[int, str]

_UNKNOWN: Final = ("extra_forbidden", "unexpected_keyword_argument")
_AT_LINE: Final = re.compile(r"(.*?)\s*\(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
#: What is usually behind a mistake of syntax, by the words of ``tomllib``.
_REMEDIES: Final[Mapping[str, str]] = {
    "Unescaped '\\' in a string": r"write a Windows path in single quotes, such as 'C:\clips\a.mp4'",
    "Cannot overwrite a value": "this key stands there twice: keep one of them",
    "twice": "this [section] stands there twice: put its keys under one of them",
    "Invalid value": "write texts in quotes, numbers as 0.5, and true or false in small letters",
    "Expected '=' after a key": "write KEY = VALUE, or [SECTION]",
    "Expected ']'": "close the bracket with ]",
    "Unclosed array": "close the list with ], and put a comma between its elements",
    "Unterminated string": "end the text with the quote that it begins with",
    "Illegal character '\\n'": "end the text with the quote that it begins with",
    "Expected newline or end of document": "put each KEY = VALUE on a line of its own, and a text into quotes",
    "Invalid initial character for a key part": "a line begins with a key, a [section] or #",
    "Invalid statement": "a line begins with a key, a [section] or #",
    "Unclosed inline table": "close the table with }",
}


def read_config(path: Path) -> RunConfig:
    """The settings of a file. Raises ConfigError in one line; ``posekit config check`` has all that is wrong."""
    return parse(read_text(path), path)


def parse(text: str, path: Path) -> RunConfig:
    """The settings of a file with that text. Raises ConfigError."""
    found = problems(text)
    if not found:
        return RunConfig.model_validate(tomllib.loads(text))
    line, words = found[0]
    more = f" (and {len(found) - 1} more: posekit config check {path})" if len(found) > 1 else ""
    raise ConfigError(f"{path}:{line}: {words}{more}")


def read_text(path: Path) -> str:
    """What stands in the file. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        near = difflib.get_close_matches(path.name, _files_beside(path), n=1)
        remedy = f"did you mean '{path.with_name(near[0])}'?" if near else f"make one with posekit config init {path}"
        raise ConfigError(f"there is no file {path}: {remedy}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}:{line}: the file is no UTF-8 text: save it as UTF-8 in your editor") from None
    except OSError as error:
        remedy = "name a file in it" if path.is_dir() else "check its permissions"
        raise ConfigError(f"{path} cannot be read ({error.strerror}): {remedy}") from None


def problems(text: str) -> list[Problem]:
    """Everything that is wrong with a file of that text, from top to bottom."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [_syntax(error, text)]
    lines, root = lines_of(text), json_schema()
    kinds = list(mismatches(data, root, root))
    found = {place: _mismatch(place, _value_at(data, place), root) for place in kinds}
    try:
        RunConfig.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            place = _place(detail, data)
            if not any(_related(place, wrong) for wrong in kinds):
                found[place] = _described(place, detail, data, root)
    return sorted((_line(place, lines), words) for place, words in found.items())


def _place(detail: ErrorDetails, data: Any) -> Place:
    """Where an error is: of a list that is too short, the list."""
    place = tuple(detail["loc"])
    if detail["type"] == "value_error":
        return _meant(place, str(detail["ctx"]["error"]), data)
    if detail["type"] == BEYOND:
        return (*place, *str(detail["ctx"]["name"]).split("."))
    return place[:-1] if detail["type"] == "missing" and isinstance(place[-1], int) else place


def _meant(place: Place, words: str, data: Any) -> Place:
    """The last value within a place that an error calls by name, or the place itself."""
    names = re.findall(r"'([^']+)'", words)
    found = place
    for inner, value in _leaves(_value_at(data, place), place):
        if any(value == name or (isinstance(value, str) and value.startswith(f"{name}:")) for name in names):
            found = inner
    return found


def _leaves(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(one, (*place, key))
    else:
        yield place, value


def _related(one: Place, other: Place) -> bool:
    """Whether one is inside of the other."""
    return all(a == b for a, b in zip(one, other, strict=False))


def _line(place: Place, lines: Mapping[Place, int]) -> int:
    """That of the place, or of what it would be in."""
    return next((lines[place[:depth]] for depth in range(len(place), 0, -1) if place[:depth] in lines), 1)


def _syntax(error: tomllib.TOMLDecodeError, text: str) -> Problem:
    match = _AT_LINE.fullmatch(str(error))
    words, number = (match[1], match[2]) if match else (str(error), None)
    line = int(number) if number else text.rstrip().count("\n") + 1
    # A text that is not ended is noticed at the beginning of the next line.
    if "Illegal character '\\n'" in words and number and match and match[3] == "1":
        line -= 1
    remedy = next((remedy for mark, remedy in _REMEDIES.items() if mark in words), "see https://toml.io")
    return line, f"this is not TOML ({words[:1].lower()}{words[1:]}): {remedy}"


def _described(place: Place, detail: ErrorDetails, data: object, root: Schema) -> str:
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind in _UNKNOWN:
        return _unknown(place, root)
    if kind == "missing" and isinstance(detail["loc"][-1], str):
        return _missing(place, root)
    if kind in ("value_error", "assertion_error"):
        cause = str(context["error"])
        return cause if isinstance(context["error"], ConfigError) else f"{_named(place)} {cause}"
    return _mismatch(place, _value_at(data, place), root, ", the smaller first" if "smaller" in detail["msg"] else "")


def _mismatch(place: Place, value: Any, root: Schema, more: str = "") -> str:
    """What was got and expected, and what to write."""
    schema = at(place, root) or {}
    remedy = _remedy(place, value, schema, root)
    return f"{_named(place)} must be {expected(schema, root)}{more}, got {_shown(value)}: {remedy}"


def _remedy(place: Place, value: Any, schema: Schema, root: Schema) -> str:
    kinds = {str(one.get("type")) for one in alternatives(schema, root)}
    choices = [choice for one in alternatives(schema, root) for choice in one.get("enum", ())]
    if isinstance(value, str):
        near = difflib.get_close_matches(value.lower(), [c for c in choices if isinstance(c, str)], n=1)
        if near:
            return f"did you mean {toml(near[0])}?"
        if kinds & {"number", "integer"} and re.fullmatch(r"[+-]?\d+(\.\d+)?", value.strip()):
            return f"write {value.strip()} without quotes"
        if "boolean" in kinds:
            return f"write {'true' if value.lower() in ('yes', 'on', 'true', '1') else 'false'} without quotes"
    listed = _listed(value, schema, root)
    if listed:
        return f"write {toml(listed)}"
    if kinds == {"string"} and not isinstance(value, dict | list | str):
        return f"write {toml(str(toml(value)))} in quotes"
    if kinds == {"boolean"} and value in (0, 1):
        return f"write {toml(bool(value))}"
    if kinds == {"object"}:
        return f"write a table [{_dotted(place)}]"
    return _example(schema)


def _example(schema: Schema) -> str:
    if schema.get("default") is not None:
        return f"the default is {toml(schema['default'])}"
    examples = schema.get("examples")
    return f"for example {toml(examples[0])}" if examples else "see docs/configuration.md"


def _listed(value: Any, schema: Schema, root: Schema) -> list[Any]:
    """The value in a list, if that is what is missing; empty if it is not."""
    for one in alternatives(schema, root):
        if one.get("type") == "array" and "items" in one and not isinstance(value, list):
            text = [toml(value)] if isinstance(value, int | float) else [value]
            for listed in ([value], text):
                if not list(mismatches(listed, one, root)):
                    return listed
    return []


def _unknown(place: Place, root: Schema) -> str:
    *inside, key = place
    parent = tuple(inside)
    siblings = children(at(parent, root) or {}, root)
    where = f"in [{_dotted(parent)}]" if parent else "at the top of the file"
    near = difflib.get_close_matches(str(key), siblings, n=1)
    everywhere = dict(_keys(root, root))
    if near:
        hint = f"did you mean '{near[0]}'?"
    elif str(key) in everywhere:
        hint = f"it belongs into [{_dotted(everywhere[str(key)])}]"
    elif far := difflib.get_close_matches(str(key), everywhere, n=1, cutoff=0.75):
        hint = f"did you mean '{far[0]}' in [{_dotted(everywhere[far[0]])}]?"
    else:
        hint = f"there are {', '.join(siblings)}"
    return f"there is no '{key}' {where}: {hint}"


def _missing(place: Place, root: Schema) -> str:
    *inside, key = place
    schema = at(place, root) or {}
    return f"{_named(tuple(inside))} needs '{key}': add {key} = …, {expected(schema, root)}"


def _keys(schema: Schema, root: Schema, place: Place = ()) -> Iterator[tuple[str, Place]]:
    """Every key of a section, and where it is; those of deeper ones first, so that the upper ones win."""
    for name, one in children(schema, root).items():
        if children(one, root):
            yield from _keys(one, root, (*place, name))
        elif place:
            yield name, place


def _value_at(data: Any, place: Place) -> Any:
    for key in place:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return data
    return data


def _named(place: Place) -> str:
    return _dotted(place) or "the file"


def _dotted(place: Place) -> str:
    """Keys with points between them; of elements, which one it is, from 1."""
    words = ""
    for key in place:
        words += f" no. {key + 1}" if isinstance(key, int) else f".{key}" if words else key
    return words


def _shown(value: Any) -> str:
    words = toml(value)
    return words if len(words) <= 60 else f"{words[:57]}…"


def _files_beside(path: Path) -> list[str]:
    try:
        return [entry.name for entry in path.parent.iterdir() if entry.suffix == ".toml"]
    except OSError:
        return []
