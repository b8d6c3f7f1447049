"""The runner: order, loss, several sources, failures, the end. Sources and estimators are fakes, threads are real."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from threading import Event

import numpy as np
import pytest

from posekit.errors import PosekitError, SourceError
from posekit.pipeline import Pipeline
from posekit.runner import Runner
from posekit.types import Departure, Frame, FrameResult, Person, Poses, SourceState, Status

PATIENCE_S = 30.0


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
    summaries = Runner([(film, pipeline())], [first, second]).run()
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
    summary = runner.run()["camera"]
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
