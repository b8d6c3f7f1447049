"""What exercises and gestures watch: heights, distances and angles of keypoints, for everyone at once.

Unlike ``measures``, which outputs publish, these are taken from the keypoints as the network saw them: what is counted
does not hang on how calm the picture is wanted, and fast movements are neither flattened nor late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posekit.detectors.measures import POINTS, with_middles
from posekit.detectors.rows import Rows
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
#: So is the noise. The median of the square of what is normally distributed is this part of its mean.
_NOISE_S: Final = 1.0
_MEDIAN_OF_SQUARE: Final = 0.455
#: The knees are before the hips if they are by so much, in torso lengths.
_THIGH_AHEAD: Final = 0.3
#: The edge of the picture, as a part of its width and height.
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
    noise: (N,) standard deviation of a keypoint's place, in torso lengths, by the trunk's.
    """

    people: Sequence[Person]
    values: FloatArray
    sure: FloatArray
    noise: FloatArray


#: What is remembered of somebody: xy: px, calmed; scores: of that. points: px, known: as last seen. risen: torso
#: lengths. facing: more than 0 where the person's left is to the picture's right. trunk, drift: px, shoulders and hips
#: as measured, and how they moved. variance: of the noise, in torso lengths squared.
_FIELDS: Final = {
    "seen_s": ((), np.float64),
    "xy": ((17, 2), np.float32),
    "scores": ((17,), np.float32),
    "points": ((len(POINTS), 2), np.float32),
    "known": ((len(POINTS),), np.float32),
    "risen": ((len(POINTS),), np.float32),
    "facing": ((), np.float32),
    "size_px": ((), np.float32),
    "trunk": ((4, 2), np.float32),
    "drift": ((4, 2), np.float32),
    "variance": ((), np.float32),
}


