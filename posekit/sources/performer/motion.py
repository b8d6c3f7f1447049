"""What a motion is: a posture for every phase of a cycle, and what happens at which phase.

A posture depends on the phase alone, 0 at the cycle's start and 1 where the next one begins, so the truth about counts,
steps and everything else that happens follows from time by division.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

from posekit.sources.performer.posture import Posture, blend

__all__ = ["Beat", "Known", "Motion", "Style", "ease", "falling", "held", "keyed", "repeated", "there_and_back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a motion is performed; each motion heeds some of it.

    depth: how far it goes, 1 is fully. start: from where, 0 is the motion's own start; a curl that never opens fully
    has 0.35. pause_s: how long the far end is held besides. rest_s: how long it rests between, besides. dips: how often
    it goes down before it comes all the way up. side: the person's ``left`` or ``right``, or ``both``. turn: degrees
    from facing the camera, 90 faces the right edge of the picture; None is what suits the motion.
    """

    depth: float = 1.0
    start: float = 0.0
    pause_s: float = 0.0
    rest_s: float = 0.0
    dips: int = 1
    side: str = ""
    turn: float | None = None


class Beat(NamedTuple):
    """Something that happens in every cycle: what, and the phases at which it begins, is at its height, and ends."""

    kind: str
    start: float
    peak: float
    end: float
    side: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A cyclic motion.

    period_s: seconds of a cycle at speed 1. posture: from the phase (0 to 1). beats: what happens, in order of their
    start. counts: the kind of beat that is a repetition once it has ended; empty where nothing is counted. exercise:
    whether that is an exercise. step_length: of a motion whose cycle is two steps, in body heights; the left heel
    strikes at phase 0, the right at 0.5. prop: what is drawn with it.
    """

    period_s: float
    posture: Callable[[float], Posture]
    beats: tuple[Beat, ...] = ()
    counts: str = ""
    exercise: bool = False
    step_length: float = 0.0
    prop: str = ""

    def turned(self, turn: float) -> "Motion":
        """The same motion seen from another side."""
        posture = self.posture
        return replace(self, posture=lambda phase: posture(phase)._replace(turn=turn))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An entry of the table of motions: how to make it, what it is, and which fields of ``Style`` it heeds.

    sides: what ``side`` may be; the first is used when none is named.
    """

    make: Callable[[Style], Motion]
    meaning: str
    heeds: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()

    def performed(self, style: Style) -> Motion:
        """The motion in that style."""
        if self.sides and not style.side:
            style = replace(style, side=self.sides[0])
        motion = self.make(style)
        return motion if style.turn is None else motion.turned(style.turn)


def ease(x: float) -> float:
    """From 0 to 1 as x does, starting and stopping gently; constant outside."""
    x = min(max(x, 0.0), 1.0)
    return 0.5 - 0.5 * math.cos(math.pi * x)


def falling(x: float) -> float:
    """From 0 to 1 as x does, starting gently and stopping at once."""
    return min(max(x, 0.0), 1.0) ** 2


def there_and_back(phase: float, *, rest: float, hold: float) -> float:
    """0 at rest, 1 while held; ``rest`` and ``hold`` are parts of the cycle, the ways take half of what is left."""
    way = (1.0 - rest - hold) / 2
    return ease((phase - rest) / way) - ease((phase - rest - way - hold) / way)


class Key(NamedTuple):
    """A posture that is reached after so many seconds, on a way that ``how`` describes."""

    seconds: float
    posture: Posture
    how: Callable[[float], float] = ease


