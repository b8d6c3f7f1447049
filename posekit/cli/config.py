"""``posekit config``: a file of settings that states every default, what is wrong with one, and its JSON Schema."""

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app", "initial"]

app = typer.Typer(no_args_is_help=True, help="Settings in a file: posekit run --config posekit.toml.")

_FILE = Path("posekit.toml")


@app.command()
def init(
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="Where to write it.")] = _FILE,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write a file in which every setting stands with its meaning and default.

    Examples:

    posekit config init

    posekit run --config posekit.toml
    """
    from posekit.errors import ConfigError

    try:
        with file.open("w" if force else "x", encoding="utf-8") as stream:
            stream.write(initial())
    except FileExistsError:
        raise ConfigError(f"{file} is there already: choose another name, or --force") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from None
    typer.echo(f"{file} is written; use it with: posekit run --config {file}")


@app.command()
def check(file: Annotated[Path, typer.Argument(metavar="[FILE]", help="The file to check.")] = _FILE) -> None:
    """Say everything that is wrong with a file, line by line, or what it changes.

    Files and addresses that it names are looked at; cameras are not opened and nothing is sent.

    Examples:

    posekit config check

    posekit config check gallery.toml
    """
    from posekit.config_file.reading import problems, read_text
    from posekit.config_file.surroundings import missing

    text = read_text(file)
    found = problems(text) or missing(text)
    for line, words in found:
        typer.echo(f"{file}:{line}: {words}")
    if found:
        raise typer.Exit(2)
    changes = _changes(text)
    typer.echo(f"{file} is in order; " + (f"it sets {', '.join(changes)}" if changes else "it changes no default"))


@app.command()
def schema() -> None:
    """Print the JSON Schema of the file, with which editors complete and check it.

    Examples:

    posekit config schema > posekit.schema.json
    """
    from posekit.cli.described import described_schema

    typer.echo(json.dumps(described_schema(), indent=2, ensure_ascii=False))


def initial() -> str:
    """The file that ``init`` writes: it sets nothing but defaults, and none that depends on this computer."""
    from posekit.cli.described import described_schema
    from posekit.config_file.model import RunConfig
    from posekit.config_file.writing import written

    return written(RunConfig(), described_schema())


def _changes(text: str) -> list[str]:
    """What a file sets to another value than the default, dotted."""
    import tomllib

    from posekit.config_file.model import RunConfig

    config, usual = RunConfig.model_validate(tomllib.loads(text)), RunConfig()
    found = []
    for section in RunConfig.model_fields:
        mine, default = getattr(config, section), getattr(usual, section)
        if mine == default:
            continue
        names = getattr(type(mine), "model_fields", {})
        found += [f"{section}.{name}" for name in names if getattr(mine, name) != getattr(default, name)] or [section]
    return found
