"""The runner: order, loss, several sources, failures, the end. Sources and estimators are fakes, threads are real."""

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from threading import Event

import numpy as np
import pytest

from posekit import capture as capture_module
from posekit.errors import PosekitError, SourceError
from posekit.lane import Lane
from posekit.pipeline import Pipeline
from posekit.recovery import RecoveryPolicy
from posekit.runner import Runner
from posekit.types import Departure, Frame, FrameResult, Person, Poses, SourceState, Status

PATIENCE_S = 30.0
#: Nothing counts as a stall, however busy this computer is; or everything soon does.
QUICK = RecoveryPolicy(stall_s=1e3, open_s=1e3, first_backoff_s=0.001, max_backoff_s=0.002)
HASTY = RecoveryPolicy(stall_s=0.05, open_s=0.2, first_backoff_s=0.001, max_backoff_s=0.002)


class Film:
    """A file of so many frames; ``failing`` is raised behind the last."""

    live = False

    def __init__(self, count: int, *, name: str = "film", failing: Exception | None = None) -> None:
        self.name = name
        self.count = count
        self.failing = failing
        self.closed = Event()

    def __iter__(self) -> Iterator[Frame]:
        for seq in range(self.count):
            yield Frame(image=np.full((4, 6, 3), seq % 256, np.uint8), timestamp_s=seq / 30, seq=seq)
        if self.failing is not None:
            raise self.failing

    def close(self) -> None:
        self.closed.set()


class Endless(Film):
    """A camera that never ends."""

    live = True

    def __init__(self, name: str = "camera") -> None:
        super().__init__(0, name=name)

    def __iter__(self) -> Iterator[Frame]:
        seq = 0
        while not self.closed.wait(0.001):
            yield Frame(image=np.full((4, 6, 3), seq % 256, np.uint8), timestamp_s=time.perf_counter(), seq=seq)
            seq += 1


class Network:
    """Finds nobody; ``failing`` is raised at that frame."""

    def __init__(self, failing: dict[int, Exception] | None = None) -> None:
        self.failing = failing or {}

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        if frame.seq in self.failing:
            raise self.failing[frame.seq]
        return Poses.empty()


class Nobody:
    """A tracker of nobody."""

    departed: tuple[Departure, ...] = ()

    def update(self, poses: Poses, timestamp_s: float, *, size: tuple[int, int] | None = None) -> tuple[Person, ...]:
        return ()

    def reset(self) -> None:
        pass


class Book:
    """An adapter that writes down what it gets, and tells when it has enough."""

    def __init__(self, enough: int | None = None) -> None:
        self.results: list[FrameResult] = []
        self.statuses: list[Status] = []
        self.closed = 0
        self.enough = enough
        self.full = Event()

    def send(self, message: FrameResult | Status) -> None:
        if isinstance(message, Status):
            self.statuses.append(message)
        else:
            self.results.append(message)
            if len(self.results) == self.enough:
                self.full.set()

    def close(self) -> None:
        self.closed += 1


def pipeline(name: str = "film", **failing: Exception) -> Pipeline:
    network = Network({int(seq.removeprefix("at")): error for seq, error in failing.items()})
    return Pipeline(network, Nobody(), source=name, clock=time.perf_counter)


def test_a_file_gives_every_frame_to_every_adapter_in_order() -> None:
    first, second, film = Book(), Book(), Film(300)
    summaries = Runner([(film, pipeline())], [first, second]).run().sources
    assert [result.seq for result in first.results] == list(range(300))
    assert [result.seq for result in second.results] == list(range(300))
    assert summaries["film"].frames == 300
    assert summaries["film"].dropped == 0
    assert set(summaries["film"].percentiles) == {"wait", "fit", "network", "decode", "track", "detect", "latency"}
    assert first.closed == second.closed == 1
    assert film.closed.is_set()
    assert first.statuses[-1].source == "film"
    assert first.statuses[-1].size == (6, 4)
    assert all(0 < result.latency_ms < 60_000 for result in first.results)


