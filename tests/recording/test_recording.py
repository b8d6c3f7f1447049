"""What is written is what is read: every field, after a cut at any byte, on a full disk."""

import gzip
import json
import logging
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from posekit.errors import RecordingError
from posekit.orientation import mirrored
from posekit.protocols import OutputContext
from posekit.recording import Recorder, Recording
from posekit.recording.memory import steps, values
from posekit.types import FrameResult, Person, Poses, Status
from posekit_osc.formats import FORMATS, status_datagrams
from posekit_osc.settings import FORMAT_NAMES, Settings

Live = Callable[..., Iterator[FrameResult | Status]]
Record = Callable[..., Path]

HEADER = b'{"type":"recording","version":1,"posekit":"0","created":"","sources":[],"parts":[],"edges":[]}\n'
SOURCE = b'{"type":"source","index":0,"name":"camera","width":640,"height":480,"at":0}\n'
XY, S = json.dumps([0] * 34).encode(), json.dumps([0] * 17).encode()


def differences(one: object, other: object, where: str = "") -> list[str]:
    """Where two values differ in any bit, the types of arrays and numbers and the order of mappings included."""
    if type(one) is not type(other):
        return [f"{where}: {type(one)} is not {type(other)}"]
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        equal = one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
        return [] if equal else [f"{where}: {one} is not {other}"]
    if isinstance(one, Sequence) and isinstance(other, Sequence) and not isinstance(one, str):
        found = [] if len(one) == len(other) else [f"{where}: {len(one)} are not {len(other)}"]
        return found + [
            line for n, pair in enumerate(zip(one, other, strict=False)) for line in differences(*pair, f"{where}[{n}]")
        ]
    if is_dataclass(one):
        names = [one_field.name for one_field in fields(one)]
        return [
            line for name in names for line in differences(getattr(one, name), getattr(other, name), f"{where}.{name}")
        ]
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        found = [] if list(one) == list(other) else [f"{where}: {list(one)} are not {list(other)}"]
        return found + [
            line for key in one if key in other for line in differences(one[key], other[key], f"{where}[{key}]")
        ]
    return [] if one == other else [f"{where}: {one!r} is not {other!r}"]


@pytest.mark.parametrize("mirror", [False, True])
def test_what_is_read_is_what_was_written(live: Live, record: Record, mirror: bool) -> None:
    sent = list(live(mirror=mirror))
    recording = Recording(record(sent, tracking={"smoothing": 0.5}))
    read = [message for _, message in recording.messages()]
    assert recording.cut == ""
    assert recording.header.settings == {"tracking": {"smoothing": 0.5}}
    assert len(read) == len(sent)
    for one, other in zip(sent, read, strict=True):
        assert differences(one, other) == []
    assert {len(message.people) for message in sent if isinstance(message, FrameResult)} >= {0, 1, 2}


def test_results_alone(live: Live, record: Record) -> None:
    sent = list(live(4.0))
    results = [message for message in sent if isinstance(message, FrameResult)]
    assert [result.seq for result in Recording(record(sent))] == [result.seq for result in results]


def datagrams(messages: Sequence[FrameResult | Status], format: str) -> list[bytes]:
    encoder = FORMATS[format]("/pose", Settings(format=format, coords="centered"), 10)
    return [
        datagram
        for message in messages
        for datagram in (
            status_datagrams(message, prefix="/posekit") if isinstance(message, Status) else encoder.encode(message)
        )
    ]


@pytest.mark.parametrize("format", FORMAT_NAMES)
@pytest.mark.parametrize("mirror", [False, True])
def test_osc_is_the_same_byte_for_byte(live: Live, record: Record, format: str, mirror: bool) -> None:
    sent = list(live(6.0, mirror=mirror))
    read = [message for _, message in Recording(record(sent)).messages()]
    assert datagrams(read, format) == datagrams(sent, format)


class Take:
    """A recording's bytes, what was sent, and a file in which to spoil it."""

    def __init__(self, content: bytes, sent: list[FrameResult | Status], spoiled: Path) -> None:
        self.content, self.sent, self.spoiled = content, sent, spoiled


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory, module_live: Live) -> Take:
    path = tmp_path_factory.mktemp("takes") / "take.jsonl.gz"
    sent = list(module_live(4.0, spec="performer:squat?people=2"))
    recorder = Recorder.open(path, OutputContext())
    for message in sent:
        recorder.send(message)
    recorder.close()
    return Take(path.read_bytes(), sent, path.with_name("spoiled.jsonl.gz"))


