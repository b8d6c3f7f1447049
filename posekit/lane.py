"""One source on its way through its pipeline: the threads of its stages, what lies between them, how it is doing.

The frames are read in one thread and fitted, seen by the network and finished in three more: while the network sees
one frame, the next is being fitted and the last one decoded, tracked and handed to the outputs.
"""

import logging
import time
from collections.abc import Callable
from threading import Thread

from posekit.capture import LiveCapture
from posekit.channels import Channel, Closed, Lossless
from posekit.errors import PosekitError
from posekit.events import Event, make
from posekit.feed import Change, Feed, Lost, NewestOrLost
from posekit.pipeline import Fitted, Inferred, Pipeline
from posekit.playback import Playback
from posekit.protocols import Source
from posekit.recovery import RecoveryPolicy
from posekit.statistics import SourceStatistics, SourceSummary
from posekit.types import FrameResult, SourceState, Status

__all__ = ["Lane"]

_logger = logging.getLogger(__name__)


class Lane:
    """A source and its pipeline at work.

    publish: takes the results. notify: called when ``finished`` or ``statuses`` have something new. patient: whether a
    live source that cannot be opened is tried again, as others are there.
    """

    def __init__(
        self,
        source: Source,
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
        self._feed: Feed
        self._fitted: Channel[Fitted | Lost]
        if source.live:
            self._feed = LiveCapture(source, clock=clock, policy=recovery, patient=patient, notify=notify)
            self._fitted = NewestOrLost()
        else:
            self._feed = Playback(source, clock=clock, notify=notify)
            self._fitted = Lossless(1)
        self._inferred: Lossless[Inferred | Lost] = Lossless(1)
        self._statistics = SourceStatistics()
        self._pace = (0.0, 0.0)
        self._last = (0, 0.0, (0, 0))
        self._failure: PosekitError | None = None
        self._failures: list[Change] = []
        self._closer = Thread(target=source.close, name=f"close-{self.name}", daemon=True)
        self._threads = [
            Thread(target=work, name=f"{stage}-{self.name}", daemon=True)
            for stage, work in (("fit", self._fit), ("network", self._infer), ("finish", self._finish))
        ]

    def start(self) -> None:
        """Begin."""
        self._feed.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the work; returns at once, whatever the source's driver does."""
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
        return SourceSummary(
            frames=self._statistics.frames,
            dropped=self._dropped,
            reopened=self._feed.reopened,
            seconds=self._statistics.seconds,
            percentiles=self._statistics.percentiles(),
        )

    def status(self) -> Status:
        """How it is doing; rate and latency are those since the last call."""
        self._pace = self._statistics.period(self._clock())
        state, message = self._feed.state
        if self._failure is not None:
            state, message = SourceState.FAILED, str(self._failure)
        return self._status(state, message)

    def news(self) -> list[Status]:
        """A status with its ``source`` event for every change of the source's state since the last call."""
        news = []
        failures, self._failures = self._failures, []
        for state, message, timestamp_s in (*self._feed.changes(), *failures):
            event = make("source", timestamp_s, self.name, state=state.name.lower(), message=message)
            news.append(self._status(state, message, event))
        return news

    @property
    def _dropped(self) -> int:
        return self._feed.dropped + self._fitted.dropped

    def _status(self, state: SourceState, message: str, *events: Event) -> Status:
        fps, latency_ms = self._pace
        return Status(
            source=self.name,
            state=state,
            fps=fps,
            latency_ms=latency_ms,
            dropped=self._dropped,
            size=self._last[2],
            mirrored=self._pipeline.mirror,
            message=message,
            events=events,
        )

    def _fit(self) -> None:
        try:
            while True:
                frame = self._feed.frames.get()
                self._fitted.put(frame if isinstance(frame, Lost) else self._pipeline.fit(frame))
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
            while True:
                inferred = self._inferred.get()
                if isinstance(inferred, Lost):
                    self._publish(self._pipeline.end(*self._last))
                    continue
                result = self._pipeline.finish(inferred)
                self._publish(result)
                self._last = (result.seq, result.timestamp_s, result.size)
                self._statistics.record(result, self._clock())
        except Closed:
            pass
        except Exception as error:
            self._fail("the pipeline", error)
        finally:
            self._inferred.close(discard=True)
            self.finished = True
            self._notify()

    def _fail(self, part: str, error: Exception) -> None:
        if isinstance(error, PosekitError):
            self._failure = error
        else:
            _logger.exception("%s of %s failed", part, self.name)
            self._failure = PosekitError(f"{part} of {self.name} failed ({type(error).__name__}: {error})")
        self._failures = [Change(SourceState.FAILED, str(self._failure), self._last[1])]
        self._feed.stop()
