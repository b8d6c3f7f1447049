"""What an exercise is: the ways in which it is seen, and the conditions that a movement must meet to count.

Lengths are in torso lengths, angles in degrees as the picture shows them.
"""

import math
from dataclasses import dataclass
from typing import Literal

from posekit.detectors.cycles import Span
from posekit.detectors.signals import Signal

__all__ = ["Condition", "Exercise", "Lasting", "Limit", "Rested", "Took", "Way"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of a movement: a signal, or several of which the best seen counts more, within limits.

    when: at the ``turn``, at the ``start``; its ``least``, ``most``, ``mean`` or ``range`` during the movement; the
    ``lift``, by which it is higher at the turn than before and after; ``seen``, the share of the time that it is seen.
    ``size`` before them takes the value without its sign. A signal that is not seen at all fulfils every condition but
    one on ``seen``. apart: it only tells the exercise apart from others, and is not asked for where that is the only
    one looked for.
    """

    signal: Signal
    when: Literal[
        "turn",
        "turn_size",
        "turn_most",
        "rest",
        "rest_size",
        "rest_most",
        "least",
        "most",
        "mean",
        "mean_size",
        "range",
        "lift",
        "seen",
    ]
    low: float = -math.inf
    high: float = math.inf
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Lasting:
    """That the turning point lasts so long."""

    low: float = 0.0
    high: float = math.inf


@dataclass(frozen=True, slots=True)
class Took:
    """That the movement takes so long."""

    low: float = 0.0
    high: float = math.inf


@dataclass(frozen=True, slots=True)
class Rested:
    """That the start position was kept for so long; it only tells exercises apart."""

    low: float = 0.0
    high: float = math.inf


Limit = Condition | Lasting | Took | Rested


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to see an exercise.

    measure: the signals of which it is read; where there are several, or it is meant of either side, their mean, in
    which what is seen better counts more. span: what the measure must do. conditions: what else must hold; of a tuple,
    any.
    """

    measure: tuple[Signal, ...]
    span: Span
    conditions: tuple[Limit | tuple[Limit, ...], ...] = ()
    named: bool = False

    @property
    def rests(self) -> bool:
        """Whether any condition is about the start position before the movement."""
        limits = [one for limit in self.conditions for one in (limit if isinstance(limit, tuple) else (limit,))]
        return any(isinstance(one, Rested) or (isinstance(one, Condition) and one.when[:4] == "rest") for one in limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """An exercise.

    meaning: of a repetition. ways: how it is seen; where several see the same movement, it counts once. each_side:
    whether either arm or leg counts for itself; both at once are one repetition. side_of: a signal that is positive
    where the left side leads. series: how many in a row it takes to be believed, where all exercises are watched: no
    more than together_s apart, none so many times ``longer``, or ``farther``, than the one before.
    partial_alone: whether an aborted one is told also outside of a set. legs: whether it has a depth.
    """

    name: str
    meaning: str
    ways: tuple[Way, ...]
    each_side: bool = False
    side_of: Signal | None = None
    series: int = 1
    together_s: float = 6.0
    longer: float = 1.8
    farther: float = 1.5
    steady: float = 1.6
    alike: float = math.inf
    partial_alone: bool = False
    legs: bool = False

    @property
    def longest_s(self) -> float:
        """How long a repetition may take."""
        return max(way.span.max_s for way in self.ways)
