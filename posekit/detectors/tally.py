"""What of the movements that were found counts, for one person: pairs of arms, series, and sets.

A movement counts once: as the exercise that claimed its stretch of time first. Movements that anybody might make by
chance are believed when a few of them follow one another; then all of them count.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from posekit.detectors.cycles import Cycle
from posekit.detectors.exercises import Exercise, Way
from posekit.detectors.form import Form

__all__ = ["Counting", "Found", "Set", "Tally"]

#: While a set of another exercise goes on, a movement waits for so long: it may be one of that set; and for so long
#: while one of that set is under way.
_SET_FIRST_S: Final = 0.4
_SET_UNDER_WAY_S: Final = 2.5
_BOTH: Final = frozenset(("left", "right"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """How repetitions are counted.

    rest_s: without a repetition for so long, a set is over. partial: share of the travel from which an aborted movement
    is told. overlap: a movement of which more than this share has been counted is the same one. sides_s: so long one
    arm's movement waits for the other's.
    """

    rest_s: float = 10.0
    partial: float = 0.5
    overlap: float = 0.35
    sides_s: float = 0.4


@dataclass(frozen=True, slots=True)
class Found:
    """A movement that is as an exercise's conditions say."""

    exercise: Exercise
    way: Way
    cycle: Cycle
    side: str
    form: Form


@dataclass(slots=True)
class Set:
    """Repetitions of one exercise without a rest. moved_s: what they took together."""

    exercise: Exercise
    start_s: float
    end_s: float
    reps: int = 0
    moved_s: float = 0.0


@dataclass(slots=True)
class Tally:
    """The counts of one person.

    alone: whether the exercises were named by the user, and need no series to be believed. counts: per exercise and
    side. sets: how many are over, per exercise. current: the set that goes on.
    """

    counting: Counting
    alone: bool
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    sets: dict[str, int] = field(default_factory=dict)
    current: Set | None = None
    _waiting: list[Found] = field(default_factory=list)
    _claimed: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=12))

    def reset(self) -> None:
        """Begin to count anew."""
        self.counts.clear()
        self.sets.clear()
        self._waiting.clear()
        self.current = None

    def time_went_back(self) -> None:
        """What was when is of no use any more; the counts are."""
        self._waiting.clear()
        self._claimed.clear()
        self.current = None

    def in_set(self, exercise: Exercise) -> bool:
        """Whether the set that goes on is of that exercise."""
        return self.current is not None and self.current.exercise is exercise

    def is_claimed(self, cycle: Cycle) -> bool:
        """Whether this stretch of time has been counted."""
        for start_s, end_s in self._claimed:
            common_s = min(cycle.end_s, end_s) - max(cycle.start_s, start_s)
            if common_s > self.counting.overlap * min(cycle.end_s - cycle.start_s, end_s - start_s):
                return True
        return False

    def add(self, found: Found) -> None:
        """Take a movement."""
        self._waiting.append(found)

    def decide(
        self,
        now_s: float,
        awaits: Callable[[Found], bool],
        under_way: Callable[[Exercise], bool],
        *,
        over: bool = False,
    ) -> Iterator[Found | Set]:
        """What counts now, and sets that end by it.

        awaits: whether the other arm may yet finish the same repetition. under_way: whether somebody is in the middle
        of an exercise's movement. over: nothing more will come.
        """
        # What is of the set that goes on comes first.
        waiting = sorted(self._waiting, key=lambda found: not self.in_set(found.exercise))
        for way in {id(found.way): found.way for found in waiting}.values():
            mine = [found for found in self._waiting if found.way is way]
            self._waiting = [found for found in self._waiting if found.way is not way]
            exercise = mine[0].exercise
            ready, awaited = self._paired(mine, now_s, awaits, over=over)
            ready = [found for found in ready if not self.is_claimed(found.cycle)]
            if not over and self.current is not None and not self.in_set(exercise):
                wait_s = _SET_UNDER_WAY_S if under_way(self.current.exercise) else _SET_FIRST_S
                young = [found for found in ready if now_s - found.cycle.end_s <= wait_s]
                ready = [found for found in ready if found not in young]
                awaited += young
            run, believed = self._series(ready, exercise)
            if believed:
                for found in run:
                    if not self.is_claimed(found.cycle):
                        yield from self._count(found)
            elif run and now_s - run[-1].cycle.end_s <= exercise.together_s + exercise.longest_s:
                awaited += run
            self._waiting += awaited

    def rested(self, now_s: float) -> Set | None:
        """The set that is over, if there was a rest."""
        if self.current is None or now_s - self.current.end_s <= self.counting.rest_s:
            return None
        return self.end_set()

    def end_set(self) -> Set | None:
        """End the set that goes on."""
        done, self.current = self.current, None
        if done is not None:
            self.sets[done.exercise.name] = self.sets.get(done.exercise.name, 0) + 1
        return done

    def _paired(
        self, found: Sequence[Found], now_s: float, awaits: Callable[[Found], bool], *, over: bool
    ) -> tuple[list[Found], list[Found]]:
        """Movements of both arms as one where they go together; those that are ready, and those that are not."""
        pairs: list[Found] = []
        for one in found:
            other = next((pair for pair in pairs if _together(pair.cycle, one.cycle)), None)
            if other is None:
                pairs.append(one)
            elif {other.side, one.side} == _BOTH:
                pairs[pairs.index(other)] = replace(min(other, one, key=_lasted), side="both")
        ready: list[Found] = []
        awaited: list[Found] = []
        for one in pairs:
            waits = one.side in _BOTH and one.exercise.each_side and not over
            waits = waits and now_s - one.cycle.end_s <= self.counting.sides_s and awaits(one)
            (awaited if waits else ready).append(one)
        return ready, awaited

    def _series(self, found: list[Found], exercise: Exercise) -> tuple[list[Found], bool]:
        """The newest movements that follow one another, and whether they are so many that they are believed."""
        needed = exercise.series
        if self.in_set(exercise) or (self.alone and needed <= 3):
            needed = 1
        run: list[Found] = []
        for one in sorted(found, key=lambda found: found.cycle.end_s):
            if run and needed > 1 and not _follows(run, one, exercise):
                run = []
            run.append(one)
        return run, len(run) >= needed

    def _count(self, found: Found) -> Iterator[Found | Set]:
        cycle, exercise = found.cycle, found.exercise
        self._claimed.append((cycle.start_s, cycle.end_s))
        key = (exercise.name, found.side)
        self.counts[key] = self.counts.get(key, 0) + 1
        if self.current is not None and not self.in_set(exercise):
            done = self.end_set()
            if done is not None:
                yield done
        if self.current is None:
            self.current = Set(exercise, cycle.start_s, cycle.end_s)
        self.current.end_s = cycle.end_s
        self.current.reps += 1
        self.current.moved_s += cycle.end_s - cycle.start_s
        yield found


