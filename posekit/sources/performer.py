"""The built-in performer: drawn people whose joints follow a known motion, in place of a camera.

Every picture is a pure function of time and of the performer's parameters, and so is the truth beside it.
"""

import difflib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import Any, Final, Self
from urllib.parse import parse_qsl

import numpy as np
from numpy.typing import NDArray

from posekit.errors import SourceError
from posekit.sources.figure import Look, Part, Place, draw, hidden, look, parts
from posekit.sources.motions import MOTIONS
from posekit.sources.posture import Joints, joints
from posekit.sources.scene import Moment, Role, crossing, moment, staying, tour
from posekit.types import Frame

__all__ = ["Performer", "Step", "Truth"]

_FLOOR: Final = 0.94
_WALL: Final = ((196, 190, 184), (214, 210, 206))
_GROUND: Final = ((150, 158, 164), (176, 184, 190))
_LARGEST: Final = 0.75

#: Body heights that a performer needs beside another: the span of arms held out.
_SPAN: Final = 1.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A heel strike: when, in seconds of the source's time, and which foot (``left`` or ``right``)."""

    timestamp_s: float
    side: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """What one performer really does in a frame.

    index: which performer. motion: its name. xy: (17, 2) float32, source-frame pixels, also outside of the picture.
    visible: (17,) bool, inside the picture and not hidden by the body or by somebody nearer. height_px: of the standing
    body. phase: of the motion's cycle, 0 to 1. repetitions: cycles completed since the motion began. steps: all heel
    strikes since the walk began.
    """

    index: int
    motion: str
    xy: NDArray[np.float32]
    visible: NDArray[np.bool_]
    height_px: float
    phase: float
    repetitions: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Figure:
    """A performer on stage in one picture."""

    index: int
    moment: Moment
    body: Joints
    place: Place
    parts: list[Part]


