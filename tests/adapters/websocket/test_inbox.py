"""What waits between the two threads."""

from collections.abc import Callable

from posekit.events import Event
from posekit.types import SourceState, Status
from posekit_websocket.inbox import Inbox

COUNT = Event(kind="count", timestamp_s=99.5, source="cam1", fields={"count": 1})


def test_newest_frames_and_statuses_and_every_event(result: Callable) -> None:
    inbox = Inbox()
    assert inbox.put(result(seq=1, events=(COUNT,)))
    assert not inbox.put(result(seq=2, events=(COUNT, COUNT)))
    assert not inbox.put(result(seq=7, source="cam2"))
    for fps in (1.0, 2.0):
        assert not inbox.put(Status(source="cam1", state=SourceState.RUNNING, fps=fps))
    results, events, statuses = inbox.take()
    assert [(one.source, one.seq) for one in results] == [("cam1", 2), ("cam2", 7)]
    assert len(events) == 3
    assert [status.fps for status in statuses] == [2.0]


def test_after_taking_it_is_empty_and_asks_again(result: Callable) -> None:
    inbox = Inbox()
    inbox.put(result(events=(COUNT,)))
    inbox.take()
    assert inbox.take() == ([], [], [])
    assert inbox.put(result())


def test_a_status_that_a_newer_one_replaces_leaves_its_event() -> None:
    inbox = Inbox()
    stalled = Event(kind="source", timestamp_s=9.0, source="cam1", fields={"state": "stalled", "message": "no frame"})
    inbox.put(Status(source="cam1", state=SourceState.STALLED, events=(stalled,)))
    inbox.put(Status(source="cam1", state=SourceState.RECONNECTING))
    _, events, (status,) = inbox.take()
    assert events == [stalled]
    assert status.state is SourceState.RECONNECTING
