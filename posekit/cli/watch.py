"""Puts a run together from checked settings, and shows how it goes until it ends or the user ends it."""

import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress

from rich.table import Table

from posekit.assembly import make_estimator, make_pipeline, paced
from posekit.cli.json_lines import JsonLines
from posekit.cli.network import open_network
from posekit.cli.terminal import StatusLine, console, show_warnings
from posekit.config import EventSettings, OutputSettings, TrackingSettings, VisionSettings
from posekit.pipeline import Pipeline
from posekit.plugins import load_adapter, parse_output
from posekit.protocols import Adapter, OutputContext, Source
from posekit.runner import Runner, SourceSummary
from posekit.sources.images import Images
from posekit.sources.spec import open_source

__all__ = ["running", "watch"]


def watch(
    sources: Sequence[str],
    outputs: Sequence[tuple[str, str, Mapping[str, str]]],
    output_specs: Sequence[str],
    *,
    vision: VisionSettings,
    tracking: TrackingSettings,
    output: OutputSettings,
    events: EventSettings,
    json: bool,
    quiet: bool,
    stats: bool,
) -> None:
    """Run ``sources`` to ``outputs`` (name, target, options) and ``output_specs`` (``NAME:TARGET?key=value``).

    Raises the PosekitError of whatever is wrong, before anything is sent.
    """
    outputs = [*outputs, *(parse_output(text) for text in output_specs)]
    opened = [open_source(text) for text in sources]
    names = _distinct([source.name for source in opened])
    context = OutputContext(sources=tuple(names), max_people=vision.max_people)
    screen = console()
    lanes: list[tuple[Source, Pipeline]] = []
    for source, name in zip(opened, names, strict=True):
        network = open_network(vision, screen)
        if not lanes:
            for note in network.notes:
                screen.print(f"posekit: {note}")
        pipeline = make_pipeline(
            make_estimator(network, vision),
            source=name,
            vision=vision,
            tracking=tracking,
            output=output,
            events=events,
            still=isinstance(source, Images),
        )
        lanes.append((paced(source, output), pipeline))
    with ExitStack() as opening, show_warnings(screen):
        adapters: list[Adapter] = []
        for adapter_name, target, options in outputs:
            adapter = opening.enter_context(closing(load_adapter(adapter_name, target, options, context)))
            adapters.append(adapter)
            if screen.is_terminal and not quiet and (page := getattr(adapter, "page", "")):
                screen.print(f"posekit: open {page} in a browser")
        line = StatusLine(screen, frames=_lengths(names, opened, output))
        if not quiet:
            adapters.append(opening.enter_context(line))
        if json:
            adapters.append(JsonLines(sys.stdout, lambda: runner.stop()))
        runner = Runner(lanes, adapters)
        summaries = running(runner)
    if stats:
        screen.print(_table(summaries))


def running(runner: Runner) -> Mapping[str, SourceSummary]:
    """Run until the sources end, or until Ctrl-C or a termination signal, which are an orderly end as well."""
    with _ends(runner):
        return runner.run()


@contextmanager
def _ends(runner: Runner) -> Iterator[None]:
    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(ValueError):  # a thread other than the main one may not set handlers
            before[number] = signal.signal(number, lambda *_: runner.stop())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _distinct(names: Sequence[str]) -> list[str]:
    """The names with a number behind those that repeat."""
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return distinct


def _lengths(names: Sequence[str], sources: Sequence[Source], output: OutputSettings) -> dict[str, int]:
    """How many frames each source will give, where that is known."""
    if output.fps_limit is not None or output.realtime:
        return {}
    lengths = {}
    for name, source in zip(names, sources, strict=True):
        count = getattr(source, "frame_count", None)
        if isinstance(count, int) and count > 0:
            lengths[name] = count
    return lengths


def _table(summaries: Mapping[str, SourceSummary]) -> Table:
    table = Table("source", "stage", "p50 ms", "p95 ms", "p99 ms", box=None)
    for name, summary in summaries.items():
        rate = summary.frames / summary.seconds if summary.seconds else 0.0
        table.add_row(name, f"{summary.frames} frames, {rate:.1f} fps, {summary.dropped} dropped", "", "", "")
        for stage, value in summary.percentiles.items():
            table.add_row("", stage, f"{value.p50:.2f}", f"{value.p95:.2f}", f"{value.p99:.2f}")
    return table
