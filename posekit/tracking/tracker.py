"""Who is who: gives poses an identity that stays, and steadies them. Everything is in seconds, nothing in frames.

Association follows ByteTrack (Zhang et al., ECCV 2022): confident poses are matched to people first, weak ones may only
continue somebody. A person unseen for up to ``hold_s`` is still present with held, fading keypoints; until
``leave_after_s`` the id and slot are kept and can be revived, without counting; then the person departs.
"""

import math
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from posekit.assignment import assign
from posekit.tracking.people import People
from posekit.tracking.reception import Reception
from posekit.tracking.recognition import continuing
from posekit.tracking.sight import Sight
from posekit.tracking.smoothing import OneEuro, Steadiness
from posekit.types import Departure, FloatArray, Person, Poses

__all__ = ["PoseTracker"]

Indices = NDArray[np.intp]

#: A pose this much like a better one of somebody who is seen now is no newcomer.
_NOBODY_NEW_OKS: Final = 0.5
#: The cost (see ``recognition``) up to which a strong pose continues somebody before weak ones have their turn.
_SURE_COST: Final = 2.0
#: What a match is worth beside its cost; and the handicap of a newcomer, and of who was seen only once, before
#: somebody known.
_WORTH: Final = 5.0
_NEWCOMER_COST: Final = 1.0
#: A newcomer who is not seen again for so long, or in less than this share of the updates, was none.
_NEWCOMER_S: Final = 0.35
_NEWCOMER_SHARE: Final = 0.5
_CONFIRM_S: Final = 0.1


