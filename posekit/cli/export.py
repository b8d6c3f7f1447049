"""``posekit export``: a recording as tables and messages for other programs."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["export"]


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recording, made with posekit run --record FILE.")],
    csv: Annotated[bool, typer.Option("--csv", help="People and events as two CSV tables.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="The same as Parquet. Needs posekit[parquet].")] = False,
    json: Annotated[bool, typer.Option("--json", help="The messages of the WebSocket, one a line.")] = False,
    trc: Annotated[bool, typer.Option("--trc", help="A TRC file for OpenSim per person, in metres.")] = False,
    height: Annotated[
        float, typer.Option(metavar="METRES", help="How tall the people are, for --trc.", min=0.3, max=3.0)
    ] = 1.75,
    to: Annotated[
        Path | None, typer.Option(metavar="STEM", help="What the files' names begin with, instead of FILE's.")
    ] = None,
) -> None:
    """Write a recording's people and events into files that spreadsheets and notebooks read.

    Examples:

    posekit export visits.jsonl.gz --csv              visits.people.csv and visits.events.csv

    posekit export visits.jsonl.gz --parquet --to tables/monday

    posekit export squats.jsonl.gz --trc --height 1.82    squats.person-1.trc
    """
    from posekit.cli.terminal import progress_bar
    from posekit.errors import ConfigError
    from posekit.export import to_csv, to_json, to_parquet
    from posekit.recording import Recording
    from posekit.recording.files import split_name
    from posekit.trc import to_trc

    formats: tuple[tuple[bool, Callable[[Recording, Path], list[Path]]], ...] = (
        (csv, to_csv),
        (parquet, to_parquet),
        (json, to_json),
        (trc, partial(to_trc, height_m=height)),
    )
    chosen = [write for wanted, write in formats if wanted]
    if not chosen:
        raise ConfigError("say into what: --csv, --parquet, --json or --trc")
    Recording(file)  # what is wrong with it is said first
    stem = to or file.with_name(split_name(file.name)[0])
    if not stem.absolute().parent.is_dir():
        raise ConfigError(f"--to {stem}: there is no folder {stem.absolute().parent}")
    for write in chosen:
        with progress_bar(file.name) as progress:
            recording = Recording(file, progress=progress)
            paths = write(recording, stem)
        for path in paths:
            typer.echo(path)
    if recording.cut:
        typer.echo(f"posekit: {recording.cut}; everything up to there was written", err=True)