def keyed(first: Posture, *keys: tuple[float, Posture] | Key) -> tuple[float, Callable[[float], Posture], list[float]]:
    """A motion through postures: its period in seconds, its posture from the phase, and each key's phase."""
    ways = [key if isinstance(key, Key) else Key(*key) for key in keys]
    period_s = sum(way.seconds for way in ways)
    ends, at_s = [0.0], 0.0
    for way in ways:
        at_s += way.seconds
        ends.append(at_s / period_s)
    ends[-1] = 1.0
    postures = [first, *(way.posture for way in ways)]

    def posture(phase: float) -> Posture:
        for index, (start, end) in enumerate(pairwise(ends)):
            if phase < end:
                into = (phase - start) / (end - start)
                return blend(postures[index], postures[index + 1], ways[index].how(into))
        return postures[-1]

    return period_s, posture, ends[1:]


_DIP_BACK: Final = 0.45


def repeated(
    kind: str,
    pose: Callable[[float], Posture],
    style: Style,
    *,
    down_s: float,
    up_s: float,
    hold_s: float = 0.2,
    rest_s: float = 0.5,
    exercise: bool = True,
    prop: str = "",
) -> Motion:
    """An exercise: a rest, to the far end, a hold, and back.

    pose: from 0 at the start to 1 at the far end. Where the style has several dips, it comes back less than halfway
    between them, in half the time.
    """
    near, far, back = style.start, style.depth, style.depth - _DIP_BACK * (style.depth - style.start)
    stops = [(0.0, near), (rest_s + style.rest_s, near), (down_s, far), (hold_s + style.pause_s, far)]
    for _ in range(style.dips - 1):
        stops += [(up_s / 2, back), (down_s / 2, far), (hold_s, far)]
    stops.append((up_s, near))
    period_s = sum(seconds for seconds, _ in stops)
    times: list[float] = []
    for seconds, _ in stops:
        times.append((times[-1] if times else 0.0) + seconds)

    def posture(phase: float) -> Posture:
        now_s = phase * period_s
        for (start_s, end_s), ((_, a), (_, b)) in zip(pairwise(times), pairwise(stops), strict=True):
            if now_s < end_s:
                return pose(a + (b - a) * ease((now_s - start_s) / (end_s - start_s)))
        return pose(near)

    beat = Beat(kind, times[1] / period_s, (times[2] + times[3]) / 2 / period_s, 1.0, style.side)
    return Motion(period_s=period_s, posture=posture, beats=(beat,), counts=kind, exercise=exercise, prop=prop)


def held(kind: str, rest: Posture, pose: Posture, style: Style, *, hold_s: float, way_s: float = 0.6) -> Motion:
    """A gesture that lasts: from rest into a pose, held, and back; the beat is while the pose is held."""
    there = blend(rest, pose, style.depth)
    period_s, posture, ends = keyed(
        rest, (1.0 + style.rest_s, rest), (way_s, there), (hold_s + style.pause_s, there), (way_s, rest)
    )
    beat = Beat(kind, ends[1], (ends[1] + ends[2]) / 2, ends[2], style.side)
    return Motion(period_s=period_s, posture=posture, beats=(beat,))


def one_side(posture: Posture, side: str, other: Posture) -> Posture:
    """``posture`` on one side of the body (or on ``both``), ``other`` elsewhere."""
    if side == "both":
        return posture
    limbs = {name: getattr(posture, name) for name in posture._fields if name.startswith(side)}
    return other._replace(**limbs)


def joined(motions: Sequence[Motion]) -> Motion:
    """Motions one after the other, as one cycle."""
    period_s = sum(motion.period_s for motion in motions)
    starts = [sum(motion.period_s for motion in motions[:index]) for index in range(len(motions))]

    def posture(phase: float) -> Posture:
        now_s = phase * period_s
        index = max(index for index, start_s in enumerate(starts) if start_s <= now_s)
        return motions[index].posture(min((now_s - starts[index]) / motions[index].period_s, 1.0))

    beats = []
    for motion, start_s in zip(motions, starts, strict=True):
        for kind, *phases, side in motion.beats:
            start, peak, end = ((start_s + phase * motion.period_s) / period_s for phase in phases)
            beats.append(Beat(kind, start, peak, end, side))
    return replace(motions[0], period_s=period_s, posture=posture, beats=tuple(beats))
