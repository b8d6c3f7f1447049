"""The single-person decoder: the strongest cell of every heatmap."""

import numpy as np

from posekit.posenet.maps import Maps
from posekit.posenet.parts import N_PARTS, check_maps
from posekit.types import Poses

__all__ = ["decode_single"]

_PARTS = np.arange(N_PARTS)


def decode_single(maps: Maps) -> Poses:
    """One pose, always: per keypoint the cell of greatest probability (the first of equals) plus its short offset.

    Positions are model-input pixels; the pose's score is the mean of its 17 keypoint scores. Two people in the
    picture get mixed up: use a decoder of ``decode_multiple`` unless there is one person only.

    Raises DecodeError if the maps do not fit together. Source: TensorFlow.js ``decodeSinglePose``.
    """
    check_maps(maps)
    heatmaps = maps.heatmaps.reshape(-1, N_PARTS)
    cell = heatmaps.argmax(axis=0)
    scores = heatmaps[cell, _PARTS].astype(np.float32)
    offsets = maps.offsets.reshape(-1, 2, N_PARTS)[cell, :, _PARTS]
    corners = np.stack(np.divmod(cell, maps.heatmaps.shape[1]), axis=-1) * maps.output_stride
    yx = (corners + offsets).astype(np.float32)
    return Poses(
        xy=np.ascontiguousarray(yx[None, :, ::-1]),
        keypoint_scores=scores[None],
        scores=scores.mean(keepdims=True),
    )
