"""Video files: every frame, with its time in the file."""

import codecs
import logging
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import cv2

from posekit.errors import SourceError
from posekit.sources.naming import is_url, masked, opening, slug
from posekit.sources.opencv import Captures, HeldCapture, OpenCapture, open_file, open_url
from posekit.types import Frame

__all__ = ["VIDEO_SUFFIXES", "MediaTime", "Video"]

#: What is a video by its name. Other files are tried as well.
VIDEO_SUFFIXES: Final = (".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".ts", ".wmv", ".ogv")

#: Grabs that may fail in a row before that counts as the end of the file.
_FAILED_GRABS = 10
_DEFAULT_FPS = 30.0
_GREATEST_GAP_S = 3600.0
_SMALL_STEP_BACK_S = 1.0

_logger = logging.getLogger(__name__)


class MediaTime:
    """Turns the time stamps of a file into seconds that always grow.

    fps: the file's frame rate, 30 is assumed where it makes no sense. A stamp that stands still or goes back a little
    is replaced by one frame period after the last time; when stamps start anew (back by more than a second, or ahead
    by more than an hour) the times go on from there.
    """

    def __init__(self, fps: float) -> None:
        self._period_s = 1.0 / fps if 1.0 / _GREATEST_GAP_S <= fps <= 1000.0 else 1.0 / _DEFAULT_FPS
        self._shift_s = 0.0
        self._last_s: float | None = None

    def at(self, stamp_ms: float) -> float:
        """Seconds for the next frame, whose time stamp is ``stamp_ms`` milliseconds."""
        stamp_s = stamp_ms / 1e3 if math.isfinite(stamp_ms) else -math.inf
        if self._last_s is None:
            self._last_s = stamp_s if 0.0 <= stamp_s <= _GREATEST_GAP_S else 0.0
            self._shift_s = self._last_s - stamp_s if math.isfinite(stamp_s) else 0.0
            return self._last_s
        time_s = stamp_s + self._shift_s
        step_s = time_s - self._last_s
        if not 0.0 < step_s <= _GREATEST_GAP_S:
            time_s = self._last_s + self._period_s
            if math.isfinite(step_s) and not -_SMALL_STEP_BACK_S <= step_s <= 0.0:
                self._shift_s = time_s - stamp_s
        self._last_s = time_s
        return time_s


class Video:
    """A video file, or one at a URL, of which every frame matters.

    Frames are turned upright by the rotation that the file asks for. Those that cannot be decoded are left out and
    counted in ``skipped``, if others follow. open_capture: what opens it.
    """

    live = False

    def __init__(
        self, location: str | Path, *, name: str | None = None, open_capture: OpenCapture | None = None
    ) -> None:
        self._url = location if isinstance(location, str) and is_url(location) else None
        self._path = Path() if self._url else Path(location)
        self._shown = masked(self._url) if self._url else f"'{location}'"
        file = Path(unquote(masked(self._url).removesuffix("?…"))) if self._url else self._path
        self.name = name or slug(file.stem, "video")
        self.skipped = 0
        self._open_capture = open_capture or (open_url if self._url else open_file)
        self._captures = Captures()
        self._frame_count: int | None = None

    @property
    def frame_count(self) -> int | None:
        """How many frames the file says it has; None where that is unknown. Opens the file, but no URL."""
        if self._frame_count is None and not self._url:
            try:
                self._check()
            except SourceError:
                return None
            with self._captures.opened(self._open_capture, self._target()) as capture:
                count = capture.get(cv2.CAP_PROP_FRAME_COUNT) if capture.is_opened() else 0.0
                self._frame_count = int(count) if math.isfinite(count) and count > 0 else None
        return self._frame_count

    def __iter__(self) -> Iterator[Frame]:
        """Open the file and yield its frames from the first to the last.

        Raises SourceError if it is missing, is no video, or has no frame that can be decoded.
        """
        if self._captures.closed:
            return
        self._check()
        self.skipped = 0
        with self._captures.opened(self._open_capture, self._target()) as capture:
            if not capture.is_opened() and not self._captures.closed:
                raise SourceError(f"{self._shown} cannot be read as a video: {self._cause()}")
            frames, ahead = 0, None
            for frame in self._frames_of(capture):
                frames += 1
                if ahead is not None:
                    yield ahead
                ahead = frame
            if ahead is not None:
                yield replace(ahead, last=True)
        if self._captures.closed:
            return
        if not frames:
            raise SourceError(f"{self._shown} cannot be read as a video: it has no frame that can be decoded")
        if self.skipped:
            _logger.warning("%d frames of %s could not be decoded and were left out", self.skipped, self._shown)

    def close(self) -> None:
        """Close the file, for good; the iteration ends. Safe to call twice and from another thread."""
        self._captures.close()

    def _frames_of(self, capture: HeldCapture) -> Iterator[Frame]:
        times = MediaTime(capture.get(cv2.CAP_PROP_FPS))
        seq = failed = 0
        while failed < _FAILED_GRABS and not self._captures.closed:
            if not capture.grab():
                failed += 1
                continue
            self.skipped += failed
            failed = 0
            timestamp_s = times.at(capture.get(cv2.CAP_PROP_POS_MSEC))
            image = capture.retrieve()
            if image is None:
                self.skipped += 1
                continue
            yield Frame(image=image, timestamp_s=timestamp_s, seq=seq)
            seq += 1

    def _check(self) -> None:
        """Refuse what is no video before FFmpeg sees it: it would show a text as a video of letters."""
        if not self._url and _is_text(opening(self._path)):
            raise SourceError(f"{self._shown} cannot be read as a video: it is a text file")

    def _target(self) -> str:
        # FFmpeg takes what stands before a colon for a protocol, as in 'take:2.mp4'; an absolute path has none.
        return self._url or str(self._path.absolute())

    def _cause(self) -> str:
        if self._url:
            return "no answer, no such file there, or a format that FFmpeg does not know; check the address"
        return "it is damaged, cut off, or in a format that FFmpeg does not know; convert it to .mp4"


def _is_text(head: bytes) -> bool:
    """Whether these bytes read as UTF-8 text, colour escapes included; a character cut off at the end does no harm."""
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
