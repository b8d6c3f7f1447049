"""Reads a recording, also one that was cut off: everything up to the cut, and then where that was."""

import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError

from posekit.errors import RecordingError
from posekit.orientation import mirrored
from posekit.protocols import OutputContext
from posekit.recording.decoding import Decoder, event_of
from posekit.recording.lines import (
    VERSION,
    EndLine,
    FrameLine,
    HeaderLine,
    Line,
    SourceLine,
    StatusLine,
    parse_header,
    parse_line,
)
from posekit.types import FrameResult, SourceState, Status

__all__ = ["Recorded", "Recording", "is_recording"]

#: Compressed bytes read at once, and the most that may come of them at once.
_CHUNK: Final = 1 << 16
_MOST: Final = 1 << 20
#: Statuses that wait for the frame after them.
_WAITING: Final = 1000
_LONGEST_LINE: Final = 1 << 24
_GZIP: Final = 31


class Recorded(NamedTuple):
    """A message and when it was sent: seconds since the recording began, by the clock of its source."""

    at_s: float
    message: FrameResult | Status


def is_recording(path: Path) -> bool:
    """Whether a file looks like one: compressed, and there."""
    try:
        with path.open("rb") as file:
            return file.read(2) == b"\x1f\x8b"
    except OSError:
        return False


class Recording:
    """A recording that was made with ``--record``; iterating over it yields its results.

    path: its file. header: what it says of itself. Raises RecordingError for a file that is none.

    After an iteration has ended, ``cut`` says in words where and why the recording ends early, or that it is damaged;
    it is empty for one that was ended in order. Iterations are independent of each other, but for ``cut``.

    progress: called by iterations now and then with the share of the file that has been read, 0…1.
    """

    def __init__(self, path: Path | str, *, progress: Callable[[float], object] | None = None) -> None:
        self.path = Path(path)
        self._progress = progress
        self.cut = ""
        lines = _Lines(self.path)
        first = next(iter(lines), None)
        if first is None and not lines.damage:
            raise RecordingError(f"{path} is empty: it was cut off before anything was recorded")
        self.header = _header(path, first)

    @property
    def context(self) -> OutputContext:
        """What adapters were told about the run."""
        return OutputContext(sources=tuple(self.header.sources), max_people=self.header.max_people)

    def __iter__(self) -> Iterator[FrameResult]:
        """The results in the order in which they were sent."""
        for _, message in self.messages():
            if isinstance(message, FrameResult):
                yield message

    def messages(self, *, mirror: bool = True) -> Iterator[Recorded]:
        """Results and statuses in the order in which they were sent.

        mirror: as they were then; otherwise as they were before ``--mirror`` flipped them.
        """
        self.cut = ""
        lines = _Lines(self.path, self._progress)
        reader = _Reader(mirror)
        statuses: list[Recorded] = []
        for number, text in enumerate(lines):
            if not number:
                continue
            try:
                recorded = reader.read(parse_line(text))
            except (ValidationError, ValueError, OverflowError) as error:
                lines.damage = f"line {number + 1} is damaged ({_cause(error)})"
                break
            if recorded is None:
                continue
            if isinstance(recorded.message, Status) and len(statuses) < _WAITING:
                statuses.append(recorded)
                continue
            # A file may have been worked on slower than it plays: what was said meanwhile delays no frame.
            yield from (Recorded(min(at_s, recorded.at_s), status) for at_s, status in statuses)
            statuses.clear()
            yield recorded
        yield from statuses
        if reader.complete and lines.damage:
            self.cut = f"{self.path} is damaged: its checksum is wrong, and so may be any of its {reader.frames} frames"
        elif not reader.complete:
            cause = lines.damage or "it was cut off"
            self.cut = f"{self.path} ends early, after {reader.frames} frames ({reader.last_s:.1f} s): {cause}"


