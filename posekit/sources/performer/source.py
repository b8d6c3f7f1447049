"""The built-in performer: drawn people whose joints follow a known motion, in place of a camera.

Every picture is a pure function of time and of the performer's parameters, and so is the truth beside it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Event
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.errors import SourceError
from posekit.sources.performer.figure import Look, Place, hidden, look, parts
from posekit.sources.performer.motion import Motion, Style
from posekit.sources.performer.motions import MOTIONS
from posekit.sources.performer.options import check, check_motion, check_style, parsed
from posekit.sources.performer.paint import Part, draw, shade
from posekit.sources.performer.posture import Joints, joints
from posekit.sources.performer.props import props
from posekit.sources.performer.scene import Happening, Moment, Role, Step, crossing, moment, staying, tour
from posekit.types import Frame, Poses

__all__ = ["Performer", "Truth"]

_FLOOR: Final = 0.94
_WALL: Final = ((196, 190, 184), (214, 210, 206))
_GROUND: Final = ((150, 158, 164), (176, 184, 190))
_LARGEST: Final = 0.75

#: By how many pixels noise is shifted from picture to picture, so that it does not stand still.
_SHIFTS: Final = 64

#: Body heights that a performer needs beside another: the span of arms held out.
_SPAN: Final = 1.08

#: What casts a shadow lies no higher above the ground, in body heights.
_LOW: Final = 0.2

#: What stays free beside somebody who reaches farther.
_MARGIN: Final = 0.14


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """What one performer really does in a frame.

    index: which performer. motion: its name. xy: (17, 2) float32, source-frame pixels, also outside of the picture.
    visible: (17,) bool, inside the picture and not hidden by the body or by somebody nearer. height_px: of the standing
    body. phase: of the motion's cycle, 0 to 1. repetitions: completed since the motion began. happenings: all that have
    begun since. steps: all heel strikes since the walk began. Times are the source's.
    """

    index: int
    motion: str
    xy: NDArray[np.float32]
    visible: NDArray[np.bool_]
    height_px: float
    phase: float
    repetitions: int
    happenings: tuple[Happening, ...]
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

    motion: one of ``motions.MOTIONS``, or None for a tour with an empty room and with company. style: how it is
    performed. cycles: how many, before the performer rests; without it, for ever. people: how many (the tour has its
    own). speed: 1 is usual. size: height of a body as a part of the picture's; as large as fits, at most 0.75, when
    left out. seed: looks and noise. noise: standard deviation in grey levels. duration_s: without it, for ever.
    roles: what everyone does instead of a motion, see ``scene.programme``.

    The frames come as fast as they are asked for, as from a file; ``Paced`` plays them in real time. Raises SourceError
    for a motion that does not exist, a style that it does not heed and numbers out of range.
    """

    name = "performer"
    live = False

    def __init__(
        self,
        motion: str | None = None,
        *,
        style: Style | None = None,
        cycles: int | None = None,
        people: int | None = None,
        speed: float = 1.0,
        size: float | None = None,
        seed: int = 0,
        noise: float = 2.0,
        width: int = 640,
        height: int = 480,
        fps: float = 30.0,
        duration_s: float | None = None,
        roles: Sequence[Role] | None = None,
    ) -> None:
        style = style or Style()
        check_motion(motion)
        check_style(motion, style)
        if motion is None and roles is None and people not in (None, 2):
            raise SourceError("the performer's tour has two people; name a motion to choose, such as 'performer:squat'")
        if cycles is not None and motion in (None, "walk"):
            raise SourceError("cycles are those of a motion that stays in place, such as 'performer:squat?cycles=5'")
        check({"people": people, "speed": speed, "size": size, "seed": seed, "noise": noise, "cycles": cycles})
        check({"width": width, "height": height, "fps": fps, "duration_s": duration_s})
        self._speed = speed
        self._fps = fps
        self._duration_s = duration_s
        self._size = (width, height)
        if motion is None or motion == "walk":
            count = len(roles) if roles is not None else people or (1 if motion else 2)
            columns = count if motion else 1.6
            self._height_px = height * (size or min(_LARGEST, width / height / columns / _SPAN))
            self._roles = tuple(roles) if roles is not None else _travelling(motion, count, width / self._height_px)
        else:
            count = people or 1
            performed = MOTIONS[motion].performed(style)
            reach = _reach(performed)
            self._height_px = height * (size or reach.largest(width / height / count))
            across = width / self._height_px
            self._roles = tuple(
                staying(
                    motion,
                    performed,
                    (index + 0.5) / count * across - (reach.left + reach.right) / 2,
                    ahead_s=0.37 * index * performed.period_s,
                    cycles=cycles or math.inf,
                )
                for index in range(count)
            )
        self._looks = [look(index, seed) for index in range(count)]
        self._background = _background(width, height)
        self._grain = _grain(noise, seed, width, height)
        self._seed = seed
        self._closed = Event()

    @classmethod
    def from_spec(cls, text: str) -> Self:
        """The performer that ``performer[:MOTION][?option=value&…]`` means. Raises SourceError."""
        motion, options, style = parsed(text)
        return cls(motion, style=style, **options)  # type: ignore[arg-type]

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
        width, height = self._size
        canvas = self._background.copy()
        figures = self._figures(timestamp_s)
        for figure in figures:
            _cast_shadow(canvas, figure.place, figure.body)
        for figure in figures:
            for part in figure.parts:
                draw(canvas, part)
        if self._grain is not None:
            top, left = np.random.default_rng(round(timestamp_s * 1e6)).integers(0, _SHIFTS, 2)
            brighter, darker = (grain[top : top + height, left : left + width] for grain in self._grain)
            cv2.add(canvas, brighter, dst=canvas)
            cv2.subtract(canvas, darker, dst=canvas)
        return canvas

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
                    motion=figure.moment.name,
                    xy=xy,
                    visible=inside & ~hidden(xy, drawn, mine),
                    height_px=figure.place.height_px,
                    phase=figure.moment.phase,
                    repetitions=figure.moment.repetitions,
                    happenings=_at_speed(figure.moment.happenings, self._speed),
                    steps=_stepped(figure.moment.steps, self._speed),
                )
            )
        return tuple(truths)

    def poses_at(self, timestamp_s: float, *, noise_px: float = 0.0, missing: float = 0.0) -> Poses:
        """The truth at that time as a network would report it: of everyone in the picture, best seen first.

        Keypoints that are hidden or outside score low. noise_px: standard deviation of an error of every keypoint.
        missing: the part of keypoints that are not found (scored 0, anywhere near). The same time gives the same poses.
        """
        random = np.random.default_rng((self._seed, 4, round(timestamp_s * 1e6)))
        truths = [truth for truth in self.truth_at(timestamp_s) if truth.visible.any()]
        if not truths:
            return Poses.empty()
        xy = np.array([truth.xy for truth in truths])
        scores = np.where([truth.visible for truth in truths], np.float32(0.95), np.float32(0.35)).astype(np.float32)
        outside = ((xy < 0) | (xy > np.array(self._size, np.float32) - 1)).any(axis=2)
        scores[outside] = 0.05
        if noise_px:
            xy = xy + random.normal(0.0, noise_px, xy.shape).astype(np.float32)
        if missing:
            lost = random.random(scores.shape) < missing
            scores[lost] = 0.0
            xy[lost] += random.normal(0.0, 0.1 * self._height_px, (int(lost.sum()), 2)).astype(np.float32)
        means = scores.mean(axis=1)
        order = np.argsort(-means, kind="stable")
        return Poses(xy=xy[order], keypoint_scores=scores[order], scores=means[order])

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
        return _Figure(index, now, body, place, parts(body, looks, place, props(now.motion, now.phase, body)))


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far a motion reaches from where it stands, in body heights."""

    left: float
    right: float
    top: float

    def largest(self, column: float) -> float:
        """The largest body, as a part of the picture's height, for a column that is so much of it wide."""
        across = max(self.right - self.left + _MARGIN, _SPAN)
        return min(_LARGEST, column / across, _FLOOR / (self.top + _MARGIN / 2))


