"""What detectors remember of everyone, as arrays with a row for each person, so that all are computed at once.

The rows are kept in the order in which people come, which is nearly always that of the frame before: then everybody's
rows are the first ones, and are read and written without being gathered one by one.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from posekit.types import Person

__all__ = ["Rows"]


class Rows:
    """Arrays of (R, *shape), by the fields' shapes and types; one field is ``seen_s``, and -inf of somebody new."""

    def __init__(self, fields: Mapping[str, tuple[tuple[int, ...], DTypeLike]]) -> None:
        self._fields = dict(fields)
        self._ids: list[int] = []
        self._arrays: dict[str, NDArray[Any]] = {
            name: np.zeros((0, *shape), kind) for name, (shape, kind) in fields.items()
        }
        self._front: dict[str, NDArray[Any]] = {}
        self._count = -1

    def of(self, people: Sequence[Person]) -> Mapping[str, NDArray[Any]]:
        """(N, *shape) of each field, everyone's rows in this order; what is written there is remembered."""
        ids = [person.id for person in people]
        if ids != self._ids[: len(ids)]:
            self._arrange(ids)
        if self._count != len(ids):
            self._count = len(ids)
            self._front = {name: array[: len(ids)] for name, array in self._arrays.items()}
        return self._front

    def forget(self, person_id: int) -> None:
        """Drop a person."""
        if person_id in self._ids:
            self._arrange([id for id in self._ids if id != person_id], dropped=person_id)

    def _arrange(self, first: list[int], dropped: int | None = None) -> None:
        """Put these people first, some of whom may be new, and everyone else after them."""
        ids = [*first, *(id for id in self._ids if id not in first and id != dropped)]
        row_of = {id: row for row, id in enumerate(self._ids)}
        to = np.array([row for row, id in enumerate(ids) if id in row_of], np.intp)
        since = np.array([row_of[id] for id in ids if id in row_of], np.intp)
        for name, (shape, kind) in self._fields.items():
            fresh = np.zeros((len(ids), *shape), kind)
            if name == "seen_s":
                fresh.fill(-math.inf)
            fresh[to] = self._arrays[name][since]
            self._arrays[name] = fresh
        self._ids, self._count = ids, -1
