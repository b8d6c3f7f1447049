"""Which size comes next, on plain numbers: people of a stature in a room, seen where a made-up network sees them."""

import math
from collections import deque
from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.delayed import FRAMES_BEHIND
from posekit.posenet.experience import Comparison
from posekit.posenet.figures import Glimpse, Seen
from posekit.posenet.scale import Choice, ScalePolicy

#: Four sizes of half an octave, as input pixels per source pixel, and what they cost.
SCALES = (0.25, 0.25 * math.sqrt(2), 0.5, 0.5 * math.sqrt(2))
COSTS = (1.0, 2.0, 4.0, 8.0)


def quality(statures: NDArray[np.floating]) -> NDArray[np.float64]:
    """Best from 120 to 240 px, nothing at 50 px and 1000 px."""
    known = np.log([50.0, 120.0, 240.0, 1000.0])
    return np.interp(np.log(np.maximum(statures, 1e-3)), known, [0.0, 1.0, 1.0, 0.0])


class Room:
    """A camera, a network and a tracker around a policy, that know of a frame what ``FRAMES_BEHIND`` tells.

    People are id to stature in source pixels; each stands at a place of their own. Who is served by less than
    ``least`` is not seen. ``hidden`` people are seen at the largest size only. ``never`` are poses of nobody: the
    tracker never knows them.
    """

    def __init__(self, *, fps: float = 30.0, alone: bool = False, least: float = 0.3) -> None:
        self.policy = ScalePolicy(SCALES, COSTS, quality, alone=alone)
        self.fps = fps
        self.least = least
        self.choices: list[Choice] = []
        self.times: list[float] = []
        self.found: list[set[int]] = []
        self.hidden: set[int] = set()
        self.never: set[int] = set()
        self._known: deque[tuple[list[Seen], list[Glimpse]]] = deque()
        self._before: set[int] = set()

    def shows(self, size: int, person: int, stature: float) -> bool:
        if person in self.hidden and size < len(SCALES) - 1:
            return False
        return float(quality(np.array(stature * SCALES[size]))) >= self.least

    def frame(self, people: Mapping[int, float], *, timestamp_s: float | None = None) -> Choice:
        time_s = len(self.times) / self.fps if timestamp_s is None else timestamp_s
        seen: list[Seen] = []
        glimpses: list[Glimpse] | None = None
        if len(self._known) >= FRAMES_BEHIND:
            seen, glimpses = self._known.popleft()
        choice = self.policy.choose(time_s, seen, glimpses)
        found = {id for id, tall in people.items() if any(self.shows(size, id, tall) for size in choice.sizes)}
        tracked = (found & self._before if self.times else found) - self.never
        news = [self._glimpse(id, people[id], choice.sizes[0]) for id in sorted(found - tracked)]
        if choice.probe is not None:
            news += [
                self._glimpse(id, tall, choice.probe, choice.sizes[0])
                for id, tall in people.items()
                if id not in found and self.shows(choice.probe, id, tall)
            ]
        self._before = found
        self._known.append(([Seen(id, people[id], 2000.0 * id, 0.0) for id in sorted(tracked)], news))
        self.choices.append(choice)
        self.times.append(time_s)
        self.found.append(tracked)
        return choice

    def run(self, seconds: float, people: Mapping[int, float] | Callable[[float], Mapping[int, float]]) -> None:
        start = len(self.times)
        for number in range(start, start + round(seconds * self.fps)):
            self.frame(people((number - start) / self.fps) if callable(people) else people)

    @property
    def size(self) -> int:
        return self.choices[-1].sizes[0]

    def switches(self, since_s: float = 0.0) -> int:
        sizes = [choice.sizes for choice, time_s in zip(self.choices, self.times, strict=True) if time_s >= since_s]
        return sum(a != b for a, b in pairwise(sizes))

    def cost(self) -> float:
        """What was spent, beside what the chosen sizes cost."""
        looks = [size for choice in self.choices for size in choice.sizes]
        looks += [choice.probe for choice in self.choices if choice.probe is not None]
        return sum(COSTS[size] for size in looks) / sum(COSTS[choice.sizes[0]] for choice in self.choices)

    @staticmethod
    def _glimpse(person: int, stature: float, shown: int, missed: int | None = None) -> Glimpse:
        return Glimpse(stature, 2000.0 * person, 0.0, 0.8, shown, missed)


