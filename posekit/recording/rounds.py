"""A recording as a source of a run that goes on: people are found in the poses that it holds, not in pictures."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from posekit.errors import PosekitError, RecordingError
from posekit.feed import LOST, Lost
from posekit.recording.reading import Recording
from posekit.recording.replaying import Stop, paced, seen
from posekit.sources.naming import slug
from posekit.types import Frame, FrameResult

__all__ = ["Rounds"]

#: Between two rounds, and before a recording that cannot be read any more is tried again.
_PAUSE_S: Final = 1.0

_logger = logging.getLogger(__name__)


class Rounds:
    """A ``feed.Film`` of a recording: with its timing, round after round until it is closed; between rounds all leave.

    source: which of the recording's sources, its first where it has none of that name. stem: what it is called.
    A recording without frames raises RecordingError; one that cannot be read in a later round is waited for.
    """

    live = False

    def __init__(
        self, recording: Recording, source: str, *, stem: str, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.name = slug(stem, "recording")
        self._recording = recording
        self._source = source if source in recording.context.sources else recording.context.sources[0]
        self._clock = clock
        self._stop = Stop()

    def __iter__(self) -> Iterator[Frame | Lost]:
        return paced(self._rounds(), stop=self._stop, clock=self._clock)

    def close(self) -> None:
        """End the iteration, also one that waits."""
        self._stop.set()

    def _rounds(self) -> Iterator[tuple[float, Frame | Lost]]:
        """Each with the time at which it is due, which goes on from round to round as numbers do."""
        start_s, seq = 0.0, 0
        while not self._stop.is_set():
            at_s = start_s
            try:
                for after_s, frame in self._round():
                    at_s = start_s + after_s
                    if isinstance(frame, Frame):
                        frame, seq = replace(frame, seq=seq, timestamp_s=at_s), seq + 1
                    yield at_s, frame
            except PosekitError as error:
                if not seq:
                    raise
                _logger.warning("%s; the replay waits for it", error)
                self._stop.wait(_PAUSE_S)
            if not seq:
                raise RecordingError(f"{self._recording.path.name} holds no frames of a camera")
            yield at_s, LOST
            start_s = at_s + _PAUSE_S

    def _round(self) -> Iterator[tuple[float, Frame | Lost]]:
        """The frames, each with its time since the first."""
        before: FrameResult | None = None
        first_s = 0.0
        for at_s, message in self._recording.messages(mirror=False):
            if isinstance(message, FrameResult) and message.source == self._source:
                frame = seen(message, before)
                first_s = at_s if before is None else first_s
                before = message
                yield at_s - first_s, frame
