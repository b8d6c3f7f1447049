"""Angles, heights, distances and speeds of everybody, computed once per frame for all detectors and outputs.

Lengths are in torso lengths (mid-shoulder to mid-hip) of that person: not of this frame, in which a torso may be
foreshortened, but as far as it is known by now. Heights are along the picture's vertical.
"""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import INDEX, KEYPOINTS
from posekit.types import FloatArray, FrameResult, Measures, Person

__all__ = ["MEASURES", "POINTS", "BodyMeasures", "Meaning", "measure", "with_middles"]

#: Below this score a keypoint is not measured.
_LEAST_SCORE: Final = 0.1
#: A keypoint that is not found keeps its place and, fading, its score: the share that is left after a second.
_KEPT_PER_S: Final = math.exp(-1 / 0.25)
#: Speeds are averaged over so long; after a gap they begin anew.
_SPEED_S: Final = 0.1
_GAP_S: Final = 0.5
#: Size: averaged over so long, then of what is known of so many seconds this quantile, with a sample every so often.
_SIZE_S: Final = 0.15
_SIZE_WINDOW_S: Final = 2.0
_SIZE_QUANTILE: Final = 0.7
_SIZE_SAMPLE_S: Final = 0.1
#: Torso lengths by which other lengths tell the size of somebody whose torso is foreshortened or hidden, and how much
#: of what they say counts, lest they overrule a torso that is seen. Source: Drillis and Contini 1966.
_CLAIM: Final = 0.9
_BOX_PER_TORSO: Final = 3.4

#: Points beside the keypoints: the middles of pairs, and of the head.
_PAIRS: Final = {
    "shoulders": "Shoulder",
    "elbows": "Elbow",
    "wrists": "Wrist",
    "hips": "Hip",
    "knees": "Knee",
    "ankles": "Ankle",
}
POINTS: Final = {**INDEX, **{name: len(KEYPOINTS) + row for row, name in enumerate((*_PAIRS, "head"))}}
_MIDDLES: Final = np.zeros((len(POINTS) - len(KEYPOINTS), len(KEYPOINTS)), np.float32)
for _row, _part in enumerate(_PAIRS.values()):
    _MIDDLES[_row, [INDEX[f"left{_part}"], INDEX[f"right{_part}"]]] = 1.0
_MIDDLES[-1, [INDEX[name] for name in ("nose", "leftEye", "rightEye", "leftEar", "rightEar")]] = 1.0
_SUMS: Final = np.ascontiguousarray(_MIDDLES.T)
_MEANS: Final = np.ascontiguousarray((_MIDDLES / _MIDDLES.sum(axis=1, keepdims=True)).T)


class Meaning(NamedTuple):
    """What a measure is, for the reference."""

    unit: str
    meaning: str


def _angles() -> dict[str, tuple[str, str, str]]:
    """Name to the keypoints of an angle; it lies at the second."""
    found = {}
    for part, (a, b, c) in {
        "elbow": ("Shoulder", "Elbow", "Wrist"),
        "shoulder": ("Elbow", "Shoulder", "Hip"),
        "hip": ("Shoulder", "Hip", "Knee"),
        "knee": ("Hip", "Knee", "Ankle"),
    }.items():
        for side in ("left", "right"):
            found[f"{side}_{part}_deg"] = (f"{side}{a}", f"{side}{b}", f"{side}{c}")
    return found


_ANGLES: Final = _angles()
#: Name to the point that is measured and the one below it.
_HEIGHTS: Final = {
    "left_wrist_over_shoulder": ("leftWrist", "leftShoulder"),
    "right_wrist_over_shoulder": ("rightWrist", "rightShoulder"),
    "left_wrist_over_head": ("leftWrist", "head"),
    "right_wrist_over_head": ("rightWrist", "head"),
    "hips_over_ankles": ("hips", "ankles"),
    "head_over_hips": ("head", "hips"),
}
_DISTANCES: Final = {
    "wrist_distance": ("leftWrist", "rightWrist"),
    "knee_distance": ("leftKnee", "rightKnee"),
    "ankle_distance": ("leftAnkle", "rightAnkle"),
    "torso": ("shoulders", "hips"),
}
_SPEEDS: Final = {
    "speed": "hips",
    "left_wrist_speed": "leftWrist",
    "right_wrist_speed": "rightWrist",
}

