"""What the signals did during one movement, and whether that is as an exercise's conditions say."""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from posekit.detectors.cycles import Cycle
from posekit.detectors.exercises import Condition, Lasting, Limit, Rested
from posekit.detectors.signals import Signal
from posekit.types import FloatArray

__all__ = ["Row", "Stretch"]

#: (time, values, sure) of the signals in a frame.
Row = tuple[float, FloatArray, FloatArray]

#: Turning point and start are looked at for so long to either side.
_LOOK_S = 0.12
#: Which of the values that were seen a condition means; single outliers are none of them.
_LEAST, _MOST = 0.1, 0.9
_SHARES = {"turn": 0.5, "rest": 0.5, "turn_most": 0.75, "rest_most": 0.75, "least": _LEAST, "most": _MOST}


class Stretch:
    """The signals from the time at which the start position was reached to the end of a movement.

    rows: of the frames, the newest first; there is at least one within the movement. columns: of a signal; where there
    are two, of left and right, their mean counts, in which what is seen better counts more.
    """

    def __init__(self, rows: Iterable[Row], cycle: Cycle, columns: Callable[[Signal], Sequence[int]]) -> None:
        self.cycle = cycle
        self._columns = columns
        since = takewhile(lambda row: row[0] >= cycle.settled_s - _LOOK_S, rows)
        kept = [row for row in since if row[0] <= cycle.end_s + 1e-6][::-1]
        self._times = np.array([row[0] for row in kept])
        self._values = np.stack([row[1] for row in kept])
        self._sure = np.stack([row[2] for row in kept])

    def fulfils(self, conditions: Iterable[Limit | tuple[Limit, ...]], *, alone: bool) -> bool:
        """Whether no condition is broken. alone: leave out those that only tell exercises apart."""
        return all(self._holds(limit, alone) is not False for limit in conditions)

    def _holds(self, limit: Limit | tuple[Limit, ...], alone: bool) -> bool | None:
        """Whether a condition is fulfilled; None where it cannot be told."""
        if isinstance(limit, tuple):
            told = [holds for holds in (self._holds(one, alone) for one in limit) if holds is not None]
            return any(told) if told else None
        cycle = self.cycle
        if isinstance(limit, Condition):
            if limit.apart and alone:
                return True
            value = self.value(limit.signal, limit.when)
            return None if math.isnan(value) else limit.low <= value <= limit.high
        if isinstance(limit, Lasting):
            return limit.low <= cycle.pause_s <= limit.high
        if isinstance(limit, Rested):
            return alone or limit.low <= cycle.start_s - cycle.settled_s <= limit.high
        return limit.low <= cycle.end_s - cycle.start_s <= limit.high

    def sure(self, signals: Iterable[Signal]) -> float:
        """How well the signals were seen, 0…1: of each frame the best of them."""
        columns = [column for signal in signals for column in self._columns(signal)]
        return float(self._sure[:, columns].max(axis=1).mean())

    def value(self, signal: Signal, when: str) -> float:
        """What a condition asks for; NaN where the signal was not seen."""
        if when.endswith("_size"):
            return abs(self.value(signal, when.removesuffix("_size")))
        columns = list(self._columns(signal))
        sure = self._sure[:, columns]
        if when == "seen":
            return float((sure.max(axis=1) > 0).mean())
        weights = sure**2
        total = weights.sum(axis=1)
        known = total > 0
        values = (np.nan_to_num(self._values[:, columns]) * weights).sum(axis=1)[known] / total[known]
        return _told(self._times[known], values, when, self.cycle)


def _told(times: NDArray[np.float64], values: NDArray[np.float64], when: str, cycle: Cycle) -> float:
    moving = times >= cycle.start_s - _LOOK_S
    chosen = {
        "turn": np.abs(times - cycle.turn_s) <= max(cycle.pause_s / 2, _LOOK_S),
        "rest": times <= cycle.start_s + _LOOK_S,
    }.get(when.partition("_")[0], moving)
    if not chosen.any():
        return math.nan
    if when == "lift":
        turn, start, end = np.interp((cycle.turn_s, cycle.start_s, cycle.end_s), times, values)
        return float(turn - (start + end) / 2)
    seen = values[chosen]
    if when == "mean":
        return float(seen.mean())
    if when == "range":
        return _quantile(seen, _MOST) - _quantile(seen, _LEAST)
    return _quantile(seen, _SHARES[when])


def _quantile(values: NDArray[np.float64], share: float) -> float:
    """As ``np.quantile``, which takes over ten times as long for so few."""
    ordered = sorted(values.tolist())
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (place - below) * (ordered[above] - ordered[below]))
