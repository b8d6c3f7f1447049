"""Hands messages to one adapter in a thread of its own, so that a slow or failing one holds up nobody."""

import logging
from threading import Thread

from posekit.channels import Channel, Closed
from posekit.errors import AdapterError
from posekit.protocols import Adapter
from posekit.types import FrameResult, Status

__all__ = ["Delivery"]

_logger = logging.getLogger(__name__)


class Delivery:
    """An adapter with its queue and its worker.

    channel: ``Newest`` drops the oldest messages when the adapter is too slow, ``Lossless`` makes the sender wait.
    failures: how many messages the adapter failed to send; the first of a row is logged, and the recovery.
    """

    def __init__(self, adapter: Adapter, channel: Channel[FrameResult | Status], *, name: str = "") -> None:
        self.failures = 0
        self._adapter = adapter
        self._channel = channel
        self._name = name or type(adapter).__name__
        self._failing = False
        self._worker = Thread(target=self._work, name=f"deliver-{self._name}", daemon=True)
        self._worker.start()

    @property
    def dropped(self) -> int:
        """Messages that were dropped because the adapter was too slow."""
        return self._channel.dropped

    def send(self, message: FrameResult | Status) -> None:
        """Queue a message; after ``close`` it is ignored."""
        try:
            self._channel.put(message)
        except Closed:
            return

    def close(self, timeout_s: float = 2.0) -> None:
        """Deliver what is queued, for at most ``timeout_s``, then close the adapter."""
        self._channel.close()
        self._worker.join(timeout_s)
        if self._worker.is_alive():
            _logger.warning("output %s did not finish in %g s: closing it", self._name, timeout_s)
            self._channel.close(discard=True)
        try:
            self._adapter.close()
        except Exception:
            _logger.exception("output %s failed to close", self._name)

    def _work(self) -> None:
        while True:
            try:
                message = self._channel.get()
            except Closed:
                return
            try:
                self._adapter.send(message)
            except AdapterError as error:
                self._failed(str(error), expected=True)
            except Exception as error:
                self._failed(f"{type(error).__name__}: {error}", expected=False)
            else:
                if self._failing:
                    self._failing = False
                    _logger.warning("output %s works again", self._name)

    def _failed(self, cause: str, *, expected: bool) -> None:
        self.failures += 1
        if not self._failing:
            self._failing = True
            _logger.warning("output %s failed (%s); the others go on", self._name, cause, exc_info=not expected)
