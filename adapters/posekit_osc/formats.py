"""The layouts of OSC messages: from a result to datagrams, without a socket."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from posekit.detectors.measures import MEASURES
from posekit.events import CATALOGUE, Event
from posekit.types import FrameResult, Person, Status
from posekit_osc.addresses import ALIVE, ARRAY, COUNT, FRAME, JOINTS, SCALAR, SOURCE, STATUS, MessageSpec, event_spec
from posekit_osc.coordinates import Affine, transform
from posekit_osc.settings import Settings
from posekit_osc.wire import BundleTemplate, bundles, message

__all__ = ["FORMATS", "Encoder", "status_datagrams"]

#: How long ``active 0`` is sent of a person who has left, in seconds.
_FAREWELL_S: Final = 0.2

#: Who has left is told so with the first message about a person.
_INFO: Final = JOINTS[0]

_logger = logging.getLogger(__name__)


class Encoder(Protocol):
    """Makes the datagrams of one source's results."""

    def encode(self, result: FrameResult) -> Iterator[bytes]:
        """The datagrams of one frame."""
        ...


class _PerPerson:
    """What ``joints``, ``array`` and ``scalar`` share: the bundle about the frame, then bundles about each person.

    root: what addresses begin with. person: the messages about the person in a slot.
    """

    def __init__(self, root: str, settings: Settings, person: Sequence[MessageSpec]) -> None:
        self.root = root
        self.people = settings.content != "events"
        self._settings = settings
        self._person = person
        self._templates: dict[int, BundleTemplate] = {}
        self._channels: dict[int, _Channels] = {}
        self._channel_names = dict[str, None]()
        self._origin_s: float | None = None
        self._leaving: dict[int, tuple[int, float]] = {}

    def heading(self, result: FrameResult) -> tuple[int, int, float]:
        """seq, milliseconds since the first frame, latency."""
        if self._origin_s is None:
            self._origin_s = result.timestamp_s
        milliseconds = round((result.timestamp_s - self._origin_s) * 1e3) & 0x7FFFFFFF
        return result.seq & 0x7FFFFFFF, milliseconds, result.latency_ms

    def about_frame(self, result: FrameResult, heading: tuple[int, int, float]) -> Iterator[bytes]:
        """{frame, count, alive, events} and the farewells."""
        root, slots, content = self.root, [person.slot for person in result.people], self._settings.content
        first = message(f"{root}/{FRAME.path}", FRAME.tags, heading)
        events = [] if content == "numbers" else [_event(root, event) for event in result.events]
        if content == "events":
            return bundles(events, first=first) if events else iter(())
        messages = [message(f"{root}/{COUNT.path}", COUNT.tags, [len(slots)])]
        if content != "numbers":
            alive = message(f"{root}/{ALIVE.path}", ALIVE.tags * len(slots), slots)
            messages += [alive, *events, *self._farewells(result, slots)]
        return bundles(messages, first=first)

    def _farewells(self, result: FrameResult, slots: Sequence[int]) -> Iterator[bytes]:
        now_s = result.timestamp_s
        for departure in result.departed:
            self._leaving[departure.slot] = (departure.id, now_s + _FAREWELL_S)
        for slot, (person_id, until_s) in list(self._leaving.items()):
            if slot in slots or not now_s <= until_s <= now_s + _FAREWELL_S:
                del self._leaving[slot]
            else:
                yield message(f"{self.root}/{slot}/{_INFO.path}", _INFO.tags, [0, person_id, 0.0, 0.0])

    def about_person(self, slot: int, ints: NDArray[np.int32], floats: NDArray[np.float32]) -> Iterator[bytes]:
        """The bundles about one person; the numbers begin with those of the heading."""
        template = self._templates.get(slot)
        if template is None:
            messages = [(f"{self.root}/{slot}/{spec.path}", spec.tags) for spec in self._person]
            template = BundleTemplate(messages, first=(f"{self.root}/{FRAME.path}", FRAME.tags))
            self._templates[slot] = template
        return template.fill(ints, floats)

    def about_state(
        self, slot: int, person_id: int, heading: tuple[int, int, float], state: Mapping[str, float]
    ) -> Iterator[bytes]:
        """The state channels of a slot. A channel that is not known now keeps its value for as long as the person."""
        self.know_channels(state)
        channels = self._channels.get(slot)
        if channels is None or len(channels.values) != len(self._channel_names):
            channels = _Channels(f"{self.root}/{slot}", self.root, self._channel_names, channels)
            self._channels[slot] = channels
        return channels.fill(person_id, heading, state)

    def know_channels(self, names: Iterable[str]) -> None:
        """Send these channels from now on."""
        self._channel_names.update(dict.fromkeys(names))

    def place(self, result: FrameResult) -> Affine:
        """From pixels to the receiver's coordinates."""
        return transform(self._settings.coords, result.size, y_up=self._settings.y_up)


