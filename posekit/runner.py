"""Runs sources through pipelines to adapters: what is common to all of them, statuses, and the orderly end.

Every source has a lane of its own (``lane``), every adapter a queue and a thread (``delivery``). Of a live source only
the newest frame is worked on; of a file, every frame is.

The clock is ``time.perf_counter``: the finest that never goes back. On Linux and macOS it is the clock of
``time.monotonic`` and stands still while the computer sleeps. On Windows ``time.monotonic`` moves in steps of 16 ms, by
which every speed would be wrong; and there both go on during sleep: the pause is a long gap between two frames, after
which filters start anew, and no fault of the camera (``recovery``).
"""

import logging
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Lock

from posekit.capture import TICK_S
from posekit.delivery import Delivery
from posekit.errors import PosekitError, SourceError
from posekit.feed import Film
from posekit.lane import Lane
from posekit.pipeline import Pipeline
from posekit.protocols import Adapter, Source
from posekit.recovery import RecoveryPolicy
from posekit.statistics import RunSummary
from posekit.types import FrameResult, SourceState, Status

__all__ = ["CLOSE_S", "Runner"]

STATUS_PERIOD_S = 0.5
#: All lanes together may take so long to end; what hangs in a driver then is left behind.
CLOSE_S = 2.0
#: A thread that wants the interpreter waits so long until another one is asked to hand it over. With Python's 5 ms the
#: network, done with a frame, would stand still while the frame before is decoded (``docs/performance.md``).
_SWITCH_S = 1e-3

_logger = logging.getLogger(__name__)


