"""What may be shown instead: only what is listed, by keys; and what becomes of a choice."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from posekit.cli import inputs as inputs_module
from posekit.cli.inputs import Inputs
from posekit.config import OutputSettings
from posekit.errors import ConfigError, PosekitError, SourceError
from posekit.protocols import OutputContext
from posekit.recording import Recorder
from posekit.sources.camera import Camera, CameraDevice
from posekit.sources.spec import open_source
from posekit.types import Frame, SourceState, Status

FOUND = (
    CameraDevice(index=0, name="HD Webcam", path="/dev/video0", backend="V4L2"),
    CameraDevice(index=2, name="Kamera", path="/dev/video2", backend="V4L2"),
    CameraDevice(index=4, name="Kamera", path="/dev/video4", backend="V4L2"),
    CameraDevice(index=6, name="Stage?left", path="/dev/video6", backend="V4L2"),
)
#: Their keys.
WEBCAM, SECOND, FOURTH, STAGE = (f"camera:{one.path} {one.name}" for one in FOUND)


class Runner:
    """Remembers what was exchanged, or refuses."""

    def __init__(self) -> None:
        self.exchanged: list[tuple[str, str]] = []
        self.error: PosekitError | None = None

    def exchange(self, name: str, source: Iterator[Frame], *, ready: Callable[[], None]) -> None:
        if self.error is not None:
            raise self.error
        ready()
        self.exchanged.append((name, source.name))  # type: ignore[attr-defined]


class Table:
    """Inputs with a runner, and what was told."""

    def __init__(self, record: Path | None, **texts: str) -> None:
        started = {name: (text, open_source(text)) for name, text in texts.items()}
        self.hurried: list[str] = []
        self.inputs = Inputs(started, record, OutputSettings.of(), hurry=self.hurried.append)
        self.inputs.look()
        self.runner = Runner()
        self.replays = 0
        self.told: list[object] = []

    def choose(self, source: str, key: str | None) -> None:
        self.inputs.attach(
            self.runner,  # type: ignore[arg-type]
            replaying=self._count,
            told=lambda: self.told.append(self.opening(source)),
        )
        self.inputs.choose(source, key)

    def _count(self) -> None:
        self.replays += 1

    def opening(self, source: str) -> object:
        return self.inputs.state()[source]["opening"]

    def now(self, source: str = "hall") -> str:
        return self.inputs.state()[source]["now"]

    def keys(self, source: str = "hall") -> list[str]:
        return [choice["key"] for choice in self.inputs.state()[source]["choices"]]

    def names(self, source: str = "hall") -> list[str]:
        return [choice["name"] for choice in self.inputs.state()[source]["choices"]]


@pytest.fixture(autouse=True)
def _plugged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs_module, "cameras", lambda: FOUND)


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    """A folder with recordings and other things; the file that a run was to record to."""
    for name in ("take.jsonl.gz", "take-2.jsonl.gz", ".hidden.jsonl.gz"):
        Recorder.open(tmp_path / name, OutputContext()).close()
    (tmp_path / "notes.jsonl.gz").write_text("no recording")
    (tmp_path / "secret.txt").write_bytes(b"\x1f\x8b")
    (tmp_path / "folder.jsonl.gz").mkdir()
    return tmp_path / "take.jsonl.gz"


def test_cameras_are_listed_by_name_where_one_alone_has_it() -> None:
    table = Table(None, hall="performer:stand?people=2", yard="HD Webcam")
    assert table.keys("hall") == ["start", SECOND, FOURTH, STAGE]
    assert table.names("hall") == ["performer:stand", "Kamera", "Kamera", "Stage?left"]
    # Its own camera is what it began with.
    assert table.keys("yard") == table.keys("hall")
    assert table.names("yard")[0] == "HD Webcam"
    assert table.now("hall") == table.now("yard") == "start"


def test_a_system_that_lists_no_cameras_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    table = Table(None, hall="performer")

    def refuse() -> None:
        raise OSError("no access")

    monkeypatch.setattr(inputs_module, "cameras", refuse)
    before = table.keys()
    table.inputs.look()
    table.inputs.look()
    assert table.keys() == before
    assert [record.message for record in caplog.records] == ["cameras cannot be listed (OSError: no access)"]


def test_what_one_source_uses_is_not_for_another() -> None:
    table = Table(None, hall="performer", yard="0")
    table.choose("hall", FOURTH)
    assert table.runner.exchanged == [("hall", "camera-4")]
    assert table.keys("yard") == ["start", SECOND, STAGE]
    assert table.keys("hall") == ["start", SECOND, FOURTH, STAGE]
    table.choose("yard", STAGE)
    assert table.keys("hall") == ["start", WEBCAM, SECOND, FOURTH]
    assert table.runner.exchanged[-1] == ("yard", "camera-6")


def test_a_recording_plays_and_the_camera_before_it_comes_back(takes: Path) -> None:
    table = Table(takes, hall="performer:stand")
    assert set(table.keys()[5:]) == {"recording:take.jsonl.gz", "recording:take-2.jsonl.gz"}
    table.choose("hall", SECOND)
    table.choose("hall", "recording:take-2.jsonl.gz")
    assert table.now() == "recording:take-2.jsonl.gz"
    # What is replayed is no source to begin with.
    assert table.inputs.sources() == ("camera:2",)
    table.choose("hall", "recording:take.jsonl.gz")
    table.choose("hall", None)
    assert table.now() == SECOND
    table.choose("hall", "start")
    table.choose("hall", None)
    assert table.runner.exchanged == [
        ("hall", "camera-2"),
        ("hall", "take-2"),
        ("hall", "take"),
        ("hall", "camera-2"),
        ("hall", "performer"),
    ]
    assert table.replays == 2
    assert table.told[:2] == [SECOND, None]
    assert table.inputs.sources() == ("performer:stand",)


def test_recordings_are_listed_in_a_folder_too_and_nowhere_else(takes: Path) -> None:
    assert set(Table(takes.parent, hall="performer").keys()[5:]) == {
        "recording:take.jsonl.gz",
        "recording:take-2.jsonl.gz",
    }
    assert Table(None, hall="performer").keys()[5:] == []
    assert Table(takes.with_name("take"), hall="performer").keys()[5:] == []
    assert Table(takes.parent / "nowhere" / "take.jsonl.gz", hall="performer").keys()[5:] == []


@pytest.mark.parametrize(
    "key",
    [
        "0",
        "camera:HD",
        "camera:/dev/video0",
        "rtsp://example.org/x",
        "recording:../take.jsonl.gz",
        "recording:secret.txt",
        "recording:.hidden.jsonl.gz",
        "recording:notes.jsonl.gz",
        "/etc/passwd",
        "",
    ],
)
def test_what_is_not_listed_is_refused(takes: Path, key: str) -> None:
    table = Table(takes, hall="performer")
    for source, said in (("hall", "not there any more"), ("cellar", "no such source")):
        with pytest.raises(ConfigError, match=said):
            table.choose(source, key)
    assert table.runner.exchanged == []
    assert table.now() == "start"


def test_what_cannot_be_opened_changes_nothing(takes: Path) -> None:
    table = Table(takes, hall="performer")
    table.runner.error = SourceError("camera 2 'Kamera' cannot be opened")
    with pytest.raises(SourceError, match="cannot be opened"):
        table.choose("hall", SECOND)
    assert table.now() == "start"
    assert table.told == [SECOND, None]
    takes.unlink()
    with pytest.raises(PosekitError, match="cannot read recording"):
        table.choose("hall", "recording:take.jsonl.gz")
    assert table.told == [SECOND, None]


def test_a_camera_stays_the_one_that_was_chosen_when_another_of_its_name_comes(
    monkeypatch: pytest.MonkeyPatch, takes: Path
) -> None:
    one, other = FOUND[1], FOUND[2]
    monkeypatch.setattr(inputs_module, "cameras", lambda: (one,))
    table = Table(takes, hall="performer", yard="performer:wave")
    table.choose("hall", SECOND)
    assert table.runner.exchanged == [("hall", "kamera")]
    monkeypatch.setattr(inputs_module, "cameras", lambda: (one, other))
    table.inputs.look()
    assert table.now() == SECOND
    assert table.keys()[:3] == ["start", SECOND, FOURTH]
    assert table.keys("yard")[:2] == ["start", FOURTH]
    table.choose("hall", "recording:take.jsonl.gz")
    table.choose("hall", None)
    assert table.now() == SECOND
    assert table.runner.exchanged[-1] == ("hall", "camera-2")


def test_what_the_run_began_with_comes_back_when_another_of_its_name_has_come(
    monkeypatch: pytest.MonkeyPatch, takes: Path
) -> None:
    one, other = FOUND[1], FOUND[2]
    monkeypatch.setattr(inputs_module, "cameras", lambda: (one,))
    table = Table(takes, hall="Kamera?width=640", yard="performer")
    monkeypatch.setattr(inputs_module, "cameras", lambda: (one, other))
    table.inputs.look()
    assert table.keys("yard")[:2] == ["start", FOURTH]
    table.choose("hall", "recording:take.jsonl.gz")
    table.choose("hall", None)
    assert table.runner.exchanged[-1] == ("hall", "camera-2")


def test_what_is_on_stays_in_the_list_though_it_is_gone(monkeypatch: pytest.MonkeyPatch, takes: Path) -> None:
    table = Table(takes, hall="performer")
    table.choose("hall", SECOND)
    table.choose("hall", "recording:take.jsonl.gz")
    takes.unlink()
    monkeypatch.setattr(inputs_module, "cameras", lambda: ())
    table.inputs.look()
    assert table.keys() == ["start", SECOND, "recording:take-2.jsonl.gz", "recording:take.jsonl.gz"]
    assert table.now() == "recording:take.jsonl.gz"


def test_what_has_failed_may_be_chosen_again_and_what_is_at_work_stays() -> None:
    table = Table(None, hall="0", yard="performer")
    table.choose("hall", "start")
    assert table.runner.exchanged == []
    table.inputs.hear(Status(source="hall", state=SourceState.RUNNING))
    table.choose("hall", "start")
    assert table.runner.exchanged == []
    table.inputs.hear(Status(source="hall", state=SourceState.FAILED))
    table.choose("hall", "start")
    table.choose("hall", "start")
    assert table.runner.exchanged == [("hall", "camera")]


def test_what_may_have_ended_begins_anew() -> None:
    table = Table(None, hall="performer:stand", yard="0")
    table.choose("hall", "start")
    table.choose("hall", "start")
    assert table.runner.exchanged == [("hall", "performer")] * 2


def test_drawing_is_told_of_a_camera_in_the_place_of_a_file(takes: Path) -> None:
    table = Table(takes, hall="performer", yard="performer:wave")
    table.choose("hall", "recording:take.jsonl.gz")
    table.choose("hall", None)
    assert table.hurried == []
    table.choose("yard", SECOND)
    assert table.hurried == ["yard"]


def test_a_choice_is_refused_while_another_is_being_opened() -> None:
    table = Table(None, hall="performer")
    refused: list[str] = []

    def impatient(name: str, source: object, *, ready: Callable[[], None]) -> None:
        with pytest.raises(ConfigError) as error:
            table.choose("hall", FOURTH)
        refused.append(str(error.value))

    table.runner.exchange = impatient  # type: ignore[method-assign]
    table.choose("hall", SECOND)
    assert refused == ["another is being opened: wait until it is there"]
    assert table.now() == SECOND


def test_nobody_waits_for_somebody_else_who_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(None, hall="performer")

    def slow() -> tuple[CameraDevice, ...]:
        table.inputs.look()
        return ()

    monkeypatch.setattr(inputs_module, "cameras", slow)
    table.inputs.look()
    assert table.keys() == ["start"]


def test_pictures_are_no_place_for_a_camera(tmp_path: Path) -> None:
    import cv2
    import numpy as np

    cv2.imwrite(str(tmp_path / "one.png"), np.zeros((8, 8, 3), np.uint8))
    assert Table(None, hall=str(tmp_path)).inputs.state() == {}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("performer:squat?people=3", "performer:squat"),
        ("rtsp://me:secret@10.0.0.9/stream?key=1", "rtsp://***@10.0.0.9/stream?…"),
        ("7", "camera-7"),
    ],
)
def test_a_start_is_called_so_that_anybody_may_read_it(text: str, title: str) -> None:
    assert Table(None, hall=text).names()[0] == title


@pytest.mark.parametrize(
    ("device", "index"), [(0, 0), ("hd webcam", 0), ("/dev/video2", 2), (9, None), ("kamera", None), ("/dev/x", None)]
)
def test_a_camera_is_found_among_others(device: int | str, index: int | None) -> None:
    found = Camera(device, find=lambda: ()).among(FOUND)
    assert (found.index if found is not None else None) == index
