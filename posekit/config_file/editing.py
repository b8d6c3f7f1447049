"""Changes single values in the text of a ``posekit.toml``, and leaves everything else as somebody wrote it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from posekit.config_file.shape import toml
from posekit.errors import ConfigError

__all__ = ["dotted", "edited"]

_HEADER: Final = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.\s-]+?)\s*\]\]?\s*(#.*)?$")


def edited(text: str, changes: Mapping[str, Mapping[str, Any]]) -> str:
    """The text with other values, by section ('' for what stands before all sections) and key; None takes a key out.

    Raises ConfigError where it is written in a way that only its author can change.
    """
    tomllib.loads(text)
    lines = text.splitlines()
    for section, values in changes.items():
        for key, value in values.items():
            lines = _changed(lines, section, key, value)
    after = "\n".join(lines) + "\n"
    _check(after, changes)
    return after


def dotted(section: str, key: str) -> str:
    """What a setting is called, by its section and key."""
    return f"{section}.{key}" if section else key


def _check(text: str, changes: Mapping[str, Mapping[str, Any]]) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        data = {}
    for section, values in changes.items():
        for key, value in values.items():
            if _bare((data.get(section, {}) if section else data).get(key)) != _bare(value):
                raise ConfigError(
                    f"{dotted(section, key)} stands in the file in a way that only you can change: edit it"
                )


def _bare(value: Any) -> Any:
    """A value as TOML gives it back: without None, lists for tuples; an empty list is not there."""
    if isinstance(value, Mapping):
        return {name: _bare(one) for name, one in value.items() if one is not None}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_bare(one) for one in value] or None
    return value


def _changed(lines: Sequence[str], section: str, key: str, value: Any) -> list[str]:
    kept = _without_tables(lines, f"{section}.{key}")
    start, end = _section(kept, section)
    wanted = [] if _bare(value) is None else _written(key, _bare(value))
    found = _setting(kept, start, end, key)
    if found is not None:
        first, last = found
        if len(wanted) == 1 and first + 1 == last:
            wanted = [wanted[0] + _remark(kept[first])]
        return [*kept[:first], *wanted, *kept[last:]]
    if not wanted:
        return kept
    if start < 0:
        return [*kept, *([""] if kept and kept[-1].strip() else []), f"[{section}]", *wanted]
    example = next((at for at in range(start, end) if re.match(rf"\s*#\s*{re.escape(key)}\s*=", kept[at])), None)
    if example is None:
        example = max((at for at in range(max(start - 1, 0), end) if kept[at].strip()), default=-1)
        if not section and end < len(kept) and example + 1 == end:
            wanted = [*wanted, ""]
    return [*kept[: example + 1], *wanted, *kept[example + 1 :]]


def _written(key: str, value: Any) -> list[str]:
    """``key = value``; a list of tables with one on each line."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [f"{key} = [", *(f"  {toml(one)}," for one in value), "]"]
    return [f"{key} = {toml(value)}"]


def _headers(lines: Sequence[str]) -> list[tuple[int, str]]:
    """Where tables begin, and their names. Lines within texts of several lines are taken for what they look like."""
    found = []
    for at, line in enumerate(lines):
        header = _HEADER.match(line)
        if header is not None and line.lstrip().startswith("["):
            found.append((at, header[1]))
    return found


def _section(lines: Sequence[str], section: str) -> tuple[int, int]:
    """The lines of a table without its header; (-1, -1) if there is none."""
    headers = [(-1, ""), *_headers(lines), (len(lines), "")]
    for (at, name), (after, _) in pairwise(headers):
        if name == section:
            return at + 1, after
    return -1, -1


def _without_tables(lines: Sequence[str], name: str) -> list[str]:
    """Without the tables ``[[name]]``."""
    headers = [*_headers(lines), (len(lines), "")]
    gone = {line for (at, found), (after, _) in pairwise(headers) if found == name for line in range(at, after)}
    return [line for at, line in enumerate(lines) if at not in gone]


def _setting(lines: Sequence[str], start: int, end: int, key: str) -> tuple[int, int] | None:
    """The lines of ``key = …``, which may be several."""
    for first in range(max(start, 0), end):
        if re.match(rf"\s*{re.escape(key)}\s*=", lines[first]):
            for last in range(first + 1, end + 1):
                try:
                    tomllib.loads("\n".join(lines[first:last]))
                except tomllib.TOMLDecodeError:
                    continue
                return first, last
    return None


def _remark(line: str) -> str:
    """What stands behind the value on a line, from before the ``#`` on."""
    whole = tomllib.loads(line)
    for found in re.finditer(r"\s*#", line):
        try:
            if tomllib.loads(line[: found.start()]) == whole:
                return line[found.start() :]
        except tomllib.TOMLDecodeError:
            continue
    return ""