#: Every measure, in the order of the columns.
MEASURES: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        **{
            name: Meaning("deg", f"angle at {b} between {a} and {c}; 180 is straight")
            for name, (a, b, c) in _ANGLES.items()
        },
        "lean_deg": Meaning("deg", "angle of the torso from upright, whichever way; 90 is level"),
        "tilt_deg": Meaning("deg", "angle of the torso from upright towards the person's left, within the picture"),
        **{
            name: Meaning("torso lengths", f"height of {a} over {b}; negative below it")
            for name, (a, b) in _HEIGHTS.items()
        },
        **{name: Meaning("torso lengths", f"distance of {a} and {b}") for name, (a, b) in _DISTANCES.items()},
        "shoulder_width": Meaning(
            "torso lengths", "leftShoulder right of rightShoulder by so much: negative from behind, small from the side"
        ),
        **{name: Meaning("torso lengths/s", f"speed of {point}") for name, point in _SPEEDS.items()},
        "rise": Meaning("torso lengths/s", "speed of hips upwards; negative downwards"),
        "motion": Meaning("torso lengths/s", "mean speed of all keypoints that are seen"),
        "size_px": Meaning("px", "the torso length by which all lengths are measured"),
    }
)
_NAMES: Final = tuple(MEASURES)


def _columns(pairs: Mapping[str, tuple[str, ...]]) -> list[NDArray[np.intp]]:
    """Indices of first points, second points …"""
    return [np.array([POINTS[name] for name in column]) for column in zip(*pairs.values(), strict=True)]


#: Everything that lies between two points, taken at once: both arms of the angles, heights, distances.
_BENDS, _HEIGHTS_AT, _APART_AT = len(_ANGLES), slice(2 * len(_ANGLES), -len(_DISTANCES)), slice(-len(_DISTANCES), None)
_A, _B, _C = _columns(_ANGLES)
_FROM, _TO = (
    np.concatenate([*parts]) for parts in zip((_A, _B), (_C, _B), _columns(_HEIGHTS), _columns(_DISTANCES), strict=True)
)
_TORSO: Final = len(_FROM) - len(_DISTANCES) + list(_DISTANCES).index("torso")
_SPEED_OF: Final = np.array([POINTS[name] for name in _SPEEDS.values()])
_LEFT_SHOULDER, _RIGHT_SHOULDER = INDEX["leftShoulder"], INDEX["rightShoulder"]
_HIPS: Final = POINTS["hips"]

#: Segments that tell the size: their ends, and torso lengths per length of theirs.
_SEGMENTS: Final = {
    ("shoulders", "hips"): 1.0,
    ("leftShoulder", "rightShoulder"): _CLAIM / 0.76,
    ("leftHip", "leftKnee"): _CLAIM / 0.86,
    ("rightHip", "rightKnee"): _CLAIM / 0.86,
    ("leftKnee", "leftAnkle"): _CLAIM / 0.82,
    ("rightKnee", "rightAnkle"): _CLAIM / 0.82,
    ("leftShoulder", "leftElbow"): _CLAIM / 0.58,
    ("rightShoulder", "rightElbow"): _CLAIM / 0.58,
    ("leftElbow", "leftWrist"): _CLAIM / 0.53,
    ("rightElbow", "rightWrist"): _CLAIM / 0.53,
}
_SEGMENT_FROM, _SEGMENT_TO = (np.array([POINTS[ends[k]] for ends in _SEGMENTS]) for k in (0, 1))
_SEGMENT_TORSOS: Final = np.array(list(_SEGMENTS.values()), np.float32)
_SEGMENT_SCORE: Final = 0.3