def _follows(run: Sequence[Found], found: Found, exercise: Exercise) -> bool:
    """Whether a movement is like those before it, and close, as those of a series are."""
    before, after = run[-1].cycle, found.cycle
    longer = _ratio(before.end_s - before.start_s, after.end_s - after.start_s)
    farther = _ratio(abs(before.turn - before.start), abs(after.turn - after.start))
    near = after.start_s - before.end_s <= exercise.together_s
    # One side, or left and right by turns; of both, one may have been missed.
    sides = len(run) < 2 or found.side == run[-2].side or "both" in (found.side, run[-2].side)
    evenly = (
        len(run) < 2 or _ratio(after.turn_s - before.turn_s, before.turn_s - run[-2].cycle.turn_s) <= exercise.steady
    )
    alike = _alike(before, after, exercise.alike)
    return near and longer <= exercise.longer and farther <= exercise.farther and sides and evenly and alike


def _alike(before: Cycle, after: Cycle, share: float) -> bool:
    """Whether two movements begin and turn at the same levels, but for a share of the way."""
    off = share * abs(before.turn - before.start)
    return abs(after.turn - before.turn) <= off and abs(after.start - before.start) <= off


def _together(a: Cycle, b: Cycle) -> bool:
    """Whether two movements are for the most part at the same time."""
    common_s = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    return common_s > 0.5 * min(a.end_s - a.start_s, b.end_s - b.start_s)


def _lasted(found: Found) -> float:
    return found.cycle.end_s - found.cycle.start_s


def _ratio(a: float, b: float) -> float:
    """The larger over the smaller."""
    return max(a, b) / max(min(a, b), 1e-6)
