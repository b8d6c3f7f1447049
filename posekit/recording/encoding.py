"""Results as lines of a recording."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from posekit.events import Event
from posekit.recording.memory import UNKNOWN, Channels, Integers, Known, Memory, measured, nearest, steps
from posekit.rounding import PER_PIXEL, PER_UNIT
from posekit.types import Departure, FrameResult, Person

__all__ = ["Encoder", "event_entry"]

Json = dict[str, object]


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
        poses, people = result.poses, result.people
        mirror = PER_PIXEL * (result.size[0] - 1) if result.mirrored else None
        pose_xy, pose_s = _placed(poses.xy, mirror), steps(poses.keypoint_scores, PER_UNIT)
        scores = steps(poses.scores, PER_UNIT).tolist()
        looks = None if poses.appearance is None else steps(poses.appearance, PER_UNIT)
        before = [self._memory.of(person.id) for person in people]
        xy = _placed(np.array([person.xy for person in people], np.float32).reshape(-1, 17, 2), mirror)
        near = nearest(pose_xy, xy) if before and scores else []
        entries: list[Json] = []
        for row, score in enumerate(scores):
            entry: Json = {"near": near[row]} if near else {}
            known = before[near[row]] if near else None
            entry["xy"] = (pose_xy[row] - xy[near[row]] if near else pose_xy[row]).tolist()
            entry["s"] = (pose_s[row] - known.scores if known else pose_s[row]).tolist()
            entry["score"] = score
            if looks is not None:
                same_kind = known is not None and len(known.look) == looks.shape[1]
                entry["look"] = (looks[row] - known.look if known and same_kind else looks[row]).tolist()
            entries.append(entry)
        lines: Json = {"poses": entries} if entries else {}
        if people:
            lines["people"] = self._people(people, before, xy, pose_s, scores, mirrored=result.mirrored)
        if looks is not None:
            for row, person in enumerate(near):
                before[person].look = looks[row]
        return lines

    def _people(
        self,
        people: Sequence[Person],
        before: Sequence[Known],
        xy: Integers,
        pose_s: Integers,
        scores: Sequence[int],
        *,
        mirrored: bool,
    ) -> list[Json]:
        velocity = steps(np.array([person.velocity for person in people]), 1)
        if mirrored:
            velocity[..., 0] *= -1
        own_s = steps(np.array([person.keypoint_scores for person in people]), PER_UNIT)
        same = (own_s[:, None] == pose_s[None]).all(axis=2).tolist()
        entries = []
        for row, (person, known) in enumerate(zip(people, before, strict=True)):
            v, age, score = velocity[row].reshape(34), round(person.age_s * PER_UNIT), round(person.score * PER_UNIT)
            entry: Json = {"id": int(person.id)}
            if person.slot != known.slot:
                entry["slot"] = int(person.slot)
            entry |= {"age": age - known.age, "xy": (xy[row] - known.xy).tolist(), "v": (v - known.velocity).tolist()}
            pose = same[row].index(True) if True in same[row] else None
            if pose is None:
                entry["s"] = (own_s[row] - known.scores).tolist()
            else:
                entry["pose"] = pose
            if pose is None or score != scores[pose]:
                entry["score"] = score
            if not person.visible:
                entry["unseen"] = True
            known.xy, known.velocity, known.scores, known.age, known.slot = xy[row], v, own_s[row], age, person.slot
            entries.append(entry)
        return entries

    def _states(self, result: FrameResult) -> dict[str, Channels]:
        """Per slot, the channels that do not follow from the measures and have changed."""
        following = measured(result)
        changes = {}
        for slot in {*self._memory.states, *following, *result.states}:
            there, known = result.states.get(slot, {}), following.get(slot, {})
            before = self._memory.states.setdefault(slot, {})
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


def _placed(xy: NDArray[np.floating], mirror: int | None) -> Integers:
    """(N, 34) steps of (N, 17, 2) pixels. mirror: the last x, in steps, of a picture whose results were flipped."""
    placed = steps(xy, PER_PIXEL)
    if mirror is not None:
        x = placed[..., 0]
        placed[..., 0] = np.where(x == UNKNOWN, UNKNOWN, mirror - x)
    return placed.reshape(len(placed), 34)


def _order(channels: Channels) -> list[str]:
    return [name for name, value in channels.items() if value is not None]


def _number(value: float) -> int | float:
    """Plain Python, whatever kind of number a detector has made."""
    return int(value) if isinstance(value, int | np.integer) else float(value)
