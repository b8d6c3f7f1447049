"""Another source in the place of one that is at work: who was there leaves, and everything else goes on."""

import gc
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from threading import Event, Thread, active_count
from threading import enumerate as enumerate_threads
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from posekit.delivery import Delivery
from posekit.detectors.presence import Presence
from posekit.errors import SourceError
from posekit.feed import LOST
from posekit.lane import Lane
from posekit.pipeline import Pipeline
from posekit.recovery import RecoveryPolicy
from posekit.runner import Runner
from posekit.sources.performer import Performer
from posekit.tracking.tracker import PoseTracker
from posekit.types import Frame, FrameResult, Person, Poses, Status

PATIENCE_S = 60.0
#: Nothing counts as a stall, however busy this computer is.
CALM = RecoveryPolicy(stall_s=1e3, open_s=1e3)
FPS = 15.0


class Camera:
    """Shows performers who stand there, at its own times; what it shows is in the colour of its pictures."""

    live = True

    def __init__(
        self,
        name: str,
        *,
        people: int,
        start_s: float = 0.0,
        frames: int = 1_000_000,
        failing: Exception | None = None,
    ) -> None:
        self.name = name
        self.people = people
        self.start_s = start_s
        self.frames = frames
        self.failing = failing
        self.closed = Event()

    def __iter__(self) -> Iterator[Frame]:
        if self.failing is not None:
            raise self.failing
        for seq in range(self.frames):
            image = np.full((480, 640, 3), self.people, np.uint8)
            yield Frame(image=image, timestamp_s=self.start_s + seq / FPS, seq=seq)
            if self.closed.wait(0.001):
                return
        self.closed.wait(PATIENCE_S)

    def close(self) -> None:
        self.closed.set()


class Clip(Camera):
    """The same as a file."""

    live = False


class Losing(Clip):
    """Loses its picture before the first one."""

    def __iter__(self) -> Iterator[Frame]:
        yield LOST  # type: ignore[misc]
        yield from super().__iter__()


class Empty(Clip):
    """Ends without a picture, after having lost it."""

    def __iter__(self) -> Iterator[Frame]:
        yield LOST  # type: ignore[misc]


class Hanging(Camera):
    """Its driver never returns."""

    def __init__(self) -> None:
        super().__init__("hanging", people=0)
        self.entered, self.leave = Event(), Event()

    def __iter__(self) -> Iterator[Frame]:
        self.entered.set()
        self.leave.wait(PATIENCE_S)
        yield from ()


class Freezing(Camera):
    """Its driver does not return from a read."""

    def __init__(self) -> None:
        super().__init__("hall", people=2)
        self.entered, self.leave = Event(), Event()

    def __iter__(self) -> Iterator[Frame]:
        yield from islice(super().__iter__(), 20)
        self.entered.set()
        self.leave.wait(PATIENCE_S)


class Eye:
    """Sees as many performers as the picture's colour says, while it is open."""

    def __init__(self) -> None:
        self.open = Event()
        self.open.set()

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        self.open.wait(PATIENCE_S)
        count = int(frame.image[0, 0, 0])
        if not count:
            return Poses.empty()
        return Performer.from_spec(f"performer:stand?people={count}").poses_at(0.4)


