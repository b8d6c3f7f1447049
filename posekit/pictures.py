"""Results drawn on their pictures: into a video, into a picture that is kept up to date, into a window.

Drawing and writing happen in a thread of their own, per source; of a camera, pictures are left out when that is slow.
"""

import logging
import os
import statistics
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.channels import Channel, Closed
from posekit.drawing import Annotator
from posekit.errors import ConfigError
from posekit.sources.images import PICTURE_SUFFIXES
from posekit.types import Frame, FrameResult

__all__ = ["Exhibition", "PictureOutput", "Snapshot", "VideoFile", "of_source"]

Image = NDArray[np.uint8]

#: Container to the codec that OpenCV brings for it on every system.
_CODECS: Final = {".mp4": "mp4v", ".m4v": "mp4v", ".mov": "mp4v", ".mkv": "mp4v", ".avi": "XVID"}
#: So many pictures tell the rate of a video; a rate near one of these is meant to be it.
_LEAD: Final = 12
_USUAL_FPS: Final = (5.0, 10.0, 12.0, 12.5, 15.0, 20.0, 24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 50.0, 60.0)
_DEFAULT_FPS: Final = 30.0
#: A longer gap, as when a camera was lost, is not filled with the last picture.
_LONGEST_GAP_S: Final = 2.0
_SNAPSHOT_S: Final = 1.0
_QUEUE: Final = 4

_logger = logging.getLogger(__name__)


class PictureOutput(Protocol):
    """Where drawn pictures go."""

    def show(self, image: Image, timestamp_s: float) -> None:
        """Take a picture: (H, W, 3) uint8 BGR, which nobody changes any more."""
        ...

    def close(self) -> None:
        """Finish. Safe to call twice."""
        ...


class _Queue(Channel[tuple[Frame, FrameResult]]):
    """Pictures that wait to be drawn. lossless: until ``hurry`` whoever has one waits for room; else the oldest go."""

    def __init__(self, *, lossless: bool) -> None:
        super().__init__(_QUEUE)
        self._lossless = lossless

    def hurry(self) -> None:
        """Be lossless no more."""
        with self._changed:
            self._lossless = False
            self._changed.notify_all()

    def _make_room(self, item: tuple[Frame, FrameResult]) -> None:
        self._changed.wait_for(lambda: self._closed or not self._lossless or len(self._items) < self._capacity)
        while not self._closed and len(self._items) >= self._capacity:
            self._items.popleft()
            self.dropped += 1


class Exhibition:
    """Draws one source's results on its pictures and shows them to outputs. lossless: every picture counts."""

    def __init__(self, outputs: Sequence[PictureOutput], *, lossless: bool, name: str) -> None:
        self._outputs = list(outputs)
        self._annotator = Annotator()
        self._queue = _Queue(lossless=lossless)
        self._thread = Thread(target=self._work, name=f"pictures-{name}", daemon=True)
        self._thread.start()

    def put(self, frame: Frame, result: FrameResult) -> None:
        """Queue a picture with its result; after ``close`` it is ignored."""
        with suppress(Closed):
            self._queue.put((frame, result))

    def hurry(self) -> None:
        """Leave pictures out from now on where drawing is too slow: a camera does not wait."""
        self._queue.hurry()

    def close(self) -> None:
        """Draw what is queued and finish the outputs."""
        self._queue.close()
        self._thread.join()
        for output in self._outputs:
            output.close()

    def _work(self) -> None:
        while True:
            try:
                frame, result = self._queue.get()
            except Closed:
                return
            image = np.ascontiguousarray(frame.image[:, ::-1]) if result.mirrored else frame.image.copy()
            self._annotator.draw(image, result)
            for output in [*self._outputs]:
                try:
                    output.show(image, result.timestamp_s)
                except Exception as error:
                    _logger.warning("pictures: %s; the run goes on", error, exc_info=not isinstance(error, OSError))
                    self._outputs.remove(output)
                    output.close()


