"""JSON messages against the format that the design fixes."""

import json

import numpy as np
import pytest

from posekit.events import Event
from posekit.messages import encoded, frame_message, hello_message, messages, status_message
from posekit.skeleton import KEYPOINTS
from posekit.types import FrameResult, Person, Poses, SourceState, Status


def person(x: float = 312.4) -> Person:
    xy = np.zeros((17, 2), np.float32)
    xy[0] = x, 88.1
    scores = np.zeros(17, np.float32)
    scores[0] = 0.98
    return Person(
        id=17,
        slot=1,
        age_s=3.2,
        xy=xy,
        keypoint_scores=scores,
        velocity=np.zeros((17, 2), np.float32),
        score=0.91,
        visible=True,
    )


def result(*people: Person, events: tuple[Event, ...] = ()) -> FrameResult:
    return FrameResult(
        source="cam1",
        size=(640, 480),
        seq=812,
        timestamp_s=27.066,
        poses=Poses.empty(),
        people=people,
        events=events,
        states={1: {"lean_deg": 4.12345}},
        latency_ms=21.4,
    )


def test_a_frame_is_what_the_design_says() -> None:
    message = json.loads(encoded(frame_message(result(person()))))
    keypoints = message["poses"][0].pop("keypoints")
    assert message == {
        "type": "frame",
        "version": 1,
        "source": "cam1",
        "seq": 812,
        "t": 27.066,
        "latencyMs": 21.4,
        "image": {"width": 640, "height": 480},
        "poses": [{"slot": 1, "id": 17, "age": 3.2, "score": 0.91, "visible": True, "state": {"lean_deg": 4.123}}],
    }
    assert keypoints[0] == {"part": "nose", "score": 0.98, "position": {"x": 312.4, "y": 88.1}}
    assert [keypoint["part"] for keypoint in keypoints] == list(KEYPOINTS)


def test_an_empty_room_is_said() -> None:
    assert frame_message(result())["poses"] == []


def test_events_follow_their_frame() -> None:
    enter = Event(kind="enter", timestamp_s=27.0, source="cam1", slot=1, id=17)
    leave = Event(kind="leave", timestamp_s=26.5, source="cam1", slot=2, id=16, fields={"dwell_s": 4.123456})
    count = Event(kind="count", timestamp_s=27.0, source="cam1", fields={"count": 1})
    _, *events = messages(result(person(), events=(enter, leave, count)))
    assert events == [
        {"type": "event", "kind": "enter", "t": 27.0, "source": "cam1", "slot": 1, "id": 17},
        {"type": "event", "kind": "leave", "t": 26.5, "source": "cam1", "slot": 2, "id": 16, "dwell_s": 4.1235},
        {"type": "event", "kind": "count", "t": 27.0, "source": "cam1", "count": 1},
    ]


def test_a_status() -> None:
    status = Status(source="cam1", state=SourceState.STALLED, fps=29.97, dropped=3, message="no frame for 2 s")
    assert list(messages(status)) == [status_message(status)]
    message = status_message(status)
    assert (message["type"], message["state"], message["fps"], message["dropped"], message["message"]) == (
        "status",
        "stalled",
        29.97,
        3,
        "no frame for 2 s",
    )


def test_the_event_of_a_change_follows_its_status() -> None:
    event = Event(kind="source", timestamp_s=3.0, source="cam1", fields={"state": "running", "message": ""})
    status = Status(source="cam1", state=SourceState.RUNNING, events=(event,))
    assert list(messages(status)) == [
        status_message(status),
        {"type": "event", "kind": "source", "t": 3.0, "source": "cam1", "state": "running", "message": ""},
    ]


@pytest.mark.parametrize("x", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_cannot_hold_become_null(x: float) -> None:
    message = json.loads(encoded(frame_message(result(person(x)))))
    position = message["poses"][0]["keypoints"][0]["position"]
    assert position["x"] is None
    assert position["y"] == 88.1


def test_hello_says_how_to_read_the_rest() -> None:
    hello = hello_message()
    assert hello["parts"] == list(KEYPOINTS)
    assert len(hello["edges"]) == 16
    assert json.loads(encoded(hello)) == hello