class Performer:
    """A source of drawn people in motion.

    motion: one of ``motions.MOTIONS``, or None for a tour through all of them, with an empty room and with company.
    people: how many (the tour has its own). speed: 1 is usual. size: height of a body as a part of the picture's; as
    large as fits, at most 0.75, when left out. seed: looks and noise. noise: standard deviation in grey levels.
    duration_s: without it, for ever.

    The frames come as fast as they are asked for, as from a file; ``Paced`` plays them in real time. Raises SourceError
    for a motion that does not exist and for numbers out of range.
    """

    name = "performer"
    live = False

    def __init__(
        self,
        motion: str | None = None,
        *,
        people: int | None = None,
        speed: float = 1.0,
        size: float | None = None,
        seed: int = 0,
        noise: float = 2.0,
        width: int = 640,
        height: int = 480,
        fps: float = 30.0,
        duration_s: float | None = None,
    ) -> None:
        if motion is not None and motion not in MOTIONS:
            raise SourceError(f"the performer has no motion '{motion}'; {_nearest(motion, list(MOTIONS), 'it has')}")
        if motion is None and people not in (None, 2):
            raise SourceError("the performer's tour has two people; name a motion to choose, such as 'performer:squat'")
        given = {"people": people, "speed": speed, "size": size, "seed": seed, "noise": noise}
        given |= {"width": width, "height": height, "fps": fps, "duration_s": duration_s}
        for option, value in given.items():
            if value is not None:
                _check(option, value)
        count = people or (1 if motion else 2)
        self._speed = speed
        self._fps = fps
        self._duration_s = duration_s
        self._size = (width, height)
        self._height_px = height * (size or min(_LARGEST, width / height / (count if motion else 1.6) / _SPAN))
        self._roles = _roles(motion, count, width / self._height_px)
        self._looks = [look(index, seed) for index in range(count)]
        self._background = _background(width, height)
        self._noise = _grain(noise, seed, width, height)
        self._closed = Event()

    @classmethod
    def from_spec(cls, text: str) -> Self:
        """The performer that ``performer[:MOTION][?option=value&…]`` means. Raises SourceError."""
        wanted, _, query = text.removeprefix("performer").removeprefix(":").partition("?")
        options: dict[str, Any] = {}
        for option, value in parse_qsl(query, keep_blank_values=True):
            options[option] = _parsed(option, value)
        return cls(wanted or None, **options)

    @property
    def frame_count(self) -> int | None:
        """How many frames there are; None without an end."""
        return None if self._duration_s is None else max(round(self._duration_s * self._fps), 1)

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames from the first on."""
        seq = 0
        while not self._closed.is_set() and (self.frame_count is None or seq < self.frame_count):
            timestamp_s = seq / self._fps
            yield Frame(image=self.picture_at(timestamp_s), timestamp_s=timestamp_s, seq=seq)
            seq += 1

    def close(self) -> None:
        """End the iteration, for good. Safe to call twice and from another thread."""
        self._closed.set()

    def picture_at(self, timestamp_s: float) -> NDArray[np.uint8]:
        """The picture at that time, (height, width, 3) uint8 BGR."""
        canvas = self._background.copy()
        figures = self._figures(timestamp_s)
        for figure in figures:
            draw(canvas, _shadow(figure.place, figure.body))
        for figure in figures:
            for part in figure.parts:
                draw(canvas, part)
        if self._noise is not None:
            top, left = np.random.default_rng(round(timestamp_s * 1e6)).integers(0, 64, 2)
            canvas += self._noise[top : top + canvas.shape[0], left : left + canvas.shape[1]]
        np.clip(canvas, 0.0, 255.0, out=canvas)
        return canvas.astype(np.uint8)

    def truth_at(self, timestamp_s: float) -> tuple[Truth, ...]:
        """The truth about everyone on stage at that time (also about those still outside of the picture)."""
        figures = self._figures(timestamp_s)
        drawn = [part for figure in figures for part in figure.parts]
        limits = np.array(self._size, np.float32) - 1
        truths = []
        first = 0
        for figure in figures:
            xy = np.array([figure.place.at(point) for point in figure.body.keypoints], np.float32)
            inside = ((xy >= 0) & (xy <= limits)).all(axis=1)
            mine = range(first, first + len(figure.parts))
            first = mine.stop
            truths.append(
                Truth(
                    index=figure.index,
                    motion=figure.moment.motion,
                    xy=xy,
                    visible=inside & ~hidden(xy, drawn, mine),
                    height_px=figure.place.height_px,
                    phase=figure.moment.phase,
                    repetitions=figure.moment.repetitions,
                    steps=tuple(
                        Step(timestamp_s=time_s / self._speed, side=side) for time_s, side in figure.moment.steps
                    ),
                )
            )
        return tuple(truths)

    def _figures(self, timestamp_s: float) -> list[_Figure]:
        """Everyone on stage, those behind first."""
        found = []
        for index, (role, looks) in enumerate(zip(self._roles, self._looks, strict=True)):
            now = moment(role, timestamp_s * self._speed)
            if now is not None:
                found.append(self._figure(index, now, looks))
        return found

    def _figure(self, index: int, now: Moment, looks: Look) -> _Figure:
        body = joints(now.posture)
        # Those in front stand a little lower in the picture.
        ground = (_FLOOR + 0.012 * (index - len(self._roles) / 2)) * self._size[1]
        place = Place(now.x * self._height_px, ground, self._height_px)
        return _Figure(index, now, body, place, parts(body, looks, place))


def _roles(motion: str | None, people: int, width: float) -> tuple[Role, ...]:
    if motion is None:
        return tour(width)
    if MOTIONS[motion].stride:
        return tuple(crossing(width, after_s=1.4 * index, leftwards=index % 2 == 1) for index in range(people))
    period_s = MOTIONS[motion].period_s
    return tuple(
        staying(motion, (index + 0.5) / people * width, ahead_s=0.37 * index * period_s) for index in range(people)
    )


def _shadow(place: Place, body: Joints) -> Part:
    """What makes a body stand on the floor rather than hang before it."""
    feet = np.concatenate([body.heels, body.toes])
    left, right = (place.x_px + float(x) * place.height_px for x in (feet[:, 0].min() - 0.03, feet[:, 0].max() + 0.03))
    y = place.ground_px + 0.004 * place.height_px
    radius = 0.016 * place.height_px
    return Part((left, y), (right, y), (radius, radius * 1.4, radius), (128, 134, 138), 0.0)


def _background(width: int, height: int) -> NDArray[np.float32]:
    """A plain wall and floor, each a little lighter to one side."""
    picture = np.empty((height, width, 3), np.float32)
    floor = int(0.86 * height)
    for rows, (dark, light) in ((slice(0, floor), _WALL), (slice(floor, height), _GROUND)):
        weight = np.linspace(0.0, 1.0, width, dtype=np.float32)[:, None]
        picture[rows] = np.array(dark, np.float32) * weight + np.array(light, np.float32) * (1 - weight)
    return picture


def _grain(noise: float, seed: int, width: int, height: int) -> NDArray[np.float32] | None:
    """Noise for pictures, larger than one by 64 px, of which each takes another part."""
    if not noise:
        return None
    shape = (height + 64, width + 64, 3)
    return np.random.default_rng((seed, 3)).normal(0.0, noise, shape).astype(np.float32)


#: Every option: whether it is a whole number, and from where to where it goes.
_OPTIONS: Final = {
    "people": (int, 1, 16),
    "speed": (float, 0.1, 5.0),
    "size": (float, 0.05, 3.0),
    "seed": (int, 0, 2**31 - 1),
    "noise": (float, 0.0, 100.0),
    "width": (int, 64, 7680),
    "height": (int, 64, 4320),
    "fps": (float, 0.5, 240.0),
    "duration_s": (float, 0.01, 1e6),
}


def _check(option: str, value: float) -> None:
    _, lowest, highest = _OPTIONS[option]
    if not math.isfinite(value) or not lowest <= value <= highest:
        raise SourceError(f"the performer's {option} lies between {lowest:g} and {highest:g}, got {value:g}")


def _parsed(option: str, value: str) -> float:
    if option not in _OPTIONS:
        raise SourceError(f"the performer has no option '{option}'; {_nearest(option, list(_OPTIONS), 'it has')}")
    whole = _OPTIONS[option][0] is int
    try:
        return int(value) if whole else float(value)
    except ValueError:
        number = "a whole number" if whole else "a number"
        raise SourceError(f"the performer's {option} is {number}, got '{value}'") from None


def _nearest(name: str, known: list[str], otherwise: str) -> str:
    near = difflib.get_close_matches(name.replace("-", "_"), known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"{otherwise} {', '.join(known)}"
