"""Keeps a live source running: reads it in a thread, opens it again when it is lost, survives a read that hangs.

Why threads and not a capture process: pictures need no copy between processes, and every platform's camera permission
belongs to the program that the user started. The price is that a driver call which never returns cannot be killed:
its thread is abandoned and ends by itself when the call returns. At most ``MAX_STUCK`` such threads exist per source;
until one returns the source is not opened again. They are daemon threads, so they never hold up the end of the program.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Condition, Thread

import numpy as np

from posekit.channels import Closed, Newest
from posekit.errors import PosekitError, SourceError
from posekit.protocols import Source
from posekit.recovery import Action, Recovery, RecoveryPolicy
from posekit.types import Frame, SourceState

__all__ = ["CLOSE_S", "MAX_STUCK", "LiveCapture", "Lost"]

MAX_STUCK = 2
CLOSE_S = 1.0
_TICK_S = 0.1

_logger = logging.getLogger(__name__)


class Lost:
    """Stands in the channel where the picture was lost: everyone is to be ended."""


class LiveCapture:
    """Reads a live source into ``frames``, in which the newest frame wins.

    The channel is closed when the source has ended, was given up, or ``close`` was called. ``error`` then says why, if
    there was trouble: a source that has never delivered a frame and cannot be opened is not tried again.
    """

    def __init__(
        self,
        source: Source,
        *,
        clock: Callable[[], float],
        policy: RecoveryPolicy | None = None,
    ) -> None:
        self.frames: Newest[Frame | Lost] = Newest()
        self.error: PosekitError | None = None
        self._source = source
        self._clock = clock
        self._recovery = Recovery(policy or RecoveryPolicy(), clock())
        self._changed = Condition()
        self._closed = False
        self._generation = 0
        self._readers: list[Thread] = []
        self._next_seq = 0
        self._supervisor = Thread(target=self._supervise, name=f"capture-{source.name}", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._supervisor.start()

    def stop(self) -> None:
        """End reading; returns at once."""
        with self._changed:
            self._closed = True
            self._generation += 1
            self._changed.notify_all()
        self.frames.close(discard=True)

    def close(self) -> None:
        """End reading; wait for it, but at most ``CLOSE_S`` for a driver call that hangs. Safe to call twice."""
        self.stop()
        deadline_s = time.monotonic() + CLOSE_S
        for thread in (self._supervisor, *self._readers):
            if thread.is_alive():
                thread.join(max(deadline_s - time.monotonic(), 0.0))

    @property
    def state(self) -> tuple[SourceState, str]:
        """How the source is doing, and why."""
        with self._changed:
            return self._recovery.state, self._recovery.message

    @property
    def dropped(self) -> int:
        """Frames that a newer one replaced before the network was free."""
        return self.frames.dropped

    def _supervise(self) -> None:
        was_lost = False
        with self._changed:
            while not self._closed:
                now_s = self._clock()
                before = self._recovery.state
                action = self._recovery.due(now_s)
                if action is Action.OPEN:
                    self._open(now_s)
                elif action is Action.ABANDON:
                    self._generation += 1
                elif action is Action.GIVE_UP:
                    self.error = SourceError(
                        f"{self._source.name} was given up after {self._recovery.retries} retries: "
                        f"{self._recovery.message}"
                    )
                    break
                self._log_change(before)
                if self._recovery.lost and not was_lost and self._next_seq:
                    self.frames.put(Lost())
                was_lost = self._recovery.lost
                self._changed.wait(_TICK_S)
        self.frames.close()

    def _open(self, now_s: float) -> None:
        self._readers = [reader for reader in self._readers if reader.is_alive()]
        if len(self._readers) >= MAX_STUCK:
            self._recovery.failed(now_s, "the driver does not return from a read; waiting for it")
            return
        self._generation += 1
        name = f"read-{self._source.name}"
        reader = Thread(target=self._read, args=(self._generation,), name=name, daemon=True)
        self._readers.append(reader)
        reader.start()

    def _read(self, generation: int) -> None:
        cause: PosekitError | None = None
        try:
            for frame in _checked(self._source):
                if not self._deliver(frame, generation):
                    return
        except PosekitError as error:
            cause = error
        except Exception as error:
            cause = SourceError(f"{self._source.name} failed ({type(error).__name__}: {error})")
        with self._changed:
            if generation != self._generation:
                return
            if cause is None or not self._next_seq:
                self.error = cause
                self._closed = True
            else:
                before = self._recovery.state
                self._recovery.failed(self._clock(), str(cause))
                self._log_change(before)
            self._changed.notify_all()

    def _deliver(self, frame: Frame, generation: int) -> bool:
        """Put the frame into the channel unless this reader was abandoned meanwhile."""
        now_s = self._clock()
        with self._changed:
            if generation != self._generation:
                return False
            before = self._recovery.state
            self._recovery.frame(now_s, _fingerprint(frame.image))
            self._log_change(before)
            frame = replace(frame, seq=self._next_seq, grabbed_s=frame.grabbed_s or now_s)
            self._next_seq += 1
            try:
                self.frames.put(frame)
            except Closed:
                return False
        return True

    def _log_change(self, before: SourceState) -> None:
        state = self._recovery.state
        if state is before or before is SourceState.OPENING:
            return
        if state is SourceState.RUNNING:
            _logger.warning("%s is running again", self._source.name)
        elif before is SourceState.RUNNING:
            _logger.warning("%s is %s: %s", self._source.name, state.name.lower(), self._recovery.message)


def _checked(source: Source) -> Iterator[Frame]:
    """The frames, each proved to be a picture: drivers have been seen to deliver empty and misshapen ones."""
    for frame in source:
        image = frame.image
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or not image.size:
            raise SourceError(
                f"{source.name} delivered a frame of shape {image.shape} and type {image.dtype}; "
                "expected (height, width, 3) uint8"
            )
        yield frame


def _fingerprint(image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> int:
    """Equal for identical pictures, and cheap: every 16th pixel of every 16th row."""
    return hash(image[::16, ::16].tobytes())
