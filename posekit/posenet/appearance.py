"""A small colour signature of each person's shirt and trousers, by which the tracker recognises who returns."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import KNEES, TORSO

__all__ = ["SIGNATURE_SIZE", "signatures"]

FloatArray = NDArray[np.float32]

#: Red and green chromaticity and brightness of the shirt, then of the trousers.
SIGNATURE_SIZE: Final = 6

_MIN_SCORE = 0.2

#: The keypoints that span shirt and trousers, in the order of the columns below.
_CORNERS = [*TORSO, *KNEES]

#: Where colours are sampled, as weights of the corners: 5 × 5 points well inside the torso, 2 × 8 along the thighs.
#: The rims are left out, where an estimate that is a little off would already see the background.
_SHIRT = [
    [(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v, 0.0, 0.0]
    for u in np.linspace(0.2, 0.8, 5)
    for v in np.linspace(0.1, 0.8, 5)
]
_THIGHS = [
    weights
    for t in np.linspace(0.25, 0.9, 8)
    for weights in ([0.0, 0.0, 1 - t, 0.0, t, 0.0], [0.0, 0.0, 0.0, 1 - t, 0.0, t])
]
_WEIGHTS: Final = np.array(_SHIRT + _THIGHS, np.float32)
_NEEDED: Final = (_WEIGHTS > 0).astype(np.float32)
_GARMENTS: Final = (slice(0, len(_SHIRT)), slice(len(_SHIRT), None))
#: A garment counts if at least this many of its points lie on seen limbs and in the picture.
_MIN_POINTS = 6

#: Added to every channel before chromaticity is taken, so that the noise of black cloth does not look like a hue.
_DARK = 8.0


def signatures(image: NDArray[np.uint8], xy: NDArray[np.floating], keypoint_scores: NDArray[np.floating]) -> FloatArray:
    """(N, 6) float32: r/(r+g+b), g/(r+g+b) and (r+g+b)/765 of the shirt, then of the trousers; each 0…1.

    image: (H, W, 3) uint8 BGR. xy: (N, 17, 2), pixels of that image. keypoint_scores: (N, 17).
    NaN for a garment whose keypoints score below 0.2 or of which too little lies in the picture.
    """
    height, width = image.shape[:2]
    points = np.rint(_WEIGHTS @ xy[:, _CORNERS]).astype(np.intp)  # (N, samples, 2)
    x, y = points[..., 0], points[..., 1]
    unseen = (keypoint_scores[:, _CORNERS] < _MIN_SCORE).astype(np.float32)
    usable = (unseen @ _NEEDED.T == 0) & (x >= 0) & (x < width) & (y >= 0) & (y < height)
    colours = image[np.where(usable, y, 0), np.where(usable, x, 0)].astype(np.float32)
    colours[~usable] = np.inf
    middle = np.empty((len(points), len(_GARMENTS), 3), np.float32)  # blue, green, red
    for garment, samples in enumerate(_GARMENTS):
        # The median: a hand before the shirt, or floor beside a leg that is thin, says nothing of the garment.
        counts = usable[:, samples].sum(axis=1)
        ordered = np.sort(colours[:, samples], axis=1)
        middle[:, garment] = ordered[np.arange(len(points)), np.maximum(counts - 1, 0) // 2]
        middle[counts < _MIN_POINTS, garment] = np.nan
    damped = middle + np.float32(_DARK)
    signature = np.empty(middle.shape, np.float32)
    total = damped.sum(axis=-1)
    signature[..., 0] = damped[..., 2] / total
    signature[..., 1] = damped[..., 1] / total
    signature[..., 2] = middle.sum(axis=-1) / 765
    return signature.reshape(-1, SIGNATURE_SIZE)
