"""Which input sizes the network gets next, from how large people are in them. Numbers in, numbers out.

How well PoseNet does depends on a person's stature in pixels of its input more than on anything else (``sight``). The
policy takes the size at which those who are there (``figures``) are served best by all that is known (``experience``),
the cheapest of several that are as good. Where people stand so far apart in depth that no size serves all, a much
smaller one is run beside the large one, which costs an eighth more. Other sizes are tried in turn on frames that are
seen at the chosen size as well, out of a budget that is a share of the network's time.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posekit.posenet.experience import Comparison, Experience
from posekit.posenet.figures import Figures, Glimpse, Quality, Seen

__all__ = ["Choice", "ScalePolicy"]

#: The share of the network's time that tries other sizes.
_SHARE: Final = 0.08
#: A size that costs at most this share of another may run beside it.
_BESIDE: Final = 0.14
#: What a second size must be worth, in people, to run beside the first.
_BESIDE_WORTH: Final = 0.2

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

#: No more time than this passes between two frames: the clock of a source may jump.
_LONGEST_STEP_S: Final = 2.0


class Choice(NamedTuple):
    """What the next frame is seen at: indices of sizes. ``probe`` is tried beside ``sizes`` and only looked at."""

    sizes: tuple[int, ...]
    probe: int | None = None


class ScalePolicy:
    """Chooses sizes for the frames of one source, whose pictures are all of one size.

    scales: network input pixels per source pixel of each size, ascending. costs: network time of each, in any unit.
    quality: what the network sees. alone: only one person counts, so nobody is looked for beside them.
    """

    def __init__(
        self, scales: Sequence[float], costs: Sequence[float], quality: Quality, *, alone: bool = False
    ) -> None:
        self._costs = list(costs)
        self._alone = alone
        self._figures = Figures(scales, quality)
        self._experience = Experience(scales, quality)
        count = len(costs)
        pairs = [pair[::-1] for pair in combinations(range(count), 2) if costs[pair[0]] <= _BESIDE * costs[pair[1]]]
        self._options: list[tuple[int, ...]] = [*((index,) for index in range(count)), *pairs]
        self._first = [option[0] for option in self._options]
        self._last = [option[-1] for option in self._options]
        self._prices = np.array([sum(costs[index] for index in option) for option in self._options])
        self._worths = np.array([_BESIDE_WORTH * (len(option) - 1) for option in self._options])
        # The largest size shows people at most distances, a small one beside it those close by.
        self._search = int(self._prices.argmax())
        self._option = max(count - 2, 0)
        self._searching = True
        self._informed = False
        self._frames = 0
        self._spent = 0.0
        self._budget = 0.0
        self._probed = -1
        self._timestamp_s: float | None = None
        self._now_s = 0.0
        self._switched_s = 0.0
        self._found_since_s: float | None = None
        self._better_since_s: float | None = None
        self._cheaper_since_s: float | None = None

    @property
    def size(self) -> int:
        """The size that was chosen, the larger one of two."""
        return self._first[self._option]

    def choose(
        self,
        timestamp_s: float,
        people: Sequence[Seen] = (),
        glimpses: Sequence[Glimpse] | None = None,
        comparisons: Sequence[Comparison] = (),
    ) -> Choice:
        """The sizes for a frame.

        people: who was tracked and seen in the newest frame of which anything is known yet. glimpses, comparisons: what
        came to be known since the last call; glimpses are None as long as nothing is known of any frame.
        """
        elapsed_s = self._advance(timestamp_s)
        if glimpses is None:
            return self._first_look()
        self._figures.update(elapsed_s, self._options[self._option], people, glimpses)
        self._experience.update(elapsed_s, comparisons)
        self._switch()
        sizes = self._options[self._option]
        # One beside it is paid from the same purse; it may cost a little more than the purse is filled with.
        earned = _SHARE * self._costs[sizes[0]] - sum(self._costs[index] for index in sizes[1:])
        self._budget = min(self._budget + max(earned, 0.0), max(self._costs))
        return Choice(sizes, self._next_probe(sizes))

    def _first_look(self) -> Choice:
        """Far and near at once, and the largest size but one until it is known what that showed."""
        sizes = self._options[self._option if self._frames else self._search]
        self._frames += 1
        self._spent += sum(self._costs[index] for index in sizes)
        return Choice(sizes)

    def _advance(self, timestamp_s: float) -> float:
        """Let the time pass that lies between two frames, as far as that can be; how much it was."""
        before_s = timestamp_s if self._timestamp_s is None else self._timestamp_s
        elapsed_s = min(max(timestamp_s - before_s, 0.0), _LONGEST_STEP_S)
        self._timestamp_s = timestamp_s
        self._now_s += elapsed_s
        return elapsed_s

    def _switch(self) -> None:
        """Take another size if it is time to."""
        if not len(self._figures):
            self._searching, self._found_since_s = True, None
            self._take(self._search)
            return
        qualities, weights = self._figures.qualities()
        experience = self._experience.factors[:, None]
        qualities *= experience
        everyone = float(weights.sum())
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
        lasting = self._values(np.minimum(qualities, self._figures.lasting_qualities(_LEEWAY) * experience), weights)
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
        worth: NDArray[np.float64] = np.maximum(qualities[self._first], qualities[self._last]) @ weights - self._worths
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
            self._budget = self._frames * self._costs[self._first[option]] - self._spent
        if option == self._option:
            return
        self._option = option
        self._switched_s = self._now_s
        self._better_since_s = self._cheaper_since_s = None

    def _next_probe(self, sizes: tuple[int, ...]) -> int | None:
        """The size whose turn it is, if it can be afforded."""
        if self._alone and self._figures.any_known:
            return None
        count = len(self._costs)
        ring = (index % count for index in range(self._probed + 1, self._probed + 1 + count))
        index = next((index for index in ring if index not in sizes), None)
        if index is None or self._budget < self._costs[index]:
            return None
        self._budget -= self._costs[index]
        self._probed = index
        return index
