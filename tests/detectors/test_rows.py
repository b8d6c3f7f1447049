"""Everyone's rows go with them, in whatever order people come."""

import math
from collections.abc import Iterable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from posekit.detectors.rows import Rows
from posekit.types import Person


def person(id: int) -> Person:
    still = np.zeros((17, 2), np.float32)
    scores = np.ones(17, np.float32)
    return Person(id=id, slot=1, age_s=0.0, xy=still, keypoint_scores=scores, velocity=still, score=1.0, visible=True)


def people(ids: Iterable[int]) -> list[Person]:
    return [person(id) for id in ids]


def test_somebody_new_was_never_seen() -> None:
    rows = Rows({"seen_s": ((), np.float64), "xy": ((2,), np.float32)}).of(people([7]))
    assert rows["seen_s"].tolist() == [-math.inf]
    assert rows["xy"].tolist() == [[0.0, 0.0]]


def test_who_was_forgotten_begins_anew_and_the_others_stay() -> None:
    rows = Rows({"seen_s": ((), np.float64)})
    rows.of(people([1, 2, 3]))["seen_s"][:] = [1.0, 2.0, 3.0]
    rows.forget(2)
    rows.forget(9)
    assert rows.of(people([3, 2, 1]))["seen_s"].tolist() == [3.0, -math.inf, 1.0]


@given(st.lists(st.lists(st.integers(1, 6), unique=True), max_size=12))
def test_what_was_written_of_somebody_is_read_again_in_any_order(frames: list[list[int]]) -> None:
    rows = Rows({"seen_s": ((), np.float64), "count": ((), np.int64)})
    seen: dict[int, int] = {}
    for ids in frames:
        known = rows.of(people(ids))
        assert known["count"].tolist() == [seen.get(id, 0) for id in ids]
        known["count"] += 1
        for id in ids:
            seen[id] = seen.get(id, 0) + 1
