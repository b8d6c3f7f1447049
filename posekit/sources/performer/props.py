"""What a performer has with it: a chair to sit on, a bar to hang from, a rope to jump over."""

import math
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Final

from posekit.skeleton import INDEX
from posekit.sources.performer.figure import Solid
from posekit.sources.performer.motion import Motion
from posekit.sources.performer.posture import Joints, Point, along, joints

__all__ = ["props"]

_WOOD: Final = (72, 108, 146)
_STEEL: Final = (118, 112, 108)
_ROPE: Final = (52, 56, 150)

#: How far below the hips the seat is, and half its width and depth, in body heights.
_SEAT_BELOW: Final = 0.085
_SEAT: Final = (0.125, 0.115)
_BACK: Final = 0.27

#: The bar lies across the palms.
_PALM: Final = 0.04
_BAR_REACH: Final = 0.44

#: The rope's reach from the hands passes over the head and under the feet.
_ROPE_REACH: Final = 0.57
_ROPE_PIECES: Final = 14


def props(motion: Motion, phase: float, body: Joints) -> tuple[Solid, ...]:
    """What to draw with a body in a motion."""
    made = _PROPS.get(motion.prop)
    return made(motion, phase, body) if made is not None else ()


@lru_cache(maxsize=32)
def _resting(motion: Motion, phase: float) -> Joints:
    return joints(motion.posture(phase))


def _chair(motion: Motion, phase: float, body: Joints) -> tuple[Solid, ...]:
    return _chair_under(_resting(motion, _seated_at(motion)))


def _seated_at(motion: Motion) -> float:
    """The phase at which the body sits: where a repetition begins and ends, or at the height of sitting down."""
    return 0.0 if motion.counts else motion.beats[0].peak


@lru_cache(maxsize=32)
def _chair_under(body: Joints) -> tuple[Solid, ...]:
    left, right = body.keypoints[INDEX["leftHip"]], body.keypoints[INDEX["rightHip"]]
    middle = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2 - _SEAT_BELOW, (left[2] + right[2]) / 2
    axes = body.body_axes
    wide, deep = _SEAT

    def corner(side: int, front: int, up: float = 0.0) -> Point:
        return along(middle, axes, side * wide, up, front * deep + 0.015)

    def rod(a: Point, b: Point, radius: float = 0.012, nearer: float = 0.0) -> Solid:
        return Solid(a, b, (radius, radius), _WOOD, nearer=nearer)

    edges = [rod(corner(1, 1), corner(-1, 1), 0.016, -0.05), rod(corner(1, -1), corner(-1, -1), 0.016, -0.05)]
    edges += [rod(corner(side, 1), corner(side, -1), 0.016, -0.05) for side in (1, -1)]
    legs = []
    for side in (1, -1):
        for front in (1, -1):
            x, _, z = foot = corner(side, front)
            legs.append(rod(foot, (x, 0.012, z), nearer=-0.05))
    back = [rod(corner(side, -1), corner(side, -1, _BACK), nearer=-0.03) for side in (1, -1)]
    back += [rod(corner(1, -1, height), corner(-1, -1, height), 0.016, -0.03) for height in (_BACK, 0.6 * _BACK)]
    return (*edges, *legs, *back)


def _bar(motion: Motion, phase: float, body: Joints) -> tuple[Solid, ...]:
    resting = _resting(motion, 0.0)
    left, right = resting.keypoints[INDEX["leftWrist"]], resting.keypoints[INDEX["rightWrist"]]
    middle = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2 + _PALM, (left[2] + right[2]) / 2
    a, b = (along(middle, resting.body_axes, side * _BAR_REACH) for side in (1, -1))
    posts = [Solid(end, (end[0], 0.0, end[2]), (0.014, 0.014), _STEEL, nearer=-0.2) for end in (a, b)]
    return (Solid(a, b, (0.012, 0.012), _STEEL, nearer=0.01), *posts)


def _rope(motion: Motion, phase: float, body: Joints) -> tuple[Solid, ...]:
    left, right = body.hands
    up, forward = (_ROPE_REACH * f(2 * math.pi * phase) for f in (math.cos, math.sin))
    points = []
    for piece in range(_ROPE_PIECES + 1):
        share = piece / _ROPE_PIECES
        bulge = math.sin(math.pi * share) ** 0.55
        between = left[0] + (right[0] - left[0]) * share, left[1] + (right[1] - left[1]) * share, left[2]
        x, y, z = along(between, body.body_axes, 0.0, up * bulge, forward * bulge)
        points.append((x, max(y, 0.006), z))
    return tuple(Solid(a, b, (0.005, 0.005), _ROPE) for a, b in pairwise(points))


_PROPS: Final[dict[str, Callable[[Motion, float, Joints], tuple[Solid, ...]]]] = {
    "chair": _chair,
    "bar": _bar,
    "rope": _rope,
}
