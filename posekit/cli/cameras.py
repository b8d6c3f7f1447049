"""``posekit cameras``: the cameras of this computer, as ``posekit run`` takes them."""

from typing import Annotated

import typer

__all__ = ["cameras"]


def cameras(json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False) -> None:
    """List the cameras by number and name. None is opened.

    Examples:

    posekit cameras

    posekit run 1 --osc 127.0.0.1:9000

    posekit run "HD Webcam" --osc 127.0.0.1:9000
    """
    import json as json_format
    from dataclasses import asdict

    from posekit.sources import camera

    found = camera.cameras()
    if json:
        typer.echo(json_format.dumps([asdict(device) for device in found], ensure_ascii=False))
        return
    if not found:
        typer.echo("no camera found: plug one in and allow access to it, or try 'posekit run performer'")
        return

    from rich.table import Table
    from rich.text import Text

    from posekit.cli.terminal import console

    table = Table("camera", "name", "path", "backend", box=None)
    for device in found:
        table.add_row(*(Text(cell) for cell in (str(device.index), device.name, device.path, device.backend)))
    console(stderr=False).print(table)
