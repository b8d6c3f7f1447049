"""Sends a recording's messages to adapters: what the runner is to a camera."""

from collections.abc import Iterable, Mapping
from threading import Thread

from posekit.delivery import Delivery
from posekit.protocols import Adapter
from posekit.recording.reading import Recorded
from posekit.recording.replaying import Stop, paced

__all__ = ["Player"]


class Player:
    """Plays messages to adapters until they end, or ``stop`` is called.

    speed: so many times as fast as they were sent; infinite is as fast as the adapters take them. Nothing is dropped.
    """

    def __init__(self, messages: Iterable[Recorded], adapters: Mapping[str, Adapter], *, speed: float = 1.0) -> None:
        self._messages = messages
        self._adapters = adapters
        self._speed = speed
        self._deliveries: list[Delivery] = []
        self._stopped = Stop()

    def run(self) -> None:
        """Play. The adapters are closed at the end. Raises RecordingError if the recording cannot be read."""
        self._deliveries = [Delivery(adapter, lossless=True, name=name) for name, adapter in self._adapters.items()]
        try:
            for message in paced(self._messages, speed=self._speed, stop=self._stopped):
                for delivery in self._deliveries:
                    delivery.wait_for_room()
                for delivery in self._deliveries:
                    delivery.send(message)
        finally:
            self._finish()
            for delivery in self._deliveries:
                delivery.close()

    def stop(self) -> None:
        """Let ``run`` return soon; callable from any thread and from signal handlers."""
        self._stopped.set()
        # Whoever waits for room in a queue waits no longer; not from here, where a lock may be held already.
        Thread(target=self._finish, name="player-stop", daemon=True).start()

    def _finish(self) -> None:
        for delivery in self._deliveries:
            delivery.finish()