def _reach(motion: Motion) -> _Reach:
    bodies = [joints(motion.posture(step / 32)) for step in range(32)]
    points = [point for body in bodies for point in (*body.keypoints, *body.hands, *body.toes)]
    return _Reach(min(x for x, _, _ in points), max(x for x, _, _ in points), max(y for _, y, _ in points))


def _travelling(motion: str | None, people: int, width: float) -> tuple[Role, ...]:
    if motion is None:
        return tour(width)
    return tuple(crossing(width, after_s=1.4 * index, leftwards=index % 2 == 1) for index in range(people))


@lru_cache(maxsize=64)
def _at_speed(happenings: tuple[Happening, ...], speed: float) -> tuple[Happening, ...]:
    if speed == 1.0:
        return happenings
    return tuple(
        Happening(kind, start_s / speed, peak_s / speed, end_s / speed, side)
        for kind, start_s, peak_s, end_s, side in happenings
    )


def _stepped(steps: tuple[Step, ...], speed: float) -> tuple[Step, ...]:
    return steps if speed == 1.0 else tuple(Step(time_s / speed, side) for time_s, side in steps)


def _cast_shadow(canvas: NDArray[np.uint8], place: Place, body: Joints) -> None:
    """What makes a body stand on the floor rather than hang before it; fainter under one that leaves the ground."""
    low = [x for x, y, _ in (*body.keypoints, *body.heels, *body.toes) if y < _LOW]
    low = low or [x for x, _, _ in (*body.heels, *body.toes)]
    left, right = (place.x_px + x * place.height_px for x in (min(low) - 0.05, max(low) + 0.05))
    lowest = min(y for _, y, _ in (*body.toes, *body.heels, *body.keypoints))
    shade(canvas, ((left + right) / 2, place.ground_px), ((right - left) / 2, 0.03 * place.height_px), 0.4 - lowest)


def _background(width: int, height: int) -> NDArray[np.uint8]:
    """A plain wall and floor, each a little lighter to one side."""
    picture = np.empty((height, width, 3), np.float32)
    floor = int(0.86 * height)
    for rows, (dark, light) in ((slice(0, floor), _WALL), (slice(floor, height), _GROUND)):
        weight = np.linspace(0.0, 1.0, width, dtype=np.float32)[:, None]
        picture[rows] = np.array(dark, np.float32) * weight + np.array(light, np.float32) * (1 - weight)
    return np.rint(picture).astype(np.uint8)


def _grain(noise: float, seed: int, width: int, height: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]] | None:
    """What noise adds to pictures and what it takes away; larger than one, and each picture takes another part."""
    if not noise:
        return None
    shape = (height + _SHIFTS, width + _SHIFTS, 3)
    levels = np.rint(np.random.default_rng((seed, 3)).normal(0.0, noise, shape))
    return np.clip(levels, 0, 255).astype(np.uint8), np.clip(-levels, 0, 255).astype(np.uint8)
