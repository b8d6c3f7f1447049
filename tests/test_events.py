"""The event catalogue, and that only events by its specs can be made."""

import math

import pytest

from posekit.events import CATALOGUE, make
from posekit.types import Departure

SOMEBODY = Departure(id=17, slot=2, entered_s=1.0, last_seen_s=5.0)


def test_the_kinds_are_those_of_the_design() -> None:
    assert set(CATALOGUE) == {
        *("enter", "leave", "count", "zone_enter", "zone_leave", "line_cross", "gesture"),
        *("rep", "rep_partial", "set", "form", "step", "gait", "jump"),
        *("fall_suspected", "fall_confirmed", "recovered", "activity", "source"),
    }


@pytest.mark.parametrize("kind", CATALOGUE)
def test_every_spec_can_be_read_and_hides_nothing_that_every_event_has(kind: str) -> None:
    spec = CATALOGUE[kind]
    names = [field.name for field in spec.fields]
    assert spec.kind == kind
    assert spec.meaning
    assert len(set(names)) == len(names)
    # As JSON keys they stand beside these, and as attributes beside those of Event.
    assert not set(names) & {"type", "kind", "t", "source", "slot", "id", "timestamp_s", "fields"}
    for field in spec.fields:
        assert field.type in ("i", "f", "s")
        assert field.meaning
        assert field.name.isidentifier()
        assert bool(field.unit) == (field.type != "s") or field.name == "value"
        assert not field.name.endswith("_s") or field.unit == "s"
        assert not field.name.endswith("_deg") or field.unit == "deg"
        assert field.type == "s" or not field.choices


def test_fields_are_cast_and_ordered_by_the_spec() -> None:
    event = make("zone_leave", 4, "cam1", SOMEBODY, full=False, inside=3.0, dwell_s=2, zone="door")
    assert (event.kind, event.timestamp_s, event.source, event.slot, event.id) == ("zone_leave", 4.0, "cam1", 2, 17)
    assert list(event.fields.items()) == [("zone", "door"), ("dwell_s", 2.0), ("inside", 3), ("full", 0)]
    assert [type(value) for value in event.fields.values()] == [str, float, int, int]
    assert event.zone == "door"
    with pytest.raises(AttributeError, match="event 'zone_leave' has no field 'colour'"):
        _ = event.colour


@pytest.mark.parametrize(
    ("kind", "about", "fields", "message"),
    [
        ("arrive", SOMEBODY, {}, "there is no event 'arrive'; the catalogue has enter, leave"),
        ("enter", None, {}, "event 'enter' is about a person"),
        ("count", SOMEBODY, {"count": 1}, "event 'count' is not about a person"),
        ("leave", SOMEBODY, {}, "event 'leave' has the fields dwell_s, got "),
        ("enter", SOMEBODY, {"x": 1}, "event 'enter' has the fields none, got x"),
        ("count", None, {"count": 1.5}, "field 'count' of event 'count' is a whole number of 32 bits, got 1.5"),
        ("count", None, {"count": 2**31}, "field 'count' of event 'count' is a whole number of 32 bits"),
        ("count", None, {"count": "1"}, "field 'count' of event 'count' is a finite number, got '1'"),
        ("leave", SOMEBODY, {"dwell_s": math.nan}, "field 'dwell_s' of event 'leave' is a finite number, got nan"),
        ("leave", SOMEBODY, {"dwell_s": math.inf}, "field 'dwell_s' of event 'leave' is a finite number, got inf"),
        (
            "step",
            SOMEBODY,
            {"side": "l", "count": 1, "step_s": 0.5},
            "field 'side' of event 'step' is 'left' or 'right' or 'both' or '', got 'l'",
        ),
        (
            "zone_enter",
            SOMEBODY,
            {"zone": 3, "inside": 1, "full": 0},
            "field 'zone' of event 'zone_enter' is a string, got 3",
        ),
    ],
)
def test_what_is_not_as_the_spec_says_is_refused(
    kind: str, about: Departure | None, fields: dict[str, float | int | str], message: str
) -> None:
    with pytest.raises(ValueError) as error:
        make(kind, 1.0, "cam1", about, **fields)
    assert str(error.value).startswith(message)
