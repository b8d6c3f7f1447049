"""Peaks of a signal that comes sample by sample."""

import math
from typing import Final

__all__ = ["Peaks"]


class Peaks:
    """Finds the peaks of a signal that comes sample by sample: ups and downs of less than ``least`` are none.

    The time of a peak is the middle of its upper part, which is steadier than its highest sample.
    """

    _UPPER: Final = 0.3

    def __init__(self, least: float, apart_s: float) -> None:
        self._least = least
        self._apart_s = apart_s
        self._samples: list[tuple[float, float]] = []
        self._low = math.inf
        self._high = -math.inf
        self._high_s = 0.0

    def add(self, timestamp_s: float, value: float) -> tuple[float, float] | None:
        """First and last time at which the signal was in the upper part of a peak that has just become certain."""
        self._samples.append((timestamp_s, value))
        if self._high - self._low < self._least:
            # Not risen far enough yet: everything before the lowest point belongs to the descent.
            if value <= self._low:
                self._low, self._high, self._samples = value, value, [(timestamp_s, value)]
            elif value > self._high:
                self._high, self._high_s = value, timestamp_s
            return None
        if value > self._high:
            self._high, self._high_s = value, timestamp_s
        fallen = self._high - value
        if fallen < max(self._least, 0.4 * (self._high - self._low)) or timestamp_s - self._high_s < self._apart_s / 2:
            return None
        found = self._upper()
        self._low, self._high, self._samples = value, value, [(timestamp_s, value)]
        return found

    def _upper(self) -> tuple[float, float]:
        level = self._high - self._UPPER * (self._high - self._low)
        times = [
            a_s + (level - a) / (b - a) * (b_s - a_s)
            for (a_s, a), (b_s, b) in zip(self._samples, self._samples[1:], strict=False)
            if (a >= level) != (b >= level)
        ]
        return (times[0], times[-1]) if times else (self._high_s, self._high_s)
