"""Cameras: which there are, and their frames, stamped when they were grabbed."""

import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import cv2
from cv2_enumerate_cameras import enumerate_cameras, supported_backends

from posekit.errors import SourceError
from posekit.sources.naming import slug
from posekit.sources.opencv import Capture, Captures, OpenCapture, live_frames, open_camera
from posekit.types import Frame

__all__ = ["Camera", "CameraDevice", "cameras", "open_device"]

#: One backend per platform, for listing and for opening, so that a number means the same camera in both. On Windows
#: DirectShow: it opens at once and knows virtual cameras.
_BACKENDS: Final = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
_BACKEND: Final = _BACKENDS.get(sys.platform, cv2.CAP_ANY)

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraDevice:
    """A camera that the system knows: what ``posekit run`` takes as its number, its name, its path ('' if none)."""

    index: int
    name: str
    path: str
    backend: str

    def __str__(self) -> str:
        return f"{self.index} '{self.name}'"


def cameras() -> tuple[CameraDevice, ...]:
    """The cameras of this computer, by index. None is opened."""
    backend = _BACKEND if _BACKEND in supported_backends else cv2.CAP_ANY
    found = (
        CameraDevice(index=info.index, name=info.name, path=info.path or "", backend=_backend_name(info.backend))
        for info in enumerate_cameras(backend)
    )
    return tuple(sorted(found, key=lambda device: device.index))


def open_device(device: int | str) -> Capture:
    """Open a camera by index or path with this platform's backend."""
    return open_camera(device, _BACKEND)


class Camera:
    """A camera, of which only the newest frame matters.

    device: its index, its path (``/dev/video0``), or a part of its name, large and small letters alike. A name is
    looked up at every opening: a camera that comes back under another index is found again.
    width, height: pixels; fps: frames per second; pixel_format: four letters such as MJPG, which many USB cameras need
    for their larger sizes. The driver takes the nearest it can; a size that differs is logged.
    clock: monotonic seconds, read right after each grab. open_capture, find: the driver and the list of cameras.
    """

    live = True

    def __init__(
        self,
        device: int | str = 0,
        *,
        name: str | None = None,
        width: int | None = None,
        height: int | None = None,
        fps: float | None = None,
        pixel_format: str | None = None,
        clock: Callable[[], float] = time.perf_counter,
        open_capture: OpenCapture = open_device,
        find: Callable[[], Sequence[CameraDevice]] = cameras,
    ) -> None:
        self.name = name or _name(device)
        self._device = device
        self._size = (width, height)
        self._fps = fps
        self._pixel_format = pixel_format
        self._clock = clock
        self._open_capture = open_capture
        self._find = find
        self._captures = Captures()

    def __iter__(self) -> Iterator[Frame]:
        """Open the camera and yield its frames until ``close``.

        Raises SourceError if there is no such camera (listing those there are), if it cannot be opened, or if it stops
        delivering.
        """
        if self._captures.closed:
            return
        target = self._target(self._find())
        with self._captures.opened(self._open_capture, target) as capture:
            if not capture.is_opened() and not self._captures.closed:
                raise self._refusal(target)
            for number, value in self._wishes():
                capture.set(number, value)
            for frame in live_frames(capture, self._clock):
                if frame.seq == 0:
                    self._compare(frame.size)
                yield frame
        if not self._captures.closed:
            raise SourceError(f"camera {self._device} delivers no more pictures; is it still plugged in?")

    def close(self) -> None:
        """Release the camera, for good; the iteration ends. Safe to call twice and from another thread."""
        self._captures.close()

    def among(self, found: Sequence[CameraDevice]) -> CameraDevice | None:
        """Which of these cameras it is; None if it is none, or that is not clear."""
        with suppress(SourceError):
            target = self._target(found)
            return next((camera for camera in found if target in (camera.index, camera.path)), None)
        return None

    def _target(self, found: Sequence[CameraDevice]) -> int | str:
        """What to open. What is not listed is not tried: some drivers would print their own complaint."""
        device = self._device
        if isinstance(device, int):
            if all(camera.index != device for camera in found):
                raise self._missing(found)
            return device
        if device.startswith("/dev/"):
            return device
        wanted = device.casefold()
        exact = [camera for camera in found if wanted in (camera.name.casefold(), camera.path.casefold())]
        matches = exact or [camera for camera in found if wanted in camera.name.casefold()]
        if not matches:
            raise self._missing(found)
        if len(matches) > 1:
            raise SourceError(f"several cameras are called '{device}'{_listed(matches)}; give the number")
        return matches[0].index

    def _missing(self, found: Sequence[CameraDevice]) -> SourceError:
        device = self._device
        named = isinstance(device, str) and not device.startswith("/dev/")
        wanted = f"camera or file '{device}'" if named else f"camera {device}"
        return SourceError(f"no {wanted}; found{_listed(found)}; try 'posekit run performer'")

    def _refusal(self, target: int | str) -> SourceError:
        found = self._find()
        for camera in found:
            if target in (camera.index, camera.path):
                return SourceError(
                    f"camera {camera} cannot be opened: another program may be using it, or access is not allowed; "
                    "close that program, or allow access in the system's settings"
                )
        return self._missing(found)

    def _wishes(self) -> Iterator[tuple[int, float]]:
        # The format first: it decides which sizes and rates there are.
        if self._pixel_format is not None:
            yield cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*self._pixel_format)
        wanted = (self._size[0], self._size[1], self._fps)
        for number, value in zip(
            (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS), wanted, strict=True
        ):
            if value is not None:
                yield number, value
        yield cv2.CAP_PROP_BUFFERSIZE, 1

    def _compare(self, size: tuple[int, int]) -> None:
        """Say so when the driver took another size than was asked for."""
        wanted = tuple(asked or got for asked, got in zip(self._size, size, strict=True))
        if wanted != size:
            _logger.warning(
                "camera %s delivers %d×%d, not %d×%d; try '?format=MJPG' or another size", self._device, *size, *wanted
            )


def _name(device: int | str) -> str:
    if isinstance(device, int):
        return f"camera-{device}" if device else "camera"
    return slug(device.removeprefix("/dev/"), "camera")


def _listed(found: Sequence[CameraDevice]) -> str:
    return ": " + ", ".join(map(str, found)) if found else " none"


def _backend_name(number: int) -> str:
    return cv2.videoio_registry.getBackendName(number) if number else ""
