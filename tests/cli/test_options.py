"""Options as they are told: help texts lose no words, and names are the same wherever they stand."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
import typer
from rich.text import Text
from typer.testing import CliRunner

from posekit.cli.app import app
from posekit.cli.options import Coordinates, OscFormat, Preset
from posekit.config_file import RunConfig
from posekit_osc.coordinates import COORDINATES
from posekit_osc.formats import FORMATS
from posekit_osc.settings import FORMAT_NAMES, PRESETS


def commands(command: Any, *names: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield names, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, *names, name)


def test_no_help_text_loses_its_brackets() -> None:
    told = [
        text
        for _, command in commands(typer.main.get_command(app))
        for text in (command.help, *(getattr(parameter, "help", None) for parameter in command.params))
        if text
    ]
    assert len(told) > 100
    for text in told:
        assert Text.from_markup(text).plain == text.replace("\\[", "[")


@pytest.mark.parametrize(("command", "extra"), [("run", "posekit[window]"), ("export", "posekit[parquet]")])
def test_extras_are_named(command: str, extra: str) -> None:
    told = CliRunner().invoke(app, [command, "--help"], terminal_width=200, env={"COLUMNS": "200"})
    assert told.exit_code == 0
    assert f"Needs {extra}." in told.output


@pytest.mark.parametrize(
    ("setting", "by_option", "by_output"),
    [
        ("preset", Preset, tuple(PRESETS)),
        ("osc_format", OscFormat, FORMAT_NAMES),
        ("osc_format", OscFormat, tuple(FORMATS)),
        ("coords", Coordinates, tuple(COORDINATES)),
    ],
)
def test_names_are_the_same_wherever_they_stand(setting: str, by_option: Any, by_output: tuple[str, ...]) -> None:
    annotation = type(RunConfig().output).model_fields[setting].annotation
    by_file = [name for part in get_args(annotation) for name in get_args(part)]
    assert by_file == [one.value for one in by_option] == list(by_output)
