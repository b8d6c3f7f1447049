"""The values that travel from source to adapter: frames, poses, people, results and status.

Coordinates are source-frame pixels (after ``--rotate``): x right, y down, the centre of the top left pixel is (0, 0).
They are never clipped: a keypoint may lie outside the picture. Arrays in these types are read-only. In results they are
rounded as ``rounding`` says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from posekit.events import Event
from posekit.skeleton import INDEX

__all__ = [
    "Box",
    "Departure",
    "Frame",
    "FrameResult",
    "Keypoint",
    "Measures",
    "Person",
    "Pose",
    "Poses",
    "SourceState",
    "Status",
]

FloatArray = NDArray[np.float32]


def _freeze(*arrays: NDArray[np.generic] | None) -> None:
    for array in arrays:
        if array is not None:
            array.flags.writeable = False


class Keypoint(NamedTuple):
    """One keypoint: ``x`` and ``y`` in source-frame pixels, ``score`` in 0…1."""

    x: float
    y: float
    score: float


class Box(NamedTuple):
    """An axis-parallel box: centre and size in source-frame pixels."""

    cx: float
    cy: float
    width: float
    height: float


def _keypoint(xy: FloatArray, scores: FloatArray, part: str) -> Keypoint:
    index = INDEX[part]
    x, y = xy[index].tolist()
    return Keypoint(x, y, float(scores[index]))


def _box(xy: FloatArray, scores: FloatArray, min_score: float) -> Box:
    # Of so few numbers, lists are several times faster than arrays.
    least, everywhere = float(np.float32(min_score)), xy.tolist()
    seen = [point for point, score in zip(everywhere, scores.tolist(), strict=True) if score >= least]
    x, y = zip(*(seen or everywhere), strict=True)
    left, top, right, bottom = min(x), min(y), max(x), max(y)
    return Box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """A picture and when it was taken.

    image: (H, W, 3) uint8, BGR as OpenCV delivers it.
    timestamp_s: monotonic capture time; for files, the time in the file.
    seq: number of the frame; gaps are frames that were dropped.
    grabbed_s: what the runner's clock read at the grab, from which latency is counted; 0 where the source has no clock,
    and the runner then fills it in.
    last: whether the source, a file, ends with it.
    poses: who is in it, where that is known already, as in a recording: then there is no picture to look at, and
    ``image`` has nothing but its size.
    """

    image: NDArray[np.uint8]
    timestamp_s: float
    seq: int
    grabbed_s: float = 0.0
    last: bool = False
    poses: "Poses | None" = None

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        height, width = self.image.shape[:2]
        return width, height


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pose:
    """One raw pose: a row of ``Poses``.

    xy: (17, 2) float32, source-frame pixels. keypoint_scores: (17,) float32, 0…1. score: 0…1.
    """

    xy: FloatArray
    keypoint_scores: FloatArray
    score: float

    def __getitem__(self, part: str) -> Keypoint:
        """The keypoint of that name. Raises KeyError for a name that is none of ``skeleton.KEYPOINTS``."""
        return _keypoint(self.xy, self.keypoint_scores, part)

    def box(self, min_score: float = 0.1) -> Box:
        """The box around the keypoints that score at least ``min_score`` (around all, if none does)."""
        return _box(self.xy, self.keypoint_scores, min_score)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Poses:
    """What the network saw in one frame, N poses, best first, before tracking and smoothing.

    xy: (N, 17, 2) float32, source-frame pixels, x right, y down, never clipped.
    keypoint_scores: (N, 17) float32, 0…1.
    scores: (N,) float32, 0…1.
    appearance: (N, D) float32 or None, a small colour signature for the tracker.
    """

    xy: FloatArray
    keypoint_scores: FloatArray
    scores: FloatArray
    appearance: FloatArray | None = None

    def __post_init__(self) -> None:
        _freeze(self.xy, self.keypoint_scores, self.scores, self.appearance)

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, index: int) -> Pose:
        """One of them. Raises IndexError."""
        return Pose(
            xy=self.xy[index], keypoint_scores=self.keypoint_scores[index], score=round(float(self.scores[index]), 3)
        )

    def __iter__(self) -> Iterator[Pose]:
        return (self[index] for index in range(len(self)))

    def draw(self, image: NDArray[np.uint8], *, min_score: float = 0.2) -> None:
        """Draw them on a picture, in place. image: (H, W, 3) uint8 BGR. min_score: of the keypoints that are drawn."""
        from posekit.drawing import draw_poses

        draw_poses(image, self, min_score=min_score)

    def to_coco(self, image_id: int, *, category_id: int = 1) -> list[dict[str, object]]:
        """Entries of a COCO keypoint results file, as pycocotools' ``loadRes`` takes them.

        Coordinates are COCO's: those of the pixels' centres, from 0. A keypoint's third number is its score.
        """
        triples = np.concatenate([self.xy, self.keypoint_scores[..., None]], axis=2).astype(np.float64)
        return [
            {
                "image_id": image_id,
                "category_id": category_id,
                "keypoints": np.round(triples[index], 3).reshape(-1).tolist(),
                "score": pose.score,
            }
            for index, pose in enumerate(self)
        ]

    @classmethod
    def empty(cls) -> "Poses":
        """No poses."""
        return cls(
            xy=np.zeros((0, 17, 2), np.float32),
            keypoint_scores=np.zeros((0, 17), np.float32),
            scores=np.zeros((0,), np.float32),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Person:
    """A tracked person.

    id: never reused. slot: 1…N, the lowest that was free. age_s: seconds since the person appeared.
    xy: (17, 2) float32, smoothed, source-frame pixels. keypoint_scores: (17,) float32, 0…1.
    velocity: (17, 2) float32, px/s. score: 0…1.
    visible: false while unseen and not yet given up; keypoints are then held and fade.
    measured: (17, 2) float32, source-frame pixels, as the network saw them in this frame (a keypoint that is lost, as
    it was seen last), or None where it did not: not smoothed, for what must know when something happened to the frame.
    """

    id: int
    slot: int
    age_s: float
    xy: FloatArray
    keypoint_scores: FloatArray
    velocity: FloatArray
    score: float
    visible: bool
    measured: FloatArray | None = None

    def __post_init__(self) -> None:
        _freeze(self.xy, self.keypoint_scores, self.velocity, self.measured)

    def __getitem__(self, part: str) -> Keypoint:
        """The keypoint of that name. Raises KeyError for a name that is none of ``skeleton.KEYPOINTS``."""
        return _keypoint(self.xy, self.keypoint_scores, part)

    def box(self, min_score: float = 0.1) -> Box:
        """The box around the keypoints that score at least ``min_score`` (around all, if none does)."""
        return _box(self.xy, self.keypoint_scores, min_score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A person whom the tracker has given up: from here on the slot is free and revival impossible.

    entered_s, last_seen_s: ``timestamp_s`` of the first and of the last frame that showed the person.
    """

    id: int
    slot: int
    entered_s: float
    last_seen_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measures:
    """Angles, heights, distances and speeds of everyone in a frame; what each name means stands in ``MEASURES``.

    names: the columns. values: (N, M) float32, a row per person in the order of ``FrameResult.people``; angles in
    degrees, lengths in torso lengths, speeds in torso lengths per second; NaN where it cannot be measured.
    confidence: (N, M) float32, 0…1, 0 where the value is NaN.
    """

    names: tuple[str, ...]
    values: FloatArray
    confidence: FloatArray

    def __post_init__(self) -> None:
        _freeze(self.values, self.confidence)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, name: str) -> FloatArray:
        """(N,) values of that name. Raises KeyError."""
        return self.values[:, self.column(name)]

    def column(self, name: str) -> int:
        """Which column has that name. Raises KeyError."""
        try:
            return self.names.index(name)
        except ValueError:
            raise KeyError(name) from None

    @classmethod
    def empty(cls) -> "Measures":
        """Of nobody."""
        return cls(names=(), values=np.zeros((0, 0), np.float32), confidence=np.zeros((0, 0), np.float32))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrameResult:
    """Everything known about one processed frame; it exists also when nobody is in it.

    source: the source's name. size: (width, height) of the frame in pixels, after rotation.
    measures: of ``people``, in their order. states: per slot, the channels that outputs send in every frame: the
    measures that are known, and what detectors add (phases, counts, 0/1).
    mirrored: whether x was flipped for output.
    last: whether the source, a file, ends with it: what is all but certain is then told.
    stage_ms: milliseconds per stage; latency_ms: from grab to this result (both 0 without a clock).
    """

    source: str
    size: tuple[int, int]
    seq: int
    timestamp_s: float
    poses: Poses
    people: tuple[Person, ...] = ()
    departed: tuple[Departure, ...] = ()
    measures: Measures = field(default_factory=Measures.empty)
    states: Mapping[int, Mapping[str, float]] = field(default_factory=lambda: MappingProxyType({}))
    events: tuple[Event, ...] = ()
    mirrored: bool = False
    last: bool = False
    stage_ms: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    latency_ms: float = 0.0


class SourceState(IntEnum):
    """State of a source, as sent in ``/posekit/status``."""

    OPENING = 0
    RUNNING = 1
    STALLED = 2
    RECONNECTING = 3
    FAILED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a source is doing; published twice a second, also while there are no frames, and when its state changes.

    size: (width, height), (0, 0) before the first frame. fps: processed frames per second.
    latency_ms: mean of the last period. dropped: frames dropped since the start. message: why, in words.
    events: the ``source`` event of a change of state. origin: what the source shows now, as it may have been exchanged
    while the run goes on: the name of a camera, of a recording.
    """

    source: str
    state: SourceState
    fps: float = 0.0
    latency_ms: float = 0.0
    dropped: int = 0
    size: tuple[int, int] = (0, 0)
    mirrored: bool = False
    message: str = ""
    events: tuple[Event, ...] = ()
    origin: str = ""
