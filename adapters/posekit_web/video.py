"""Pictures for those who watch: small, as JPEG, a few per second, made in a thread of its own and only on demand.

A picture is a binary message, little-endian: uint8 2 (a picture), uint8 version 1, uint16 source (index into
``sources`` of the hello message), uint32 seq of its frame, and then the JPEG.
"""

import struct
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from threading import Thread
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.channels import Closed, Newest
from posekit.sources.pacing import Rhythm
from posekit.types import Frame, FrameResult

__all__ = ["FPS", "LARGEST", "Video", "encoded_picture"]

FPS: Final = 15.0
#: (width, height) in pixels that a picture fits into.
LARGEST: Final = (640, 360)
_QUALITY: Final = 75
_HEADER: Final = struct.Struct("<BBHI")
_PICTURE: Final = 2
_VERSION: Final = 1


class Video:
    """Takes every picture of a run and hands on those that somebody watches.

    publish: called in a thread of its own with a source and an encoded picture. sources: names, in the order of the
    hello message.
    """

    def __init__(self, sources: Sequence[str], publish: Callable[[str, bytes], None]) -> None:
        self._sources = list(sources)
        self._publish = publish
        self._watched: frozenset[str] = frozenset()
        self._rhythms = {source: Rhythm(FPS) for source in sources}
        self._queue: Newest[tuple[Frame, FrameResult]] = Newest(max(len(self._sources), 1))
        self._thread = Thread(target=self._work, name="web-video", daemon=True)
        self._thread.start()

    def watch(self, sources: Collection[str]) -> None:
        """Which sources somebody watches from now on."""
        self._watched = frozenset(sources)

    def put(self, frame: Frame, result: FrameResult) -> None:
        """Take a picture; returns at once."""
        if result.source in self._watched and self._rhythms[result.source].beat(result.timestamp_s):
            with suppress(Closed):
                self._queue.put((frame, result))

    def close(self) -> None:
        """End. Safe to call twice."""
        self._queue.close(discard=True)
        self._thread.join()

    def _work(self) -> None:
        with suppress(Closed):
            while True:
                frame, result = self._queue.get()
                source = self._sources.index(result.source)
                self._publish(result.source, encoded_picture(frame.image, source, result.seq, mirrored=result.mirrored))


def encoded_picture(image: NDArray[np.uint8], source: int, seq: int, *, mirrored: bool) -> bytes:
    """The message of one picture. image: (H, W, 3) uint8 BGR, as the camera sees it. mirrored: whether to flip it."""
    height, width = image.shape[:2]
    scale = min(LARGEST[0] / width, LARGEST[1] / height)
    if scale < 1:
        # Areas are what the eye wants, and twice as dear; halving again and again comes close, and is cheap.
        while scale <= 0.5 and min(width, height) > 1:
            image = np.asarray(cv2.resize(image, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)
            height, width = image.shape[:2]
            scale *= 2
        size = max(round(width * min(scale, 1.0)), 1), max(round(height * min(scale, 1.0)), 1)
        if size != (width, height):
            image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    if mirrored:
        image = np.asarray(cv2.flip(image, 1), np.uint8)
    _, jpeg = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))
    return _HEADER.pack(_PICTURE, _VERSION, source, seq % 2**32) + jpeg.tobytes()
