"""Reads a file in a thread, a frame or two ahead of the network; nothing is dropped."""

import logging
from collections.abc import Callable
from dataclasses import replace
from threading import Lock, Thread

from posekit.channels import Closed, Lossless
from posekit.errors import PosekitError
from posekit.feed import Change, Film, Lost
from posekit.types import Frame, SourceState

__all__ = ["Playback"]

_AHEAD = 2

_logger = logging.getLogger(__name__)


class Playback:
    """A ``feed.Feed`` of a file: every frame, as fast as they are taken. notify: called when the state has changed."""

    dropped = 0
    reopened = 0

    def __init__(self, source: Film, *, clock: Callable[[], float], notify: Callable[[], None] = lambda: None) -> None:
        self.frames: Lossless[Frame | Lost] = Lossless(_AHEAD)
        self.error: PosekitError | None = None
        self.state = (SourceState.OPENING, "")
        self._source = source
        self._clock = clock
        self._notify = notify
        self._changing = Lock()
        self._changes: list[Change] = []
        self._time_s: float | None = None  # of the newest frame
        self._thread = Thread(target=self._read, name=f"read-{source.name}", daemon=True)

    @property
    def hopeless(self) -> PosekitError | None:
        """Why there is no frame, if there never was one."""
        return self.error if self._time_s is None else None

    def changes(self) -> list[Change]:
        """The changes of state since the last call."""
        with self._changing:
            changes, self._changes = self._changes, []
        return changes

    @property
    def alive(self) -> bool:
        """Whether it still reads."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """End reading; returns at once."""
        self.frames.close(discard=True)

    def join(self, timeout_s: float) -> None:
        """Wait for the thread, but no longer than that."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _read(self) -> None:
        try:
            for frame in self._source:
                if isinstance(frame, Lost):
                    self.frames.put(frame)
                    continue
                first, self._time_s = self._time_s is None, frame.timestamp_s
                if first:
                    self._become(SourceState.RUNNING)
                self.frames.put(replace(frame, grabbed_s=frame.grabbed_s or self._clock()))
        except Closed:
            pass
        except PosekitError as error:
            self._fail(error)
        except Exception as error:
            _logger.exception("reading %s failed", self._source.name)
            self._fail(PosekitError(f"reading {self._source.name} failed ({type(error).__name__}: {error})"))
        finally:
            self.frames.close()

    def _fail(self, error: PosekitError) -> None:
        self.error = error
        self._become(SourceState.FAILED, str(error))

    def _become(self, state: SourceState, message: str = "") -> None:
        self.state = (state, message)
        with self._changing:
            self._changes.append(Change(state, message, self._time_s or 0.0))
        self._notify()
