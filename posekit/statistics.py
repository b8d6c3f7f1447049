"""What a run has done, in numbers: rates, ages and milliseconds per stage."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from posekit.types import FrameResult

__all__ = ["OutputSummary", "Percentiles", "RunSummary", "Series", "SourceStatistics", "SourceSummary"]

_CAPACITY = 4096


@dataclass(frozen=True, slots=True)
class Percentiles:
    """The median, the 95th and the 99th percentile, in milliseconds."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSummary:
    """What a source has done until the end.

    frames: that went through the pipeline. dropped: that a newer one replaced. reopened: how often it was opened again.
    seconds: from the first result to the last. percentiles: milliseconds per stage, and of the whole ``latency``: the
    age of a frame when its result was complete.
    """

    frames: int
    dropped: int
    reopened: int
    seconds: float
    percentiles: Mapping[str, Percentiles]

    @property
    def fps(self) -> float:
        """Frames per second, on average; 0 for a single frame."""
        return (self.frames - 1) / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSummary:
    """What an output has done.

    sent, failed, dropped: messages. send: milliseconds per message that was sent; None if there was none.
    """

    sent: int
    failed: int
    dropped: int
    send: Percentiles | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """The sources by their names, and the outputs by theirs."""

    sources: Mapping[str, SourceSummary]
    outputs: Mapping[str, OutputSummary]

    def as_dict(self) -> dict[str, object]:
        """For JSON: milliseconds, seconds and counts, under the names that the dataclasses have."""
        return {
            "version": 1,
            "sources": {
                name: {
                    "frames": source.frames,
                    "dropped": source.dropped,
                    "reopened": source.reopened,
                    "seconds": source.seconds,
                    "fps": source.fps,
                    "stages_ms": {stage: asdict(value) for stage, value in source.percentiles.items()},
                }
                for name, source in self.sources.items()
            },
            "outputs": {
                name: {
                    "sent": output.sent,
                    "failed": output.failed,
                    "dropped": output.dropped,
                    "send_ms": output.send and asdict(output.send),
                }
                for name, output in self.outputs.items()
            },
        }


class Series:
    """The last few thousand values of something. One thread may add while others read."""

    __slots__ = ("_values", "count")

    def __init__(self) -> None:
        self.count = 0
        self._values = np.zeros(_CAPACITY, np.float32)

    def add(self, value: float) -> None:
        """Add a value; the oldest is forgotten."""
        self._values[self.count % _CAPACITY] = value
        self.count += 1

    def mean_of_last(self, count: int) -> float:
        """The mean of the last ``count`` values, at least one, as far as they are remembered."""
        recent = np.arange(self.count - min(count, _CAPACITY), self.count) % _CAPACITY
        return float(self._values[recent].mean())

    def percentiles(self) -> Percentiles | None:
        """Of what is remembered; None if that is nothing."""
        known = self._values[: min(self.count, _CAPACITY)]
        return Percentiles(*np.percentile(known, (50, 95, 99)).tolist()) if len(known) else None


class SourceStatistics:
    """Collects what ``FrameResult`` says about itself, over the last few thousand frames of one source.

    One thread records. ``frames`` counts everything since the start.
    """

    def __init__(self) -> None:
        self.frames = 0
        self._first_s = self._last_s = 0.0
        self._latency = Series()
        self._stages: dict[str, Series] = {}
        self._period_start = (0, 0.0)

    def record(self, result: FrameResult, now_s: float) -> None:
        """Add one frame, whose result is complete now."""
        if not self.frames:
            self._first_s = now_s
        self._last_s = now_s
        self._latency.add(result.latency_ms)
        for stage, milliseconds in result.stage_ms.items():
            series = self._stages.get(stage)
            if series is None:
                series = self._stages[stage] = Series()
            series.add(milliseconds)
        self.frames += 1

    @property
    def seconds(self) -> float:
        """From the first result to the last."""
        return self._last_s - self._first_s

    def period(self, now_s: float) -> tuple[float, float]:
        """(frames per second, mean latency in ms) since the last call; (0, 0) when there was no frame."""
        (frames_before, before_s), frames = self._period_start, self.frames
        self._period_start = (frames, now_s)
        count = frames - frames_before
        if count <= 0 or now_s <= before_s:
            return 0.0, 0.0
        return count / (now_s - before_s), self._latency.mean_of_last(count)

    def percentiles(self) -> Mapping[str, Percentiles]:
        """Per stage, and for the whole latency under ``latency``; empty before the first frame."""
        series = {**dict(self._stages), "latency": self._latency}
        known = {stage: values.percentiles() for stage, values in series.items()}
        return {stage: value for stage, value in known.items() if value is not None}
