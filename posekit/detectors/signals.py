"""What exercises and gestures watch: heights, distances and angles of keypoints, for everyone at once.

Unlike ``measures``, which outputs publish, these are taken from the keypoints as the network saw them: what is counted
does not hang on how calm the picture is wanted, and fast movements are neither flattened nor late.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posekit.detectors.measures import POINTS, with_middles
from posekit.skeleton import INDEX
from posekit.types import FloatArray, FrameResult, Person

__all__ = ["LEAST_SCORE", "Reading", "Signal", "Signals", "angle", "behind", "distance", "height", "outside", "rise"]

#: Below this score a keypoint says nothing.
LEAST_SCORE: Final = 0.1
#: White noise of the network is averaged over so long: less than any movement that matters takes.
_CALM_S: Final = 0.04
#: The score of what is not found fades in this time.
_KEPT_S: Final = 0.06
#: After so long without a sight, averaging begins anew.
_GAP_S: Final = 0.5
#: Which way somebody faces is averaged over so long.
_FACING_S: Final = 0.3
#: So is the size.
_SIZE_S: Final = 2.0
#: So is the noise, of keypoints that score at least so much. The median of the square of what is normally distributed
#: is this part of its mean.
_NOISE_S: Final = 1.0
_WELL_SEEN: Final = 0.3
_MEDIAN_OF_SQUARE: Final = 0.455
#: The knees are before the hips if they are by so much, in torso lengths.
_THIGH_AHEAD: Final = 0.3
#: The edge of the picture, as a part of its longer side.
_EDGE: Final = 0.005

_TAKES: Final = {"height": 2, "outside": 2, "behind": 2, "distance": 2, "angle": 3, "rise": 1}
_WORDS: Final = {
    "height": "height of {} over {}",
    "outside": "{} outside of {}",
    "behind": "{} behind {}",
    "distance": "distance of {} and {}",
    "angle": "angle {} – {} – {}",
    "rise": "rise of {}",
}


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that can be read off a person.

    kind: ``height`` of the first point over the second, along the picture's vertical; how far the first lies
    ``outside`` of the second, along the horizontal: to the person's left for left and middle points, else to the right;
    how far it lies ``behind`` the second, along the horizontal, where the knees are before the hips (of somebody who
    sits or squats and is seen from the side; unknown else); ``distance`` of two points; ``angle`` at the second of
    three points; ``rise`` of one point in the picture since it was first seen. points: of ``measures.POINTS``;
    ``{side}Wrist`` stands for either wrist.
    """

    kind: Literal["height", "outside", "behind", "distance", "angle", "rise"]
    points: tuple[str, ...]

    def __post_init__(self) -> None:
        unknown = [point for point in self.points if point.format(side="left") not in POINTS]
        if unknown:
            raise ValueError(f"there is no point '{unknown[0]}'; there are {', '.join(POINTS)}")
        if len(self.points) != _TAKES[self.kind]:
            raise ValueError(f"{self.kind} is of {_TAKES[self.kind]} points, got {len(self.points)}")

    @property
    def unit(self) -> str:
        """``deg`` or ``torso lengths``."""
        return "deg" if self.kind == "angle" else "torso lengths"

    @property
    def sided(self) -> bool:
        """Whether it is meant of each side."""
        return any("{side}" in point for point in self.points)

    def on(self, side: str) -> "Signal":
        """Of that side, ``left`` or ``right``."""
        return Signal(self.kind, tuple(point.format(side=side) for point in self.points))

    def __str__(self) -> str:
        points = [point.replace("{side}", "") for point in self.points]
        return _WORDS[self.kind].format(*(point[:1].lower() + point[1:] for point in points))


def height(point: str, over: str) -> Signal:
    """How high a point is over another."""
    return Signal("height", (point, over))


def outside(point: str, of: str) -> Signal:
    """How far a point is outside of another."""
    return Signal("outside", (point, of))


def behind(point: str, other: str) -> Signal:
    """How far a point is behind another."""
    return Signal("behind", (point, other))


def distance(one: str, other: str) -> Signal:
    """How far two points are apart."""
    return Signal("distance", (one, other))


def angle(one: str, at: str, other: str) -> Signal:
    """The angle at a point."""
    return Signal("angle", (one, at, other))


def rise(point: str) -> Signal:
    """How a point moves up and down in the picture."""
    return Signal("rise", (point,))


class Reading(NamedTuple):
    """What the signals say of everyone who is seen in a frame.

    people: N of them. values: (N, S), in torso lengths or degrees, NaN where unknown. sure: (N, S), 0…1, 0 there.
    size_px: (N,) torso length. noise: standard deviation of a keypoint's place, in torso lengths, by the trunk's.
    """

    people: Sequence[Person]
    values: FloatArray
    sure: FloatArray
    size_px: FloatArray
    noise: list[float]