@pytest.mark.parametrize("fps", [5.0, 30.0, 60.0])
@pytest.mark.parametrize(("stature", "size"), [(700.0, 0), (450.0, 1), (300.0, 2), (200.0, 3), (120.0, 3)])
def test_one_person_gets_the_cheapest_size_that_serves_them_best(fps: float, stature: float, size: int) -> None:
    room = Room(fps=fps)
    room.run(3.0, {1: stature})
    assert room.size == size
    room.run(30.0, {1: stature})
    assert room.size == size
    assert room.switches(since_s=3.0) == 0
    assert all(1 in found for found in room.found[FRAMES_BEHIND + 1 :])


def test_the_first_frame_is_seen_far_and_near_and_that_is_paid_back() -> None:
    room = Room()
    room.run(20.0, {1: 700.0})
    assert room.choices[0] == Choice((3, 0))
    assert {choice.sizes for choice in room.choices[1:FRAMES_BEHIND]} == {(2,)}
    assert {choice.sizes for choice in room.choices[FRAMES_BEHIND:]} == {(0,)}
    # Altogether no more than a tenth above what the size costs on which it settled.
    looks = sum(COSTS[size] for choice in room.choices for size in (*choice.sizes, choice.probe) if size is not None)
    assert looks <= 1.1 * COSTS[0] * len(room.choices) + COSTS[3]


def test_an_empty_room_is_watched_at_the_largest_and_the_smallest_size() -> None:
    room = Room()
    room.run(5.0, {})
    assert {choice.sizes for choice in room.choices[FRAMES_BEHIND:]} == {(3, 0)}
    assert room.cost() <= 1.15
    # Far or near, whoever comes in is seen at once.
    for stature in (120.0, 1500.0):
        room.run(2.0, {})
        start = len(room.found)
        room.run(1.0, {1: stature})
        assert all(1 in found for found in room.found[start + 2 :])
        room.run(5.0, {})


@pytest.mark.parametrize("fps", [5.0, 30.0, 60.0])
def test_noise_and_swaying_do_not_switch(fps: float) -> None:
    random = np.random.default_rng(0)
    # On the verge between two sizes: 120 px at the third, and 240 px at the second.
    for stature in (240.0, 340.0, 480.0, 680.0):
        room = Room(fps=fps)

        def swaying(time_s: float, stature: float = stature) -> Mapping[int, float]:
            return {1: stature * (1.0 + 0.06 * math.sin(2.0 * time_s)) * math.exp(random.normal(0.0, 0.06))}

        room.run(60.0, swaying)
        assert room.switches(since_s=3.0) <= 2


@pytest.mark.parametrize(("fps", "least"), [(5.0, 0.88), (30.0, 0.97), (60.0, 0.98)])
def test_whoever_walks_away_and_back_is_hardly_ever_lost(fps: float, least: float) -> None:
    # From 920 px to 120 px and back, ten seconds each; what is known comes five frames late.
    room = Room(fps=fps)
    room.run(40.0, lambda time_s: {1: 120.0 + 800.0 * (0.5 + 0.5 * math.cos(2 * math.pi * time_s / 20.0))})
    sizes = [choice.sizes[0] for choice in room.choices]
    assert {0, 3} <= set(sizes[FRAMES_BEHIND:])
    assert np.mean([1 in found for found in room.found]) >= least
    assert room.switches() <= 20
    assert room.cost() <= 1.15


def test_a_far_newcomer_beside_somebody_near_is_found() -> None:
    room = Room()
    room.run(20.0, {1: 700.0})
    assert room.size == 0
    start = len(room.found)
    room.run(6.0, {1: 700.0, 2: 130.0})
    waited_s = next(number for number, found in enumerate(room.found[start:]) if 2 in found) / room.fps
    assert waited_s <= 5.0
    room.run(20.0, {1: 700.0, 2: 130.0})
    # Both are served: by a small size for the near one beside a large one.
    assert room.choices[-1].sizes == (3, 0)
    assert all(found == {1, 2} for found in room.found[-600:])
    assert room.cost() <= 1.15


def test_two_people_of_moderate_difference_share_one_size() -> None:
    room = Room()
    room.run(10.0, {1: 240.0, 2: 400.0})
    assert room.choices[-1].sizes == (2,)


def test_the_far_one_leaves_and_the_small_size_is_enough_again() -> None:
    room = Room()
    room.run(30.0, {1: 700.0, 2: 130.0})
    assert room.choices[-1].sizes == (3, 0)
    room.run(10.0, {1: 700.0})
    assert room.choices[-1].sizes == (0,)


