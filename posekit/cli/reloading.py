"""``--watch``: a run goes on with what was changed in its configuration file."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from posekit.cli.steering import Steering
from posekit.config_file.model import RunConfig
from posekit.config_file.watching import Watched
from posekit.errors import PosekitError

__all__ = ["Reloading"]

#: What of the outputs' settings is no matter of where results are sent.
_PICTURE: Final = ("output.mirror", "output.rotate")

_logger = logging.getLogger(__name__)


class Reloading:
    """Looks at the file whenever the runner tells a status, which is twice a second, and changes the run.

    path: the file. settled: what becomes of its settings on this command line, whose options win. steering: changes
    the run.
    """

    def __init__(self, path: Path, settled: Callable[[RunConfig], RunConfig], steering: Steering) -> None:
        self._path = path
        self._watched = Watched(path)
        self._settled = settled
        self._steering = steering

    def step(self) -> None:
        """Take up what was saved; of a bad edit say what is wrong, and change nothing."""
        try:
            saved = self._watched.step()
            if saved is None:
                return
            self._steering.forget()
            live, later = self._steering.take(self._settled(saved))
            if not self._steering.step():  # which has said why
                live = [name for name in live if not name.startswith("output.") or name in _PICTURE]
        except PosekitError as error:
            _logger.warning("%s; the settings stay as they were", error)
            return
        if live:
            _logger.warning("%s: changed %s", self._path, ", ".join(live))
        if later:
            _logger.warning("%s: %s will change with the next start", self._path, ", ".join(later))
