"""Counts repetitions of exercises: which movement was one, of what, and which sets they make.

Every exercise of the table is watched in each of its ways. A movement that comes back becomes a candidate; it counts
if the exercise's conditions held meanwhile, and if no other exercise has counted the same stretch of time.
"""

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from posekit.detectors.cycles import Cycle, CycleFinder
from posekit.detectors.exercises import EXERCISES, Condition, Exercise, Lasting, Limit, Rested, Way
from posekit.detectors.signals import Reading, Signal, Signals
from posekit.events import Event, make
from posekit.types import FloatArray, FrameResult, Person

__all__ = ["Counting", "Repetitions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """How repetitions are counted.

    rest_s: without a repetition for so long, a set is over. together_s: repetitions farther apart than this are no
    series. partial: share of the travel from which an aborted movement is told. overlap: a movement of which more than
    this share has been counted is the same one. sides_s: both arms' movements that end within so long are one.
    """

    rest_s: float = 10.0
    together_s: float = 6.0
    partial: float = 0.5
    overlap: float = 0.35
    sides_s: float = 0.4


#: What is remembered of the signals: longer than any movement that counts.
_HISTORY_S: Final = 16.0
#: Turning point and start are looked at for so long to either side.
_LOOK_S: Final = 0.12
#: A movement that was seen less well than this, 0…1, on the whole, was guessed.
_LEAST_SURE: Final = 0.15
_LEFT_RIGHT: Final = ("left", "right")


@dataclass(frozen=True, slots=True)
class _Channel:
    """One measure that is followed: of which exercise, seen in which way, of which side (empty: of both)."""

    exercise: Exercise
    way: Way
    side: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A movement that fulfils its exercise's conditions."""

    channel: _Channel
    cycle: Cycle
    side: str


@dataclass(slots=True)
class _Set:
    start_s: float
    end_s: float
    reps: int
    moved_s: float


@dataclass(slots=True)
class _Athlete:
    """What is known of somebody.

    history: (time, values, sure) of the signals. waiting: found, but not yet believed or paired. counts: per exercise
    and side. counted: what stretches of time were counted as, newest last. sets: how many are over, per exercise.
    """

    id: int
    slot: int
    finders: list[CycleFinder]
    history: deque[tuple[float, FloatArray, FloatArray]] = field(default_factory=deque)
    waiting: list[_Found] = field(default_factory=list)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    counted: deque[tuple[float, float, str]] = field(default_factory=lambda: deque(maxlen=8))
    current: dict[str, _Set] = field(default_factory=dict)
    sets: dict[str, int] = field(default_factory=dict)


class Repetitions:
    """``rep``, ``rep_partial`` and ``set`` for everyone.

    exercises: which to look for. alone: whether what only tells them apart from others is not asked for, as for those
    that the user has named; then there is also no waiting for a series.
    """

    def __init__(
        self,
        exercises: Sequence[Exercise] = tuple(EXERCISES.values()),
        *,
        alone: bool = False,
        counting: Counting | None = None,
    ) -> None:
        self._counting = counting or Counting()
        self._alone = alone
        self._exercises = tuple(exercises)
        self._channels = [
            _Channel(exercise, way, side)
            for exercise in exercises
            for way in exercise.ways
            for side in (_LEFT_RIGHT if exercise.each_side else ("",))
        ]
        self._signals = Signals(signal for channel in self._channels for signal in _needed(channel))
        self._shares = np.zeros((len(self._signals.columns), len(self._channels)), np.float32)
        for index, channel in enumerate(self._channels):
            for signal in channel.way.measure:
                self._shares[self._columns(signal, channel.side), index] = 1.0
        self._athletes: dict[int, _Athlete] = {}

    def reset(self, slot: int | None = None) -> None:
        """Begin to count anew: for the person in a slot, or for everyone."""
        for athlete in self._athletes.values():
            if slot in (None, athlete.slot):
                athlete.counts.clear()
                athlete.current.clear()
                athlete.sets.clear()
                athlete.waiting.clear()

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events that became certain with this frame."""
        events: list[Event] = []
        reading = self._signals.read(result)
        for departure in result.departed:
            athlete = self._athletes.pop(departure.id, None)
            if athlete is not None:
                events += self._ended(athlete, result.source)
        now_s = result.timestamp_s
        measures = self._measures(reading)
        for row, person in enumerate(reading.people):
            athlete = self._athlete(person)
            self._remember(athlete, now_s, reading.values[row], reading.sure[row])
            events += self._followed(athlete, now_s, measures[row], result.source)
        for athlete in self._athletes.values():
            events += self._rested(athlete, now_s, result.source)
        return events

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        """Per slot: ``reps_NAME`` and ``phase_NAME``, which is 0 at the start position and 1 where it counts."""
        states = {}
        for person in result.people:
            athlete = self._athletes.get(person.id)
            if athlete is None:
                continue
            channels = {f"{what}_{exercise.name}": 0.0 for exercise in self._exercises for what in ("reps", "phase")}
            for (name, _), count in athlete.counts.items():
                channels[f"reps_{name}"] += count
            for channel, finder in zip(self._channels, athlete.finders, strict=True):
                key = f"phase_{channel.exercise.name}"
                channels[key] = max(channels[key], finder.progress)
            states[person.slot] = channels
        return states

    def _columns(self, signal: Signal, side: str) -> list[int]:
        if not signal.sided:
            return [self._signals.columns[signal]]
        return [self._signals.columns[signal.on(which)] for which in ((side,) if side else _LEFT_RIGHT)]

    def _measures(self, reading: Reading) -> list[list[float]]:
        """Per person, the value of every channel: the mean of its signals, in which the surest count most."""
        weights = reading.sure**2
        total = weights @ self._shares
        with np.errstate(invalid="ignore", divide="ignore"):
            means: list[list[float]] = ((np.nan_to_num(reading.values) * weights) @ self._shares / total).tolist()
        return means

    def _athlete(self, person: Person) -> _Athlete:
        athlete = self._athletes.get(person.id)
        if athlete is None:
            finders = [CycleFinder(channel.way.span) for channel in self._channels]
            athlete = self._athletes[person.id] = _Athlete(person.id, person.slot, finders)
        return athlete

    def _remember(self, athlete: _Athlete, now_s: float, values: FloatArray, sure: FloatArray) -> None:
        history = athlete.history
        if history and now_s < history[-1][0]:
            history.clear()
        history.append((now_s, values, sure))
        while now_s - history[0][0] > _HISTORY_S:
            history.popleft()

    def _followed(self, athlete: _Athlete, now_s: float, measures: list[float], source: str) -> Iterator[Event]:
        for channel, finder, value in zip(self._channels, athlete.finders, measures, strict=True):
            if value != value:
                continue
            cycle = finder.update(now_s, value)
            if cycle is not None:
                yield from self._judged(athlete, channel, cycle, source)
        yield from self._decided(athlete, now_s, source)

    def _judged(self, athlete: _Athlete, channel: _Channel, cycle: Cycle, source: str) -> Iterator[Event]:
        """A movement is over: wait for what it needs to count, or tell that it was given up."""
        exercise = channel.exercise
        if cycle.share < self._counting.partial or self._is_counted(athlete, cycle, exercise, channel.side):
            return
        seen = _Stretch(self, athlete, cycle, channel)
        if seen.sure() < _LEAST_SURE or any(self._holds(limit, seen) is False for limit in channel.way.conditions):
            return
        side = channel.side
        if exercise.side_of is not None:
            side = "left" if seen.value(exercise.side_of, "turn") > 0 else "right"
        if cycle.complete:
            athlete.waiting.append(_Found(channel, cycle, side))
        elif self._alone or exercise.partial_alone or exercise.name in athlete.current:
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

    def _holds(self, limit: Limit | tuple[Limit, ...], seen: "_Stretch") -> bool | None:
        """Whether a condition is fulfilled; None where it cannot be told."""
        if isinstance(limit, tuple):
            told = [holds for holds in (self._holds(one, seen) for one in limit) if holds is not None]
            return any(told) if told else None
        cycle = seen.cycle
        if isinstance(limit, Condition):
            if limit.apart and self._alone:
                return True
            value = seen.value(limit.signal, limit.when)
            return None if math.isnan(value) else limit.low <= value <= limit.high
        if isinstance(limit, Lasting):
            return limit.low <= cycle.pause_s <= limit.high
        if isinstance(limit, Rested):
            return limit.low <= cycle.start_s - cycle.settled_s <= limit.high
        return limit.low <= cycle.end_s - cycle.start_s <= limit.high

    def _is_counted(self, athlete: _Athlete, cycle: Cycle, exercise: Exercise, side: str) -> bool:
        """Whether this movement has been counted already, as this exercise or another."""
        for start_s, end_s, _ in athlete.counted:
            common_s = min(cycle.end_s, end_s) - max(cycle.start_s, start_s)
            if common_s > self._counting.overlap * min(cycle.end_s - cycle.start_s, end_s - start_s):
                return True
        return False

    def _decided(self, athlete: _Athlete, now_s: float, source: str, *, over: bool = False) -> Iterator[Event]:
        """Count what waits, as soon as it is a pair, or a series, or will be neither."""
        if not athlete.waiting:
            return
        for exercise in self._exercises:
            found = [one for one in athlete.waiting if one.channel.exercise is exercise]
            if not found:
                continue
            keep = [one for one in athlete.waiting if one.channel.exercise is not exercise]
            ready = self._paired(athlete, exercise, found, now_s, over=over)
            unpaired = [one for one in found if one not in ready] if ready is not found else []
            ready = [one for one in ready if not self._is_counted(athlete, one.cycle, exercise, one.side)]
            believed = (self._alone and exercise.series < 3) or exercise.name in athlete.current
            series = self._series(ready, 1 if believed else exercise.series)
            if series:
                for one in series:
                    if not self._is_counted(athlete, one.cycle, exercise, one.side):
                        yield from self._counted(athlete, one, source)
                ready = []
            else:
                ready = [one for one in ready if now_s - one.cycle.end_s <= self._counting.together_s]
            athlete.waiting = [*keep, *unpaired, *ready]

    def _paired(
        self, athlete: _Athlete, exercise: Exercise, found: list[_Found], now_s: float, *, over: bool
    ) -> list[_Found]:
        """Movements of either side as one where they go together; only those for which no other side is awaited."""
        if not exercise.each_side:
            return found
        ready: list[_Found] = []
        for one in found:
            other = next((pair for pair in ready if _together(pair, one)), None)
            if other is not None and {other.side, one.side} == set(_LEFT_RIGHT):
                ready[ready.index(other)] = _Found(other.channel, other.cycle, "both")
            elif other is None:
                ready.append(one)
        return [one for one in ready if one.side == "both" or over or not self._awaits(athlete, one, now_s)]

    def _awaits(self, athlete: _Athlete, one: _Found, now_s: float) -> bool:
        """Whether the other arm is on its way and may be part of the same repetition."""
        if now_s - one.cycle.end_s > self._counting.sides_s:
            return False
        return any(
            finder.progress > 0.3
            for channel, finder in zip(self._channels, athlete.finders, strict=True)
            if channel.exercise is one.channel.exercise and channel.side not in ("", one.side)
        )

    def _series(self, found: list[_Found], needed: int) -> list[_Found]:
        """The movements, if so many of them follow one another that they are believed."""
        run: list[_Found] = []
        for one in sorted(found, key=lambda found: found.cycle.end_s):
            if run and one.cycle.start_s - run[-1].cycle.end_s > self._counting.together_s:
                run = []
            if run and needed > 2 and not _regular(run[-1].cycle, one.cycle):
                run = []
            run.append(one)
        return run if len(run) >= needed else []

    def _counted(self, athlete: _Athlete, found: _Found, source: str) -> Iterator[Event]:
        exercise, cycle = found.channel.exercise, found.cycle
        athlete.counted.append((cycle.start_s, cycle.end_s, exercise.name))
        key = (exercise.name, found.side)
        athlete.counts[key] = athlete.counts.get(key, 0) + 1
        for name in [name for name in athlete.current if name != exercise.name]:
            yield self._set_over(athlete, name, source)
        current = athlete.current.get(exercise.name)
        if current is None:
            current = athlete.current[exercise.name] = _Set(cycle.start_s, cycle.end_s, 0, 0.0)
        current.end_s = cycle.end_s
        current.reps += 1
        current.moved_s += cycle.end_s - cycle.start_s
        yield make(
            "rep",
            cycle.end_s,
            source,
            athlete,
            exercise=exercise.name,
            count=athlete.counts[key],
            side=found.side,
            rom=abs(cycle.turn - cycle.start),
            down_s=cycle.down_s,
            pause_s=cycle.pause_s,
            up_s=cycle.up_s,
            depth="",
            asymmetry=0.0,
            lean_deg=0.0,
            knees=0.0,
        )

    def _set_over(self, athlete: _Athlete, name: str, source: str) -> Event:
        done = athlete.current.pop(name)
        athlete.sets[name] = athlete.sets.get(name, 0) + 1
        return make(
            "set",
            done.end_s,
            source,
            athlete,
            exercise=name,
            number=athlete.sets[name],
            reps=done.reps,
            duration_s=done.end_s - done.start_s,
            rep_s=done.moved_s / done.reps,
        )

    def _rested(self, athlete: _Athlete, now_s: float, source: str) -> Iterator[Event]:
        for name in [name for name, done in athlete.current.items() if now_s - done.end_s > self._counting.rest_s]:
            yield self._set_over(athlete, name, source)

    def _ended(self, athlete: _Athlete, source: str) -> Iterator[Event]:
        """Somebody is gone: what was all but done counts, and sets are over."""
        for channel, finder in zip(self._channels, athlete.finders, strict=True):
            cycle = finder.finish()
            if cycle is not None:
                yield from self._judged(athlete, channel, cycle, source)
        yield from self._decided(athlete, math.inf, source, over=True)
        for name in list(athlete.current):
            yield self._set_over(athlete, name, source)


class _Stretch:
    """What the signals did during a movement."""

    def __init__(self, owner: Repetitions, athlete: _Athlete, cycle: Cycle, channel: _Channel) -> None:
        self.cycle = cycle
        self._channel = channel
        self._owner = owner
        rows = [row for row in athlete.history if cycle.settled_s - _LOOK_S <= row[0] <= cycle.end_s + 1e-6]
        self._times = np.array([row[0] for row in rows])
        self._values = np.stack([row[1] for row in rows])
        self._sure = np.stack([row[2] for row in rows])

    def sure(self) -> float:
        """How well the movement itself was seen, 0…1."""
        columns = [
            column
            for signal in self._channel.way.measure
            for column in self._owner._columns(signal, self._channel.side)
        ]
        return float(self._sure[:, columns].max(axis=1).mean())

    def value(self, signal: Signal, when: str) -> float:
        """What a condition asks for; NaN where the signal was not seen."""
        columns = self._owner._columns(signal, self._channel.side)
        sure = self._sure[:, columns]
        if when == "seen":
            return float((sure.max(axis=1) > 0).mean())
        if when.endswith("_size"):
            value = self.value(signal, when.removesuffix("_size"))
            return abs(value)
        weights = sure**2
        total = weights.sum(axis=1)
        known = total > 0
        values = (np.nan_to_num(self._values[:, columns]) * weights).sum(axis=1)[known] / total[known]
        times = self._times[known]
        if not len(values):
            return math.nan
        if when in ("turn", "turn_most"):
            near = np.abs(times - self.cycle.turn_s) <= max(self.cycle.pause_s / 2, _LOOK_S)
            return float(np.quantile(values[near], 0.5 if when == "turn" else 0.75)) if near.any() else math.nan
        if when == "rest":
            near = times <= self.cycle.start_s + _LOOK_S
            return float(np.quantile(values[near], 0.5)) if near.any() else math.nan
        if when == "rest_most":
            near = times <= self.cycle.start_s + _LOOK_S
            return float(np.quantile(values[near], 0.75)) if near.any() else math.nan
        moving = times >= self.cycle.start_s - _LOOK_S
        values, times = values[moving], times[moving]
        if not len(values):
            return math.nan
        if when == "lift":
            return self._lift(times, values)
        if when == "mean":
            return float(values.mean())
        low, high = np.quantile(values, (0.1, 0.9))
        return float({"least": low, "most": high, "range": high - low}[when])

    def _lift(self, times: np.ndarray, values: np.ndarray) -> float:
        cycle = self.cycle
        turn = np.interp(cycle.turn_s, times, values)
        ends = (np.interp(cycle.start_s, times, values) + np.interp(cycle.end_s, times, values)) / 2
        return float(turn - ends)


def _needed(channel: _Channel) -> Iterator[Signal]:
    """Every signal that a channel reads."""
    signals = [*channel.way.measure]
    if channel.exercise.side_of is not None:
        signals.append(channel.exercise.side_of)
    for limit in channel.way.conditions:
        signals += [
            one.signal for one in (limit if isinstance(limit, tuple) else (limit,)) if isinstance(one, Condition)
        ]
    for signal in signals:
        if signal.sided:
            yield from (signal.on(side) for side in _LEFT_RIGHT)
        else:
            yield signal


def _together(one: _Found, other: _Found) -> bool:
    """Whether two movements are for the most part at the same time."""
    a, b = one.cycle, other.cycle
    common_s = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    return common_s > 0.5 * min(a.end_s - a.start_s, b.end_s - b.start_s)


def _regular(before: Cycle, after: Cycle) -> bool:
    """Whether two movements are like one another in time and size."""
    period_s = after.turn_s - before.turn_s
    durations = sorted((before.end_s - before.start_s, after.end_s - after.start_s))
    sizes = sorted((abs(before.turn - before.start), abs(after.turn - after.start)))
    return period_s < 2.0 * durations[1] and durations[1] < 2.0 * durations[0] and sizes[1] < 2.5 * sizes[0]