def test_a_live_source_runs_until_it_is_stopped_and_numbers_rise() -> None:
    book = Book(enough=50)
    runner = Runner([(Endless(), pipeline("camera"))], [book])

    def stop() -> None:
        book.full.wait(PATIENCE_S)
        runner.stop()

    stopper = threading.Thread(target=stop)
    stopper.start()
    runner.run()
    stopper.join()
    numbers = [result.seq for result in book.results]
    assert len(numbers) >= 50
    assert numbers == sorted(set(numbers))
    assert book.statuses[-1].state is SourceState.RUNNING
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("network-", "finish-"))]


def test_a_slow_network_sees_the_newest_frame_and_the_rest_is_counted() -> None:
    film, let_go = Endless(), Event()

    class Slow(Network):
        def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
            let_go.wait(0.02)
            return Poses.empty()

    book = Book(enough=5)
    runner = Runner([(film, Pipeline(Slow(), Nobody(), source="camera"))], [book])
    stopper = threading.Thread(target=lambda: (book.full.wait(PATIENCE_S), runner.stop()))
    stopper.start()
    summary = runner.run().sources["camera"]
    stopper.join()
    gaps = np.diff([result.seq for result in book.results])
    assert gaps.max() > 1
    assert summary.dropped >= (gaps - 1).sum()


def test_several_sources_keep_their_names_and_one_that_fails_does_not_stop_the_others() -> None:
    book = Book()
    lanes = [
        (Film(20, name="a", failing=SourceError("a is torn")), pipeline("a")),
        (Film(300, name="b"), pipeline("b")),
    ]
    with pytest.raises(SourceError, match="a is torn"):
        Runner(lanes, [book]).run()
    assert [result.seq for result in book.results if result.source == "a"] == list(range(20))
    assert [result.seq for result in book.results if result.source == "b"] == list(range(300))
    assert book.closed == 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (SourceError("the picture is 1×1 px"), "the picture is 1×1 px"),
        (ZeroDivisionError("a bug"), r"the network of film failed \(ZeroDivisionError: a bug\)"),
    ],
)
def test_a_failing_network_ends_the_run_with_its_cause(
    error: Exception, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    book = Book()
    with caplog.at_level(logging.ERROR), pytest.raises(PosekitError, match=expected):
        Runner([(Film(100), pipeline(at5=error))], [book]).run()
    assert [result.seq for result in book.results] == list(range(5))
    assert book.closed == 1
    assert ("a bug" in caplog.text) == isinstance(error, ZeroDivisionError)


def test_a_network_that_fails_leaves_no_thread_waiting() -> None:
    broken = pipeline(at2=RuntimeError("broken"))
    lane = Lane(Film(300), broken, publish=lambda _: None, notify=lambda: None, clock=time.perf_counter)
    lane.start()
    for thread in lane._threads:
        thread.join(PATIENCE_S)
    alive = [thread.name for thread in lane._threads if thread.is_alive()]
    lane.stop()
    lane.join(PATIENCE_S)
    assert "broken" in str(lane.error)
    assert alive == []


def test_a_failing_adapter_does_not_stop_the_others() -> None:
    class Broken(Book):
        def send(self, message: FrameResult | Status) -> None:
            raise OSError("gone")

    book = Book()
    Runner([(Film(30), pipeline())], [Broken(), book]).run()
    assert len(book.results) == 30


def test_statuses_are_told_to_whoever_asks() -> None:
    seen: list[Status] = []
    Runner([(Film(5), pipeline())], on_status=seen.append).run()
    assert [status.source for status in seen][-1] == "film"


def ours() -> list[str]:
    """The names of the threads that a run starts."""
    kinds = ("read-", "capture-", "fit-", "network-", "finish-", "close-", "deliver-")
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(kinds)]


