"""People without pictures and without a network: what performers really do, as if somebody had seen it perfectly."""

from collections.abc import Iterator, Sequence
from threading import Event

import numpy as np

from posekit.sources.performer import Performer
from posekit.types import Frame, Person, Poses

__all__ = ["Seer", "Unlit"]


class Unlit:
    """A source of the performer's frames with nothing on them. It costs nothing to draw nothing."""

    live = False

    def __init__(self, performer: Performer, *, fps: float = 30.0) -> None:
        self.name = performer.name
        width, height = performer.size
        self._image = np.broadcast_to(np.zeros((1, 1, 1), np.uint8), (height, width, 3))
        self._fps = fps
        self._closed = Event()

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames without end."""
        seq = 0
        while not self._closed.is_set():
            yield Frame(image=self._image, timestamp_s=seq / self._fps, seq=seq)
            seq += 1

    def close(self) -> None:
        """End the iteration. Safe to call twice and from another thread."""
        self._closed.set()


class Seer:
    """An estimator that needs no picture: it knows what the performer does at a frame's time."""

    def __init__(self, performer: Performer) -> None:
        self._performer = performer

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        """The poses at the frame's time."""
        return self._performer.poses_at(frame.timestamp_s)
