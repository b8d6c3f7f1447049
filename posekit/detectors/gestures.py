"""``gesture`` events: poses that are held, and waving, clapping and swiping.

A held pose is judged over a short time and part by part: of two arms that the network sees by turns, each tells its
share. How well a frame's keypoints are seen is how much it tells.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from posekit.detectors.gesture_table import POSES, ClapLimits, HeldPose, SwipeLimits, WaveLimits
from posekit.detectors.hand_motions import Clap, Swipe, Wave
from posekit.detectors.rows import Rows
from posekit.detectors.signals import LEAST_SCORE, Reading, Signals, distance, height, outside
from posekit.events import Event, make
from posekit.types import FloatArray, FrameResult, Person

__all__ = ["GestureLimits", "Gestures"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GestureLimits:
    """How gestures are judged.

    leave, leave_s: a pose is over when less than this part of what it takes is left for so long. hold_s: between two
    ``hold`` events. gap_s: of somebody unseen for longer, every gesture is over. least_share: of what is seen of a
    part, below which it never fits.
    """

    leave: float = 0.6
    leave_s: float = 0.2
    hold_s: float = 1.0
    gap_s: float = 1.0
    least_share: float = 0.15
    wave: WaveLimits = field(default_factory=WaveLimits)
    clap: ClapLimits = field(default_factory=ClapLimits)
    swipe: SwipeLimits = field(default_factory=SwipeLimits)


#: A pose that is not seen for less than this is seen without interruption.
_FLICKER_S: Final = 0.3
#: A pose has begun when it has been kept for this part of its window.
_KEPT: Final = 0.3
#: Before so much of its window has been seen, a pose is not judged.
_FILLED: Final = 0.75
#: How much a frame tells that does not show what may be unseen.
_PARTLY: Final = np.float32(0.2)
#: So many frames are remembered: a second at 60 a second.
_REMEMBERED: Final = 64

#: What hands are followed by.
_SIDES: Final = ("left", "right")
_HANDS: Final = {
    side: {
        "x": outside(f"{side}Wrist", f"{side}Shoulder"),
        "up": height(f"{side}Wrist", f"{side}Shoulder"),
        "forearm": height(f"{side}Wrist", f"{side}Elbow"),
        "beside": outside(f"{side}Wrist", f"{side}Elbow"),
        "across": outside(f"{side}Wrist", "shoulders"),
    }
    for side in _SIDES
}
_APART: Final = distance("leftWrist", "rightWrist")
_LEVEL: Final = height("leftWrist", "rightWrist")
_UNCROSSED: Final = outside("leftWrist", "rightWrist")
_WIDTH: Final = outside("leftShoulder", "rightShoulder")


@dataclass(slots=True)
class _Lasting:
    """A gesture that goes on: when it began, when it was last told, when it was last seen, its value then."""

    began_s: float
    told_s: float
    seen_s: float
    value: float


@dataclass(slots=True)
class _Body:
    """What is known of somebody's hands, and the gestures that go on."""

    id: int
    slot: int
    waves: dict[str, Wave]
    clap: Clap
    swipes: dict[str, Swipe]
    lasting: dict[tuple[str, str], _Lasting] = field(default_factory=dict)