def run_until(runner: Runner, full: Event) -> None:
    """Run until the event, or fail."""
    reached: list[bool] = []

    def stop() -> None:
        reached.append(full.wait(PATIENCE_S))
        runner.stop()

    stopper = threading.Thread(target=stop)
    stopper.start()
    runner.run()
    stopper.join()
    assert reached == [True]


class Troubled(Film):
    """A camera that has another trouble at every opening, and a descriptor open meanwhile."""

    live = True
    height = 23

    def __init__(self, enough: int) -> None:
        super().__init__(0, name="camera")
        self.enough = enough
        self.full = Event()
        self.openings = 0
        self.hang = Event()
        self.pictures = 0

    def __iter__(self) -> Iterator[Frame]:
        device = os.open(os.devnull, os.O_RDONLY)
        try:
            self.openings += 1
            if self.openings == self.enough:
                self.full.set()
            self.hang.set()  # the call that hung returns
            self.hang = hang = Event()
            trouble = self.openings % 5
            for number in range(4):
                yield self.picture(64 if trouble == 1 and number == 3 else 32)
            if trouble == 2:
                yield Frame(image=np.zeros((0, 0, 3), np.uint8), timestamp_s=0.0, seq=0)
            if trouble == 3:
                hang.wait(PATIENCE_S)
            if trouble == 4:
                raise ZeroDivisionError("a bug")
            if not self.closed.is_set():
                raise SourceError("unplugged")
        finally:
            os.close(device)

    def picture(self, width: int) -> Frame:
        self.pictures += 1
        image = np.full((self.height, width, 3), self.pictures % 256, np.uint8)
        return Frame(image=image, timestamp_s=time.perf_counter(), seq=0)

    def close(self) -> None:
        super().close()
        self.hang.set()


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="descriptors cannot be counted here")
def test_a_camera_in_trouble_leaves_no_thread_descriptor_or_picture_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture_module, "TICK_S", 0.001)
    gc.collect()
    descriptors = len(os.listdir("/dev/fd"))
    camera, book = Troubled(enough=60), Book()
    run_until(Runner([(camera, pipeline("camera"))], [book], recovery=HASTY), camera.full)
    assert camera.openings >= 60
    # Those that were abandoned in a read that hung end by themselves, a moment later.
    for thread in threading.enumerate():
        if thread.name in ours():
            thread.join(PATIENCE_S)
    assert ours() == []
    assert len(os.listdir("/dev/fd")) == descriptors
    gc.collect()
    pictures = [thing for thing in gc.get_objects() if isinstance(thing, Frame) and thing.size[1] == Troubled.height]
    assert len(pictures) <= 1
    states = {status.state for status in book.statuses}
    assert {SourceState.RUNNING, SourceState.STALLED, SourceState.RECONNECTING} <= states


def test_changes_of_state_are_told_at_once_as_events() -> None:
    """Told at once: the source ends before the first status of a period is due."""
    book = Book()
    with pytest.raises(SourceError, match="torn"):
        Runner([(Film(5, failing=SourceError("the film is torn")), pipeline())], [book]).run()
    events = [event for status in book.statuses for event in status.events]
    assert [(event.kind, event.fields["state"], event.fields["message"]) for event in events] == [
        ("source", "running", ""),
        ("source", "failed", "the film is torn"),
    ]
    assert [event.timestamp_s for event in events] == [0.0, 4 / 30]
    assert {(event.slot, event.id, event.source) for event in events} == {(None, None, "film")}
    assert book.statuses[-1].state is SourceState.FAILED


class Missing(Film):
    """A camera that is not there, until it is."""

    live = True

    def __init__(self, name: str, there: Event) -> None:
        super().__init__(0, name=name)
        self.there = there
        self.tried = Event()

    def __iter__(self) -> Iterator[Frame]:
        if not self.there.is_set():
            self.tried.set()
            raise SourceError(f"no {self.name}")
        yield from Endless.__iter__(self)  # type: ignore[arg-type]