class Signals:
    """Reads signals off everyone in a result; several detectors may share it, and then it reads once per frame.

    A detector says first which signals it will ask for, by ``column``; those that are ``sided`` must be put ``on`` a
    side.
    """

    def __init__(self) -> None:
        self._columns: dict[Signal, int] = {}
        self._order = np.zeros(0, np.intp)
        self._parts: dict[str, slice] = {}
        self._at = np.zeros((3, 0), np.intp)
        self._outward = np.zeros(0, np.float32)
        self._memory = Rows(_FIELDS)
        self._last: tuple[Sequence[Person], float, Reading] | None = None

    def column(self, signal: Signal) -> int:
        """Where the signal will stand in a reading."""
        if signal not in self._columns:
            self._columns[signal] = len(self._columns)
            self._arrange()
        return self._columns[signal]

    def _arrange(self) -> None:
        """Sort the signals by kind, and note where each then stands, and its points."""
        ordered = sorted(self._columns, key=lambda signal: list(_TAKES).index(signal.kind))
        self._order = np.argsort([self._columns[signal] for signal in ordered]).astype(np.intp)
        ends = np.cumsum([0, *(sum(signal.kind == kind for signal in ordered) for kind in _TAKES)]).tolist()
        self._parts = {kind: slice(ends[row], ends[row + 1]) for row, kind in enumerate(_TAKES)}
        at = [[POINTS[point] for point in (*signal.points, *signal.points[-1:] * 2)[:3]] for signal in ordered]
        self._at = np.array(at, np.intp).T
        outside_of = [signal for signal in ordered if signal.kind == "outside"]
        rightwards = [signal.points[0].startswith("right") for signal in outside_of]
        self._outward = np.where(rightwards, -1.0, 1.0).astype(np.float32)

    def read(self, result: FrameResult) -> Reading:
        """The signals of everyone whom this frame shows."""
        if self._last is not None and self._last[0] is result.people and self._last[1] == result.timestamp_s:
            return self._last[2]
        for departure in result.departed:
            self._memory.forget(departure.id)
        reading = self._read(result)
        self._last = result.people, result.timestamp_s, reading
        return reading

    def _read(self, result: FrameResult) -> Reading:
        shown = [row for row, person in enumerate(result.people) if person.visible]
        people = [result.people[row] for row in shown]
        if not people:
            empty = np.zeros((0, len(self._columns)), np.float32)
            return Reading((), empty, empty, np.zeros(0, np.float32))
        now_s, before = result.timestamp_s, self._memory.of(people)
        elapsed_s = now_s - before["seen_s"]
        # Of somebody new, or not seen for too long, nothing that was known before holds now.
        known = (elapsed_s >= 0.0) & (elapsed_s <= _GAP_S)
        elapsed_s = np.where(known, elapsed_s, 0.0)

        new = ~np.isfinite(before["seen_s"])
        size = result.measures["size_px"][shown]
        passed_s = np.where(new, 0.0, np.maximum(now_s - before["seen_s"], 0.0))
        share = _share(passed_s, _SIZE_S)
        before_px = np.where(new, size, before["size_px"])
        size = np.maximum(before_px * (size / before_px) ** share, 1e-3).astype(np.float32)

        measured = np.array([_measured(person) for person in people])
        scores = np.array([person.keypoint_scores for person in people])
        scores = np.where(_inside(measured, result.size), scores, np.float32(0.0))
        lost = (scores[:, _TRUNK] < LEAST_SCORE) & known[:, None]
        xy, scores = _calmed(measured, scores, before, known, elapsed_s)
        points, sure = with_middles(xy, scores)

        moved = (before["points"][..., 1] - points[..., 1]) / size[:, None]
        both = (sure >= LEAST_SCORE) & (before["known"] >= LEAST_SCORE) & known[:, None]
        risen = np.where(new[:, None], 0.0, before["risen"]) + np.where(both, moved, 0.0)
        trunk_x = xy[:, _TRUNK, 0]
        width = (trunk_x[:, 0] + trunk_x[:, 1] - trunk_x[:, 2] - trunk_x[:, 3]) / size
        share = np.where(new, 1.0, _share(passed_s, _FACING_S))
        facing = before["facing"] + share * (width - before["facing"])
        # What is lost for a moment goes on as it went.
        trunk = np.where(lost[..., None], before["trunk"] + before["drift"], measured[:, _TRUNK])
        drift, variance = _noise(trunk, before, known, elapsed_s, size)
        after = {
            "seen_s": now_s,
            "xy": xy,
            "scores": scores,
            "points": points,
            "known": sure,
            "risen": risen,
            "facing": facing,
            "size_px": size,
            "trunk": trunk,
            "drift": drift,
            "variance": variance,
        }
        for name, value in after.items():
            before[name][...] = value
        values, sure = self._values(points, sure, size, risen, facing)
        return Reading(people, values, sure, np.sqrt(variance))

    def _values(
        self, points: FloatArray, known: FloatArray, size: FloatArray, risen: FloatArray, facing: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        one, other, third = self._at
        apart = points.take(one, axis=1) - points.take(other, axis=1)
        values = np.empty(apart.shape[:2], np.float32)
        sure = np.minimum(known.take(one, axis=1), known.take(other, axis=1))
        part = self._parts
        unit = size[:, None]
        values[:, part["height"]] = apart[:, part["height"], 1] / -unit
        outward = np.copysign(self._outward, facing[:, None] * self._outward)
        values[:, part["outside"]] = apart[:, part["outside"], 0] * outward / unit
        ahead = (points[:, _KNEES, 0] - points[:, _HIPS, 0])[:, None] / unit
        values[:, part["behind"]] = apart[:, part["behind"], 0] * np.sign(ahead) / -unit
        sure[:, part["behind"]] *= np.abs(ahead) >= _THIGH_AHEAD
        beside = apart[:, part["distance"]]
        values[:, part["distance"]] = np.hypot(beside[..., 0], beside[..., 1]) / unit
        bent = part["angle"]
        values[:, bent] = _degrees(apart[:, bent], points[:, third[bent]] - points[:, other[bent]])
        sure[:, bent] = np.minimum(sure[:, bent], known[:, third[bent]])
        values[:, part["rise"]] = risen[:, one[part["rise"]]]
        found = (sure >= LEAST_SCORE) & np.isfinite(values)
        values = np.where(found, values, np.float32(np.nan)).take(self._order, axis=1)
        return values, np.where(found, sure, np.float32(0.0)).take(self._order, axis=1)


def _calmed(
    measured: FloatArray,
    scores: FloatArray,
    before: Mapping[str, NDArray[Any]],
    known: NDArray[np.bool_],
    elapsed_s: NDArray[np.float64],
) -> tuple[FloatArray, FloatArray]:
    """(N, 17, 2) and (N, 17): the keypoints with some of their noise averaged away, and their scores.

    What is not found for a moment is where it was, with a score that fades.
    """
    kept = before["scores"] * np.exp(-elapsed_s / _KEPT_S)[:, None] * known[:, None]
    found, had = scores >= LEAST_SCORE, (before["scores"] >= LEAST_SCORE) & known[:, None]
    follow = np.where(found & had, _share(elapsed_s, _CALM_S)[:, None], 1.0)
    follow = np.where(~found & (kept >= LEAST_SCORE), 0.0, follow).astype(np.float32)
    xy = (measured + (1.0 - follow)[..., None] * (before["xy"] - measured)).astype(np.float32)
    return xy, np.where(found, scores, np.maximum(scores, kept)).astype(np.float32)


def _noise(
    trunk: FloatArray,
    before: Mapping[str, NDArray[Any]],
    known: NDArray[np.bool_],
    elapsed_s: NDArray[np.float64],
    size: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """How the trunk moved, and the variance of white noise in its place.

    It shows in the second difference, of which it makes up the most; a body's motion hardly does.
    """
    drift = np.where(known[:, None, None], trunk - before["trunk"], 0.0).astype(np.float32)
    jerk = ((drift - before["drift"]) / size[:, None, None]).reshape(len(trunk), -1)
    ranked = np.sort(jerk * jerk, axis=1)
    middle = (ranked[:, 3] + ranked[:, 4]) / np.float32(2 * 6.0 * _MEDIAN_OF_SQUARE)
    variance = before["variance"] + _share(elapsed_s, _NOISE_S) * (middle - before["variance"])
    return drift, np.where(np.isfinite(before["seen_s"]), variance, 0.0).astype(np.float32)


def _share(elapsed_s: NDArray[np.float64], time_s: float) -> NDArray[np.float64]:
    """How far an average over ``time_s`` goes towards a new value."""
    result: NDArray[np.float64] = 1.0 - np.exp(-elapsed_s / time_s)
    return result


def _measured(person: Person) -> FloatArray:
    """(17, 2): the keypoints before smoothing, if they are known."""
    return person.xy if person.measured is None else person.measured


def _inside(xy: FloatArray, size: tuple[int, int]) -> NDArray[np.bool_]:
    """(N, 17): which keypoints lie in the picture; what lies at its edge or beyond is only guessed."""
    width, height = size
    across = np.abs(xy[..., 0] - np.float32(0.5 * width)) < np.float32((0.5 - _EDGE) * width)
    inside: NDArray[np.bool_] = across & (np.abs(xy[..., 1] - np.float32(0.5 * height)) < (0.5 - _EDGE) * height)
    return inside


_HIPS, _KNEES = POINTS["hips"], POINTS["knees"]
_LEFT: Final = [INDEX["leftShoulder"], INDEX["leftHip"]]
_RIGHT: Final = [INDEX["rightShoulder"], INDEX["rightHip"]]
_TRUNK: Final = np.array([*_LEFT, *_RIGHT])


def _degrees(u: FloatArray, v: FloatArray) -> NDArray[np.float32]:
    """0…180, of vectors (…, 2)."""
    cross = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    dot = u[..., 0] * v[..., 0] + u[..., 1] * v[..., 1]
    result: NDArray[np.float32] = np.degrees(np.arctan2(np.abs(cross), dot))
    return result
