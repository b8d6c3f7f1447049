"""Results as an iterator, ``for`` or ``async for``, over a run that goes on in threads of its own."""

import asyncio
import copy
import math
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any, Final, Literal, Protocol, TypedDict, Unpack

from posekit.assembly import Lineup, load_network, make_lane
from posekit.channels import Closed
from posekit.config import Config
from posekit.config_file import RunConfig, read_config
from posekit.config_file.model import Destination
from posekit.delivery import Outbox
from posekit.detectors.lines import Line
from posekit.detectors.zones import Zone
from posekit.errors import ConfigError
from posekit.exercise_config import CustomExercise
from posekit.latest import Latest
from posekit.models.store import load_model
from posekit.plugins import load_adapter, parse_output
from posekit.pose_examples import PoseExamples
from posekit.protocols import Adapter, Detector, OutputContext, Source
from posekit.recording import Recorder, Recording
from posekit.recording.player import Player
from posekit.recording.reading import is_recording
from posekit.recording.retracking import Retracking
from posekit.recording.writing import free_path
from posekit.runner import Runner
from posekit.sources.naming import distinct
from posekit.sources.spec import open_source
from posekit.types import FrameResult, Status

__all__ = ["Options", "Origin", "Stream", "configured", "stream"]

#: A camera's number, whatever ``posekit run`` takes, a recording, or any source.
Origin = str | int | Path | Source | Recording

#: Windows delivers Ctrl-C only to whoever does not wait for ever.
_LOOK_UP_S: Final = 0.5
_AHEAD: Final = 2


class Options(TypedDict, total=False):
    """What ``posekit run`` has as options, by the same names; all can be left out."""

    model: str
    input_size: str
    image_scale_factor: float
    output_stride: Literal[8, 16, 32]
    decoder: Literal["coral", "tfjs"]
    single: bool
    max_people: int
    score: float
    nms_radius: float
    stretch: bool
    threads: int
    smoothing: float
    lock: Literal["largest", "central"]
    region: str | tuple[float, float, float, float]
    predict_ms: float
    zone: Sequence[str | Zone]
    line: Sequence[str | Line]
    exercise: str | Sequence[str]
    exercises: str | Path | Mapping[str, CustomExercise]
    poses: str | Path | Mapping[str, PoseExamples]
    detector: Sequence[str]
    rotate: Literal[0, 90, 180, 270]
    mirror: bool
    source_mirrored: bool
    fps_limit: float
    realtime: bool
    max_retries: int
    reopen_frozen: bool


def stream(
    source: Origin | Sequence[Origin] | None = None,
    *,
    config: str | Path | RunConfig | None = None,
    **options: Unpack[Options],
) -> "Stream":
    """The results of a source, one per frame, with ``for`` or ``async for``.

    source: a camera's number, anything that ``posekit run`` takes, a recording, a ``Source``, or several of them.
    Without one, those of the configuration, or camera 0. config: a ``posekit.toml``, or what ``read_config`` made of
    it. options: those of ``posekit run``, such as ``max_people=2, mirror=True``; they win over it. Of each camera the
    loop gets the newest result, with the events of those that it was too slow for; of a file, every one.

    Raises ConfigError for a wrong option, SourceError for a missing file, and when the loop begins, the PosekitError of
    a source that cannot be opened.
    """
    return Stream(source, config=config, options=options)


