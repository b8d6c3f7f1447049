"""``posekit exercises``: what can be counted, and how a video is counted."""

import json as json_format
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posekit.cli.options import ExerciseFile, FixedInputSize, Model, exercise_names

if TYPE_CHECKING:
    from rich.console import Console

    from posekit.exercise_trace import Trace

__all__ = ["app"]

app = typer.Typer(
    help="List exercises, and see how one is counted in a video.",
    epilog="Example: posekit exercises test squat video.mp4",
    no_args_is_help=True,
)


@app.command("list")
def list_exercises(
    exercises: ExerciseFile = None, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """List every exercise and what is measured of it; --json also tells from where to where it must go."""
    from rich.table import Table

    from posekit.cli.terminal import console
    from posekit.config import EventSettings
    from posekit.exercise_config import chosen
    from posekit.motion_reference import exercise_rows

    rows = exercise_rows(chosen((), EventSettings.of(exercises=exercises).exercises))
    if json:
        typer.echo(json_format.dumps(rows, indent=1))
        return
    table = Table(box=None)
    table.add_column("exercise", no_wrap=True)
    table.add_column("a repetition")
    table.add_column("measure")
    for row in rows:
        table.add_row(row["exercise"], row["a repetition"], row["measure"])
    console(stderr=False).print(table)


@app.command("test")
def count_exercise(
    name: Annotated[str, typer.Argument(help="The exercise.", autocompletion=exercise_names)],
    source: Annotated[str, typer.Argument(metavar="VIDEO", help="A video, or the performer with duration_s.")],
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the picture goes; NAME-VIDEO.png when left out.")
    ] = None,
    exercises: ExerciseFile = None,
    model: Model = None,
    input_size: FixedInputSize = None,
    json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Count one exercise in a video; print each repetition, and draw the measure with its thresholds and counts.

    Examples:

    posekit exercises test squat video.mp4

    posekit exercises test leg_curl video.mp4 --exercises mine.toml --picture leg_curl.png
    """
    from rich.progress import Progress

    from posekit.assembly import make_estimator, make_pipeline, make_planner
    from posekit.chart import draw_trace, write_picture
    from posekit.cli.network import open_network
    from posekit.cli.terminal import console
    from posekit.config import EventSettings, OutputSettings, TrackingSettings, VisionSettings
    from posekit.errors import SourceError
    from posekit.exercise_config import chosen
    from posekit.exercise_trace import ExerciseTrace
    from posekit.sources.spec import open_source

    (exercise,) = chosen((name,), EventSettings.of(exercises=exercises).exercises)
    vision = VisionSettings.of(model=model, input_size=input_size)
    opened = open_source(source)
    if opened.live or (source.startswith("performer") and getattr(opened, "frame_count", None) is None):
        raise SourceError(f"'{source}' never ends: give a video, or performer:{name}?duration_s=20")
    screen = console()
    network = open_network(vision, screen)
    trace = ExerciseTrace(exercise)
    pipeline = make_pipeline(
        make_estimator(network, vision, make_planner(network, vision)),
        source=opened.name,
        vision=vision,
        tracking=TrackingSettings(),
        output=OutputSettings(),
        detectors=(trace,),
    )
    with Progress(console=screen, transient=True) as progress:
        task = progress.add_task(f"counting {name}", total=getattr(opened, "frame_count", None))
        for frame in opened:
            pipeline.step(frame)
            progress.advance(task)
    traces = trace.traces()
    if not traces:
        raise SourceError(f"nobody was found in '{source}'")
    _print(traces, console(stderr=False), json=json)
    file = picture or Path(f"{name}-{opened.name}.png")
    write_picture(file, draw_trace(traces[0], title=f"{opened.name}, person {traces[0].person}"))
    screen.print(f"the picture is {file}")


def _print(traces: "list[Trace]", screen: "Console", *, json: bool) -> None:
    from rich.table import Table

    from posekit.messages import event_message

    if json:
        counts = [{"person": trace.person, "reps": len(trace.reps)} for trace in traces]
        events = [event_message(event) for trace in traces for event in trace.events]
        typer.echo(json_format.dumps({"counts": counts, "events": events}, indent=1))
        return
    table = Table("person", "rep", "at s", "side", "range", "down s", "pause s", "up s", "depth", box=None)
    for trace in traces:
        for event in trace.reps:
            side, depth = str(event.fields["side"]), str(event.fields["depth"])
            numbers = [f"{event.fields[name]:.2f}" for name in ("rom", "down_s", "pause_s", "up_s")]
            table.add_row(
                str(trace.person), str(event.fields["count"]), f"{event.timestamp_s:.1f}", side, *numbers, depth
            )
    for trace in traces:
        partial = sum(event.kind == "rep_partial" for event in trace.events)
        given_up = f", {partial} given up" if partial else ""
        screen.print(f"person {trace.person}: {len(trace.reps)} repetitions{given_up}")
    if table.row_count:
        screen.print(table)
