"""What detectors remember of everyone, as arrays with a row for each person, so that all are computed at once."""

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
        self.arrays: dict[str, NDArray[Any]] = {
            name: np.zeros((0, *shape), kind) for name, (shape, kind) in fields.items()
        }
        self._rows: dict[int, int] = {}
        self._free: list[int] = []

    def of(self, people: Sequence[Person]) -> NDArray[np.intp]:
        """(N,) everyone's row."""
        rows = [self._rows.get(person.id, -1) for person in people]
        for place, row in enumerate(rows):
            if row < 0:
                rows[place] = self._rows[people[place].id] = self._new()
        return np.array(rows, np.intp)

    def _new(self) -> int:
        if not self._free:
            size = len(self.arrays["seen_s"])
            for name, array in self.arrays.items():
                self.arrays[name] = np.concatenate([array, np.zeros((8, *array.shape[1:]), array.dtype)])
            self._free = list(range(size, size + 8))[::-1]
        row = self._free.pop()
        for array in self.arrays.values():
            array[row] = 0
        self.arrays["seen_s"][row] = -math.inf
        return row

    def forget(self, person_id: int) -> None:
        """Drop a person."""
        row = self._rows.pop(person_id, None)
        if row is not None:
            self._free.append(row)

    def put(self, rows: NDArray[np.intp], **fields: NDArray[Any] | float) -> None:
        """Remember these fields of these rows."""
        for name, values in fields.items():
            self.arrays[name][rows] = values