@dataclass(slots=True)
class _Seen:
    """What is remembered of somebody.

    xy: (17, 2) px, calmed; scores: (17,) of that. points: (P, 2) px, known: (P,), as last seen. risen: (P,) torso
    lengths. facing: more than 0 where the person's left is to the picture's right. trunk, drift: (4, 2) px, shoulders
    and hips as measured, and how they moved. variance: of the noise, in torso lengths squared.
    """

    seen_s: float
    xy: FloatArray
    scores: FloatArray
    points: FloatArray
    known: FloatArray
    risen: FloatArray
    facing: float
    size_px: float
    trunk: FloatArray
    drift: FloatArray
    variance: float


class Signals:
    """Reads signals off everyone in a result.

    signals: which, in the order of the columns; those that are ``sided`` must have been put ``on`` a side.
    """

    def __init__(self, signals: Iterable[Signal]) -> None:
        self.columns = {signal: column for column, signal in enumerate(dict.fromkeys(signals))}
        self._places = {
            kind: np.array([column for signal, column in self.columns.items() if signal.kind == kind], np.intp)
            for kind in _TAKES
        }
        self._points = {
            kind: [
                np.array([POINTS[signal.points[which]] for signal in self.columns if signal.kind == kind], np.intp)
                for which in range(takes)
            ]
            for kind, takes in _TAKES.items()
        }
        self._outward = np.array(
            [
                -1.0 if signal.points[0].startswith("right") else 1.0
                for signal in self.columns
                if signal.kind == "outside"
            ],
            np.float32,
        )
        self._seen: dict[int, _Seen] = {}

    def read(self, result: FrameResult) -> Reading:
        """The signals of everyone whom this frame shows."""
        for departure in result.departed:
            self._seen.pop(departure.id, None)
        rows = [row for row, person in enumerate(result.people) if person.visible]
        people = [result.people[row] for row in rows]
        if not people:
            empty = np.zeros((0, len(self.columns)), np.float32)
            return Reading((), empty, empty, np.zeros(0, np.float32), [])
        size = self._size(people, result.timestamp_s, result.measures["size_px"][rows])
        now_s = result.timestamp_s
        scores = np.stack([person.keypoint_scores for person in people])
        measured = np.stack([_measured(person) for person in people])
        scores = np.where(_inside(measured, result.size), scores, np.float32(0.0))
        calmed, scores = self._calmed(people, now_s, measured, scores)
        points, known = with_middles(calmed, scores)
        self._remember(people, now_s, calmed, scores, points, known, size)
        noise = [math.sqrt(self._seen[person.id].variance) for person in people]
        return Reading(people, *self._values(people, points, known, size), size, noise)

    def _size(self, people: Sequence[Person], now_s: float, size: FloatArray) -> FloatArray:
        """(N,) px: torso lengths that change more slowly than anybody exercises, but keep up with who walks."""
        calm = size.copy()
        for row, person in enumerate(people):
            seen = self._seen.get(person.id)
            if seen is not None:
                share = 1.0 - math.exp(-max(now_s - seen.seen_s, 0.0) / _SIZE_S)
                calm[row] = seen.size_px * (size[row] / seen.size_px) ** share
        return calm

    def _calmed(
        self, people: Sequence[Person], now_s: float, measured: FloatArray, scores: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """(N, 17, 2) and (N, 17): the keypoints with some of their noise averaged away, and their scores.

        What is not found for a moment is where it was, with a score that fades.
        """
        xy, sure = measured.copy(), scores.copy()
        for row, person in enumerate(people):
            seen = self._seen.get(person.id)
            if seen is None or not 0.0 <= now_s - seen.seen_s <= _GAP_S:
                continue
            elapsed_s = now_s - seen.seen_s
            kept = seen.scores * np.float32(math.exp(-elapsed_s / _KEPT_S))
            found, known = scores[row] >= LEAST_SCORE, seen.scores >= LEAST_SCORE
            follow = np.where(found, np.where(known, 1.0 - math.exp(-elapsed_s / _CALM_S), 1.0), 0.0)
            follow = np.where(found | (kept >= LEAST_SCORE), follow, 1.0).astype(np.float32)
            xy[row] = seen.xy + follow[:, None] * (measured[row] - seen.xy)
            sure[row] = np.where(found, scores[row], np.maximum(scores[row], kept))
        return xy, sure

    def _remember(
        self,
        people: Sequence[Person],
        now_s: float,
        calmed: FloatArray,
        scores: FloatArray,
        points: FloatArray,
        known: FloatArray,
        size: FloatArray,
    ) -> None:
        width = calmed[:, _LEFT, 0].sum(axis=1) - calmed[:, _RIGHT, 0].sum(axis=1)
        for row, (person, facing) in enumerate(zip(people, (width / size).tolist(), strict=True)):
            trunk = _measured(person)[_TRUNK]
            seen = self._seen.get(person.id)
            if seen is None:
                risen = np.zeros(points.shape[1], np.float32)
                self._seen[person.id] = _Seen(
                    seen_s=now_s,
                    xy=calmed[row],
                    scores=scores[row],
                    points=points[row],
                    known=known[row],
                    risen=risen,
                    facing=facing,
                    size_px=float(size[row]),
                    trunk=trunk,
                    drift=np.zeros_like(trunk),
                    variance=0.0,
                )
                continue
            elapsed_s = now_s - seen.seen_s
            if 0.0 <= elapsed_s <= _GAP_S:
                moved = (seen.points[:, 1] - points[row, :, 1]) / size[row]
                both = (known[row] >= LEAST_SCORE) & (seen.known >= LEAST_SCORE)
                seen.risen = seen.risen + np.where(both, moved, 0.0).astype(np.float32)
            share = 1.0 - math.exp(-max(elapsed_s, 0.0) / _FACING_S)
            seen.facing += share * (facing - seen.facing)
            # White noise shows in the second difference, of which it makes up the most; a body's motion hardly does.
            drift = trunk - seen.trunk
            jerk = (drift - seen.drift)[known[row][_TRUNK] >= _WELL_SEEN] / size[row]
            if jerk.size:
                share = 1.0 - math.exp(-max(elapsed_s, 0.0) / _NOISE_S)
                seen.variance += share * (float(np.median(jerk**2)) / (6.0 * _MEDIAN_OF_SQUARE) - seen.variance)
            seen.trunk, seen.drift = trunk, drift
            seen.seen_s, seen.xy, seen.scores = now_s, calmed[row], scores[row]
            seen.points, seen.known = points[row], known[row]
            seen.size_px = float(size[row])

    def _values(
        self, people: Sequence[Person], points: FloatArray, known: FloatArray, size: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        values = np.empty((len(people), len(self.columns)), np.float32)
        sure = np.empty_like(values)
        unit = size[:, None]
        for kind, places in self._places.items():
            if not len(places):
                continue
            at = self._points[kind]
            sure[:, places] = np.min([known[:, which] for which in at], axis=0)
            if kind == "height":
                values[:, places] = (points[:, at[1], 1] - points[:, at[0], 1]) / unit
            elif kind == "outside":
                facing = np.array([math.copysign(1.0, self._seen[person.id].facing) for person in people], np.float32)
                apart = points[:, at[0], 0] - points[:, at[1], 0]
                values[:, places] = apart * facing[:, None] * self._outward / unit
            elif kind == "behind":
                ahead = (points[:, _KNEES, 0] - points[:, _HIPS, 0]) / size
                apart = points[:, at[1], 0] - points[:, at[0], 0]
                values[:, places] = apart * np.sign(ahead)[:, None] / unit
                sure[:, places] *= (np.abs(ahead) >= _THIGH_AHEAD)[:, None]
            elif kind == "distance":
                values[:, places] = np.linalg.norm(points[:, at[0]] - points[:, at[1]], axis=-1) / unit
            elif kind == "angle":
                values[:, places] = _degrees(points[:, at[0]] - points[:, at[1]], points[:, at[2]] - points[:, at[1]])
            else:
                values[:, places] = np.stack([self._seen[person.id].risen[at[0]] for person in people])
        unknown = ~((sure >= LEAST_SCORE) & np.isfinite(values))
        values[unknown], sure[unknown] = np.nan, 0.0
        return values, sure


def _measured(person: Person) -> FloatArray:
    """(17, 2): the keypoints before smoothing, if they are known."""
    return person.xy if person.measured is None else person.measured


def _inside(xy: FloatArray, size: tuple[int, int]) -> NDArray[np.bool_]:
    """(N, 17): which keypoints lie in the picture; what lies at its edge or beyond is only guessed."""
    width, height = size
    edge = _EDGE * max(size)
    x, y = xy[..., 0], xy[..., 1]
    inside: NDArray[np.bool_] = (x > edge) & (x < width - edge) & (y > edge) & (y < height - edge)
    return inside


_HIPS, _KNEES = POINTS["hips"], POINTS["knees"]
_LEFT: Final = [INDEX["leftShoulder"], INDEX["leftHip"]]
_RIGHT: Final = [INDEX["rightShoulder"], INDEX["rightHip"]]
_TRUNK: Final = np.array([*_LEFT, *_RIGHT])


def _degrees(u: FloatArray, v: FloatArray) -> NDArray[np.float32]:
    """0…180, of vectors (…, 2)."""
    cross = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    result: NDArray[np.float32] = np.degrees(np.arctan2(np.abs(cross), (u * v).sum(axis=-1)))
    return result