class _Channels:
    """The state channels of one slot: 0 until they are known of whoever is in it."""

    def __init__(self, person: str, root: str, names: Iterable[str], before: "_Channels | None") -> None:
        self.values = dict.fromkeys(names, 0.0)
        self._id = 0
        if before is not None:
            self.values.update(before.values)
            self._id = before._id
        messages = [(f"{person}/state/{name}", "f") for name in names]
        self._template = BundleTemplate(messages, first=(f"{root}/{FRAME.path}", FRAME.tags)) if messages else None

    def fill(self, person_id: int, heading: tuple[int, int, float], state: Mapping[str, float]) -> Iterator[bytes]:
        if self._template is None:
            return iter(())
        if person_id != self._id:
            self._id = person_id
            self.values = dict.fromkeys(self.values, 0.0)
        self.values.update(state)
        return self._template.fill(np.array(heading[:2], np.int32), _finite(heading[2], *self.values.values()))


class Joints:
    """``joints``: one message per joint, and info and box of each person."""

    def __init__(self, root: str, settings: Settings, max_people: int) -> None:
        self._shared = _PerPerson(root, settings, JOINTS)

    def encode(self, result: FrameResult) -> Iterator[bytes]:
        shared = self._shared
        heading = shared.heading(result)
        yield from shared.about_frame(result, heading)
        if not shared.people:
            return
        place = shared.place(result)
        for person in result.people:
            ints = np.array([*heading[:2], 1, person.id], np.int32)
            floats = np.concatenate(
                [
                    _floats(heading[2], person.score, person.age_s),
                    _box(person, place),
                    _joints(person, place).reshape(-1),
                ]
            )
            yield from shared.about_person(person.slot, ints, floats)
            yield from shared.about_state(person.slot, person.id, heading, result.states.get(person.slot, {}))


class Array:
    """``array``: everything about a person in one message."""

    def __init__(self, root: str, settings: Settings, max_people: int) -> None:
        self._shared = _PerPerson(root, settings, ARRAY)

    def encode(self, result: FrameResult) -> Iterator[bytes]:
        shared = self._shared
        heading = shared.heading(result)
        yield from shared.about_frame(result, heading)
        if not shared.people:
            return
        place = shared.place(result)
        for person in result.people:
            ints = np.array([*heading[:2], heading[0], person.id], np.int32)
            floats = np.concatenate([_floats(heading[2], person.score), _joints(person, place).reshape(-1)])
            yield from shared.about_person(person.slot, ints, floats)
            yield from shared.about_state(person.slot, person.id, heading, result.states.get(person.slot, {}))


class Scalar:
    """``scalar``: one float per address, for every slot in every frame, 0 while nobody is in it."""

    def __init__(self, root: str, settings: Settings, max_people: int) -> None:
        self._shared = _PerPerson(root, settings, SCALAR)
        self._shared.know_channels(MEASURES)
        self._slots = range(1, max_people + 1)

    def encode(self, result: FrameResult) -> Iterator[bytes]:
        shared = self._shared
        heading = shared.heading(result)
        yield from shared.about_frame(result, heading)
        if not shared.people:
            return
        place = shared.place(result)
        ints = np.array(heading[:2], np.int32)
        people = {person.slot: person for person in result.people}
        empty = np.zeros(1 + len(SCALAR), np.float32)
        empty[0] = heading[2]
        for slot in self._slots:
            floats, person = empty, people.get(slot)
            if person is not None:
                floats = np.concatenate(
                    [
                        _floats(heading[2], 1.0, person.id, person.score, person.age_s),
                        _box(person, place),
                        _joints(person, place).reshape(-1),
                    ]
                )
            yield from shared.about_person(slot, ints, floats)
            person_id = person.id if person is not None else 0
            yield from shared.about_state(slot, person_id, heading, result.states.get(slot, {}))


