"""Every OSC address that posekit sends, with the types and meaning of its arguments: one table.

The encoders, the OSCQuery namespace and the tests of the examples read it, so that none of them can differ.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from posekit.detectors.measures import MEASURES
from posekit.events import CATALOGUE, EventField, EventSpec
from posekit.skeleton import KEYPOINTS
from posekit.types import SourceState
from posekit_osc.settings import Settings

__all__ = [
    "ALIVE",
    "ARRAY",
    "COUNT",
    "FRAME",
    "JOINTS",
    "SCALAR",
    "SOURCE",
    "STATUS",
    "Argument",
    "MessageSpec",
    "event_spec",
    "namespace",
    "state_spec",
]

_LARGEST: Final = float(2**31 - 1)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its name, OSC type, and its least and largest value or its only values, where there are such.

    A name of ``x`` or ``y`` is a place in the receiver's coordinates; ``width`` and ``height`` are lengths in them.
    """

    name: str
    type: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageSpec:
    """One kind of message: its address below the prefix (and slot), its arguments, and what it means.

    repeats: whether the arguments come as often as there is something to say, also not at all.
    """

    path: str
    arguments: tuple[Argument, ...]
    meaning: str
    repeats: bool = False

    @property
    def tags(self) -> str:
        """The OSC types, a letter each."""
        return "".join(argument.type for argument in self.arguments)


def _count(name: str, most: float = _LARGEST) -> Argument:
    return Argument(name, "i", 0.0, most)


_SCORE: Final = Argument("score", "f", 0.0, 1.0)
_AGE: Final = Argument("age_s", "f", 0.0)
_X, _Y = Argument("x", "f"), Argument("y", "f")
_WIDTH, _HEIGHT = Argument("width", "f"), Argument("height", "f")

FRAME: Final = MessageSpec(
    "frame",
    (_count("seq"), _count("t_ms"), Argument("latency_ms", "f", 0.0)),
    "begins every bundle: number of the frame, milliseconds since the first one, milliseconds from the camera to here",
)
COUNT: Final = MessageSpec("count", (_count("people"),), "how many people there are, in every frame")
ALIVE: Final = MessageSpec(
    "alive", (Argument("slot", "i", 1.0),), "the slots that somebody is in, in every frame", repeats=True
)

#: What ``joints`` sends of a person.
JOINTS: Final = (
    MessageSpec(
        "info",
        (Argument("active", "i", 0.0, 1.0), _count("id"), _SCORE, _AGE),
        "whether somebody is in the slot, and who: an id is never used again",
    ),
    MessageSpec("bbox", (_X, _Y, _WIDTH, _HEIGHT), "middle and size of the box around the keypoints that are seen"),
    *(MessageSpec(part, (_X, _Y, _SCORE), f"place of the person's {part}, and how sure it is") for part in KEYPOINTS),
)

#: What ``array`` sends of a person.
ARRAY: Final = (
    MessageSpec(
        "kp",
        (_count("seq"), _count("id"), _SCORE, *(_X, _Y, _SCORE) * len(KEYPOINTS)),
        f"number of the frame, id, score, then x, y and score of {', '.join(KEYPOINTS)}",
    ),
)

#: What ``scalar`` sends of every slot.
SCALAR: Final = (
    MessageSpec("active", (Argument("active", "f", 0.0, 1.0),), "1 while somebody is in the slot"),
    MessageSpec("id", (Argument("id", "f", 0.0),), "who that is: an id is never used again"),
    MessageSpec("score", (_SCORE,), "how sure the person is"),
    MessageSpec("age_s", (_AGE,), "seconds since the person came"),
    MessageSpec("bbox/cx", (_X,), "middle of the box around the keypoints that are seen"),
    MessageSpec("bbox/cy", (_Y,), "middle of the box around the keypoints that are seen"),
    MessageSpec("bbox/w", (_WIDTH,), "width of the box around the keypoints that are seen"),
    MessageSpec("bbox/h", (_HEIGHT,), "height of the box around the keypoints that are seen"),
    *(
        MessageSpec(f"{part}/{name}", (argument,), meaning.format(part))
        for part in KEYPOINTS
        for name, argument, meaning in (
            ("x", _X, "place of the person's {}"),
            ("y", _Y, "place of the person's {}"),
            ("score", _SCORE, "how sure the place of the person's {} is"),
        )
    ),
)

