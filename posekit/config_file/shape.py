"""What a setting may be, in words, from the JSON Schema of the model: the same in messages, files and the manual."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from posekit.config_file.model import RunConfig
from posekit.config_file.positions import Place

__all__ = ["Schema", "alternatives", "at", "children", "expected", "json_schema", "mismatches", "resolved", "toml"]

Schema = Mapping[str, Any]

_KINDS: Final[Mapping[str, str]] = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
}


@cache
def json_schema() -> Schema:
    """The JSON Schema of ``posekit.toml``."""
    return RunConfig.model_json_schema()


def resolved(schema: Schema, root: Schema) -> Schema:
    """A schema in place of a reference to it."""
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]] | {k: v for k, v in schema.items() if k != "$ref"}
    return schema


def alternatives(schema: Schema, root: Schema) -> list[Schema]:
    """What may stand there; TOML has no null."""
    schema = resolved(schema, root)
    found = [one for option in schema.get("anyOf", ()) for one in alternatives(option, root)] or [schema]
    return [one for one in found if one.get("type") != "null"]


def children(schema: Schema, root: Schema) -> dict[str, Schema]:
    """The keys of a table."""
    found: dict[str, Schema] = {}
    for one in alternatives(schema, root):
        found.update(one.get("properties", {}))
    return found


def at(place: Place, root: Schema) -> Schema | None:
    """The schema of a place; None where nothing may be."""
    schema: Schema | None = root
    for key in place:
        found = None
        for one in alternatives(schema or {}, root):
            found = found or _inside(one, key)
        if found is None:
            return None
        schema = found
    return schema


def _inside(schema: Schema, key: str | int) -> Schema | None:
    if isinstance(key, str):
        more = schema.get("additionalProperties")
        found: Schema | None = schema.get("properties", {}).get(key) or (more if isinstance(more, dict) else None)
        return found
    fixed = schema.get("prefixItems", ())
    element: Schema | None = fixed[key] if key < len(fixed) else schema.get("items")
    return element


def expected(schema: Schema, root: Schema) -> str:
    """What may stand there, in words."""
    return " or ".join(dict.fromkeys(_words(one, root) for one in alternatives(schema, root)))


def _words(schema: Schema, root: Schema) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(toml(choice) for choice in schema["enum"])
    if "const" in schema:
        return toml(schema["const"])
    kind = schema.get("type")
    if kind == "array" and "prefixItems" in schema:
        parts = [expected(one, root) for one in schema["prefixItems"]]
        return f"a list of {len(parts)} {_plural(parts[0])}" if len(set(parts)) == 1 else f"[{', '.join(parts)}]"
    if kind == "array":
        words = expected(schema.get("items", {}), root).replace(" or a ", " or of a ")
        return f"a list of {_plural(words)}" + (", one at least" if schema.get("minItems") == 1 else "")
    if kind == "object":
        return "a table"
    return _KINDS.get(str(kind), "a value") + _range(schema)


def _plural(words: str) -> str:
    for one in ("text", "table", "number", "whole number", "list"):
        words = words.replace(f"a {one}", f"{one}s")
    return words


def _range(schema: Schema) -> str:
    least, above, most = (schema.get(bound) for bound in ("minimum", "exclusiveMinimum", "maximum"))
    if above is not None:
        return f" above {above:g}" + (f", up to {most:g}" if most is not None else "")
    if least is not None:
        return f" from {least:g} to {most:g}" if most is not None else f" of {least:g} or more"
    return f" up to {most:g}" if most is not None else ""


def mismatches(value: object, schema: Schema, root: Schema, place: Place = ()) -> Iterator[Place]:
    """Where a value is of another kind than it should be. What has no place in the schema is passed over."""
    fitting = [one for one in alternatives(schema, root) if _fits(value, one)]
    if not fitting:
        yield place
        return
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, element in inner:
        found = _inside(fitting[0], key)
        if found is not None:
            yield from mismatches(element, found, root, (*place, key))


def _fits(value: object, schema: Schema) -> bool:
    if "enum" in schema:
        return any(value == choice and type(value) is type(choice) for choice in schema["enum"])
    kinds: dict[str, type | tuple[type, ...]] = {
        "boolean": bool,
        "integer": int,
        "number": (int, float),
        "string": str,
        "array": list,
        "object": dict,
    }
    kind = str(schema.get("type"))
    if isinstance(value, bool):
        return kind == "boolean"
    return kind not in kinds or isinstance(value, kinds[kind])


def toml(value: Any) -> str:
    """A value as TOML has it, on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {toml(one)}" for name, one in value.items()) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, float):
        return str(value)
    if isinstance(value, str | bool | int):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)
