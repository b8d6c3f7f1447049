"""Replaying: the same again, at its pace, round and round, and with tracker and detectors at work anew."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from queue import Empty

import pytest

from posekit.detectors.presence import Presence
from posekit.pipeline import Pipeline
from posekit.recording import Recorded, Recording
from posekit.recording.replaying import Stop, looped, paced, retracked
from posekit.remembered import Remembered
from posekit.tracking.tracker import PoseTracker
from posekit.types import FrameResult, Poses, SourceState, Status
from posekit_osc.formats import FORMATS
from posekit_osc.settings import Settings

Live = Callable[..., Iterator[FrameResult | Status]]
Record = Callable[..., Path]


def datagrams(messages: Sequence[FrameResult | Status]) -> list[bytes]:
    encoder = FORMATS["joints"]("/pose", Settings(), 10)
    return [
        datagram for message in messages if isinstance(message, FrameResult) for datagram in encoder.encode(message)
    ]


def pipeline(*, mirror: bool = False, smoothing: float = 0.5) -> Pipeline:
    tracker = PoseTracker(smoothing=smoothing)
    return Pipeline(Remembered(), tracker, source="camera", detectors=(Presence(),), mirror=mirror)


@pytest.mark.parametrize("mirror", [False, True])
def test_unchanged_settings_find_the_same_people_and_events(live: Live, record: Record, mirror: bool) -> None:
    sent = list(live(mirror=mirror, moody=False))
    messages = [message for _, message in retracked(Recording(record(sent)), {"camera": pipeline(mirror=mirror)})]
    assert len(messages) == len(sent)
    assert datagrams(messages) == datagrams(sent)
    for one, other in zip(sent, messages, strict=True):
        if isinstance(one, FrameResult) and isinstance(other, FrameResult):
            assert one.events == other.events
            assert one.departed == other.departed
            assert [person.id for person in one.people] == [person.id for person in other.people]
    assert sum(len(message.events) for message in sent if isinstance(message, FrameResult)) > 4


def test_other_settings_give_other_people(live: Live, record: Record) -> None:
    recording = Recording(record(list(live(6.0))))
    calm = [message for _, message in retracked(recording, {"camera": pipeline(smoothing=1.0)})]
    raw = [message for _, message in retracked(recording, {"camera": pipeline(smoothing=0.0)})]
    assert datagrams(calm) != datagrams(raw)
    assert [message.seq for message in calm if isinstance(message, FrameResult)] == [result.seq for result in recording]


class Timer:
    """A clock that moves only when somebody waits."""

    def __init__(self) -> None:
        self.now_s = 50.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now_s += seconds


def recorded(*times_s: float) -> list[Recorded]:
    return [
        Recorded(at_s, FrameResult(source="camera", size=(1, 1), seq=seq, timestamp_s=at_s + 3.0, poses=Poses.empty()))
        for seq, at_s in enumerate(times_s)
    ]


@pytest.mark.parametrize(("speed", "waits"), [(1.0, [0.5, 1.0]), (2.0, [0.25, 0.5]), (0.5, [1.0, 2.0]), (math.inf, [])])
def test_messages_come_at_their_times(speed: float, waits: list[float]) -> None:
    timer = Timer()
    messages = recorded(1.0, 1.5, 2.5, 2.0)  # what is late comes at once
    assert list(paced(messages, speed=speed, clock=timer, wait=timer.wait)) == [message for _, message in messages]
    assert timer.waits == pytest.approx(waits)


def test_time_lost_by_a_slow_receiver_is_made_up() -> None:
    timer = Timer()
    playing = paced(recorded(0.0, 1.0, 2.0, 3.0), clock=timer, wait=timer.wait)
    next(playing)
    timer.now_s += 1.5
    assert len(list(playing)) == 3
    assert timer.waits == pytest.approx([0.5, 1.0])


def test_it_ends_when_it_is_told_to() -> None:
    stop = Stop()
    playing = paced(recorded(0.0, 1000.0), stop=stop)
    next(playing)
    stop.set()
    assert list(playing) == []


def test_who_waits_for_ever_asks_for_no_longer_than_a_system_can_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    class Queue:
        def get(self, timeout: float) -> None:
            asked.append(timeout)
            if len(asked) == 3:
                stop.set()
            raise Empty

        def put(self, _: None) -> None:
            pass

    monkeypatch.setattr("posekit.recording.replaying.SimpleQueue", Queue)
    stop = Stop()
    stop.wait(1e300)
    assert asked == [3600.0] * 3
    asked.clear()
    stop = Stop()
    stop.wait(4000.0)
    assert asked == [3600.0, 400.0]


def test_rounds_go_on_in_time_and_everyone_leaves_between(live: Live, record: Record) -> None:
    recording = Recording(record(list(live(5.0, spec="performer:squat?people=2"))))
    once = list(recording)
    length = sum(1 for _ in recording.messages())
    thrice = list(islice(looped(recording.messages), 3 * (length + 1) - 1))
    results = [message for _, message in thrice if isinstance(message, FrameResult)]
    assert [result.seq for result in results[: len(once)]] == [result.seq for result in once]
    times = [result.timestamp_s for result in results]
    assert times == sorted(times)
    assert [recorded.at_s for recorded in thrice] == sorted(recorded.at_s for recorded in thrice)
    # Nobody's id comes again, everyone who enters leaves, and the slots are those of the recording.
    entered = [event.id for result in results for event in result.events if event.kind == "enter"]
    left = [event.id for result in results for event in result.events if event.kind == "leave"]
    visitors = sum(event.kind == "enter" for result in once for event in result.events)
    assert len(entered) == len(set(entered)) == 3 * visitors == len(left) + 2
    assert set(left) < set(entered)
    counts = [event.count for result in results for event in result.events if event.kind == "count"]
    each = [event.count for result in once for event in result.events if event.kind == "count"]
    assert counts == [*each, 0, *each, 0, *each]
    assert {person.slot for result in results for person in result.people} == {1, 2}
    for result in results:
        for event in result.events:
            assert abs(event.timestamp_s - result.timestamp_s) < 1.0
    # One frame's time lies between two rounds.
    seam = times[len(once) + 1] - times[len(once) - 1]
    assert seam == pytest.approx(1 / 15, abs=0.02)


def test_an_empty_recording_does_not_loop_for_ever(record: Record) -> None:
    recording = Recording(record([Status(source="camera", state=SourceState.OPENING)]))
    assert len(list(looped(recording.messages))) == 1
