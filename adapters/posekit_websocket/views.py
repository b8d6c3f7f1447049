"""One frame in every form that clients have asked for, each encoded once however many share it."""

from collections.abc import Sequence
from dataclasses import replace

from posekit.messages import encoded, frame_message
from posekit.types import FrameResult
from posekit_websocket.control import Subscription
from posekit_websocket.layout import frame_bytes
from posekit_websocket.outbox import Payload

__all__ = ["Views"]


class Views:
    """The forms of one frame. sources: names, in the order of the hello message. ``made`` counts encodings."""

    def __init__(self, result: FrameResult, sources: Sequence[str]) -> None:
        self.made = 0
        self._result = result
        self._sources = sources
        self._payloads: dict[object, Payload] = {}

    def of(self, subscription: Subscription) -> Payload:
        """The frame as this client wants it."""
        key = (subscription.format, subscription.people)
        payload = self._payloads.get(key)
        if payload is None:
            payload = self._payloads[key] = self._encode(subscription)
            self.made += 1
        return payload

    def _encode(self, subscription: Subscription) -> Payload:
        result = self._result
        if subscription.people != "all":
            chosen = tuple(person for person in result.people if person.slot in subscription.people)
            result = replace(result, people=chosen)
        if subscription.format == "f32":
            source = self._sources.index(result.source) if result.source in self._sources else 0
            return frame_bytes(result, source)
        return encoded(frame_message(result))
