"""What the console may change of a run, and what it may not."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from posekit.cli import inputs as inputs_module
from posekit.cli import steering as steering_module
from posekit.cli.inputs import Inputs
from posekit.cli.steering import STEERABLE, Steering
from posekit.cli.takes import Takes
from posekit.config import OutputSettings
from posekit.config_file import RunConfig, read_config
from posekit.errors import ConfigError, PosekitError, RecordingError
from posekit.protocols import OutputContext, Source
from posekit.recording import Recorder
from posekit.sources.camera import CameraDevice
from posekit.sources.spec import open_source

DOOR = {"name": "door", "polygon": [[0.1, 0.2], [0.3, 0.2], [0.3, 0.5]]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "posekit.toml"
    path.write_text("# mine\n[tracking]\nsmoothing = 0.5  # calm\n", encoding="utf-8")
    return path


def test_a_change_is_shown_and_then_saved(file: Path) -> None:
    desk = Steering(read_config(file).overridden({"rotate": 90}), file)
    told: list[object] = []
    desk.listen(lambda: told.append(desk.state()["unsaved"]))
    desk.change({"tracking": {"smoothing": 0.7}, "events": {"zone": [DOOR]}})
    assert desk.state()["settings"]["tracking"] == {"smoothing": 0.7}
    difference, mark = desk.difference()
    assert difference.splitlines()[3:] == [
        " [tracking]",
        "-smoothing = 0.5  # calm",
        "+smoothing = 0.7  # calm",
        "+",
        "+[events]",
        "+zone = [",
        '+  { name = "door", polygon = [[0.1, 0.2], [0.3, 0.2], [0.3, 0.5]], settle_s = 0.3 },',
        "+]",
    ]
    assert "0.7" not in file.read_text(encoding="utf-8")
    desk.save(mark)
    # What was an option, and not changed here, is not saved.
    assert read_config(file) == RunConfig().changed({"tracking": {"smoothing": 0.7}, "events": {"zone": [DOOR]}})
    assert told == [["events.zone", "tracking.smoothing"], []]
    assert [path.name for path in file.parent.iterdir()] == ["posekit.toml"]


def test_what_was_not_shown_is_not_saved(file: Path) -> None:
    desk = Steering(read_config(file), file)
    desk.change({"tracking": {"smoothing": 0.7}})
    _, mark = desk.difference()
    file.write_text(file.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="have changed meanwhile"):
        desk.save(mark)
    _, mark = desk.difference()
    desk.change({"tracking": {"smoothing": 0.8}})
    with pytest.raises(ConfigError, match="have changed meanwhile"):
        desk.save(mark)
    assert "smoothing = 0.5" in file.read_text(encoding="utf-8")


def test_without_a_file_nothing_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    desk = Steering(RunConfig())
    desk.change({"tracking": {"smoothing": 0.7}})
    for attempt in (desk.difference, lambda: desk.save("")):
        with pytest.raises(ConfigError, match="start posekit with --config"):
            attempt()
    assert list(tmp_path.iterdir()) == []


def test_a_camera_that_was_chosen_is_saved_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = (CameraDevice(index=3, name="HD Webcam", path="", backend="V4L2"),)
    monkeypatch.setattr(inputs_module, "cameras", lambda: found)
    desk = Steering(read_config(file), file)
    texts = ("performer", "rtsp://10.0.0.9/left")
    started = {f"source-{k}": (text, open_source(text)) for k, text in enumerate(texts)}
    inputs = Inputs(started, None, OutputSettings.of())
    desk.attach(Outputs(), [], OutputContext(), inputs=inputs)  # type: ignore[arg-type]
    desk.look()
    desk.choose("source-0", "camera:3 HD Webcam")
    assert desk.state()["unsaved"] == ["sources"]
    _, mark = desk.difference()
    desk.save(mark)
    assert desk.state()["unsaved"] == []
    assert read_config(file).sources == ("camera:HD Webcam", "rtsp://10.0.0.9/left")
    desk.choose("source-0", "start")
    assert desk.state()["unsaved"] == ["sources"]
    desk.choose("source-0", "camera:3 HD Webcam")
    assert desk.state()["unsaved"] == []


class Outputs:
    """A runner that remembers which outputs began and ended."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.refusal: PosekitError | None = None

    def begin(self, name: str, adapter: object) -> None:
        self.said.append(f"begin {name}")

    def end(self, name: str) -> None:
        self.said.append(f"end {name}")

    def exchange(self, name: str, source: Source, *, ready: Callable[[], None]) -> None:
        if self.refusal is not None:
            raise self.refusal
        ready()
        self.said.append(f"{name} is {source.name}")


def test_a_recording_ends_and_another_begins_only_where_one_was_asked_for() -> None:
    desk, outputs = Steering(RunConfig()), Outputs()
    with pytest.raises(ConfigError, match="start posekit with --record FILE"):
        desk.record(True)
    assert desk.state()["record"] is None
    desk.attach(outputs, [], OutputContext(), takes=Takes(outputs, lambda: None))  # type: ignore[arg-type]
    assert desk.state()["record"] is True
    for on in (False, True):
        desk.record(on)
        desk.record(on)
        assert desk.state()["record"] is on
    assert outputs.said == ["end recording", "begin recording"]


