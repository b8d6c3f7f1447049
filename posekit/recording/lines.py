"""What the lines of a recording look like: the format, checked with pydantic when a recording is read.

A recording is gzip-compressed JSON lines: a header, then a line per source that appears, per frame, and per status, and
one at the end. Numbers that change little are written as differences from the same number of the same person in the
frame before (0 for who is new): positions ``xy`` in 1/100 px, scores ``s`` and ``score``, colours ``look`` in 1/1000,
velocities ``v`` in px/s, ages ``age`` in ms; ``UNKNOWN`` stands for what is not a number.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

__all__ = [
    "UNKNOWN",
    "VERSION",
    "EndLine",
    "EventEntry",
    "FrameLine",
    "Gone",
    "HeaderLine",
    "Line",
    "PersonEntry",
    "PoseEntry",
    "SourceLine",
    "StatusLine",
    "parse_header",
    "parse_line",
]

#: Version of the format; it rises when a reader of the old one would go wrong.
VERSION: Final = 1

#: A number that is none, as the brightness of trousers that nobody saw.
UNKNOWN: Final = -(2**31)

Step = Annotated[int, Field(ge=-(2**33), le=2**33)]
Steps17 = Annotated[list[Step], Field(min_length=17, max_length=17)]
Steps34 = Annotated[list[Step], Field(min_length=34, max_length=34)]
#: By any clock: three thousand years either way.
Seconds = Annotated[float, Field(allow_inf_nan=False, ge=-1e11, le=1e11)]
Size = Annotated[int, Field(ge=0, le=2**20)]
#: More people than anybody tracks: what compares each with each needs the square of that.
_MOST: Final = 1000
Value = int | float | str


class _Line(BaseModel):
    """Fields that a later posekit has added are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=False)


class HeaderLine(_Line):
    """The first line.

    created: local time, ISO 8601. sources: names, as the run knew them. max_people: slots. settings: by section, as in
    posekit.toml. parts, edges: the skeleton.
    """

    type: Literal["recording"] = "recording"
    version: int
    posekit: str
    created: str
    sources: list[str]
    max_people: Annotated[int, Field(ge=1, le=_MOST)] = 10
    parts: list[str]
    edges: list[tuple[int, int]]
    settings: dict[str, Any] = {}


class SourceLine(_Line):
    """Before a source's first frame, and when its picture has changed.

    index: by which frames name it. at: seconds since the recording began. mirrored: its results were flipped for
    output; all positions in the recording are those before that.
    """

    type: Literal["source"] = "source"
    index: Annotated[int, Field(ge=0, le=999)]
    name: str
    width: Size
    height: Size
    mirrored: bool = False
    at: Seconds


class PoseEntry(_Line):
    """A raw pose.

    near: index of the person in this frame from whose smoothed place ``xy`` differs, and from whose former scores and
    colours ``s`` and ``look`` do; without it they are absolute.
    """

    near: Annotated[int, Field(ge=0)] | None = None
    xy: Steps34
    s: Steps17
    score: Step
    look: Annotated[list[Step], Field(max_length=256)] | None = None


class PersonEntry(_Line):
    """A tracked person.

    slot: if it has changed. pose: index of the raw pose that the person has in this frame; without one, ``s`` has the
    keypoint scores and ``m``, if anything was measured, how that differs from ``xy``. score: if it is not the pose's.
    unseen: held, fading.
    """

    id: int
    slot: int | None = None
    age: Step
    xy: Steps34
    v: Steps34
    pose: Annotated[int, Field(ge=0)] | None = None
    s: Steps17 | None = None
    m: Steps34 | None = None
    score: Step | None = None
    unseen: bool = False


class Gone(_Line):
    """A departure: times are the source's."""

    id: int
    slot: int
    entered: Seconds
    last: Seconds


class EventEntry(_Line):
    """An event. source: if it is not the frame's."""

    kind: str
    t: Seconds
    source: str | None = None
    slot: int | None = None
    id: int | None = None
    fields: dict[str, Value] = {}


class FrameLine(_Line):
    """A result.

    source: index. t: ``timestamp_s``. latency, stage: ms. states: per slot the channels that have changed; null for one
    that has ended. The measures are not written: they follow from the people, unless there were none (``measured``).
    last: as in ``FrameResult``.
    """

    type: Literal["frame"] = "frame"
    source: Annotated[int, Field(ge=0)] = 0
    seq: int
    t: Seconds
    latency: float = 0.0
    stage: dict[str, float] = {}
    poses: Annotated[list[PoseEntry], Field(max_length=_MOST)] = []
    people: Annotated[list[PersonEntry], Field(max_length=_MOST)] = []
    measured: bool = True
    gone: Annotated[list[Gone], Field(max_length=_MOST)] = []
    events: list[EventEntry] = []
    states: dict[int, dict[str, int | float | None]] = {}
    last: bool = False


class StatusLine(_Line):
    """A status. after: seconds since the line before it. state: by number."""

    type: Literal["status"] = "status"
    source: str
    after: Seconds
    state: Annotated[int, Field(ge=0, le=4)]
    fps: float = 0.0
    latency: float = 0.0
    dropped: int = 0
    width: Size = 0
    height: Size = 0
    mirrored: bool = False
    message: str = ""
    origin: str = ""
    events: list[EventEntry] = []


class EndLine(_Line):
    """The last line of a recording that was ended in order. frames: how many it holds."""

    type: Literal["end"] = "end"
    frames: int


Line = SourceLine | FrameLine | StatusLine | EndLine

_LINES: Final[TypeAdapter[Line]] = TypeAdapter(Annotated[Line, Field(discriminator="type")])


def parse_header(line: bytes) -> HeaderLine:
    """The header. Raises ValidationError."""
    return HeaderLine.model_validate_json(line)


def parse_line(line: bytes) -> Line:
    """One of the lines after the header. Raises ValidationError."""
    return _LINES.validate_json(line)