class PoseTracker:
    """A ``protocols.Tracker``.

    smoothing: 0 raw … 1 calm. confirm_s: how long a newcomer must be seen before they count; None takes the usual, 0
    takes everyone at first sight, as in the first frame of all. max_people: slots. single: one person, whose id stays.
    lock: follow only the ``largest`` or the most ``central`` person, until they depart. region: (x, y, width, height)
    as fractions of the picture; who has the middle of the body outside is ignored. predict_s: look so far ahead.
    """

    def __init__(
        self,
        *,
        smoothing: float = 0.5,
        confirm_s: float | None = None,
        max_people: int = 10,
        single: bool = False,
        lock: Literal["largest", "central"] | None = None,
        region: tuple[float, float, float, float] | None = None,
        predict_s: float = 0.0,
        hold_s: float = 0.5,
        leave_after_s: float = 2.0,
    ) -> None:
        self._filter = OneEuro(Steadiness.of(smoothing))
        self._confirm_s = _CONFIRM_S if confirm_s is None else confirm_s
        self._max_people, self._single, self._lock = max_people, single, lock
        self._reception = Reception(max_people=self._slots, lock=lock, hold_s=hold_s)
        self._region = region
        self._predict_s = predict_s
        self._hold_s = hold_s
        self._leave_after_s = leave_after_s
        self._people = People.newcomers(Sight.of(Poses.empty()), np.zeros(0, np.intp), 0.0)
        self._departed: tuple[Departure, ...] = ()
        self._now_s = self._before_s = -math.inf

    @property
    def _slots(self) -> int:
        return 1 if self._single or self._lock else self._max_people

    @property
    def departed(self) -> tuple[Departure, ...]:
        """Those whom the last ``update`` or ``reset`` gave up."""
        return self._departed

    def adjust(
        self,
        *,
        smoothing: float,
        region: tuple[float, float, float, float] | None,
        predict_s: float,
        max_people: int | None = None,
        single: bool | None = None,
    ) -> None:
        """Go on with other settings, and with everyone who is there. max_people, single: None changes nothing."""
        if single is not None:
            self._single = single
        if max_people is not None:
            self._max_people = max_people
        self._reception.max_people = self._slots
        self._filter = OneEuro(Steadiness.of(smoothing))
        self._region = region
        self._predict_s = predict_s

    def reset(self) -> None:
        """Give everyone up."""
        self._departed = _departures(self._people.rows(self._people.id > 0))
        self._people = self._people.rows(np.zeros(len(self._people), bool))
        self._reception.forget()

    def update(self, poses: Poses, timestamp_s: float, *, size: tuple[int, int] | None = None) -> tuple[Person, ...]:
        """Everyone present, ordered by slot. Time that goes back counts as no time passed."""
        beginning = self._now_s == -math.inf
        if timestamp_s < self._now_s:
            self._people.put_back(self._now_s - timestamp_s)
            self._now_s = timestamp_s
        self._before_s, self._now_s = self._now_s, timestamp_s
        sight = Sight.of(poses, colours=self._people.colours.mean.shape[1], region=self._region, size=size)
        self._people.expect_colours(sight.colours.shape[1])
        self._give_up()
        left = self._continue_single(sight) if self._single else self._continue(sight)
        people = self._reception.welcome(self._people, sight, left, timestamp_s)
        # Whoever is there when it all begins has not just come in.
        confirm_s = 0.0 if beginning else self._confirm_s
        self._people = self._reception.identify(people, timestamp_s, confirm_s=confirm_s, size=size)
        return self._present()

    def _give_up(self) -> None:
        people = self._people
        unseen_s = self._now_s - people.seen_s
        passing = (unseen_s > _NEWCOMER_S) & (people.seen_s < self._before_s)
        passing |= people.sightings < _NEWCOMER_SHARE * people.chances
        # Nobody departs whom a newcomer seems to be.
        seeming = _among(people.id, people.guess[~passing])
        gone = np.where(people.id > 0, (unseen_s > self._leave_after_s) & ~seeming, passing)
        self._departed = ()
        if gone.any():
            self._departed = _departures(people.rows(gone & (people.id > 0)))
            self._people = people.rows(~gone)
        self._people.chances += 1

    def _continue(self, sight: Sight) -> Indices:
        """Give poses to those whom they continue, first the strong ones; those that are left and may be newcomers."""
        strong = sight.strong.copy()
        known = self._people.id > 0
        # However slow the network is: whoever was seen last time is still there.
        recent = (self._now_s - self._people.seen_s <= self._hold_s) | (self._people.seen_s >= self._before_s)
        rows = np.flatnonzero(recent | ~known)
        if not len(rows) or not len(strong):
            return np.flatnonzero(strong)
        people = self._people if len(rows) == len(known) else self._people.rows(rows)
        cost = continuing(people, sight, self._now_s, interval_s=self._now_s - self._before_s)
        newcomer = ~known[rows][:, None]
        handicap = np.where(newcomer | (people.sightings == 1)[:, None], _NEWCOMER_COST, 0.0)
        gain = np.maximum(_WORTH - cost - handicap, 0.0)
        sure, poses = assign(np.where(strong & (cost < _SURE_COST), gain, 0.0))
        gain[sure], gain[:, poses] = 0.0, 0.0
        gain[newcomer & ~strong] = 0.0
        others, more_poses = assign(gain)
        taken, poses = np.concatenate([sure, others]), np.concatenate([poses, more_poses])
        self._see(rows[taken], sight, poses, doubtful=np.isfinite(cost[:, poses]).sum(axis=0) > 1)
        # A pose much like a better one of somebody known shows them once more: poses come best first.
        strong[poses] = False
        if strong.any():
            strong &= ~np.tril(sight.alike > _NOBODY_NEW_OKS, -1)[:, poses[known[rows[taken]]]].any(axis=1)
        return np.flatnonzero(strong)

    def _continue_single(self, sight: Sight) -> Indices:
        """There is one person, whose pose is the likeliest one, wherever it is; else the best is a newcomer."""
        if not len(self._people) or not len(sight.poses):
            return np.arange(len(sight.poses))[:1]
        cost = continuing(self._people, sight, self._now_s)
        if np.isinf(cost[0]).all():
            self._people.unsettle(np.array([0]))
        self._see(np.array([0]), sight, cost[:1].argmin(axis=1), doubtful=np.zeros(1, bool))
        return np.zeros(0, np.intp)

    def _see(self, rows: Indices, sight: Sight, poses: Indices, *, doubtful: NDArray[np.bool_]) -> None:
        """Give people their poses, one each."""
        everyone = np.array_equal(rows, np.arange(len(self._people)))
        people = self._people if everyone else self._people.rows(rows)
        seen = people.seen(sight, poses, self._now_s, doubtful=doubtful, smooth=self._filter)
        if len(rows) == len(self._people):
            self._people = seen
        elif len(rows):
            self._people.put(rows, seen)

    def _present(self) -> tuple[Person, ...]:
        """Everyone who was seen not too long ago; newcomers, too, who seem to be somebody."""
        people = self._people
        known_as = np.where(people.guess > 0, people.guess, people.id)
        shown = (known_as > 0) & (self._now_s - people.seen_s <= self._hold_s)
        shown &= (people.guess > 0) | ~_among(people.id, people.guess)
        row_of = {id: row for row, id in enumerate(people.id.tolist())}
        whose = [(row, row_of[id]) for row, id in enumerate(known_as.tolist()) if shown[row]]
        scores = people.trail.shown_score(people.keypoint_scores, people.seen_s[:, None])
        whose.sort(key=lambda pair: people.slot[pair[1]])
        return tuple(self._person(row, known_row, scores[row]) for row, known_row in whose)

    def _person(self, row: int, known_row: int, keypoint_scores: FloatArray) -> Person:
        """The person in one row, known as the one in another."""
        people = self._people
        unseen_s = self._now_s - float(people.seen_s[row])
        fade = np.float32(1.0 - unseen_s / self._hold_s if unseen_s > 0 else 1.0)
        velocity = people.trail.velocity[row] * fade
        return Person(
            id=int(people.id[known_row]),
            slot=int(people.slot[known_row]),
            age_s=self._now_s - float(people.entered_s[known_row]),
            xy=people.trail.xy[row] + velocity * np.float32(self._predict_s),
            keypoint_scores=keypoint_scores * fade,
            velocity=velocity,
            score=float(people.score[row] * fade),
            visible=unseen_s <= 0,
            measured=people.trail.measured[row].copy() if unseen_s <= 0 else None,
        )


def _among(ids: NDArray[np.int64], guesses: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(N,): who is guessed to be somebody new; several times faster than ``np.isin`` of few."""
    result: NDArray[np.bool_] = (ids[:, None] == guesses).any(axis=1)
    return result


def _departures(people: People) -> tuple[Departure, ...]:
    return tuple(
        Departure(id=id, slot=slot, entered_s=entered_s, last_seen_s=seen_s)
        for id, slot, entered_s, seen_s in zip(
            people.id.tolist(), people.slot.tolist(), people.entered_s.tolist(), people.seen_s.tolist(), strict=True
        )
    )
