"""Statistics of a run."""

import pytest

from posekit.statistics import SourceStatistics, SourceSummary
from posekit.types import FrameResult, Poses


def result(latency_ms: float, **stages: float) -> FrameResult:
    return FrameResult(
        source="s",
        size=(1, 1),
        seq=0,
        timestamp_s=0.0,
        poses=Poses.empty(),
        latency_ms=latency_ms,
        stage_ms=stages,
    )


def test_percentiles_of_each_stage() -> None:
    statistics = SourceStatistics()
    for number in range(1, 101):
        statistics.record(result(float(number), network=2.0 * number, decode=1.0), number / 10)
    percentiles = statistics.percentiles()
    assert set(percentiles) == {"latency", "network", "decode"}
    assert percentiles["latency"].p50 == pytest.approx(50.5)
    assert percentiles["latency"].p95 == pytest.approx(95.05)
    assert percentiles["network"].p99 == pytest.approx(198.02)
    assert percentiles["decode"].p99 == 1.0
    assert statistics.seconds == pytest.approx(9.9)


def test_the_rate_is_of_the_period_and_not_since_the_start() -> None:
    statistics = SourceStatistics()
    assert statistics.period(10.0) == (0.0, 0.0)
    for _ in range(30):
        statistics.record(result(20.0), 10.5)
    assert statistics.period(11.0) == (30.0, 20.0)
    for _ in range(5):
        statistics.record(result(40.0), 11.2)
    assert statistics.period(11.5) == (10.0, 40.0)
    assert statistics.period(12.0) == (0.0, 0.0)


def test_memory_stays_bounded_and_old_frames_are_forgotten() -> None:
    statistics = SourceStatistics()
    for number in range(10_000):
        statistics.record(result(1000.0 if number < 5000 else 1.0), 0.0)
    assert statistics.frames == 10_000
    assert statistics.percentiles()["latency"].p99 == 1.0


def test_nothing_is_known_before_the_first_frame() -> None:
    assert SourceStatistics().percentiles() == {}


def test_more_stages_than_were_foreseen() -> None:
    statistics = SourceStatistics()
    statistics.record(result(1.0, **{f"stage{n}": float(n) for n in range(20)}), 0.0)
    assert statistics.percentiles()["stage19"].p50 == 19.0


def test_the_rate_is_counted_from_the_first_result_to_the_last() -> None:
    summary = SourceSummary(frames=31, dropped=0, reopened=0, seconds=2.0, percentiles={})
    assert summary.fps == 15.0
    assert SourceSummary(frames=1, dropped=0, reopened=0, seconds=0.0, percentiles={}).fps == 0.0
