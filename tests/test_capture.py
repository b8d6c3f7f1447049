"""A live source in real threads. What it does in every order of troubles is in ``test_capture_simulation``; here the
camera is a fake too, as a real one cannot misbehave on command, but threads and waits are real and wait for events."""

import threading
import time
from collections.abc import Callable, Iterator
from threading import Event

import numpy as np
import pytest

from posekit import capture as capture_module
from posekit.capture import LiveCapture
from posekit.channels import Closed
from posekit.errors import SourceError
from posekit.feed import Lost
from posekit.recovery import RecoveryPolicy
from posekit.types import Frame, SourceState

#: Nothing counts as a stall, however busy this computer is; or everything soon does.
QUICK = RecoveryPolicy(stall_s=1e3, open_s=1e3, first_backoff_s=0.001, max_backoff_s=0.002)
HASTY = RecoveryPolicy(stall_s=0.05, open_s=1e3, first_backoff_s=0.001, max_backoff_s=0.002)
PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def _quick_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture_module, "TICK_S", 0.001)


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


def well(width: int = 32) -> Callable[[], Iterator[Frame]]:
    def script() -> Iterator[Frame]:
        pause, number = Event(), 0
        while not pause.wait(0.001):
            number += 1
            yield frame(width, number)

    return script


def failing(error: Exception | None, frames: int = 0) -> Callable[[], Iterator[Frame]]:
    """So many frames, and then the error, or the end."""

    def script() -> Iterator[Frame]:
        for number in range(frames):
            yield frame(brightness=number)
        if error is not None:
            raise error

    return script


def start(camera: Camera, policy: RecoveryPolicy = QUICK) -> LiveCapture:
    capture = LiveCapture(camera, clock=time.perf_counter, policy=policy)
    capture.start()
    return capture


def close(capture: LiveCapture) -> None:
    capture.stop()
    capture.join(PATIENCE_S)
    assert not [thread for thread in threading.enumerate() if thread.name == "capture-fake"]


def until(capture: LiveCapture, wanted: Callable[[Frame | Lost], bool]) -> list[Frame | Lost]:
    """What came out of the capture until ``wanted`` is satisfied."""
    seen: list[Frame | Lost] = []
    while True:
        seen.append(capture.frames.get(PATIENCE_S))
        if wanted(seen[-1]):
            return seen


def is_wide(item: Frame | Lost) -> bool:
    return isinstance(item, Frame) and item.size == (48, 24)


def test_frames_are_numbered_and_stamped_until_the_source_ends() -> None:
    capture = start(Camera(failing(None, frames=1)))
    first = capture.frames.get(PATIENCE_S)
    assert isinstance(first, Frame)
    assert first.seq == 0
    assert 0 < first.grabbed_s <= time.perf_counter()
    with pytest.raises(Closed):
        capture.frames.get(PATIENCE_S)
    assert capture.error is None


def test_a_camera_that_was_never_there_is_an_error_and_not_tried_again() -> None:
    camera = Camera(failing(SourceError("no camera 3")))
    capture = start(camera)
    with pytest.raises(Closed):
        capture.frames.get(PATIENCE_S)
    assert str(capture.error) == "no camera 3"
    assert camera.opened == 1


def test_an_unplugged_camera_comes_back_and_numbers_go_on() -> None:
    camera = Camera(
        failing(SourceError("unplugged"), frames=3),
        failing(SourceError("still unplugged")),
        failing(SourceError("still")),
        well(width=48),
    )
    capture = start(camera)
    seen = until(capture, is_wide)
    numbers = [item.seq for item in seen if isinstance(item, Frame)]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == 3
    close(capture)


def test_a_read_that_hangs_is_abandoned_and_ends_by_itself() -> None:
    released = Event()

    def hangs() -> Iterator[Frame]:
        yield frame()
        released.wait(PATIENCE_S)
        yield frame(width=999)  # must never be seen: its reader was abandoned

    capture = start(Camera(hangs, well(width=48)), HASTY)
    seen = until(capture, is_wide)
    assert any(isinstance(item, Lost) for item in seen)
    released.set()
    widths = {item.size[0] for item in (capture.frames.get(PATIENCE_S) for _ in range(20)) if isinstance(item, Frame)}
    assert widths == {48}
    close(capture)
    assert not [thread for thread in threading.enumerate() if thread.name == "read-fake"]


def test_closing_does_not_wait_for_a_driver_that_hangs() -> None:
    entered, released = Event(), Event()

    def hangs() -> Iterator[Frame]:
        entered.set()
        released.wait(PATIENCE_S)
        yield frame()

    capture = start(Camera(hangs))
    assert entered.wait(PATIENCE_S)
    assert capture.state[0] is SourceState.OPENING  # it can be asked meanwhile
    capture.stop()
    capture.join(0.0)
    assert not released.is_set()
    released.set()
    capture.join(PATIENCE_S)
    assert not [thread for thread in threading.enumerate() if thread.name.endswith("-fake")]


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

    capture = start(Camera(garbage, well(width=48)))
    seen = until(capture, is_wide)
    assert {item.image.shape for item in seen if isinstance(item, Frame)} <= {(24, 32, 3), (24, 48, 3)}
    assert any(f"{image.shape}" in change.message for change in capture.changes())
    close(capture)


def test_a_bug_in_a_source_is_survived_as_well() -> None:
    capture = start(Camera(failing(ZeroDivisionError("a bug"), frames=1), well(width=48)))
    until(capture, is_wide)
    assert "fake failed (ZeroDivisionError: a bug)" in [change.message for change in capture.changes()]
    close(capture)
