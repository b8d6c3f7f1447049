"""The Python interface: streams, apps, their typing, and what they refuse."""

import asyncio
import inspect
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

import posekit
from posekit.config import EventSettings, OutputSettings, RecoverySettings, TrackingSettings, VisionSettings
from posekit.detectors.presence import Presence
from posekit.events import make
from posekit.models.store import ModelFile
from posekit.pipeline import Pipeline
from posekit.protocols import OutputContext
from posekit.recording import Recorder
from posekit.streaming import Options
from posekit.tracking.tracker import PoseTracker
from posekit.types import Frame, FrameResult, Status


class Told:
    """An estimator that knows the truth."""

    def __init__(self, performer: posekit.Performer) -> None:
        self._performer = performer

    def estimate(self, frame: Frame, people: Sequence[posekit.Person] = ()) -> posekit.Poses:
        return self._performer.poses_at(frame.timestamp_s)


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of two people for two seconds."""
    path = tmp_path_factory.mktemp("app") / "take.jsonl.gz"
    pipeline = Pipeline(Told(posekit.Performer("squat", people=2)), PoseTracker(), detectors=(Presence(),))
    recorder = Recorder.open(path, OutputContext(sources=("camera",)))
    image = np.zeros((480, 640, 3), np.uint8)
    for seq in range(30):
        recorder.send(pipeline.step(Frame(image=image, timestamp_s=seq / 15, seq=seq)))
    recorder.close()
    return path


def no_threads_are_left() -> bool:
    return not [thread for thread in threading.enumerate() if thread.name.startswith(("stream", "deliver"))]


def test_a_recording_streams_as_it_was_recorded(take: Path) -> None:
    results = list(posekit.stream(take))
    assert [result.seq for result in results] == list(range(30))
    assert {len(result.people) for result in results} == {2}
    wrist = results[0].people[0]["leftWrist"]
    assert 0 < wrist.x < 640
    assert no_threads_are_left()


def test_a_file_streams_every_frame_with_the_options_asked_for() -> None:
    results = list(posekit.stream("performer:wave?duration_s=0.5&people=2", max_people=1, mirror=True))
    assert [result.seq for result in results] == list(range(15))
    assert all(result.mirrored and len(result.people) <= 1 for result in results)
    assert any(result.people for result in results)


def test_a_stream_can_be_left_and_begun_again(take: Path) -> None:
    stream = posekit.stream(take)
    for result in stream:
        assert result.seq == 0
        break
    assert no_threads_are_left()
    assert [result.seq for result in stream][:2] == [0, 1]


def test_async_streams_leave_the_event_loop_free(take: Path) -> None:
    async def seqs() -> tuple[list[int], int]:
        turns = 0

        async def turn() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        turning = asyncio.create_task(turn())
        found = [result.seq async for result in posekit.stream(take)]
        turning.cancel()
        return found, turns

    found, turns = asyncio.run(seqs())
    assert found == list(range(30))
    assert turns > 0
    assert no_threads_are_left()


def test_an_async_stream_can_be_left(take: Path) -> None:
    async def first() -> int:
        async for result in posekit.stream(take):
            return result.seq
        return -1

    assert asyncio.run(first()) == 0
    assert no_threads_are_left()


class Camera:
    """A source of so many pictures, live or not, which may fail at the end."""

    def __init__(
        self, frames: int, *, live: bool = False, failing: Exception | None = None, name: str = "lens"
    ) -> None:
        self.name = name
        self.live = live
        self._frames = frames
        self._failing = failing
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[Frame]:
        for seq in range(self._frames):
            if self._closed.is_set():
                return
            yield Frame(image=np.full((64, 64, 3), seq % 250, np.uint8), timestamp_s=seq / 30, seq=seq)
        if self._failing:
            raise self._failing

    def close(self) -> None:
        self._closed.set()


def test_any_source_will_do_and_its_error_is_raised_after_its_results() -> None:
    results = iter(posekit.stream(Camera(3, failing=posekit.SourceError("the lens fell off"))))
    assert [next(results).seq for _ in range(3)] == [0, 1, 2]
    with pytest.raises(posekit.SourceError, match="the lens fell off"):
        next(results)
    assert no_threads_are_left()


def test_of_a_live_source_the_newest_result_and_every_event_arrive() -> None:
    class Counter:
        def update(self, result: FrameResult) -> Sequence[posekit.Event]:
            return [make("count", result.timestamp_s, result.source, count=result.seq)]

    app = posekit.App(Camera(40, live=True))
    app.add(Counter())
    counts: list[int] = []
    app.on("count")(lambda event: counts.append(int(event.count)))
    results: list[int] = []
    app.on_frame(lambda result: results.append(result.seq))
    app.run()
    assert results == sorted(results)
    # The runner itself leaves frames out; of those that it made results of, no event is lost.
    assert counts == sorted(set(counts))
    assert set(results) <= set(counts)


def test_a_slow_handler_misses_no_event_of_any_camera() -> None:
    class Counter:
        def update(self, result: FrameResult) -> Sequence[posekit.Event]:
            return [make("count", result.timestamp_s, result.source, count=result.seq)]

    class Ear:
        def __init__(self) -> None:
            self.heard: list[tuple[str, object]] = []
            self.closed = threading.Event()

        def send(self, message: FrameResult | Status) -> None:
            self.heard += [(event.source, event.count) for event in message.events if event.kind == "count"]

        def close(self) -> None:
            self.closed.set()

    app, ear = posekit.App([Camera(20, live=True, name="left"), Camera(20, live=True, name="right")]), Ear()
    app.add(Counter())
    app.add(ear)
    counts: list[tuple[str, object]] = []
    statuses: list[str] = []
    app.on_status(lambda status: statuses.append(status.source))

    @app.on("count")
    def slow(event: posekit.Event) -> None:
        assert ear.closed.wait(30.0)  # the cameras have ended by then
        counts.append((event.source, event.count))

    app.run()
    for name in ("left", "right"):
        heard = [about for about in ear.heard if about[0] == name]
        assert heard
        assert [about for about in counts if about[0] == name] == heard
    assert {"left", "right"} <= set(statuses)


class Loading:
    """Loading the model that lasts until it is let go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self._load = posekit.streaming.load_model
        monkeypatch.setattr(posekit.streaming, "load_model", self._slowly)

    def _slowly(self, model: str) -> ModelFile:
        self.begun.set()
        assert self.go_on.wait(30.0)
        return self._load(model)


