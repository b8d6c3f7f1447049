"""The file that states everything: it reads as what it was written from, and so does the manual."""

import importlib.util
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from posekit.cli.config import initial
from posekit.cli.described import described_schema, meanings
from posekit.cli.run import run
from posekit.config_file import RunConfig, problems
from posekit.config_file.positions import Place
from posekit.config_file.reading import parse
from posekit.config_file.shape import Schema, alternatives, at, children, expected, json_schema
from posekit.config_file.writing import written

ROOT = described_schema()
DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def settings(schema: Schema = ROOT, place: Place = ()) -> Iterator[tuple[Place, Schema]]:
    """Every setting of the model."""
    for name, one in children(schema, ROOT).items():
        if children(one, ROOT):
            yield from settings(one, (*place, name))
        else:
            yield (*place, name), one


SETTINGS = dict(settings())

#: Tables whose entries users name.
TABLES = {
    "CustomExercise": {"leg_curl": {"angle": ["leftHip", "leftKnee", "leftAnkle"], "return": 150, "enter": 80}},
    "PoseExamples": {"tree": {"enter": 0.2, "exit": 0.3, "examples": [[[0.25, -1.5, 0.75]] * 17]}},
}


def another(schema: Schema) -> Any:
    """A value that is allowed and not the default."""
    (first, *_) = alternatives(schema, ROOT)
    if schema.get("examples"):
        return schema["examples"][0]
    if "additionalProperties" in first:
        return TABLES[first["additionalProperties"]["$ref"].rpartition("/")[2]]
    if "enum" in first:
        return next(choice for choice in first["enum"] if choice != schema.get("default"))
    if first["type"] == "boolean":
        return not schema["default"]
    if first["type"] == "array":
        return [
            another({**one, "default": bound})
            for one, bound in zip(first["prefixItems"], schema["default"], strict=True)
        ]
    if first["type"] == "integer":
        return schema["default"] + 1
    if first["type"] == "number":
        return schema["default"] / 2 or (first.get("maximum") or 1) / 2
    return "/somewhere/else"


def nested(place: Place, value: Any) -> dict[str, Any]:
    for key in reversed(place):
        value = {key: value}
    return value  # type: ignore[no-any-return]


def test_the_model_is_all_there() -> None:
    sections = {place[0] for place in SETTINGS}
    assert sections == set(RunConfig.model_fields)
    assert ("detectors", "falls", "confirm_s") in SETTINGS
    assert len(SETTINGS) > 80


@pytest.mark.parametrize("place", SETTINGS, ids=lambda place: ".".join(place))
def test_a_setting_round_trips(place: Place) -> None:
    config = RunConfig.model_validate(nested(place, another(SETTINGS[place])))
    assert config != RunConfig()
    text = written(config, ROOT)
    assert problems(text) == []
    assert parse(text, Path("posekit.toml")) == config


def test_everything_at_once_round_trips() -> None:
    values: dict[str, Any] = {}
    for place, schema in SETTINGS.items():
        inner = values
        for key in place[:-1]:
            inner = inner.setdefault(key, {})
        inner[place[-1]] = another(schema)
    config = RunConfig.model_validate(values)
    assert parse(written(config, ROOT), Path("posekit.toml")) == config


def test_texts_of_any_kind_round_trip() -> None:
    odd = 'C:\\a "b"\n\t\x7fü€😀#'
    config = RunConfig.model_validate({"sources": [odd], "vision": {"model": odd}})
    assert parse(written(config, ROOT), Path("posekit.toml")) == config


def test_the_first_file_is_all_defaults_and_states_each() -> None:
    text = initial()
    assert parse(text, Path("posekit.toml")) == RunConfig()
    for place in SETTINGS:
        assert re.search(rf"^#?(\[.*\.)?{place[-1]}\b", text, re.MULTILINE), place
    # Whoever takes the examples at their word has a file that works.
    uncommented = re.sub(r"^#(\w+ = )", r"\1", text, flags=re.MULTILINE)
    assert uncommented != text
    assert problems(uncommented) == []
    assert max(map(len, text.splitlines())) <= 140


def test_tables_may_be_added_to_the_first_file() -> None:
    text = initial() + '\n[[events.zone]]\nname = "a"\npolygon = [[0, 0], [1, 0], [1, 1]]\n'
    assert problems(text) == []


@pytest.mark.parametrize("place", SETTINGS, ids=lambda place: ".".join(place))
def test_a_setting_is_explained(place: Place) -> None:
    assert len(SETTINGS[place]["description"]) > 8
    assert "a value" not in expected(SETTINGS[place], ROOT)


def test_the_words_of_the_command_line_are_those_of_the_file() -> None:
    options = set(inspect.signature(run).parameters)
    of_this_call = {"source", "config", "watch_file", "json", "quiet", "stats", "stats_json"}
    keys = {place[-1] for place in SETTINGS if place[0] != "detectors"}
    assert options - of_this_call == keys - {"sources"}


def test_the_schema_agrees_with_the_model() -> None:
    schema = described_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    assert check.is_valid(RunConfig().model_dump(mode="json", exclude_none=True))
    assert check.is_valid({"events": {"zone": ["a:0,0 1,0 1,1"]}, "tracking": {"region": "0,0,1,1"}})
    for wrong in ({"smoothing": 1}, {"detectors": {"gait": {"every": 0}}}, {"output": {"rotate": 45}}):
        assert not check.is_valid(wrong)
    for place in SETTINGS:
        assert at(place, json_schema()) is not None


def make() -> Any:
    spec = importlib.util.spec_from_file_location("make_configuration", DOCS / "make_configuration.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_manual_and_the_schema_are_current() -> None:
    remedy = "run: python docs/make_configuration.py"
    assert make().page() == (DOCS / "configuration.md").read_text(encoding="utf-8"), remedy
    assert make().schema() == (DOCS / "posekit.schema.json").read_text(encoding="utf-8"), remedy
    assert json.loads(make().schema())["title"] == "posekit.toml"


def test_the_manuals_files_are_in_order() -> None:
    texts = re.findall(r"```toml\n(.*?)```", (DOCS / "configuration.md").read_text(encoding="utf-8"), re.DOTALL)
    assert texts
    for text in texts:
        assert problems(text) == []


def test_meanings_in_a_docstring() -> None:
    text = """What counts. Lengths are relative, with ``least`` of them.

    one: the first; it has a colon: here. two, three: both
    of them; four_s: so long.

    Whoever has five is seen. seven: not known.
    """
    assert meanings(text, ["one", "two", "three", "four_s", "five", "least"]) == {
        "one": "The first; it has a colon: here.",
        "two": "Both of them.",
        "three": "Both of them.",
        "four_s": "So long.",
        "five": "Whoever has five is seen.",
        "least": "Lengths are relative, with least of them.",
    }