class VideoFile:
    """A video of constant rate, in which everything takes as long as it took.

    The rate is that of the first pictures; where one is late the last is repeated, up to a pause. Raises ConfigError
    for a file of an unknown kind, or in a folder that is not there.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in _CODECS:
            raise ConfigError(f"--save {path} is no video that can be written: name it {', '.join(_CODECS)}")
        _check_folder("--save", path)
        self._path = path
        self._lead: list[tuple[Image, float]] = []
        self._writer: cv2.VideoWriter | None = None
        self._fps = _DEFAULT_FPS
        self._size = (0, 0)
        self._last: Image = np.zeros((0, 0, 3), np.uint8)
        self._next_s = 0.0
        self._closed = False

    def show(self, image: Image, timestamp_s: float) -> None:
        """Add a picture. Raises OSError if the file cannot be written."""
        if self._writer is not None:
            self._add(image, timestamp_s)
            return
        self._lead.append((image, timestamp_s))
        if len(self._lead) == _LEAD:
            self._begin()

    def close(self) -> None:
        """Finish the file; without pictures there is none."""
        if self._closed:
            return
        self._closed = True
        if self._lead:
            self._begin()
        if self._writer is not None:
            self._writer.release()

    def _begin(self) -> None:
        lead, self._lead = self._lead, []
        self._fps = rate([timestamp_s for _, timestamp_s in lead])
        height, width = lead[0][0].shape[:2]
        # Codecs want even sides.
        self._size = (width - width % 2, height - height % 2)
        codec = cv2.VideoWriter.fourcc(*_CODECS[self._path.suffix.lower()])
        writer = cv2.VideoWriter(str(self._path), cv2.CAP_FFMPEG, codec, self._fps, self._size)
        if not writer.isOpened():
            raise OSError(f"{self._path} cannot be written")
        self._writer = writer
        self._next_s, self._last = lead[0][1], lead[0][0][: self._size[1], : self._size[0]]
        for image, timestamp_s in lead:
            self._add(image, timestamp_s)

    def _add(self, image: Image, timestamp_s: float) -> None:
        """Write the picture as often as its time has come since the last one."""
        assert self._writer is not None
        width, height = self._size
        if image.shape[:2] != (height, width):
            same = image.shape[1] - width in (0, 1) and image.shape[0] - height in (0, 1)
            image = np.asarray(image[:height, :width] if same else cv2.resize(image, self._size), np.uint8)
        period_s = 1.0 / self._fps
        late_s = timestamp_s - self._next_s
        if not -_LONGEST_GAP_S < late_s < _LONGEST_GAP_S:
            late_s, self._next_s = 0.0, timestamp_s
        if late_s < -period_s / 2:
            return
        for _ in range(max(int(late_s / period_s + 0.5), 0)):
            self._writer.write(self._last)
            self._next_s += period_s
        self._writer.write(image)
        self._next_s += period_s
        self._last = image


def rate(times_s: Sequence[float]) -> float:
    """Pictures per second of these times."""
    steps = [b - a for a, b in pairwise(times_s) if b > a]
    if not steps:
        return _DEFAULT_FPS
    usually_s = statistics.median(steps)
    # Stamps may be whole milliseconds: only their mean is exact. Gaps do not count.
    fps = 1.0 / statistics.fmean(step for step in steps if step < 1.5 * usually_s)
    usual = min(_USUAL_FPS, key=lambda known: abs(known - fps))
    return usual if abs(usual - fps) < 0.002 * fps else round(min(max(fps, 1.0), 240.0), 2)


class Snapshot:
    """The newest picture in a file, replaced once a second and at the end; whoever reads it finds a whole one.

    Raises ConfigError for a file of an unknown kind, or in a folder that is not there.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in PICTURE_SUFFIXES:
            raise ConfigError(f"--snapshot {path} is no picture: name it {', '.join(PICTURE_SUFFIXES)}")
        _check_folder("--snapshot", path)
        self._path = path
        self._newest: Image | None = None
        self._due_s: float | None = None

    def show(self, image: Image, timestamp_s: float) -> None:
        """Keep a picture. Raises OSError if the file cannot be written."""
        self._newest = image
        if self._due_s is None or not self._due_s - _SNAPSHOT_S <= timestamp_s < self._due_s:
            self._due_s = timestamp_s + _SNAPSHOT_S
            self._write()

    def close(self) -> None:
        """Write the newest picture."""
        with suppress(OSError):
            self._write()

    def _write(self) -> None:
        if self._newest is None:
            return
        encoded = cv2.imencode(self._path.suffix, self._newest)[1]
        self._newest = None
        aside = self._path.with_name(f".{self._path.name}.part")
        try:
            aside.write_bytes(encoded.tobytes())
            os.replace(aside, self._path)
        except OSError as error:
            raise OSError(f"{self._path} cannot be written ({error.strerror})") from None


def of_source(path: Path, source: str, sources: Sequence[str]) -> Path:
    """The file of one of several sources: its name behind the file's."""
    return path if len(sources) == 1 else path.with_name(f"{path.stem}-{source}{path.suffix}")


def _check_folder(option: str, path: Path) -> None:
    if not path.absolute().parent.is_dir():
        raise ConfigError(f"{option} {path}: there is no folder {path.absolute().parent}")
    if path.is_dir():
        raise ConfigError(f"{option} {path} is a folder; name a file in it")
