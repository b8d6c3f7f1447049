"""JSON Schema, AsyncAPI document and TypeScript types of the messages, all from the event catalogue.

``python -m posekit_websocket.schema`` writes them into the repository that it is called in.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from posekit.events import CATALOGUE, EventField, EventSpec
from posekit.messages import VERSION, hello_message
from posekit.skeleton import KEYPOINTS
from posekit.types import SourceState
from posekit_websocket.control import Subscribe, Subscription

__all__ = ["asyncapi", "documents", "json_schema", "typescript"]

Schema = Mapping[str, Any]

_NUMBER: Final = {"type": "number"}
_MAYBE: Final = {"type": ["number", "null"]}
_INTEGER: Final = {"type": "integer"}
_TEXT: Final = {"type": "string"}
_TYPES: Final[Mapping[str, Schema]] = {"i": _INTEGER, "f": _NUMBER, "s": _TEXT}
_TYPESCRIPT: Final = {"i": "number", "f": "number", "s": "string"}
_DECLARATIONS: Final = "adapters/posekit_websocket/static/posekit.d.ts"
_GENERATED: Final = re.compile(
    r"(// From posekit's event catalogue.*?\n)(.*?)(// End of the event catalogue\.)", re.DOTALL
)


def _object(properties: Schema, *, optional: tuple[str, ...] = (), **more: Any) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", **more, "properties": properties, "required": required}


def _said(meaning: str, unit: str = "") -> str:
    return f"{meaning[:1].upper()}{meaning[1:]}" + (f" ({unit})" if unit not in ("", "1") else "")


def _event(spec: EventSpec) -> Schema:
    whom = {"slot": _INTEGER, "id": _INTEGER} if spec.personal else {}
    return _object(
        {
            "type": {"const": "event"},
            "kind": {"const": spec.kind},
            "t": {**_NUMBER, "description": "When it happened, in seconds of the source's time"},
            "source": _TEXT,
            **whom,
            **{field.name: _field(field) for field in spec.fields},
        },
        title=spec.kind,
        description=_said(spec.meaning),
    )


def _field(field: EventField) -> Schema:
    choices = {"enum": list(field.choices)} if field.choices else {}
    return {**_TYPES[field.type], **choices, "description": _said(field.meaning, field.unit)}


def _definitions() -> dict[str, Schema]:
    image = _object({"width": _INTEGER, "height": _INTEGER}, description="Size of the picture in pixels")
    keypoint = _object(
        {
            "part": {"enum": list(KEYPOINTS)},
            "score": {**_MAYBE, "description": "0 to 1"},
            "position": _object({"x": _MAYBE, "y": _MAYBE}, description=_said(str(hello_message()["coordinates"]))),
        }
    )
    pose = _object(
        {
            "slot": {**_INTEGER, "description": "The lowest number that was free when this person came"},
            "id": {**_INTEGER, "description": "Never used again"},
            "age": {**_NUMBER, "description": "Seconds since the person appeared"},
            "score": {**_MAYBE, "description": "0 to 1"},
            "visible": {"type": "boolean", "description": "False while unseen and not yet given up"},
            "state": {
                "type": "object",
                "additionalProperties": _MAYBE,
                "description": "Channels by name: angles, phases, counts, gestures as 0 or 1",
            },
            "keypoints": {"type": "array", "items": keypoint, "minItems": 17, "maxItems": 17},
        }
    )
    hello = hello_message()
    subscribe = Subscribe.model_json_schema()
    subscribe["properties"]["events"]["anyOf"][1]["items"] = {"enum": list(CATALOGUE)}
    subscription = {name: subscribe["properties"][name] for name in Subscription.model_fields}
    return {
        "hello": _object(
            {
                "type": {"const": "hello"},
                "version": {"const": VERSION},
                "posekit": {**_TEXT, "description": "Version of the program"},
                "parts": {"const": hello["parts"]},
                "edges": {"const": hello["edges"], "description": "Pairs of parts that a skeleton connects"},
                "coordinates": _TEXT,
                "sources": {"type": "array", "items": _TEXT},
                "maxPeople": _INTEGER,
                "subscription": _object(subscription),
            },
            description="The first message on every connection: how to read the others",
        ),
        "frame": _object(
            {
                "type": {"const": "frame"},
                "version": {"const": VERSION},
                "source": _TEXT,
                "seq": {**_INTEGER, "description": "Number of the frame; gaps are frames that were dropped"},
                "t": {**_NUMBER, "description": "Capture time in seconds"},
                "latencyMs": {**_NUMBER, "description": "From the camera's grab to the result"},
                "image": image,
                "poses": {"type": "array", "items": pose},
            },
            description="One frame with everyone in it; it comes also when nobody is",
        ),
        "event": {
            "description": "Something happened",
            "oneOf": [{"$ref": f"#/$defs/event_{kind}"} for kind in CATALOGUE],
        },
        **{f"event_{spec.kind}": _event(spec) for spec in CATALOGUE.values()},
        "status": _object(
            {
                "type": {"const": "status"},
                "source": _TEXT,
                "state": {"enum": [state.name.lower() for state in SourceState]},
                "fps": _NUMBER,
                "latencyMs": _NUMBER,
                "dropped": {**_INTEGER, "description": "Frames dropped since the start"},
                "image": image,
                "mirrored": {"type": "boolean"},
                "message": {**_TEXT, "description": "Why, in words"},
                "origin": {**_TEXT, "description": "What the source shows now: the name of a camera, of a recording"},
            },
            description="How a source is doing: twice a second, also without frames",
        ),
        "error": _object(
            {"type": {"const": "error"}, "message": _TEXT},
            description="What was wrong with a message of the client, or how many events it lost",
        ),
        "subscribed": _object(
            {"type": {"const": "subscribed"}, **subscription},
            description="The answer to subscribe: what the client gets from now on",
        ),
        "subscribe": {
            **_object(
                {"type": {"const": "subscribe"}, **subscription},
                optional=tuple(subscription),
                description="Changes what the client gets; what it does not mention stays as it is",
            ),
            "additionalProperties": False,
        },
    }


_SENT: Final = ("hello", "frame", "event", "status", "error", "subscribed")


def json_schema() -> Schema:
    """The messages that posekit sends; under ``$defs/subscribe`` the one that it understands."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "posekit WebSocket messages",
        "description": "More properties may come with later versions: ignore those that you do not know.",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in _SENT],
        "$defs": _definitions(),
    }


