"""Runs sources through pipelines to adapters: threads, the clock, statuses and the orderly end.

Per source: one thread reads, one runs the network, one does the rest and hands the results to the adapters, each of
which has a thread of its own. Of a live source only the newest frame is worked on; of a file, every frame is.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from threading import Condition, Thread

from posekit.capture import LiveCapture, Lost
from posekit.channels import Channel, Closed, Lossless, Newest
from posekit.delivery import Delivery
from posekit.errors import PosekitError
from posekit.pipeline import Inferred, Pipeline
from posekit.protocols import Adapter, Source
from posekit.recovery import RecoveryPolicy
from posekit.statistics import Percentiles, SourceStatistics
from posekit.types import Frame, FrameResult, SourceState, Status

__all__ = ["Runner", "SourceSummary"]

STATUS_PERIOD_S = 0.5
_ADAPTER_QUEUE = 16

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSummary:
    """What a source has done until the end. percentiles: milliseconds per stage and of the whole ``latency``."""

    frames: int
    dropped: int
    seconds: float
    percentiles: Mapping[str, Percentiles]


class Runner:
    """Runs pipelines over their sources until all have ended, or ``stop`` is called.

    lanes: each source with its pipeline. adapters: where results and statuses go; they are closed at the end.
    on_result, on_status: called with every result (in the order of the frames of its source) and with every status.
    recovery: when live sources are opened again. clock: monotonic seconds.
    """

    def __init__(
        self,
        lanes: Sequence[tuple[Source, Pipeline]],
        adapters: Sequence[Adapter] = (),
        *,
        on_status: Callable[[Status], None] | None = None,
        recovery: RecoveryPolicy | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        lossless = not any(source.live for source, _ in lanes)
        self._adapters = adapters
        self._on_status = on_status
        self._clock = clock
        self._lossless = lossless
        self._deliveries: list[Delivery] = []
        self._lanes = [_Lane(source, pipeline, self._publish, recovery, clock) for source, pipeline in lanes]
        self._changed = Condition()
        self._stopped = False

    def run(self) -> Mapping[str, SourceSummary]:
        """Work until every source has ended or ``stop`` is called; a summary per source's name.

        Raises the PosekitError of a source that could not be opened or read; the outputs are closed in any case.
        """
        started_s = self._clock()
        with ExitStack() as closing:
            for adapter in self._adapters:
                channel: Channel[FrameResult | Status]
                channel = Lossless(_ADAPTER_QUEUE) if self._lossless else Newest(_ADAPTER_QUEUE)
                delivery = Delivery(adapter, channel)
                closing.callback(delivery.close)
                self._deliveries.append(delivery)
            for lane in self._lanes:
                closing.callback(lane.close)
                lane.start(self._wake)
            self._oversee()
            self._publish_statuses()
        for lane in self._lanes:
            if lane.error is not None:
                raise lane.error
        seconds = self._clock() - started_s
        return {lane.name: lane.summary(seconds) for lane in self._lanes}

    def stop(self) -> None:
        """Let ``run`` return soon; callable from any thread."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _oversee(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._ended, STATUS_PERIOD_S)
                if self._ended():
                    return
            self._publish_statuses()

    def _ended(self) -> bool:
        return self._stopped or all(lane.finished for lane in self._lanes)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _publish_statuses(self) -> None:
        for lane in self._lanes:
            status = lane.status()
            if self._on_status is not None:
                self._on_status(status)
            self._publish(status)

    def _publish(self, message: FrameResult | Status) -> None:
        for delivery in self._deliveries:
            delivery.send(message)


