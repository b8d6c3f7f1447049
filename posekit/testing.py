"""For authors of adapters, detectors and sources: tell what is wrong with one before a run does.

::

    def test_my_adapter() -> None:
        check_adapter(lambda: create("target", {}, OutputContext()))
"""

from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np

from posekit.events import CATALOGUE, Event, make
from posekit.protocols import Adapter, Detector, Source, StateDetector
from posekit.sources.naming import slug
from posekit.types import Departure, Frame, FrameResult, Person, Poses, SourceState, Status

__all__ = ["check_adapter", "check_detector", "check_source", "sample_messages"]


def sample_messages() -> list[FrameResult | Status]:
    """What a run may send: nobody, somebody seen and unseen, departures, strange places, every kind of event."""
    somebody = _person(1, 1)
    far = Person(
        id=2,
        slot=2,
        age_s=0.0,
        xy=np.full((17, 2), -1e4, np.float32),
        keypoint_scores=np.zeros(17, np.float32),
        velocity=np.zeros((17, 2), np.float32),
        score=0.0,
        visible=False,
    )
    gone = Departure(id=1, slot=1, entered_s=0.0, last_seen_s=0.2)
    return [
        Status(source="camera", state=SourceState.OPENING),
        _result(0),
        _result(1, somebody, events=[_event(kind, somebody) for kind in CATALOGUE]),
        _result(2, somebody, far),
        Status(source="camera", state=SourceState.STALLED, message="no frame for 2 s", size=(640, 480)),
        _result(3, departed=(gone,)),
    ]


def check_adapter(factory: Callable[[], Adapter]) -> None:
    """Send an adapter everything that a run may send, and close it twice. Raises AssertionError for what is wrong."""
    adapter = factory()
    if not isinstance(adapter, Adapter):
        raise AssertionError(f"{type(adapter).__name__} needs the methods send(message) and close()")
    for message in sample_messages():
        _called(adapter.send, message, f"send() of a {type(message).__name__}")
    _close_twice(adapter)


def check_detector(factory: Callable[[], Detector]) -> None:
    """Show a detector people who come, go and are measured nowhere, and time that jumps. Raises AssertionError."""
    detector = factory()
    if not isinstance(detector, Detector):
        raise AssertionError(f"{type(detector).__name__} needs the method update(result)")
    results = [message for message in sample_messages() if isinstance(message, FrameResult)]
    for result in [*results, *results, _result(4, _person(3, 1), timestamp_s=1e5), _result(5, timestamp_s=0.0)]:
        events = _called(detector.update, result, f"update() at {result.timestamp_s:g} s")
        if not isinstance(events, Sequence):
            raise AssertionError(f"update() returns a sequence of events, got {type(events).__name__}")
        for event in events:
            _check_event(event)
        if isinstance(detector, StateDetector):
            _check_states(_called(detector.states, result, "states()"), result)


def check_source(factory: Callable[[], Source], *, frames: int = 5) -> None:
    """Take the first frames of a source, close it twice, and look at what it says of itself. Raises AssertionError."""
    source = factory()
    if not isinstance(source, Source):
        raise AssertionError(
            f"{type(source).__name__} needs the attributes name and live, and the methods __iter__() and close()"
        )
    if source.name != slug(source.name, ""):
        raise AssertionError(
            f"name becomes part of OSC addresses: small letters, digits, '_' and '-', got '{source.name}'"
        )
    if not isinstance(source.live, bool):
        raise AssertionError(f"live is True or False, got {source.live!r}")
    before: Frame | None = None
    try:
        for frame in islice(source, frames):
            _check_frame(frame, before)
            before = frame
    except Exception as error:
        if isinstance(error, AssertionError):
            raise
        raise AssertionError(f"iterating failed: {type(error).__name__}: {error}") from error
    if before is None:
        raise AssertionError("it has no frames: raise SourceError if it cannot be opened")
    _close_twice(source)


def _check_frame(frame: object, before: Frame | None) -> None:
    if not isinstance(frame, Frame):
        raise AssertionError(f"a source yields frames, got {type(frame).__name__}")
    if frame.image.ndim != 3 or frame.image.shape[2] != 3 or frame.image.dtype != np.uint8:
        got = f"{frame.image.shape} {frame.image.dtype}"
        raise AssertionError(f"image is (height, width, 3) uint8, blue first, got {got}")
    if before is not None and frame.seq <= before.seq:
        raise AssertionError(f"seq grows with every frame, got {frame.seq} after {before.seq}")
    if before is not None and frame.timestamp_s < before.timestamp_s:
        raise AssertionError(f"timestamp_s never goes back, got {frame.timestamp_s:g} after {before.timestamp_s:g}")


def _close_twice(part: Adapter | Source) -> None:
    for time in ("first", "second"):
        try:
            part.close()
        except Exception as error:
            raise AssertionError(f"close() failed the {time} time: {type(error).__name__}: {error}") from error


def _check_event(event: object) -> None:
    if not isinstance(event, Event):
        raise AssertionError(f"update() returns events, got {type(event).__name__}: build them with events.make")
    spec = CATALOGUE.get(event.kind)
    if spec is None:
        raise AssertionError(f"there is no event '{event.kind}': build events with events.make")
    names = [field.name for field in spec.fields]
    if list(event.fields) != names or (event.id is not None) != spec.personal:
        raise AssertionError(f"event '{event.kind}' is not as its spec says ({', '.join(names)}): use events.make")


def _check_states(states: object, result: FrameResult) -> None:
    slots = {person.slot for person in result.people}
    if not hasattr(states, "items"):
        raise AssertionError(f"states() returns channels by slot, got {type(states).__name__}")
    for slot, channels in states.items():
        if slot not in slots:
            raise AssertionError(f"states() tells of slot {slot}, in which nobody is")
        for name, value in channels.items():
            if not isinstance(value, int | float | np.number) or not np.isfinite(float(value)):
                raise AssertionError(f"state '{name}' is a finite number, got {value!r}")


def _called(function: Callable[[FrameResult], object], message: object, what: str) -> object:
    try:
        return function(message)  # type: ignore[arg-type]
    except Exception as error:
        raise AssertionError(f"{what} failed: {type(error).__name__}: {error}") from error


def _person(person_id: int, slot: int) -> Person:
    xy = np.linspace((300.0, 100.0), (340.0, 400.0), 17, dtype=np.float32)
    return Person(
        id=person_id,
        slot=slot,
        age_s=0.1,
        xy=xy,
        keypoint_scores=np.full(17, 0.9, np.float32),
        velocity=np.zeros((17, 2), np.float32),
        score=0.9,
        visible=True,
    )


def _result(
    seq: int,
    *people: Person,
    events: Sequence[Event] = (),
    departed: tuple[Departure, ...] = (),
    timestamp_s: float | None = None,
) -> FrameResult:
    return FrameResult(
        source="camera",
        size=(640, 480),
        seq=seq,
        timestamp_s=seq / 10 if timestamp_s is None else timestamp_s,
        poses=Poses.empty(),
        people=people,
        departed=departed,
        events=tuple(events),
        states={person.slot: {"lean_deg": 1.0} for person in people},
    )


def _event(kind: str, somebody: Person) -> Event:
    spec = CATALOGUE[kind]
    fields: dict[str, float | int | str] = {
        field.name: (field.choices[0] if field.choices else "name") if field.type == "s" else 0 for field in spec.fields
    }
    return make(kind, 0.1, "camera", *((somebody,) if spec.personal else ()), **fields)
