"""How a source is doing in numbers: rate, latency and milliseconds per stage."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from posekit.types import FrameResult

__all__ = ["Percentiles", "SourceStatistics"]

_CAPACITY = 4096


@dataclass(frozen=True, slots=True)
class Percentiles:
    """The median, the 95th and the 99th percentile, in milliseconds."""

    p50: float
    p95: float
    p99: float


class SourceStatistics:
    """Collects what ``FrameResult`` says about itself, over the last few thousand frames of one source.

    Not thread-safe for writing: one thread records. ``frames`` counts everything since the start.
    """

    def __init__(self) -> None:
        self.frames = 0
        self._columns: dict[str, int] = {}
        self._values = np.full((8, _CAPACITY), np.nan, np.float32)
        self._period_start = (0, 0.0)

    def record(self, result: FrameResult) -> None:
        """Add one frame."""
        at = self.frames % _CAPACITY
        self._column("latency")[at] = result.latency_ms
        for stage, milliseconds in result.stage_ms.items():
            self._column(stage)[at] = milliseconds
        self.frames += 1

    def _column(self, stage: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        row = self._columns.setdefault(stage, len(self._columns))
        if row == len(self._values):
            self._values = np.vstack([self._values, np.full_like(self._values, np.nan)])
        column: np.ndarray[tuple[int], np.dtype[np.float32]] = self._values[row]
        return column

    def period(self, now_s: float) -> tuple[float, float]:
        """(frames per second, mean latency in ms) since the last call; (0, 0) when there was no frame."""
        (frames_before, before_s), frames = self._period_start, self.frames
        self._period_start = (frames, now_s)
        count = min(frames - frames_before, _CAPACITY)
        if count <= 0 or now_s <= before_s:
            return 0.0, 0.0
        recent = np.arange(frames - count, frames) % _CAPACITY
        return count / (now_s - before_s), float(self._column("latency")[recent].mean())

    def percentiles(self) -> Mapping[str, Percentiles]:
        """Per stage, and for the whole latency under ``latency``; empty before the first frame."""
        if not self.frames:
            return {}
        known = self._values[:, : min(self.frames, _CAPACITY)]
        return {
            stage: Percentiles(*np.nanpercentile(known[row], (50, 95, 99)).tolist())
            for stage, row in self._columns.items()
        }
