"""``--watch``: a run goes on with what was changed in its configuration file."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from posekit.assembly import DetectorSet, adjust
from posekit.config_file.model import RunConfig
from posekit.config_file.watching import Watched, changes
from posekit.errors import ConfigError, PosekitError
from posekit.pipeline import Pipeline
from posekit.plugins import load_adapter
from posekit.protocols import OutputContext
from posekit.runner import Runner
from posekit.sources.naming import distinct
from posekit.types import Status

__all__ = ["Reloading"]

_logger = logging.getLogger(__name__)


class Reloading:
    """Looks at the file whenever the runner tells a status, which is twice a second, and changes the run.

    path: the file. settled: what becomes of its settings on this command line, whose options win. settings: those that
    the run began with.
    """

    def __init__(self, path: Path, settled: Callable[[RunConfig], RunConfig], settings: RunConfig) -> None:
        self._path = path
        self._watched = Watched(path)
        self._settled = settled
        self._settings = settings
        self._pipelines: list[tuple[Pipeline, DetectorSet]] = []
        self._runner: Runner | None = None
        self._context = OutputContext()
        self._names: dict[Any, str] = {}

    def attach(self, runner: Runner, pipelines: Sequence[tuple[Pipeline, DetectorSet]], context: OutputContext) -> None:
        """What is to be changed."""
        self._runner, self._pipelines, self._context = runner, list(pipelines), context
        wanted = self._settings.output.destinations()
        titles = distinct([f"{name}:{target}" for name, target, _ in wanted])
        self._names = {_key(one): title for one, title in zip(wanted, titles, strict=True)}

    def step(self, status: Status | None = None) -> None:
        """Take up what was saved; of a bad edit say what is wrong, and change nothing."""
        try:
            saved = self._watched.step()
            if saved is None:
                return
            settings = self._settled(saved)
        except ConfigError as error:
            _logger.warning("%s; the settings stay as they were", error)
            return
        live, later = changes(self._settings, settings)
        self._settings = settings
        for pipeline, usual in self._pipelines:
            adjust(pipeline, usual, settings)
        self._exchange_outputs()
        if live:
            _logger.warning("%s: changed %s", self._path, ", ".join(live))
        if later:
            _logger.warning("%s: %s will change with the next start", self._path, ", ".join(later))

    def _exchange_outputs(self) -> None:
        assert self._runner is not None
        wanted = {_key(one): one for one in self._settings.output.destinations()}
        for key in [key for key in self._names if key not in wanted]:
            self._runner.end(self._names.pop(key))
        for key, (name, target, options) in wanted.items():
            if key in self._names:
                continue
            try:
                adapter = load_adapter(name, target, options, self._context)
            except PosekitError as error:
                _logger.warning("%s: %s", self._path, error)
                continue
            self._names[key] = distinct([*self._names.values(), f"{name}:{target}"])[-1]
            self._runner.begin(self._names[key], adapter)


def _key(destination: tuple[str, str, Mapping[str, str]]) -> tuple[object, ...]:
    name, target, options = destination
    return name, target, *sorted(options.items())