def header_bytes(content: bytes) -> int:
    """How much of a recording it takes to know its header."""
    inflate = zlib.decompressobj(31)
    return next(n for n in range(len(content)) if b"\n" in inflate.decompress(content[n : n + 1])) + 1


def timestamps(messages: Sequence[FrameResult | Status]) -> list[float | None]:
    return [message.timestamp_s if isinstance(message, FrameResult) else None for message in messages]


@given(share=st.floats(0.0, 1.0, exclude_max=True))
@example(share=0.0)
@settings(max_examples=60, deadline=None)
def test_a_recording_cut_at_any_byte_is_read_up_to_the_cut(take: Take, share: float) -> None:
    content, sent, path = take.content, take.sent, take.spoiled
    length = int(share * len(content))
    path.write_bytes(content[:length])
    if length < header_bytes(content):  # the header is flushed at once
        with pytest.raises(RecordingError, match="cut off before anything was recorded"):
            Recording(path)
        return
    recording = Recording(path)
    read = [message for _, message in recording.messages()]
    lines = zlib.decompressobj(31).decompress(content[:length]).split(b"\n")[:-1]
    whole = sum(b'"type":"frame"' in line[:20] or b'"type":"status"' in line[:20] for line in lines)
    assert timestamps(read) == timestamps(sent)[:whole]
    if b'"type":"end"' in lines[-1]:
        assert recording.cut == ""
    else:
        frames = sum(isinstance(message, FrameResult) for message in read)
        assert f"ends early, after {frames} frames" in recording.cut
        assert recording.cut.endswith("it was cut off")