class Runner:
    """Runs pipelines over their sources until all have ended, or ``stop`` is called.

    lanes: each source with its pipeline; with several, one that cannot be opened is tried again while another works.
    adapters: where results and statuses go, by name or not; they are closed at the end. on_status: called with every
    status. recovery: when live sources are opened again. clock: monotonic seconds.
    """

    def __init__(
        self,
        lanes: Sequence[tuple[Source, Pipeline]],
        adapters: Mapping[str, Adapter] | Sequence[Adapter] = (),
        *,
        on_status: Callable[[Status], None] | None = None,
        recovery: RecoveryPolicy | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._adapters = adapters if isinstance(adapters, Mapping) else _named(adapters)
        self._on_status = on_status
        self._lossless = not any(source.live for source, _ in lanes)
        self._deliveries: list[Delivery] = []
        self._ended_deliveries: list[Delivery] = []
        # Unlike a lock, this queue may be used in a signal handler.
        self._news: SimpleQueue[None] = SimpleQueue()
        self._stopped = self._working = self._closed = False
        # All outputs are told everything in the same order: a recording holds what a receiver got.
        self._order = Lock()
        self._exchanging = Lock()
        # Lanes change and the end begins one after the other: whatever works is among those that the end stops.
        self._changing = Lock()
        self._opening: Lane | None = None
        self._left: list[Lane] = []
        self._lanes = [
            Lane(
                source,
                pipeline,
                publish=self._publish,
                notify=self._wake,
                clock=clock,
                recovery=recovery,
                patient=len(lanes) > 1,
            )
            for source, pipeline in lanes
        ]

    def run(self) -> RunSummary:
        """Work until every source has ended or ``stop`` is called.

        Raises the PosekitError of a source that could not be opened or was given up; ``summary`` still tells what was
        done. The outputs are closed in any case.
        """
        with _quick_switches():
            try:
                for name, adapter in self._adapters.items():
                    self._deliveries.append(Delivery(adapter, lossless=self._lossless, name=name))
                with self._exchanging:
                    for lane in self._lanes:
                        lane.start()
                    self._working = True
                self._oversee()
            finally:
                self._close()
        error = self._error()
        if error is not None:
            raise error
        return self.summary()

    def stop(self) -> None:
        """Let ``run`` return soon; callable from any thread and from signal handlers."""
        self._stopped = True
        self._wake()

    def begin(self, name: str, adapter: Adapter) -> None:
        """Send to one more adapter from now on; it is closed at the end, which may have come already.

        Callable from one thread at a time, whichever.
        """
        delivery = Delivery(adapter, lossless=self._lossless, name=name)
        with self._order:
            closed = self._closed
            if not self._lossless:
                delivery.hurry()  # a camera may have taken a file's place just now
            if not closed:
                self._deliveries = [*self._deliveries, delivery]
        if closed:
            delivery.close()

    def end(self, name: str) -> list[Adapter]:
        """Send no more to the adapter of that name, and close it: the adapter. Callable as ``begin``."""
        gone = [delivery for delivery in self._deliveries if delivery.name == name]
        with self._order:
            self._deliveries = [delivery for delivery in self._deliveries if delivery.name != name]
        self._ended_deliveries += gone
        for delivery in gone:
            delivery.close()
        return [delivery.adapter for delivery in gone]

    def exchange(self, name: str, source: Film, *, ready: Callable[[], None] = lambda: None) -> None:
        """Go on with another source under the name of one that is at work, through the same pipeline.

        The old one goes on until the new one gives pictures. Then everyone leaves; ids, numbers of frames and times go
        on. Waits for all that; to be called by any thread but that of ``on_status``. Raises PosekitError if the new
        source gives no picture, or the run ends meanwhile: then nothing has changed.

        ready: called when the new source has given its first picture and the old one still is at work; what it raises
        leaves the old one at work.
        """
        with self._exchanging:
            before = next((lane for lane in self._lanes if lane.name == name), None)
            if before is None:
                raise SourceError(f"no source is called '{name}'")
            lane = before.successor(source)
            try:
                with self._changing:
                    if not self._working:
                        raise SourceError("nothing runs whose source could be exchanged")
                    self._opening = lane
                lane.open()
                ready()
                with self._changing:
                    if not self._working:
                        raise SourceError("the run has ended")
                    self._leave(before)
                    self._lanes = [lane if one is before else one for one in self._lanes]
            except BaseException:
                lane.stop()
                self._leave(lane)
                raise
            finally:
                self._opening = None
            if source.live:
                with self._order:
                    self._lossless = False
                    for delivery in self._deliveries:
                        delivery.hurry()
            before.stop()
            while before.working and self._working:
                before.join(TICK_S)
            with self._changing:
                if not self._working:
                    raise SourceError("the run has ended")
                lane.succeed(before)

    def summary(self) -> RunSummary:
        """What the run has done."""
        return RunSummary(
            sources={lane.name: lane.summary() for lane in self._lanes},
            outputs={delivery.name: delivery.summary() for delivery in (*self._ended_deliveries, *self._deliveries)},
        )

    def _oversee(self) -> None:
        status_s = time.monotonic() + STATUS_PERIOD_S
        while not self._ended():
            try:
                self._news.get(timeout=max(status_s - time.monotonic(), 0.0))
            except Empty:
                status_s = time.monotonic() + STATUS_PERIOD_S
                self._publish_statuses()
            self._publish_news()
        self._publish_news()
        for lane in self._lanes:
            if lane.error is None:  # otherwise its last news was that it has failed
                self._tell(lane.status())

    def _ended(self) -> bool:
        return self._stopped or all(lane.finished or lane.hopeless for lane in self._lanes)

    def _error(self) -> PosekitError | None:
        errors = [lane.error for lane in self._lanes]
        if not self._stopped:
            errors += [lane.hopeless for lane in self._lanes]
        return next((error for error in errors if error is not None), None)

    def _close(self) -> None:
        with self._changing:
            self._working = False
            opening = self._opening
            lanes = [*self._lanes, *self._left, *([opening] if opening is not None else [])]
        for lane in lanes:
            lane.stop()
        deadline_s = time.monotonic() + CLOSE_S
        for lane in lanes:
            lane.join(max(deadline_s - time.monotonic(), 0.0))
        with self._order:
            self._closed = True
        for delivery in self._deliveries:
            delivery.finish()
        for delivery in self._deliveries:
            delivery.close()

    def _leave(self, lane: Lane) -> None:
        """Remember a lane that was stopped until its threads have ended, which a driver may hold up."""
        self._left = [*(one for one in self._left if one.alive), lane]

    def _wake(self) -> None:
        self._news.put(None)

    def _publish_statuses(self) -> None:
        for lane in self._lanes:
            self._tell(lane.status())

    def _publish_news(self) -> None:
        for lane in self._lanes:
            for status in lane.news():
                if status.state is SourceState.FAILED and len(self._lanes) > 1:
                    _logger.warning("%s has failed (%s); the others go on", lane.name, status.message)
                self._tell(status)

    def _tell(self, status: Status) -> None:
        if self._on_status is not None:
            self._on_status(status)
        self._publish(status)

    def _publish(self, message: FrameResult | Status) -> None:
        if isinstance(message, FrameResult):
            for delivery in self._deliveries:
                delivery.wait_for_room()
        with self._order:
            for delivery in self._deliveries:
                delivery.send(message)


class _QuickSwitches:
    """Quick switches between threads for as long as any run lasts: the first sets them, the last sets them back."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._runs = 0
        self._before_s = 0.0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            if not self._runs:
                self._before_s = sys.getswitchinterval()
                sys.setswitchinterval(min(self._before_s, _SWITCH_S))
            self._runs += 1
        try:
            yield
        finally:
            with self._lock:
                self._runs -= 1
                if not self._runs:
                    sys.setswitchinterval(self._before_s)


_quick_switches = _QuickSwitches()


def _named(adapters: Sequence[Adapter]) -> dict[str, Adapter]:
    """By their types' names, numbered where one repeats."""
    named: dict[str, Adapter] = {}
    for adapter in adapters:
        kind = type(adapter).__name__
        count = sum(type(other).__name__ == kind for other in named.values())
        named[f"{kind}-{count + 1}" if count else kind] = adapter
    return named
