"""A recording as a source: what it gives, at which times, round after round."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from posekit.errors import RecordingError
from posekit.feed import Lost
from posekit.protocols import OutputContext
from posekit.recording import Recorder, Recording
from posekit.recording.rounds import Rounds
from posekit.types import Frame, FrameResult, Status

Live = Callable[..., Iterator[FrameResult | Status]]
Record = Callable[..., Path]


class Timer:
    """A clock that is read as late as anybody could wish: nothing waits."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 1e3
        return self.now_s


def rounds(path: Path, source: str = "camera", wait: Callable[[float], object] | None = None) -> Rounds:
    return Rounds(Recording(path), source, stem="My Visits", clock=Timer(), wait=wait)


def test_it_gives_what_the_network_saw_again_and_again(live: Live, record: Record) -> None:
    sent = list(live(3.0, mirror=True))
    results = [message for message in sent if isinstance(message, FrameResult)]
    path = record(sent)
    with closing(rounds(path, "elsewhere")) as source:
        assert source.name == "my-visits"
        # One more each time: that the picture was lost once, and the end of the round.
        given = list(islice(source, 2 * (len(results) + 1)))
    half = len(results) + 1
    recorded = list(Recording(path).messages(mirror=False))
    shown = [message for _, message in recorded if isinstance(message, FrameResult)]
    for turn in (given[:half], given[half:]):
        assert sum(isinstance(item, Lost) for item in turn) == 2
        assert isinstance(turn[-1], Lost)
        frames = [item for item in turn if isinstance(item, Frame)]
        kept = [
            one for one, before in zip(shown, [None, *shown], strict=False) if before is None or one.seq != before.seq
        ]
        assert len(frames) == len(kept)
        for frame, result in zip(frames, kept, strict=True):
            assert frame.poses is not None
            assert np.array_equal(frame.poses.xy, result.poses.xy)
            assert frame.size == result.size
    frames = [item for item in given if isinstance(item, Frame)]
    assert [frame.seq for frame in frames] == list(range(len(frames)))
    steps = [other.timestamp_s - one.timestamp_s for one, other in pairwise(frames)]
    assert min(steps) > 0
    assert sorted(round(step, 3) for step in steps)[-1] == pytest.approx(1.0)
    assert frames[1].timestamp_s - frames[0].timestamp_s == pytest.approx(1 / 15, abs=1e-3)


def test_one_without_frames_is_none(record: Record, live: Live) -> None:
    statuses = [message for message in live(2.0) if isinstance(message, Status)]
    with pytest.raises(RecordingError, match="holds no frames"):
        next(iter(rounds(record(statuses))))


def test_one_that_names_no_source_is_played_all_the_same(tmp_path: Path, live: Live) -> None:
    path = tmp_path / "take.jsonl.gz"
    recorder = Recorder.open(path, OutputContext())
    for message in live(1.0):
        recorder.send(message)
    recorder.close()
    assert isinstance(next(iter(rounds(path))), Frame)


def test_one_that_goes_away_is_waited_for(record: Record, live: Live, caplog: pytest.LogCaptureFixture) -> None:
    path = record(list(live(1.0)))
    aside, waits = path.with_name("aside"), []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            aside.rename(path)

    given = iter(rounds(path, wait=wait))
    # The picture is lost once in the recording, and then at its end.
    for _ in range(2):
        while not isinstance(next(given), Lost):
            pass
    path.rename(aside)
    for _ in range(3):
        assert isinstance(next(given), Lost)
    assert isinstance(next(given), Frame)
    assert waits == [1.0, 1.0, 1.0]
    assert caplog.text.count("the replay waits for it") == 1


def test_whatever_goes_wrong_later_does_not_end_it(
    record: Record, live: Live, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = iter(rounds(record(list(live(1.0))), wait=lambda _: monkeypatch.undo()))
    assert isinstance(next(given), Frame)

    def broken(*_: object) -> None:
        raise ArithmeticError("no such number")

    monkeypatch.setattr("posekit.recording.reading.parse_line", broken)
    assert isinstance(next(given), Lost)
    assert isinstance(next(given), Frame)
    assert "no such number; the replay waits for it" in caplog.text


def test_a_gap_of_days_lasts_seconds(record: Record, live: Live) -> None:
    results = [message for message in live(1.0) if isinstance(message, FrameResult)][:6]
    later = [replace(result, timestamp_s=result.timestamp_s + 1e6) for result in results[3:]]
    with closing(rounds(record([*results[:3], *later]))) as source:
        frames = [item for item in islice(source, 6) if isinstance(item, Frame)]
    steps = [other.timestamp_s - one.timestamp_s for one, other in pairwise(frames)]
    assert steps == pytest.approx([1 / 15, 1 / 15, 10.0, 1 / 15, 1 / 15], abs=1e-3)
