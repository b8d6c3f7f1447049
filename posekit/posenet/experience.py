"""What probes have taught: how much better or worse a size does in this scene than its people's statures would tell.

Somebody seen from behind, in the dark or from the waist up is not best seen at the same stature as anyone else. A probe
shows the same people in the same frame at two sizes; the scores that the network gives them there are compared.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posekit.posenet.figures import Quality

__all__ = ["Comparison", "Experience"]

#: The first comparison counts for a third, later ones for less and less, but no less than this.
_FIRST: Final = 3
_LEAST_STEP: Final = 0.1
#: What was learned is half forgotten after so long: people move, others come, but the camera stays.
_HALF_LIFE_S: Final = 120.0
#: Experience makes a size better or worse by this share at most.
_MOST: Final = 0.06
#: Expectations below this say nothing: hardly anyone is seen.
_LEAST_QUALITY: Final = 0.2


class Comparison(NamedTuple):
    """A person in one frame at two sizes: stature in source pixels, and score at the probe's by that at the chosen."""

    chosen: int
    probe: int
    stature_px: float
    ratio: float


class Experience:
    """scales: network input pixels per source pixel of each size. quality: what is to be expected."""

    def __init__(self, scales: Sequence[float], quality: Quality) -> None:
        self._scales = np.array(scales)
        self._quality = quality
        self._worth = np.zeros(len(self._scales))
        self._counts = np.zeros((len(self._scales), len(self._scales)), int)

    def update(self, elapsed_s: float, comparisons: Sequence[Comparison]) -> None:
        """Take in the comparisons of a frame."""
        self._worth *= 0.5 ** (elapsed_s / _HALF_LIFE_S)
        surprises: dict[tuple[int, int], list[float]] = {}
        for chosen, probe, stature_px, ratio in comparisons:
            expected = self._quality(self._scales[[chosen, probe]] * stature_px)
            if math.isfinite(stature_px) and ratio > 0 and expected.min() >= _LEAST_QUALITY:
                surprise = math.log(ratio) - math.log(expected[1] / expected[0])
                surprises.setdefault((chosen, probe), []).append(surprise)
        for (chosen, probe), values in surprises.items():
            step = max(1.0 / (_FIRST + self._counts[chosen, probe]), _LEAST_STEP)
            self._counts[chosen, probe] += 1
            change = step * (sum(values) / len(values) - self._worth[probe] + self._worth[chosen])
            self._worth[probe] += change / 2
            self._worth[chosen] -= change / 2

    @property
    def factors(self) -> NDArray[np.float64]:
        """(sizes,): by how much each size is better than expected, around 1."""
        result: NDArray[np.float64] = np.exp(np.clip(self._worth, -_MOST, _MOST))
        return result
