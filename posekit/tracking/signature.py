"""What people look like: a few numbers each, such as the colours of their clothes, and how much these vary."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.tracking.table import Table
from posekit.types import FloatArray

__all__ = ["Signatures", "unlikeness"]

#: How much a component varies among people; for somebody who was seen only once; and at least.
_AMONG_PEOPLE: Final = 0.12
_FIRST_SPREAD: Final = 0.06
_LEAST_SPREAD: Final = 0.02
#: Looks are taken in at this pace, but so many at least are averaged; an odd one, such as a hand before the shirt,
#: counts for no more than so many deviations.
_LEARNING_S: Final = 1.0
_AVERAGED: Final = 30
_ODDEST: Final = 3.0
#: One component tells so much at most.
_MOST_LIKE: Final = 1.0
_MOST_UNLIKE: Final = 3.0


@dataclass(slots=True, eq=False)
class Signatures(Table):
    """Of N people: mean and variance (N, D) of each component, NaN where it was never seen; (N,) how many looks they
    are made of, and whether these were clear ones. Other looks are taken in only until there is a clear one.
    """

    mean: FloatArray
    variance: FloatArray
    looks: NDArray[np.float64]
    clear: NDArray[np.bool_]

    @classmethod
    def first(cls, looks: FloatArray, clear: NDArray[np.bool_]) -> "Signatures":
        """From one look (N, D) at each."""
        return cls(
            mean=looks.copy(),
            variance=np.full_like(looks, _FIRST_SPREAD**2),
            looks=np.ones(len(looks)),
            clear=clear.copy(),
        )

    def learned(self, looks: FloatArray, elapsed_s: NDArray[np.float64], clear: NDArray[np.bool_]) -> "Signatures":
        """With one more look (N, D) at each, ``elapsed_s`` (N,) after the one before."""
        taken = clear | ~self.clear
        count = np.where(clear & ~self.clear, 0.0, self.looks) + taken
        slow = np.minimum(-np.expm1(-elapsed_s / _LEARNING_S), 1.0 / _AVERAGED)
        share = np.where(taken, np.maximum(slow, 1.0 / np.maximum(count, 1.0)), 0.0).astype(np.float32)[:, None]
        slow = np.where(taken, slow, 0.0).astype(np.float32)[:, None]
        known, seen = np.isfinite(self.mean), np.isfinite(looks)
        most = np.float32(_ODDEST) * np.sqrt(self.variance)
        off = np.minimum(np.maximum(np.where(known & seen, looks - self.mean, 0.0), -most), most)
        return Signatures(
            mean=np.where(known, self.mean + share * off, looks),
            variance=self.variance + np.where(known & seen, slow * (off**2 - self.variance), 0.0),
            looks=count,
            clear=self.clear | clear,
        )


def unlikeness(people: Signatures, looks: FloatArray) -> FloatArray:
    """(M, N): how unlikely it is that each of M people looks like each of N looks (N, D); 0 where nothing is known.

    A difference of logarithms of probability to that of just anybody's looking so: negative for those who match.
    """
    variance = np.maximum(people.variance, _LEAST_SPREAD**2)[:, None]
    unlike = (np.log(variance / _AMONG_PEOPLE**2) + (looks - people.mean[:, None]) ** 2 / variance - 1.0) / 2
    each = np.where(np.isfinite(unlike), np.minimum(np.maximum(unlike, -_MOST_LIKE), _MOST_UNLIKE), 0.0)
    result: FloatArray = each.sum(axis=-1).astype(np.float32)
    return result
