"""A recording as a source of a run that goes on: people are found in the poses that it holds, not in pictures."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from posekit.errors import RecordingError
from posekit.feed import LOST, Lost
from posekit.recording.reading import Recording
from posekit.recording.replaying import PAUSE_S, Stop, paced, seen
from posekit.sources.naming import slug
from posekit.types import Frame, FrameResult

__all__ = ["Rounds"]

#: A longer gap between two frames is shortened to this: nobody watches an empty picture for a night.
_GAP_S: Final = 10.0

_logger = logging.getLogger(__name__)


class Rounds:
    """A ``feed.Film`` of a recording: with its timing, round after round until it is closed; between rounds all leave.

    source: which of the recording's sources, its first where it names others only. stem: what it is called.
    A recording without frames raises RecordingError. Once it has given a frame it never ends by itself: where it cannot
    be read in a later round it is waited for. clock, wait: as of ``paced``.
    """

    live = False

    def __init__(
        self,
        recording: Recording,
        source: str,
        *,
        stem: str,
        clock: Callable[[], float] = time.perf_counter,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self.name = slug(stem, "recording")
        self._recording = recording
        sources = recording.context.sources
        self._source = source if source in sources or not sources else sources[0]
        self._clock = clock
        self._stop = Stop()
        self._wait = wait or self._stop.wait

    def __iter__(self) -> Iterator[Frame | Lost]:
        return paced(self._rounds(), stop=self._stop, clock=self._clock, wait=self._wait)

    def close(self) -> None:
        """End the iteration, also one that waits."""
        self._stop.set()

    def _rounds(self) -> Iterator[tuple[float, Frame | Lost]]:
        """Each with the time at which it is due, which goes on from round to round as numbers do."""
        start_s, seq, failing = 0.0, 0, False
        while not self._stop.is_set():
            at_s = start_s
            try:
                for after_s, frame in self._round():
                    at_s = start_s + after_s
                    if isinstance(frame, Frame):
                        frame, seq = replace(frame, seq=seq, timestamp_s=at_s), seq + 1
                    yield at_s, frame
                failing = False
            except Exception as error:
                if not seq:
                    raise
                if not failing:
                    _logger.warning("%s; the replay waits for it", error)
                failing = True
                self._wait(PAUSE_S)
            if not seq:
                raise RecordingError(f"{self._recording.path.name} holds no frames of a camera")
            yield at_s, LOST
            start_s = at_s + PAUSE_S

    def _round(self) -> Iterator[tuple[float, Frame | Lost]]:
        """The frames, each with its time since the first, without what is too long of gaps."""
        before: FrameResult | None = None
        before_s = after_s = 0.0
        for at_s, message in self._recording.messages(mirror=False):
            if isinstance(message, FrameResult) and message.source == self._source:
                frame = seen(message, before)
                if before is not None:
                    after_s += min(at_s - before_s, _GAP_S)
                before, before_s = message, at_s
                yield after_s, frame