class _Lane:
    """One source on its way through its pipeline: two threads and what feeds them."""

    def __init__(
        self,
        source: Source,
        pipeline: Pipeline,
        publish: Callable[[FrameResult | Status], None],
        recovery: RecoveryPolicy | None,
        clock: Callable[[], float],
    ) -> None:
        self.name = pipeline.source
        self.finished = False
        self._pipeline = pipeline
        self._publish = publish
        self._clock = clock
        self._feed: LiveCapture | _FileFeed
        self._feed = LiveCapture(source, clock=clock, policy=recovery) if source.live else _FileFeed(source, clock)
        self._source = source
        self._inferred: Lossless[Inferred | Lost] = Lossless(1)
        self._statistics = SourceStatistics()
        self._last = (0, 0.0, (0, 0))
        self._failure: PosekitError | None = None
        self._threads = [
            Thread(target=self._infer, name=f"network-{self.name}", daemon=True),
            Thread(target=self._finish, name=f"finish-{self.name}", daemon=True),
        ]

    def start(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._feed.start()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._source.close()
        self._feed.close()
        self._inferred.close(discard=True)
        for thread in self._threads:
            thread.join(2.0)

    @property
    def error(self) -> PosekitError | None:
        return self._failure or self._feed.error

    def summary(self, seconds: float) -> SourceSummary:
        return SourceSummary(
            frames=self._statistics.frames,
            dropped=self._feed.dropped,
            seconds=seconds,
            percentiles=self._statistics.percentiles(),
        )

    def status(self) -> Status:
        fps, latency_ms = self._statistics.period(self._clock())
        state, message = self._feed.state
        return Status(
            source=self.name,
            state=state,
            fps=fps,
            latency_ms=latency_ms,
            dropped=self._feed.dropped,
            size=self._last[2],
            mirrored=self._pipeline.mirror,
            message=message,
        )

    def _infer(self) -> None:
        try:
            while True:
                frame = self._feed.frames.get()
                self._inferred.put(
                    frame if isinstance(frame, Lost) else self._pipeline.infer(self._pipeline.fit(frame))
                )
        except Closed:
            pass
        except Exception as error:
            self._fail("the network", error)
        finally:
            self._inferred.close()

    def _finish(self) -> None:
        try:
            while True:
                inferred = self._inferred.get()
                if isinstance(inferred, Lost):
                    self._publish(self._pipeline.end(*self._last))
                    continue
                result = self._pipeline.finish(inferred)
                self._last = (result.seq, result.timestamp_s, result.size)
                self._statistics.record(result)
                self._publish(result)
        except Closed:
            pass
        except Exception as error:
            self._fail("the pipeline", error)
        finally:
            self._inferred.close(discard=True)
            self.finished = True
            self._wake()

    def _fail(self, part: str, error: Exception) -> None:
        if isinstance(error, PosekitError):
            self._failure = error
        else:
            _logger.exception("%s of %s failed", part, self.name)
            self._failure = PosekitError(f"{part} of {self.name} failed ({type(error).__name__}: {error})")
        self._feed.stop()


class _FileFeed:
    """Reads a file in a thread, a frame or two ahead; nothing is dropped."""

    dropped = 0

    def __init__(self, source: Source, clock: Callable[[], float]) -> None:
        self.frames: Lossless[Frame | Lost] = Lossless(2)
        self.error: PosekitError | None = None
        self.state = (SourceState.OPENING, "")
        self._source = source
        self._clock = clock
        self._thread = Thread(target=self._read, name=f"read-{source.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.frames.close(discard=True)

    def close(self) -> None:
        self.stop()
        # A thread inside OpenCV when the interpreter ends would take the process down with it.
        self._thread.join(2.0)

    def _read(self) -> None:
        try:
            for frame in self._source:
                self.state = (SourceState.RUNNING, "")
                self.frames.put(replace(frame, grabbed_s=frame.grabbed_s or self._clock()))
        except Closed:
            pass
        except PosekitError as error:
            self.error = error
            self.state = (SourceState.FAILED, str(error))
        except Exception as error:
            _logger.exception("reading %s failed", self._source.name)
            self.error = PosekitError(f"reading {self._source.name} failed ({type(error).__name__}: {error})")
        finally:
            self.frames.close()