@pytest.mark.parametrize("fps", [5.0, 30.0, 60.0])
@pytest.mark.parametrize("seed", range(4))
def test_the_cost_is_bounded_whatever_people_do(fps: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    room = Room(fps=fps)
    for _ in range(25):
        people = {int(id): float(np.exp(random.uniform(4.2, 7.3))) for id in random.choice(6, random.integers(0, 4))}
        room.run(random.uniform(0.3, 6.0), people)
    assert room.cost() <= 1.15


def test_nobody_is_tried_and_then_ignored_for_longer_each_time() -> None:
    room = Room()
    room.never = {9}
    people = {1: 700.0, 9: 100.0}
    room.run(180.0, people)
    # The near person's size is left for the glimpse, and taken again when the tracker does not come to know it.
    spells = [size for size, before in zip(room.choices[1:], room.choices, strict=False) if size.sizes != before.sizes]
    beside = sum(len(choice.sizes) > 1 or choice.sizes[0] > 0 for choice in room.choices[300:])
    assert 1 <= len(spells) <= 16
    assert beside / len(room.choices) <= 0.15
    assert all(1 in found for found in room.found[FRAMES_BEHIND:])


def test_who_is_missed_at_the_chosen_size_but_shown_by_a_larger_is_served_by_that() -> None:
    room = Room()
    room.hidden = {2}
    room.run(4.0, {1: 320.0})
    assert room.size == 2
    room.run(10.0, {1: 320.0, 2: 300.0})
    assert room.size == 3
    lost = sum(2 not in found for found in room.found[-150:])
    assert lost == 0
    # It is remembered: the cheaper size is tried again only after a while, not every few seconds.
    room.run(60.0, {1: 320.0, 2: 300.0})
    assert np.mean([2 in found for found in room.found[-1800:]]) >= 0.85


def test_what_probes_show_to_be_better_is_taken() -> None:
    policy = ScalePolicy(SCALES, COSTS, quality)
    sizes = []
    for number in range(900):
        # At the third size, as good as any by stature; but every probe of the fourth scores a tenth more.
        probe = [Comparison(2, 3, 300.0, 1.1)] if number >= 60 and number % 30 == 0 and policy.size == 2 else []
        policy.choose(number / 30, [Seen(1, 300.0, 0.0, 0.0)], [], probe)
        sizes.append(policy.size)
    assert sizes[59] == 2
    assert sizes[-1] == 3


def test_a_short_absence_changes_nothing() -> None:
    room = Room()
    room.run(10.0, {1: 700.0})
    room.run(0.6, {})
    room.run(5.0, {1: 700.0})
    assert room.switches(since_s=3.0) == 0


def test_who_counts_alone_has_nobody_looked_for_beside_them() -> None:
    room = Room(alone=True)
    room.run(20.0, {1: 700.0})
    assert not any(choice.probe is not None for choice in room.choices)


@pytest.mark.parametrize("jump_s", [-1e4, -3.0, 0.0, 5.0, 1e6])
def test_a_clock_that_jumps_changes_nothing(jump_s: float) -> None:
    room = Room()
    room.run(10.0, {1: 700.0})
    time_s = room.times[-1] + jump_s
    for number in range(300):
        room.frame({1: 700.0}, timestamp_s=time_s + number / 30)
    assert room.size == 0
    # A jump ahead is a long gap at most, after which people are looked for again.
    assert room.switches(since_s=-1e9) <= 4


def test_frames_of_the_same_time_are_harmless() -> None:
    room = Room()
    for _ in range(200):
        room.frame({1: 700.0}, timestamp_s=3.0)
    assert room.size == 0


def test_people_without_a_stature_are_left_out() -> None:
    policy = ScalePolicy(SCALES, COSTS, quality)
    for number in range(60):
        policy.choose(number / 30, [Seen(1, math.nan, 0.0, 0.0)], [Glimpse(math.nan, 0.0, 0.0, 0.9, 0)])
    assert policy.size == 3


def test_a_single_size_is_all_there_is() -> None:
    policy = ScalePolicy([0.5], [1.0], quality)
    choices = {policy.choose(number / 30, [Seen(1, 300.0, 0.0, 0.0)], []) for number in range(60)}
    assert choices == {Choice((0,))}
