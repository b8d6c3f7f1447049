"""What clients ask for: what is understood, and that nothing else gets through."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posekit.events import CATALOGUE
from posekit_websocket.control import ControlError, Subscription, parse_message, parse_query

EVERYTHING = Subscription()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {}),
        ("token=abc", {}),
        ("people=all&events=all&fps=0&frames=1&format=json", {}),
        ("people=1,3", {"people": (1, 3)}),
        ("people=none", {"people": ()}),
        ("people=", {"people": ()}),
        ("events=enter,leave", {"events": ("enter", "leave")}),
        ("events=none", {"events": ()}),
        ("fps=15", {"fps": 15.0}),
        ("fps=7.5", {"fps": 7.5}),
        ("frames=0", {"frames": False}),
        ("format=f32&fps=60", {"format": "f32", "fps": 60.0}),
    ],
)
def test_addresses(query: str, expected: dict[str, object]) -> None:
    assert parse_query(query) == Subscription(**expected)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("people=first", "people.0: should be a valid integer, got 'first'"),
        ("people=1.5", "people.0: should be a valid integer, got 1.5"),
        ("people=0", "people.0: should be greater than or equal to 1, got 0"),
        ("people=1,,2", "people.1: should be a valid integer, got ''"),
        ("events=entre", "events.0: did you mean 'enter'?, got 'entre'"),
        ("events=birthday", f"events.0: the kinds are {', '.join(CATALOGUE)}, got 'birthday'"),
        ("fps=fast", "fps: should be a valid number, got 'fast'"),
        ("fps=-1", "fps: should be greater than or equal to 0, got -1"),
        ("fps=nan", "fps: should be a finite number, got nan"),
        ("fps=inf", "fps: should be a finite number, got inf"),
        ("frames=yes", "frames: should be a valid boolean, got 'yes'"),
        ("format=xml", "format: should be 'json' or 'f32', got 'xml'"),
        ("person=1", "'person' is not known; known are people, events, fps, frames, format"),
        ("&".join(f"a{i}=1" for i in range(21)), "the address has more than 20 options"),
    ],
)
def test_wrong_addresses(query: str, said: str) -> None:
    with pytest.raises(ControlError) as error:
        parse_query(query)
    assert str(error.value) == said


def test_a_message_changes_what_it_mentions() -> None:
    before = parse_query("people=1&fps=15")
    after = parse_message('{"type":"subscribe","events":["enter"],"format":"f32"}', before)
    assert after == Subscription(people=(1,), fps=15.0, events=("enter",), format="f32")
    assert parse_message('{"type":"subscribe","people":"all","fps":0}', after).people == "all"
    assert parse_message('{"type":"subscribe"}', after) == after


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("", "no JSON: EOF while parsing a value at line 1 column 0"),
        ("{", "no JSON: EOF while parsing an object at line 1 column 1"),
        ("hello", "no JSON: expected value at line 1 column 1"),
        ('{"type":"subscribe"} x', "no JSON: trailing characters at line 1 column 22"),
        ("null", "the message: should be an object, got None"),
        ("[]", "the message: should be an object, got []"),
        ("12", "the message: should be an object, got 12"),
        ("{}", "'type' is missing: it must be 'subscribe'"),
        ('{"type":"unsubscribe"}', "type: should be 'subscribe', got 'unsubscribe'"),
        ('{"type":["subscribe"]}', "type: should be 'subscribe', got ['subscribe']"),
        ('{"type":"subscribe","people":1}', "people: should be a valid array, got 1"),
        ('{"type":"subscribe","people":["1"]}', "people.0: should be a valid integer, got '1'"),
        ('{"type":"subscribe","people":[true]}', "people.0: should be a valid integer, got True"),
        ('{"type":"subscribe","people":[-1]}', "people.0: should be greater than or equal to 1, got -1"),
        ('{"type":"subscribe","events":{"enter":1}}', "events: should be a valid array, got {'enter': 1}"),
        ('{"type":"subscribe","fps":"15"}', "fps: should be a valid number, got '15'"),
        ('{"type":"subscribe","fps":1e999}', "fps: should be a finite number, got inf"),
        ('{"type":"subscribe","fps":null}', "fps: should be a valid number, got None"),
        ('{"type":"subscribe","frames":1}', "frames: should be a valid boolean, got 1"),
        ('{"type":"subscribe","__class__":"x"}', "'__class__' is not known; known are people, events, fps, frames"),
        (b"\x00\x01", "control messages are text, got binary data"),
    ],
)
def test_wrong_messages(message: str | bytes, said: str) -> None:
    with pytest.raises(ControlError) as error:
        parse_message(message, EVERYTHING)
    assert str(error.value).startswith(said)


def checked(parse: object) -> None:
    """Whatever comes in is either understood as something valid or refused in one short line."""
    try:
        subscription = parse()
    except ControlError as error:
        said = str(error)
    else:
        said = "understood"
        assert Subscription.model_validate(subscription.model_dump()) == subscription
    assert 0 < len(said) < 1000
    assert said.isprintable()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=10,
)
nearly = st.fixed_dictionaries(
    {},
    optional={
        "type": st.just("subscribe") | anything,
        "people": st.just("all") | st.lists(st.integers(0, 3) | anything, max_size=4) | anything,
        "events": st.just("all") | st.lists(st.sampled_from(sorted(CATALOGUE)) | anything, max_size=4) | anything,
        "fps": st.floats(0, 200) | anything,
        "frames": st.booleans() | anything,
        "format": st.sampled_from(["json", "f32"]) | anything,
    },
)


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_and_bytes(message: str | bytes) -> None:
    checked(lambda: parse_message(message, EVERYTHING))


@given(nearly | anything)
def test_any_json(value: object) -> None:
    checked(lambda: parse_message(json.dumps(value), EVERYTHING))


@given(st.text(max_size=200) | st.dictionaries(st.text(max_size=10), st.text(max_size=30), max_size=6).map(urlencode))
def test_any_address(query: str) -> None:
    checked(lambda: parse_query(query))


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":', '{"type":"subscribe","people":['])
def test_any_depth(opening: str) -> None:
    for depth in (1, 10, 200, 1000):
        checked(lambda depth=depth: parse_message(opening * depth, EVERYTHING))
