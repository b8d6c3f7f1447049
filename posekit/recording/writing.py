"""Writes a recording while a run goes on: an adapter, so it works in a thread of its own and delays nothing."""

import json
import logging
import os
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Final, Self

from posekit.errors import RecordingError
from posekit.protocols import OutputContext
from posekit.recording.encoding import Encoder, event_entry
from posekit.recording.files import split_name
from posekit.recording.lines import VERSION, EndLine, HeaderLine, SourceLine
from posekit.skeleton import EDGES, KEYPOINTS
from posekit.types import FrameResult, Status

__all__ = ["Recorder", "free_path"]

#: What was sent is in the file after at most so long, as there are messages at least twice a second.
_FLUSH_S: Final = 0.25
#: One level more saves 3 % of the file and costs twice the time.
_LEVEL: Final = 5
_GZIP: Final = 31

_logger = logging.getLogger(__name__)


def free_path(path: Path, now: datetime) -> Path:
    """Where a new recording may go without replacing another: ``path``, or one with a number.

    In a folder it is named after the time.
    """
    if path.is_dir():
        path = path / f"{now:%Y-%m-%d_%H-%M-%S}.jsonl.gz"
    name, ending = split_name(path.name)
    number, free = 1, path
    while free.is_file():
        number += 1
        free = path.with_name(f"{name}-{number}{ending}")
    return free


class Recorder:
    """An adapter that writes everything it is sent into a file.

    When the file cannot grow any more, as on a full disk, the recording ends with a warning and what is in it stays
    readable. backlog: how many messages may wait for it before any is dropped.
    """

    backlog = 4096

    def __init__(self, descriptor: int, name: str, header: HeaderLine, clock: Callable[[], float]) -> None:
        self._file = descriptor
        self._name = name
        self._clock = clock
        self._lock = Lock()
        self._open = True
        self._deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP, 9, zlib.Z_FILTERED)
        self._pending = bytearray()
        self._size = self._frames = 0
        self._started_s = self._flushed_s = self._last_s = clock()
        self._sources: dict[str, tuple[SourceLine, Encoder]] = {}
        try:
            self._write(header.model_dump(mode="json"))
            self._flush(zlib.Z_SYNC_FLUSH)
        except OSError as error:
            self._end(_full(error))

    @classmethod
    def open(
        cls,
        path: Path | str,
        context: OutputContext,
        settings: Mapping[str, object] | None = None,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> Self:
        """Begin a recording in a new file; one that is there already is replaced. Raises RecordingError.

        settings: by section, so that tracker and detectors can be built again. clock: monotonic seconds.
        """
        header = HeaderLine(
            version=VERSION,
            posekit=version("posekit"),
            created=datetime.now().astimezone().isoformat(timespec="seconds"),
            sources=list(context.sources),
            max_people=context.max_people,
            parts=list(KEYPOINTS),
            edges=list(EDGES),
            settings=dict(settings or {}),
        )
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
            descriptor = os.open(path, flags, 0o666)
        except OSError as error:
            raise RecordingError(f"cannot record to {path} ({error.strerror}): choose another file") from None
        return cls(descriptor, str(path), header, clock)

    def send(self, message: FrameResult | Status) -> None:
        """Add a result or a status; nothing happens once the recording has ended."""
        with self._lock:
            if not self._open:
                return
            try:
                self._add(message)
                if self._clock() - self._flushed_s >= _FLUSH_S:
                    self._flush(zlib.Z_SYNC_FLUSH)
            except OSError as error:
                self._end(_full(error))
            except Exception:
                _logger.exception("recording of a %s failed", type(message).__name__)
                with suppress(OSError):
                    self._flush(zlib.Z_SYNC_FLUSH)
                self._end("see above")

    def close(self) -> None:
        """End the recording in order."""
        with self._lock:
            if not self._open:
                return
            try:
                self._write(EndLine(frames=self._frames).model_dump(mode="json"))
                self._flush(zlib.Z_FINISH)
                os.fsync(self._file)
            except OSError as error:
                self._end(_full(error))
                return
            self._open = False
            os.close(self._file)

    def _add(self, message: FrameResult | Status) -> None:
        now_s = self._clock()
        if isinstance(message, Status):
            self._write(_status(message, max(now_s - self._last_s, 0.0)))
        else:
            self._write(self._encoder(message, now_s).encode(message))
            self._frames += 1
        self._last_s = now_s

    def _encoder(self, result: FrameResult, now_s: float) -> Encoder:
        """Of the result's source, which is introduced first if it is new or its picture has changed."""
        width, height = result.size
        line, encoder = self._sources.get(result.source, (None, None))
        if (
            line is None
            or encoder is None
            or (line.width, line.height, line.mirrored)
            != (
                width,
                height,
                result.mirrored,
            )
        ):
            line = SourceLine(
                index=len(self._sources) if line is None else line.index,
                name=result.source,
                width=width,
                height=height,
                mirrored=result.mirrored,
                at=round(now_s - self._started_s, 3),
            )
            encoder = encoder or Encoder(line.index)
            self._sources[result.source] = (line, encoder)
            self._write(line.model_dump(mode="json"))
        return encoder

    def _write(self, line: Mapping[str, object]) -> None:
        text = json.dumps(line, separators=(",", ":"), ensure_ascii=False)
        self._pending += self._deflate.compress(text.encode() + b"\n")

    def _flush(self, mode: int) -> None:
        self._pending += self._deflate.flush(mode)
        self._flushed_s = self._clock()
        data = memoryview(bytes(self._pending))
        self._pending.clear()
        while data:
            written = os.write(self._file, data)
            self._size += written
            data = data[written:]

    def _end(self, cause: str) -> None:
        self._open = False
        os.close(self._file)
        _logger.warning(
            "recording %s ended after %d frames (%.1f MB): %s. The run goes on",
            self._name,
            self._frames,
            self._size / 1e6,
            cause,
        )


def _full(error: OSError) -> str:
    return f"{error.strerror or error}; make room, then start the recording again"


def _status(status: Status, after_s: float) -> Mapping[str, object]:
    width, height = status.size
    line = {
        "type": "status",
        "source": status.source,
        "after": round(after_s, 3),
        "state": int(status.state),
        "fps": status.fps,
        "latency": status.latency_ms,
        "dropped": status.dropped,
        "width": width,
        "height": height,
        "mirrored": status.mirrored,
        "message": status.message,
        "origin": status.origin,
    }
    if status.events:
        line["events"] = [event_entry(event, status.source) for event in status.events]
    return line
