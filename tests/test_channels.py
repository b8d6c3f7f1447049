"""Channels between threads."""

from threading import Thread
from time import sleep

import pytest

from posekit.channels import Closed, Lossless, Newest
from posekit.feed import LOST, Lost, NewestOrLost


def test_the_newest_item_wins() -> None:
    channel: Newest[int] = Newest()
    for number in range(5):
        channel.put(number)
    assert channel.get() == 4
    assert channel.dropped == 4


def test_a_bounded_queue_drops_its_oldest() -> None:
    channel: Newest[int] = Newest(3)
    for number in range(5):
        channel.put(number)
    assert [channel.get() for _ in range(3)] == [2, 3, 4]
    assert channel.dropped == 2


def test_lossless_makes_the_writer_wait_and_loses_nothing() -> None:
    channel: Lossless[int] = Lossless(2)

    def write() -> None:
        for number in range(200):
            channel.put(number)
        channel.close()

    writer = Thread(target=write)
    writer.start()
    received = []
    for _ in range(200):
        received.append(channel.get(10.0))
        assert len(channel._items) <= 2
    writer.join()
    with pytest.raises(Closed):
        channel.get()
    assert received == list(range(200))
    assert channel.dropped == 0


@pytest.mark.parametrize("kind", [Newest, Lossless])
def test_what_is_inside_can_be_read_after_close(kind: type) -> None:
    channel = kind(2)
    channel.put("a")
    channel.close()
    channel.close()
    assert channel.get() == "a"
    with pytest.raises(Closed):
        channel.get()
    with pytest.raises(Closed):
        channel.put("b")


def test_discard_frees_a_waiting_writer() -> None:
    channel: Lossless[int] = Lossless(1)
    channel.put(1)
    outcome = []

    def write() -> None:
        try:
            channel.put(2)
        except Closed:
            outcome.append("closed")

    writer = Thread(target=write)
    writer.start()
    channel.close(discard=True)
    writer.join(10.0)
    assert outcome == ["closed"]


def test_get_gives_up_in_time() -> None:
    with pytest.raises(TimeoutError):
        Newest[int]().get(0.0)


def test_a_newer_frame_does_not_hide_that_the_picture_was_lost() -> None:
    channel: NewestOrLost[int] = NewestOrLost()
    for item in (1, LOST, 2, 3):
        channel.put(item)
    taken: list[int | Lost] = [channel.get(0.0), channel.get(0.0)]
    assert taken == [LOST, 3]
    assert channel.dropped == 2
    for item in (4, LOST, 5, LOST):
        channel.put(item)
    assert channel.get(0.0) is LOST  # what came before the loss is of no use to anybody
    assert channel.dropped == 4
    with pytest.raises(TimeoutError):
        channel.get(0.0)


def test_a_reader_that_waits_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    channel: Lossless[int] = Lossless(1)
    received: list[int] = []
    reader = Thread(target=lambda: received.extend([channel.get(), channel.get()]))
    reader.start()
    while not channel._waiting:
        sleep(0)
    with channel._changed, monkeypatch.context() as patched:  # so that the reader cannot take it meanwhile
        patched.setattr(channel._changed, "wait", lambda timeout=None: pytest.fail("the writer waits"))
        channel.put(1)
        channel.wait_for_room()
        channel.put(2)
    reader.join(10.0)
    assert received == [1, 2]
