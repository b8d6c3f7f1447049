"""Who does what, where and when: the performer's stage directions, as pure functions of time.

Places are in body heights from the picture's left edge, times in seconds at speed 1.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from posekit.sources.performer.motion import Motion, Style, ease
from posekit.sources.performer.motions import MOTIONS
from posekit.sources.performer.posture import Posture, blend
from posekit.sources.performer.walking import STEP_LENGTH

__all__ = ["TRAVELS", "Act", "Happening", "Moment", "Role", "Step", "moment", "programme", "staying", "tour"]

#: How long a body takes from one motion's posture to the next one's.
_BLEND_S: Final = 0.45

#: A walker is turned a little to the camera, so that both arms are seen.
_WALKER_TURN: Final = 68.0
_WALK: Final = MOTIONS["walk"].performed(Style())
_WALKING_SPEED: Final = 2 * STEP_LENGTH * math.sin(math.radians(_WALKER_TURN)) / _WALK.period_s

#: How far outside of the picture a walker starts, and how long it stays away.
_WINGS: Final = 0.45
_AWAY_S: Final = 1.0

#: Seconds between walkers.
_FOLLOWS_S: Final = 1.4

#: Where a wanderer halts, as parts of the picture's width, and for how long.
_HALTS: Final = (0.2, 0.75, 0.4, 0.85, 0.55, 0.15, 0.65)
_HALT_S: Final = 1.6

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
    """One motion from ``start_s`` to ``end_s``; a walk goes from ``x`` to ``to_x``, everything else stays.

    name: of the motion. cycles: how many are performed; then the body rests as at the start of one.
    """

    start_s: float
    end_s: float
    name: str
    motion: Motion
    x: float
    to_x: float
    cycles: float = math.inf


class Role(NamedTuple):
    """One performer's acts, in order; after ``loop_s`` they begin again. Between acts nobody is on stage."""

    acts: tuple[Act, ...]
    loop_s: float


class Step(NamedTuple):
    """A heel strike: when, in seconds of the source's time, and which foot (``left`` or ``right``)."""

    timestamp_s: float
    side: str


class Happening(NamedTuple):
    """Something that a performer does: what, when it begins, is at its height and ends, and with which side.

    A repetition is at its height where the movement turns, a clap has one time only. side is the person's own ``left``
    or ``right``, ``both``, or empty where there is none.
    """

    kind: str
    start_s: float
    peak_s: float
    end_s: float
    side: str


class Moment(NamedTuple):
    """What a performer does at one time.

    name, motion: which motion. phase: of the present cycle, 0 to 1. repetitions: completed since this motion began, 0
    for those that are not counted. happenings: all that have begun since. steps: every heel strike since this walk
    began.
    """

    name: str
    motion: Motion
    posture: Posture
    x: float
    phase: float
    repetitions: int
    happenings: tuple[Happening, ...]
    steps: tuple[Step, ...]


def staying(name: str, motion: Motion, x: float, *, ahead_s: float = 0.0, cycles: float = math.inf) -> Role:
    """One motion for ever at one place, begun ``ahead_s`` before time 0."""
    return Role((Act(-ahead_s, math.inf, name, motion, x, x, cycles),), math.inf)


def _crossing(width: float, index: int) -> Role:
    """A walk across a picture of that width, then one back, for ever; every second one begins at the right."""
    near, far = (width + _WINGS, -_WINGS) if index % 2 else (-_WINGS, width + _WINGS)
    there = programme(_FOLLOWS_S * index, near, [("walk", far)])
    back = programme(there[-1].end_s + _AWAY_S, far, [("walk", near)])
    return Role((*there, *back), back[-1].end_s + _AWAY_S)


def _wandering(width: float, index: int) -> Role:
    """Walks between places in a picture of that width, with halts between, for ever; nobody leaves the picture."""
    places = [place * width for place in _HALTS]
    places = places[2 * index % len(places) :] + places[: 2 * index % len(places)]
    entries: list[tuple[str, float]] = []
    for place in (*places[1:], places[0]):
        entries += [("walk", place), ("stand", _HALT_S)]
    acts = programme(0.0, places[0], entries)
    return Role(acts, acts[-1].end_s)


