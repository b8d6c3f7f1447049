"""One adapter in its own thread: failures, slowness and the end."""

import logging
from threading import Event

import pytest

from posekit.channels import Lossless, Newest
from posekit.delivery import Delivery
from posekit.errors import AdapterError
from posekit.types import FrameResult, SourceState, Status


def status(number: int) -> Status:
    return Status(source="s", state=SourceState.RUNNING, dropped=number)


class Book:
    """An adapter that writes down what it gets and fails where it is told to."""

    def __init__(self, failing: dict[int, Exception] | None = None) -> None:
        self.failing = failing or {}
        self.got: list[int] = []
        self.closed = 0

    def send(self, message: FrameResult | Status) -> None:
        assert isinstance(message, Status)
        if message.dropped in self.failing:
            raise self.failing[message.dropped]
        self.got.append(message.dropped)

    def close(self) -> None:
        self.closed += 1


def test_everything_queued_is_delivered_before_the_end() -> None:
    book = Book()
    delivery = Delivery(book, Lossless(2))
    for number in range(50):
        delivery.send(status(number))
    delivery.close()
    assert book.got == list(range(50))
    assert book.closed == 1
    delivery.send(status(51))  # after the end: ignored
    assert book.got == list(range(50))


def test_a_failure_is_logged_once_per_change_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    book = Book({2: AdapterError("nobody there"), 3: AdapterError("nobody there"), 7: ValueError("a bug")})
    delivery = Delivery(book, Lossless(2), name="book")
    with caplog.at_level(logging.WARNING, "posekit"):
        for number in range(9):
            delivery.send(status(number))
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
    """An adapter whose first ``send`` returns only when it is released."""

    def __init__(self) -> None:
        self.entered, self.release = Event(), Event()
        self.got: list[int] = []

    def send(self, message: FrameResult | Status) -> None:
        assert isinstance(message, Status)
        self.entered.set()
        self.release.wait(30.0)
        self.got.append(message.dropped)

    def close(self) -> None:
        self.release.set()


def test_a_slow_adapter_loses_the_oldest_and_never_holds_up_the_sender() -> None:
    stuck = Stuck()
    delivery = Delivery(stuck, Newest(3))
    delivery.send(status(0))
    assert stuck.entered.wait(30.0)
    for number in range(1, 10):
        delivery.send(status(number))
    assert delivery.dropped == 6
    stuck.release.set()
    delivery.close()
    assert stuck.got == [0, 7, 8, 9]


def test_an_adapter_that_hangs_does_not_hold_up_the_end(caplog: pytest.LogCaptureFixture) -> None:
    stuck = Stuck()
    delivery = Delivery(stuck, Newest(3), name="stuck")
    delivery.send(status(0))
    assert stuck.entered.wait(30.0)
    with caplog.at_level(logging.WARNING, "posekit"):
        delivery.close(timeout_s=0.0)
    assert caplog.messages == ["output stuck did not finish in 0 s: closing it"]
    assert stuck.release.is_set()
