"""Sources that change the pace of another one: in real time, or at most so many frames per second."""

import math
import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Final

from posekit.protocols import Source
from posekit.types import Frame

__all__ = ["FpsLimited", "Paced", "Rhythm"]


#: A source that is so late, or waits so much longer than its timestamps say, has seen the clock jump or the computer
#: sleep: it goes on from there, and does not run after the time it lost.
_LATE_S: Final = 1.0

#: Timestamps of a 30 fps file at ``--fps-limit 30`` are not exactly 1/30 s apart.
_GRACE_S: Final = 0.5e-3


class Paced:
    """A file played at the pace of its timestamps; it then behaves as a live source.

    rewinds: opened again it begins anew, so whoever reads it should wait out a pause rather than open it again.
    seconds: end after so much of the file. clock: seconds. wait: waits that many seconds, unless ``close`` cuts it
    short; both are real ones by default.
    """

    live = True
    rewinds = True

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
        start_s = first_s = last_s = None
        for frame in self._source:
            now_s, time_s = self._clock(), frame.timestamp_s
            if start_s is None or first_s is None or last_s is None:
                start_s, first_s, last_s = now_s - time_s, time_s, time_s
            if self._seconds is not None and time_s - first_s >= self._seconds:
                return
            ahead_s, gap_s = time_s + start_s - now_s, max(time_s - last_s, 0.0)
            last_s = time_s
            if not -_LATE_S <= ahead_s <= gap_s + _LATE_S:
                ahead_s = gap_s if ahead_s > 0 else 0.0
                start_s = now_s + ahead_s - time_s
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
    """At most ``fps`` frames per second of a source, by its timestamps; the frames between are left out.

    period_s: how long a frame may be away although all is well.
    """

    def __init__(self, source: Source, fps: float) -> None:
        self.name = source.name
        self.live = source.live
        self.rewinds = getattr(source, "rewinds", False)
        self._source = source
        self.period_s = 1.0 / fps
        self._fps = fps

    def __iter__(self) -> Iterator[Frame]:
        rhythm = Rhythm(self._fps)
        for frame in self._source:
            if rhythm.beat(frame.timestamp_s):
                yield frame

    def close(self) -> None:
        """Close the source."""
        self._source.close()