class PoseOsc:
    """``poseosc``: PoseOSC's ARR, one message per frame, in pixels, so that patches made for it run.

    w, h, n, then per person score and 17 × (x, y, score). Source: PoseOSC's README.
    """

    _MOST = 5  # six do not fit into a datagram

    def __init__(self, root: str, settings: Settings, max_people: int) -> None:
        self._address = "/poses/arr" if root == settings.prefix else f"/poses/{root.rpartition('/')[2]}/arr"
        self._y_up = settings.y_up
        self._warned = False

    def encode(self, result: FrameResult) -> Iterator[bytes]:
        people = sorted(result.people, key=lambda person: -person.score)
        if len(people) > self._MOST:
            if not self._warned:
                self._warned = True
                _logger.warning(
                    "--osc-format poseosc holds at most %d people in a datagram; of %d the best are sent",
                    self._MOST,
                    len(people),
                )
            people = people[: self._MOST]
        place = transform("pixel", result.size, y_up=self._y_up)
        floats: list[float] = []
        for person in people:
            floats.append(person.score)
            floats += _joints(person, place).reshape(-1).tolist()
        yield message(self._address, "iii" + "f" * len(floats), [*result.size, len(people), *floats])


#: Name to encoder.
FORMATS: Final[Mapping[str, Callable[[str, Settings, int], Encoder]]] = MappingProxyType(
    {"joints": Joints, "array": Array, "scalar": Scalar, "poseosc": PoseOsc}
)


def status_datagrams(status: Status, *, prefix: str, events_prefix: str = "/pose") -> Iterator[bytes]:
    """How a source is doing, and its ``source`` event; the prefixes end in its name if there are several."""
    width, height = status.size
    messages = [message(f"{prefix}/{SOURCE.path}", SOURCE.tags, [width, height, status.mirrored])]
    messages += [_event(events_prefix, event) for event in status.events]
    first = message(f"{prefix}/{STATUS.path}", STATUS.tags, [status.state, status.fps, status.latency_ms])
    return bundles(messages, first=first)


def _event(root: str, event: Event) -> bytes:
    """An event by its spec: slot and id where a person is meant, then its fields in order."""
    spec, written = CATALOGUE[event.kind], _EVENTS[event.kind]
    values = [event.slot or 0, event.id or 0] if spec.personal else []
    fields = [event.fields[field.name] for field in spec.fields]
    return message(f"{root}/{written.path}", written.tags, [*values, *fields])


_EVENTS: Final = {kind: event_spec(spec) for kind, spec in CATALOGUE.items()}


def _floats(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def _finite(*values: float) -> NDArray[np.float32]:
    """With 0 for a number that is none."""
    floats = _floats(*values)
    finite = np.isfinite(floats)
    return floats if finite.all() else np.where(finite, floats, np.float32(0.0))


def _joints(person: Person, place: Affine) -> NDArray[np.float32]:
    """(17, 3): x, y, score. A number that is none is sent as 0 with score 0: receivers choke on it."""
    joints = np.empty((17, 3), np.float32)
    joints[:, :2] = place.points(person.xy)
    joints[:, 2] = person.keypoint_scores
    if not np.isfinite(joints).all():
        joints[~np.isfinite(joints).all(axis=1)] = 0.0
    return joints


def _box(person: Person, place: Affine) -> NDArray[np.float32]:
    box = person.box()
    cx, cy = place.points(_floats(box.cx, box.cy)).tolist()
    return _finite(cx, cy, box.width * place.scale_x, box.height * abs(place.scale_y))
