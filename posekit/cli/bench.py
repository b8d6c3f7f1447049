"""``posekit bench``: the bare network beside the whole pipeline, on this computer."""

import json as json_format
from pathlib import Path
from typing import Annotated

import typer

from posekit.cli.options import FixedInputSize, Model, OutputStride, Threads

__all__ = ["bench"]


def bench(
    source: Annotated[str, typer.Argument(help="A video, pictures, or the performer.")] = "performer:squat?people=3",
    model: Model = None,
    input_size: FixedInputSize = None,
    output_stride: OutputStride = None,
    threads: Threads = None,
    frames: Annotated[int, typer.Option(help="How many frames are measured.", min=2)] = 150,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the figures to a file.")] = None,
) -> None:
    """Measure the bare network, the pipeline's stages, and the frame rate of both.

    Frames are read before the measurement. The pipeline ends in an OSC output to this computer.

    Examples:

    posekit bench

    posekit bench video.mp4 --model posenet-mobilenet-075 --input-size 353x481 --threads 2
    """
    from rich.progress import Progress
    from rich.table import Table

    from posekit.benchmark import decoded_frames, measure
    from posekit.cli.network import open_network
    from posekit.cli.terminal import console
    from posekit.config import VisionSettings
    from posekit.sources.spec import open_source

    vision = VisionSettings.of(model=model, input_size=input_size, output_stride=output_stride, threads=threads)
    screen = console(stderr=False)
    opened = open_source(source)
    with Progress(console=console(), transient=True) as progress:
        task = progress.add_task("reading frames", total=frames)
        pictures = decoded_frames(opened, frames, lambda: progress.advance(task))
        task = progress.add_task("measuring", total=None)
        figures = measure(pictures, open_network(vision, console()), vision)
    title = (
        f"{figures.model} at {figures.input_size[0]}x{figures.input_size[1]}, "
        f"{figures.threads} thread{'s' if figures.threads > 1 else ''}, {figures.frames} frames of {opened.name}"
    )
    table = Table("", "p50 ms", "p95 ms", "p99 ms", "fps", title=title, box=None)
    table.add_row("bare network", *_cells(figures.bare), f"{figures.bare_fps:.1f}")
    table.add_row("pipeline", *_cells(figures.stages["latency"]), f"{figures.pipeline_fps:.1f}")
    for stage, value in figures.stages.items():
        if stage != "latency":
            table.add_row(f"  {stage}", *_cells(value), "")
    screen.print(table)
    screen.print(f"pipeline rate / bare rate: {figures.pipeline_fps / figures.bare_fps:.2f}")
    if json is not None:
        try:
            json.write_text(json_format.dumps(figures.as_dict(), indent=1) + "\n")
        except OSError as error:
            from posekit.errors import ConfigError

            raise ConfigError(f"cannot write {json}: {error.strerror}; choose another --json FILE") from None


def _cells(value: object) -> tuple[str, str, str]:
    from posekit.statistics import Percentiles

    assert isinstance(value, Percentiles)
    return f"{value.p50:.2f}", f"{value.p95:.2f}", f"{value.p99:.2f}"