_POSEOSC: Final = MessageSpec(
    "arr",
    (_count("width"), _count("height"), _count("people"), Argument("number", "f")),
    "PoseOSC's layout: width and height, people, then per person score and 17 times x, y, score in pixels",
    repeats=True,
)

#: Below ``/posekit``, twice a second.
STATUS: Final = MessageSpec(
    "status",
    (Argument("state", "i", 0.0, float(max(SourceState))), Argument("fps", "f", 0.0), Argument("latency_ms", "f", 0.0)),
    "how the source is: " + ", ".join(f"{state.value} {state.name.lower()}" for state in SourceState),
)
SOURCE: Final = MessageSpec(
    "source",
    (_count("w"), _count("h"), Argument("mirrored", "i", 0.0, 1.0)),
    "width and height of the picture in pixels, and whether x is flipped",
)

_PEOPLE: Final[Mapping[str, Sequence[MessageSpec]]] = MappingProxyType(
    {"joints": JOINTS, "array": ARRAY, "scalar": SCALAR}
)


def event_spec(spec: EventSpec) -> MessageSpec:
    """The message of a kind of event: slot and id where a person is meant, then its fields in order."""
    whom = (Argument("slot", "i", 1.0), _count("id")) if spec.personal else ()
    return MessageSpec(f"event/{spec.kind}", (*whom, *map(_field, spec.fields)), spec.meaning)


def _field(field: EventField) -> Argument:
    return Argument(field.name, field.type, choices=field.choices)


def state_spec(name: str) -> MessageSpec:
    """The message of a state channel."""
    known = MEASURES.get(name)
    unit = f" ({known.unit})" if known is not None and known.unit not in ("", "1") else ""
    meaning = f"{known.meaning}{unit}" if known is not None else "of the person in the slot; docs/events.md explains it"
    return MessageSpec(f"state/{name}", (Argument(name, "f"),), meaning)


def namespace(
    settings: Settings,
    sources: Sequence[str],
    max_people: int,
    channels: Collection[str] = (),
) -> Iterator[tuple[str, MessageSpec]]:
    """Every address that an output with these settings may send to, and its message.

    channels: names of state channels that are known besides the measures.
    """
    names = [*MEASURES, *(name for name in channels if name not in MEASURES)]
    for ending in [f"/{source}" for source in sources] if len(sources) > 1 else [""]:
        if settings.format == "poseosc":
            yield f"/poses{ending}/arr", _POSEOSC
        else:
            yield from _below(f"{settings.prefix}{ending}", settings, range(1, max_people + 1), names)
        yield f"/posekit{ending}/status", STATUS
        yield f"/posekit{ending}/source", SOURCE
        if settings.format == "poseosc" or settings.content == "numbers":
            continue
        for spec in map(event_spec, CATALOGUE.values()):
            yield f"{settings.prefix}{ending}/{spec.path}", spec


def _below(
    root: str, settings: Settings, slots: Sequence[int], channels: Sequence[str]
) -> Iterator[tuple[str, MessageSpec]]:
    yield f"{root}/frame", FRAME
    if settings.content == "events":
        return
    yield f"{root}/count", COUNT
    if settings.content != "numbers":
        yield f"{root}/alive", ALIVE
    specs = (*_PEOPLE[settings.format], *map(state_spec, channels))
    if settings.content != "numbers" and settings.format != "joints":
        specs = (JOINTS[0], *specs)  # of somebody who has just left
    for slot in slots:
        for spec in specs:
            yield f"{root}/{slot}/{spec.path}", spec
