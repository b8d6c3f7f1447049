"""PoseNet the way TensorFlow.js offers it, for people who know ``net.estimateSinglePose`` and its sister.

Names, defaults and checks are those of ``@tensorflow-models/posenet`` 2.x, in snake case. ``image_scale_factor`` comes
from 1.x; in 2.x the input size is chosen where the model is loaded, and so is the output stride in both. Differences:
poses are mapped back half-pixel-correctly, and the letterbox is grey instead of black.

Pictures are (H, W, 3) uint8 BGR as OpenCV reads them. A model belongs to one thread at a time.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from posekit.errors import SourceError
from posekit.posenet.decode_multiple import decode_tfjs
from posekit.posenet.decode_single import decode_single
from posekit.posenet.estimator import check_decoding, in_source_pixels, run_network
from posekit.posenet.letterbox import Letterbox
from posekit.posenet.maps import Maps
from posekit.posenet.model import Network
from posekit.posenet.sizing import input_size_for
from posekit.types import Poses

__all__ = ["estimate_multiple_poses", "estimate_single_pose"]


def estimate_single_pose(
    model: Network,
    image: NDArray[np.uint8],
    *,
    flip_horizontal: bool = False,
    image_scale_factor: float | None = None,
) -> Poses:
    """The one pose made of every keypoint's best place; always exactly one, also in an empty picture.

    With several people in the picture, keypoints of different people may be mixed.
    image: (H, W, 3) uint8 BGR. flip_horizontal: mirror x within the picture (x becomes width − 1 − x); labels stay, as
    in the original. image_scale_factor: 0.2…1.0 resizes the model to that share of the picture, and it stays so for
    later calls; None uses the model's input size. The pose is in pixels of ``image``.
    Raises ConfigError for a parameter out of range, SourceError for a wrong picture.
    """
    maps, letterbox = _predict(model, image, image_scale_factor)
    return _placed(decode_single(maps), letterbox, flip_horizontal)


def estimate_multiple_poses(
    model: Network,
    image: NDArray[np.uint8],
    *,
    flip_horizontal: bool = False,
    max_detections: int = 5,
    score_threshold: float = 0.5,
    nms_radius: float = 20.0,
    image_scale_factor: float | None = None,
) -> Poses:
    """The poses of several people, by TensorFlow.js' decoder, best root first.

    image: (H, W, 3) uint8 BGR. flip_horizontal: mirror x within the picture (x becomes width − 1 − x); labels stay, as
    in the original. max_detections: most poses returned, > 0. score_threshold: least score of the keypoint from which
    a pose starts, 0…1. nms_radius: least distance of the same keypoint of two people, model-input pixels, > 0.
    image_scale_factor: 0.2…1.0 resizes the model to that share of the picture, and it stays so for later calls; None
    uses the model's input size. Poses are in pixels of ``image``.
    Raises ConfigError for a parameter out of range, SourceError for a wrong picture.
    """
    check_decoding(max_detections, score_threshold, nms_radius)
    maps, letterbox = _predict(model, image, image_scale_factor)
    poses = decode_tfjs(maps, max_detections=max_detections, score_threshold=score_threshold, nms_radius=nms_radius)
    return _placed(poses, letterbox, flip_horizontal)


def _predict(model: Network, image: NDArray[np.uint8], image_scale_factor: float | None) -> tuple[Maps, Letterbox]:
    if image.ndim != 3 or 0 in image.shape:
        raise SourceError(f"a picture must be (height, width, 3) uint8 BGR, got {image.shape} {image.dtype}")
    size = (image.shape[1], image.shape[0])
    if image_scale_factor is not None:
        model.resize(input_size_for(size, image_scale_factor, model.output_stride))
    letterbox = Letterbox(size, model.input_size)
    return model.maps(run_network(model, letterbox, image)), letterbox


def _placed(poses: Poses, letterbox: Letterbox, flip_horizontal: bool) -> Poses:
    placed = in_source_pixels(poses, letterbox)
    if not flip_horizontal:
        return placed
    xy = placed.xy.copy()
    xy[..., 0] = letterbox.source_size[0] - 1 - xy[..., 0]
    return replace(placed, xy=np.round(xy, 2))
