"""Counts repetitions of exercises: ``rep``, ``rep_partial``, ``set`` and ``form``.

Every exercise is watched in each of the ways in which it can be seen. A movement that comes back is compared with the
exercise's conditions; what of it counts is for the ``tally`` to say.
"""

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from posekit.detectors.cycles import Cycle, CycleFinder
from posekit.detectors.exercise_table import EXERCISES
from posekit.detectors.exercises import Condition, Exercise, Way
from posekit.detectors.form import FAULTS, FORM_SIGNALS, Form, inspected
from posekit.detectors.signals import Signal, Signals
from posekit.detectors.stretch import Row, Stretch
from posekit.detectors.tally import Counting, Found, Set, Tally
from posekit.events import Event, make
from posekit.types import FloatArray, FrameResult, Person

__all__ = ["Counting", "Followed", "Repetitions"]

#: What is remembered of the signals: longer than any movement that counts.
_HISTORY_S: Final = 16.0
#: A movement that was seen less well than this, 0…1, on the whole, was guessed.
_LEAST_SURE: Final = 0.15
#: A movement that has gone so far is under way.
_UNDER_WAY: Final = 0.3
#: A fault is told again after so long.
_FAULT_S: Final = 5.0
_SIDES: Final = ("left", "right")


@dataclass(frozen=True, slots=True)
class _Channel:
    """One measure that is followed: of which exercise, seen in which way, of which side (empty: of both)."""

    exercise: Exercise
    way: Way
    side: str


class Followed(NamedTuple):
    """A measure in one frame: its value, and between which levels a movement counts; NaN is unknown."""

    exercise: Exercise
    way: Way
    side: str
    value: float
    start: float
    counts: float


@dataclass(slots=True)
class _Athlete:
    """What is known of somebody: a finder for every channel, what the signals were, and what counted.

    measures: the channels' values in the last frame. faults: when each was told last.
    """

    id: int
    slot: int
    finders: list[CycleFinder]
    tally: Tally
    history: deque[Row] = field(default_factory=deque)
    measures: list[float] = field(default_factory=list)
    faults: dict[tuple[str, str], float] = field(default_factory=dict)


