"""The program's commands."""

import re
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from posekit.cli.bench import bench
from posekit.cli.cameras import cameras
from posekit.cli.config import app as config
from posekit.cli.demo import demo
from posekit.cli.doctor import doctor
from posekit.cli.exercises import app as exercises
from posekit.cli.export import export
from posekit.cli.models import app as models
from posekit.cli.osc import app as osc
from posekit.cli.plugins import plugins
from posekit.cli.pose import app as pose
from posekit.cli.replay import replay
from posekit.cli.report import report
from posekit.cli.run import run

__all__ = ["app"]


class PlainCommand(TyperCommand):
    """A command whose help is plain text: the brackets of posekit[window] are no markup that rich would swallow."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        described: tuple[Any, ...] = (self, *self.params)
        for one in described:
            if text := getattr(one, "help", None):
                one.help = re.sub(r"\[(?=[a-z#/@])", r"\\[", text)


app = typer.Typer(
    name="posekit",
    help="posekit turns a camera into events: everyone out over OSC and WebSocket, offline, with identities that stay.",
    epilog="See it work without a camera: posekit demo",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
app.command(cls=PlainCommand)(run)
app.command(cls=PlainCommand)(demo)
app.command(cls=PlainCommand)(replay)
app.command(cls=PlainCommand)(export)
app.command(cls=PlainCommand)(report)
app.add_typer(config, name="config")
app.add_typer(models, name="models")
app.add_typer(osc, name="osc")
app.add_typer(exercises, name="exercises")
app.add_typer(pose, name="pose")
app.command(cls=PlainCommand)(cameras)
app.command(cls=PlainCommand)(plugins)
app.command(cls=PlainCommand)(bench)
app.command(cls=PlainCommand)(doctor)


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.", is_eager=True)] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"posekit {installed('posekit')}")
        raise typer.Exit
