"""A recording as a source: what it gives, at which times, round after round."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from posekit.errors import RecordingError
from posekit.feed import Lost
from posekit.recording import Recording
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


def rounds(path: Path, source: str = "camera") -> Rounds:
    return Rounds(Recording(path), source, stem="My Visits", clock=Timer())


def test_it_gives_what_the_network_saw_again_and_again(live: Live, record: Record) -> None:
    sent = list(live(3.0, mirror=True))
    results = [message for message in sent if isinstance(message, FrameResult)]
    with closing(rounds(record(sent), "elsewhere")) as source:
        assert source.name == "my-visits"
        # One more each time: that the picture was lost once, and the end of the round.
        given = list(islice(source, 2 * (len(results) + 1)))
    half = len(results) + 1
    recorded = list(Recording(source._recording.path).messages(mirror=False))
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


def test_one_that_goes_away_is_waited_for(record: Record, live: Live, caplog: pytest.LogCaptureFixture) -> None:
    path = record(list(live(1.0)))
    source = rounds(path)
    given = iter(source)
    while not isinstance(next(given), Lost):
        pass
    # The picture is lost once in the recording, and then at its end.
    while not isinstance(next(given), Lost):
        pass
    aside = path.rename(path.with_name("aside"))
    source._stop.wait = lambda _: aside.rename(path) if aside.exists() else None  # type: ignore[method-assign, assignment]
    assert isinstance(next(given), Lost)
    assert isinstance(next(given), Frame)
    assert "the replay waits for it" in caplog.text
