"""Structs of arrays whose rows belong together: one row per person, one array per property."""

from typing import Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Table"]


class Table:
    """A dataclass with slots, whose fields are arrays of N rows each, or tables of N rows."""

    __slots__: tuple[str, ...] = ()

    def rows(self, which: NDArray[np.intp] | NDArray[np.bool_]) -> Self:
        """Only these rows, as a copy."""
        return type(self)(**{name: _rows(column, which) for name, column in self._columns()})

    def with_rows(self, others: Self) -> Self:
        """With the rows of another table after one's own."""
        mine, theirs = dict(self._columns()), dict(others._columns())
        return type(self)(**{name: _joined(mine[name], theirs[name]) for name in mine})

    def put(self, which: NDArray[np.intp], others: Self) -> None:
        """Overwrite these rows with all rows of another table."""
        for name, column in self._columns():
            new = getattr(others, name)
            if isinstance(column, Table):
                column.put(which, new)
            else:
                column[which] = new

    def _columns(self) -> list[tuple[str, "Table | NDArray[np.generic]"]]:
        return [(name, getattr(self, name)) for name in self.__slots__]


def _rows(
    column: "Table | NDArray[np.generic]", which: NDArray[np.intp] | NDArray[np.bool_]
) -> "Table | NDArray[np.generic]":
    return column.rows(which) if isinstance(column, Table) else column[which]


def _joined(column: object, other: object) -> object:
    if isinstance(column, Table) and isinstance(other, Table):
        return column.with_rows(other)
    return np.concatenate([column, other])
