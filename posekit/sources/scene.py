"""Who does what, where and when: the performer's stage directions, as pure functions of time.

Places are in body heights from the picture's left edge, times in seconds at speed 1.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from posekit.sources.motions import MOTIONS, STEP_LENGTH, ease
from posekit.sources.posture import Posture, blend

__all__ = ["Act", "Moment", "Role", "crossing", "moment", "staying", "tour"]

#: How long a body takes from one motion's posture to the next one's.
_BLEND_S: Final = 0.45

#: A walker is turned a little to the camera, so that both arms are seen.
_WALKER_TURN: Final = 68.0
_WALKING_SPEED: Final = 2 * STEP_LENGTH * math.sin(math.radians(_WALKER_TURN)) / MOTIONS["walk"].period_s

#: How far outside of the picture a walker starts, and how long it stays away.
_WINGS: Final = 0.45
_AWAY_S: Final = 1.0

#: The tour: what the first performer does between entering and leaving, and the second; in seconds.
_FIRST: Final = (
    ("stand", 0.5),
    ("wave", 2.4),
    ("raise_hands", 3.0),
    ("squat", 5.6),
    ("jumping_jack", 5.2),
    ("t_pose", 4.0),
    ("stand", 0.5),
)
_SECOND: Final = (("stand", 0.5), ("wave", 1.8), ("squat", 2.8), ("stand", 0.5))
_EMPTY_S: Final = 1.5
_SECOND_AFTER_S: Final = 3.0


class Act(NamedTuple):
    """One motion from ``start_s`` to ``end_s``; a walk goes from ``x`` to ``to_x``, everything else stays."""

    start_s: float
    end_s: float
    motion: str
    x: float
    to_x: float


class Role(NamedTuple):
    """One performer's acts, in order; after ``loop_s`` they begin again. Between acts nobody is on stage."""

    acts: tuple[Act, ...]
    loop_s: float


class Moment(NamedTuple):
    """What a performer does at one time.

    phase: of the present cycle, 0 to 1. repetitions: cycles completed since this motion began, 0 for those that are not
    counted. steps: (time, "left" or "right") of every heel strike since this walk began.
    """

    motion: str
    posture: Posture
    x: float
    phase: float
    repetitions: int
    steps: tuple[tuple[float, str], ...]


def staying(motion: str, x: float, *, ahead_s: float = 0.0) -> Role:
    """One motion for ever at one place, begun ``ahead_s`` before time 0."""
    return Role((Act(-ahead_s, math.inf, motion, x, x),), math.inf)


def crossing(width: float, *, after_s: float = 0.0, leftwards: bool = False) -> Role:
    """A walk across a picture of that width, then one back, for ever."""
    near, far = (width + _WINGS, -_WINGS) if leftwards else (-_WINGS, width + _WINGS)
    there = _programme(after_s, near, [("walk", far)])
    back = _programme(there[-1].end_s + _AWAY_S, far, [("walk", near)])
    return Role((*there, *back), back[-1].end_s + _AWAY_S)


def tour(width: float) -> tuple[Role, Role]:
    """Two performers who show every motion: an empty room, one comes, a second joins and leaves, the first leaves."""
    first = _programme(_EMPTY_S, -_WINGS, [("walk", 0.34 * width), *_FIRST, ("walk", width + _WINGS)])
    joins_s = first[0].end_s + _SECOND_AFTER_S
    second = _programme(joins_s, width + _WINGS, [("walk", 0.75 * width), *_SECOND, ("walk", width + _WINGS)])
    loop_s = max(first[-1].end_s, second[-1].end_s) + _EMPTY_S
    return Role(first, loop_s), Role(second, loop_s)


def _programme(start_s: float, x: float, entries: Sequence[tuple[str, float]]) -> tuple[Act, ...]:
    """Acts one after the other; the number is where to for a walk, and how long for everything else."""
    acts = []
    for motion, number in entries:
        to_x = number if motion == "walk" else x
        end_s = start_s + (abs(to_x - x) / _WALKING_SPEED if motion == "walk" else number)
        acts.append(Act(start_s, end_s, motion, x, to_x))
        start_s, x = end_s, to_x
    return tuple(acts)


def moment(role: Role, time_s: float) -> Moment | None:
    """What the performer does at that time (0 or later); None while off stage."""
    loop_began_s = 0.0 if math.isinf(role.loop_s) else time_s // role.loop_s * role.loop_s
    now_s = time_s - loop_began_s
    for before, act in pairwise((None, *role.acts)):
        if act is not None and act.start_s <= now_s < act.end_s:
            return _during(act, before, now_s, loop_began_s)
    return None


def _during(act: Act, before: Act | None, now_s: float, loop_began_s: float) -> Moment:
    motion = MOTIONS[act.motion]
    into_s = now_s - act.start_s
    cycles, phase = divmod(into_s / motion.period_s, 1.0)
    posture = _posture(act, now_s)
    if before is not None and before.end_s == act.start_s and into_s < _BLEND_S:
        posture = blend(_posture(before, before.end_s), posture, ease(into_s / _BLEND_S))
    # A left heel strikes as the walk begins, but that is a blend or out of sight: the first step is the right one.
    halves = int(2 * into_s / motion.period_s) if motion.stride else 0
    return Moment(
        motion=act.motion,
        posture=posture,
        x=_where(act, now_s),
        phase=phase,
        repetitions=int(cycles) if motion.counted else 0,
        steps=tuple(
            (loop_began_s + act.start_s + half * motion.period_s / 2, ("left", "right")[half % 2])
            for half in range(1, halves + 1)
        ),
    )


def _posture(act: Act, now_s: float) -> Posture:
    motion = MOTIONS[act.motion]
    posture = motion.posture((now_s - act.start_s) / motion.period_s % 1.0)
    return posture._replace(turn=math.copysign(_WALKER_TURN, act.to_x - act.x)) if motion.stride else posture


def _where(act: Act, now_s: float) -> float:
    if act.x == act.to_x:
        return act.x
    return act.x + (act.to_x - act.x) * (now_s - act.start_s) / (act.end_s - act.start_s)