@given(share=st.floats(0.0, 1.0, exclude_max=True), flip=st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_a_damaged_byte_never_goes_unnoticed(take: Take, share: float, flip: int) -> None:
    content, path = take.content, take.spoiled
    damaged = bytearray(content)
    first = header_bytes(content)
    damaged[first + int(share * (len(content) - first))] ^= flip
    path.write_bytes(damaged)
    recording = Recording(path)
    read = [message for _, message in recording.messages()]
    # A few bits only fill up a byte.
    unharmed = timestamps(read) == timestamps(take.sent) and not recording.cut
    assert unharmed or "ends early" in recording.cut or "is damaged: its checksum is wrong" in recording.cut


@given(
    st.lists(
        st.floats(-80000, 80000, width=32) | st.just(float("nan")) | st.just(float("inf")), min_size=1, max_size=40
    ),
    st.sampled_from([1, 100, 1000]),
)
def test_rounded_numbers_are_held_exactly(numbers: list[float], per_unit: int) -> None:
    exact = np.round(np.array(numbers, np.float32), {1: 0, 100: 2, 1000: 3}[per_unit]) + np.float32(0)
    if per_unit == 1000:
        exact = np.clip(exact / 1000, -8, 8)
        exact = np.round(exact, 3) + np.float32(0)
    exact[~np.isfinite(exact)] = np.nan
    assert values(steps(exact, per_unit), per_unit).tobytes() == exact.tobytes()


def test_a_full_disk_ends_the_recording_with_one_line(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with caplog.at_level(logging.WARNING):
        recorder = Recorder.open("/dev/full", OutputContext())
        for message in live(1.0):
            recorder.send(message)
        recorder.close()
    (line,) = caplog.messages
    assert line == (
        "recording /dev/full ended after 0 frames (0.0 MB): No space left on device; make room, then start the "
        "recording again. The run goes on"
    )


def test_what_cannot_be_recorded_ends_the_recording_and_not_the_run(
    live: Live, record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    good, *others = [message for message in live(1.0) if isinstance(message, FrameResult)]
    with caplog.at_level(logging.WARNING):
        path = record([good, replace(good, seq="a bug"), *others])  # type: ignore[arg-type]
    assert [line for line in caplog.messages if "ended after 1 frames" in line]
    recording = Recording(path)
    assert [result.seq for result in recording] == [good.seq]
    assert "ends early, after 1 frames" in recording.cut


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty: it was cut off before anything was recorded"),
        (b"no recording", "is no recording; one is made with 'posekit run --record FILE'"),
        (gzip.compress(b"hello\n"), "is no recording"),
        (gzip.compress(b'{"type":"recording"}\n'), "is no recording"),
        (
            gzip.compress(
                b'{"type":"recording","version":9,"posekit":"7.1","created":"","sources":[],"parts":[],"edges":[]}\n'
            ),
            "is a recording of version 9, made by posekit 7.1; this posekit reads up to version 1: upgrade posekit",
        ),
    ],
)
def test_what_is_no_recording(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(RecordingError) as error:
        Recording(path)
    assert message in str(error.value)


def test_a_missing_file_and_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"cannot read recording .*nowhere: No such file"):
        Recording(tmp_path / "nowhere")
    with pytest.raises(RecordingError, match=r"cannot record to .*take.gz .*: choose another file"):
        Recorder.open(tmp_path / "nowhere" / "take.gz", OutputContext())


POSE = b'{"xy":%b,"s":%b,"score":1}' % (XY, S)


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (b'{"type":"frame","seq":0,"t":0}', "source 0 has not been introduced"),
        (b'{"type":"frame","seq":0,"t":NaN}', "t: Input should be a finite number"),
        (b'{"type":"frame","seq":0,"t":1e300}', "t: Input should be less than or equal to 1"),
        (b'{"type":"surprise"}', "Input tag 'surprise'"),
        (
            SOURCE + b'{"type":"frame","seq":0,"t":0,"poses":[%b]}' % b",".join([POSE] * 1001),
            "poses: List should have at most 1000 items",
        ),
        (
            SOURCE + b'{"type":"frame","seq":0,"t":0,"people":[{"id":1,"age":0,"xy":[],"v":[]}]}',
            "people.0.xy: List should have at least 34 items",
        ),
        (
            SOURCE + b'{"type":"frame","seq":0,"t":0,"poses":[{"near":3,"xy":%b,"s":%b,"score":1}]}' % (XY, S),
            "there is no number 3 among 0",
        ),
        (
            SOURCE + b'{"type":"frame","seq":0,"t":0,"people":[{"id":1,"age":0,"xy":%b,"v":%b}]}' % (XY, XY),
            "person 1 has neither a pose nor scores",
        ),
        *(
            (SOURCE + b'{"type":"frame","seq":0,"t":0,"events":[{"kind":%b}]}' % event, cause)
            for event, cause in (
                (b'"surprise","t":0', "there is no event 'surprise'"),
                (b'"leave","t":0', "event 'leave' is about a person"),
                (b'"leave","t":0,"slot":1', "event 'leave' is about half a person"),
                (b'"leave","t":0,"slot":1,"id":1', "event 'leave' has the fields dwell_s, got none"),
                (b'"count","t":0,"fields":{"count":1,"more":1}', "event 'count' has the fields count, got count, more"),
                (b'"count","t":0,"fields":{"count":"many"}', "field 'count' of event 'count' is a finite number"),
                (
                    b'"source","t":0,"fields":{"state":"gone","message":""}',
                    "field 'state' of event 'source'",
                ),
            )
        ),
    ],
)
def test_a_line_that_makes_no_sense_is_named(tmp_path: Path, line: bytes, cause: str) -> None:
    path = tmp_path / "take.jsonl.gz"
    path.write_bytes(gzip.compress(HEADER + line + b"\n"))
    recording = Recording(path)
    assert list(recording) == []
    number = 2 + line.count(b"\n")
    assert f"ends early, after 0 frames (0.0 s): line {number} is damaged ({cause}" in recording.cut


def test_a_stranger_to_the_tracker_is_held_as_well(record: Record) -> None:
    random = np.random.default_rng(3)
    xy = np.round(random.uniform(0, 600, (2, 17, 2)).astype(np.float32), 2)
    scores = np.round(random.uniform(0, 1, (2, 17)).astype(np.float32), 3)
    scores[1, 4] = np.nan
    xy[1, 5] = np.nan
    people = [
        Person(
            id=id,
            slot=id,
            age_s=0.5,
            xy=xy[0],
            keypoint_scores=scores[row],
            velocity=np.ones((17, 2), np.float32),
            score=0.25,
            visible=measured is not None,
            measured=measured,
        )
        for id, row, measured in ((1, 0, xy[0]), (2, 0, None), (3, 1, xy[1]), (7, 1, None))
    ]
    poses = Poses(xy=xy, keypoint_scores=scores, scores=np.float32([0.5, 0.25]))
    sent = mirrored(
        FrameResult(source="camera", size=(640, 480), seq=3, timestamp_s=0.1, poses=poses, people=tuple(people))
    )
    (read,) = Recording(record([sent]))
    assert differences(read.people, sent.people) == []
    assert differences(read.poses, sent.poses) == []
    assert read.states == {}
