"""Watches somebody do one exercise and keeps everything that decided: the measure, its thresholds, what was counted."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from posekit.detectors.exercises import Exercise, Way
from posekit.detectors.repetitions import Followed, Repetitions
from posekit.events import Event
from posekit.types import FrameResult

__all__ = ["ExerciseTrace", "Line", "Trace"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """A measure over time: times_s, values, start, counts: (T,) each; the levels between which a movement counts.

    side: ``left`` or ``right`` of an exercise that counts them for themselves, else empty. NaN is unknown.
    """

    side: str
    times_s: NDArray[np.float64]
    values: NDArray[np.float64]
    start: NDArray[np.float64]
    counts: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One person's part of it. events: all that were told of them. way: how the exercise was seen."""

    exercise: Exercise
    way: Way
    person: int
    lines: Sequence[Line]
    events: Sequence[Event]

    @property
    def reps(self) -> list[Event]:
        """The repetitions."""
        return [event for event in self.events if event.kind == "rep"]


@dataclass(slots=True)
class _Person:
    times_s: list[float] = field(default_factory=list)
    rows: list[list[Followed]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


class ExerciseTrace:
    """A ``Detector`` that counts one exercise and keeps a ``Trace`` of everyone."""

    def __init__(self, exercise: Exercise) -> None:
        self._exercise = exercise
        self._repetitions = Repetitions([exercise], alone=True)
        self._people: dict[int, _Person] = {}

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events that became certain with this frame."""
        events = self._repetitions.update(result)
        for person in result.people:
            rows = self._repetitions.followed(person) if person.visible else []
            if rows:
                traced = self._people.setdefault(person.id, _Person())
                traced.times_s.append(result.timestamp_s)
                traced.rows.append(rows)
        for event in events:
            if event.id is not None:
                self._people.setdefault(event.id, _Person()).events.append(event)
        return events

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        """As of ``Repetitions``."""
        return self._repetitions.states(result)

    def traces(self) -> list[Trace]:
        """Everyone's, those with the most repetitions first."""
        found = [self._trace(person, traced) for person, traced in self._people.items() if traced.rows]
        return sorted(found, key=lambda trace: (len(trace.reps), len(trace.lines[0].times_s)), reverse=True)

    def _trace(self, person: int, traced: _Person) -> Trace:
        ways = [way for way in self._exercise.ways if any(one.way is way for one in traced.rows[0])]
        way = max(ways, key=lambda way: _known(traced.rows, way))
        sides = list(dict.fromkeys(followed.side for followed in traced.rows[0] if followed.way is way))
        return Trace(
            exercise=self._exercise,
            way=way,
            person=person,
            lines=[_line(traced, way, side) for side in sides],
            events=traced.events,
        )


def _known(rows: Sequence[Sequence[Followed]], way: Way) -> float:
    """In what share of the frames a way's measure is known; the first of equals is taken."""
    known = [not math.isnan(followed.value) for row in rows for followed in row if followed.way is way]
    return round(sum(known) / len(known), 1)


def _line(traced: _Person, way: Way, side: str) -> Line:
    chosen = [next(one for one in row if one.way is way and one.side == side) for row in traced.rows]
    values, start, counts = (
        np.array([getattr(followed, name) for followed in chosen], np.float64) for name in ("value", "start", "counts")
    )
    return Line(side=side, times_s=np.array(traced.times_s), values=values, start=start, counts=counts)
