"""What each network sees: how well it does with people of a stature in pixels of its input, as measured."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.models.catalogue import CATALOGUE, DEFAULT

__all__ = ["SIGHTS", "Sight", "sight_of"]

#: The largest input, 353×481: beyond it, cameras would not be kept up with.
_MOST_PIXELS: Final = 353 * 481


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a network sees.

    qualities: (stature in input pixels, how well it does with such people, 0…1), ascending; between them the logarithm
    of the stature counts. least_pixels, most_pixels: the range of input sizes to be used. comparable: whether the
    scores that it gives the same person at two sizes tell which size is the better one.
    """

    qualities: tuple[tuple[float, float], ...]
    least_pixels: int
    most_pixels: int = _MOST_PIXELS
    comparable: bool = True

    def quality(self, statures: NDArray[np.floating]) -> NDArray[np.float64]:
        """How well it does with people of these statures in input pixels, of any shape; 0 where one is NaN."""
        known, qualities = zip(*self.qualities, strict=True)
        tall = np.maximum(np.nan_to_num(statures, nan=0.0), 1e-3)
        result: NDArray[np.float64] = np.interp(np.log(tall), np.log(known), qualities)
        return result


#: Google's PoseNets, and any other network: people from waist to close-up; borders tell in the smallest inputs.
_USUAL: Final = Sight(
    qualities=(
        (45, 0.0), (60, 0.12), (75, 0.5), (88, 0.72), (104, 0.84), (121, 0.91), (144, 0.975), (160, 1.0), (250, 1.0),
        (310, 0.97), (370, 0.93), (440, 0.89), (520, 0.84), (620, 0.76), (740, 0.68), (880, 0.6), (1250, 0.4),
    ),
    least_pixels=129 * 161,
)  # fmt: skip

#: Trained on people of 50 to 250 px: it sees smaller ones than Google's, and none so large. Its scores fall from 100 px
#: on, where its keypoints are still becoming more exact.
_BUNDLED: Final = Sight(
    qualities=(
        (40, 0.0), (50, 0.2), (60, 0.4), (70, 0.6), (80, 0.78), (95, 0.88), (112, 0.95), (130, 0.98), (150, 1.0),
        (190, 1.0), (222, 0.97), (263, 0.9), (312, 0.78), (370, 0.65), (440, 0.5), (520, 0.36), (620, 0.2), (750, 0.05),
        (880, 0.0),
    ),
    least_pixels=97 * 129,
    most_pixels=4 * 193 * 257,
    comparable=False,
)  # fmt: skip

#: A network's name in the catalogue to what it sees.
SIGHTS: Final[Mapping[str, Sight]] = MappingProxyType({DEFAULT: _BUNDLED})


def sight_of(name: str, own_size: tuple[int, int] = (0, 0)) -> Sight:
    """What a network sees, by its name in the catalogue or its file's; of one that is not in the table, what is usual.

    own_size: (height, width) that the file comes with: if that is larger than others' largest, it is used as well.
    """
    names = (entry.name for entry in CATALOGUE.values() if name in (entry.name, entry.file))
    sight = SIGHTS.get(next(names, ""), _USUAL)
    return replace(sight, most_pixels=max(sight.most_pixels, own_size[0] * own_size[1]))
