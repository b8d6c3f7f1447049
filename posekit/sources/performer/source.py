"""The performer as a source of frames.

Every picture is a pure function of time and of the performer's parameters, and so is the truth beside it, which can be
had without drawing anything.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from threading import Event
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from posekit.errors import SourceError
from posekit.sources.performer.backdrop import FLOOR, Backdrop
from posekit.sources.performer.figure import Look, Place, hidden, look, parts
from posekit.sources.performer.motion import Motion, Style
from posekit.sources.performer.motions import MOTIONS
from posekit.sources.performer.options import check, check_motion, check_style, parsed
from posekit.sources.performer.paint import Part, draw
from posekit.sources.performer.posture import Joints, joints
from posekit.sources.performer.props import props
from posekit.sources.performer.scene import TRAVELS, Happening, Moment, Role, Step, moment, staying, tour
from posekit.sources.performer.truth import Truth, as_poses
from posekit.types import Frame, Poses

__all__ = ["Performer"]

#: The largest body, as a part of the picture's height, unless another size is asked for.
_LARGEST: Final = 0.75

#: Body heights that a performer needs beside another: the span of arms held out. What stays free beside one whose
#: motion reaches farther.
_SPAN: Final = 1.08
_MARGIN: Final = 0.14

#: The tour's two performers cross each other's place: it needs room for less than two.
_TOUR_COLUMNS: Final = 1.6

#: Each performer begins so much of a cycle before the one to its left, and stands so much nearer, in picture heights.
_AHEAD: Final = 0.37
_NEARER: Final = 0.012


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
    left out. elevation: degrees by which the camera looks down. seed: looks and noise. noise: standard deviation in
    grey levels. duration_s: without it, for ever. roles: what everyone does instead of a motion, see
    ``scene.programme``.

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
        elevation: float = 0.0,
        seed: int = 0,
        noise: float = 2.0,
        width: int = 640,
        height: int = 480,
        fps: float = 30.0,
        duration_s: float | None = None,
        roles: Sequence[Role] | None = None,
    ) -> None:
        check_motion(motion)
        check_style(motion, style or Style())
        check({"people": people, "speed": speed, "size": size, "elevation": elevation, "cycles": cycles})
        check({"seed": seed, "noise": noise, "width": width, "height": height, "fps": fps, "duration_s": duration_s})
        if cycles is not None and (motion is None or motion in TRAVELS):
            raise SourceError("cycles are those of a motion that stays in place, such as 'performer:squat?cycles=5'")
        if roles and (motion or people):
            raise SourceError("the performer plays roles or a motion, not both")
        if motion is None and not roles and people not in (None, 2):
            raise SourceError("the performer's tour has two people; name a motion to choose, such as 'performer:squat'")
        self._speed = speed
        self._seed = seed
        self._noise = noise
        self._fps = fps
        self._duration_s = duration_s
        self._size = (width, height)
        self._view = math.sin(math.radians(elevation)), math.cos(math.radians(elevation))
        below = 0.0
        if motion is None or motion in TRAVELS:
            columns = float(people or 1) if motion or roles else _TOUR_COLUMNS
            self._height_px = height * (size or min(_LARGEST, width / height / columns / _SPAN))
            self._roles = tuple(roles) if roles else _travelling(motion, people or 1, width / self._height_px)
        else:
            performed = MOTIONS[motion].performed(style or Style())
            reach = _reach(performed, Place(0.0, 0.0, 1.0, *self._view))
            below = reach.bottom
            count = people or 1
            self._height_px = height * (size or reach.largest(width / height / count))
            across = width / self._height_px
            self._roles = tuple(
                staying(
                    motion,
                    performed,
                    (index + 0.5) / count * across - reach.middle,
                    ahead_s=_AHEAD * index * performed.period_s,
                    cycles=cycles or math.inf,
                )
                for index in range(count)
            )
        self._ground_px = height * FLOOR + below * self._height_px
        self._looks = [look(index, seed) for index in range(len(self._roles))]
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

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the pictures."""
        return self._size

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames from the first on."""
        seq = 0
        while not self._closed.is_set() and (self.frame_count is None or seq < self.frame_count):
            timestamp_s = seq / self._fps
            last = self.frame_count is not None and seq + 1 == self.frame_count
            yield Frame(image=self.picture_at(timestamp_s), timestamp_s=timestamp_s, seq=seq, last=last)
            seq += 1

    def close(self) -> None:
        """End the iteration, for good. Safe to call twice and from another thread."""
        self._closed.set()

    def picture_at(self, timestamp_s: float) -> NDArray[np.uint8]:
        """The picture at that time, (height, width, 3) uint8 BGR."""
        canvas = self._backdrop.canvas()
        figures = self._figures(timestamp_s)
        for figure in figures:
            self._backdrop.cast_shadow(canvas, figure.place, figure.body)
        for figure in figures:
            for part in figure.parts:
                draw(canvas, part)
        self._backdrop.add_grain(canvas, timestamp_s)
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
            inside = np.asarray(((xy >= 0) & (xy <= limits)).all(axis=1))
            mine = range(first, first + len(figure.parts))
            first = mine.stop
            truths.append(
                Truth(
                    index=figure.index,
                    motion=figure.moment.name,
                    xy=xy,
                    inside=inside,
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
        """The truth at that time as a network would report it: of everyone in the picture, those seen best first.

        Keypoints that are hidden or outside score low. noise_px: standard deviation of an error of every keypoint.
        missing: the part of keypoints that are not found (scored 0, anywhere near). The same time gives the same poses.
        """
        random = np.random.default_rng((self._seed, 4, round(timestamp_s * 1e6)))
        return as_poses(self.truth_at(timestamp_s), random, noise_px=noise_px, missing=missing)

    @cached_property
    def _backdrop(self) -> Backdrop:
        """Made for the first picture: the truth needs none."""
        return Backdrop(*self._size, ground_px=self._ground_px, sine=self._view[0], noise=self._noise, seed=self._seed)

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
        ground_px = self._ground_px + _NEARER * (index - len(self._roles) / 2) * self._size[1]
        place = Place(now.x * self._height_px, ground_px, self._height_px, *self._view)
        return _Figure(index, now, body, place, parts(body, looks, place, props(now.motion, now.phase, body)))


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far a motion reaches from where it stands, as it is seen, in body heights; bottom is 0 or less."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    def largest(self, column: float) -> float:
        """The largest body, as a part of the picture's height, for a column that is so much of it wide."""
        across = max(self.right - self.left + _MARGIN, _SPAN)
        return min(_LARGEST, column / across, FLOOR / (self.top - self.bottom + _MARGIN / 2))


def _reach(motion: Motion, view: Place) -> _Reach:
    bodies = [joints(motion.posture(step / 32)) for step in range(32)]
    points = [point for body in bodies for point in (*body.keypoints, *body.hands, *body.toes)]
    across = [x for x, _, _ in points]
    above = [view.above(point) for point in points]
    return _Reach(min(across), max(across), max(above), min(*above, 0.0))


def _travelling(motion: str | None, people: int, width: float) -> tuple[Role, ...]:
    if motion is None:
        return tour(width)
    return tuple(TRAVELS[motion](width, index) for index in range(people))


@lru_cache(maxsize=64)
def _at_speed(happenings: tuple[Happening, ...], speed: float) -> tuple[Happening, ...]:
    if speed == 1.0:
        return happenings
    return tuple(
        Happening(kind, start_s / speed, peak_s / speed, end_s / speed, side)
        for kind, start_s, peak_s, end_s, side in happenings
    )


@lru_cache(maxsize=64)
def _stepped(steps: tuple[Step, ...], speed: float) -> tuple[Step, ...]:
    return steps if speed == 1.0 else tuple(Step(time_s / speed, side) for time_s, side in steps)