#: Motions that go from place to place: who does them in a picture of that width, in body heights, as which of several.
TRAVELS: Final[dict[str, Callable[[float, int], Role]]] = {"walk": _crossing, "wander": _wandering}


def tour(width: float) -> tuple[Role, Role]:
    """Two performers who show what they can: an empty room, one comes, a second joins and leaves, the first leaves."""
    first = programme(_EMPTY_S, -_WINGS, [("walk", 0.34 * width), *_FIRST, ("walk", width + _WINGS)])
    joins_s = first[0].end_s + _SECOND_AFTER_S
    second = programme(joins_s, width + _WINGS, [("walk", 0.75 * width), *_SECOND, ("walk", width + _WINGS)])
    loop_s = max(first[-1].end_s, second[-1].end_s) + _EMPTY_S
    return Role(first, loop_s), Role(second, loop_s)


def programme(
    start_s: float, x: float, entries: Sequence[tuple[str, float] | tuple[str, float, Style]]
) -> tuple[Act, ...]:
    """Acts one after the other from a time and place on.

    entries: a motion's name, for a walk the place to go to and for everything else how many seconds, and a style.
    """
    acts = []
    for name, number, *styles in entries:
        walks = name == "walk"
        motion = _WALK if walks else MOTIONS[name].performed(styles[0] if styles else Style())
        to_x = number if walks else x
        end_s = start_s + (abs(to_x - x) / _WALKING_SPEED if walks else number)
        acts.append(Act(start_s, end_s, name, motion, x, to_x))
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
    motion = act.motion
    into_s = now_s - act.start_s
    cycles, phase = _cycle(act, into_s)
    posture = _posture(act, into_s)
    if before is not None and before.end_s == act.start_s and into_s < _BLEND_S:
        posture = blend(_posture(before, before.end_s - before.start_s), posture, ease(into_s / _BLEND_S))
    begun = cycles * len(motion.beats) + sum(beat.start <= phase for beat in motion.beats if cycles < act.cycles)
    counted = [beat for beat in motion.beats if beat.kind == motion.counts]
    began_s = loop_began_s + act.start_s
    return Moment(
        name=act.name,
        motion=motion,
        posture=posture,
        x=_where(act, now_s),
        phase=phase,
        repetitions=cycles * len(counted) + sum(beat.end <= phase for beat in counted if cycles < act.cycles),
        happenings=_happenings(motion, began_s, begun),
        # A left heel strikes as the walk begins, but that is a blend or out of sight: the first step is the right one.
        steps=_steps(motion.period_s / 2, began_s, int(2 * into_s / motion.period_s)) if motion.step_length else (),
    )


def _cycle(act: Act, into_s: float) -> tuple[int, float]:
    """How many cycles are complete, and the phase of the present one."""
    cycles, phase = divmod(into_s / act.motion.period_s, 1.0)
    return (int(cycles), phase) if cycles < act.cycles else (int(act.cycles), 0.0)


def _posture(act: Act, into_s: float) -> Posture:
    posture = act.motion.posture(_cycle(act, into_s)[1])
    if act.motion.step_length:
        return posture._replace(turn=math.copysign(_WALKER_TURN, act.to_x - act.x))
    return posture


@lru_cache(maxsize=64)
def _happenings(motion: Motion, began_s: float, count: int) -> tuple[Happening, ...]:
    """The first so many happenings of a motion; the cache keeps a long performance cheap."""
    found = []
    for index in range(count):
        cycle, which = divmod(index, len(motion.beats))
        beat = motion.beats[which]
        start_s, peak_s, end_s = (
            began_s + (cycle + phase) * motion.period_s for phase in (beat.start, beat.peak, beat.end)
        )
        found.append(Happening(beat.kind, start_s, peak_s, end_s, beat.side))
    return tuple(found)


@lru_cache(maxsize=64)
def _steps(step_s: float, began_s: float, count: int) -> tuple[Step, ...]:
    return tuple(Step(began_s + half * step_s, ("left", "right")[half % 2]) for half in range(1, count + 1))


def _where(act: Act, now_s: float) -> float:
    if act.x == act.to_x:
        return act.x
    return act.x + (act.to_x - act.x) * (now_s - act.start_s) / (act.end_s - act.start_s)
