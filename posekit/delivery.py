"""Hands messages to one adapter in a thread of its own, so that a slow or failing one holds up nobody."""

import logging
import time
from collections import deque
from dataclasses import replace
from threading import Thread

from posekit.channels import Channel, Closed
from posekit.errors import AdapterError
from posekit.events import Event
from posekit.protocols import Adapter
from posekit.statistics import OutputSummary, Series
from posekit.types import FrameResult, Status

__all__ = ["Delivery", "Outbox"]

#: At the end an output may take so long for one message before it is closed.
CLOSE_S = 2.0
_CAPACITY = 16
#: So many events of dropped messages are kept per source; from a receiver that hangs for long, the oldest are lost.
_KEPT_EVENTS = 256

_logger = logging.getLogger(__name__)


class Outbox(Channel[FrameResult | Status]):
    """The messages that wait for an adapter.

    lossless: whoever has a result is to wait for room; otherwise, when it is full, the oldest message is dropped, and
    its events travel with the next message of their source: an event is worth more than a frame. Statuses never wait:
    when it is full a newer one takes the place of those before.
    """

    def __init__(self, *, lossless: bool, capacity: int = _CAPACITY) -> None:
        super().__init__(capacity)
        self._lossless = lossless
        self._kept: dict[str, deque[Event]] = {}

    def get(self, timeout_s: float | None = None) -> FrameResult | Status:
        """The oldest message, waiting for it, with the events of those dropped before it."""
        with self._changed:
            message = super().get(timeout_s)
            kept = self._kept.pop(message.source, None)
        return replace(message, events=(*kept, *message.events)) if kept else message

    def wait_for_room(self) -> None:
        """If it is lossless, return when there is room for a result, or it is closed."""
        with self._changed:
            if self._lossless:
                self._changed.wait_for(lambda: self._closed or len(self._items) < self._capacity)

    def hurry(self) -> None:
        """Be lossless no more."""
        with self._changed:
            self._lossless = False
            self._changed.notify_all()

    def _make_room(self, item: FrameResult | Status) -> None:
        if isinstance(item, Status) and len(self._items) >= self._capacity:
            for held in [held for held in self._items if isinstance(held, Status) and held.source == item.source]:
                if not held.events:
                    self._items.remove(held)
        if self._lossless:
            return
        while len(self._items) >= self._capacity:
            self.dropped += 1
            self._keep(self._items.popleft())

    def _keep(self, dropped: FrameResult | Status) -> None:
        if dropped.events:
            self._kept.setdefault(dropped.source, deque(maxlen=_KEPT_EVENTS)).extend(dropped.events)


class Delivery:
    """An adapter with its outbox and its worker.

    lossless: see ``Outbox``. An adapter for which more messages than usual may wait says how many: ``backlog``.
    failures: how many messages the adapter failed to send; the first of a row is logged, and the recovery.
    """

    def __init__(self, adapter: Adapter, *, lossless: bool, name: str = "") -> None:
        self.name = name or type(adapter).__name__
        self.sent = 0
        self.failures = 0
        self.adapter = adapter
        self._outbox = Outbox(lossless=lossless, capacity=getattr(adapter, "backlog", _CAPACITY))
        self._failing = False
        self._send_ms = Series()
        self._worker = Thread(target=self._work, name=f"deliver-{self.name}", daemon=True)
        self._worker.start()

    @property
    def dropped(self) -> int:
        """Messages that were dropped because the adapter was too slow."""
        return self._outbox.dropped

    def wait_for_room(self) -> None:
        """Return when a result may be sent; it may wait only if nothing is to be lost."""
        self._outbox.wait_for_room()

    def send(self, message: FrameResult | Status) -> None:
        """Queue a message; after ``close`` it is ignored. Never waits."""
        try:
            self._outbox.put(message)
        except Closed:
            return

    def hurry(self) -> None:
        """Let the oldest messages be dropped from now on where the adapter is too slow."""
        self._outbox.hurry()

    def finish(self) -> None:
        """Take no more messages; those queued are still delivered."""
        self._outbox.close()

    def close(self, timeout_s: float | None = None) -> None:
        """Deliver what is queued, as long as it takes no more than ``timeout_s`` a message, then close the adapter."""
        timeout_s = CLOSE_S if timeout_s is None else timeout_s
        self.finish()
        handled = -1
        while self._worker.is_alive() and handled != self.sent + self.failures:
            handled = self.sent + self.failures
            self._worker.join(timeout_s)
        if self._worker.is_alive():
            _logger.warning("output %s did not finish in %g s: closing it", self.name, timeout_s)
            self._outbox.close(discard=True)
        try:
            self.adapter.close()
        except Exception:
            _logger.exception("output %s failed to close", self.name)

    def summary(self) -> OutputSummary:
        """What it has done."""
        return OutputSummary(
            sent=self.sent, failed=self.failures, dropped=self.dropped, send=self._send_ms.percentiles()
        )

    def _work(self) -> None:
        while True:
            try:
                message = self._outbox.get()
            except Closed:
                return
            started_s = time.perf_counter()
            try:
                self.adapter.send(message)
            except AdapterError as error:
                self._failed(str(error), expected=True)
            except Exception as error:
                self._failed(f"{type(error).__name__}: {error}", expected=False)
            else:
                self.sent += 1
                self._send_ms.add((time.perf_counter() - started_s) * 1e3)
                if self._failing:
                    self._failing = False
                    _logger.warning("output %s works again", self.name)

    def _failed(self, cause: str, *, expected: bool) -> None:
        self.failures += 1
        if not self._failing:
            self._failing = True
            _logger.warning("output %s failed (%s); the others go on", self.name, cause, exc_info=not expected)
