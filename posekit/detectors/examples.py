"""Gestures by example: poses that somebody has shown, recognised again by the nearest of them.

A pose is compared where it matters: joints in torso lengths from the middle of the trunk, whoever makes it, however
large and wherever they are. Source: k nearest neighbours, as in MediaPipe's pose classification.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from posekit.detectors.signals import LEAST_SCORE
from posekit.events import Event, make
from posekit.skeleton import INDEX, KEYPOINTS
from posekit.types import FloatArray, FrameResult, Person

__all__ = ["NOTHING", "ExampleGestures", "Examples", "fitting_distances", "normalised"]

#: Examples under this name are what is no gesture: they compete, and nothing is told of them.
NOTHING: Final = "nothing"

#: How much each keypoint counts: ends of limbs say the most; of the face, the nose stands for the rest.
_WEIGHTS: Final = np.array(
    [
        {"nose": 0.5, "Shoulder": 0.6, "Hip": 0.4, "Elbow": 1.0, "Knee": 1.0, "Wrist": 1.4, "Ankle": 1.2}.get(
            name.removeprefix("left").removeprefix("right"), 0.0
        )
        for name in KEYPOINTS
    ],
    np.float32,
)
_SHOULDERS: Final = [INDEX["leftShoulder"], INDEX["rightShoulder"]]
_HIPS: Final = [INDEX["leftHip"], INDEX["rightHip"]]
#: A pose of which less than this share of the weight is seen cannot be compared.
_LEAST_WEIGHT: Final = 0.4
#: How many of the nearest examples decide.
_NEIGHBOURS: Final = 3
#: A pose must be seen for so long to begin, and is over when it was not for so long.
_SETTLE_S: Final = 0.15
_LEAVE_S: Final = 0.3
_HOLD_S: Final = 1.0
#: Where a pose is entered, by how far its examples are apart; and left.
_SPREAD: Final = 2.0
_NEAREST, _FARTHEST = 0.16, 0.32
_EXIT: Final = 1.35


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examples:
    """What was shown of one pose.

    xy: (E, 17, 2) float32, ``normalised``. scores: (E, 17), 0…1. enter, exit: torso lengths, at which mean distance of
    the joints the pose begins, and ends.
    """

    xy: FloatArray
    scores: FloatArray
    enter: float
    exit: float


def normalised(xy: FloatArray, scores: FloatArray, size_px: float) -> FloatArray:
    """(17, 2): the keypoints in torso lengths from the middle of the hips.

    Where the hips are unseen, from a torso length below that of the shoulders.
    """
    middle = xy[_HIPS].mean(axis=0)
    if scores[_HIPS].min() < LEAST_SCORE:
        middle = xy[_SHOULDERS].mean(axis=0) + np.array([0.0, size_px], np.float32)
    result: FloatArray = ((xy - middle) / size_px).astype(np.float32)
    return result


def distances(xy: FloatArray, scores: FloatArray, examples: Examples) -> FloatArray:
    """(E,) torso lengths: the mean distance of the joints that both show; infinite where they show too few."""
    both = (scores >= LEAST_SCORE) & (examples.scores >= LEAST_SCORE)
    weights = np.where(both, _WEIGHTS, np.float32(0.0))
    total = weights.sum(axis=1)
    apart = np.linalg.norm(examples.xy - xy, axis=-1)
    result: FloatArray = np.where(
        total >= _LEAST_WEIGHT * _WEIGHTS.sum(), (weights * apart).sum(axis=1) / np.maximum(total, 1e-6), np.inf
    ).astype(np.float32)
    return result


def fitting_distances(xy: FloatArray, scores: FloatArray) -> tuple[float, float]:
    """Where a pose of these examples, (E, 17, 2) and (E, 17), is entered and left: by how far they are apart."""
    shown = Examples(xy=xy, scores=scores, enter=0.0, exit=0.0)
    apart = [np.sort(distances(xy[row], scores[row], shown))[1:] for row in range(len(xy))]
    nearest = [float(row[:_NEIGHBOURS].mean()) for row in apart if len(row) and np.isfinite(row[0])]
    enter = min(max(_SPREAD * float(np.median(nearest)) if nearest else 0.0, _NEAREST), _FARTHEST)
    return enter, _EXIT * enter


@dataclass(slots=True)
class _Showing:
    """The pose of somebody: which, since when, when last seen and told; whether it has begun."""

    name: str
    since_s: float
    seen_s: float
    told_s: float
    begun: bool = False


@dataclass(slots=True)
class _Body:
    id: int
    slot: int
    showing: _Showing | None = None


class ExampleGestures:
    """``gesture`` for poses that were shown. examples: by name."""

    def __init__(self, examples: Mapping[str, Examples]) -> None:
        self._examples = dict(examples)
        self._bodies: dict[int, _Body] = {}

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events that became certain with this frame."""
        events: list[Event] = []
        for departure in result.departed:
            body = self._bodies.pop(departure.id, None)
            if body is not None:
                events += _over(body, result.source)
        sizes_px = result.measures["size_px"].tolist() if result.people else []
        for person, size_px in zip(result.people, sizes_px, strict=True):
            if person.visible:
                body = self._bodies.setdefault(person.id, _Body(person.id, person.slot))
                events += self._seen(body, person, size_px, result)
        if result.last:
            for body in self._bodies.values():
                events += _over(body, result.source)
        return events

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        """Per slot: 1 while a pose lasts, else 0."""
        states = {}
        for person in result.people:
            body = self._bodies.get(person.id)
            if body is not None:
                now = body.showing.name if body.showing is not None and body.showing.begun else ""
                states[person.slot] = {name: float(name == now) for name in self._examples if name != NOTHING}
        return states

    def _seen(self, body: _Body, person: Person, size_px: float, result: FrameResult) -> Iterator[Event]:
        now_s, showing = result.timestamp_s, body.showing
        xy = normalised(person.xy if person.measured is None else person.measured, person.keypoint_scores, size_px)
        name, distance = self._nearest(xy, person.keypoint_scores)
        limits = self._examples.get(name)
        if showing is not None and showing.name == name and limits is not None and distance <= limits.exit:
            showing.seen_s = now_s
            if not showing.begun and distance <= limits.enter and now_s - showing.since_s >= _SETTLE_S:
                showing.begun, showing.told_s = True, now_s
                yield _told(body, "start", showing.since_s, 0.0, result.source)
            elif showing.begun and now_s - showing.told_s >= _HOLD_S:
                showing.told_s = now_s
                yield _told(body, "hold", now_s, now_s - showing.since_s, result.source)
            return
        if showing is not None and now_s - showing.seen_s <= _LEAVE_S and showing.begun:
            return
        yield from _over(body, result.source)
        if limits is not None and name != NOTHING and distance <= limits.enter:
            body.showing = _Showing(name, now_s, now_s, now_s)

    def _nearest(self, xy: FloatArray, scores: FloatArray) -> tuple[str, float]:
        """The pose whose nearest examples are the nearest, and how far they are on average."""
        best, least = "", math.inf
        for name, examples in self._examples.items():
            near = np.sort(distances(xy, scores, examples))[:_NEIGHBOURS]
            distance = float(near.mean()) if len(near) else math.inf
            if distance < least:
                best, least = name, distance
        return best, least


def _over(body: _Body, source: str) -> Iterator[Event]:
    showing = body.showing
    if showing is not None and showing.begun:
        yield _told(body, "end", showing.seen_s, showing.seen_s - showing.since_s, source)
    body.showing = None


def _told(body: _Body, phase: str, at_s: float, held_s: float, source: str) -> Event:
    assert body.showing is not None
    name = body.showing.name
    return make("gesture", at_s, source, body, name=name, phase=phase, side="", value=0.0, held_s=held_s)
