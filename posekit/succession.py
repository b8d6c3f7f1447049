"""What goes on when a lane takes the place of another: numbers, times and counts, and what is told when."""

import math
from collections.abc import Callable
from dataclasses import replace

from posekit.feed import Change, Feed
from posekit.statistics import SourceStatistics
from posekit.timeline import Timeline
from posekit.types import Frame, FrameResult

__all__ = ["Progress", "Succession"]


class Progress:
    """How far a lane has come; who takes its place goes on from there.

    last: number, time and size of the last result. clock_s: when it was complete. pace: frames per second, and
    latency in ms, as they were last told.
    """

    def __init__(self) -> None:
        self.statistics = SourceStatistics()
        self.last = (0, 0.0, (0, 0))
        self.clock_s = 0.0
        self.pace = (0.0, 0.0)

    def record(self, result: FrameResult, now_s: float) -> None:
        """Add a result that is complete now."""
        self.last = (result.seq, result.timestamp_s, result.size)
        self.clock_s = now_s
        self.statistics.record(result, now_s)

    def measure(self, now_s: float) -> None:
        """Find the pace since the last call."""
        self.pace = self.statistics.period(now_s)


class Succession:
    """What a lane has of the one before it, which has ended.

    dropped, reopened: what was counted before. follows: whether there was a result before, so that there may be people
    who have to leave. settled: whether they have.
    """

    def __init__(self, progress: Progress, *, dropped: int, reopened: int, clock: Callable[[], float]) -> None:
        self.dropped = dropped
        self.reopened = reopened
        self.follows = progress.statistics.frames > 0
        self.settled = False
        self._clock = clock
        self._timeline = Timeline()
        self._next_seq, self._since_s = 0, -math.inf
        self._shift_s: float | None = 0.0  # from the source's times; None until its first frame shows it
        self._told = False  # that another source is on
        if self.follows:
            last_seq, self._since_s, _ = progress.last
            self._next_seq, self._shift_s = last_seq + 1, None
            self._timeline.at(self._since_s, progress.clock_s)

    def following(self, frame: Frame) -> Frame:
        """The frame with number and time as they go on from the source before."""
        if self._shift_s is None:
            self._shift_s = self._timeline.at(frame.timestamp_s, self._clock()) - frame.timestamp_s
        return replace(frame, seq=frame.seq + self._next_seq, timestamp_s=frame.timestamp_s + self._shift_s)

    def end(self) -> None:
        """There will be no more frames, though there may have been none."""
        if self._shift_s is None:
            self._shift_s = -math.inf  # all that happened, happened right after the last frame before

    def changes(self, feed: Feed, origin: str) -> list[Change]:
        """The feed's, in our time; that another source is on is told once everyone has left the one before."""
        shift_s = self._shift_s
        if not self.settled or shift_s is None:
            return []
        changes = [
            change._replace(timestamp_s=max(change.timestamp_s + shift_s, self._since_s)) for change in feed.changes()
        ]
        if changes and not self._told:
            self._told = True
            changes[0] = changes[0]._replace(message=changes[0].message or origin)
        return changes
