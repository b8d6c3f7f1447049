"""Plays a recording: again as it was, in a loop, with its timing, or with tracker and detectors at work anew."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

import numpy as np

from posekit.events import make
from posekit.feed import LOST, Lost
from posekit.pipeline import Pipeline
from posekit.recording.reading import Recorded, Recording
from posekit.types import Departure, Frame, FrameResult, Poses, Status

__all__ = ["PAUSE_S", "Stop", "looped", "paced", "retracked", "seen"]

M = TypeVar("M")

#: Between two rounds where the recording does not say how long a frame lasts.
PAUSE_S: Final = 1.0
#: Who waits asks so often at least whether it is still time: no system waits for ever.
_WAIT_S: Final = 3600.0


class Stop:
    """A word to end, heard also by who waits. Unlike ``threading.Event`` it may be set in a signal handler."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[None] = SimpleQueue()
        self._set = False

    def set(self) -> None:
        """Say it."""
        self._set = True
        self._queue.put(None)

    def is_set(self) -> bool:
        """Whether it was said."""
        return self._set

    def wait(self, seconds: float) -> None:
        """Return after so long, or as soon as it is said."""
        while seconds > 0 and not self._set:
            with suppress(Empty):
                self._queue.get(timeout=min(seconds, _WAIT_S))
            seconds -= _WAIT_S


def paced(
    messages: Iterable[tuple[float, M]],
    *,
    speed: float = 1.0,
    stop: Stop | None = None,
    clock: Callable[[], float] = time.perf_counter,
    wait: Callable[[float], object] | None = None,
) -> Iterator[M]:
    """Messages, each given with the time at which it was sent, at those times, ``speed`` times as fast.

    An infinite speed is without waiting. stop: ends it when set, also while it waits. clock: seconds. wait: waits so
    many of them.
    """
    stop = stop or Stop()
    wait = wait or stop.wait
    start_s: float | None = None
    for at_s, message in messages:
        due_s = at_s / speed
        if start_s is None:
            start_s = clock() - due_s
        ahead_s = start_s + due_s - clock()
        if ahead_s > 0 and math.isfinite(speed):
            wait(ahead_s)
        if stop.is_set():
            return
        yield message


def looped(play: Callable[[], Iterable[Recorded]]) -> Iterator[Recorded]:
    """Rounds without end. play: one round.

    Times and numbers of frames go on from round to round, and so do ids: at the end of a round everyone leaves.
    """
    turn = _Turn()
    while True:
        for at_s, message in play():
            yield Recorded(at_s + turn.shift_s, turn.next(at_s, message))
        if not turn.last:
            return
        yield from turn.farewells()
        turn = turn.following()


class _Turn:
    """One round of a loop: what is added to times, numbers and ids, and what came last of each source."""

    def __init__(self, shift_s: float = 0.0, seq: int = 0, ids: int = 0) -> None:
        self.shift_s = shift_s
        self.last: dict[str, FrameResult] = {}
        self._seq = seq
        self._ids = ids
        self._greatest = (seq, ids)
        self._length_s = 0.0
        self._frames = 0

    def next(self, at_s: float, message: FrameResult | Status) -> FrameResult | Status:
        """The message as it is in this round."""
        self._length_s = max(self._length_s, at_s)
        if isinstance(message, Status):
            return message
        self._frames += 1
        if self.shift_s:
            message = self._shifted(message)
        ids = max((person.id for person in message.people), default=0)
        self._greatest = (max(self._greatest[0], message.seq), max(self._greatest[1], ids))
        self.last[message.source] = message
        return message

    def farewells(self) -> Iterator[Recorded]:
        """Results in which those who are there at the end leave."""
        for result in self.last.values():
            if not result.people:
                continue
            now_s = result.timestamp_s
            departed = [
                Departure(id=person.id, slot=person.slot, entered_s=now_s - person.age_s, last_seen_s=now_s)
                for person in result.people
            ]
            leaving = [
                make("leave", now_s, result.source, departure, dwell_s=now_s - departure.entered_s)
                for departure in departed
            ]
            yield Recorded(
                self._length_s + self.shift_s,
                FrameResult(
                    source=result.source,
                    size=result.size,
                    seq=result.seq + 1,
                    timestamp_s=now_s,
                    poses=Poses.empty(),
                    departed=tuple(departed),
                    events=(*leaving, make("count", now_s, result.source, count=0)),
                    mirrored=result.mirrored,
                ),
            )

    def following(self) -> "_Turn":
        """The next round."""
        period_s = self._length_s / (self._frames - 1) * len(self.last) if self._frames > 1 else PAUSE_S
        seq, ids = self._greatest
        return _Turn(self.shift_s + self._length_s + period_s, seq + 2, ids)

    def _shifted(self, result: FrameResult) -> FrameResult:
        by_s, ids = self.shift_s, self._ids
        return replace(
            result,
            seq=result.seq + self._seq,
            timestamp_s=result.timestamp_s + by_s,
            people=tuple(replace(person, id=person.id + ids) for person in result.people),
            departed=tuple(
                replace(gone, id=gone.id + ids, entered_s=gone.entered_s + by_s, last_seen_s=gone.last_seen_s + by_s)
                for gone in result.departed
            ),
            events=tuple(
                replace(event, timestamp_s=event.timestamp_s + by_s, id=None if event.id is None else event.id + ids)
                for event in result.events
            ),
        )


def retracked(recording: Recording, pipelines: Mapping[str, Pipeline]) -> Iterator[Recorded]:
    """The recording's messages, with results that a tracker and detectors make anew of the raw poses.

    pipelines: by source; their estimators have nothing to do.
    """
    last: dict[str, FrameResult] = {}
    for at_s, message in recording.messages(mirror=False):
        if isinstance(message, Status):
            yield Recorded(at_s, message)
            continue
        pipeline, frame = pipelines[message.source], seen(message, last.get(message.source))
        last[message.source] = message
        if isinstance(frame, Lost):
            yield Recorded(at_s, pipeline.end(message.seq, message.timestamp_s, message.size))
            continue
        result = pipeline.step(frame)
        yield Recorded(at_s, replace(result, stage_ms=message.stage_ms, latency_ms=message.latency_ms))


def seen(result: FrameResult, before: FrameResult | None) -> Frame | Lost:
    """What the pipeline was shown when it made a result: a frame with its poses, or that the picture was lost.

    before: the result before it. Neither is mirrored.
    """
    # The runner ends everyone at the last frame when the picture is lost.
    if before is not None and (before.seq, before.timestamp_s) == (result.seq, result.timestamp_s):
        return LOST
    width, height = result.size
    return Frame(
        image=np.broadcast_to(np.zeros((1, 1, 3), np.uint8), (height, width, 3)),
        timestamp_s=result.timestamp_s,
        seq=result.seq,
        last=result.last,
        poses=result.poses,
    )
