"""Gestures that are a movement of the hands: waving, clapping, swiping. Each follows one person.

Distances are in torso lengths, times in seconds; a frame in which a hand is not seen is not fed.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from posekit.detectors.gesture_table import ClapLimits, SwipeLimits, WaveLimits

__all__ = ["Clap", "Swipe", "Turn", "Turns", "Wave"]

#: Unseen for longer than this, a movement is over.
_GAP_S = 0.4
#: A tempo is taken over so long, so often, from so many samples, among these. Over so long, for from one swing to the
#: next a tempo wavers by a tenth.
_TEMPO_S = 3.0
_TAKEN_S = 0.25
_SAMPLES = 6
#: Samples nearer to one another would only cost time.
_APART_S = 0.03
_TEMPOS_HZ = np.geomspace(0.75, 6.0, 105)
#: So many swings to and fro must have been seen of a tempo to be among them, and before it is told.
_AMONG = 0.75
_TOLD = 1.5
#: No sine explains more than all but this part of a signal.
_UNEXPLAINED = 0.02
#: A wave that goes on may be smaller by so much than one that begins.
_TIRED = 0.7
#: A hand that waves may go up and down by so much besides.
_LEVEL = 0.06


class Turn(NamedTuple):
    """A turning point: when, and where; height is the other coordinate there."""

    at_s: float
    value: float
    height: float = 0.0


@dataclass(slots=True)
class Turns:
    """Turning points of a signal, known as soon as it has come back by a given amount."""

    turns: deque[Turn] = field(default_factory=lambda: deque(maxlen=32))
    _extreme: Turn | None = None
    _rising: bool = False

    def update(self, now_s: float, value: float, swing: float, height: float = 0.0) -> Turn | None:
        """Take a value; the turning point that it shows to have been one, if any."""
        extreme = self._extreme
        if extreme is None:
            self._extreme = Turn(now_s, value, height)
            return None
        ahead = value - extreme.value if self._rising else extreme.value - value
        if ahead > 0:
            self._extreme = Turn(now_s, value, height)
            return None
        if -ahead < swing:
            return None
        self.turns.append(extreme)
        self._rising, self._extreme = not self._rising, Turn(now_s, value, height)
        return extreme

    def forget(self) -> None:
        """Begin anew."""
        self.turns.clear()
        self._extreme = None


@dataclass(slots=True)
class Wave:
    """Waving of one hand: ``update`` gives the tempo in Hz while the hand waves, else 0.

    began_s: the first turning point of the present waving.
    """

    limits: WaveLimits
    began_s: float = 0.0
    tempo_hz: float = 0.0
    _turns: Turns = field(default_factory=Turns)
    _seen_s: float = -math.inf
    _taken_s: float = -math.inf
    _path: deque[tuple[float, float, float]] = field(default_factory=deque)

    def update(self, now_s: float, x: float, y: float, across: float, *, raised: bool, noise: float) -> float:
        """Take the wrist's place beside and over the shoulder, and beside the elbow.

        noise: standard deviation of what is measured.
        """
        limits = self.limits
        if not raised or not 0.0 <= now_s - self._seen_s <= _GAP_S:
            self._turns.forget()
            self._path.clear()
            self.tempo_hz = 0.0
        self._seen_s = now_s
        if not raised:
            return 0.0
        swing = limits.swing * (_TIRED if self.tempo_hz > 0 else 1.0)
        self._turns.update(now_s, x, max(swing, limits.noise * noise), y)
        if not self._path or now_s - self._path[-1][0] >= _APART_S:
            self._path.append((now_s, x, across))
        while now_s - self._path[0][0] > _TEMPO_S:
            self._path.popleft()
        if self.tempo_hz > 0:
            self._go_on(now_s)
        else:
            self._begin(now_s)
        return self.tempo_hz

    def _go_on(self, now_s: float) -> None:
        """It goes on as long as the hand turns back at all: some turns are lost in noise, and some are noise."""
        turns = self._turns.turns
        if not turns or now_s - turns[-1].at_s > max(self.limits.rests_s, 1 / self.tempo_hz):
            self.tempo_hz = 0.0
        elif now_s - self._taken_s >= _TAKEN_S:
            self._take(now_s, max(self.began_s, now_s - _TEMPO_S))

    def _begin(self, now_s: float) -> None:
        limits, turns = self.limits, self._steady()
        recent = [turn for turn in turns if now_s - turn.at_s <= limits.within_s]
        if len(recent) < limits.reversals or recent[-1].at_s - recent[0].at_s < limits.lasts_s:
            return
        if now_s - recent[-1].at_s > limits.rests_s:
            return
        self.began_s = recent[0].at_s
        self._take(now_s, max(turns[0].at_s, now_s - _TEMPO_S))
        # The first turn may be the end of the way up: of one swing alone, it would be half.
        if self.tempo_hz * (now_s - turns[0].at_s) < _TOLD:
            self.tempo_hz = 0.0

    def _take(self, now_s: float, since_s: float) -> None:
        """The tempo of the whole path since then: turning points are missed, invented, and off by half a frame."""
        path = np.array([point for point in self._path if point[0] >= since_s])
        if len(path) >= _SAMPLES:
            self._taken_s = now_s
            self.tempo_hz = _tempo_hz(path)

    def _steady(self) -> list[Turn]:
        """The newest turning points that follow one another as those of a wave do."""
        shortest_s, longest_s = self.limits.swing_s
        steady: list[Turn] = []
        for turn in reversed(self._turns.turns):
            if steady and not shortest_s <= steady[-1].at_s - turn.at_s <= longest_s:
                break
            if steady and abs(steady[-1].height - turn.height) > self._may_climb(abs(steady[-1].value - turn.value)):
                break
            steady.append(turn)
        return steady[::-1]

    def _may_climb(self, swing: float) -> float:
        return _LEVEL + self.limits.climb * swing


def _tempo_hz(path: NDArray[np.float64]) -> float:
    """The frequency of the sine that, on a straight drift, explains most of (T, 1 + S): times, uneven, and signals.

    The periodogram of Lomb and Scargle, generalised (Zechmeister and Kürster 2009): unlike that of Fourier it is true
    from the first cycle on, and its window needs not be a whole number of them.
    """
    times = path[:, 0] - path[:, 0].mean()
    seen_s, step_s = times[-1] - times[0], float(np.median(np.diff(times)))
    among = _TEMPOS_HZ[(_TEMPOS_HZ * seen_s >= _AMONG) & (_TEMPOS_HZ * step_s <= 0.5)]
    if not len(among):
        among = _TEMPOS_HZ
    drift = np.linalg.qr(np.vander(times, 2))[0]
    signals = _less(drift, path[:, 1:])
    signals /= np.maximum(np.sqrt((signals**2).mean(axis=0)), 1e-9)
    turned = 2 * np.pi * np.outer(times, among)
    cosine, sine = _less(drift, np.cos(turned)), _less(drift, np.sin(turned))
    cc, cs, ss = (cosine**2).sum(axis=0), (cosine * sine).sum(axis=0), (sine**2).sum(axis=0)
    along, across = signals.T @ cosine, signals.T @ sine
    explained = (ss * along**2 - 2 * cs * along * across + cc * across**2) / np.maximum(cc * ss - cs**2, 1e-9)
    # The likelihood of both, each with noise of its own: an elbow that jumps has little to say.
    return _peak(among, -np.log(np.maximum(1.0 - explained / len(times), _UNEXPLAINED)).sum(axis=0))


def _less(drift: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns without their part along those of ``drift``, which are orthonormal."""
    return columns - drift @ (drift.T @ columns)