def asyncapi() -> Schema:
    """The AsyncAPI 3.0 document, as seen from posekit."""
    definitions = json.loads(json.dumps(_definitions()).replace("#/$defs/", "#/components/schemas/"))
    query = {
        "people": {**_TEXT, "description": "all, or slots such as 1,2"},
        "events": {**_TEXT, "description": "all, none, or kinds such as enter,leave"},
        "fps": {**_NUMBER, "description": "At most so many frames per second; 0 is all"},
        "frames": {"enum": [0, 1]},
        "format": {"enum": ["json", "f32"]},
        "token": {**_TEXT, "description": "Where one is asked for"},
    }
    messages: dict[str, Any] = {
        name: {"name": name, "summary": definitions[name]["description"], "payload": _ref("schemas", name)}
        for name in (*_SENT, "subscribe")
    }
    messages["frameF32"] = {
        "name": "frameF32",
        "contentType": "application/octet-stream",
        "summary": "A frame with ?format=f32; docs/websocket.md has its layout",
        "payload": {"type": "string", "format": "binary"},
    }
    channel = _ref("channels", "posekit", components=False)
    sent = [name for name in messages if name != "subscribe"]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "posekit WebSocket",
            "version": str(VERSION),
            "description": "People, their poses and what they do, from a camera, as they happen.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"local": {"host": "127.0.0.1:8765", "protocol": "ws", "description": "posekit run --ws 8765"}},
        "channels": {
            "posekit": {
                "address": "/",
                "messages": {name: _ref("messages", name) for name in messages},
                "bindings": {"ws": {"query": {"type": "object", "properties": query}}},
            }
        },
        "operations": {
            "tell": {"action": "send", "channel": channel, "messages": [_of_channel(name) for name in sent]},
            "listen": {
                "action": "receive",
                "channel": channel,
                "messages": [_of_channel("subscribe")],
                "reply": {"channel": channel, "messages": [_of_channel("subscribed"), _of_channel("error")]},
            },
        },
        "components": {"messages": messages, "schemas": definitions},
    }


def _ref(kind: str, name: str, *, components: bool = True) -> Schema:
    return {"$ref": f"#/{'components/' if components else ''}{kind}/{name}"}


def _of_channel(name: str) -> Schema:
    return {"$ref": f"#/channels/posekit/messages/{name}"}


def typescript() -> str:
    """An interface per kind of event, and the map from kind to interface."""
    lines = []
    for spec in CATALOGUE.values():
        lines += [f"/** {_said(spec.meaning)}. */", f"export interface {_interface(spec)} extends Happened {{"]
        lines += [f'  kind: "{spec.kind}";']
        if spec.personal:
            lines += ["  slot: number;", "  id: number;"]
        for field in spec.fields:
            kind = " | ".join(f'"{choice}"' for choice in field.choices) or _TYPESCRIPT[field.type]
            lines += [f"  /** {_said(field.meaning, field.unit)}. */", f"  {field.name}: {kind};"]
        lines += ["}", ""]
    lines += ["export interface PosekitEvents {"]
    lines += [f"  {spec.kind}: {_interface(spec)};" for spec in CATALOGUE.values()]
    return "\n".join([*lines, "}", ""])


def _interface(spec: EventSpec) -> str:
    return "".join(word.capitalize() for word in spec.kind.split("_")) + "Event"


def documents(root: Path) -> Mapping[Path, str]:
    """What is generated: file to text. The declarations of posekit.js are written by hand but for their events."""
    declarations = (root / _DECLARATIONS).read_text(encoding="utf-8")
    return {
        root / "docs/websocket.schema.json": json.dumps(json_schema(), indent=2) + "\n",
        root / "docs/websocket.asyncapi.json": json.dumps(asyncapi(), indent=2) + "\n",
        root / _DECLARATIONS: _GENERATED.sub(lambda found: found[1] + typescript() + found[3], declarations),
    }


if __name__ == "__main__":
    for path, text in documents(Path.cwd()).items():
        path.write_text(text, encoding="utf-8", newline="\n")
