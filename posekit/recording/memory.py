"""What writer and reader of a recording both remember of each person, so that only differences need to be written."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from posekit.pipeline import known_measures
from posekit.recording.lines import UNKNOWN
from posekit.types import FrameResult

__all__ = ["UNKNOWN", "Channels", "Integers", "Known", "Memory", "following", "nearest", "steps", "values"]

Integers = NDArray[np.int64]
Channels = dict[str, int | float | None]

_LARGEST = 2**31 - 1


@dataclass(slots=True)
class Known:
    """A person as of the frame before, in the steps of the format.

    xy, velocity: (34,). scores: (17,). look: (D,), empty before the first.
    """

    xy: Integers
    velocity: Integers
    scores: Integers
    look: Integers
    age: int = 0
    slot: int = 0


@dataclass(slots=True)
class Memory:
    """Everyone by id, and by slot the state channels that do not follow from the measures."""

    people: dict[int, Known] = field(default_factory=dict)
    states: dict[int, Channels] = field(default_factory=dict)

    def of(self, person_id: int) -> Known:
        """What is known of that person: zeros of a new one."""
        known = self.people.get(person_id)
        if known is None:
            known = Known(
                xy=np.zeros(34, np.int64),
                velocity=np.zeros(34, np.int64),
                scores=np.zeros(17, np.int64),
                look=np.zeros(0, np.int64),
            )
            self.people[person_id] = known
        return known


def steps(numbers: NDArray[np.floating], per_unit: int) -> Integers:
    """Numbers in whole steps; ``UNKNOWN`` for what is none."""
    scaled = np.rint(np.multiply(numbers, per_unit, dtype=np.float64))
    if scaled.size and not np.abs(scaled).max() <= _LARGEST:
        scaled = np.where(np.isfinite(scaled), np.clip(scaled, -_LARGEST, _LARGEST), UNKNOWN)
    integers: Integers = scaled.astype(np.int64)
    return integers


def values(integers: Integers, per_unit: int) -> NDArray[np.float32]:
    """The inverse of ``steps``, exact for numbers that were rounded to these steps."""
    numbers = integers.astype(np.float32) / np.float32(per_unit)
    numbers[integers == UNKNOWN] = np.nan
    return numbers


def nearest(xy: Integers, people: Integers) -> list[int]:
    """For each of (N, 34) poses the nearest of (M, 34) people, M > 0."""
    return [int(index) for index in np.abs(xy[:, None] - people[None]).sum(axis=2).argmin(axis=1)]


def following(result: FrameResult) -> dict[int, dict[str, float]]:
    """Per slot, the channels that follow from the measures."""
    return known_measures(result.people, result.measures) if len(result.measures) == len(result.people) else {}