ENDLESS = 10**9


def test_a_stream_that_is_closed_while_it_loads_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    loading, stream = Loading(monkeypatch), posekit.stream(Camera(ENDLESS))
    reader = threading.Thread(target=lambda: [None for _ in stream])
    reader.start()
    assert loading.begun.wait(30.0)
    stream.close()
    loading.go_on.set()
    reader.join(30.0)
    assert not reader.is_alive()
    assert no_threads_are_left()


def test_an_app_that_is_stopped_while_it_loads_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    loading, app = Loading(monkeypatch), posekit.App(Camera(ENDLESS))
    runner = threading.Thread(target=app.run)
    runner.start()
    assert loading.begun.wait(30.0)
    app.stop()
    loading.go_on.set()
    runner.join(30.0)
    assert not runner.is_alive()
    assert no_threads_are_left()


def test_stopping_an_app_that_does_not_run_changes_nothing(take: Path) -> None:
    app = posekit.App(take)
    frames: list[FrameResult] = []
    app.on_frame(frames.append)
    app.stop()
    app.run()
    app.stop()
    app.run()
    assert [result.seq for result in frames] == [*range(30), *range(30)]


def test_an_async_stream_that_is_cancelled_while_it_opens_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loading, camera = Loading(monkeypatch), Camera(ENDLESS)

    async def follow() -> None:
        async for _ in posekit.stream(camera):
            pass

    async def cancel() -> None:
        following = asyncio.create_task(follow())
        assert await asyncio.to_thread(loading.begun.wait, 30.0)
        following.cancel()
        await asyncio.sleep(0)
        assert not following.done()  # it tidies up first
        loading.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await following
        assert no_threads_are_left()

    asyncio.run(cancel())


def test_what_was_added_to_an_app_takes_part_in_one_run(take: Path) -> None:
    class Deaf:
        def __init__(self) -> None:
            self.sent = 0

        def send(self, message: FrameResult | Status) -> None:
            self.sent += 1

        def close(self) -> None:
            pass

    app, deaf = posekit.App(take), Deaf()
    app.add(deaf)
    with pytest.raises(posekit.ConfigError, match="no output 'nowhere'"):
        app.run(out="nowhere:x")
    app.run()  # the one before had used nothing
    sent = deaf.sent
    assert sent >= 30
    with pytest.raises(posekit.ConfigError, match=r"what was added to it is used up \(Deaf\): make a new App"):
        app.run()
    assert deaf.sent == sent


