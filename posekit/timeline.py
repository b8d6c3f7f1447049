"""The times of a live source's frames: as the source stamps them, unless its clock jumps."""

from typing import Final

__all__ = ["Timeline"]

#: A source's clock may run so far ahead of ours before it is put right; buffers and rounding stay far below.
_AHEAD_S: Final = 0.5
_LEAST_STEP_S: Final = 1e-3


class Timeline:
    """Makes times of stamps that grow from frame to frame, and never faster than the clock of this computer for long.

    Stamps that are good are passed on as they are. One that stands still, goes back, leaps ahead or is no number is
    replaced by the time that has really passed, and the source's clock is followed from there. So a filter is never
    told that more time has passed than did, and never that none has.
    """

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._shift_s = 0.0  # from the source's stamps to ours
        self._offset_s = 0.0  # from this computer's clock to our times
        self._now_s = 0.0

    def at(self, stamp_s: float, now_s: float) -> float:
        """Seconds for a frame that the source has stamped ``stamp_s`` and that has come at ``now_s``."""
        if self._last_s is None:
            self._last_s = stamp_s if abs(stamp_s) < float("inf") else now_s
            self._offset_s, self._now_s = self._last_s - now_s, now_s
            return self._last_s
        self._follow(now_s)
        time_s = stamp_s + self._shift_s
        clock_s = now_s + self._offset_s
        if not self._last_s < time_s <= clock_s + _AHEAD_S:  # also where it is NaN
            time_s = max(clock_s, self._last_s + _LEAST_STEP_S)
            if abs(stamp_s) < float("inf"):
                self._shift_s = time_s - stamp_s
        self._last_s = time_s
        return time_s

    def now(self, now_s: float) -> float:
        """Our time when the clock reads ``now_s``, for what happens between frames."""
        if self._last_s is None:
            return now_s
        self._follow(now_s)
        return max(now_s + self._offset_s, self._last_s)

    def _follow(self, now_s: float) -> None:
        """Take a clock that was set back for one that stood still."""
        self._offset_s += max(self._now_s - now_s, 0.0)
        self._now_s = now_s
