"""OpenCV's video capture: opened without its chatter, read frame by frame, released from any thread."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Event, Lock
from typing import Any, Final, Protocol, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.types import Frame

__all__ = [
    "TIMEOUT_S",
    "Capture",
    "Captures",
    "HeldCapture",
    "OpenCapture",
    "live_frames",
    "open_camera",
    "open_file",
    "open_url",
    "quieten",
]

#: Connecting to a URL, and every read from it, may take so long; likewise a read from a camera on Linux.
TIMEOUT_S: Final = 5.0

_UNDECODABLE = 30


class Capture(Protocol):
    """What is used of ``cv2.VideoCapture``; tests plug in cameras of their own."""

    def isOpened(self) -> bool:
        """Whether frames can be expected."""
        ...

    def grab(self) -> bool:
        """Take the next frame, undecoded."""
        ...

    def retrieve(self) -> tuple[bool, Any]:
        """Decode the frame that was grabbed last."""
        ...

    def get(self, propId: int, /) -> float:
        """A property's value, 0 where it is not known."""
        ...

    def set(self, propId: int, value: float, /) -> bool:
        """Ask for a property's value; whether the driver took it."""
        ...

    def release(self) -> None:
        """Let the device go."""
        ...


T = TypeVar("T")

OpenCapture = Callable[[int | str], Capture]


@cache
def quieten() -> None:
    """Keep OpenCV and FFmpeg from printing: what goes wrong is said once, by us.

    Done when the first source is opened, for the whole process, because neither knows a narrower scope. Set
    OPENCV_LOG_LEVEL or OPENCV_FFMPEG_LOGLEVEL to see their messages all the same.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", f"{TIMEOUT_S:.0f}")
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def open_camera(device: int | str, backend: int) -> Capture:
    """Open a camera by index or path, with one of OpenCV's CAP_ backends."""
    quieten()
    return cv2.VideoCapture(device, backend)


def open_file(path: int | str) -> Capture:
    """Open a video file."""
    quieten()
    return cv2.VideoCapture(str(path), _ffmpeg())


def open_url(url: int | str) -> Capture:
    """Open a stream or a video by its URL, with ``TIMEOUT_S`` for the connection and for every read."""
    quieten()
    milliseconds = int(TIMEOUT_S * 1e3)
    timeouts = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, milliseconds, cv2.CAP_PROP_READ_TIMEOUT_MSEC, milliseconds]
    return cv2.VideoCapture(str(url), cv2.CAP_FFMPEG, timeouts)


def _ffmpeg() -> int:
    """FFmpeg where it is built in: other backends take a file's name for the pattern of a picture sequence."""
    return cv2.CAP_FFMPEG if cv2.CAP_FFMPEG in cv2.videoio_registry.getBackends() else cv2.CAP_ANY


class HeldCapture:
    """A capture that any thread may release.

    It happens at once when nobody is inside the driver, and otherwise in the thread that is, as soon as the driver's
    call returns: releasing a device under a read crashes some drivers. What OpenCV raises counts as a failed read.
    """

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._inside = Lock()
        self._unwanted = False
        self._released = False

    def is_opened(self) -> bool:
        """Whether frames can be expected."""
        return self._do(self._capture.isOpened, False)

    def grab(self) -> bool:
        """Take the next frame, undecoded; false when there is none, and after ``release``."""
        return self._do(self._capture.grab, False)

    def retrieve(self) -> NDArray[np.uint8] | None:
        """The frame that was grabbed, or None if it cannot be decoded."""
        decoded, image = self._do(self._capture.retrieve, (False, None))
        return image if decoded and image is not None and image.size else None

    def get(self, number: int) -> float:
        """A property's value, 0 where it is not known."""
        return self._do(lambda: self._capture.get(number), 0.0)

    def set(self, number: int, value: float) -> bool:
        """Ask for a property's value; whether the driver took it."""
        return self._do(lambda: self._capture.set(number, value), False)

    def release(self) -> None:
        """Let the device go. Safe to call twice and from another thread; does not wait for the driver."""
        self._unwanted = True
        self._settle()

    def _do(self, call: Callable[[], T], otherwise: T) -> T:
        try:
            with self._inside:
                return otherwise if self._unwanted else call()
        except cv2.error:
            return otherwise
        finally:
            self._settle()

    def _settle(self) -> None:
        if self._unwanted and self._inside.acquire(blocking=False):
            try:
                if not self._released:
                    self._released = True
                    self._capture.release()
            finally:
                self._inside.release()


class Captures:
    """The captures that one source has open: usually one, two while an abandoned read still hangs."""

    def __init__(self) -> None:
        self._closed = Event()
        self._held: set[HeldCapture] = set()
        self._changing = Lock()

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called."""
        return self._closed.is_set()

    @contextmanager
    def opened(self, open_capture: OpenCapture, target: int | str) -> Iterator[HeldCapture]:
        """Open a capture and release it at the end of the context, or earlier if ``close`` is called."""
        held = HeldCapture(open_capture(target))
        with self._changing:
            self._held.add(held)
        if self.closed:
            held.release()
        try:
            yield held
        finally:
            with self._changing:
                self._held.discard(held)
            held.release()

    def close(self) -> None:
        """Release everything, for good."""
        self._closed.set()
        with self._changing:
            held = list(self._held)
        for capture in held:
            capture.release()


def live_frames(capture: HeldCapture, clock: Callable[[], float]) -> Iterator[Frame]:
    """The frames of a camera or stream, stamped right after the grab, until a read fails.

    Pictures that cannot be decoded are left out; a second of nothing else (30 in a row) is a failure as well.
    """
    seq = undecodable = 0
    while undecodable < _UNDECODABLE and capture.grab():
        timestamp_s = clock()
        image = capture.retrieve()
        if image is None:
            undecodable += 1
            continue
        undecodable = 0
        yield Frame(image=image, timestamp_s=timestamp_s, seq=seq, grabbed_s=timestamp_s)
        seq += 1
