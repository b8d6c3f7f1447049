"""The network's outputs for one picture, as every decoder takes them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Maps:
    """Outputs of PoseNet over an (H, W) grid of cells; positions are in model-input pixels.

    heatmaps: (H, W, 17) float32, probabilities (the sigmoid has been applied).
    offsets: (H, W, 34) float32, short offsets, y in channels 0–16, x in 17–33.
    displacements_fwd, displacements_bwd: (H, W, 32) float32, along each edge of ``skeleton.TREE`` from parent to
    child and from child to parent, y in channels 0–15, x in 16–31.
    output_stride: input pixels per cell.
    """

    heatmaps: NDArray[np.float32]
    offsets: NDArray[np.float32]
    displacements_fwd: NDArray[np.float32]
    displacements_bwd: NDArray[np.float32]
    output_stride: int
