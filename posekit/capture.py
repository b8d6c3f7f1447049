"""Keeps a live source running: reads it in a thread, opens it again when it is lost, survives a read that hangs.

Why threads and not a capture process: pictures need no copy between processes, and every platform's camera permission
belongs to the program that the user started. Backends are given timeouts where they know any (``sources.opencv``), so a
read rarely hangs for long. The price is that a driver call which never returns cannot be killed: its thread is
abandoned and ends by itself when the call returns. At most ``MAX_STUCK`` such threads exist per source; until one
returns the source is not opened again. They are daemon threads, so they never hold up the end of the program.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Condition, Thread
from typing import Protocol

import numpy as np

from posekit.channels import Closed
from posekit.errors import PosekitError, SourceError
from posekit.feed import LOST, Change, NewestOrLost
from posekit.protocols import Source
from posekit.recovery import Action, Recovery, RecoveryPolicy
from posekit.timeline import Timeline
from posekit.types import Frame, SourceState

__all__ = ["MAX_STUCK", "TICK_S", "LiveCapture", "Spawn", "Worker"]

MAX_STUCK = 4
#: How often the recovery rules are asked.
TICK_S = 0.1
#: A source whose frames are far apart stalls when so many of them are missing.
_PERIODS = 3.0

_logger = logging.getLogger(__name__)


class Worker(Protocol):
    """What is used of a thread."""

    def is_alive(self) -> bool:
        """Whether it still works."""
        ...

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end."""
        ...


#: Calls a function again and again until it returns false, in a thread of the given name.
Spawn = Callable[[Callable[[], bool], str], Worker]


def in_thread(step: Callable[[], bool], name: str) -> Worker:
    """A ``Spawn`` with a real thread."""

    def work() -> None:
        while step():
            pass

    thread = Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


class LiveCapture:
    """A ``feed.Feed`` of a live source, in which the newest frame wins.

    A source that cannot be opened at the very first try is not tried again, unless it is ``patient``. One that begins
    anew when it is opened again (``rewinds``), as a file that plays, is never opened again. notify: called when there
    are changes, from any thread. spawn: how to work in parallel.
    """

    def __init__(
        self,
        source: Source,
        *,
        clock: Callable[[], float],
        policy: RecoveryPolicy | None = None,
        patient: bool = False,
        notify: Callable[[], None] = lambda: None,
        spawn: Spawn = in_thread,
    ) -> None:
        policy = policy or RecoveryPolicy()
        policy = replace(
            policy,
            reopen=policy.reopen and not getattr(source, "rewinds", False),
            stall_s=max(policy.stall_s, _PERIODS * getattr(source, "period_s", 0.0)),
        )
        self._reopens = policy.reopen
        self.frames: NewestOrLost[Frame] = NewestOrLost()
        self.error: PosekitError | None = None
        self.reopened = 0
        self._source = source
        self._clock = clock
        self._patient = patient
        self._notify = notify
        self._spawn = spawn
        self._recovery = Recovery(policy, clock())
        self._timeline = Timeline()
        self._changed = Condition()
        self._closed = False
        self._generation = 0
        self._readers: list[Worker] = []
        self._supervisor: Worker | None = None
        self._next_seq = 0
        self._size: tuple[int, int] | None = None  # of the newest frame
        self._is_fresh = True  # no frame yet since it was opened
        self._is_lost = True  # nobody is there to be ended
        self._cause: PosekitError | None = None
        self._told = (SourceState.OPENING, "")
        self._changes: list[Change] = []

    @property
    def alive(self) -> bool:
        """Whether any of its threads still works, be it in the driver."""
        return any(worker is not None and worker.is_alive() for worker in (self._supervisor, *self._readers))

    def start(self) -> None:
        """Begin to read."""
        self._supervisor = self._spawn(self._supervise, f"capture-{self._source.name}")

    def stop(self) -> None:
        """End reading; returns at once."""
        with self._changed:
            self._close()
        self.frames.close(discard=True)

    def join(self, timeout_s: float) -> None:
        """Wait for the threads, but no longer than that: a driver call may hang."""
        deadline_s = time.monotonic() + timeout_s
        for worker in (self._supervisor, *self._readers):
            if worker is not None and worker.is_alive():
                worker.join(max(deadline_s - time.monotonic(), 0.0))

    @property
    def state(self) -> tuple[SourceState, str]:
        """How the source is doing, and why."""
        with self._changed:
            if self.error is not None:
                return SourceState.FAILED, str(self.error)
            return self._recovery.state, self._recovery.message

    @property
    def dropped(self) -> int:
        """Frames that a newer one replaced before they were taken."""
        return self.frames.dropped

    @property
    def hopeless(self) -> PosekitError | None:
        """Why it cannot be opened, if it never yet was; it may be tried again all the same."""
        with self._changed:
            return None if self._next_seq else self._cause

    def changes(self) -> list[Change]:
        """The changes of state since the last call."""
        with self._changed:
            changes, self._changes = self._changes, []
        return changes

    def _supervise(self) -> bool:
        if not self.tick():
            return False
        with self._changed:
            self._changed.wait_for(lambda: self._closed, TICK_S)
        return True

    def tick(self) -> bool:
        """Do what is due; whether the source is still wanted. To be called every ``TICK_S``."""
        with self._changed:
            if self._closed:
                return False
            now_s = self._clock()
            action = self._recovery.due(now_s)
            if action is Action.OPEN:
                self._open(now_s)
            elif action is Action.ABANDON:
                self._generation += 1
            elif action is Action.GIVE_UP:
                self._give_up()
                return False
            if self._recovery.lost:
                self._lose()
            self._tell(now_s)
            return True

    def _open(self, now_s: float) -> None:
        self._readers = [reader for reader in self._readers if reader.is_alive()]
        if len(self._readers) >= MAX_STUCK:
            self._recovery.failed(now_s, "the driver does not return from a read; waiting for it")
            return
        self._generation += 1
        self._is_fresh = True
        reader = _Reader(self, self._source, self._generation)
        self._readers.append(self._spawn(reader.step, f"read-{self._source.name}"))

    def _give_up(self) -> None:
        self._lose()
        retries, cause = self._recovery.retries, self._recovery.message
        self._end(SourceError(f"{self._source.name} was given up after {retries} retries: {cause}"))

    def deliver(self, frame: Frame, generation: int) -> bool:
        """A reader has read a frame; whether it is to go on."""
        fingerprint = _fingerprint(frame.image)
        now_s = self._clock()
        with self._changed:
            if generation != self._generation:
                return False
            if self._size not in (None, frame.size):
                # Where people were, in pixels, means nothing any more.
                self._lose()
                if self._reopens and not self._is_fresh:
                    change = f"the picture's size has changed from {_size(self._size)} to {_size(frame.size)}"
                    self._fail(now_s, SourceError(change))
                    return False
            if self._is_fresh and self._next_seq:
                self.reopened += 1
            self._size, self._is_fresh, self._is_lost, self._cause = frame.size, False, False, None
            self._recovery.frame(now_s, fingerprint)
            timestamp_s = self._timeline.at(frame.timestamp_s, now_s)
            self._tell(now_s)
            frame = replace(frame, timestamp_s=timestamp_s, seq=self._next_seq, grabbed_s=frame.grabbed_s or now_s)
            self._next_seq += 1
            try:
                self.frames.put(frame)
            except Closed:
                return False
        return True

    def ended(self, cause: PosekitError | None, generation: int) -> None:
        """A reader has come to the source's end, or has failed."""
        now_s = self._clock()
        with self._changed:
            if generation != self._generation:
                return
            if cause is None or not self._reopens or not (self._next_seq or self._patient):
                self._end(cause)
            else:
                self._fail(now_s, cause)

    def _fail(self, now_s: float, cause: PosekitError) -> None:
        """Open it again after the backoff."""
        self._generation += 1
        self._cause = cause
        self._recovery.failed(now_s, str(cause))
        self._tell(now_s)

    def _end(self, error: PosekitError | None) -> None:
        """Leave the source for good."""
        self.error = self._cause = error
        if error is not None:
            self._note(SourceState.FAILED, str(error), self._clock())
        self._close()
        self.frames.close()

    def _close(self) -> None:
        self._closed = True
        self._generation += 1
        self._changed.notify_all()

    def _lose(self) -> None:
        """End everyone, once."""
        if not self._is_lost:
            self._is_lost = True
            self.frames.put(LOST)

    def _tell(self, now_s: float) -> None:
        """Note and log a change of state, and that a picture has frozen or moves again."""
        state, message = self._recovery.state, self._recovery.message
        before, told = self._told
        if state is before and (state is not SourceState.RUNNING or message == told):
            return
        name = self._source.name
        if state is SourceState.RUNNING:
            if before is SourceState.RUNNING:
                _logger.warning("%s: %s", name, message or "the picture changes again")
            elif before is not SourceState.OPENING:
                _logger.warning("%s is running %s", name, "again" if self._next_seq else "now")
        elif before is SourceState.OPENING:
            _logger.warning("%s is not there yet: %s", name, message)
        elif before is SourceState.RUNNING:
            _logger.warning("%s is %s: %s", name, state.name.lower(), message)
        self._note(state, message, now_s)

    def _note(self, state: SourceState, message: str, now_s: float) -> None:
        self._told = (state, message)
        self._changes.append(Change(state, message, self._timeline.now(now_s)))
        self._notify()


