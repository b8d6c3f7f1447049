"""A camera that does everything a camera can do, in every order, in simulated time: no thread and no wait is real.

The capture is the real one. A reader's step is called when the fake driver's call would return, its supervisor's tick
ten times per simulated second.
"""

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posekit.capture import MAX_STUCK, TICK_S, LiveCapture
from posekit.channels import Closed
from posekit.errors import SourceError
from posekit.feed import Lost
from posekit.recovery import RecoveryPolicy
from posekit.types import Frame, SourceState

POLICY = RecoveryPolicy()
PERIOD_S = 0.125
#: The longest backoff, then the next tick, the next frame, and rounding.
WELL_AFTER_S = POLICY.max_backoff_s * (1 + POLICY.jitter) + TICK_S + PERIOD_S + 0.01

#: What a camera does for a while. ``stuck`` is a hang that is not over when the camera is well again.
CONDITIONS = ("well", "unplugged", "hangs", "stuck", "frozen", "garbage", "resized", "stamps back", "stamps ahead")
#: What happens to the clock of the computer: a step in seconds.
CLOCKS = {"clock back": -3600.0, "clock ahead": 7200.0}


class World:
    """Simulated time, and what is to happen in it."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.clock_shift_s = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()

    def clock(self) -> float:
        """What the clock of the computer reads."""
        return self.now_s + self.clock_shift_s

    def after(self, delay_s: float, event: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.now_s + delay_s, next(self._numbers), event))

    def run(self, until_s: float, then: Callable[[], None]) -> None:
        """Let everything happen until then, and ``then`` after each event."""
        while self._events and self._events[0][0] <= until_s:
            self.now_s, _, event = heapq.heappop(self._events)
            event()
            then()
        self.now_s = until_s


class Reading:
    """One opening of the camera, as an iterator that must be closed."""

    def __init__(self, camera: "Camera") -> None:
        self.camera = camera
        camera.open.append(self)

    def __iter__(self) -> Iterator[Frame]:
        return self

    def __next__(self) -> Frame:
        return self.camera.read()

    def close(self) -> None:
        self.camera.open.remove(self)


class Camera:
    """The fake camera and its driver."""

    name = "fake"
    live = True

    def __init__(self, world: World) -> None:
        self.world = world
        self.condition = "well"
        self.open: list[Reading] = []
        self.width = 32
        self.stamp_shift_s = 0.0
        self.readers: list[Reader] = []
        self._pictures = count()

    def __iter__(self) -> Iterator[Frame]:
        return Reading(self)

    def close(self) -> None:
        pass

    def read(self) -> Frame:
        """What the driver returns now."""
        if self.condition == "unplugged":
            raise SourceError("unplugged")
        shape = (0, 0, 3) if self.condition == "garbage" else (24, self.width, 3)
        brightness = 7 if self.condition == "frozen" else next(self._pictures) % 256
        stamp_s = self.world.clock() + self.stamp_shift_s
        return Frame(image=np.full(shape, brightness, np.uint8), timestamp_s=stamp_s, seq=0)

    def becomes(self, condition: str) -> None:
        """Change what the camera does; calls that hang return now, but for those that are stuck."""
        was_hanging, self.condition = self.condition == "hangs", condition
        if condition == "resized":
            self.width = 48 if self.width == 32 else 32
        elif condition == "stamps back":
            self.stamp_shift_s -= 900.0
        elif condition == "stamps ahead":
            self.stamp_shift_s += 900.0
        elif condition in CLOCKS:
            self.world.clock_shift_s += CLOCKS[condition]
        if was_hanging:
            for reader in self.readers:
                if reader.hanging and not reader.stuck:
                    reader.hanging = False
                    self.world.after(0.0, reader.returns)

    def spawn(self, step: Callable[[], bool], name: str) -> "Reader":
        """A reader that calls ``step`` when the driver's call returns."""
        reader = Reader(self, step)
        self.readers.append(reader)
        self.world.after(0.01, reader.returns)
        return reader


class Reader:
    """A simulated thread that reads."""

    def __init__(self, camera: Camera, step: Callable[[], bool]) -> None:
        self.camera = camera
        self.step = step
        self.alive = True
        self.hanging = False
        self.stuck = False
        self.has_opened = False

    def is_alive(self) -> bool:
        return self.alive

    def join(self, timeout: float | None = None) -> None:
        pass

    def returns(self) -> None:
        """The driver's call returns, unless it hangs."""
        if self.camera.condition in ("hangs", "stuck"):
            self.hanging, self.stuck = True, self.camera.condition == "stuck"
            return
        self.has_opened = True
        if self.step():
            self.camera.world.after(PERIOD_S, self.returns)
        else:
            self.alive = False


