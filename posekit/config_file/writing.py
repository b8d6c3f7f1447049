"""Writes ``posekit.toml``: every setting, what it means, what it may be, and its value or, as a comment, an example."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

from posekit.config_file.model import RunConfig
from posekit.config_file.positions import Place
from posekit.config_file.shape import Schema, alternatives, children, expected, resolved, toml

__all__ = ["key", "rows", "written"]

_WIDTH: Final = 100
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_HEAD: Final = """\
What posekit does, in a file: posekit run --config posekit.toml
A key is called as its option is (input_size is --input-size), and options win over the file.
What stands behind '#' is an example of a setting that is not set.\
"""


def written(config: RunConfig, root: Schema) -> str:
    """A file with these settings. root: the JSON Schema of the file, with descriptions.

    A default that depends on this computer is left for the next one to choose.
    """
    values = config.model_dump(mode="json", by_alias=True)
    given = config.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for section, schema in children(root, root).items():
        for name, one in children(schema, root).items():
            if not children(one, root) and "default" not in one and name not in given.get(section, {}):
                values[section][name] = None
    return "\n".join([*_comment(_HEAD), "", *_table((), values, root, root)]) + "\n"


def rows(root: Schema) -> Iterator[tuple[str, list[tuple[str, str, Schema, str]]]]:
    """Per section, by its header, its keys: name, what it may be, its schema, and what it means."""
    for header, schema in _sections((), root, root):
        settings = children(schema, root).items()
        found = [
            (name, expected(one, root), one, str(one.get("description", "")))
            for name, one in settings
            if not children(one, root)
        ]
        if found:
            yield header, found


def key(name: str) -> str:
    """A key as it may stand in a file."""
    return name if _BARE.fullmatch(name) else toml(name)


def _sections(place: Place, schema: Schema, root: Schema) -> Iterator[tuple[str, Schema]]:
    yield f"[{_dotted(place)}]" if place else "", schema
    for name, one in children(schema, root).items():
        if children(one, root):
            yield from _sections((*place, name), one, root)
            continue
        for inner in alternatives(one, root):
            if children(inner.get("items", {}), root):
                yield f"[[{_dotted((*place, name))}]]", inner["items"]
            elif children(inner.get("additionalProperties") or {}, root):
                yield f"[{_dotted((*place, name))}.NAME]", inner["additionalProperties"]


def _table(place: Place, values: Mapping[str, Any], schema: Schema, root: Schema) -> list[str]:
    """The lines of a table: its own keys, and then the tables within."""
    own: list[str] = []
    within: list[str] = []
    before = ""
    for name, one in children(schema, root).items():
        inner = (*place, name)
        if children(one, root):
            heading = _comment(str(resolved(one, root).get("description", "")))
            within += ["", *heading, f"[{_dotted(inner)}]", *_table(inner, values[name], one, root)]
            continue
        about = str(one.get("description", ""))
        setting = _setting(inner, values.get(name), one)
        if setting.startswith("#["):  # a table ends the keys above it
            within += ["", *_comment(about), f"{setting}  # {_kind(one, root)}"]
            continue
        # What one sentence says of several stands above the first.
        own += [] if about == before else ["", *_comment(about)]
        own.append(f"{setting}  # {_kind(one, root)}")
        before = about
    return [*own[0 if place else 1 :], *within]


def _kind(schema: Schema, root: Schema) -> str:
    unset = "" if "default" in schema and schema["default"] not in (None, [], {}) else "; not set"
    return expected(schema, root) + unset


def _setting(place: Place, value: Any, schema: Schema) -> str:
    name = key(str(place[-1]))
    if value or value in (0, False) or isinstance(value, str):
        return f"{name} = {toml(_without_none(value))}"
    # An empty list or table is not written: it would forbid [[SECTION.KEY]] and [SECTION.KEY.NAME] further down.
    if schema.get("examples"):
        return f"#{name} = {toml(schema['examples'][0])}"
    named = any("additionalProperties" in one for one in schema.get("anyOf", [schema]))
    return f"#[{_dotted(place)}.NAME]" if named else f"#{name} ="


def _dotted(place: Place) -> str:
    return ".".join(key(str(part)) for part in place)


def _without_none(value: Any) -> Any:
    """TOML has no null: what is not set is left out."""
    if isinstance(value, Mapping):
        return {name: _without_none(one) for name, one in value.items() if one is not None}
    return [_without_none(one) for one in value] if isinstance(value, list | tuple) else value


def _comment(text: str) -> list[str]:
    return [f"# {line}".rstrip() for part in text.splitlines() for line in textwrap.wrap(part, _WIDTH) or [""]]
