"""``posekit plugins``: the outputs that are installed, from where, and what is wrong with any."""

from importlib.metadata import EntryPoint

import typer

__all__ = ["plugins"]


def plugins() -> None:
    """List the outputs that --out can name, the packages they come from, and why one cannot be loaded.

    Examples:

    posekit plugins

    posekit run --out osc:127.0.0.1:9000
    """
    from posekit.plugins import installed

    failed = False
    for name, point in installed().items():
        cause = _cause(point)
        failed = failed or bool(cause)
        typer.echo(f"{name:<12}{_package(point):<28}{cause or 'ok'}")
    if failed:
        raise typer.Exit(2)


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else "unknown"


def _cause(point: EntryPoint) -> str:
    """Why it cannot be loaded; empty if it can."""
    try:
        factory = point.load()
    except Exception as error:
        return f"cannot be loaded ({type(error).__name__}: {error}): reinstall its package"
    return "" if callable(factory) else f"{point.value} is no function that makes an adapter"
