"""Who gets whom: the pairs of rows and columns with the largest total gain.

An exact solver of its own, so that posekit needs no SciPy (140 MB on disk, 50 MB of memory, long to import).
Source: the Hungarian algorithm by shortest augmenting paths (Jonker and Volgenant, Computing 38, 1987).
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["assign"]

Indices = NDArray[np.intp]


def assign(gain: NDArray[np.floating], *, least: float = 0.0) -> tuple[Indices, Indices]:
    """Pairs (row, column) of an (M, N) matrix with the largest total gain, rows ascending.

    Only gains above 0 that are at least ``least`` pair.
    """
    best = np.where(gain >= least, np.maximum(gain, 0.0), 0.0)
    rows = np.flatnonzero(best.any(axis=1))
    if not len(rows):
        return rows, rows
    columns = best[rows].argmax(axis=1)
    # Mostly nobody wants the same, and then everyone has the best there is.
    if len(np.unique(columns)) < len(columns):
        rows, columns = _contested(best)
    return rows, columns


def _contested(gain: NDArray[np.floating]) -> tuple[Indices, Indices]:
    if gain.shape[0] > gain.shape[1]:
        columns, rows = _contested(gain.T)
        order = rows.argsort()
        return rows[order], columns[order]
    row_of = _shortest_paths(-gain.astype(np.float64))
    columns = np.flatnonzero(row_of >= 0)
    rows = row_of[columns]
    order = rows.argsort()
    rows, columns = rows[order], columns[order]
    paired = gain[rows, columns] > 0
    return rows[paired], columns[paired]


def _shortest_paths(cost: NDArray[np.float64]) -> Indices:
    """For each column its row, or -1, at the least total cost, with every row in a pair. (M, N) cost, M <= N."""
    count, width = cost.shape
    row_price, column_price = np.zeros(count), np.zeros(width)
    row_of = np.full(width, -1, np.intp)
    for start in range(count):
        # Grow a tree of shortest paths from this row until it reaches a column that is free.
        slack, before = np.full(width, np.inf), np.full(width, -1, np.intp)
        reached = np.zeros(width, bool)
        row, column = start, -1
        while True:
            fresh = cost[row] - row_price[row] - column_price
            closer = ~reached & (fresh < slack)
            slack[closer], before[closer] = fresh[closer], column
            following = int(np.where(reached, np.inf, slack).argmin())
            step = slack[following]
            row_price[start] += step
            row_price[row_of[reached]] += step
            column_price[reached] -= step
            slack[~reached] -= step
            reached[following] = True
            column = following
            if row_of[column] < 0:
                break
            row = int(row_of[column])
        while column >= 0:
            row_of[column] = row_of[before[column]] if before[column] >= 0 else start
            column = int(before[column])
    return row_of
