"""Results as lines of a recording."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from posekit.events import Event
from posekit.recording.memory import UNKNOWN, Channels, Integers, Known, Memory, following, nearest, steps
from posekit.rounding import PER_PIXEL, PER_UNIT
from posekit.types import Departure, FrameResult, Person

__all__ = ["Encoder", "event_entry"]

Json = dict[str, object]

_UNSEEN: Final = np.full((17, 2), np.nan, np.float32)
_NOBODY: Final = Memory().of(0)
_EMPTY: Final[Mapping[str, float]] = {}


class Encoder:
    """Turns the results of one source into lines, each resting on those before it. index: the source's."""

    def __init__(self, index: int) -> None:
        self._index = index
        self._memory = Memory()

    def encode(self, result: FrameResult) -> Json:
        """The line of a result, for ``json.dumps``."""
        line: Json = {"type": "frame"}
        if self._index:
            line["source"] = self._index
        line |= {"seq": int(result.seq), "t": float(result.timestamp_s)}
        if result.last:
            line["last"] = True
        if result.latency_ms:
            line["latency"] = float(result.latency_ms)
        if result.stage_ms:
            line["stage"] = {stage: float(ms) for stage, ms in result.stage_ms.items()}
        if len(result.poses) or result.people:
            line |= self._bodies(result)
        for departure in result.departed:
            self._memory.people.pop(departure.id, None)
        if result.departed:
            line["gone"] = [_gone(departure) for departure in result.departed]
        if result.events:
            line["events"] = [event_entry(event, result.source) for event in result.events]
        if states := self._states(result):
            line["states"] = states
        return line

    def _bodies(self, result: FrameResult) -> Json:
        """Entries of the people, and of the poses with respect to them."""
        bodies = _Bodies.of(result)
        before = [self._memory.of(person.id) for person in result.people]
        lines: Json = {}
        near = nearest(bodies.pose_xy, bodies.xy) if before and bodies.scores else []
        if bodies.scores:
            lines["poses"] = _poses(bodies, before, near)
        if before:
            lines["people"] = [
                _person(person, row, known, bodies)
                for row, (person, known) in enumerate(zip(result.people, before, strict=True))
            ]
            if len(result.measures) != len(before):
                lines["measured"] = False
        if bodies.looks is not None:
            for row, person in enumerate(near):
                before[person].look = bodies.looks[row]
        return lines

    def _states(self, result: FrameResult) -> dict[str, Channels]:
        """Per slot, the channels that do not follow from the measures and have changed."""
        measured = following(result)
        changes = {}
        for slot in {*self._memory.states, *measured, *result.states}:
            there, known = result.states.get(slot, _EMPTY), measured.get(slot, _EMPTY)
            before = self._memory.states.setdefault(slot, {})
            if not before and len(there) == len(known) and known.items() <= there.items():
                continue
            now: Channels = {
                name: _number(value) for name, value in there.items() if name in before or known.get(name) != value
            }
            now |= {
                name: None
                for name in (*known, *before)
                if name not in there and (name in known or before[name] is not None)
            }
            changed = {name: value for name, value in now.items() if name not in before or before[name] != value}
            for name in changed:
                before.pop(name, None)
            before.update(changed)
            if _order(before) != _order(now):  # outputs follow the order of the channels
                changed = now
                self._memory.states[slot] = dict(now)
            if changed:
                changes[str(slot)] = changed
        return changes


