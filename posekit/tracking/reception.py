"""Who newcomers are: somebody who was lost from sight, a new person, or nobody at all. Ids and slots are given here."""

import math
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from posekit.assignment import assign
from posekit.tracking.people import People
from posekit.tracking.recognition import NEVER, returning
from posekit.tracking.sight import Sight, middles

__all__ = ["Reception"]

Indices = NDArray[np.intp]

#: Costs (see ``recognition``) up to which a newcomer seems to be somebody who was lost, if the next best is worse by so
#: much; and up to which they are taken for them when confirmed.
_GUESS_COST: Final = 3.5
_CLEARLY: Final = 1.0
_REVIVE_COST: Final = 7.0
#: A newcomer must be seen so often, for any time at all to confirm.
_LEAST_SIGHTINGS: Final = 2
#: Times that differ by less are the same.
_MOMENT_S: Final = 1e-6


class Reception:
    """Gives newcomers, who have negative ids, the ids and slots of people.

    max_people: slots. lock: who comes first of those who are ready at the same time, the ``largest`` or the most
    ``central``; else from left to right. hold_s: who was unseen for no longer is still present and not yet lost.
    """

    def __init__(self, *, max_people: int, lock: Literal["largest", "central"] | None, hold_s: float) -> None:
        self.max_people = max_people
        self._lock = lock
        self._hold_s = hold_s
        self._last_id = 0
        self._last_newcomer = 0
        self.forget()

    def forget(self) -> None:
        """Forget where people were and who met: the next picture may be another camera's."""
        #: Newcomers and people who were seen at the same time, and so are not the same.
        self._met: set[tuple[int, int]] = set()
        #: The least and largest x and y where the middle of a body ever was.
        self._reach_px = np.array([[np.inf, np.inf], [-np.inf, -np.inf]])

    def welcome(self, people: People, sight: Sight, indices: Indices, now_s: float) -> People:
        """People, and those who are seen for the first time in these poses."""
        if not len(sight.poses):
            return people
        self._reach_px[0] = np.minimum(self._reach_px[0], sight.middle.min(axis=0))
        self._reach_px[1] = np.maximum(self._reach_px[1], sight.middle.max(axis=0))
        if not len(indices):
            return people
        newcomers = People.newcomers(sight, indices, now_s)
        newcomers.id -= self._last_newcomer + 1 + np.arange(len(newcomers))
        self._last_newcomer += len(newcomers)
        return people.with_rows(newcomers)

    def identify(self, people: People, now_s: float, *, confirm_s: float, size: tuple[int, int] | None) -> People:
        """People after everything that this frame tells of newcomers.

        confirm_s: how long they must have been seen; 0 takes everyone at first sight. size: of the picture.
        """
        newcomers = np.flatnonzero(people.id < 0)
        if not len(newcomers):
            self._met.clear()
            return people
        self._meet(people, now_s)
        self._guess(people, newcomers[people.seen_s[newcomers] == now_s], now_s)
        return self._confirm(people, now_s, confirm_s=confirm_s, size=size)

    def _meet(self, people: People, now_s: float) -> None:
        seen = people.id[people.seen_s == now_s].tolist()
        newcomers = set(people.id[people.id < 0].tolist())
        self._met = {pair for pair in self._met if pair[0] in newcomers}
        self._met |= {(new, id) for new in seen if new < 0 for id in seen if id > 0}

    def _returning(self, people: People, newcomers: Indices, now_s: float) -> tuple[Indices, NDArray[np.float64]]:
        """Rows of those who are not seen now, and what it costs to take each newcomer for each of them."""
        lost = np.flatnonzero((people.id > 0) & (people.seen_s < now_s))
        if not len(lost) or not len(newcomers):
            return lost, np.full((len(lost), len(newcomers)), NEVER)
        cost = returning(people.rows(lost), people.rows(newcomers), now_s, self._reach_px)
        met = [[(new, id) in self._met for new in people.id[newcomers].tolist()] for id in people.id[lost].tolist()]
        return lost, np.where(met, NEVER, cost)

    def _guess(self, people: People, newcomers: Indices, now_s: float) -> None:
        """Show a newcomer as somebody who was lost, at once, where there is hardly a doubt."""
        newcomers = newcomers[people.guess[newcomers] == 0]
        lost, cost = self._returning(people, newcomers, now_s)
        if not cost.size:
            return
        for column in cost.min(axis=0).argsort().tolist():
            first, second = np.sort(np.append(cost[:, column], NEVER))[:2]
            best = lost[cost[:, column].argmin()]
            free = now_s - people.seen_s[best] > self._hold_s and people.id[best] not in people.guess
            if free and first < _GUESS_COST and first + _CLEARLY < second:
                people.guess[newcomers[column]] = people.id[best]

    def _confirm(self, people: People, now_s: float, *, confirm_s: float, size: tuple[int, int] | None) -> People:
        """Make somebody of newcomers who have been seen for long enough: who was lost, or else a new person."""
        often = (people.sightings >= _LEAST_SIGHTINGS) | (confirm_s <= 0)
        newcomers = np.flatnonzero((people.id < 0) & (people.seen_s == now_s) & often)
        ready = newcomers[now_s - people.entered_s[newcomers] >= confirm_s - _MOMENT_S]
        if not len(ready):
            return people
        lost, cost = self._returning(people, newcomers, now_s)
        rows, columns = assign(np.maximum(_REVIVE_COST - cost, 0.0))
        known = dict(zip(newcomers[columns].tolist(), lost[rows].tolist(), strict=True))
        for row in sorted(ready.tolist(), key=lambda row: self._rank(people, row, size)):
            if row in known:
                people.take_over(row, known[row])
                continue
            slot = next((slot for slot in range(1, self.max_people + 1) if slot not in people.slot), 0)
            if slot:
                self._last_id += 1
                people.id[row], people.slot[row], people.guess[row] = self._last_id, slot, 0
            else:
                # Whoever waits for a slot has not come in yet.
                people.entered_s[row] = now_s - confirm_s
        return people.rows(~np.isin(np.arange(len(people)), [known[row] for row in ready.tolist() if row in known]))

    def _rank(self, people: People, row: int, size: tuple[int, int] | None) -> float:
        """Who comes first: those on the left, unless the largest or most central person is wanted."""
        x, y = middles(people.pose[[row]])[0].tolist()
        if self._lock == "largest":
            return -float(people.size_px[row])
        if self._lock == "central" and size is not None:
            return math.hypot(x - size[0] / 2, y - size[1] / 2)
        return float(x)
