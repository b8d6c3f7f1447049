"""A run's settings while it goes on: the configuration file and the console change them in the very same way."""

import difflib
import hashlib
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import Any, Final

from posekit.assembly import DetectorSet, adjust, load_network, reseeing
from posekit.cli.exchanging import OpenOutputs
from posekit.cli.inputs import Inputs
from posekit.cli.takes import Takes
from posekit.config import VisionSettings
from posekit.config_file.editing import dotted, edited
from posekit.config_file.model import RunConfig
from posekit.config_file.reading import parse, read_text
from posekit.config_file.watching import changes as differing
from posekit.config_file.watching import in_force
from posekit.errors import ConfigError, PosekitError
from posekit.models.catalogue import CATALOGUE
from posekit.models.store import load_model, places
from posekit.pipeline import Pipeline
from posekit.posenet.model import Network
from posekit.protocols import Adapter, OutputContext
from posekit.runner import Runner
from posekit.types import Status

__all__ = ["STEERABLE", "Steering"]

#: What a console may change. Nothing that names a file, a program or another place where anything is opened, but for
#: the receivers of OSC.
STEERABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "vision": ("model", "input_size", "output_stride", "single", "max_people", "score", "nms_radius"),
    "tracking": ("smoothing",),
    "events": ("zone", "line"),
    "output": ("mirror", "rotate", "osc"),
}

_logger = logging.getLogger(__name__)