def test_one_of_several_cameras_that_is_missing_is_told_and_joins_later(caplog: pytest.LogCaptureFixture) -> None:
    there, first = Event(), Endless("a")
    second, joined = Missing("b", there), Event()

    class Watcher(Book):
        def send(self, message: FrameResult | Status) -> None:
            super().send(message)
            if isinstance(message, FrameResult) and message.source == "a" and second.tried.is_set():
                there.set()
            if isinstance(message, FrameResult) and message.source == "b":
                joined.set()

    lanes = [(first, pipeline("a")), (second, pipeline("b"))]
    with caplog.at_level(logging.WARNING, "posekit"):
        run_until(Runner(lanes, [Watcher()], recovery=QUICK), joined)
    assert caplog.messages[0] == "b is not there yet: no b"
    assert "b is running now" in caplog.messages


def test_runs_that_overlap_set_the_switch_interval_back() -> None:
    before_s = sys.getswitchinterval()
    during_s: list[float] = []
    cameras = [Endless("one"), Endless("two")]
    books = [Book(enough=1), Book(enough=1)]
    runners = [Runner([(camera, pipeline(camera.name))], [book]) for camera, book in zip(cameras, books, strict=True)]
    threads = [threading.Thread(target=runner.run) for runner in runners]
    for thread, book in zip(threads, books, strict=True):
        thread.start()
        assert book.full.wait(PATIENCE_S)
    for thread, runner in zip(threads, runners, strict=True):  # the first to begin ends first
        during_s.append(sys.getswitchinterval())
        runner.stop()
        thread.join(PATIENCE_S)
    assert sys.getswitchinterval() == before_s
    assert during_s[0] == during_s[1] < before_s


def test_if_none_of_several_cameras_is_there_that_is_an_error() -> None:
    nowhere = Event()
    lanes = [(Missing(name, nowhere), pipeline(name)) for name in ("a", "b", "c")]
    with pytest.raises(SourceError, match="no a"):
        Runner(lanes, [], recovery=QUICK).run()
    assert ours() == []


def test_a_camera_that_hangs_does_not_slow_the_others_nor_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posekit.runner.CLOSE_S", 0.1)
    let_go = Event()

    class Hanging(Film):
        live = True

        def __iter__(self) -> Iterator[Frame]:
            let_go.wait(PATIENCE_S)
            yield from ()

        def close(self) -> None:
            let_go.wait(PATIENCE_S)  # as the release of some devices

    book = Book(enough=100)
    lanes = [(Hanging(0, name="a"), pipeline("a")), (Endless("b"), pipeline("b"))]
    run_until(Runner(lanes, [book]), book.full)
    assert not let_go.is_set()  # the run has ended all the same
    assert {result.source for result in book.results} == {"b"}
    assert {status.source for status in book.statuses} == {"a", "b"}
    assert next(status for status in book.statuses if status.source == "a").state is SourceState.OPENING
    let_go.set()
    for thread in threading.enumerate():
        if thread.name in ours():
            thread.join(PATIENCE_S)


def test_an_output_that_hangs_on_a_file_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posekit.runner.CLOSE_S", 0.1)
    monkeypatch.setattr("posekit.delivery.CLOSE_S", 0.1)
    stuck, entered = Event(), Event()

    class Hanging(Book):
        def send(self, message: FrameResult | Status) -> None:
            entered.set()
            stuck.wait(PATIENCE_S)

        def close(self) -> None:
            stuck.set()

    run_until(Runner([(Film(10_000), pipeline())], [Hanging()]), entered)
    for thread in threading.enumerate():
        if thread.name in ours():
            thread.join(PATIENCE_S)
    assert ours() == []


def test_a_paced_file_drops_frames_as_a_camera_does_and_ends_the_run() -> None:
    class Playing(Film):
        live, rewinds = True, True

    book = Book()
    summary = Runner([(Playing(500), pipeline())], [book]).run().sources["film"]
    assert summary.frames + summary.dropped == 500
    assert summary.frames == len(book.results)
    assert book.results[-1].seq == 499
    assert [event.fields["state"] for status in book.statuses for event in status.events] == ["running"]


