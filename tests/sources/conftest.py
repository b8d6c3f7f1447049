"""Small videos and pictures made on the spot, and a driver that misbehaves on command."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

IMAGE = np.full((24, 32, 3), 7, np.uint8)


class FakeCapture:
    """Stands in for ``cv2.VideoCapture``: no camera can be plugged into a test machine.

    steps: per grab, an image, None for one that cannot be decoded, False for a grab that fails, or a function that is
    called inside the grab and returns one of these; after the last, every grab fails. stamps_ms: per grab,
    CAP_PROP_POS_MSEC. Everything above this class is what runs with a real camera.
    """

    def __init__(
        self,
        steps: Iterable[Any] = (),
        *,
        opened: bool = True,
        stamps_ms: Sequence[float] = (),
        properties: dict[int, float] | None = None,
    ) -> None:
        self.steps = deque(steps)
        self.opened = opened
        self.stamps_ms = deque(stamps_ms)
        self.stamp_ms = 0.0
        self.properties = properties or {}
        self.asked: list[tuple[int, float]] = []
        self.image: Any = None
        self.released = 0
        self.used_after_release = False

    def isOpened(self) -> bool:
        return self.opened

    def grab(self) -> bool:
        self.used_after_release |= bool(self.released)
        step = self.steps.popleft() if self.steps else False
        if callable(step):
            step = step()
        if step is False:
            return False
        self.image = step
        self.stamp_ms = self.stamps_ms.popleft() if self.stamps_ms else 0.0
        return True

    def retrieve(self) -> tuple[bool, Any]:
        self.used_after_release |= bool(self.released)
        return self.image is not None, self.image

    def get(self, number: int, /) -> float:
        if number == cv2.CAP_PROP_POS_MSEC:
            return self.stamp_ms
        return self.properties.get(number, 0.0)

    def set(self, number: int, value: float, /) -> bool:
        self.asked.append((number, value))
        return False

    def release(self) -> None:
        self.released += 1


@pytest.fixture
def image() -> np.ndarray:
    return IMAGE


@pytest.fixture
def fake_capture() -> type[FakeCapture]:
    return FakeCapture


@pytest.fixture
def write_video(tmp_path: Path) -> Callable[..., Path]:
    """Write a video of ``frames`` pictures (``draw(index)`` gives each) and return its path."""

    def write(
        name: str = "video.avi",
        *,
        frames: int = 12,
        fps: float = 10.0,
        size: tuple[int, int] = (64, 48),
        fourcc: str = "MJPG",
        draw: Callable[[int], np.ndarray] | None = None,
    ) -> Path:
        path = tmp_path / name
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*fourcc), fps, size)
        assert writer.isOpened()
        for index in range(frames):
            picture = draw(index) if draw else np.full((size[1], size[0], 3), index * 20 % 256, np.uint8)
            writer.write(picture)
        writer.release()
        return path

    return write
