"""Pictures: one, or all of a folder in natural order."""

import logging
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.errors import SourceError
from posekit.sources.naming import missing_file, opening, slug
from posekit.sources.opencv import quieten
from posekit.types import Frame

__all__ = ["PICTURE_SUFFIXES", "Images", "read_picture"]

#: What is a picture by its name.
PICTURE_SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")

_SMALLEST_PX = 16
_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"

#: Lower-case chunks that change the picture: transparent colours of a palette, and which side is up.
_PNG_NEEDED: Final = (b"tRNS", b"eXIf")

_logger = logging.getLogger(__name__)


def read_picture(path: Path) -> NDArray[np.uint8]:
    """A picture as (H, W, 3) uint8 BGR, upright by its EXIF orientation.

    Grey becomes BGR, 16 bits become 8, transparency is dropped. Raises SourceError for a file that is missing, cannot
    be decoded, or is smaller than 16×16 px.
    """
    quieten()
    opening(path)
    # Not cv2.imread: on Windows it cannot open names beyond the system's code page.
    data = np.frombuffer(_quiet_png(path.read_bytes()), np.uint8)
    try:
        image = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    except cv2.error:
        image = None
    if image is None:
        raise SourceError(f"'{path}' cannot be read as a picture: it is damaged, or none of {_kinds()}")
    height, width = image.shape[:2]
    if min(width, height) < _SMALLEST_PX:
        raise SourceError(
            f"'{path}' is {width}×{height} px: too small to hold a person (at least {_SMALLEST_PX}×{_SMALLEST_PX})"
        )
    return np.asarray(image, np.uint8)


class Images:
    """A picture, or the pictures of a folder sorted as people count (2 before 10), one every 1/``fps`` seconds."""

    live = False

    def __init__(self, path: str | Path, *, name: str | None = None, fps: float = 1.0) -> None:
        self._path = Path(path)
        self.name = name or ("images" if self._path.is_dir() else slug(self._path.stem, "images"))
        self._fps = fps
        self._closed = Event()

    @property
    def frame_count(self) -> int:
        """How many pictures there are."""
        return len(self._files()) if self._path.is_dir() else 1

    def __iter__(self) -> Iterator[Frame]:
        """Yield the pictures.

        In a folder, one that cannot be read is logged and left out. Raises SourceError for a single picture that cannot
        be read, and for a folder without any that can.
        """
        if self._closed.is_set():
            return
        pictures = self._folder() if self._path.is_dir() else iter([read_picture(self._path)])
        for seq, image in enumerate(pictures):
            if self._closed.is_set():
                return
            yield Frame(image=image, timestamp_s=seq / self._fps, seq=seq)

    def close(self) -> None:
        """End the iteration, for good. Safe to call twice and from another thread."""
        self._closed.set()

    def _folder(self) -> Iterator[NDArray[np.uint8]]:
        files = self._files()
        if not files:
            raise SourceError(f"no pictures in folder '{self._path}'; expected {_kinds()}")
        refused: list[SourceError] = []
        readable = False
        for file in files:
            try:
                image = read_picture(file)
            except SourceError as error:
                refused.append(error)
            else:
                readable = True
                yield image
            # Not before one was readable: if none is, an error says so instead.
            while readable and refused:
                _logger.warning("left out: %s", refused.pop(0))
        if not readable:
            raise SourceError(f"none of the {len(files)} pictures in folder '{self._path}' can be used: {refused[0]}")

    def _files(self) -> Sequence[Path]:
        try:
            files = [file for file in self._path.iterdir() if _is_picture(file)]
        except FileNotFoundError:
            raise missing_file(self._path) from None
        except OSError as error:
            raise SourceError(f"folder '{self._path}' cannot be read: {error.strerror}") from None
        return sorted(files, key=lambda file: (_counting(file.name), file.name))


def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in PICTURE_SUFFIXES and not file.name.startswith(".") and file.is_file()


def _counting(name: str) -> list[tuple[int, str]]:
    """A sort key in which numbers count by their value."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", name.casefold())]


def _kinds() -> str:
    return ", ".join(suffix.removeprefix(".") for suffix in PICTURE_SUFFIXES)


def _quiet_png(data: bytes) -> bytes:
    """A PNG reduced to what the picture needs, b"" if it is damaged; other files as they are.

    libpng prints about a bad check sum or an odd colour profile to standard error, past every setting of OpenCV: so
    damage is found here, and chunks that only describe are left out. Source: PNG specification, chapter 5.
    """
    if not data.startswith(_PNG_SIGNATURE):
        return data
    view = memoryview(data)
    kept = [view[: len(_PNG_SIGNATURE)]]
    start = len(_PNG_SIGNATURE)
    while start + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, start)
        end = start + 12 + length
        if end > len(data) or zlib.crc32(view[start + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
            return b""
        kind = data[start + 4 : start + 8]
        if kind[:1].isupper() or kind in _PNG_NEEDED:
            kept.append(view[start:end])
        if kind == b"IEND":
            return b"".join(kept)
        start = end
    return b""