@dataclass
class Viewer:
    """Takes what the capture gives at once, and checks what must hold at any time."""

    world: World
    camera: Camera
    capture: LiveCapture
    frames: int = 0
    is_lost: bool = True
    last: Frame | None = None
    last_s: float = 0.0
    origin_s: float = 0.0
    forward_s: float = 0.0
    clock_s: float = 0.0
    states: list[SourceState] = field(default_factory=list)

    def look(self) -> None:
        elapsed_s = self.world.clock() - self.clock_s
        self.clock_s = self.world.clock()
        self.forward_s += max(elapsed_s, 0.0)
        while True:
            try:
                item = self.capture.frames.get(0.0)
            except (TimeoutError, Closed):
                break
            if isinstance(item, Lost):
                assert not self.is_lost  # once
                self.is_lost = True
            else:
                self.seen(item)
        assert sum(reader.alive for reader in self.camera.readers) <= MAX_STUCK
        if not self.is_lost:  # whoever is there must be ended when there is no picture for long
            assert self.world.now_s - self.last_s <= POLICY.stall_s + TICK_S + 1.1
        for change in self.capture.changes():
            assert math.isfinite(change.timestamp_s)
            self.states.append(change.state)

    def seen(self, frame: Frame) -> None:
        assert frame.image.shape in ((24, 32, 3), (24, 48, 3))
        if self.last is None:
            self.origin_s, self.forward_s = frame.timestamp_s, 0.0
        else:
            assert frame.seq == self.last.seq + 1
            assert frame.timestamp_s > self.last.timestamp_s
            assert frame.timestamp_s - self.origin_s <= self.forward_s + 0.51  # filters are not sped up
            assert self.is_lost or frame.size == self.last.size
        self.frames += 1
        self.last, self.last_s, self.is_lost = frame, self.world.now_s, False


def simulated(policy: RecoveryPolicy = POLICY, *, patient: bool = True, **attributes: object) -> Viewer:
    world = World()
    camera = Camera(world)
    for name, value in attributes.items():
        setattr(camera, name, value)
    capture = LiveCapture(camera, clock=world.clock, policy=policy, patient=patient, spawn=camera.spawn)

    def tick() -> None:
        if capture.tick():
            world.after(TICK_S, tick)

    world.after(0.0, tick)
    return Viewer(world, camera, capture)


def play(viewer: Viewer, story: list[tuple[str, float]]) -> None:
    for condition, seconds in story:
        viewer.camera.becomes(condition)
        viewer.world.run(viewer.world.now_s + seconds, viewer.look)


stories = st.lists(
    st.tuples(st.sampled_from((*CONDITIONS, *CLOCKS)), st.sampled_from((0.05, 0.3, 1.0, 2.5, 6.0, 13.0))), max_size=8
)


@settings(max_examples=80, deadline=None)
@given(stories)
def test_in_every_order_it_runs_again_within_one_backoff_period_and_leaks_nothing(
    story: list[tuple[str, float]],
) -> None:
    viewer = simulated()
    capture, camera = viewer.capture, viewer.camera
    play(viewer, story)
    play(viewer, [("well", WELL_AFTER_S)])
    stuck = [reader for reader in camera.readers if reader.stuck]
    if len(stuck) >= MAX_STUCK:  # the documented bound: nothing more is tried until the driver returns
        assert capture.state[0] in (SourceState.STALLED, SourceState.RECONNECTING)
        assert capture.state[1] == "the driver does not return from a read; waiting for it"
        stuck[0].stuck = stuck[0].hanging = False
        viewer.world.after(0.0, stuck.pop(0).returns)
        viewer.world.run(viewer.world.now_s + WELL_AFTER_S, viewer.look)
    assert capture.state == (SourceState.RUNNING, "")
    assert viewer.world.now_s - viewer.last_s <= PERIOD_S
    assert not viewer.states or viewer.states[-1] is SourceState.RUNNING
    left_open = sum(reader.has_opened for reader in stuck)
    assert len(camera.open) == 1 + left_open

    capture.stop()
    viewer.world.run(viewer.world.now_s + 1.0, viewer.look)
    alive = [reader for reader in camera.readers if reader.alive]
    assert alive == stuck
    assert len(camera.open) == left_open


def test_the_states_of_an_outage_in_their_order() -> None:
    viewer = simulated()
    play(viewer, [("well", 1.0), ("hangs", 8.0), ("unplugged", 5.0), ("well", 6.0)])
    assert viewer.states == [
        SourceState.RUNNING,
        SourceState.STALLED,
        SourceState.RECONNECTING,
        SourceState.RUNNING,
    ]


def test_only_openings_that_gave_frames_after_others_are_counted() -> None:
    viewer = simulated()
    counts = []
    for condition, seconds in (
        ("unplugged", 3.0),
        ("well", 10.0),  # there for the first time
        ("frozen", 6.0),
        ("well", 1.0),  # moves again
        ("unplugged", 5.0),  # tried again and again
        ("well", 20.0),
        ("hangs", 8.0),
        ("well", 20.0),
    ):
        play(viewer, [(condition, seconds)])
        counts.append(viewer.capture.reopened)
    assert counts == [0, 0, 0, 0, 0, 1, 1, 2]


def test_a_stall_that_is_waited_out_is_no_opening() -> None:
    viewer = simulated(rewinds=True)
    play(viewer, [("well", 1.0), ("hangs", 3.0), ("well", 1.0)])
    assert viewer.states == [SourceState.RUNNING, SourceState.STALLED, SourceState.RUNNING]
    assert viewer.capture.reopened == 0