def test_with_a_source_much_faster_than_the_network_frames_do_not_grow_old() -> None:
    """Counted in frames, not in time: what the network sees next is the newest that there is."""
    behind: list[int] = []

    class Counted(Endless):
        produced = 0

        def __iter__(self) -> Iterator[Frame]:
            for frame in super().__iter__():
                self.produced = frame.seq
                yield frame

    camera = Counted()

    class Slow(Network):
        def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
            behind.append(camera.produced - frame.seq)
            threading.Event().wait(0.01)
            return Poses.empty()

    book = Book(enough=60)
    run_until(Runner([(camera, Pipeline(Slow(), Nobody(), source="camera"))], [book]), book.full)
    # One is being read, one fitted, one in the slot.
    assert np.median(behind) <= 3


def test_people_are_ended_when_the_picture_is_lost_and_the_room_is_said_to_be_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(capture_module, "TICK_S", 0.001)
    lost, resets = Event(), []

    class OneFrame(Film):
        live = True

        def __iter__(self) -> Iterator[Frame]:
            yield Frame(image=np.zeros((4, 6, 3), np.uint8), timestamp_s=3.0, seq=0)
            lost.wait(PATIENCE_S)

    class Leaving(Nobody):
        def reset(self) -> None:
            resets.append(1)
            self.departed = (Departure(id=1, slot=1, entered_s=3.0, last_seen_s=3.0),)

    class Watcher(Book):
        def send(self, message: FrameResult | Status) -> None:
            super().send(message)
            if isinstance(message, FrameResult) and message.departed:
                lost.set()

    book = Watcher()
    run_until(Runner([(OneFrame(0), Pipeline(Network(), Leaving()))], [book], recovery=HASTY), lost)
    assert len(resets) >= 1
    ended = next(result for result in book.results if result.departed)
    assert ended.people == ()
    assert ended.timestamp_s == 3.0
    assert ended.size == (6, 4)


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="descriptors cannot be counted here")
@pytest.mark.parametrize("live", [False, True])
def test_opened_and_closed_again_and_again_nothing_is_left(live: bool) -> None:
    """The same with networks, and with memory as the system counts it: ``benchmarks/soak.py --cycles 500``."""

    class Short(Film):
        rewinds = True

    def cycle() -> None:
        film = Short(2)
        film.live = live
        Runner([(film, pipeline())], [Book()]).run()

    def held() -> tuple[int, int, int]:
        gc.collect()
        return threading.active_count(), len(os.listdir("/dev/fd")), len(gc.get_objects())

    for _ in range(5):
        cycle()
    threads, descriptors, objects = held()
    for _ in range(50):
        cycle()
    assert held()[:2] == (threads, descriptors)
    assert held()[2] <= objects + 25  # half an object per run


def test_outputs_change_while_it_runs() -> None:
    first, second, runner_told = Book(), Book(enough=20), []

    def on_status(status: Status) -> None:
        if not runner_told and first.results:
            runner_told.append(status)
            runner.end("first")
            runner.begin("second", second)
            assert first.closed == 1

    runner = Runner([(Endless(), pipeline("camera"))], {"first": first}, on_status=on_status)

    def stop() -> None:
        second.full.wait(PATIENCE_S)
        runner.stop()

    stopper = threading.Thread(target=stop)
    stopper.start()
    summary = runner.run()
    stopper.join()
    assert set(summary.outputs) == {"first", "second"}
    assert second.results[0].seq > first.results[-1].seq
    assert first.closed == second.closed == 1


def test_an_output_that_comes_too_late_is_closed() -> None:
    runner = Runner([(Film(3), pipeline())], [])
    runner.run()
    late = Book()
    runner.begin("late", late)
    assert late.closed == 1
    assert "late" not in runner.summary().outputs
