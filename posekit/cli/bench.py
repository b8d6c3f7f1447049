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
    frames: Annotated[int, typer.Option(help="How many frames are read into memory.", min=2)] = 60,
    quick: Annotated[bool, typer.Option("--quick", help="A few seconds instead of half a minute.")] = False,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the figures to a file.")] = None,
) -> None:
    """Measure the bare network, the whole pipeline beside it, its stages, and the latency from camera to receiver.

    Frames are read before the measurement. The pipeline ends in an OSC output to this computer; latency counts from
    the grab of a frame at 30 fps to the arrival of its last datagram in another program.

    Examples:

    posekit bench

    posekit bench video.mp4 --model posenet-mobilenet-075 --input-size 353x481 --threads 2
    """
    from rich.progress import Progress
    from rich.table import Table

    from posekit.benchmark import at_fixed_size, cycled, decoded_frames, measure_latency, measure_rate
    from posekit.cli.network import open_network
    from posekit.cli.terminal import console
    from posekit.config import VisionSettings
    from posekit.sources.spec import open_source

    vision = VisionSettings.of(model=model, input_size=input_size, output_stride=output_stride, threads=threads)
    screen = console(stderr=False)
    opened = open_source(source)
    rounds, seconds = (2, 0.5) if quick else (7, 1.0)
    shown = console()
    with Progress(console=shown, transient=True, disable=not shown.is_terminal) as progress:
        task = progress.add_task("reading frames", total=frames)
        pictures = decoded_frames(opened, frames, lambda: progress.advance(task))
        network = open_network(vision, shown)
        vision = at_fixed_size(network, vision, pictures[0])
        task = progress.add_task("measuring the rate", total=rounds)
        rate = measure_rate(
            network,
            vision,
            lambda: cycled(pictures),
            rounds=rounds,
            seconds=seconds,
            progress=lambda: progress.advance(task),
        )
        progress.add_task("measuring the latency", total=None)
        latency = measure_latency(network, vision, pictures, seconds=1.5 if quick else 8.0)
    size = "x".join(map(str, network.input_size))
    title = (
        f"{network.name} at {size}, {vision.threads} thread{'s' if vision.threads > 1 else ''}, "
        f"{len(pictures)} frames of {opened.name}"
    )
    table = Table("", "p50 ms", "p95 ms", "p99 ms", title=title, box=None)
    for name, value in (
        ("bare network", rate.bare),
        *((f"pipeline: {stage}", value) for stage, value in rate.stages.items() if stage not in ("latency", "wait")),
        (f"bare network at {latency.fps:.0f} fps", latency.bare),
        (f"camera to receiver at {latency.fps:.0f} fps", latency.arrival),
    ):
        table.add_row(name, f"{value.p50:.2f}", f"{value.p95:.2f}", f"{value.p99:.2f}")
    screen.print(table)
    screen.print(f"pipeline {rate.pipeline_fps:.1f} fps, bare network {rate.bare_fps:.1f} fps: ratio {rate.ratio:.2f}")
    added = f"{latency.added_p50:.1f} ms in the median, {latency.added_p95:.1f} ms at the 95th percentile"
    screen.print(f"added to the network: {added}")
    if json is not None:
        figures = {
            "model": network.name,
            "input_size": network.input_size,
            "threads": vision.threads,
            "source": opened.name,
            "frames": len(pictures),
            "rate": rate.as_dict(),
            "latency": latency.as_dict(),
        }
        try:
            json.write_text(json_format.dumps(figures, indent=1) + "\n")
        except OSError as error:
            from posekit.errors import ConfigError

            raise ConfigError(f"cannot write {json}: {error.strerror}; choose another --json FILE") from None