def test_handlers_are_called_with_what_they_asked_for(take: Path) -> None:
    app = posekit.App(take)
    called: list[tuple[str, object]] = []

    @app.on("enter")
    def entered(event: posekit.Event) -> None:
        called.append(("enter", event.id))

    @app.on("enter", slot=2)
    def second(event: posekit.Event) -> None:
        called.append(("second", event.id))

    @app.on("count", count=2, source="camera")
    def two(event: posekit.Event) -> None:
        called.append(("two", event.count))

    @app.on("count", count=7)
    def seven(event: posekit.Event) -> None:
        called.append(("seven", event.count))

    @app.on_frame
    def frame(result: posekit.FrameResult) -> None:
        if result.seq < 2:
            called.append(("frame", result.seq))

    app.run()
    assert called == [("enter", 1), ("enter", 2), ("second", 2), ("two", 2), ("frame", 0), ("frame", 1)]
    assert entered.__name__ == "entered"


def test_an_exception_in_a_handler_is_logged_with_its_event(take: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = posekit.App(take)
    frames = []

    @app.on("enter", slot=1)
    def bad(event: posekit.Event) -> None:
        raise ZeroDivisionError("a bug")

    app.on_frame(frames.append)
    with caplog.at_level(logging.ERROR):
        app.run()
    assert len(frames) == 30
    (record,) = caplog.records
    assert "bad failed on Event(kind='enter'" in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


def test_a_handler_can_end_the_run(take: Path) -> None:
    app = posekit.App(take, realtime=True)
    seqs = []

    @app.on_frame
    def enough(result: posekit.FrameResult) -> None:
        seqs.append(result.seq)
        app.stop()

    app.run()
    assert seqs[0] == 0
    assert len(seqs) < 30
    assert no_threads_are_left()


def test_ctrl_c_ends_a_run_in_order(take: Path) -> None:
    app = posekit.App(take)

    class Interrupting:
        def send(self, message: FrameResult | Status) -> None:
            self.sent = message

        def close(self) -> None:
            self.closed = True

    adapter = Interrupting()
    app.add(adapter)

    original = app._tell

    def interrupt(message: FrameResult | Status) -> None:
        original(message)
        raise KeyboardInterrupt

    app._tell = interrupt  # type: ignore[method-assign]
    app.run()
    assert adapter.closed
    assert no_threads_are_left()


def test_adapters_and_detectors_take_part(take: Path, tmp_path: Path) -> None:
    class Hum:
        def update(self, result: FrameResult) -> Sequence[posekit.Event]:
            return [make("jump", result.timestamp_s, result.source, result.people[0], height=1.0, airborne_s=0.5)]

    class Ear:
        def __init__(self) -> None:
            self.heard: list[str] = []
            self.closed = 0

        def send(self, message: FrameResult | Status) -> None:
            self.heard += [event.kind for event in message.events]

        def close(self) -> None:
            self.closed += 1

    app, ear = posekit.App(take), Ear()
    app.add(Hum())
    app.add(ear)
    again = tmp_path / "again.jsonl.gz"
    app.run(record=again)
    assert ear.heard.count("jump") == 30
    assert ear.heard.count("enter") == 2
    assert ear.closed
    events = [event.kind for result in posekit.Recording(again) for event in result.events]
    assert events == ear.heard
    with pytest.raises(posekit.ConfigError, match="int is neither a detector, which has update"):
        app.add(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda app: app.on("reps"), "there is no event 'reps', did you mean 'rep'; there are enter, leave,"),
        (
            lambda app: app.on("rep", excercise="squat"),
            "event 'rep' has no field 'excercise', did you mean 'exercise'; it has slot, id, source, exercise,",
        ),
        (
            lambda app: app.on("gesture", phase="begin"),
            "field 'phase' of event 'gesture' is one of 'start', 'hold', 'end'; it is never 'begin'",
        ),
        (lambda app: app.on("count", id=3), "event 'count' has no field 'id'"),
        (lambda app: app.run(osc="127.0.0.1"), "'127.0.0.1' has no port"),
        (lambda app: app.run(out="nowhere:x"), "no output 'nowhere'"),
        (lambda app: posekit.stream(smothing=0.5), "there is no setting 'smothing': did you mean 'smoothing'?"),
        (lambda app: posekit.stream(max_people=0), "max_people should be greater than or equal to 1, got 0"),
        (lambda app: posekit.stream([]), "a stream has one recording, or one or several other sources"),
    ],
)
def test_what_is_refused(take: Path, call: Callable[[posekit.App], object], message: str) -> None:
    with pytest.raises(posekit.ConfigError) as error:
        call(posekit.App(take))
    assert message in str(error.value)
    assert no_threads_are_left()


