"""Channels between threads."""

from threading import Thread

import pytest

from posekit.channels import Closed, Lossless, Newest


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
