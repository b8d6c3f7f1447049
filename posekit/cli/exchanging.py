"""The outputs of a run that goes on: those that are no longer wanted end, new ones begin."""

import logging
from collections.abc import Callable, Sequence

from posekit.config_file.model import Destination
from posekit.errors import PosekitError
from posekit.plugins import load_adapter
from posekit.protocols import Adapter, OutputContext
from posekit.runner import Runner
from posekit.sources.naming import distinct

__all__ = ["OpenOutputs"]

_logger = logging.getLogger(__name__)


class OpenOutputs:
    """What is open, by what was asked for. equip, dismiss: called with every adapter that is opened, and closed."""

    def __init__(
        self,
        runner: Runner,
        context: OutputContext,
        wanted: Sequence[Destination],
        equip: Callable[[Adapter], None],
        dismiss: Callable[[Adapter], None],
    ) -> None:
        self._runner = runner
        self._context = context
        self._equip = equip
        self._dismiss = dismiss
        titles = distinct([f"{name}:{target}" for name, target, _ in wanted])
        self._open = {_key(one): (title, one) for one, title in zip(wanted, titles, strict=True)}

    def exchange(self, destinations: Sequence[Destination], file: str) -> bool:
        """End what is no longer wanted once everything that is new is open; otherwise let all stay as it was.

        file: where they stand, for messages. False if all stayed.
        """
        wanted = {_key(one): one for one in destinations}
        ending = [key for key in self._open if key not in wanted]
        opened: list[tuple[Destination, Adapter]] = []
        ended: list[Destination] = []
        try:
            for key, one in wanted.items():
                if key not in self._open:
                    # What listens at the same place has to make room first.
                    for old in [old for old in ending if old[:2] == key[:2]]:
                        ending.remove(old)
                        ended.append(self._end(old))
                    opened.append((one, load_adapter(*one, self._context)))
        except PosekitError as error:
            _logger.warning("%s%s; the outputs stay as they were", f"{file}: " if file else "", error)
            for _, adapter in opened:
                adapter.close()
            for one in ended:
                try:
                    self._begin(one, load_adapter(*one, self._context))
                except PosekitError as lost:
                    _logger.warning("output %s:%s is lost: %s", one[0], one[1], lost)
            return False
        for key in ending:
            self._end(key)
        for one, adapter in opened:
            self._begin(one, adapter)
        return True

    def _end(self, key: tuple[object, ...]) -> Destination:
        title, destination = self._open.pop(key)
        for adapter in self._runner.end(title):
            self._dismiss(adapter)
        return destination

    def _begin(self, destination: Destination, adapter: Adapter) -> None:
        self._equip(adapter)
        title = distinct([*(title for title, _ in self._open.values()), f"{destination[0]}:{destination[1]}"])[-1]
        self._open[_key(destination)] = (title, destination)
        self._runner.begin(title, adapter)


def _key(destination: Destination) -> tuple[object, ...]:
    name, target, options = destination
    return name, target, *sorted(options.items())