class Steering:
    """A ``protocols.Desk``. settings: those that the run began with. file: where they can be saved, if anywhere."""

    def __init__(self, settings: RunConfig, file: Path | None = None) -> None:
        self.settings = settings
        self._file = file
        self._touched: dict[str, set[str]] = {}
        self._lock = RLock()
        self._pipelines: list[tuple[Pipeline, DetectorSet]] = []
        self._outputs: OpenOutputs | None = None
        self._exchanging = False
        self._takes: Takes | None = None
        self._inputs: Inputs | None = None
        self._sources: tuple[str, ...] = ()
        self._listeners: list[Callable[[], None]] = []

    def attach(
        self,
        runner: Runner,
        pipelines: Sequence[tuple[Pipeline, DetectorSet]],
        context: OutputContext,
        equip: Callable[[Adapter], None] = lambda _: None,
        dismiss: Callable[[Adapter], None] = lambda _: None,
        takes: Takes | None = None,
        inputs: Inputs | None = None,
    ) -> None:
        """What is to be changed.

        equip, dismiss: called with every adapter that is opened, and closed. takes: its recording, where the
        user has asked for one. inputs: what the sources may show instead.
        """
        if inputs is not None:
            inputs.attach(runner, replaying=self._end_recording, told=self._tell)
        self._inputs, self._sources = inputs, inputs.sources() if inputs is not None else ()
        self._takes = takes
        self._pipelines = list(pipelines)
        self._outputs = OpenOutputs(runner, context, self.settings.output.destinations(), equip, dismiss)

    def take(self, settings: RunConfig) -> tuple[list[str], list[str]]:
        """Go on with other settings; what changes at once, and what only the next start will change.

        Outputs are exchanged by the next ``step``. Raises PosekitError, and then nothing has changed.
        """
        with self._lock:
            live, later = differing(self.settings, settings)
            settings = in_force(self.settings, settings)
            count = max(len(self._pipelines), 1)
            before, wanted = (one.vision.side_by_side(count) for one in (self.settings, settings))
            if before != wanted:
                seeing = [
                    reseeing(pipeline.estimator, before, wanted, lambda: _network(wanted))
                    for pipeline, _ in self._pipelines
                ]
                for (pipeline, _), estimator in zip(self._pipelines, seeing, strict=True):
                    pipeline.exchange(estimator)
            self.settings = settings
            for pipeline, usual in self._pipelines:
                adjust(pipeline, usual, settings)
            self._exchanging = True
        self._tell()
        return live, later

    def forget(self) -> None:
        """Nothing that was changed here waits to be saved any more: the file has been saved by somebody."""
        self._touched = {}
        self._sources = self._inputs.sources() if self._inputs is not None else ()

    def step(self) -> bool:
        """Exchange outputs, if that is due; to be called by the runner's ``on_status``. False if they had to stay."""
        # Whoever changes something, as when a network is loaded, is not waited for: the next step does it.
        if not self._lock.acquire(blocking=False):
            return True
        try:
            if not self._exchanging or self._outputs is None:
                return True
            self._exchanging = False
            return self._outputs.exchange(self.settings.output.destinations(), str(self._file or ""))
        finally:
            self._lock.release()

    def hear(self, status: Status) -> None:
        """Be told how a source is doing; to be called by the runner's ``on_status``."""
        if self._inputs is not None:
            self._inputs.hear(status)

    def state(self) -> Mapping[str, Any]:
        """As in ``Desk``. Without the lock, under which a network may be loading: this is asked for all the time."""
        return {
            "settings": {section: self._values(section, names) for section, names in STEERABLE.items()},
            "models": sorted({*_models_here(), self.settings.vision.model}),
            "record": None if self._takes is None else self._takes.on,
            "inputs": {} if self._inputs is None else self._inputs.state(),
            "file": self._file.name if self._file is not None else None,
            "unsaved": sorted(
                [dotted(section, name) for section, names in self._touched.items() for name in names]
                + (["sources"] if self._others() is not None else [])
            ),
        }

    def change(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """As in ``Desk``."""
        for section, values in changes.items():
            for name, value in values.items():
                if name not in STEERABLE.get(section, ()):
                    raise ConfigError(f"'{section}.{name}' cannot be changed from here")
                if name == "model" and value not in _models_here():
                    raise ConfigError(f"there is no network '{value}' on this computer: posekit models pull gets it")
                if name in ("zone", "line") and not all(isinstance(place, dict) for place in value or ()):
                    raise ConfigError(f"'{section}.{name}' takes tables")
        with self._lock:
            touched = {section: {*self._touched.get(section, ()), *values} for section, values in changes.items()}
            settings = self.settings.changed(changes)
            before, self._touched = self._touched, self._touched | touched
            try:
                self.take(settings)
            except PosekitError:
                self._touched = before
                raise

    def record(self, on: bool) -> None:
        """As in ``Desk``."""
        if self._takes is None:
            raise ConfigError("there is no file to record to: start posekit with --record FILE")
        if self._takes.record(on):
            if self._inputs is not None:
                self._inputs.look_for_recordings()
            self._tell()

    def look(self) -> None:
        """As in ``Desk``."""
        if self._inputs is not None:
            before = self._inputs.state()
            self._inputs.look()
            if self._inputs.state() != before:
                self._tell()

    def choose(self, source: str, choice: str | None) -> None:
        """As in ``Desk``. A recording that goes on ends when one is replayed: it would record itself."""
        if self._inputs is None:
            raise ConfigError("nothing else can be shown here")
        # Without the lock: a camera takes its time to open, and meanwhile the run goes on.
        self._inputs.choose(source, choice)
        self._tell()

    def difference(self) -> tuple[str, str]:
        """As in ``Desk``."""
        with self._lock:
            path, before, after = self._edit()
        lines = difflib.unified_diff(before.splitlines(), after.splitlines(), path.name, path.name, lineterm="", n=1)
        return "\n".join(lines), _mark(before, after)

    def save(self, mark: str) -> None:
        """As in ``Desk``."""
        with self._lock:
            path, before, after = self._edit()
            if _mark(before, after) != mark:
                raise ConfigError("the file or the settings have changed meanwhile: look at the difference again")
            aside = path.with_name(f".{path.name}.part")
            try:
                aside.write_text(after, encoding="utf-8")
                os.replace(aside, path)
            except OSError as error:
                raise ConfigError(f"{path.name} cannot be written: {error.strerror}") from None
            self.forget()
        self._tell()

    def listen(self, listener: Callable[[], None]) -> None:
        """As in ``Desk``."""
        self._listeners.append(listener)

    def _end_recording(self) -> None:
        if self._takes is not None:
            self.record(False)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    def _values(self, section: str, names: Sequence[str]) -> dict[str, Any]:
        values: dict[str, Any] = getattr(self.settings, section).model_dump(mode="json", include=set(names))
        return values

    def _others(self) -> tuple[str, ...] | None:
        """The sources, if they are others than those that are saved."""
        sources = self._inputs.sources() if self._inputs is not None else ()
        return sources if sources != self._sources else None

    def _edit(self) -> tuple[Path, str, str]:
        """The file, its text, and its text with what was changed here."""
        if self._file is None:
            raise ConfigError("there is no file to save to: start posekit with --config posekit.toml")
        before = read_text(self._file)
        parse(before, self._file)
        touched = {section: self._values(section, sorted(names)) for section, names in self._touched.items()}
        sources = self._others()
        if sources is not None:
            touched[""] = {"sources": list(sources)}
        after = edited(before, touched)
        parse(after, self._file)
        return self._file, before, after


def _mark(before: str, after: str) -> str:
    return hashlib.sha256(f"{before}\0{after}".encode()).hexdigest()


def _models_here() -> list[str]:
    """The catalogue's networks that need no download."""
    return [name for name, entry in CATALOGUE.items() if any(path.is_file() for path in places(entry).values())]


def _network(vision: VisionSettings) -> Network:
    """The network, from this computer: a run that goes on waits for no download."""
    if vision.model in CATALOGUE and vision.model not in _models_here():
        raise ConfigError(f"model '{vision.model}' is not on this computer: posekit models pull {vision.model}")
    return load_network(load_model(vision.model), vision)