class Stream:
    """Iterated over it runs its source; see ``stream``. Each iteration opens the source anew.

    outputs: adapters as ``NAME:TARGET?key=value``, or taken apart. record: a file for a recording. detectors, adapters:
    further ones; with several sources each has a copy of the detectors.
    """

    def __init__(
        self,
        source: Origin | Sequence[Origin] | None,
        *,
        config: str | Path | RunConfig | None = None,
        options: Options,
        outputs: Sequence[str | Destination] = (),
        record: str | Path | None = None,
        detectors: Sequence[Detector] = (),
        adapters: Sequence[Adapter] = (),
    ) -> None:
        given = configured(config)
        if source is None:
            source = given.sources if given is not None else 0
        self._origins = [source] if isinstance(source, str) or not isinstance(source, Sequence) else list(source)
        self._options: Mapping[str, Any] = {**options}
        self._config = Config.flat(self._options)
        if given is not None:
            given = given.overridden(self._options)
            self._options = given.chosen() | self._options
            self._config = given.plain()
        self._outputs = [parse_output(output) if isinstance(output, str) else output for output in outputs]
        self._record = None if record is None else Path(record)
        self._detectors = detectors
        self._adapters = adapters
        self.begun = False  #: Whether an iteration got past loading: detectors have been used, adapters closed.
        self._iterations: list[_Iteration] = []
        _opened(self._origins)  # what is wrong with it is said here rather than when the loop begins

    def __iter__(self) -> Iterator[FrameResult]:
        """The results. A ``break`` ends the run."""
        return (message for message in self.messages() if isinstance(message, FrameResult))

    def __aiter__(self) -> AsyncIterator[FrameResult]:
        """The results; the event loop goes on meanwhile."""
        return self._results(self._iteration())

    async def _results(self, iteration: "_Iteration") -> AsyncIterator[FrameResult]:
        loop, arrived = asyncio.get_running_loop(), asyncio.Event()

        def notify() -> None:
            with suppress(RuntimeError):  # the loop may have ended
                loop.call_soon_threadsafe(arrived.set)

        running = self._running(iteration, notify)
        entering = asyncio.ensure_future(asyncio.to_thread(running.__enter__))
        try:
            inbox = await asyncio.shield(entering)
        except asyncio.CancelledError:
            iteration.end()  # the thread cannot be interrupted: what it opens is closed again
            with suppress(Exception):
                await entering
                await asyncio.to_thread(running.__exit__, None, None, None)
            raise
        try:
            while True:
                arrived.clear()
                try:
                    message = inbox.take(0.0)
                except TimeoutError:
                    await arrived.wait()
                    continue
                if message is None:
                    break
                if isinstance(message, FrameResult):
                    yield message
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)

    def messages(self) -> Generator[FrameResult | Status, None, None]:
        """Results and statuses, whose ``source`` events tell what becomes of a camera."""
        return self._messages(self._iteration())

    def _messages(self, iteration: "_Iteration") -> Generator[FrameResult | Status, None, None]:
        with self._running(iteration, lambda: None) as inbox:
            while True:
                try:
                    message = inbox.take(_LOOK_UP_S)
                except TimeoutError:
                    continue
                if message is None:
                    return
                yield message

    def close(self) -> None:
        """End the iteration that goes on, if any, even while it is loading; callable from any thread."""
        for iteration in self._iterations:
            iteration.end()

    def _iteration(self) -> "_Iteration":
        iteration = _Iteration()
        self._iterations = [*(other for other in self._iterations if not other.over), iteration]
        return iteration

    @contextmanager
    def _running(self, iteration: "_Iteration", notify: Callable[[], None]) -> Iterator["_Inbox"]:
        """Run the source for as long as the context lasts. Raises what ended the run too early."""
        failures: list[Exception] = []
        with ExitStack() as opening:
            opening.callback(iteration.finish)
            recording, sources = _opened(self._origins)
            live = self._config.output.realtime or any(source.live for source in sources)
            inbox = _Inbox(notify, lossless=not live)
            engine = self._replay(recording, inbox, opening) if recording else self._run(sources, inbox, opening)

            def work() -> None:
                try:
                    engine.run()
                except Exception as error:
                    failures.append(error)
                finally:
                    inbox.close()

            thread = Thread(target=work, name="stream", daemon=True)
            self.begun = True
            iteration.attach(engine)
            thread.start()
            try:
                yield inbox
            finally:
                inbox.close()
                engine.stop()
                thread.join()
        if failures:
            raise failures[0]

    def _run(self, sources: Sequence[Source], inbox: "_Inbox", opening: ExitStack) -> "_Engine":
        lineup = Lineup.of(sources, self._config)
        config, context = lineup.config, lineup.context
        file = load_model(config.vision.model)
        detectors = self._detectors_of(context.sources)
        lanes = [
            make_lane(source, name, load_network(file, config.vision), config, detectors=detectors[name])
            for source, name in lineup.named
        ]
        adapters = self._opened_adapters(inbox, context, lineup.recorded, opening)
        return Runner(lanes, adapters, recovery=config.recovery.policy())

    def _replay(self, recording: Recording, inbox: "_Inbox", opening: ExitStack) -> "_Engine":
        context, messages = recording.context, recording.messages()
        changes = {name: value for name, value in self._options.items() if name != "realtime"}
        settings = dict(recording.header.settings)
        if changes or self._detectors:
            anew = Retracking(recording, changes, detectors=self._detectors_of(context.sources))
            context, messages = anew.context, iter(anew)
        speed = 1.0 if self._config.output.realtime else math.inf
        return Player(messages, self._opened_adapters(inbox, context, settings, opening), speed=speed)

    def _detectors_of(self, names: Sequence[str]) -> dict[str, Sequence[Detector]]:
        return {name: copy.deepcopy(self._detectors) if index else self._detectors for index, name in enumerate(names)}

    def _opened_adapters(
        self, inbox: "_Inbox", context: OutputContext, settings: Mapping[str, object], opening: ExitStack
    ) -> dict[str, Adapter]:
        named: list[tuple[str, Adapter]] = [(type(adapter).__name__, adapter) for adapter in self._adapters]
        for name, target, options in self._outputs:
            named.append((f"{name}:{target}", load_adapter(name, target, options, context)))
            opening.enter_context(closing(named[-1][1]))
        if self._record is not None:
            recorder = Recorder.open(free_path(self._record, datetime.now()), context, settings)
            named.append(("recording", opening.enter_context(closing(recorder))))
        named.append(("stream", inbox))
        return dict(zip(distinct([name for name, _ in named]), (adapter for _, adapter in named), strict=True))