class _Reader:
    """One opening of a source, read a frame at a time."""

    def __init__(self, capture: LiveCapture, source: Source, generation: int) -> None:
        self._capture = capture
        self._source = source
        self._generation = generation
        self._frames: Iterator[Frame] | None = None

    def step(self) -> bool:
        """Open the source or read on, which may take any time; whether it is to be called again."""
        cause: PosekitError | None = None
        try:
            if self._frames is None:
                self._frames = iter(self._source)
            frame = _checked(next(self._frames), self._source.name)
        except StopIteration:
            pass
        except PosekitError as error:
            cause = error
        except Exception as error:
            cause = SourceError(f"{self._source.name} failed ({type(error).__name__}: {error})")
        else:
            if self._capture.deliver(frame, self._generation):
                return True
            self._release()
            return False
        self._release()
        self._capture.ended(cause, self._generation)
        return False

    def _release(self) -> None:
        """Let the device go before it is opened again: a generator does so when it is closed."""
        close = getattr(self._frames, "close", None)
        self._frames = None
        if close is not None:
            try:
                close()
            except Exception:
                _logger.debug("%s failed to close", self._source.name, exc_info=True)


def _checked(frame: Frame, name: str) -> Frame:
    """The frame, proved to be a picture: drivers have been seen to deliver empty and misshapen ones."""
    image = frame.image
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or not image.size:
        raise SourceError(
            f"{name} delivered a frame of shape {image.shape} and type {image.dtype}; expected (height, width, 3) uint8"
        )
    return frame


def _fingerprint(image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> int:
    """Equal for identical pictures, and cheap: every 16th pixel of every 16th row."""
    return hash(image[::16, ::16].tobytes())


def _size(size: tuple[int, int] | None) -> str:
    return "×".join(map(str, size or ()))