class Slow(Outputs):
    """A runner whose recording takes its time to end."""

    def __init__(self, desk: Steering) -> None:
        super().__init__()
        self.desk = desk
        self.waited = True

    def end(self, name: str) -> None:
        others = [Thread(target=work, daemon=True) for work in (self.desk.state, self.desk.step, self._change)]
        for other in others:
            other.start()
        for other in others:
            other.join(20.0)
        self.waited = any(other.is_alive() for other in others)

    def _change(self) -> None:
        self.desk.change({"tracking": {"smoothing": 0.7}})


def test_nobody_waits_for_a_recording_that_ends() -> None:
    desk = Steering(RunConfig())
    outputs = Slow(desk)
    desk.attach(outputs, [], OutputContext(), takes=Takes(outputs, lambda: None))  # type: ignore[arg-type]
    desk.record(False)
    assert not outputs.waited
    assert desk.state()["record"] is False


def test_the_state_and_the_run_do_not_wait_for_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Steering(RunConfig())
    waited: list[bool] = []

    def load(*_: object) -> tuple[list[str], list[str]]:
        others = [Thread(target=work, daemon=True) for work in (desk.state, desk.step)]
        for other in others:
            other.start()
        for other in others:
            other.join(20.0)
        waited.extend(other.is_alive() for other in others)
        return [], []

    monkeypatch.setattr(steering_module, "differing", load)
    desk.change({"tracking": {"smoothing": 0.7}})
    assert waited == [False, False]


def test_a_replay_ends_the_recording_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "take.jsonl.gz"
    Recorder.open(path, OutputContext()).close()
    desk, outputs = Steering(RunConfig()), Outputs()
    with pytest.raises(ConfigError, match="nothing else can be shown"):
        desk.choose("hall", None)
    started = {"hall": ("performer", open_source("performer"))}
    inputs = Inputs(started, path, OutputSettings.of())
    desk.attach(outputs, [], OutputContext(), takes=Takes(outputs, lambda: None), inputs=inputs)  # type: ignore[arg-type]
    told: list[object] = []
    desk.listen(lambda: told.append(desk.state()["inputs"]["hall"]["opening"]))
    desk.look()
    # One that cannot be replayed ends nothing.
    outputs.refusal = RecordingError("take.jsonl.gz holds no frames of a camera")
    with pytest.raises(RecordingError):
        desk.choose("hall", "recording:take.jsonl.gz")
    assert outputs.said == []
    assert desk.state()["record"] is True
    outputs.refusal = None
    desk.choose("hall", "recording:take.jsonl.gz")
    assert outputs.said == ["end recording", "hall is take"]
    assert desk.state()["record"] is False
    assert "recording:take.jsonl.gz" in told
    assert told[-1] is None
    # Another one may begin, also of what is replayed; the camera that comes back does not end it.
    desk.record(True)
    desk.choose("hall", None)
    assert outputs.said[2:] == ["begin recording", "hall is performer"]
    assert desk.state()["record"] is True


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"output": {"record": "/tmp/x.jsonl"}}, "'output.record' cannot be changed from here"),
        ({"output": {"out": ["osc:1"]}}, "'output.out' cannot be changed from here"),
        ({"events": {"exercises": "/etc/passwd"}}, "'events.exercises' cannot be changed"),
        ({"events": {"detector": ["x"]}}, "'events.detector' cannot be changed"),
        ({"nothing": {"x": 1}}, "'nothing.x' cannot be changed"),
        ({"vision": {"model": "/etc/passwd"}}, "there is no network '/etc/passwd' on this computer"),
        ({"vision": {"model": "../../x.tflite"}}, "there is no network"),
        ({"events": {"zone": ["door:0,0 1,0 1,1"]}}, "takes tables"),
        ({"events": {"zone": [{"name": "a/b", "polygon": DOOR["polygon"]}]}}, "needs a name of letters"),
        ({"events": {"zone": [DOOR, DOOR]}}, "two zones 'door'"),
        ({"tracking": {"smoothing": 7}}, "--smoothing"),
        ({"vision": {"max_people": 1_000_000}}, "--max-people"),
        ({"output": {"osc": ["nowhere"]}}, "has no port"),
    ],
)
def test_what_may_not_be_is_refused_and_changes_nothing(file: Path, changes: dict, words: str) -> None:
    desk = Steering(read_config(file), file)
    before = desk.state()
    with pytest.raises(ConfigError, match=words):
        desk.change(changes)
    assert desk.state() == before


def test_nothing_that_names_a_file_or_a_program_can_be_changed() -> None:
    assert {name for names in STEERABLE.values() for name in names}.isdisjoint(
        {"record", "save", "snapshot", "out", "detector", "exercises", "poses", "sources", "web", "ws", "ws_token"}
    )
