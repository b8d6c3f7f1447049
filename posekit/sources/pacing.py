"""Sources that change the pace of another one: in real time, or at most so many frames per second."""

import math
import time
from collections.abc import Callable, Iterator
from threading import Event

from posekit.protocols import Source
from posekit.types import Frame

__all__ = ["FpsLimited", "Paced", "Rhythm"]


#: Timestamps of a 30 fps file at ``--fps-limit 30`` are not exactly 1/30 s apart.
_GRACE_S = 0.5e-3


class Paced:
    """A file played at the pace of its timestamps; it then behaves as a live source.

    seconds: end after so much of the file. clock: seconds. wait: waits that many seconds, unless ``close`` cuts it
    short; both are real ones by default.
    """

    live = True

    def __init__(
        self,
        source: Source,
        *,
        clock: Callable[[], float] = time.perf_counter,
        wait: Callable[[float], object] | None = None,
        seconds: float | None = None,
    ) -> None:
        self.name = source.name
        self._source = source
        self._clock = clock
        self._seconds = seconds
        self._closed = Event()
        self._wait = wait or self._closed.wait

    def __iter__(self) -> Iterator[Frame]:
        start_s: float | None = None
        first_s = 0.0
        for frame in self._source:
            now_s = self._clock()
            if start_s is None:
                start_s = now_s - frame.timestamp_s
                first_s = frame.timestamp_s
            if self._seconds is not None and frame.timestamp_s - first_s >= self._seconds:
                return
            ahead_s = frame.timestamp_s + start_s - now_s
            if ahead_s > 0:
                self._wait(ahead_s)
            if self._closed.is_set():
                return
            yield frame

    def close(self) -> None:
        """End the iteration, also one that waits."""
        self._closed.set()
        self._source.close()


class Rhythm:
    """Picks at most ``fps`` of the times it is shown per second."""

    def __init__(self, fps: float) -> None:
        self._period_s = 1.0 / fps
        self._due_s = -math.inf

    def beat(self, timestamp_s: float) -> bool:
        """Whether this one is taken."""
        early_s = self._due_s - timestamp_s
        if _GRACE_S < early_s <= self._period_s + _GRACE_S:
            return False
        # Keep the rhythm, unless it is lost: after a gap, or because the clock went back.
        kept = abs(early_s) < self._period_s
        self._due_s = (self._due_s if kept else timestamp_s) + self._period_s
        return True


class FpsLimited:
    """At most ``fps`` frames per second of a source, by its timestamps; the frames between are left out."""

    def __init__(self, source: Source, fps: float) -> None:
        self.name = source.name
        self.live = source.live
        self._source = source
        self._fps = fps

    def __iter__(self) -> Iterator[Frame]:
        rhythm = Rhythm(self._fps)
        for frame in self._source:
            if rhythm.beat(frame.timestamp_s):
                yield frame

    def close(self) -> None:
        """Close the source."""
        self._source.close()
