"""``posekit report``: a recording as a page to look at."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["report"]


def report(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recording, made with posekit run --record FILE.")],
    to: Annotated[
        Path | None, typer.Option(metavar="PAGE", help="Where to write the page, instead of FILE's name with .html.")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
) -> None:
    """Make one HTML page of a recording: who was there and where, repetitions, range of motion, gait.

    It holds its charts itself, so it can be kept, mailed and printed, and opens without a network.

    Examples:

    posekit report visits.jsonl.gz                    visits.html

    posekit report training.jsonl.gz --to monday.html --open
    """
    import webbrowser

    from posekit.cli.terminal import progress_bar
    from posekit.recording import Recording
    from posekit.recording.files import split_name, written
    from posekit.report import page, read_figures

    path = to or file.with_name(f"{split_name(file.name)[0]}.html")
    with written(path, recording=file) as aside:
        with progress_bar(file.name) as progress:
            figures = read_figures(Recording(file, progress=progress))
        aside.write_text(page(figures), encoding="utf-8")
    typer.echo(path)
    if figures.cut:
        typer.echo(f"posekit: {figures.cut}; everything up to there is in the report", err=True)
    if show:
        webbrowser.open(path.absolute().as_uri())