def test_no_more_calls_hang_than_the_bound() -> None:
    viewer = simulated()
    play(viewer, [("well", 1.0), ("stuck", 120.0), ("well", 60.0)])
    assert sum(reader.stuck for reader in viewer.camera.readers) == MAX_STUCK
    assert viewer.capture.state[1] == "the driver does not return from a read; waiting for it"
    assert viewer.is_lost
    first = next(reader for reader in viewer.camera.readers if reader.stuck)
    first.stuck = first.hanging = False
    viewer.world.after(0.0, first.returns)
    play(viewer, [("well", WELL_AFTER_S)])
    assert viewer.capture.state == (SourceState.RUNNING, "")


def test_a_read_that_returns_after_it_was_abandoned_is_not_taken() -> None:
    viewer = simulated()
    play(viewer, [("well", 1.0), ("hangs", 2.1)])  # abandoned, and not yet opened again
    assert viewer.capture.state[0] is SourceState.STALLED
    assert len(viewer.camera.readers) == 1
    frames = viewer.frames
    play(viewer, [("well", 0.1)])
    assert viewer.frames == frames
    assert not viewer.camera.readers[0].alive
    assert viewer.camera.open == []


def test_a_changed_size_ends_everyone_and_opens_the_camera_again() -> None:
    viewer = simulated()
    play(viewer, [("well", 1.0), ("resized", 0.3)])
    assert viewer.is_lost
    assert viewer.capture.state == (
        SourceState.RECONNECTING,
        "the picture's size has changed from 32×24 to 48×24",
    )
    play(viewer, [("well", 1.0)])
    assert viewer.capture.state == (SourceState.RUNNING, "")
    assert viewer.last is not None
    assert viewer.last.size == (48, 24)


def test_a_frozen_picture_is_told_and_keeps_running() -> None:
    viewer = simulated()
    play(viewer, [("well", 1.0), ("frozen", 6.0)])
    assert viewer.capture.state == (SourceState.RUNNING, "the picture has not changed for 5 s")
    assert len(viewer.camera.readers) == 1
    play(viewer, [("well", 1.0)])
    assert viewer.capture.state == (SourceState.RUNNING, "")
    assert viewer.states == [SourceState.RUNNING] * 3  # running, frozen, changing again


def test_a_frozen_picture_is_opened_again_where_that_is_asked_for() -> None:
    viewer = simulated(RecoveryPolicy(reopen_frozen=True))
    play(viewer, [("well", 1.0), ("frozen", 6.0)])
    assert len(viewer.camera.readers) == 2


@pytest.mark.parametrize("patient", [False, True])
def test_one_that_is_not_there_at_first_is_an_error_unless_others_work(patient: bool) -> None:
    viewer = simulated(patient=patient)
    play(viewer, [("unplugged", 20.0)])
    assert str(viewer.capture.hopeless) == "unplugged"
    assert (len(viewer.camera.readers) > 1) == patient
    if not patient:
        assert viewer.capture.state == (SourceState.FAILED, "unplugged")
        assert str(viewer.capture.error) == "unplugged"
        assert viewer.states == [SourceState.FAILED]
        return
    assert viewer.capture.error is None
    assert viewer.capture.state == (SourceState.RECONNECTING, "unplugged")
    play(viewer, [("well", WELL_AFTER_S)])
    assert viewer.capture.state == (SourceState.RUNNING, "")
    assert viewer.capture.hopeless is None


def test_it_is_given_up_after_so_many_retries_and_everyone_is_ended() -> None:
    viewer = simulated(RecoveryPolicy(max_retries=0))
    play(viewer, [("well", 1.0), ("unplugged", 1.5)])
    assert str(viewer.capture.error) == "fake was given up after 0 retries: unplugged"
    assert viewer.is_lost
    assert viewer.states == [SourceState.RUNNING, SourceState.RECONNECTING, SourceState.FAILED]
    with pytest.raises(Closed):
        viewer.capture.frames.get(0.0)


def test_a_file_that_plays_is_waited_for_and_never_begins_anew() -> None:
    viewer = simulated(rewinds=True)
    play(viewer, [("well", 1.0), ("hangs", 9.0)])
    assert viewer.is_lost
    assert viewer.capture.state == (SourceState.STALLED, "no frame for 2.0 s")
    play(viewer, [("resized", 1.0)])
    assert viewer.capture.state == (SourceState.RUNNING, "")
    assert len(viewer.camera.readers) == 1
    play(viewer, [("unplugged", 1.0)])
    assert str(viewer.capture.error) == "unplugged"


def test_one_frame_in_five_seconds_is_no_stall_where_no_more_were_asked_for() -> None:
    viewer = simulated(period_s=5.0)
    play(viewer, [("well", 1.0)])
    viewer.camera.becomes("hangs")
    viewer.world.run(14.0, lambda: None)
    assert viewer.capture.state == (SourceState.RUNNING, "the picture has not changed for 5 s")
    viewer.world.run(16.2, lambda: None)
    assert viewer.capture.state[0] is SourceState.STALLED
