"""Which values make sense for the limits of detectors, told by the units in their names.

A detector's settings are a plain dataclass, and its author trusts whoever writes Python. What stands in a file is
checked: times and tempos are above 0, scores and shares 0 to 1, counts 1 or more, and pairs in their order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

__all__ = ["BEYOND", "Sensible"]

#: The type of the errors; their context has the ``name`` of the setting, dotted, and its ``value``.
BEYOND: Final = "beyond"

#: End of a name to what JSON Schema calls the bounds.
_BOUNDS: Final[Mapping[str, Mapping[str, float]]] = {
    "_s": {"exclusiveMinimum": 0, "maximum": 3600},
    "_hz": {"exclusiveMinimum": 0},
    "_score": {"minimum": 0, "maximum": 1},
    "_deg": {"minimum": 0, "maximum": 180},
}
_COUNT: Final = {"minimum": 1}


class Sensible:
    """An annotation for a field whose type is such a dataclass."""

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The dataclass as pydantic checks it, and then its values."""
        return core_schema.no_info_after_validator_function(_checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The same as JSON Schema."""
        described = handler(schema)
        _describe(handler.resolve_ref_schema(described), handler)
        return described


def _bounds(name: str, value: object) -> Mapping[str, float]:
    if isinstance(value, int) and not isinstance(value, bool):
        return _COUNT
    return next((bounds for ending, bounds in _BOUNDS.items() if name.endswith(ending)), {})


def _checked(settings: Any) -> Any:
    for name, value in _values(settings):
        several = value if isinstance(value, tuple) else (value,)
        bounds = _bounds(name.rpartition(".")[2], several[0])
        if any(not _within(one, bounds) for one in several):
            raise _error(name, value, "is beyond what makes sense")
        if list(several) != sorted(several):
            raise _error(name, value, "has the smaller number first")
    return settings


def _error(name: str, value: object, message: str) -> PydanticCustomError:
    return PydanticCustomError(BEYOND, message, {"name": name, "value": value})


def _values(settings: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for field in fields(settings):
        value = getattr(settings, field.name)
        if is_dataclass(value):
            yield from _values(value, f"{before}{field.name}.")
        else:
            yield before + field.name, value


def _within(value: object, bounds: Mapping[str, float]) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return True
    return (
        value > bounds.get("exclusiveMinimum", float("-inf"))
        and value >= bounds.get("minimum", float("-inf"))
        and value <= bounds.get("maximum", float("inf"))
    )


def _describe(schema: dict[str, Any], handler: GetJsonSchemaHandler) -> None:
    for name, described in schema.get("properties", {}).items():
        if "$ref" in described:
            _describe(handler.resolve_ref_schema(described), handler)
        for one in described.get("prefixItems", [described]):
            if one.get("type") == "number":
                one.update(_bounds(name, 0.0))
            elif one.get("type") == "integer":
                one.update(_COUNT)
