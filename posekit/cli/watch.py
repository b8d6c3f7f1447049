"""Puts a run together from checked settings, and shows how it goes until it ends or the user ends it."""

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from rich.console import Console

from posekit.assembly import DetectorSet, Lineup, make_lane
from posekit.cli.inputs import Inputs
from posekit.cli.network import open_network
from posekit.cli.outputs import Outputs
from posekit.cli.pictures import Pictures
from posekit.cli.reloading import Reloading
from posekit.cli.statistics import check_target, table, write
from posekit.cli.steering import Steering
from posekit.cli.takes import RECORDING, Takes
from posekit.cli.terminal import console, show_warnings
from posekit.config import Config
from posekit.pipeline import Pipeline
from posekit.posenet.adaptive import AdaptiveSize
from posekit.protocols import Adapter, OutputContext, Source
from posekit.recording.writing import Recorder, free_path
from posekit.runner import Runner
from posekit.sources.spec import open_source
from posekit.statistics import RunSummary
from posekit.types import Status

__all__ = ["running", "until_interrupted", "watch"]


def watch(
    sources: Sequence[str],
    outputs: Outputs,
    *,
    config: Config,
    record: Path | None,
    pictures: Pictures,
    stats: bool,
    stats_json: Path | None,
    steering: Steering | None = None,
    reloading: Reloading | None = None,
) -> None:
    """Run ``sources`` to ``outputs`` and ``pictures``, and into the recording ``record``.

    steering: changes the run while it goes on; reloading: has it do so when the configuration file is saved.

    Raises the PosekitError of whatever is wrong, before anything is sent.
    """
    if stats_json is not None:
        check_target(stats_json)
    lineup = Lineup.of([open_source(text) for text in sources], config)
    config, context, settings = lineup.config, lineup.context, lineup.recorded
    shown = pictures.checked(context.sources)
    screen = console()
    lanes: list[tuple[Source, Pipeline]] = []
    usual: list[DetectorSet] = []
    for source, name in lineup.named:
        network = open_network(config.vision, screen)
        if not lanes:
            for note in network.notes:
                screen.print(f"posekit: {note}")
        lossless = not (source.live or config.output.realtime)
        usual.append(DetectorSet())
        shows = shown.of(name, lossless=lossless)
        lanes.append(make_lane(source, name, network, config, usual=usual[-1], pictures=shows))
    with (
        ExitStack() as behind,
        show_warnings(screen),
        shown,
        outputs.opened(context, screen, frames=_lengths(lineup), stop=lambda: runner.stop()) as adapters,
        recording(record, context, settings, screen) as recorders,
    ):

        def equip(adapter: Adapter) -> None:
            if taker := getattr(adapter, "picture", None):
                shown.show_to(taker)
            if steering is not None and (steer := getattr(adapter, "steer", None)):
                steer(steering)

        def dismiss(adapter: Adapter) -> None:
            if taker := getattr(adapter, "picture", None):
                shown.hide_from(taker)

        def look(status: Status) -> None:
            if reloading is not None:
                reloading.step()
            if steering is not None:
                steering.hear(status)
                steering.step()

        for adapter in adapters.values():
            equip(adapter)
        runner = Runner(lanes, adapters | recorders, on_status=look, recovery=config.recovery.policy())
        if steering is not None:
            pipelines = list(zip((pipeline for _, pipeline in lanes), usual, strict=True))
            again = partial(_record_again, record, context, settings) if record is not None else None
            takes = Takes(runner, again) if again is not None else None
            started = {name: (text, source) for text, (source, name) in zip(sources, lineup.named, strict=True)}
            inputs = Inputs(started, record, config.output, hurry=shown.hurry)
            steering.attach(runner, pipelines, context, equip, dismiss, takes, inputs)
        # Behind everything else, and also when the run ends in an error: then the figures are wanted most.
        if stats_json is not None:
            behind.callback(lambda: write(runner.summary(), stats_json))
        if stats:
            behind.callback(_print_figures, runner, [pipeline for _, pipeline in lanes], screen)
        with until_interrupted(runner.stop):
            shown.run(runner.run, runner.stop)


def _record_again(path: Path, context: OutputContext, settings: Mapping[str, object]) -> Recorder:
    return Recorder.open(free_path(path, datetime.now()), context, settings)


def _print_figures(runner: Runner, pipelines: Sequence[Pipeline], screen: Console) -> None:
    screen.print(table(runner.summary()))
    for pipeline in pipelines:
        planner = getattr(pipeline.estimator, "planner", None)
        if isinstance(planner, AdaptiveSize):
            screen.print(f"{pipeline.source}: input sizes {planner.summary()}")


@contextmanager
def recording(
    path: Path | None, context: OutputContext, settings: Mapping[str, object], screen: Console
) -> Iterator[dict[str, Adapter]]:
    """The recorder, if there is to be one; what lies at ``path`` already is left alone."""
    if path is None:
        yield {}
        return
    free = free_path(path, datetime.now())
    with closing(Recorder.open(free, context, settings)) as recorder:
        if free != path:
            screen.print(f"posekit: recording to {free}")
        yield {RECORDING: recorder}


def running(runner: Runner) -> RunSummary:
    """Run until the sources end, or until Ctrl-C or a termination signal, which are an orderly end as well."""
    with until_interrupted(runner.stop):
        return runner.run()


@contextmanager
def until_interrupted(stop: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C and a termination signal call ``stop`` for as long as the context lasts."""
    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(ValueError):  # a thread other than the main one may not set handlers
            before[number] = signal.signal(number, lambda *_: stop())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _lengths(lineup: Lineup) -> dict[str, int]:
    """How many frames each source will give, where that is known."""
    if lineup.config.output.fps_limit is not None or lineup.config.output.realtime:
        return {}
    lengths = {}
    for source, name in lineup.named:
        count = getattr(source, "frame_count", None)
        if isinstance(count, int) and count > 0:
            lengths[name] = count
    return lengths