class _Engine(Protocol):
    """A runner or a player."""

    def run(self) -> object: ...

    def stop(self) -> None: ...


class _Iteration:
    """Whether an iteration is to end, for the engine that it has once everything is loaded.

    It has no lock, as signal handlers may call ``end``: each side writes before it looks at what the other wrote.
    """

    def __init__(self) -> None:
        self.over = False
        self._ending = False
        self._engine: _Engine | None = None

    def end(self) -> None:
        """Stop the engine, now or as soon as there is one. Safe to call twice and from any thread."""
        self._ending = True
        engine = self._engine
        if engine is not None:
            engine.stop()

    def attach(self, engine: "_Engine") -> None:
        """Everything is loaded."""
        self._engine = engine
        if self._ending:
            engine.stop()

    def finish(self) -> None:
        """It has ended."""
        self.over, self._engine = True, None


class _Inbox:
    """An adapter from which the loop takes its messages. notify: called when there is something new."""

    def __init__(self, notify: Callable[[], None], *, lossless: bool) -> None:
        self._notify = notify
        self._waiting = Outbox(lossless=True, capacity=_AHEAD) if lossless else Latest()

    def send(self, message: FrameResult | Status) -> None:
        with suppress(Closed):
            if isinstance(message, FrameResult) and isinstance(self._waiting, Outbox):
                self._waiting.wait_for_room()
            self._waiting.put(message)
        self._notify()

    def close(self) -> None:
        self._waiting.close()
        self._notify()

    def take(self, timeout_s: float) -> FrameResult | Status | None:
        """The next message, None at the end. Raises TimeoutError."""
        try:
            return self._waiting.get(timeout_s)
        except Closed:
            return None


def configured(config: str | Path | RunConfig | None) -> RunConfig | None:
    """The settings of a file. Raises ConfigError."""
    return read_config(Path(config)) if isinstance(config, str | Path) else config


def _opened(origins: Iterable[Origin]) -> tuple[Recording | None, list[Source]]:
    """A recording, or the sources. Raises SourceError, RecordingError or ConfigError."""
    recordings: list[Recording] = []
    sources: list[Source] = []
    for origin in origins:
        if isinstance(origin, Recording):
            recordings.append(origin)
        elif isinstance(origin, str | int | Path):
            if is_recording(Path(str(origin))):
                recordings.append(Recording(Path(str(origin))))
            else:
                sources.append(open_source(str(origin)))
        else:
            sources.append(origin)
    if len(recordings) + bool(sources) > 1 or not (recordings or sources):
        raise ConfigError("a stream has one recording, or one or several other sources")
    return (recordings[0] if recordings else None), sources
