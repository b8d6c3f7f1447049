"""The published documents: up to date, valid, and true of what is sent."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import jsonschema
import pytest

from posekit.events import CATALOGUE, Event, EventSpec
from posekit.messages import event_message, frame_message, status_message
from posekit.types import SourceState, Status
from posekit_websocket import WebSocketAdapter
from posekit_websocket.schema import documents, json_schema

from .conftest import told

Make = Callable[..., object]
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("path", documents(ROOT), ids=lambda path: path.name)
def test_the_published_documents_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == documents(ROOT)[path], "run: python -m posekit_websocket.schema"


def closed(schema: object) -> object:
    """The schema with every object's properties listed in full, so that nothing is sent that it does not mention."""
    if isinstance(schema, Mapping):
        more = {"additionalProperties": False} if "properties" in schema and "type" in schema else {}
        return more | {key: closed(value) for key, value in schema.items()}
    return [closed(item) for item in schema] if isinstance(schema, list) else schema


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = closed(json_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def example(spec: EventSpec) -> Event:
    values = {"i": 3, "f": 0.123456, "s": "text"}
    fields = {field.name: field.choices[0] if field.choices else values[field.type] for field in spec.fields}
    whom = {"slot": 2, "id": 40} if spec.personal else {}
    return Event(kind=spec.kind, timestamp_s=1.25, source="cam1", fields=fields, **whom)


@pytest.mark.parametrize("spec", CATALOGUE.values(), ids=lambda spec: spec.kind)
def test_every_kind_of_event(validator: jsonschema.Draft202012Validator, spec: EventSpec) -> None:
    message = event_message(example(spec))
    validator.validate(message)
    for name in message:
        less = {key: value for key, value in message.items() if key != name}
        assert not validator.is_valid(less), name
    if spec.fields:
        assert not validator.is_valid(message | {spec.fields[0].name: ["wrong"]})


def test_no_kind_or_field_has_a_name_that_is_taken() -> None:
    """Kinds are names for ``on`` of posekit.js, fields lie beside what every event carries."""
    assert not CATALOGUE.keys() & {"event", "frame", "status", "hello", "error"}
    for spec in CATALOGUE.values():
        assert not {field.name for field in spec.fields} & {"type", "kind", "t", "source", "slot", "id"}, spec.kind


def test_frames_and_statuses(validator: jsonschema.Draft202012Validator, person: Make, result: Make) -> None:
    validator.validate(frame_message(result()))
    validator.validate(frame_message(result(person(1), person(2, score=0.5))))
    for state in SourceState:
        validator.validate(status_message(Status(source="cam1", state=state, message="why")))
    assert not validator.is_valid(frame_message(result()) | {"seq": "one"})


def test_what_a_server_says(
    validator: jsonschema.Draft202012Validator, serve: Callable[..., WebSocketAdapter], dial: Callable
) -> None:
    client = dial(serve(), raw=True)
    for asked in (None, '{"type":"subscribe","people":[1],"events":["enter"]}', "?"):
        if asked:
            client.send(asked)
        message = told(client)
        validator.validate(message)
        seen = message["type"]
        assert seen == {None: "hello", "?": "error"}.get(asked, "subscribed")


def test_what_a_client_may_say() -> None:
    schema = json_schema()
    allowed = jsonschema.Draft202012Validator({"$ref": "#/$defs/subscribe", "$defs": schema["$defs"]})
    for message in ({}, {"people": "all"}, {"people": [1, 2], "fps": 7.5}, {"events": ["enter"], "format": "f32"}):
        allowed.validate({"type": "subscribe"} | message)
    for message in ({"people": [0]}, {"events": ["birthday"]}, {"fps": -1}, {"format": "xml"}, {"person": 1}):
        assert not allowed.is_valid({"type": "subscribe"} | message), message


def references(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        node = list(node.values())
    for item in node if isinstance(node, list) else []:
        yield from references(item)


@pytest.mark.parametrize("name", ["websocket.schema.json", "websocket.asyncapi.json"])
def test_every_reference_leads_somewhere(name: str) -> None:
    document = json.loads((ROOT / "docs" / name).read_text(encoding="utf-8"))
    found = list(references(document))
    assert found
    for reference in found:
        node = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