def measure(xy: FloatArray, velocity: FloatArray, scores: FloatArray, size_px: FloatArray) -> Measures:
    """The measures of N people.

    xy: (N, 17, 2) pixels. velocity: (N, 17, 2) px/s. scores: (N, 17) 0…1. size_px: (N,) torso length.
    """
    both, known = with_middles(np.concatenate([xy, velocity], axis=-1), scores)
    points, moving = both[..., :2], both[..., 2:]
    size = size_px[:, None]
    values = np.empty((len(xy), len(_NAMES)), np.float32)
    confidence = np.empty_like(values)
    place = 0

    def put(columns: FloatArray, sure: FloatArray) -> None:
        nonlocal place
        end = place + columns.shape[1]
        values[:, place:end], confidence[:, place:end] = columns, sure
        place = end

    apart = points.take(_FROM, axis=1) - points.take(_TO, axis=1)
    sure = np.minimum(known.take(_FROM, axis=1), known.take(_TO, axis=1))
    towards_a, towards_c = apart[:, :_BENDS], apart[:, _BENDS : 2 * _BENDS]
    put(_angle_between(towards_a, towards_c), np.minimum(sure[:, :_BENDS], sure[:, _BENDS : 2 * _BENDS]))

    torso, torso_known = apart[:, _TORSO], sure[:, _TORSO, None]
    to_the_right = np.degrees(np.arctan2(torso[:, :1], -torso[:, 1:]))
    put(np.abs(to_the_right), torso_known)
    width = (xy[:, _LEFT_SHOULDER, 0] - xy[:, _RIGHT_SHOULDER, 0])[:, None] / size
    width_known = np.minimum(scores[:, _LEFT_SHOULDER], scores[:, _RIGHT_SHOULDER])[:, None]
    # From the side, left and right are forward and backward.
    frontal = np.minimum(np.abs(width) / 0.4, 1.0)
    put(to_the_right * np.sign(width), np.minimum(torso_known, width_known * frontal))

    put(apart[:, _HEIGHTS_AT, 1] / -size, sure[:, _HEIGHTS_AT])
    put(_norm(apart[:, _APART_AT]) / size, sure[:, _APART_AT])
    put(width, width_known)

    put(_norm(moving.take(_SPEED_OF, axis=1)) / size, known.take(_SPEED_OF, axis=1))
    put(-moving[:, _HIPS, 1:] / size, known[:, _HIPS, None])
    seen = scores >= _LEAST_SCORE
    count = np.maximum(seen.sum(axis=1, keepdims=True), 1)
    speeds = (_norm(velocity) * seen).sum(axis=1, keepdims=True)
    put(speeds / count / size, scores.mean(axis=1, keepdims=True))
    put(size, np.ones_like(size))

    unknown = ~((confidence >= _LEAST_SCORE) & np.isfinite(values))
    unknown[:, -1] = False
    np.copyto(values, np.float32(np.nan), where=unknown)
    np.copyto(confidence, np.float32(0.0), where=unknown)
    return Measures(names=_NAMES, values=values, confidence=confidence)


def _norm(vectors: FloatArray) -> FloatArray:
    """(…) lengths of vectors (…, 2); several times faster than ``np.linalg.norm`` of few."""
    result: FloatArray = np.hypot(vectors[..., 0], vectors[..., 1])
    return result


def _angle_between(u: FloatArray, v: FloatArray) -> FloatArray:
    """Degrees, 0…180, of vectors (…, 2)."""
    cross = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    dot = u[..., 0] * v[..., 0] + u[..., 1] * v[..., 1]
    result: FloatArray = np.degrees(np.arctan2(np.abs(cross), dot))
    return result


