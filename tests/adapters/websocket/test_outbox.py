"""What waits for a slow client, and when it counts as gone."""

from posekit_websocket.outbox import MOST_EVENTS, Outbox, StallWatch


def everything(outbox: Outbox) -> list[str | bytes]:
    return list(iter(outbox.pop, None))


def test_of_frames_and_statuses_the_newest_of_each_source_and_every_event_in_order() -> None:
    outbox = Outbox()
    for number in range(3):
        outbox.put_frame("door", f"door {number}")
        outbox.put_frame("hall", f"hall {number}")
        outbox.put_status("hall", f"status {number}")
        outbox.put_event(f"event {number}")
    assert outbox.skipped == 4
    assert everything(outbox) == ["event 0", "event 1", "event 2", "status 2", "door 2", "hall 2"]
    assert everything(outbox) == []
    assert outbox.skipped == 4


def test_events_are_bounded_and_their_loss_is_counted_once() -> None:
    outbox = Outbox()
    for number in range(MOST_EVENTS + 5):
        outbox.put_event(str(number))
    assert outbox.pop_lost() == 5
    assert outbox.pop_lost() == 0
    assert everything(outbox) == [str(number) for number in range(5, MOST_EVENTS + 5)]


def test_a_client_that_takes_nothing_stalls_and_one_that_takes_a_little_does_not() -> None:
    stopped, slow, idle = (StallWatch(10.0, 0.0) for _ in range(3))
    for second in range(1, 11):
        assert not stopped.stalled(5000, float(second))
        assert not slow.stalled(5000 - second, float(second))
        assert not idle.stalled(0, float(second))
    # The first look at 5000 unsent bytes is not yet a stall: it may just have been written.
    assert stopped.stalled(5000, 11.5)
    assert not slow.stalled(4900, 30.0)
    assert not idle.stalled(0, 30.0)


def test_growing_is_no_progress_and_being_taken_is() -> None:
    watch = StallWatch(10.0, 0.0)
    assert not watch.stalled(100, 5.0)
    assert watch.stalled(200, 10.5)
    watch.progressed(11.0)
    assert not watch.stalled(200, 20.0)
    assert watch.stalled(200, 21.5)
