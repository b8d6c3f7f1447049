"""``posekit models``: what networks there are, and fetching them."""

import json as json_format
from typing import Annotated

import typer

from posekit.cli.options import model_names

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
    screen = console(stderr=False)
    for entry, where in rows:
        height, width = entry.input_size
        shape = f"{height}x{width} {entry.input_kind}"
        screen.print(f"{entry.name:<26}{entry.size / 1e6:5.1f} MB  {shape:<16}{entry.licence:<12}{where}")
        screen.print(f"    {entry.summary}", style="dim")


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
    from posekit.cli.network import load_showing
    from posekit.cli.terminal import console
    from posekit.models.store import find

    for name in names:
        find(name)
    screen = console()
    for name in names:
        if _whereabouts(name) in ("bundled", "cache", "models"):
            screen.print(f"{name} is here already")
        else:
            screen.print(f"{name} is at {load_showing(name, screen).path}")


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


def _whereabouts(name: str) -> str:
    """``bundled``, ``cache``, ``models`` (POSEKIT_MODELS), ``damaged`` or ``not here``; by size, which is quick."""
    from posekit.models.store import find, places

    entry = find(name)
    for place, file in places(entry).items():
        if file.is_file():
            return place if file.stat().st_size == entry.size else "damaged"
    return "not here"