def test_a_handler_that_awaits_is_refused(take: Path) -> None:
    async def later(event: posekit.Event) -> None:
        pass

    with pytest.raises(posekit.ConfigError, match=r"later is 'async', but handlers are plain functions"):
        posekit.App(take).on("enter")(later)


def test_a_missing_file_is_told_at_once() -> None:
    with pytest.raises(posekit.SourceError, match=r"no file 'nowhere.mp4'"):
        posekit.stream("nowhere.mp4")


def test_options_are_the_settings_of_the_command_line() -> None:
    kinds = (VisionSettings, TrackingSettings, EventSettings, OutputSettings, RecoverySettings)
    names = [name for kind in kinds for name in kind.model_fields]
    assert len(names) == len(set(names))
    assert list(Options.__annotations__) == names


@pytest.mark.parametrize(
    ("called", "parameters"),
    [
        (posekit.stream, "source=None, *, config=None, **options"),
        (posekit.App, "source=None, *, config=None, **options"),
        (posekit.App.on, "self, kind, **fields"),
        (posekit.App.add, "self, part"),
        (posekit.App.run, "self, *, osc=(), ws=(), out=(), record=None"),
        (posekit.App.stop, "self"),
        (posekit.PoseNet.__call__, "self, picture"),
        (posekit.Poses.draw, "self, image, *, min_score=0.2"),
        (posekit.Poses.to_coco, "self, image_id, *, category_id=1"),
        (posekit.Recording, "path, *, progress=None"),
        (posekit.Recording.messages, "self, *, mirror=True"),
    ],
)
def test_signatures(called: Callable[..., object], parameters: str) -> None:
    signature = inspect.signature(called)
    assert all(
        parameter.annotation is not parameter.empty
        for parameter in signature.parameters.values()
        if str(parameter) != "self"
    )
    bare = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    assert str(inspect.Signature(bare)) == f"({parameters})"


USER_SCRIPT = """
import asyncio

import posekit


def main() -> None:
    for result in posekit.stream("video.mp4", max_people=2, input_size="257x337"):
        for person in result.people:
            wrist = person["leftWrist"]
            print(person.id, wrist.x + 1.0, result.timestamp_s)
    app = posekit.App(source=0, mirror=True)

    @app.on("rep", exercise="squat")
    def counted(event: posekit.Event) -> None:
        print(event.id, event.count)

    @app.on_frame
    def seen(result: posekit.FrameResult) -> None:
        print(len(result.people))

    counted(posekit.Event(kind="rep", timestamp_s=0.0, source="camera"))
    app.run(osc="127.0.0.1:9000")
    poses = posekit.PoseNet()("photo.jpg")
    results: list[dict[str, object]] = poses.to_coco(1)
    print(poses[0]["nose"].score, results)


async def follow() -> None:
    async for result in posekit.stream(["0", "1"]):
        print(result.source)


asyncio.run(follow())
"""


def test_mypy_is_content_with_a_users_script(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(USER_SCRIPT)
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(script)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import posekit\nposekit.stream('v.mp4', smothing=0.5)\nposekit.App().run(osc=9000)\n")
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(wrong)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert "wrong.py:2" in run.stdout
    assert "wrong.py:3" in run.stdout


def test_a_configuration_names_sources_settings_and_outputs(take: Path, tmp_path: Path) -> None:
    file = tmp_path / "posekit.toml"
    everywhere = '[[events.zone]]\nname = "all"\npolygon = [[0, 0], [1, 0], [1, 1], [0, 1]]\n'
    file.write_text(f"sources = ['{take}']\n{everywhere}[output]\nrecord = '{tmp_path / 'again.jsonl.gz'}'\n")
    entered: list[posekit.Event] = []
    app = posekit.App(config=file)
    app.on("zone_enter", zone="all")(entered.append)
    app.run()
    assert entered
    again = [event for result in posekit.Recording(tmp_path / "again.jsonl.gz") for event in result.events]
    assert [event.id for event in again if event.kind == "zone_enter"] == [event.id for event in entered]
    # What is said in Python wins.
    other = posekit.stream(config=file, zone=["b:0,0 1,0 1,1 0,1"])
    zones = {event.zone for result in other for event in result.events if event.kind == "zone_enter"}
    assert zones == {"b"}
    with pytest.raises(posekit.ConfigError, match=r"there is no file .*none.toml: make one with"):
        posekit.App(config=tmp_path / "none" / "none.toml")