class Repetitions:
    """Counts everyone's repetitions.

    exercises: which to look for. alone: the user has named them: what only tells them apart from others is not asked
    for, and they are believed at once. signals: shared with other detectors.
    """

    def __init__(
        self,
        exercises: Sequence[Exercise] = tuple(EXERCISES.values()),
        *,
        alone: bool = False,
        counting: Counting | None = None,
        signals: Signals | None = None,
    ) -> None:
        self._counting = counting or Counting()
        self._alone = alone
        self._exercises = tuple(exercises)
        self._channels = [
            _Channel(exercise, way, side)
            for exercise in exercises
            for way in exercise.ways
            if alone or not way.named
            for side in (_SIDES if exercise.each_side else ("",))
        ]
        self._signals = signals or Signals()
        wanted = {one: self._signals.column(one) for channel in self._channels for one in _needed(channel)}
        self._used = np.array(sorted(set(wanted.values())), np.intp)
        self._column = {signal: int(np.searchsorted(self._used, at)) for signal, at in wanted.items()}
        self._shares = np.zeros((len(self._used), len(self._channels)), np.float32)
        for index, channel in enumerate(self._channels):
            for signal in channel.way.measure:
                self._shares[self._columns(signal, channel.side), index] = 1.0
        self._phases = [f"phase_{channel.exercise.name}" for channel in self._channels]
        self._none = {f"{what}_{exercise.name}": 0.0 for exercise in self._exercises for what in ("reps", "phase")}
        self._athletes: dict[int, _Athlete] = {}

    def reset(self, slot: int | None = None) -> None:
        """Begin to count anew: for the person in a slot, or for everyone."""
        for athlete in self._athletes.values():
            if slot in (None, athlete.slot):
                athlete.tally.reset()

    def followed(self, person: Person) -> list[Followed]:
        """What is followed of a person, as of the last frame that showed them."""
        athlete = self._athletes.get(person.id)
        if athlete is None:
            return []
        return [
            Followed(channel.exercise, channel.way, channel.side, value, *finder.levels)
            for channel, finder, value in zip(self._channels, athlete.finders, athlete.measures, strict=True)
        ]

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events that became certain with this frame."""
        events: list[Event] = []
        reading = self._signals.read(result)
        for departure in result.departed:
            athlete = self._athletes.pop(departure.id, None)
            if athlete is not None:
                events += self._ended(athlete, result.source)
        now_s = result.timestamp_s
        values, sure = reading.values[:, self._used], reading.sure[:, self._used]
        measures = self._measures(values, sure)
        for row, person in enumerate(reading.people):
            athlete = self._athlete(person)
            athlete.measures = measures[row]
            if athlete.history and now_s < athlete.history[-1][0]:
                athlete.history.clear()
                athlete.tally.time_went_back()
            _remember(athlete.history, (now_s, values[row], sure[row]))
            for channel, finder, value in zip(self._channels, athlete.finders, measures[row], strict=True):
                cycle = finder.update(now_s, value) if value == value else None
                if cycle is not None:
                    events += self._judged(athlete, channel, cycle, result.source)
            events += self._decided(athlete, now_s, result.source)
        for athlete in self._athletes.values():
            if result.last:
                events += self._ended(athlete, result.source)
            done = athlete.tally.rested(now_s)
            if done is not None:
                events.append(_set_over(athlete, done, result.source))
        return events

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        """Per slot: ``reps_NAME`` and ``phase_NAME``, which is 0 at the start position and 1 where it counts."""
        states = {}
        for person in result.people:
            athlete = self._athletes.get(person.id)
            if athlete is None:
                continue
            channels = self._none.copy()
            for (name, _), count in athlete.tally.counts.items():
                channels[f"reps_{name}"] += count
            for key, finder in zip(self._phases, athlete.finders, strict=True):
                if finder.progress > channels[key]:
                    channels[key] = finder.progress
            states[person.slot] = channels
        return states

    def _columns(self, signal: Signal, side: str) -> list[int]:
        if not signal.sided:
            return [self._column[signal]]
        return [self._column[signal.on(which)] for which in ((side,) if side else _SIDES)]

    def _measures(self, values: FloatArray, sure: FloatArray) -> list[list[float]]:
        """Per person, the value of every channel: the mean of its signals, in which the surest count most."""
        weights = sure**2
        total = weights @ self._shares
        known = np.where(weights > 0, values, np.float32(0.0))
        with np.errstate(invalid="ignore", divide="ignore"):
            means: list[list[float]] = ((known * weights) @ self._shares / total).tolist()
        return means

    def _athlete(self, person: Person) -> _Athlete:
        athlete = self._athletes.get(person.id)
        if athlete is None:
            finders = [CycleFinder(channel.way.span, rests=channel.way.rests) for channel in self._channels]
            athlete = _Athlete(person.id, person.slot, finders, Tally(self._counting, self._alone))
            self._athletes[person.id] = athlete
        return athlete

    def _judged(self, athlete: _Athlete, channel: _Channel, cycle: Cycle, source: str) -> Iterator[Event]:
        """A movement is over: keep it if it may count, or tell that it was given up."""
        exercise, way, side = channel.exercise, channel.way, channel.side
        if cycle.share < self._counting.partial or athlete.tally.is_claimed(cycle):
            return
        stretch = Stretch(reversed(athlete.history), cycle, lambda signal: self._columns(signal, side))
        if stretch.sure(way.measure) < _LEAST_SURE or not stretch.fulfils(way.conditions, alone=self._alone):
            return
        if exercise.side_of is not None:
            side = "left" if stretch.value(exercise.side_of, "turn") > 0 else "right"
        if cycle.complete:
            form = inspected(stretch, way.measure, legs=exercise.legs, one_sided=exercise.each_side)
            athlete.tally.add(Found(exercise, way, cycle, side, form))
        elif self._alone or exercise.partial_alone or athlete.tally.in_set(exercise):
            yield make(
                "rep_partial",
                cycle.end_s,
                source,
                athlete,
                exercise=exercise.name,
                side=side,
                rom=abs(cycle.turn - cycle.start),
                share=cycle.share,
                duration_s=cycle.end_s - cycle.start_s,
            )

    def _decided(self, athlete: _Athlete, now_s: float, source: str, *, over: bool = False) -> Iterator[Event]:
        """What counts now."""

        def awaits(found: Found) -> bool:
            """Whether the other arm is on its way."""
            return any(
                finder.progress > _UNDER_WAY
                for channel, finder in zip(self._channels, athlete.finders, strict=True)
                if channel.exercise is found.exercise and channel.side != found.side
            )

        def under_way(exercise: Exercise) -> bool:
            return any(
                finder.progress > _UNDER_WAY
                for channel, finder in zip(self._channels, athlete.finders, strict=True)
                if channel.exercise is exercise
            )

        for one in athlete.tally.decide(now_s, awaits, under_way, over=over):
            if isinstance(one, Set):
                yield _set_over(athlete, one, source)
            else:
                yield _repetition(athlete, one, source)
                yield from _faults(athlete, one, source)

    def _ended(self, athlete: _Athlete, source: str) -> Iterator[Event]:
        """Somebody is gone, or the picture ends: what was all but done counts, and the set is over."""
        for channel, finder in zip(self._channels, athlete.finders, strict=True):
            cycle = finder.finish()
            if cycle is not None:
                yield from self._judged(athlete, channel, cycle, source)
        yield from self._decided(athlete, math.inf, source, over=True)
        done = athlete.tally.end_set()
        if done is not None:
            yield _set_over(athlete, done, source)


def _remember(history: deque[Row], row: Row) -> None:
    history.append(row)
    while row[0] - history[0][0] > _HISTORY_S:
        history.popleft()


def _needed(channel: _Channel) -> Iterator[Signal]:
    """Every signal that a channel reads."""
    signals = [*channel.way.measure, *FORM_SIGNALS]
    if channel.exercise.side_of is not None:
        signals.append(channel.exercise.side_of)
    for limit in channel.way.conditions:
        limits = limit if isinstance(limit, tuple) else (limit,)
        signals += [one.signal for one in limits if isinstance(one, Condition)]
    for signal in signals:
        if signal.sided:
            yield from (signal.on(side) for side in _SIDES)
        else:
            yield signal


def _repetition(athlete: _Athlete, found: Found, source: str) -> Event:
    cycle, form, name = found.cycle, found.form, found.exercise.name
    return make(
        "rep",
        cycle.end_s,
        source,
        athlete,
        exercise=name,
        count=athlete.tally.counts[name, found.side],
        side=found.side,
        rom=abs(cycle.turn - cycle.start),
        down_s=cycle.down_s,
        pause_s=cycle.pause_s,
        up_s=cycle.up_s,
        depth=form.depth,
        asymmetry=_or_zero(form.asymmetry),
        lean_deg=_or_zero(form.lean_deg),
        knees=_or_zero(form.knees),
    )


def _faults(athlete: _Athlete, found: Found, source: str) -> Iterator[Event]:
    """What to correct, each fault now and then."""
    name, cycle, form = found.exercise.name, found.cycle, found.form
    for fault in FAULTS.get(name, ()):
        value = fault.of(form)
        if value is None or cycle.end_s - athlete.faults.get((name, fault.name), -math.inf) < _FAULT_S:
            continue
        athlete.faults[name, fault.name] = cycle.end_s
        side = _side_of(form) if fault.name == "asymmetry" else found.side
        yield make(
            "form",
            cycle.end_s,
            source,
            athlete,
            exercise=name,
            fault=fault.name,
            side=side,
            value=value,
            limit=fault.limit,
        )


def _side_of(form: Form) -> str:
    return "left" if form.asymmetry > 0 else "right"


def _set_over(athlete: _Athlete, done: Set, source: str) -> Event:
    name = done.exercise.name
    return make(
        "set",
        done.end_s,
        source,
        athlete,
        exercise=name,
        number=athlete.tally.sets[name],
        reps=done.reps,
        duration_s=done.end_s - done.start_s,
        rep_s=done.moved_s / done.reps,
    )


def _or_zero(value: float) -> float:
    """The catalogue's word for unknown."""
    return value if math.isfinite(value) else 0.0
