"""Lines of a recording as results: the inverse of ``encoding``, exact for results that are rounded as usual."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import numpy as np

from posekit.detectors.measures import BodyMeasures
from posekit.events import Event, make
from posekit.recording.lines import EventEntry, FrameLine, PersonEntry, PoseEntry
from posekit.recording.memory import Channels, Integers, Known, Memory, following, values
from posekit.rounding import PER_PIXEL, PER_UNIT
from posekit.types import Departure, FloatArray, FrameResult, Person, Poses

__all__ = ["Decoder", "event_of"]

T = TypeVar("T")


class _Somebody(NamedTuple):
    """Whom an event is about."""

    slot: int
    id: int


class Decoder:
    """Turns the lines of one source back into its results, in their order."""

    def __init__(self) -> None:
        self._memory = Memory()
        self._measures = BodyMeasures()

    def decode(self, line: FrameLine, *, source: str, size: tuple[int, int]) -> FrameResult:
        """The result of a line, not mirrored. Raises ValueError for a line that does not go with those before it."""
        poses, people = self._bodies(line)
        departed = tuple(
            Departure(id=gone.id, slot=gone.slot, entered_s=gone.entered, last_seen_s=gone.last) for gone in line.gone
        )
        for departure in departed:
            self._memory.people.pop(departure.id, None)
        result = FrameResult(
            source=source,
            size=size,
            seq=line.seq,
            timestamp_s=line.t,
            poses=poses,
            people=people,
            departed=departed,
            events=tuple(event_of(entry, source) for entry in line.events),
            last=line.last,
            stage_ms=MappingProxyType(line.stage),
            latency_ms=line.latency,
        )
        if line.measured:
            result = replace(result, measures=self._measures.update(result))
        return replace(result, states=self._states(result, line.states))

    def _bodies(self, line: FrameLine) -> tuple[Poses, tuple[Person, ...]]:
        before = [self._memory.of(entry.id) for entry in line.people]
        for entry, known in zip(line.people, before, strict=True):
            known.xy = known.xy + entry.xy
        pose_s = [
            np.array(entry.s, np.int64) + (0 if entry.near is None else _at(before, entry.near).scores)
            for entry in line.poses
        ]
        poses = _poses(line.poses, pose_s, before) if line.poses else Poses.empty()
        people = [
            _person(entry, known, line.poses, pose_s, poses.xy)
            for entry, known in zip(line.people, before, strict=True)
        ]
        return poses, tuple(people)

    def _states(self, result: FrameResult, changes: Mapping[int, Channels]) -> Mapping[int, Mapping[str, float]]:
        for slot, channels in changes.items():
            kept = self._memory.states.setdefault(slot, {})
            for name in channels:
                kept.pop(name, None)
            kept.update(channels)
        states: dict[int, dict[str, float]] = {slot: dict(known) for slot, known in following(result).items()}
        for slot, kept in self._memory.states.items():
            for name, value in kept.items():
                if value is not None:
                    states.setdefault(slot, {})[name] = value
                elif slot in states:
                    states[slot].pop(name, None)
        return MappingProxyType(states)


def event_of(entry: EventEntry, source: str) -> Event:
    """The inverse of ``event_entry``. Raises ValueError for what is not as the spec of its kind says."""
    about = None
    if entry.slot is not None and entry.id is not None:
        about = _Somebody(entry.slot, entry.id)
    elif entry.slot is not None or entry.id is not None:
        raise ValueError(f"event '{entry.kind}' is about half a person")
    return make(entry.kind, entry.t, source if entry.source is None else entry.source, about, **entry.fields)


def _poses(entries: Sequence[PoseEntry], pose_s: Sequence[Integers], people: Sequence[Known]) -> Poses:
    """The raw poses; their colours become known. Each ``near`` is the index of one of the people."""
    xy = [np.array(entry.xy, np.int64) + (0 if entry.near is None else people[entry.near].xy) for entry in entries]
    looks = []
    for entry in entries:
        if entry.look is not None:
            look = np.array(entry.look, np.int64)
            before = look[:0] if entry.near is None else people[entry.near].look
            looks.append(look + before if len(before) == len(look) else look)
    if looks and (len(looks) < len(entries) or len({len(look) for look in looks}) > 1):
        raise ValueError("poses differ in what is told of their colours")
    for entry, look in zip(entries, looks, strict=False):
        if entry.near is not None:
            people[entry.near].look = look
    return Poses(
        xy=values(np.array(xy), PER_PIXEL).reshape(-1, 17, 2),
        keypoint_scores=values(np.array(pose_s), PER_UNIT),
        scores=values(np.array([entry.score for entry in entries], np.int64), PER_UNIT),
        appearance=values(np.array(looks), PER_UNIT) if looks else None,
    )


def _person(
    entry: PersonEntry, known: Known, poses: Sequence[PoseEntry], pose_s: Sequence[Integers], pose_xy: FloatArray
) -> Person:
    """The person of an entry, whose place is in ``known`` already; the rest becomes known."""
    known.velocity = known.velocity + entry.v
    known.age += entry.age
    known.slot = known.slot if entry.slot is None else entry.slot
    measured: FloatArray | None = None
    if entry.pose is not None:
        known.scores = _at(pose_s, entry.pose)
        measured = pose_xy[entry.pose]
        score = _at(poses, entry.pose).score if entry.score is None else entry.score
    elif entry.s is not None and entry.score is not None:
        known.scores = known.scores + entry.s
        if entry.m is not None:
            measured = values(known.xy + entry.m, PER_PIXEL).reshape(17, 2)
        score = entry.score
    else:
        raise ValueError(f"person {entry.id} has neither a pose nor scores")
    return Person(
        id=entry.id,
        slot=known.slot,
        age_s=known.age / PER_UNIT,
        xy=values(known.xy, PER_PIXEL).reshape(17, 2),
        keypoint_scores=values(known.scores, PER_UNIT),
        velocity=values(known.velocity, 1).reshape(17, 2),
        score=score / PER_UNIT,
        visible=not entry.unseen,
        measured=measured,
    )


def _at(items: Sequence[T], index: int) -> T:
    if index >= len(items):
        raise ValueError(f"there is no number {index} among {len(items)}")
    return items[index]
