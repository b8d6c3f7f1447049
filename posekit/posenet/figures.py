"""Who is in the picture, as far as the choice of input sizes goes: how tall, and which sizes miss them.

People whom the tracker knows are remembered over short absences. A pose that is nobody's is a glimpse: it counts until
the tracker knows the person, or until a size that would show them has shown that there is nobody.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Figures", "Glimpse", "Quality", "Seen"]

#: People whom the tracker no longer sees are allowed for so long: the next frame may show them again.
_KEPT_S: Final = 1.0
#: Statures are averaged over so long.
_AVERAGED_S: Final = 0.7

#: A pose of at least this score that is nobody's is a glimpse; weaker ones count while nobody is known at all.
_STRONG_SCORE: Final = 0.45
#: One that only a smaller size than the chosen one shows must score so much.
_CLEAR_SCORE: Final = 0.55
#: What a glimpse counts beside a person.
_GLIMPSE_WEIGHT: Final = 0.7
#: It is forgotten when not had again for so long ...
_GLIMPSE_S: Final = 1.2
#: ... and was nobody, if a size that would serve such a person, nearly as well as any does, has not made the tracker
#: know them after so long.
_TRIED_S: Final = 1.5
_SERVED: Final = 0.9
#: Then it is ignored, twice as long each time.
_IGNORED_S: Final = 15.0
_IGNORED_MOST_S: Final = 240.0
#: Within this of each other, in statures, and of about the same stature, two are the same person.
_SAME_PLACE: Final = 0.4
_SAME_STATURE: Final = 1.8

#: Who is served better than this is shown by a size if they are there.
_SHOWN: Final = 0.8
#: Who is shown in less than this share of the time, averaged over so long, is missed by the chosen size. A single
#: absence, behind somebody else perhaps, counts for no more than so long.
_LEAST_SHOWN: Final = 0.75
_COUNTED_S: Final = 1.5
_ONE_MISS_S: Final = 0.3
#: A size that missed somebody whom a probe showed is worth so much less to them, for so long.
_MISSED: Final = 0.3
_MISSED_S: Final = 20.0

#: How well people of these statures, in pixels of the network's input, are served, 0…1.
Quality = Callable[[NDArray[np.floating]], NDArray[np.float64]]


class Seen(NamedTuple):
    """A tracked person in this frame: stature and place in source pixels."""

    id: int
    stature_px: float
    x_px: float
    y_px: float


class Glimpse(NamedTuple):
    """A pose that may be nobody's: stature and place in source pixels, score 0…1.

    shown, missed: the size that showed it and, if it was a probe, the chosen one, which did not.
    """

    stature_px: float
    x_px: float
    y_px: float
    score: float
    shown: int
    missed: int | None = None


@dataclass(slots=True)
class _Figure:
    """Somebody as remembered: stature and place in source pixels.

    missed_s: until when each size counts as one that misses them.
    """

    stature_px: float
    x_px: float
    y_px: float
    seen_s: float
    missed_s: dict[int, float] = field(default_factory=dict)

    def is_like(self, other: "Seen | Glimpse | _Figure") -> bool:
        """Whether the other may be the same, by place and stature."""
        small, large = sorted((self.stature_px, other.stature_px))
        near = math.hypot(self.x_px - other.x_px, self.y_px - other.y_px) < _SAME_PLACE * large
        return near and large < _SAME_STATURE * small

    def was_missed(self, sizes: range, now_s: float) -> None:
        """Take note that these sizes do not show them."""
        self.missed_s.update(dict.fromkeys(sizes, now_s + _MISSED_S))


@dataclass(slots=True)
class _Known(_Figure):
    """A tracked person. sightings: how many. shown: in which share of the time the chosen size showed them."""

    sightings: int = 1
    shown: float = 1.0


@dataclass(slots=True)
class _Glimpsed(_Figure):
    """A glimpse. served_s: how long a size has been in use that would serve such a person."""

    served_s: float = 0.0


@dataclass(slots=True, kw_only=True)
class _Nobody(_Figure):
    """What turned out to be nobody; it is ignored for so long."""

    ignored_s: float


class Figures:
    """Remembers who is there. scales: network input pixels per source pixel of each size, ascending."""

    def __init__(self, scales: Sequence[float], quality: Quality) -> None:
        self._scales = np.array(scales)
        self._quality = quality
        self._now_s = 0.0
        self._known: dict[int, _Known] = {}
        self._glimpsed: list[_Glimpsed] = []
        self._nobodies: list[_Nobody] = []

    def __len__(self) -> int:
        return len(self._known) + len(self._glimpsed)

    @property
    def any_known(self) -> bool:
        """Whether the tracker knows anyone."""
        return bool(self._known)

    def update(
        self, elapsed_s: float, sizes: Sequence[int], people: Sequence[Seen], glimpses: Sequence[Glimpse]
    ) -> None:
        """Take in what became known. sizes: those in use, the chosen one first."""
        self._now_s += elapsed_s
        for person in people:
            self._remember(person, elapsed_s, sizes[0])
        self._known = {id: known for id, known in self._known.items() if self._now_s - known.seen_s <= _KEPT_S}
        self._judge(elapsed_s, sizes)
        for glimpse in glimpses:
            if math.isfinite(glimpse.stature_px) and not self._is_doubtful(glimpse):
                self._notice(glimpse)
        self._forget()

    def qualities(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(sizes, people): how well each size serves each; and (people,) what each counts."""
        figures = [*self._known.values(), *self._glimpsed]
        weights = np.full(len(figures), _GLIMPSE_WEIGHT)
        weights[: len(self._known)] = 1.0
        return self._served(figures), weights

    def lasting_qualities(self, leeway: float) -> NDArray[np.float64]:
        """(sizes, people): the least of it if they come nearer or go farther by that factor."""
        figures = [*self._known.values(), *self._glimpsed]
        return np.minimum(self._served(figures, leeway), self._served(figures, 1.0 / leeway))

    def _served(self, figures: Sequence[_Figure], nearer: float = 1.0) -> NDArray[np.float64]:
        statures = [figure.stature_px * nearer for figure in figures]
        qualities = self._quality(np.outer(self._scales, statures))
        for column, figure in enumerate(figures):
            for size, until_s in figure.missed_s.items():
                if self._now_s < until_s:
                    qualities[size, column] *= _MISSED
        return qualities

    def _remember(self, person: Seen, elapsed_s: float, size: int) -> None:
        now_s, known = self._now_s, self._known.get(person.id)
        if known is None:
            if math.isfinite(person.stature_px):
                known = self._known[person.id] = _Known(person.stature_px, person.x_px, person.y_px, now_s)
                for glimpse in self._glimpsed:
                    if glimpse.is_like(known):
                        known.missed_s |= glimpse.missed_s
                        glimpse.seen_s = -math.inf
            return
        if math.isfinite(person.stature_px):
            # The first few count alike, so that one bad look at the start does not last.
            step = max(1.0 - math.exp((known.seen_s - now_s) / _AVERAGED_S), 1.0 / (known.sightings + 1))
            known.stature_px *= (person.stature_px / known.stature_px) ** step
            known.sightings += 1
        self._count_misses(known, elapsed_s, size)
        known.x_px, known.y_px, known.seen_s = person.x_px, person.y_px, now_s

    def _count_misses(self, known: _Known, elapsed_s: float, size: int) -> None:
        """Take note that the chosen size misses somebody now and then: who comes back has not been away."""
        since_s = min(self._now_s - known.seen_s, elapsed_s + _ONE_MISS_S)
        if since_s <= 0.0:
            return
        known.shown += (elapsed_s / since_s - known.shown) * (1.0 - math.exp(-since_s / _COUNTED_S))
        if known.shown < _LEAST_SHOWN:
            known.shown = 1.0
            smaller, here = self._quality(self._scales[[max(size - 1, 0), size]] * known.stature_px)
            known.was_missed(self._no_better(size, smaller <= here), self._now_s)

    def _judge(self, elapsed_s: float, sizes: Sequence[int]) -> None:
        """Find out which glimpses are nobody."""
        if not self._glimpsed:
            return
        qualities = self._served(self._glimpsed)
        served = qualities[list(sizes)].max(axis=0) >= _SERVED * qualities.max(axis=0)
        for glimpse, is_served in zip(self._glimpsed, served.tolist(), strict=True):
            if is_served:
                glimpse.served_s += elapsed_s
            if glimpse.served_s >= _TRIED_S:
                self._ignore(glimpse)

    def _ignore(self, glimpse: _Glimpsed) -> None:
        ignored_s = _IGNORED_S
        for nobody in self._nobodies:
            if nobody.is_like(glimpse):
                ignored_s = min(2.0 * nobody.ignored_s, _IGNORED_MOST_S)
                self._nobodies.remove(nobody)
                break
        place = (glimpse.stature_px, glimpse.x_px, glimpse.y_px)
        self._nobodies.append(_Nobody(*place, self._now_s, ignored_s=ignored_s))

    def _is_doubtful(self, glimpse: Glimpse) -> bool:
        """Whether it is too weak to be taken for somebody, or was taken for somebody in vain."""
        now_s = self._now_s
        if any(nobody.seen_s + nobody.ignored_s > now_s and nobody.is_like(glimpse) for nobody in self._nobodies):
            return True
        if glimpse.missed is not None and glimpse.shown < glimpse.missed:
            # A small size makes one large figure of several people, and one's limbs of another's: who is really there
            # is clear at that size, and too near for the chosen one.
            served = float(self._quality(self._scales[glimpse.missed] * np.array(glimpse.stature_px)))
            return served > _SHOWN or glimpse.score < _CLEAR_SCORE
        return self.any_known and glimpse.score < _STRONG_SCORE

    def _notice(self, glimpse: Glimpse) -> None:
        now_s = self._now_s
        # Who was tracked in that very frame was seen at the chosen size, and is not who was seen elsewhere only.
        absent = [known for known in self._known.values() if glimpse.missed is None or known.seen_s < now_s]
        figure: _Figure | None = next((known for known in absent if known.is_like(glimpse)), None)
        if figure is None:
            figure = next((other for other in self._glimpsed if other.is_like(glimpse)), None)
            if figure is None:
                figure = _Glimpsed(glimpse.stature_px, glimpse.x_px, glimpse.y_px, now_s)
                self._glimpsed.append(figure)
            figure.stature_px = math.sqrt(figure.stature_px * glimpse.stature_px)
            figure.x_px, figure.y_px, figure.seen_s = glimpse.x_px, glimpse.y_px, now_s
        if glimpse.missed is not None:
            figure.was_missed(self._no_better(glimpse.missed, glimpse.shown > glimpse.missed), now_s)

    def _no_better(self, size: int, larger_are_better: bool) -> range:
        """That size and those beyond it."""
        return range(size + 1) if larger_are_better else range(size, len(self._scales))

    def _forget(self) -> None:
        now_s = self._now_s
        self._glimpsed = [
            glimpse
            for glimpse in self._glimpsed
            if now_s - glimpse.seen_s <= _GLIMPSE_S and glimpse.served_s < _TRIED_S
        ]
        self._nobodies = [nobody for nobody in self._nobodies if now_s < nobody.seen_s + 2 * nobody.ignored_s]
