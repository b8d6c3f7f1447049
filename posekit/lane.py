"""One source on its way through its pipeline: the threads of its stages, what lies between them, how it is doing.

The frames are read in one thread and fitted, seen by the network and finished in three more: while the network sees
one frame, the next is being fitted and the last one decoded, tracked and handed to the outputs.
"""

import logging
import time
from collections.abc import Callable
from threading import Lock, Thread

from posekit.capture import TICK_S, LiveCapture
from posekit.channels import Channel, Closed, Lossless
from posekit.errors import PosekitError, SourceError
from posekit.events import Event, make
from posekit.feed import Change, Feed, Film, Lost, NewestOrLost
from posekit.pipeline import Fitted, Inferred, Pipeline
from posekit.playback import Playback
from posekit.protocols import Source
from posekit.recovery import RecoveryPolicy
from posekit.statistics import SourceSummary
from posekit.succession import Progress, Succession
from posekit.types import FrameResult, SourceState, Status

__all__ = ["Lane"]

_logger = logging.getLogger(__name__)


class Lane:
    """A source and its pipeline at work.

    publish: takes the results. notify: called when ``finished`` or ``news`` have something new. patient: whether a
    live source that cannot be opened is tried again, as others are there.
    """

    def __init__(
        self,
        source: Film,
        pipeline: Pipeline,
        *,
        publish: Callable[[FrameResult], None],
        notify: Callable[[], None],
        clock: Callable[[], float],
        recovery: RecoveryPolicy | None = None,
        patient: bool = False,
    ) -> None:
        self.name = pipeline.source
        self.finished = False
        self._pipeline = pipeline
        self._publish = publish
        self._notify = notify
        self._clock = clock
        self._recovery = recovery
        self._origin = source.name
        self._feed: Feed
        self._fitted: Channel[Fitted | Lost]
        if isinstance(source, Source) and source.live:
            self._feed = LiveCapture(source, clock=clock, policy=recovery, patient=patient, notify=notify)
            self._fitted = NewestOrLost()
        else:
            self._feed = Playback(source, clock=clock, notify=notify)
            self._fitted = Lossless(1)
        self._inferred: Lossless[Inferred | Lost] = Lossless(1)
        self._progress = Progress()
        self._before: Lane | None = None  # until everyone there has left, it speaks for this one
        self._succession: Succession | None = None
        self._opened = False
        self._stopping = Lock()
        self._stopped = False
        self._failure: PosekitError | None = None
        self._failures: list[Change] = []
        self._closer = Thread(target=source.close, name=f"close-{self.name}", daemon=True)
        self._threads = [
            Thread(target=work, name=f"{stage}-{self.name}", daemon=True)
            for stage, work in (("fit", self._fit), ("network", self._infer), ("finish", self._finish))
        ]

    def successor(self, source: Film) -> "Lane":
        """A lane that is to go on in the place of this one, with another source through the same pipeline."""
        lane = Lane(
            source,
            self._pipeline,
            publish=self._publish,
            notify=self._notify,
            clock=self._clock,
            recovery=self._recovery,
        )
        lane._before = self
        return lane

    def open(self) -> None:
        """Begin to read, and wait for the first picture. Raises PosekitError if there will be none, or once stopped."""
        self._opened = True
        self._feed.start()
        while self._feed.state[0] in (SourceState.OPENING, SourceState.RUNNING):
            try:
                self._feed.frames.peek(TICK_S)
            except TimeoutError:
                continue
            except Closed:
                break
            return
        if self._stopped:
            raise SourceError("the run has ended")
        raise self._feed.error or SourceError(self._feed.state[1] or f"{self._origin} gives no pictures")

    def start(self) -> None:
        """Begin."""
        if not self._opened:
            self._feed.start()
        for thread in self._threads:
            thread.start()

    def succeed(self, before: "Lane") -> None:
        """Begin, once opened, where another lane was stopped and has ended.

        Everyone leaves; numbers, times and what is counted go on.
        """
        self._progress = before._progress
        self._succession = Succession(
            self._progress, dropped=before._dropped, reopened=before._reopened, clock=self._clock
        )
        self.start()

    @property
    def working(self) -> bool:
        """Whether any of its stages still is."""
        return any(thread.is_alive() for thread in self._threads)

    @property
    def alive(self) -> bool:
        """Whether any of its threads still is, be it in the source's driver."""
        return self.working or self._feed.alive or self._closer.is_alive()

    def stop(self) -> None:
        """End the work; returns at once, whatever the source's driver does. Safe to call twice."""
        with self._stopping:
            if self._stopped:
                return
            self._stopped = True
        self._closer.start()
        self._feed.stop()
        self._fitted.close(discard=True)
        self._inferred.close(discard=True)

    def join(self, timeout_s: float) -> None:
        """Wait for the threads, but no longer than that.

        A thread inside OpenCV when the interpreter ends would take the process down with it.
        """
        deadline_s = time.monotonic() + timeout_s
        for thread in (self._closer, *self._threads):
            if thread.ident is not None:
                thread.join(max(deadline_s - time.monotonic(), 0.0))
        self._feed.join(max(deadline_s - time.monotonic(), 0.0))

    @property
    def error(self) -> PosekitError | None:
        """Why it ended, if there was trouble."""
        return self._failure or self._feed.error

    @property
    def hopeless(self) -> PosekitError | None:
        """Why its source cannot be opened, if it never yet was."""
        return self._feed.hopeless

    def summary(self) -> SourceSummary:
        """What it has done."""
        before = self._before
        if before is not None:
            return before.summary()
        statistics = self._progress.statistics
        return SourceSummary(
            frames=statistics.frames,
            dropped=self._dropped,
            reopened=self._reopened,
            seconds=statistics.seconds,
            percentiles=statistics.percentiles(),
        )

    def status(self) -> Status:
        """How it is doing; rate and latency are those since the last call."""
        before = self._before
        if before is not None:
            return before.status()
        self._progress.measure(self._clock())
        state, message = self._feed.state
        if self._failure is not None:
            state, message = SourceState.FAILED, str(self._failure)
        return self._status(state, message)

    def news(self) -> list[Status]:
        """A status with its ``source`` event for every change of the source's state since the last call."""
        news = []
        failures, self._failures = self._failures, []
        for state, message, timestamp_s in (*self._changes(), *failures):
            event = make("source", timestamp_s, self.name, state=state.name.lower(), message=message)
            news.append(self._status(state, message, event))
        return news

    @property
    def _dropped(self) -> int:
        return self._feed.dropped + self._fitted.dropped + (self._succession.dropped if self._succession else 0)

    @property
    def _reopened(self) -> int:
        return self._feed.reopened + (self._succession.reopened if self._succession else 0)

    def _changes(self) -> list[Change]:
        if self._succession is not None:
            return self._succession.changes(self._feed, self._origin)
        # Those of a lane that is to succeed another are told when it does.
        return self._feed.changes() if not self._opened else []

    def _status(self, state: SourceState, message: str, *events: Event) -> Status:
        fps, latency_ms = self._progress.pace
        return Status(
            source=self.name,
            state=state,
            fps=fps,
            latency_ms=latency_ms,
            dropped=self._dropped,
            size=self._progress.last[2],
            mirrored=self._pipeline.mirror,
            message=message,
            events=events,
            origin=self._origin,
        )

    def _fit(self) -> None:
        try:
            while True:
                frame = self._feed.frames.get()
                if isinstance(frame, Lost):
                    self._fitted.put(frame)
                    continue
                if self._succession is not None:
                    frame = self._succession.following(frame)
                self._fitted.put(self._pipeline.fit(frame))
        except Closed:
            pass
        except Exception as error:
            self._fail("fitting the pictures", error)
        finally:
            self._fitted.close()

    def _infer(self) -> None:
        try:
            while True:
                # Only then is the newest frame taken: it would grow old in the queue.
                self._inferred.wait_for_room()
                fitted = self._fitted.get()
                self._inferred.put(fitted if isinstance(fitted, Lost) else self._pipeline.infer(fitted))
        except Closed:
            pass
        except Exception as error:
            self._fail("the network", error)
        finally:
            self._fitted.close(discard=True)  # who fits may be waiting for room in it
            self._inferred.close()

    def _finish(self) -> None:
        try:
            if self._succession is not None:
                if self._succession.follows:
                    self._publish(self._pipeline.end(*self._progress.last))
                self._before, self._succession.settled = None, True
                self._notify()
            while True:
                inferred = self._inferred.get()
                if isinstance(inferred, Lost):
                    self._publish(self._pipeline.end(*self._progress.last))
                    continue
                result = self._pipeline.finish(inferred)
                self._progress.record(result, self._clock())
                self._publish(result)
        except Closed:
            pass
        except Exception as error:
            self._fail("the pipeline", error)
        finally:
            self._inferred.close(discard=True)
            if self._succession is not None:
                self._succession.end()
            self.finished = True
            self._notify()

    def _fail(self, part: str, error: Exception) -> None:
        if isinstance(error, PosekitError):
            self._failure = error
        else:
            _logger.exception("%s of %s failed", part, self.name)
            self._failure = PosekitError(f"{part} of {self.name} failed ({type(error).__name__}: {error})")
        self._failures = [Change(SourceState.FAILED, str(self._failure), self._progress.last[1])]
        self._feed.stop()
