"""``posekit export``: a recording as tables and messages for other programs."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["export"]


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recording, made with posekit run --record FILE.")],
    csv: Annotated[bool, typer.Option("--csv", help="People and events as two CSV tables.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="The same as Parquet. Needs posekit[parquet].")] = False,
    json: Annotated[bool, typer.Option("--json", help="The messages of the WebSocket, one a line.")] = False,
    to: Annotated[
        Path | None, typer.Option(metavar="STEM", help="What the files' names begin with, instead of FILE's.")
    ] = None,
) -> None:
    """Write a recording's people and events into files that spreadsheets and notebooks read.

    Examples:

    posekit export visits.jsonl.gz --csv              visits.people.csv and visits.events.csv

    posekit export visits.jsonl.gz --parquet --to tables/monday
    """
    from posekit.errors import ConfigError
    from posekit.export import to_csv, to_json, to_parquet
    from posekit.recording import Recording

    chosen = [write for wanted, write in ((csv, to_csv), (parquet, to_parquet), (json, to_json)) if wanted]
    if not chosen:
        raise ConfigError("say into what: --csv, --parquet or --json")
    recording = Recording(file)
    stem = to or file.with_name(file.name.partition(".")[0])
    if not stem.absolute().parent.is_dir():
        raise ConfigError(f"--to {stem}: there is no folder {stem.absolute().parent}")
    for write in chosen:
        for path in write(recording, stem):
            typer.echo(path)
    if recording.cut:
        typer.echo(f"posekit: {recording.cut}; everything up to there was written", err=True)