def _peak(at: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Where values are highest, between the places, which are evenly apart in their logarithm, by a parabola."""
    top = int(values.argmax())
    if not 0 < top < len(at) - 1:
        return float(at[top])
    before, peak, after = values[top - 1 : top + 2].tolist()
    off = 0.5 * (before - after) / (before - 2 * peak + after)
    return float(at[top] * (at[top + 1] / at[top]) ** off)


@dataclass(slots=True)
class Clap:
    """Claps: ``update`` gives the time of one as soon as the hands part again."""

    limits: ClapLimits
    _path: deque[tuple[float, float]] = field(default_factory=deque)
    _least: Turn | None = None

    def update(self, now_s: float, apart: float, uncrossed: float, *, before_body: bool) -> float | None:
        """Take the distance of the wrists, and how far the left one is to the left of the right one."""
        limits, path = self.limits, self._path
        if path and not 0.0 <= now_s - path[-1][0] <= _GAP_S:
            path.clear()
            self._least = None
        path.append((now_s, apart))
        while now_s - path[0][0] > limits.within_s:
            path.popleft()
        least = self._least
        if least is not None and uncrossed < limits.crossed:
            self._least = None
            path.clear()
            return None
        if least is not None:
            if apart < least.value:
                self._least = Turn(now_s, apart)
                return None
            parted = apart > least.value + limits.parted
            if parted or now_s - least.at_s > limits.parted_s:
                self._least = None
                path.clear()
                path.append((now_s, apart))
            return least.at_s if parted else None
        if apart <= limits.together and before_body and max(value for _, value in path) >= limits.apart:
            self._least = Turn(now_s, apart)
        return None


@dataclass(slots=True)
class Swipe:
    """Swipes of one hand: ``update`` gives when one began and how fast it was, leftwards positive, as it slows down."""

    limits: SwipeLimits
    _path: deque[tuple[float, float, float, float]] = field(default_factory=deque)
    _rests_until_s: float = -math.inf

    def update(self, now_s: float, x: float, y: float, other_x: float, *, fits: bool) -> tuple[float, float] | None:
        """Take the wrist's place to the left of the shoulders' middle, and over it, and the other wrist's place.

        fits: whether height and view are right. other_x may be NaN.
        """
        limits, path = self.limits, self._path
        if not fits or (path and not 0.0 <= now_s - path[-1][0] <= _GAP_S):
            path.clear()
        if not fits:
            return None
        path.append((now_s, x, y, other_x))
        while now_s - path[0][0] > limits.within_s:
            path.popleft()
        if now_s < self._rests_until_s or len(path) < 3:
            return None
        at_s, from_x, from_y, other_from_x = max(path, key=lambda point: abs(x - point[1]))
        before_s, before_x = path[-2][:2]
        went = x - from_x
        if abs(went) < limits.travel or abs(y - from_y) > limits.level * abs(went):
            return None
        if abs(other_x - other_from_x) > limits.other * abs(went):
            return None
        # It is complete as soon as it goes on no more, or more slowly than it came.
        if (x - before_x) * went > 0 and abs(x - before_x) / (now_s - before_s) > 0.5 * abs(went) / (now_s - at_s):
            return None
        self._rests_until_s = now_s + limits.rests_s
        path.clear()
        return at_s, went / (now_s - at_s)
