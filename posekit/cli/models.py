"""``posekit models``: what networks there are, and fetching them."""

import json as json_format
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from posekit.cli.options import model_names

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["app"]

app = typer.Typer(
    help="List, download and verify networks.",
    epilog="Example: posekit models pull posenet-mobilenet-075",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As in posekit models list.", autocompletion=model_names)]


@app.command("list")
def list_models(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List every network with its size and licence, and where it is."""
    from rich.table import Table

    from posekit.cli.terminal import console
    from posekit.models.catalogue import CATALOGUE

    rows = [(entry, _whereabouts(entry.name)) for entry in CATALOGUE.values()]
    if json:
        typer.echo(
            json_format.dumps(
                [
                    {
                        "name": entry.name,
                        "bytes": entry.size,
                        "sha256": entry.sha256,
                        "licence": entry.licence,
                        "where": where,
                    }
                    for entry, where in rows
                ],
                indent=1,
            )
        )
        return
    table = Table("name", "MB", "input", "licence", "where", "for", box=None)
    for entry, where in rows:
        height, width = entry.input_size
        table.add_row(
            entry.name,
            f"{entry.size / 1e6:.1f}",
            f"{height}x{width} {entry.input_kind}",
            entry.licence,
            where,
            entry.summary,
        )
    console(stderr=False).print(table)


@app.command()
def pull(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME...", help="Which to download.", autocompletion=model_names)
    ],
) -> None:
    """Download networks into the cache, so that they are there without a connection.

    Examples:

    posekit models pull posenet-mobilenet-075

    POSEKIT_MIRROR=https://files.example.org/models posekit models pull posenet-mobilenet-100
    """
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from posekit.cli.terminal import console
    from posekit.models.store import find, load_model

    entries = [find(name) for name in names]
    screen = console()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    for entry in entries:
        if _whereabouts(entry.name) != "not here":
            screen.print(f"{entry.name} is here already")
            continue
        with Progress(*columns, console=screen, transient=True) as bar:
            task = bar.add_task(entry.name, total=entry.size)
            file = load_model(entry.name, progress=partial(_shown, bar, task))
        screen.print(f"{entry.name} is at {file.path}")


@app.command()
def path(name: Name) -> None:
    """Print where a network's file is; it must be here."""
    from posekit.models.store import load_model

    typer.echo(load_model(name, fetch=False).path)


@app.command()
def verify() -> None:
    """Check the digest of every network's file that is here; exit status 2 if one is damaged."""
    import hashlib

    from posekit.cli.terminal import console
    from posekit.models.catalogue import CATALOGUE
    from posekit.models.store import places

    screen, damaged = console(stderr=False), False
    for entry in CATALOGUE.values():
        for file in places(entry).values():
            if not file.is_file():
                continue
            if hashlib.sha256(file.read_bytes()).hexdigest() == entry.sha256:
                screen.print(f"ok       {entry.name}  {file}")
            else:
                damaged = True
                screen.print(f"damaged  {entry.name}  {file}: delete it, then 'posekit models pull {entry.name}'")
    if damaged:
        raise typer.Exit(2)


def _shown(bar: "Progress", task: "TaskID", done: int, total: int) -> None:
    bar.update(task, completed=done, total=total)


def _whereabouts(name: str) -> str:
    """``bundled``, ``cache``, ``models`` (POSEKIT_MODELS), ``damaged`` or ``not here``; by size, which is quick."""
    from posekit.models.store import find, places

    entry = find(name)
    for place, file in places(entry).items():
        if file.is_file():
            return place if file.stat().st_size == entry.size else "damaged"
    return "not here"
