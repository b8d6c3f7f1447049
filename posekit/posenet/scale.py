"""Which input sizes the network gets next, from how large people are in them. Numbers in, numbers out.

How well PoseNet does depends on a person's stature in pixels of its input more than on anything else (``sight``). The
policy remembers the statures of those who are tracked and takes the size at which they are served best, the cheapest of
several that are as good. Where people stand so far apart in depth that no size serves all, a much smaller one is run
beside the large one, which costs an eighth more at most. Other sizes are tried in turn on frames that are seen at the
chosen size as well, out of a budget that is a share of the network's time; who is seen only there is a glimpse, and
counts like a person until the tracker knows them or it has shown that there is nobody.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Choice", "Glimpse", "Quality", "ScalePolicy", "Seen"]

#: The share of the network's time that tries other sizes.
_SHARE: Final = 0.1
#: A size that costs at most this share of another may run beside it.
_BESIDE: Final = 0.14
#: What a second size must be worth, in people, to run beside the first.
_BESIDE_WORTH: Final = 0.2

#: People whom the tracker no longer sees are allowed for so long: the next frame may show them again.
_KEPT_S: Final = 1.0
#: Statures are averaged over so long.
_AVERAGED_S: Final = 0.7
#: How much nearer or farther people may come before another size turns out to have been the wrong one.
_LEEWAY: Final = 1.1

#: Sizes as good as the best, per person: the cheapest of them is taken.
_AS_GOOD: Final = 0.015
#: Another size must be so much better, per person, and for so long; when less than half of what could be seen is seen,
#: not so long.
_BETTER: Final = 0.03
_PATIENCE_S: Final = 0.4
_URGENT_S: Final = 0.1
#: A cheaper one that is as good must have been so for longer.
_CALM_S: Final = 3.0
#: A size is kept for so long.
_DWELL_S: Final = 1.0

#: A pose of at least this score that is nobody's is a glimpse; weaker ones count while nobody is there at all.
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

#: No more time than this passes between two frames: the clock of a source may jump.
_LONGEST_STEP_S: Final = 2.0


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


class Choice(NamedTuple):
    """What the next frame is seen at: indices of sizes. ``probe`` is tried beside ``sizes`` and only looked at."""

    sizes: tuple[int, ...]
    probe: int | None = None


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

    def was_missed(self, sizes: range, until_s: float) -> None:
        """Take note that these sizes do not show them."""
        self.missed_s.update(dict.fromkeys(sizes, until_s))


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


class ScalePolicy:
    """Chooses sizes for the frames of one source, whose pictures are all of one size.

    scales: network input pixels per source pixel of each size, ascending. costs: network time of each, in any unit.
    quality: what the network sees. alone: only one person counts, so nobody is looked for beside them.
    """

    def __init__(
        self, scales: Sequence[float], costs: Sequence[float], quality: Quality, *, alone: bool = False
    ) -> None:
        self._scales = np.array(scales)
        self._costs = list(costs)
        self._quality = quality
        self._alone = alone
        count = len(costs)
        pairs = [pair[::-1] for pair in combinations(range(count), 2) if costs[pair[0]] <= _BESIDE * costs[pair[1]]]
        self._options: list[tuple[int, ...]] = [*((index,) for index in range(count)), *pairs]
        self._prices = np.array([sum(costs[index] for index in option) for option in self._options])
        self._worths = np.array([_BESIDE_WORTH * (len(option) - 1) for option in self._options])
        # The largest size shows people at most distances, a small one beside it those close by.
        self._search = max(range(len(self._options)), key=lambda index: self._prices[index])
        self._option = max(count - 2, 0)
        self._frames = 0
        self._spent = 0.0
        self._informed = False
        self._searching = True
        self._found_since_s: float | None = None
        self._budget = 0.0
        self._probed = -1
        self._known: dict[int, _Known] = {}
        self._glimpsed: list[_Glimpsed] = []
        self._nobodies: list[_Nobody] = []
        self._timestamp_s: float | None = None
        self._now_s = 0.0
        self._switched_s = 0.0
        self._better_since_s: float | None = None
        self._cheaper_since_s: float | None = None

    @property
    def size(self) -> int:
        """The size that was chosen, the larger one of two."""
        return self._options[self._option][0]

    def choose(
        self, timestamp_s: float, people: Sequence[Seen] = (), glimpses: Sequence[Glimpse] | None = None
    ) -> Choice:
        """The sizes for a frame.

        people: who was tracked and seen in the newest frame of which anything is known yet. glimpses: poses that came
        to be known since the last call; None as long as nothing is known of any frame.
        """
        elapsed_s = self._advance(timestamp_s)
        if glimpses is None:
            return self._first_look()
        self._remember(people, elapsed_s)
        self._notice(glimpses, elapsed_s)
        self._switch()
        sizes = self._options[self._option]
        # One beside it is paid from the same purse; it may cost a little more than the purse is filled with.
        earned = _SHARE * self._costs[sizes[0]] - sum(self._costs[index] for index in sizes[1:])
        self._budget = min(self._budget + max(earned, 0.0), max(self._costs))
        return self._counted(Choice(sizes, self._next_probe(sizes)))

    def _first_look(self) -> Choice:
        """Far and near at once, and the largest size but one until it is known what that showed."""
        return self._counted(Choice(self._options[self._option if self._frames else self._search]))

    def _counted(self, choice: Choice) -> Choice:
        if not self._informed:
            self._frames += 1
            self._spent += sum(self._costs[index] for index in choice.sizes)
        return choice

    def _advance(self, timestamp_s: float) -> float:
        """Let the time pass that lies between two frames, as far as that can be; how much it was."""
        before_s = timestamp_s if self._timestamp_s is None else self._timestamp_s
        elapsed_s = min(max(timestamp_s - before_s, 0.0), _LONGEST_STEP_S)
        self._timestamp_s = timestamp_s
        self._now_s += elapsed_s
        return elapsed_s

    def _remember(self, people: Sequence[Seen], elapsed_s: float) -> None:
        now_s = self._now_s
        for person in people:
            known = self._known.get(person.id)
            if known is None:
                if math.isfinite(person.stature_px):
                    known = self._known[person.id] = _Known(person.stature_px, person.x_px, person.y_px, now_s)
                    for glimpse in self._glimpsed:
                        if glimpse.is_like(known):
                            known.missed_s |= glimpse.missed_s
                continue
            if math.isfinite(person.stature_px):
                # The first few count alike, so that one bad look at the start does not last.
                step = max(1.0 - math.exp((known.seen_s - now_s) / _AVERAGED_S), 1.0 / (known.sightings + 1))
                known.stature_px *= (person.stature_px / known.stature_px) ** step
                known.sightings += 1
            self._count_misses(known, elapsed_s)
            known.x_px, known.y_px, known.seen_s = person.x_px, person.y_px, now_s
        self._known = {id: known for id, known in self._known.items() if now_s - known.seen_s <= _KEPT_S}

    def _count_misses(self, known: _Known, elapsed_s: float) -> None:
        """Take note that the chosen size misses somebody now and then: who comes back has not been away."""
        since_s = min(self._now_s - known.seen_s, elapsed_s + _ONE_MISS_S)
        if since_s <= 0.0:
            return
        known.shown += (elapsed_s / since_s - known.shown) * (1.0 - math.exp(-since_s / _COUNTED_S))
        if known.shown < _LEAST_SHOWN:
            known.shown = 1.0
            size = self.size
            smaller, here = self._quality(self._scales[[max(size - 1, 0), size]] * known.stature_px)
            known.was_missed(self._no_better(size, smaller <= here), self._now_s + _MISSED_S)

    def _no_better(self, size: int, larger_are_better: bool) -> range:
        """That size and those beyond it."""
        return range(size + 1) if larger_are_better else range(size, len(self._costs))

    def _notice(self, glimpses: Sequence[Glimpse], elapsed_s: float) -> None:
        now_s = self._now_s
        qualities = self._qualities(self._glimpsed)
        served = qualities[list(self._options[self._option])].max(axis=0) >= _SERVED * qualities.max(axis=0)
        for glimpse, is_served in zip(self._glimpsed, served.tolist(), strict=True):
            if is_served:
                glimpse.served_s += elapsed_s
            if glimpse.served_s >= _TRIED_S:
                self._ignore(glimpse)
        everyone = self._known.values()
        for seen in glimpses:
            if not math.isfinite(seen.stature_px) or self._is_doubtful(seen):
                continue
            if any(nobody.seen_s + nobody.ignored_s > now_s and nobody.is_like(seen) for nobody in self._nobodies):
                continue
            # Who was tracked in that very frame was seen at the chosen size, and is not who was seen elsewhere only.
            absent = [known for known in everyone if seen.missed is None or known.seen_s < now_s]
            figure: _Figure | None = next((known for known in absent if known.is_like(seen)), None)
            if figure is None:
                figure = next((glimpse for glimpse in self._glimpsed if glimpse.is_like(seen)), None)
                if figure is None:
                    figure = _Glimpsed(seen.stature_px, seen.x_px, seen.y_px, now_s)
                    self._glimpsed.append(figure)
                figure.stature_px = math.sqrt(figure.stature_px * seen.stature_px)
                figure.x_px, figure.y_px, figure.seen_s = seen.x_px, seen.y_px, now_s
            if seen.missed is not None:
                figure.was_missed(self._no_better(seen.missed, seen.shown > seen.missed), now_s + _MISSED_S)
        self._glimpsed = [
            glimpse
            for glimpse in self._glimpsed
            if now_s - glimpse.seen_s <= _GLIMPSE_S
            and glimpse.served_s < _TRIED_S
            and not any(known.sightings == 1 and known.is_like(glimpse) for known in everyone)
        ]
        self._nobodies = [nobody for nobody in self._nobodies if now_s < nobody.seen_s + 2 * nobody.ignored_s]

    def _is_doubtful(self, glimpse: Glimpse) -> bool:
        """Whether it is too weak to be taken for somebody."""
        if glimpse.missed is not None and glimpse.shown < glimpse.missed:
            # A small size makes one large figure of several people, and one's limbs of another's: who is really there
            # is clear at that size, and too near for the chosen one.
            served = float(self._quality(self._scales[glimpse.missed] * np.array(glimpse.stature_px)))
            return served > _SHOWN or glimpse.score < _CLEAR_SCORE
        return bool(self._known) and glimpse.score < _STRONG_SCORE

    def _ignore(self, glimpse: _Glimpsed) -> None:
        ignored_s = _IGNORED_S
        for nobody in self._nobodies:
            if nobody.is_like(glimpse):
                ignored_s = min(2.0 * nobody.ignored_s, _IGNORED_MOST_S)
                self._nobodies.remove(nobody)
                break
        place = (glimpse.stature_px, glimpse.x_px, glimpse.y_px)
        self._nobodies.append(_Nobody(*place, self._now_s, ignored_s=ignored_s))

    def _qualities(self, figures: Sequence[_Figure], leeway: float = 1.0) -> NDArray[np.float64]:
        """(sizes, people): how well each size serves each, if they came nearer by that factor."""
        statures = [figure.stature_px * leeway for figure in figures]
        qualities = self._quality(np.outer(self._scales, statures))
        for column, figure in enumerate(figures):
            for size, until_s in figure.missed_s.items():
                if self._now_s < until_s:
                    qualities[size, column] *= _MISSED
        return qualities

    def _switch(self) -> None:
        """Take another size if it is time to."""
        figures: list[_Figure] = [*self._known.values(), *self._glimpsed]
        if not figures:
            self._searching, self._found_since_s = True, None
            self._take(self._search)
            return
        weights = np.full(len(figures), _GLIMPSE_WEIGHT)
        weights[: len(self._known)] = 1.0
        everyone = float(weights.sum())
        qualities = self._qualities(figures)
        values = self._values(qualities, weights)
        best = float(values.max())
        if self._searching:
            # Who comes in is at first seen in part, and looks smaller or larger than they are.
            if self._found_since_s is None:
                self._found_since_s = self._now_s
            if self._now_s - self._found_since_s >= _PATIENCE_S or not self._informed:
                self._searching = False
                self._take(self._cheapest(values >= best - _AS_GOOD * everyone))
            return
        nearer, farther = self._qualities(figures, _LEEWAY), self._qualities(figures, 1.0 / _LEEWAY)
        lasting = self._values(np.minimum(qualities, np.minimum(nearer, farther)), weights)
        now = float(values[self._option])
        better = lasting > now + _BETTER * everyone
        as_good = (lasting >= now) & (values >= best - _AS_GOOD * everyone)
        cheaper = as_good & (self._prices < self._prices[self._option])
        self._better_since_s = self._since(self._better_since_s, better)
        self._cheaper_since_s = self._since(self._cheaper_since_s, cheaper)
        urgent = now < 0.5 * best
        dwelt = self._now_s - self._switched_s >= _DWELL_S
        if self._lasted(self._better_since_s, _URGENT_S if urgent else _PATIENCE_S) and (dwelt or urgent):
            self._take(self._cheapest(better & (lasting >= lasting[better].max() - _AS_GOOD * everyone)))
        elif self._lasted(self._cheaper_since_s, _CALM_S) and dwelt:
            self._take(self._cheapest(cheaper))

    def _values(self, qualities: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each option is worth, in people, from the qualities (sizes, people)."""
        served = np.stack([qualities[list(option)].max(axis=0) for option in self._options])
        worth: NDArray[np.float64] = served @ weights - self._worths
        return worth

    def _cheapest(self, allowed: NDArray[np.bool_]) -> int:
        return int(np.where(allowed, self._prices, np.inf).argmin())

    def _since(self, since_s: float | None, holds: NDArray[np.bool_]) -> float | None:
        if not holds.any():
            return None
        return self._now_s if since_s is None else since_s

    def _lasted(self, since_s: float | None, wanted_s: float) -> bool:
        return since_s is not None and self._now_s - since_s >= wanted_s

    def _take(self, option: int) -> None:
        if not self._informed:
            # What it cost to find out is paid back before anything else is tried.
            self._informed = True
            self._budget = self._frames * self._costs[self._options[option][0]] - self._spent
        if option == self._option:
            return
        self._option = option
        self._switched_s = self._now_s
        self._better_since_s = self._cheaper_since_s = None

    def _next_probe(self, sizes: tuple[int, ...]) -> int | None:
        """The size whose turn it is, if it can be afforded."""
        if self._alone and self._known:
            return None
        count = len(self._costs)
        ring = (index % count for index in range(self._probed + 1, self._probed + 1 + count))
        index = next((index for index in ring if index not in sizes), None)
        if index is None or self._budget < self._costs[index]:
            return None
        self._budget -= self._costs[index]
        self._probed = index
        return index