class Book:
    """An adapter that writes down what it gets; ``until`` waits until that is as it should be."""

    def __init__(self) -> None:
        self.messages: list[FrameResult | Status] = []
        self.news = Event()

    def send(self, message: FrameResult | Status) -> None:
        self.messages.append(message)
        self.news.set()

    def close(self) -> None:
        pass

    @property
    def results(self) -> list[FrameResult]:
        return [message for message in self.messages if isinstance(message, FrameResult)]

    def until(self, condition: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while not condition():
            assert self.news.wait(deadline_s - time.monotonic())
            self.news.clear()

    def sees(self, people: int) -> Callable[[], bool]:
        return lambda: bool(self.results) and len(self.results[-1].people) == people

    @property
    def statuses(self) -> list[Status]:
        return [message for message in self.messages if isinstance(message, Status)]


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


class Running:
    """A runner at work in a thread of its own."""

    def __init__(self, *sources: Camera, clock: Callable[[], float] = time.perf_counter) -> None:
        self.book = Book()
        self.eye = Eye()
        lanes = [
            (
                source,
                Pipeline(self.eye, PoseTracker(), source=source.name, detectors=(Presence(),), clock=time.perf_counter),
            )
            for source in sources
        ]
        self.runner = Runner(lanes, [self.book], recovery=CALM, clock=clock)
        self.thread = Thread(target=self.runner.run)
        self.thread.start()

    def stop(self) -> None:
        self.runner.stop()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()


@pytest.fixture
def run() -> Iterator[Callable[..., Running]]:
    runs: list[Running] = []

    def start(*sources: Camera, **options: Any) -> Running:
        runs.append(Running(*sources, **options))
        return runs[-1]

    yield start
    for one in runs:
        one.stop()


@pytest.mark.parametrize("start_s", [0.0, 7.0, 1e6])
@pytest.mark.parametrize("kind", [Camera, Clip])
def test_everyone_leaves_and_numbers_times_and_ids_go_on(
    run: Callable[..., Running], kind: type[Camera], start_s: float
) -> None:
    old, new = Camera("hall", people=2, start_s=100.0), kind("yard", people=1, start_s=start_s)
    running = run(old)
    book = running.book
    book.until(book.sees(2))
    running.runner.exchange("hall", new)
    book.until(book.sees(1))
    book.until(lambda: any(isinstance(message, Status) and message.message == "yard" for message in book.messages))
    # And the run goes on for a while.
    count = len(book.results)
    book.until(lambda: len(book.results) > count + 5)
    running.stop()
    assert old.closed.is_set()
    assert new.closed.is_set()
    results = book.results
    assert {result.source for result in results} == {"hall"}
    (end,) = [k for k, result in enumerate(results) if result.departed]
    assert [event.kind for event in results[end].events] == ["leave", "leave", "count"]
    assert results[end].events[-1].fields["count"] == 0
    assert results[end].people == ()
    before, after = results[:end], results[end + 1 :]
    ids = [{person.id for result in part for person in result.people} for part in (before, after)]
    assert (len(ids[0]), len(ids[1])) == (2, 1)
    assert ids[0].isdisjoint(ids[1])
    assert {person.slot for result in after for person in result.people} == {1}
    for one, other in pairwise([*before, *after]):
        assert other.seq > one.seq
        assert other.timestamp_s > one.timestamp_s
    said = [event for message in book.statuses for event in message.events]
    assert [(event.fields["state"], event.fields["message"]) for event in said] == [
        ("running", ""),
        ("running", "yard"),
    ]
    assert [book.statuses[0].origin, book.statuses[-1].origin] == ["hall", "yard"]
    told = next(k for k, message in enumerate(book.messages) if message.events and message.events[0] is said[1])
    assert told > next(k for k, message in enumerate(book.messages) if message is results[end])
    assert results[end].timestamp_s <= said[1].timestamp_s <= after[-1].timestamp_s
    assert running.runner.summary().sources["hall"].frames == len(results) - 1


@pytest.mark.parametrize("start_s", [0.0, 7.0, 1e6])
@pytest.mark.parametrize("kind", [Camera, Clip, Losing])
def test_the_time_between_is_what_has_passed(run: Callable[..., Running], kind: type[Camera], start_s: float) -> None:
    """Not the difference of the two sources' clocks."""
    clock = Clock()
    running = run(Camera("hall", people=2, start_s=100.0, frames=5), clock=clock)
    book = running.book
    book.until(lambda: bool(book.results) and book.results[-1].seq == 4)
    clock.now_s += 7.0
    running.runner.exchange("hall", kind("yard", people=1, start_s=start_s, frames=1))
    book.until(lambda: book.results[-1].seq > 4)
    assert book.results[-1].timestamp_s == pytest.approx(100.0 + 4 / FPS + 7.0)


def test_one_without_a_picture_is_told_after_everyone_has_left(run: Callable[..., Running]) -> None:
    running = run(Camera("hall", people=2, start_s=100.0), Camera("roof", people=0))
    book = running.book
    book.until(lambda: any(len(result.people) == 2 for result in book.results))
    running.runner.exchange("hall", Empty("yard", people=1))
    book.until(lambda: any(status.origin == "yard" for status in book.statuses))
    gone = next(k for k, message in enumerate(book.messages) if isinstance(message, FrameResult) and message.departed)
    assert all(status.origin != "yard" for status in book.messages[:gone] if isinstance(status, Status))


def test_until_everyone_has_left_the_one_before_is_told_of(run: Callable[..., Running]) -> None:
    running = run(Camera("hall", people=2))
    book = running.book
    book.until(book.sees(2))
    book.until(lambda: any(status.size == (640, 480) for status in book.statuses))
    running.eye.open.clear()
    ready = Event()
    thread = Thread(
        target=lambda: running.runner.exchange("hall", Camera("yard", people=1), ready=ready.set), daemon=True
    )
    thread.start()
    assert ready.wait(PATIENCE_S)
    # Whoever takes over has by then been waiting for the network for a while.
    told = len(book.statuses)
    book.until(lambda: len(book.statuses) >= told + 3)
    running.eye.open.set()
    thread.join(PATIENCE_S)
    book.until(lambda: any(status.origin == "yard" for status in book.statuses))
    gone = next(k for k, message in enumerate(book.messages) if isinstance(message, FrameResult) and message.departed)
    before = [message for message in book.messages[:gone] if isinstance(message, Status) and not message.events]
    assert {status.origin for status in before} == {"hall"}
    assert {status.size for status in before[-3:]} == {(640, 480)}
    dropped = [status.dropped for status in book.statuses]
    assert dropped == sorted(dropped)


def test_a_run_that_ends_during_an_exchange_keeps_its_figures(
    run: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posekit.runner.CLOSE_S", 0.1)  # the network hangs for longer than anybody waits
    running = run(Camera("hall", people=2))
    running.book.until(running.book.sees(2))
    running.eye.open.clear()
    ready, said = Event(), []

    def exchange() -> None:
        try:
            running.runner.exchange("hall", Camera("yard", people=1), ready=ready.set)
        except SourceError as error:
            said.append(str(error))

    thread = Thread(target=exchange, daemon=True)
    thread.start()
    assert ready.wait(PATIENCE_S)
    running.stop()
    thread.join(PATIENCE_S)
    assert said == ["the run has ended"]
    seen = len([result for result in running.book.results if result.people])
    assert running.runner.summary().sources["hall"].frames >= seen > 0
    running.eye.open.set()


def test_what_cannot_be_opened_changes_nothing(run: Callable[..., Running]) -> None:
    running = run(Camera("hall", people=2))
    running.book.until(running.book.sees(2))
    lost = Camera("yard", people=1, failing=SourceError("no camera 'yard'"))
    with pytest.raises(SourceError, match="no camera 'yard'"):
        running.runner.exchange("hall", lost)
    assert lost.closed.wait(PATIENCE_S)
    seen = len(running.book.results)
    running.book.until(lambda: len(running.book.results) > seen + 5)
    assert not any(result.departed for result in running.book.results)
    empty = Clip("empty", people=0)
    empty.closed.set()
    running.runner.exchange("hall", empty)
    running.book.until(lambda: any(result.departed for result in running.book.results[:-1]))
    assert running.book.results[-1].people == ()
    running.book.until(lambda: running.book.statuses[-1].origin == "empty")


def test_it_is_told_when_another_is_ready(run: Callable[..., Running]) -> None:
    old = Camera("hall", people=2)
    running = run(old)
    book = running.book
    book.until(book.sees(2))
    asked = []

    def ready() -> None:
        asked.append(old.closed.is_set())
        if len(asked) == 1:
            raise SourceError("not now")

    refused, broken = Camera("yard", people=1), Camera("cellar", people=1, failing=SourceError("no camera"))
    with pytest.raises(SourceError, match="not now"):
        running.runner.exchange("hall", refused, ready=ready)
    assert refused.closed.wait(PATIENCE_S)
    seen = len(book.results)
    book.until(lambda: len(book.results) > seen + 5)
    assert book.sees(2)()
    with pytest.raises(SourceError, match="no camera"):
        running.runner.exchange("hall", broken, ready=ready)
    assert asked == [False]
    running.runner.exchange("hall", Camera("yard", people=1), ready=ready)
    book.until(book.sees(1))
    assert asked == [False, False]


def test_a_run_ends_while_a_driver_hangs(run: Callable[..., Running], monkeypatch: pytest.MonkeyPatch) -> None:
    """All lanes together hold it up for two seconds, by a clock that moves only while somebody waits for a lane."""
    running = run(Camera("hall", people=2))
    running.book.until(running.book.sees(2))
    hanging, said, waited, clock = Hanging(), [], [], Clock()

    def exchange() -> None:
        try:
            running.runner.exchange("hall", hanging)
        except SourceError as error:
            said.append(str(error))

    def join(_: Lane, timeout_s: float) -> None:
        waited.append(timeout_s)
        clock.now_s += timeout_s

    thread = Thread(target=exchange)
    thread.start()
    assert hanging.entered.wait(PATIENCE_S)
    monkeypatch.setattr("posekit.runner.time", SimpleNamespace(monotonic=clock))
    monkeypatch.setattr(Lane, "join", join)
    running.stop()
    thread.join(PATIENCE_S)
    assert waited == [2.0, 0.0]
    assert said == ["the run has ended"]
    hanging.leave.set()
    with pytest.raises(SourceError, match="nothing runs"):
        running.runner.exchange("hall", Camera("yard", people=1))


def test_no_lane_escapes_a_run_that_ends_before_it_takes_over(run: Callable[..., Running]) -> None:
    old, new = Camera("hall", people=2), Camera("yard", people=1)
    running = run(old)
    running.book.until(running.book.sees(2))
    with pytest.raises(SourceError, match="the run has ended"):
        running.runner.exchange("hall", new, ready=running.stop)
    assert old.closed.wait(PATIENCE_S)
    assert new.closed.wait(PATIENCE_S)
    assert running.book.statuses[-1].origin == "hall"


def test_a_driver_that_hangs_is_left_behind(run: Callable[..., Running], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posekit.runner.CLOSE_S", 0.1)
    freezing = Freezing()
    running = run(freezing)
    assert freezing.entered.wait(PATIENCE_S)
    running.runner.exchange("hall", Camera("yard", people=1))
    running.book.until(running.book.sees(1))
    with pytest.raises(SourceError, match="no source is called 'cellar'"):
        running.runner.exchange("cellar", Camera("yard", people=1))
    running.stop()
    freezing.leave.set()


def test_nothing_is_left_of_what_was_exchanged(run: Callable[..., Running]) -> None:
    running = run(Camera("hall", people=0))
    running.book.until(lambda: bool(running.book.results))
    threads, shown = active_count(), []
    for turn in range(12):
        source = (Camera, Clip)[turn % 2]("yard", people=0)
        shown.append(weakref.ref(source))
        running.runner.exchange("hall", source)
    del source
    running.book.until(lambda: active_count() <= threads)
    running.runner.exchange("hall", Camera("roof", people=0))
    running.book.until(lambda: active_count() <= threads)
    gc.collect()
    # The last one may still be known as one that has to end.
    assert sum(source() is not None for source in shown) <= 1


def test_one_of_several_is_exchanged_even_if_it_has_ended(run: Callable[..., Running]) -> None:
    ended = Clip("clip", people=1)
    ended.closed.set()
    running = run(Camera("hall", people=2), ended)
    book = running.book

    def of(name: str, people: int) -> Callable[[], bool]:
        return lambda: any(result.source == name and len(result.people) == people for result in book.results[-20:])

    book.until(of("hall", 2))
    book.until(lambda: not any(thread.name == "finish-clip" for thread in enumerate_threads()))
    running.runner.exchange("clip", Camera("yard", people=3))
    book.until(of("clip", 3))
    running.runner.exchange("clip", Camera("roof", people=1))
    book.until(of("clip", 1))
    running.runner.exchange("hall", Camera("yard", people=3))
    book.until(of("hall", 3))
    running.stop()
    for name in ("hall", "clip"):
        seqs = [result.seq for result in book.results if result.source == name and not result.departed]
        assert seqs == sorted(set(seqs))


def test_a_run_of_files_hurries_once_there_is_a_camera(run: Callable[..., Running]) -> None:
    """A file waits for the slowest output; a camera for none."""
    running = run(Clip("clip", people=1))
    stuck = Event()

    class Slow(Book):
        def send(self, message: FrameResult | Status) -> None:
            stuck.wait(PATIENCE_S)

    running.book.until(running.book.sees(1))
    running.runner.begin("slow", Slow())
    running.runner.exchange("clip", Camera("yard", people=2))
    running.book.until(running.book.sees(2))
    assert running.runner.summary().outputs["slow"].sent == 0
    stuck.set()


def test_an_output_that_joins_while_a_camera_takes_over_hurries_too(
    run: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = run(Clip("clip", people=1))
    running.book.until(running.book.sees(1))
    stuck = Event()

    class Slow(Book):
        def send(self, message: FrameResult | Status) -> None:
            stuck.wait(PATIENCE_S)

    class Late(Delivery):
        """Made just before a camera takes over, and not yet among the run's."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            running.runner.exchange("clip", Camera("yard", people=2))

    monkeypatch.setattr("posekit.runner.Delivery", Late)
    running.runner.begin("slow", Slow())
    running.book.until(running.book.sees(2))
    seen = len(running.book.results)
    running.book.until(lambda: len(running.book.results) > seen + 40)  # more than an output's queue holds
    assert running.runner.summary().outputs["slow"].sent == 0
    stuck.set()
