"""The address space, format by format, read back by python-osc."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pythonosc.osc_packet import OscPacket

from posekit.detectors.measures import MEASURES
from posekit.events import CATALOGUE, Event
from posekit.skeleton import INDEX, KEYPOINTS
from posekit.types import Departure, FrameResult, Person, SourceState, Status
from posekit_osc.formats import FORMATS, status_datagrams
from posekit_osc.settings import FORMAT_NAMES, Settings
from posekit_osc.wire import LIMIT

Make = Callable[..., object]


def read(datagram: bytes) -> list[tuple[str, tuple[object, ...]]]:
    return [(item.message.address, tuple(item.message.params)) for item in OscPacket(datagram).messages]


def sent(
    result: FrameResult, settings: Settings | None = None, *, root: str = "/pose", max_people: int = 10
) -> list[list[tuple[str, tuple[object, ...]]]]:
    chosen = settings or Settings()
    encoder = FORMATS[chosen.format](root, chosen, max_people)
    return [read(datagram) for datagram in encoder.encode(result)]


def test_the_formats_are_those_that_can_be_chosen() -> None:
    assert tuple(FORMATS) == FORMAT_NAMES


def test_joints(person: Make, result: Make) -> None:
    about_frame, about_person = sent(result(person(3)))
    heading = ("/pose/frame", (812, 0, 21.5))
    assert about_frame == [heading, ("/pose/count", (1,)), ("/pose/alive", (3,))]
    assert about_person[0] == heading
    messages = dict(about_person[1:])
    active, person_id, score, age_s = messages["/pose/3/info"]
    assert (active, person_id, age_s) == (1, 17, 3.25)
    assert score == pytest.approx(0.91)
    # Keypoints that score at least 0.1 are 2…16: x 20…160, y 40…320.
    assert messages["/pose/3/bbox"] == pytest.approx((90 / 640, 180 / 480, 140 / 640, 280 / 480))
    for part, index in INDEX.items():
        expected = (10 * index / 640, 20 * index / 480, index / 16)
        assert messages[f"/pose/3/{part}"] == pytest.approx(expected, abs=1e-6), part
    assert len(messages) == 19


def test_an_empty_room_is_said(result: Make) -> None:
    assert sent(result()) == [[("/pose/frame", (812, 0, 21.5)), ("/pose/count", (0,)), ("/pose/alive", ())]]


def test_array(person: Make, result: Make) -> None:
    _, about_person = sent(result(person(2)), Settings(format="array"))
    assert about_person[0][0] == "/pose/frame"
    address, values = about_person[1]
    assert address == "/pose/2/kp"
    assert values[:2] == (812, 17)
    assert values[2] == pytest.approx(0.91)
    joints = np.reshape(values[3:], (17, 3))
    assert joints[:, 0] == pytest.approx(np.arange(17) * 10 / 640, abs=1e-6)
    assert joints[:, 1] == pytest.approx(np.arange(17) * 20 / 480, abs=1e-6)
    assert joints[:, 2] == pytest.approx(np.arange(17) / 16)


def test_scalar_has_every_slot_from_the_first_frame_on(person: Make, result: Make) -> None:
    bundles = sent(result(person(2)), Settings(format="scalar"), max_people=3)
    messages = {address: values for bundle in bundles for address, values in bundle}
    for slot in (1, 2, 3):
        for part in KEYPOINTS:
            for name in ("x", "y", "score"):
                (value,) = messages[f"/pose/{slot}/{part}/{name}"]
                assert isinstance(value, float)
                assert slot == 2 or value == 0.0
    assert messages["/pose/2/active"] == (1.0,)
    assert messages["/pose/1/active"] == (0.0,)
    assert messages["/pose/2/rightAnkle/x"] == pytest.approx((160 / 640,))
    assert messages["/pose/2/bbox/h"] == pytest.approx((280 / 480,))


def test_poseosc_is_one_message_in_pixels(person: Make, result: Make) -> None:
    ((message,),) = sent(result(person(1, score=0.5), person(2, score=0.75)), Settings(format="poseosc"))
    address, values = message
    assert address == "/poses/arr"
    assert values[:3] == (640, 480, 2)
    assert len(values) == 3 + 2 * 52
    assert (values[3], values[3 + 52]) == (0.75, 0.5)
    assert values[4 + 3 * 16 : 7 + 3 * 16] == (160.0, 320.0, 1.0)


def test_poseosc_sends_the_best_five_of_more_and_says_so_once(
    person: Make, result: Make, caplog: pytest.LogCaptureFixture
) -> None:
    crowd = result(*(person(slot, score=slot / 10) for slot in range(1, 8)))
    encoder = FORMATS["poseosc"]("/pose", Settings(format="poseosc"), 10)
    for _ in range(3):
        (datagram,) = encoder.encode(crowd)
        assert len(datagram) <= LIMIT
    ((_, values),) = read(datagram)
    assert values[2] == 5
    assert values[3::52] == pytest.approx((0.7, 0.6, 0.5, 0.4, 0.3))
    assert caplog.messages == ["--osc-format poseosc holds at most 5 people in a datagram; of 7 the best are sent"]


@pytest.mark.parametrize(
    ("coords", "y_up", "expected", "box"),
    [
        ("norm", False, (160 / 640, 320 / 480), (140 / 640, 280 / 480)),
        ("norm", True, (160 / 640, 1 - 320 / 480), (140 / 640, 280 / 480)),
        ("pixel", False, (160, 320), (140, 280)),
        ("pixel", True, (160, 480 - 320), (140, 280)),
        ("aspect", False, (160 / 480, 320 / 480), (140 / 480, 280 / 480)),
        ("aspect", True, (160 / 480, 1 - 320 / 480), (140 / 480, 280 / 480)),
        ("centered", False, ((160 - 320) / 480, (320 - 240) / 480), (140 / 480, 280 / 480)),
        ("centered", True, ((160 - 320) / 480, (240 - 320) / 480), (140 / 480, 280 / 480)),
    ],
)
def test_coordinates(
    person: Make,
    result: Make,
    coords: str,
    y_up: bool,
    expected: tuple[float, float],
    box: tuple[float, float],
) -> None:
    _, about_person = sent(result(person()), Settings(coords=coords, y_up=y_up))
    messages = dict(about_person)
    assert messages["/pose/1/rightAnkle"][:2] == pytest.approx(expected, abs=1e-5)
    assert messages["/pose/1/bbox"][2:] == pytest.approx(box, abs=1e-5)


def test_time_counts_from_the_first_frame_and_wraps(person: Make, result: Make) -> None:
    encoder = FORMATS["joints"]("/pose", Settings(), 10)
    times = []
    for timestamp_s in (5000.0, 5000.5, 5000.0 + 2**31 / 1000 + 0.007):
        (datagram,) = encoder.encode(result(timestamp_s=timestamp_s))
        times.append(dict(read(datagram))["/pose/frame"][1])
    assert times == [0, 500, 7]


def test_who_has_left_is_inactive_for_a_fifth_of_a_second(person: Make, result: Make) -> None:
    encoder = FORMATS["joints"]("/pose", Settings(), 10)
    left = Departure(id=17, slot=1, entered_s=1.0, last_seen_s=98.0)

    def farewell(timestamp_s: float, *people: Person, departed: tuple[Departure, ...] = ()) -> object:
        first, *_ = encoder.encode(result(*people, timestamp_s=timestamp_s, departed=departed))
        return dict(read(first)).get("/pose/1/info")

    assert farewell(99.9) is None
    assert farewell(100.0, departed=(left,)) == (0, 17, 0.0, 0.0)
    assert farewell(100.1) == (0, 17, 0.0, 0.0)
    assert farewell(100.19) == (0, 17, 0.0, 0.0)
    assert farewell(100.25) is None
    assert farewell(101.0, departed=(left,)) is not None
    assert farewell(101.05, person(1, id=18)) is None  # the slot is taken again


@pytest.mark.parametrize("format", ["joints", "array"])
def test_state_channels_keep_their_value_while_unknown_and_begin_anew_with_another_person(
    person: Make, result: Make, format: str
) -> None:
    encoder = FORMATS[format]("/pose", Settings(format=format), 10)

    def state(someone: Person, **channels: float) -> dict[str, float]:
        read_back = {}
        for datagram in encoder.encode(result(someone, states={someone.slot: channels})):
            heading, *messages = read(datagram)
            assert heading == ("/pose/frame", (812, 0, 21.5))
            read_back |= {address: values[0] for address, values in messages if "/state/" in address}
        return read_back

    assert state(person(2)) == {}
    assert state(person(2), lean_deg=4.5) == {"/pose/2/state/lean_deg": 4.5}
    both = {"/pose/2/state/lean_deg": 4.5, "/pose/2/state/squat_count": 3.0}
    assert state(person(2), squat_count=3) == both
    assert state(person(2)) == both
    assert state(person(2, id=18), squat_count=1) == {
        "/pose/2/state/lean_deg": 0.0,
        "/pose/2/state/squat_count": 1.0,
    }


def test_scalar_sends_every_measure_of_every_slot_from_the_first_frame_on(person: Make, result: Make) -> None:
    encoder = FORMATS["scalar"]("/pose", Settings(format="scalar"), 2)

    def state(*people: Person, **channels: float) -> dict[str, float]:
        bundles = [read(datagram) for datagram in encoder.encode(result(*people, states={1: channels}))]
        return {address: values[0] for bundle in bundles for address, values in bundle if "/state/" in address}

    nobody = state()
    assert nobody == {f"/pose/{slot}/state/{name}": 0.0 for slot in (1, 2) for name in MEASURES}
    somebody = state(person(1), lean_deg=4.5, squat_count=2)
    assert somebody["/pose/1/state/lean_deg"] == 4.5
    assert somebody["/pose/1/state/squat_count"] == 2.0
    assert somebody["/pose/2/state/squat_count"] == 0.0
    assert state() == dict.fromkeys(somebody, 0.0)


def test_events_carry_the_fields_of_their_spec_in_order(result: Make) -> None:
    values = {"i": 3, "f": 1.5, "s": "left"}
    events = tuple(
        Event(
            kind=spec.kind,
            timestamp_s=100.0,
            source="cam1",
            slot=2 if spec.personal else None,
            id=17 if spec.personal else None,
            fields={field.name: values[field.type] for field in spec.fields},
        )
        for spec in CATALOGUE.values()
    )
    messages = {address: values for bundle in sent(result(events=events)) for address, values in bundle}
    for spec in CATALOGUE.values():
        expected = ((2, 17) if spec.personal else ()) + tuple(values[field.type] for field in spec.fields)
        assert messages[f"/pose/event/{spec.kind}"] == expected


def test_status() -> None:
    status = Status(source="s", state=SourceState.STALLED, fps=29.5, latency_ms=20.25, size=(640, 480), mirrored=True)
    (datagram,) = status_datagrams(status, prefix="/posekit")
    assert read(datagram) == [("/posekit/status", (2, 29.5, 20.25)), ("/posekit/source", (640, 480, 1))]


def test_a_status_that_tells_of_a_change_carries_its_event() -> None:
    event = Event(kind="source", timestamp_s=3.0, source="s", fields={"state": "stalled", "message": "no frame"})
    status = Status(source="s", state=SourceState.STALLED, events=(event,))
    (datagram,) = status_datagrams(status, prefix="/posekit/s", events_prefix="/pose/s")
    assert read(datagram) == [
        ("/posekit/s/status", (2, 0.0, 0.0)),
        ("/posekit/s/source", (0, 0, 0)),
        ("/pose/s/event/source", ("stalled", "no frame")),
    ]


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_numbers_that_are_none_become_zero_without_score(person: Make, result: Make, bad: float) -> None:
    broken = person()
    xy = broken.xy.copy()
    xy[5] = bad, 7.0
    someone = Person(
        id=1,
        slot=1,
        age_s=0.0,
        xy=xy,
        keypoint_scores=broken.keypoint_scores.copy(),
        velocity=np.zeros((17, 2), np.float32),
        score=1.0,
        visible=True,
    )
    _, about_person = sent(result(someone))
    messages = dict(about_person)
    assert messages["/pose/1/leftShoulder"] == (0.0, 0.0, 0.0)
    assert np.isfinite(messages["/pose/1/bbox"]).all()
    assert messages["/pose/1/rightAnkle"][2] == 1.0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    slots=st.lists(st.integers(1, 60), unique=True, max_size=25),
    prefix=st.text("abcxyz/", max_size=60),
    events=st.integers(0, 60),
    channels=st.integers(0, 90),
    format=st.sampled_from(["joints", "array", "scalar", "poseosc"]),
)
def test_no_datagram_is_too_large_and_each_begins_with_the_frame(
    person: Make, result: Make, slots: list[int], prefix: str, events: int, channels: int, format: str
) -> None:
    root = "/p" + prefix
    told = tuple(Event(kind="enter", timestamp_s=0.0, source="s", slot=n, id=n) for n in range(events))
    states = {slot: {f"channel{n}": float(n) for n in range(channels)} for slot in slots}
    crowd = result(*(person(slot) for slot in sorted(slots)), events=told, states=states)
    encoder = FORMATS[format](root, Settings(format=format, prefix=root), 12)
    received = []
    for datagram in encoder.encode(crowd):
        assert len(datagram) <= LIMIT
        messages = read(datagram)
        if format != "poseosc":
            assert messages[0][0] == f"{root}/frame"
        received += messages
    if format == "joints":
        assert sum(address.endswith("/info") for address, _ in received) == len(slots)
        assert sum("/event/enter" in address for address, _ in received) == events
        assert sum("/state/" in address for address, _ in received) == len(slots) * channels