class _Lines:
    """The lines of a compressed file. damage: why there are no more, unless the file just ends."""

    def __init__(self, path: Path, progress: Callable[[float], object] | None = None) -> None:
        self.damage = ""
        self._path = path
        self._progress = progress

    def __iter__(self) -> Iterator[bytes]:
        inflate, rest = zlib.decompressobj(_GZIP), b""
        try:
            with self._path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                while not inflate.eof:
                    if self._progress is not None:
                        self._progress(file.tell() / size if size else 1.0)
                    chunk, before = inflate.unconsumed_tail or file.read(_CHUNK), inflate.copy()
                    try:
                        rest += inflate.decompress(chunk, _MOST) if chunk else inflate.flush()
                    except zlib.error:
                        self.damage = "the file is damaged there"
                        rest += _until_damage(before, chunk)
                    *whole, rest = rest.split(b"\n")
                    yield from whole
                    if not chunk or self.damage:
                        return
                    if len(rest) > _LONGEST_LINE:
                        self.damage = "a line is too long"
                        return
        except OSError as error:
            raise RecordingError(f"cannot read recording {self._path}: {error.strerror}") from None


def _until_damage(inflate: "zlib._Decompress", chunk: bytes) -> bytes:
    """What can be read of a chunk, byte by byte: an error loses what was read before it."""
    found = b""
    with suppress(zlib.error):
        for byte in chunk:
            found += inflate.decompress(bytes([byte]), _MOST)
    return found


@dataclass(slots=True)
class _Source:
    """line: the newest about it. shift_s: from its timestamps to seconds since the recording began."""

    line: SourceLine
    decoder: Decoder = field(default_factory=Decoder)
    shift_s: float | None = None
    last_s: float = 0.0


class _Reader:
    """Makes messages of lines."""

    def __init__(self, mirror: bool) -> None:
        self.complete = False
        self.frames = 0
        self.last_s = 0.0
        self._mirror = mirror
        self._sources: dict[int, _Source] = {}

    def read(self, line: Line) -> Recorded | None:
        """The message of a line, if it holds one. Raises ValueError for one that does not fit."""
        if isinstance(line, EndLine):
            self.complete = True
        elif isinstance(line, SourceLine):
            known = self._sources.get(line.index)
            if known is None:
                self._sources[line.index] = _Source(line)
            else:
                known.line = line
        elif isinstance(line, StatusLine):
            self.last_s += max(line.after, 0.0)
            return Recorded(self.last_s, _status(line))
        else:
            return self._frame(line)
        return None

    def _frame(self, line: FrameLine) -> Recorded:
        source = self._sources.get(line.source)
        if source is None:
            raise ValueError(f"source {line.source} has not been introduced")
        about = source.line
        result = source.decoder.decode(line, source=about.name, size=(about.width, about.height))
        if about.mirrored and self._mirror:
            result = mirrored(result)
        if source.shift_s is None:
            source.shift_s = about.at - line.t
        elif line.t + source.shift_s < source.last_s:  # its clock was set back
            source.shift_s = source.last_s - line.t
        source.last_s = self.last_s = line.t + source.shift_s
        self.frames += 1
        return Recorded(self.last_s, result)


def _header(path: Path | str, line: bytes | None) -> HeaderLine:
    try:
        header = parse_header(line or b"")
    except ValidationError:
        raise RecordingError(f"{path} is no recording; one is made with 'posekit run --record FILE'") from None
    if header.version > VERSION:
        raise RecordingError(
            f"{path} is a recording of version {header.version}, made by posekit {header.posekit}; this posekit reads "
            f"up to version {VERSION}: upgrade posekit"
        )
    return header


def _status(line: StatusLine) -> Status:
    return Status(
        source=line.source,
        state=SourceState(line.state),
        fps=line.fps,
        latency_ms=line.latency,
        dropped=line.dropped,
        size=(line.width, line.height),
        mirrored=line.mirrored,
        message=line.message,
        origin=line.origin,
        events=tuple(event_of(entry, line.source) for entry in line.events),
    )


def _cause(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        return f"{where}: {first['msg']}" if where else str(first["msg"])
    return str(error)
