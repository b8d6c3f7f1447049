"""Results, events and statuses as JSON messages: what ``--json`` prints and the WebSocket sends.

Coordinates are source-frame pixels, times are seconds (``t``) of the frame's ``timestamp_s``.
"""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Final

from posekit.events import Event
from posekit.skeleton import EDGES, KEYPOINTS
from posekit.types import FrameResult, Person, Status

__all__ = ["VERSION", "encoded", "event_message", "frame_message", "hello_message", "messages", "status_message"]

#: Version of the message format; it rises when a reader of the old one would go wrong.
VERSION: Final = 1

Json = Mapping[str, object]


def hello_message() -> Json:
    """The first message on a connection: how to read the others."""
    return {
        "type": "hello",
        "version": VERSION,
        "parts": list(KEYPOINTS),
        "edges": [list(edge) for edge in EDGES],
        "coordinates": "source-frame pixels, x right, y down, the centre of the top left pixel is (0, 0)",
    }


def messages(message: FrameResult | Status) -> Iterator[Json]:
    """What a result or status says: a frame or status message, and then its events."""
    yield status_message(message) if isinstance(message, Status) else frame_message(message)
    for event in message.events:
        yield event_message(event)


def frame_message(result: FrameResult) -> Json:
    """One frame with everyone in it."""
    width, height = result.size
    return {
        "type": "frame",
        "version": VERSION,
        "source": result.source,
        "seq": result.seq,
        "t": round(result.timestamp_s, 4),
        "latencyMs": round(result.latency_ms, 2),
        "image": {"width": width, "height": height},
        "poses": [_pose(person, result.states.get(person.slot, {})) for person in result.people],
    }


def _pose(person: Person, state: Mapping[str, float]) -> Json:
    return {
        "slot": person.slot,
        "id": person.id,
        "age": round(person.age_s, 3),
        "score": round(person.score, 3),
        "visible": person.visible,
        "state": {name: round(value, 3) for name, value in state.items()},
        "keypoints": [
            {"part": part, "score": round(score, 3), "position": {"x": round(x, 2), "y": round(y, 2)}}
            for part, score, (x, y) in zip(KEYPOINTS, person.keypoint_scores.tolist(), person.xy.tolist(), strict=True)
        ],
    }


def event_message(event: Event) -> Json:
    """One event, with ``slot`` and ``id`` where a person is meant, and the fields of its spec."""
    message: dict[str, object] = {
        "type": "event",
        "kind": event.kind,
        "t": round(event.timestamp_s, 4),
        "source": event.source,
    }
    if event.slot is not None:
        message["slot"] = event.slot
        message["id"] = event.id
    for name, value in event.fields.items():
        message[name] = round(value, 4) if isinstance(value, float) else value
    return message


def status_message(status: Status) -> Json:
    """How a source is doing."""
    width, height = status.size
    return {
        "type": "status",
        "source": status.source,
        "state": status.state.name.lower(),
        "fps": round(status.fps, 2),
        "latencyMs": round(status.latency_ms, 2),
        "dropped": status.dropped,
        "image": {"width": width, "height": height},
        "mirrored": status.mirrored,
        "message": status.message,
        "origin": status.origin,
    }


def encoded(message: Json) -> str:
    """One line of JSON. A number that JSON cannot hold (infinite or none) becomes null."""
    try:
        return json.dumps(message, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    except ValueError:
        return json.dumps(_finite(message), separators=(",", ":"), ensure_ascii=False)


def _finite(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
