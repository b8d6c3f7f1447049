"""``posekit plugins``: adapters, detectors and sources that are installed, from where, and what is wrong with any."""

from importlib.metadata import EntryPoint

import typer

__all__ = ["plugins"]


def plugins() -> None:
    """List what can be named with --out, with --detector and as a source, from which package, and why one fails.

    Examples:

    posekit plugins

    posekit run --out osc:127.0.0.1:9000
    """
    from posekit.plugins import KINDS, installed

    failed = False
    for kind in KINDS:
        for name, point in installed(kind).items():
            cause = _cause(kind, point)
            failed = failed or bool(cause)
            typer.echo(f"{name:<16}{kind:<10}{_package(point):<28}{cause or 'ok'}")
    if failed:
        raise typer.Exit(2)


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else "unknown"


def _cause(kind: str, point: EntryPoint) -> str:
    """Why it cannot be loaded; empty if it can."""
    try:
        factory = point.load()
    except Exception as error:
        return f"cannot be loaded ({type(error).__name__}: {error}): reinstall its package"
    article = "an" if kind == "adapter" else "a"
    return "" if callable(factory) else f"{point.value} is no function that makes {article} {kind}"