@dataclass(frozen=True, slots=True)
class _Bodies:
    """The poses and people of a result in steps, as they were before the result was flipped.

    N poses: pose_xy (N, 34), pose_s (N, 17), scores, looks (N, D) or None. M people: xy (M, 34), velocity (M, 34),
    s (M, 17), seen_xy (M, 34): as measured. pose_of: for each person the pose that has both their s and seen_xy.
    """

    pose_xy: Integers
    pose_s: Integers
    scores: list[int]
    looks: Integers | None
    xy: Integers
    velocity: Integers
    s: Integers
    seen_xy: Integers
    pose_of: list[int | None]

    @classmethod
    def of(cls, result: FrameResult) -> Self:
        poses, people = result.poses, result.people
        last_x = PER_PIXEL * (result.size[0] - 1) if result.mirrored else None
        velocity = steps(np.array([person.velocity for person in people], np.float32).reshape(-1, 17, 2), 1)
        if result.mirrored:
            velocity[..., 0] *= -1
        seen = [_UNSEEN if person.measured is None else person.measured for person in people]
        pose_xy, pose_s = _placed(poses.xy, last_x), steps(poses.keypoint_scores, PER_UNIT)
        s = steps(np.array([person.keypoint_scores for person in people]).reshape(-1, 17), PER_UNIT)
        seen_xy = _placed(seen, last_x)
        same = (s[:, None] == pose_s).all(axis=2) & (seen_xy[:, None] == pose_xy).all(axis=2)
        return cls(
            pose_xy=pose_xy,
            pose_s=pose_s,
            scores=steps(poses.scores, PER_UNIT).tolist(),
            looks=None if poses.appearance is None else steps(poses.appearance, PER_UNIT),
            xy=_placed([person.xy for person in people], last_x),
            velocity=velocity.reshape(-1, 34),
            s=s,
            seen_xy=seen_xy,
            pose_of=[
                row.index(True) if True in row and person.measured is not None else None
                for row, person in zip(same.tolist(), people, strict=True)
            ],
        )


def _poses(bodies: _Bodies, before: Sequence[Known], near: Sequence[int]) -> list[Json]:
    """near: for each pose the index of a person, if there is any."""
    entries = []
    for row, score in enumerate(bodies.scores):
        entry: Json = {"near": near[row]} if near else {}
        known = before[near[row]] if near else _NOBODY
        entry["xy"] = (bodies.pose_xy[row] - (bodies.xy[near[row]] if near else 0)).tolist()
        entry["s"] = (bodies.pose_s[row] - known.scores).tolist()
        entry["score"] = score
        if bodies.looks is not None:
            look = bodies.looks[row]
            entry["look"] = (look - known.look if len(known.look) == len(look) else look).tolist()
        entries.append(entry)
    return entries


def _person(person: Person, row: int, known: Known, bodies: _Bodies) -> Json:
    """The entry of a person, who is then known as they are now."""
    xy, v, s, pose = bodies.xy[row], bodies.velocity[row], bodies.s[row], bodies.pose_of[row]
    age, score = round(person.age_s * PER_UNIT), round(person.score * PER_UNIT)
    entry: Json = {"id": int(person.id)}
    if person.slot != known.slot:
        entry["slot"] = int(person.slot)
    entry |= {"age": age - known.age, "xy": (xy - known.xy).tolist(), "v": (v - known.velocity).tolist()}
    if pose is not None:
        entry["pose"] = pose
    else:
        entry["s"] = (s - known.scores).tolist()
        if person.measured is not None:
            entry["m"] = (bodies.seen_xy[row] - xy).tolist()
    if pose is None or score != bodies.scores[pose]:
        entry["score"] = score
    if not person.visible:
        entry["unseen"] = True
    known.xy, known.velocity, known.scores, known.age, known.slot = xy, v, s, age, person.slot
    return entry


def event_entry(event: Event, source: str) -> Json:
    """An event of a result of ``source``."""
    entry: Json = {"kind": event.kind, "t": float(event.timestamp_s)}
    if event.source != source:
        entry["source"] = event.source
    if event.slot is not None:
        entry["slot"] = int(event.slot)
    if event.id is not None:
        entry["id"] = int(event.id)
    if event.fields:
        entry["fields"] = {
            name: value if isinstance(value, str) else _number(value) for name, value in event.fields.items()
        }
    return entry


def _gone(departure: Departure) -> Json:
    return {
        "id": int(departure.id),
        "slot": int(departure.slot),
        "entered": float(departure.entered_s),
        "last": float(departure.last_seen_s),
    }


def _placed(xy: NDArray[np.floating] | Sequence[NDArray[np.floating]], last_x: int | None) -> Integers:
    """(N, 34) steps of (N, 17, 2) pixels. last_x: in steps, of a picture whose results were flipped."""
    placed = steps(np.asarray(xy, np.float32).reshape(-1, 17, 2), PER_PIXEL)
    if last_x is not None:
        x = placed[..., 0]
        placed[..., 0] = np.where(x == UNKNOWN, UNKNOWN, last_x - x)
    return placed.reshape(-1, 34)


def _order(channels: Channels) -> list[str]:
    return [name for name, value in channels.items() if value is not None]


def _number(value: float) -> int | float:
    """Plain Python, whatever kind of number a detector has made."""
    return int(value) if isinstance(value, int | np.integer) else float(value)
