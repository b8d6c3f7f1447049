"""A live source that is unplugged, hangs and delivers garbage. The camera is a fake: a real one cannot misbehave on
command. Everything else is real: threads, clock, recovery (with times a hundred times shorter)."""

import threading
import time
from collections.abc import Callable, Iterator
from threading import Event

import numpy as np
import pytest

from posekit.capture import MAX_STUCK, LiveCapture, Lost
from posekit.channels import Closed
from posekit.errors import SourceError
from posekit.recovery import RecoveryPolicy
from posekit.types import Frame, SourceState

FAST = RecoveryPolicy(stall_s=0.05, open_s=0.2, first_backoff_s=0.01, max_backoff_s=0.02)
PATIENCE_S = 30.0


def frame(width: int = 32, brightness: int = 0) -> Frame:
    return Frame(image=np.full((24, width, 3), brightness % 256, np.uint8), timestamp_s=0.0, seq=0)


class Camera:
    """A fake camera: each opening plays the next of ``scripts``, the last one again and again."""

    name = "fake"
    live = True

    def __init__(self, *scripts: Callable[[], Iterator[Frame]]) -> None:
        self.scripts = scripts
        self.opened = 0

    def __iter__(self) -> Iterator[Frame]:
        script = self.scripts[min(self.opened, len(self.scripts) - 1)]
        self.opened += 1
        return script()

    def close(self) -> None:
        pass


def well(brightness: int = 0, width: int = 32, released: Event | None = None) -> Callable[[], Iterator[Frame]]:
    def script() -> Iterator[Frame]:
        pause = released or Event()
        number = brightness
        while not pause.wait(0.002):
            number += 1
            yield frame(width, number)

    return script


def failing(message: str, frames: int = 0) -> Callable[[], Iterator[Frame]]:
    def script() -> Iterator[Frame]:
        for number in range(frames):
            yield frame(brightness=number)
        raise SourceError(message)

    return script


def ended(frames: int) -> Callable[[], Iterator[Frame]]:
    def script() -> Iterator[Frame]:
        for number in range(frames):
            yield frame(brightness=number)

    return script


def start(camera: Camera) -> LiveCapture:
    capture = LiveCapture(camera, clock=time.perf_counter, policy=FAST)
    capture.start()
    return capture


def until(capture: LiveCapture, wanted: Callable[[Frame | Lost], bool]) -> list[Frame | Lost]:
    """What came out of the capture until ``wanted`` is satisfied."""
    seen: list[Frame | Lost] = []
    while True:
        seen.append(capture.frames.get(PATIENCE_S))
        if wanted(seen[-1]):
            return seen


def is_frame(item: Frame | Lost) -> bool:
    return isinstance(item, Frame)


def test_frames_are_numbered_and_stamped() -> None:
    capture = start(Camera(ended(1)))
    (first,) = until(capture, is_frame)
    assert isinstance(first, Frame)
    assert first.seq == 0
    assert 0 < first.grabbed_s <= time.perf_counter()
    with pytest.raises(Closed):
        capture.frames.get(PATIENCE_S)
    assert capture.error is None


def test_a_camera_that_was_never_there_is_an_error_and_not_tried_again() -> None:
    camera = Camera(failing("no camera 3"))
    capture = start(camera)
    with pytest.raises(Closed):
        capture.frames.get(PATIENCE_S)
    assert str(capture.error) == "no camera 3"
    assert camera.opened == 1


def test_an_unplugged_camera_comes_back_and_numbers_go_on() -> None:
    camera = Camera(failing("unplugged", frames=3), failing("still unplugged"), failing("still"), well())
    capture = start(camera)
    seen = until(capture, lambda item: isinstance(item, Frame) and camera.opened == 4)
    numbers = [item.seq for item in seen if isinstance(item, Frame)]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] >= 3
    capture.close()


def test_a_read_that_hangs_is_abandoned_and_the_stall_ends_people() -> None:
    released = Event()

    def hangs() -> Iterator[Frame]:
        yield frame()
        released.wait(PATIENCE_S)
        yield frame(width=999)  # must never be seen: its reader was abandoned

    camera = Camera(hangs, well())
    capture = start(camera)
    until(capture, lambda item: isinstance(item, Lost))
    until(capture, is_frame)
    released.set()
    widths = {item.size[0] for item in (capture.frames.get(PATIENCE_S) for _ in range(20)) if isinstance(item, Frame)}
    assert widths == {32}
    capture.close()


def test_no_more_readers_hang_than_the_bound_and_close_returns_at_once() -> None:
    released = Event()

    def hangs() -> Iterator[Frame]:
        yield frame()
        released.wait(PATIENCE_S)

    def hangs_in_open() -> Iterator[Frame]:
        released.wait(PATIENCE_S)
        yield frame()

    camera = Camera(hangs, hangs_in_open)
    capture = start(camera)
    waiting = "the driver does not return from a read; waiting for it"
    poll = Event()
    for _ in range(3000):
        if capture.state[1] == waiting:
            break
        poll.wait(0.01)
    assert capture.state[1] == waiting
    assert capture.state[0] in (SourceState.STALLED, SourceState.RECONNECTING)
    assert sum(thread.name == "read-fake" for thread in threading.enumerate()) == MAX_STUCK
    capture.close()
    released.set()
    for thread in threading.enumerate():
        if thread.name in ("read-fake", "capture-fake"):
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
    ],
)
def test_garbage_is_no_frame(image: np.ndarray) -> None:
    def garbage() -> Iterator[Frame]:
        yield frame()
        yield Frame(image=image, timestamp_s=0.0, seq=1)

    camera = Camera(garbage, well(width=48))
    capture = start(camera)
    seen = until(capture, lambda item: isinstance(item, Frame) and item.size == (48, 24))
    assert {item.image.shape for item in seen if isinstance(item, Frame)} <= {(24, 32, 3), (24, 48, 3)}
    capture.close()


def test_a_bug_in_a_source_is_survived_as_well() -> None:
    def broken() -> Iterator[Frame]:
        yield frame()
        raise ZeroDivisionError("a bug")

    capture = start(Camera(broken, well(width=48)))
    until(capture, lambda item: isinstance(item, Frame) and item.size == (48, 24))
    capture.close()
