"""One adapter in its own thread: failures, slowness and the end."""

import logging
from threading import Event, Thread

import pytest

from posekit.channels import Closed
from posekit.delivery import Delivery, Outbox
from posekit.errors import AdapterError
from posekit.events import Event as PosekitEvent
from posekit.types import FrameResult, Poses, SourceState, Status


def result(seq: int, *kinds: str, source: str = "s") -> FrameResult:
    events = tuple(PosekitEvent(kind=kind, timestamp_s=0.0, source=source) for kind in kinds)
    return FrameResult(source=source, size=(1, 1), seq=seq, timestamp_s=0.0, poses=Poses.empty(), events=events)


def status(dropped: int, *kinds: str) -> Status:
    events = tuple(PosekitEvent(kind=kind, timestamp_s=0.0, source="s") for kind in kinds)
    return Status(source="s", state=SourceState.RUNNING, dropped=dropped, events=events)


class Book:
    """An adapter that writes down what it gets and fails where it is told to."""

    def __init__(self, failing: dict[int, Exception] | None = None) -> None:
        self.failing = failing or {}
        self.got: list[int] = []
        self.closed = 0

    def send(self, message: FrameResult | Status) -> None:
        assert isinstance(message, FrameResult)
        if message.seq in self.failing:
            raise self.failing[message.seq]
        self.got.append(message.seq)

    def close(self) -> None:
        self.closed += 1


def lossless() -> Outbox:
    return Outbox(lossless=True, capacity=2)


def lossy() -> Outbox:
    return Outbox(lossless=False, capacity=3)


def taken(outbox: Outbox) -> list[FrameResult | Status]:
    """Everything that is in it."""
    outbox.close()
    messages = []
    while True:
        try:
            messages.append(outbox.get())
        except Closed:
            return messages


def test_everything_queued_is_delivered_before_the_end() -> None:
    book = Book()
    delivery = Delivery(book, lossless=True)
    for number in range(50):
        delivery.send(result(number))
    delivery.close()
    assert book.got == list(range(50))
    assert book.closed == 1
    delivery.send(result(51))  # after the end: ignored
    assert book.got == list(range(50))
    summary = delivery.summary()
    assert (summary.sent, summary.failed, summary.dropped) == (50, 0, 0)
    assert summary.send is not None
    assert 0 < summary.send.p50 <= summary.send.p99


def test_a_failure_is_logged_once_per_change_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    book = Book({2: AdapterError("nobody there"), 3: AdapterError("nobody there"), 7: ValueError("a bug")})
    delivery = Delivery(book, lossless=True, name="book")
    with caplog.at_level(logging.WARNING, "posekit"):
        for number in range(9):
            delivery.send(result(number))
        delivery.close()
    assert book.got == [0, 1, 4, 5, 6, 8]
    assert delivery.failures == 3
    assert [record.getMessage() for record in caplog.records] == [
        "output book failed (nobody there); the others go on",
        "output book works again",
        "output book failed (ValueError: a bug); the others go on",
        "output book works again",
    ]
    assert [record.exc_info is not None and record.exc_info is not False for record in caplog.records] == [
        False,
        False,
        True,
        False,
    ]


class Stuck:
    """An adapter whose first ``send`` returns only when it is released, and for which three messages may wait."""

    backlog = 3

    def __init__(self) -> None:
        self.entered, self.release = Event(), Event()
        self.got: list[int] = []

    def send(self, message: FrameResult | Status) -> None:
        assert isinstance(message, FrameResult)
        self.entered.set()
        self.release.wait(30.0)
        self.got.append(message.seq)

    def close(self) -> None:
        self.release.set()


def test_a_slow_adapter_loses_the_oldest_and_never_holds_up_the_sender() -> None:
    stuck = Stuck()
    delivery = Delivery(stuck, lossless=False)
    delivery.send(result(0))
    assert stuck.entered.wait(30.0)
    for number in range(1, 10):
        delivery.send(result(number))
    assert delivery.dropped == 6
    stuck.release.set()
    delivery.close()
    assert stuck.got == [0, 7, 8, 9]


def test_an_adapter_that_hangs_does_not_hold_up_the_end(caplog: pytest.LogCaptureFixture) -> None:
    stuck = Stuck()
    delivery = Delivery(stuck, lossless=False, name="stuck")
    delivery.send(result(0))
    assert stuck.entered.wait(30.0)
    with caplog.at_level(logging.WARNING, "posekit"):
        delivery.close(timeout_s=0.0)
    assert caplog.messages == ["output stuck did not finish in 0 s: closing it"]
    assert stuck.release.is_set()


def test_events_of_dropped_frames_travel_with_the_next_frame_of_their_source() -> None:
    outbox = lossy()
    for message in (
        result(0, "enter"),
        result(100, "count", source="t"),
        result(1, "rep", "set"),
        result(2),
        result(3, "leave"),
        result(101, source="t"),
    ):
        outbox.put(message)
    assert outbox.dropped == 3
    messages = taken(outbox)
    assert [message.seq for message in messages if isinstance(message, FrameResult)] == [2, 3, 101]
    assert [[event.kind for event in message.events] for message in messages] == [
        ["enter", "rep", "set"],
        ["leave"],
        ["count"],
    ]


def test_events_for_a_receiver_that_hangs_for_ever_are_bounded() -> None:
    outbox = lossy()
    for number in range(10_000):
        outbox.put(result(number, "rep"))
    assert [len(message.events) for message in taken(outbox)] == [257, 1, 1]


@pytest.mark.parametrize("outbox", [lossless(), lossy()])
def test_only_the_newest_status_waits_unless_it_tells_of_a_change(outbox: Outbox) -> None:
    outbox.put(status(1))
    outbox.put(status(2, "source"))
    for number in range(3, 101):
        outbox.put(status(number))
    assert [message.dropped for message in taken(outbox) if isinstance(message, Status)] == [2, 100]
    assert outbox.dropped == 0


def test_a_status_never_waits_for_a_receiver_that_hangs() -> None:
    outbox = lossless()
    outbox.put(result(0))
    outbox.put(result(1))
    outbox.put(status(3))  # whoever waited here could not end the run
    assert len(taken(outbox)) == 3


def test_whoever_may_lose_nothing_waits_for_room() -> None:
    stuck, waited = Stuck(), Event()
    delivery = Delivery(stuck, lossless=True)
    delivery.send(result(0))
    assert stuck.entered.wait(30.0)
    for number in range(1, 4):
        delivery.wait_for_room()
        delivery.send(result(number))
    waiting = Thread(target=lambda: (delivery.wait_for_room(), waited.set()))
    waiting.start()
    assert not waited.is_set()
    stuck.release.set()
    assert waited.wait(30.0)
    waiting.join()
    delivery.close()
    assert (stuck.got, delivery.dropped) == ([0, 1, 2, 3], 0)