class Gestures:
    """``gesture`` for everyone. poses: those that are held. signals: shared with other detectors."""

    def __init__(
        self,
        poses: Sequence[HeldPose] = POSES,
        *,
        limits: GestureLimits | None = None,
        signals: Signals | None = None,
    ) -> None:
        self._poses = tuple(poses)
        self._limits = limits or GestureLimits()
        parts = [(number, part) for number, pose in enumerate(poses) for part in pose.parts]
        options = [(row, limits) for row, (_, part) in enumerate(parts) for limits in (part.limits, part.otherwise)]
        limited = [(number, limit) for number, (_, limits) in enumerate(options) for limit in limits]
        self._signals = signals or Signals()
        column = self._signals.column
        self._column = np.array([column(limit.signal) for _, limit in limited], np.intp)
        self._low = np.array([limit.low for _, limit in limited], np.float32)
        self._high = np.array([limit.high for _, limit in limited], np.float32)
        self._soft = np.array([limit.soft for _, limit in limited], np.float32)
        may_hide = [(row, limit) for row, (_, limit) in enumerate(limited) if limit.unseen is not None]
        self._may_hide = np.array([row for row, _ in may_hide], np.intp)
        self._unseen = np.array([limit.unseen for _, limit in may_hide], np.float32)
        trusted = [max(limit.trusted - LEAST_SCORE, 1e-3) for _, limit in may_hide]
        self._trusted = np.array(trusted, np.float32)
        self._options = _starts([number for number, _ in limited])
        self._parts = _starts([options[limited[start][0]][0] for start in self._options.tolist()])
        self._poses_at = _starts([number for number, _ in parts])
        self._first = self._column[self._options][self._parts]
        window_s = np.array([poses[number].window_s for number, _ in parts], np.float32)
        self._windows_s, self._window_of = np.unique(window_s, return_inverse=True)
        self._filled_s = _FILLED * window_s
        self._own_sums = (
            3 * len(parts) * self._window_of + np.arange(len(parts)) + len(parts) * np.arange(3)[:, None]
        ).reshape(-1)
        self._share = np.array([poses[number].share for number, _ in parts], np.float32)
        of_hands = [
            *(signal for hand in _HANDS.values() for signal in hand.values()),
            _APART,
            _UNCROSSED,
            _LEVEL,
            _WIDTH,
        ]
        self._of_hands = np.array([column(signal) for signal in of_hands], np.intp)
        place = {signal: number for number, signal in enumerate(of_hands)}
        self._hand = {side: {name: place[signal] for name, signal in hand.items()} for side, hand in _HANDS.items()}
        self._apart, self._uncrossed, self._level, self._width = (
            place[signal] for signal in (_APART, _UNCROSSED, _LEVEL, _WIDTH)
        )
        names = [*((pose.gesture, pose.side) for pose in poses), *(("wave", side) for side in _SIDES)]
        self._no_gesture = {_channel(*name): 0.0 for name in names}
        self._rows = Rows(_fields(len(parts), len(self._poses)))
        self._bodies: dict[int, _Body] = {}

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events that became certain with this frame."""
        events: list[Event] = []
        now_s = result.timestamp_s
        reading = self._signals.read(result)
        for departure in result.departed:
            self._rows.forget(departure.id)
            body = self._bodies.pop(departure.id, None)
            if body is not None:
                events += [self._over(body, key, body.lasting[key].seen_s, result.source) for key in list(body.lasting)]
        if len(reading.people):
            known = self._rows.of(reading.people)
            levels = self._judged(known, now_s, *self._fit(reading)).tolist()
            since_s = known["since_s"].tolist()
            values = reading.values[:, self._of_hands].tolist()
            sure = reading.sure[:, self._of_hands].tolist()
            for row, (person, noise) in enumerate(zip(reading.people, reading.noise.tolist(), strict=True)):
                body = self._body(person)
                events += self._held(body, now_s, levels[row], since_s[row], result.source)
                events += self._moved(body, now_s, values[row], sure[row], noise, result.source)
        for body in self._bodies.values():
            gap_s = -1.0 if result.last else self._limits.gap_s
            for key in [key for key, one in body.lasting.items() if now_s - one.seen_s > gap_s]:
                events.append(self._over(body, key, body.lasting[key].seen_s, result.source))
        return events

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        """Per slot: 1 while a gesture lasts, else 0."""
        states = {}
        for person in result.people:
            body = self._bodies.get(person.id)
            if body is not None:
                channels = self._no_gesture.copy()
                for name, side in body.lasting:
                    channels[_channel(name, side)] = 1.0
                states[person.slot] = channels
        return states

    def _fit(self, reading: Reading) -> tuple[FloatArray, FloatArray, FloatArray]:
        """(N, P) each: how well every part fits, 0…1, how much that tells, and how well it is seen."""
        values, scores = reading.values.take(self._column, axis=1), reading.sure.take(self._column, axis=1)
        seen = scores >= LEAST_SCORE
        fit = 1.0 - np.maximum(self._low - values, values - self._high) / self._soft
        fit = np.minimum(np.maximum(fit, 0.0), 1.0)
        # What need not be seen counts for the more the better it is; the rest is NaN where it is not.
        trust = np.minimum((scores.take(self._may_hide, axis=1) - LEAST_SCORE) / self._trusted, 1.0)
        found = self._unseen + trust * (fit.take(self._may_hide, axis=1) - self._unseen)
        fit[:, self._may_hide] = np.where(trust > 0.0, found, self._unseen)
        # Of the limits of an option the least, of the options of a part the best; unknown only where all are.
        fit = np.minimum.reduceat(fit, self._options, axis=1)
        fit = np.fmax.reduceat(fit, self._parts, axis=1)
        unknown = np.isnan(fit)
        sure = np.where(unknown, np.float32(0.0), reading.sure.take(self._first, axis=1))
        # A frame that shows all of it tells more.
        whole = np.minimum.reduceat(np.where(seen, np.float32(1.0), _PARTLY), self._options, axis=1)
        whole = np.maximum.reduceat(whole, self._parts, axis=1)
        return np.where(unknown, np.float32(0.0), fit), sure**2 * whole, sure

    def _body(self, person: Person) -> _Body:
        body = self._bodies.get(person.id)
        if body is None:
            limits = self._limits
            body = self._bodies[person.id] = _Body(
                id=person.id,
                slot=person.slot,
                waves={side: Wave(limits.wave) for side in _SIDES},
                clap=Clap(limits.clap),
                swipes={side: Swipe(limits.swipe) for side in _SIDES},
            )
        return body

    def _judged(
        self, known: Mapping[str, NDArray[Any]], now_s: float, fits: FloatArray, tells: FloatArray, sure: FloatArray
    ) -> FloatArray:
        """(N, poses): for everyone and every pose how much of what it takes is there; 1 is enough."""
        everyone, parts = np.arange(len(fits)), fits.shape[1]
        elapsed_s, at_s, newest = now_s - known["seen_s"], known["at_s"], known["newest"]
        known["seen_s"][:] = now_s
        lost = ~((elapsed_s > 0.0) & (elapsed_s <= self._limits.gap_s))
        if lost.any():
            at_s[lost] = known["fitted_s"][lost] = -math.inf
            known["begun_s"][lost] = now_s
        newest += 1
        newest %= _REMEMBERED
        at_s[everyone, newest] = now_s
        told_now = np.concatenate((fits * tells, tells, sure), axis=1)
        known["window"][everyone, newest] = told_now
        # Sums over each length of window, of which every part takes its own: there are few lengths.
        within = (at_s[:, None] > now_s - self._windows_s[:, None]).astype(np.float32)
        sums = (within @ known["window"]).reshape(len(fits), -1).take(self._own_sums, axis=1)
        fitted, told, seen = sums[:, :parts], sums[:, parts : 2 * parts], sums[:, 2 * parts :]
        count = within.sum(axis=2).take(self._window_of, axis=1)
        needed = np.maximum(self._share * seen / count, self._limits.least_share)
        level = fitted / np.maximum(told, 0.02 * count) / needed
        level *= now_s - known["begun_s"][:, None] >= self._filled_s
        fits_now = np.minimum.reduceat(np.where(tells > 0, fits, 1.0), self._poses_at, axis=1) >= 0.5
        begins = fits_now & (now_s - known["fitted_s"] > _FLICKER_S)
        known["since_s"][begins] = now_s
        known["fitted_s"][fits_now] = now_s
        levels: FloatArray = np.minimum.reduceat(level, self._poses_at, axis=1)
        return levels

    def _held(
        self, body: _Body, now_s: float, levels: list[float], since_s: list[float], source: str
    ) -> Iterator[Event]:
        if not body.lasting and max(levels) < 1.0:
            return
        for pose, level, seen_s in zip(self._poses, levels, since_s, strict=True):
            key = (pose.gesture, pose.side)
            going_on = key in body.lasting
            if level >= (self._limits.leave if going_on else 1.0):
                began_s = max(seen_s, now_s - pose.window_s) + _KEPT * pose.window_s
                yield from self._goes_on(body, key, min(began_s, now_s), now_s, 0.0, source)
            elif going_on and now_s - body.lasting[key].seen_s > self._limits.leave_s:
                yield self._over(body, key, body.lasting[key].seen_s, source)

    def _moved(
        self, body: _Body, now_s: float, values: list[float], sure: list[float], noise: float, source: str
    ) -> Iterator[Event]:
        limits = self._limits
        across = {"left": values[self._hand["left"]["across"]], "right": -values[self._hand["right"]["across"]]}
        for side, other in (_SIDES, _SIDES[::-1]):
            hand = self._hand[side]
            x, up, forearm = values[hand["x"]], values[hand["up"]], values[hand["forearm"]]
            if x != x or up != up or forearm != forearm or sure[hand["x"]] < limits.wave.sure:
                continue
            raised = up >= limits.wave.low and forearm >= 0.2 and x >= -limits.wave.inside
            tempo_hz = body.waves[side].update(now_s, x, up, values[hand["beside"]], raised=raised, noise=noise)
            if tempo_hz:
                yield from self._goes_on(body, ("wave", side), body.waves[side].began_s, now_s, tempo_hz, source)
            elif ("wave", side) in body.lasting:
                yield self._over(body, ("wave", side), now_s, source)
            fits = limits.swipe.low <= up <= limits.swipe.high and values[self._width] >= limits.swipe.frontal
            fits = fits and sure[hand["x"]] >= limits.swipe.sure
            swiped = body.swipes[side].update(now_s, across[side], up, across[other], fits=fits)
            if swiped is not None and not any(name == "wave" for name, _ in body.lasting):
                at_s, speed = swiped
                name = "swipe_left" if speed > 0 else "swipe_right"
                yield self._told(body, (name, side), "start", at_s, abs(speed), 0.0, source)
        apart, uncrossed = values[self._apart], values[self._uncrossed]
        if apart == apart:
            clap = limits.clap
            ups, forearms = ([values[hand[name]] for hand in self._hand.values()] for name in ("up", "forearm"))
            before_body = (
                sure[self._apart] >= clap.sure
                and abs(values[self._level]) <= clap.level
                and clap.low <= min(ups)
                and max(ups) <= clap.high
                and min(forearms) >= clap.forearm
                and abs(values[self._width]) >= clap.frontal
            )
            clapped_s = body.clap.update(now_s, apart, uncrossed, before_body=before_body)
            if clapped_s is not None:
                yield self._told(body, ("clap", ""), "start", clapped_s, 0.0, 0.0, source)

    def _goes_on(
        self, body: _Body, key: tuple[str, str], began_s: float, now_s: float, value: float, source: str
    ) -> Iterator[Event]:
        one = body.lasting.get(key)
        if one is None:
            body.lasting[key] = _Lasting(began_s, now_s, now_s, value)
            yield self._told(body, key, "start", began_s, value, 0.0, source)
            return
        one.seen_s, one.value = now_s, value
        if now_s - one.told_s >= self._limits.hold_s:
            one.told_s = now_s
            yield self._told(body, key, "hold", now_s, value, now_s - one.began_s, source)

    def _over(self, body: _Body, key: tuple[str, str], at_s: float, source: str) -> Event:
        one = body.lasting.pop(key)
        return self._told(body, key, "end", at_s, one.value, max(at_s - one.began_s, 0.0), source)

    def _told(
        self, body: _Body, key: tuple[str, str], phase: str, at_s: float, value: float, held_s: float, source: str
    ) -> Event:
        name, side = key
        return make("gesture", at_s, source, body, name=name, phase=phase, side=side, value=value, held_s=held_s)


def _fields(parts: int, poses: int) -> dict[str, tuple[tuple[int, ...], DTypeLike]]:
    """What is remembered of held poses.

    begun_s: since when they are seen without a gap. at_s: (K,) times of the last frames, at newest the last one's;
    window: (K, 3·P) what they told of every part: how well it fits by how much that tells, how much it tells, how well
    it is seen. since_s, fitted_s: per pose, since when it has been seen without interruption, and when last.
    """
    return {
        "seen_s": ((), np.float64),
        "begun_s": ((), np.float64),
        "at_s": ((_REMEMBERED,), np.float64),
        "newest": ((), np.intp),
        "window": ((_REMEMBERED, 3 * parts), np.float32),
        "since_s": ((poses,), np.float64),
        "fitted_s": ((poses,), np.float64),
    }


def _channel(name: str, side: str) -> str:
    """The name of a gesture's state channel."""
    return f"{name}_{side}" if side in _SIDES else name


def _starts(groups: list[int]) -> NDArray[np.intp]:
    """Where each group of equal numbers begins."""
    return np.flatnonzero(np.diff([-1, *groups])).astype(np.intp)