def with_middles(xy: FloatArray, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(N, P, D) and (N, P), of (N, 17, D) and (N, 17): the keypoints and the points between them with their scores.

    A middle lies where those of its keypoints that are found have theirs: of somebody seen from the side, one hip is.
    """
    weights = np.minimum(scores, np.float32(0.3)) + np.float32(1e-6)
    middles = (_MIDDLES @ (weights[..., None] * xy)) / (weights @ _SUMS)[..., None]
    known = scores @ _MEANS
    return np.concatenate([xy, middles], axis=1), np.concatenate([scores, known], axis=1)


@dataclass(slots=True)
class _Known:
    """What is known of somebody by now.

    seen_s: when they were last seen. xy, velocity: as then. scores: of keypoints, with those that were found before.
    length_px: of the torso, averaged. samples: (time, length), oldest first. size_px: what they come to.
    """

    seen_s: float
    xy: FloatArray
    velocity: FloatArray
    scores: FloatArray
    length_px: float
    samples: deque[tuple[float, float]] = field(default_factory=deque)
    size_px: float = 1.0

    def sample(self, now_s: float) -> None:
        """Keep the length now and then; the size is what it was most of the time, rather than when foreshortened."""
        samples = self.samples
        if samples and 0 <= now_s - samples[-1][0] < _SIZE_SAMPLE_S:
            return
        samples.append((now_s, self.length_px))
        while not 0 <= now_s - samples[0][0] <= _SIZE_WINDOW_S:
            samples.popleft()
        lengths = sorted(length for _, length in samples)
        self.size_px = max(lengths[int(_SIZE_QUANTILE * (len(lengths) - 1) + 0.5)], 1.0)


class BodyMeasures:
    """Measures everyone in each result, and remembers of each person what measuring takes: size, speed, lost joints.

    Nothing but a person's departure makes it forget.
    """

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}

    def update(self, result: FrameResult) -> Measures:
        """The measures of ``result.people``."""
        for departure in result.departed:
            self._known.pop(departure.id, None)
        people, now_s = result.people, result.timestamp_s
        if not people:
            return Measures.empty()
        # Of few small arrays, ``np.array`` makes one in half the time that ``np.stack`` takes; so below.
        xy = np.array([person.xy for person in people])
        scores = np.array([person.keypoint_scores for person in people])
        lengths_px = _lengths(xy, scores).tolist()
        known = [self._of(person, length, now_s) for person, length in zip(people, lengths_px, strict=True)]
        # Time that went back, or a long gap: how anybody moved meanwhile is not known.
        elapsed_s = np.array([now_s - somebody.seen_s for somebody in known])
        lost = (elapsed_s < 0) | (elapsed_s > _GAP_S)
        followed = np.array([person.visible for person in people]) & ~lost & (elapsed_s > 0)
        velocity, kept = _followed(xy, scores, known, elapsed_s, followed=followed, lost=lost)
        for row, (person, somebody) in enumerate(zip(people, known, strict=True)):
            somebody.velocity, somebody.scores = velocity[row], kept[row]
            if followed[row] or lost[row]:
                somebody.seen_s, somebody.xy = now_s, person.xy
            if followed[row]:
                if lengths_px[row] > 0:
                    share = 1.0 - math.exp(-elapsed_s[row] / _SIZE_S)
                    somebody.length_px += share * (lengths_px[row] - somebody.length_px)
                somebody.sample(now_s)
        return measure(xy, velocity, kept, np.array([somebody.size_px for somebody in known], np.float32))

    def _of(self, person: Person, length_px: float, now_s: float) -> _Known:
        known = self._known.get(person.id)
        if known is None:
            length_px = length_px if length_px > 0 else max(_box_length(person), 1.0)
            still = np.zeros((17, 2), np.float32)
            known = _Known(now_s, person.xy, still, person.keypoint_scores, length_px)
            known.sample(now_s)
            self._known[person.id] = known
        return known


def _followed(
    xy: FloatArray,
    scores: FloatArray,
    known: Sequence[_Known],
    elapsed_s: NDArray[np.float64],
    *,
    followed: NDArray[np.bool_],
    lost: NDArray[np.bool_],
) -> tuple[FloatArray, FloatArray]:
    """(N, 17, 2) px/s and (N, 17): how fast keypoints move, and their scores with those that were found before.

    Who is seen is followed; who is not slows down; of who was lost for long nothing is carried on.
    """
    before = np.array([somebody.velocity for somebody in known])
    kept = np.array([somebody.scores for somebody in known])
    span_s = np.where(followed | ~lost, np.maximum(elapsed_s, 0.0), 0.0)
    slower = np.exp(-span_s / _SPEED_S).astype(np.float32)[:, None, None]
    # Of whom nothing new is known, the share is 0.
    share = ((1.0 - slower[:, 0, 0]) * followed / np.maximum(span_s, 1e-6)).astype(np.float32)[:, None, None]
    velocity = before * slower + share * (xy - np.array([somebody.xy for somebody in known]))
    velocity[lost] = 0.0
    faded = np.where(followed, _KEPT_PER_S**span_s, 0.0).astype(np.float32)[:, None]
    return velocity.astype(np.float32), np.maximum(scores, kept * faded)


def _lengths(xy: FloatArray, scores: FloatArray) -> FloatArray:
    """(N,) px: torso lengths as they look in this frame, by the least foreshortened part; 0 where none is seen."""
    points, known = with_middles(xy, scores)
    segments = points.take(_SEGMENT_FROM, axis=1) - points.take(_SEGMENT_TO, axis=1)
    sure = np.minimum(known.take(_SEGMENT_FROM, axis=1), known.take(_SEGMENT_TO, axis=1)) >= _SEGMENT_SCORE
    result: FloatArray = np.maximum.reduce(_norm(segments) * _SEGMENT_TORSOS * sure, axis=1)
    return result


def _box_length(person: Person) -> float:
    box = person.box()
    return max(box.width, box.height) / _BOX_PER_TORSO
