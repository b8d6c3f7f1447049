"""posekit in a Python script: a stream of results, and an app that calls handlers when something happens.

::

    for result in posekit.stream("video.mp4"):
        for person in result.people:
            print(person.id, person["leftWrist"].x)

    app = posekit.App(source=0)

    @app.on("rep", exercise="squat")
    def counted(event: posekit.Event) -> None:
        print(event.id, event.count)

    app.run(osc="127.0.0.1:9000")
"""

import difflib
import inspect
import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar, Unpack

from posekit.config_file import RunConfig
from posekit.errors import ConfigError
from posekit.events import CATALOGUE, Event
from posekit.protocols import Adapter, Detector
from posekit.streaming import Options, Origin, Stream, configured
from posekit.types import FrameResult, Status

__all__ = ["App"]

_logger = logging.getLogger(__name__)

OnEvent = TypeVar("OnEvent", bound=Callable[[Event], object])
OnFrame = TypeVar("OnFrame", bound=Callable[[FrameResult], object])
OnStatus = TypeVar("OnStatus", bound=Callable[[Status], object])


class App:
    """Calls functions when something happens in front of a camera, in a video or in a recording.

    source, config, options: as for ``posekit.stream``; ``run`` sends where the configuration says, too. Handlers are
    called in the thread that runs ``run``, one after the other; an exception in one is logged with its event and
    changes nothing for the others. While handlers take their time a camera's frames are left out, but no event is.
    """

    def __init__(
        self,
        source: Origin | Sequence[Origin] | None = None,
        *,
        config: str | Path | RunConfig | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._source = source
        self._config = configured(config)
        self._options = options
        self._handlers: list[_Handler] = []
        self._detectors: list[Detector] = []
        self._adapters: list[Adapter] = []
        self._stream: Stream | None = None
        self._stopping = False
        self._spent = False

    def on(self, kind: str, **fields: float | int | str) -> Callable[[OnEvent], OnEvent]:
        """Call the decorated function with every event of that kind.

        kind: one of ``posekit.CATALOGUE``. fields: what the event must say, as ``exercise="squat"``; ``slot``, ``id``
        and ``source`` can be asked for as well. Raises ConfigError for a kind or field that does not exist.
        """
        _check(kind, fields)

        def add(handler: OnEvent) -> OnEvent:
            self._handlers.append(_Handler(kind, fields, handler))
            return handler

        return add

    def on_frame(self, handler: OnFrame) -> OnFrame:
        """Call the decorated function with every result, after the handlers of its events."""
        self._handlers.append(_Handler("frame", {}, handler))
        return handler

    def on_status(self, handler: OnStatus) -> OnStatus:
        """Call the decorated function with every status: twice a second, and when a camera is lost or found again."""
        self._handlers.append(_Handler("status", {}, handler))
        return handler

    def add(self, part: Detector | Adapter) -> None:
        """Add a detector, whose events go to handlers and outputs alike, or an adapter, which is sent everything.

        With several sources each has a copy of the detector. They take part in one run, which closes the adapters and
        leaves detectors with what they remember. Raises ConfigError for what is neither.
        """
        if isinstance(part, Detector):
            self._detectors.append(part)
        elif isinstance(part, Adapter):
            self._adapters.append(part)
        else:
            raise ConfigError(
                f"{type(part).__name__} is neither a detector, which has update(result), nor an adapter, which has "
                "send(message) and close()"
            )

    def run(
        self,
        *,
        osc: str | Sequence[str] = (),
        ws: str | Sequence[str] = (),
        out: str | Sequence[str] = (),
        record: str | Path | None = None,
    ) -> None:
        """Work until the source ends, ``stop`` is called, or Ctrl-C.

        osc: ``HOST:PORT`` to send OSC to. ws: ``[HOST:]PORT`` to serve a WebSocket. out: other adapters, as
        ``NAME:TARGET?key=value``. record: a file for ``posekit replay``. Raises the PosekitError of a source or output
        that cannot be opened, or of a source that is lost for good.

        An app to which parts were added runs once, as they have been used then: another run raises ConfigError.
        """
        if self._spent:
            parts = ", ".join(type(part).__name__ for part in (*self._detectors, *self._adapters))
            raise ConfigError(f"this app has run, and what was added to it is used up ({parts}): make a new App")
        self._stopping = False
        output = self._config.output if self._config is not None else None
        stream = Stream(
            self._source,
            config=self._config,
            options=self._options,
            outputs=[
                *(output.destinations() if output else ()),
                *(f"osc:{target}" for target in _several(osc)),
                *(f"ws:{target}" for target in _several(ws)),
                *_several(out),
            ],
            record=record if record is not None or output is None else output.record,
            detectors=self._detectors,
            adapters=self._adapters,
        )
        try:
            with closing(stream.messages()) as messages:
                self._stream = stream
                if self._stopping:
                    return
                for message in messages:
                    self._tell(message)
        except KeyboardInterrupt:
            pass
        finally:
            self._stream = None
            self._spent = stream.begun and bool(self._detectors or self._adapters)

    def stop(self) -> None:
        """Let ``run`` return soon, even while it is loading; callable from handlers and other threads.

        Where nothing runs it does nothing.
        """
        self._stopping = True
        stream = self._stream
        if stream is not None:
            stream.close()

    def _tell(self, message: FrameResult | Status) -> None:
        for event in message.events:
            for handler in self._handlers:
                if handler.wants(event):
                    handler.call(event, event)
        kind = "status" if isinstance(message, Status) else "frame"
        for handler in self._handlers:
            if handler.kind == kind:
                handler.call(message, f"a {kind} of {message.source}")


class _Handler:
    """A function, and what it is to be called with."""

    def __init__(self, kind: str, fields: dict[str, float | int | str], function: Callable[[Any], object]) -> None:
        if inspect.iscoroutinefunction(function):
            raise ConfigError(
                f"handler {_name(function)} is 'async', but handlers are plain functions; in an event loop use "
                "'async for result in posekit.stream(...)'"
            )
        self.kind = kind
        self._fields = fields
        self._function = function

    def wants(self, event: Event) -> bool:
        """Whether the event is of the kind, and says what it must."""
        return event.kind == self.kind and all(getattr(event, name) == value for name, value in self._fields.items())

    def call(self, argument: object, about: object) -> None:
        """Call the function; an exception is logged."""
        try:
            self._function(argument)
        except Exception:
            _logger.exception("handler %s failed on %s", _name(self._function), about)


def _check(kind: str, fields: dict[str, float | int | str]) -> None:
    if kind not in CATALOGUE:
        raise ConfigError(f"there is no event '{kind}'{_near(kind, [*CATALOGUE])}; there are {', '.join(CATALOGUE)}")
    known = ["slot", "id"] if CATALOGUE[kind].personal else []
    known += ["source", *(field.name for field in CATALOGUE[kind].fields)]
    for name, value in fields.items():
        if name not in known:
            raise ConfigError(f"event '{kind}' has no field '{name}'{_near(name, known)}; it has {', '.join(known)}")
        spec = next((field for field in CATALOGUE[kind].fields if field.name == name), None)
        if spec is not None and spec.choices and value not in spec.choices:
            choices = ", ".join(map(repr, spec.choices))
            raise ConfigError(f"field '{name}' of event '{kind}' is one of {choices}; it is never {value!r}")


def _near(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f", did you mean '{near[0]}'" if near else ""


def _several(texts: str | Sequence[str]) -> Sequence[str]:
    return [texts] if isinstance(texts, str) else texts


def _name(handler: Callable[..., object]) -> str:
    return getattr(handler, "__qualname__", None) or type(handler).__name__
