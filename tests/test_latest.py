"""What waits for a slow loop over live sources."""

import pytest

from posekit.channels import Closed
from posekit.events import Event
from posekit.latest import MOST_EVENTS, Latest
from posekit.types import FrameResult, Poses, SourceState, Status


def result(seq: int, *kinds: str, source: str = "a") -> FrameResult:
    events = tuple(Event(kind=kind, timestamp_s=0.0, source=source) for kind in kinds)
    return FrameResult(source=source, size=(1, 1), seq=seq, timestamp_s=0.0, poses=Poses.empty(), events=events)


def status(dropped: int, *kinds: str, source: str = "a") -> Status:
    events = tuple(Event(kind=kind, timestamp_s=0.0, source=source) for kind in kinds)
    return Status(source=source, state=SourceState.RUNNING, dropped=dropped, events=events)


def told(message: FrameResult | Status) -> tuple[str, str, int, list[str]]:
    number = message.seq if isinstance(message, FrameResult) else message.dropped
    return type(message).__name__, message.source, number, [event.kind for event in message.events]


def test_each_source_keeps_its_newest_result_and_its_newest_status() -> None:
    latest = Latest()
    for message in (
        result(1),
        result(10, source="b"),
        status(1),
        result(2),
        status(2),
        status(20, source="b"),
        result(11, source="b"),
        status(3),
    ):
        latest.put(message)
    latest.close()
    assert [told(latest.get()) for _ in range(4)] == [
        ("FrameResult", "a", 2, []),
        ("FrameResult", "b", 11, []),
        ("Status", "a", 3, []),
        ("Status", "b", 20, []),
    ]
    with pytest.raises(Closed):
        latest.get()
    assert latest.dropped == 4


def test_events_outlive_their_messages_in_order_and_among_their_like() -> None:
    latest = Latest()
    for message in (
        result(1, "enter"),
        status(1, "source"),
        result(10, "count", source="b"),
        result(2, "rep", "set"),
        status(2),
        result(3),
        result(4, "leave"),
    ):
        latest.put(message)
    assert [told(latest.get()) for _ in range(3)] == [
        ("FrameResult", "a", 4, ["enter", "rep", "set", "leave"]),
        ("Status", "a", 2, ["source"]),
        ("FrameResult", "b", 10, ["count"]),
    ]
    latest.put(result(5))
    assert told(latest.get()) == ("FrameResult", "a", 5, [])


def test_however_slow_the_loop_is_everyone_has_a_turn() -> None:
    latest = Latest()
    taken = []
    for number in range(9):  # between two looks everyone has something new, the first camera last of all
        for message in (status(number), result(number, source="b"), result(number), result(number)):
            latest.put(message)
        taken.append(told(latest.get())[:2])
    turns = [("Status", "a"), ("FrameResult", "b"), ("FrameResult", "a")]
    assert taken == turns * 3


def test_the_events_that_wait_for_a_loop_that_has_stopped_are_bounded() -> None:
    latest = Latest()
    for number in range(MOST_EVENTS + 10):
        latest.put(result(number, "rep"))
    assert len(latest.get().events) == MOST_EVENTS
