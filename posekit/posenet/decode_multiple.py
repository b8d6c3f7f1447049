"""The multi-person decoders, as profiles: ``coral`` (better, the default) and ``tfjs`` (as in the browser)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from posekit.posenet.maps import Maps
from posekit.posenet.parts import (
    N_EDGES,
    N_PARTS,
    FloatArray,
    IndexArray,
    check_maps,
    detect,
    find_parts,
    unclaimed_scores,
)
from posekit.types import Poses

__all__ = ["PROFILES", "Profile", "decode_coral", "decode_tfjs"]

_TFJS_REFINEMENT_STEPS: Final = 2
_CORAL_REFINEMENT_STEPS: Final = 5

_PARTS: Final = np.arange(N_PARTS)[:, None]
#: Added to a channel number (…): the channels of its y and of its x.
_EDGE_YX: Final = np.array((0, N_EDGES)).reshape(2, 1, 1)
_PART_YX: Final = np.array((0, N_PARTS)).reshape(2, 1, 1)

#: Probabilities are kept so far from 0 and 1 that their log odds are finite in float32.
_LEAST_PROBABILITY: Final = np.float32(1e-7)


def decode_tfjs(
    maps: Maps, *, max_detections: int = 5, score_threshold: float = 0.5, nms_radius: float = 20.0
) -> Poses:
    """Poses in model-input pixels, in the order of their roots' scores, as TensorFlow.js decodes them.

    Roots are local maxima of at least ``score_threshold``. Maps are read at the nearest cell, and short offsets
    refine a keypoint twice. A pose's score leaves out keypoints within ``nms_radius`` (model-input pixels) of the
    same keypoint of an earlier pose, and is not held against the threshold.

    Raises DecodeError if the maps do not fit together. Source: TensorFlow.js ``decodeMultiplePoses`` (posenet 2.2.2).
    """
    check_maps(maps)
    part, cell, root_scores = find_parts(maps.heatmaps, score_threshold)
    reader = _NearestReader(maps)
    yx, scores = detect(
        reader,
        part,
        reader.place_roots(part, cell),
        root_scores,
        max_detections=max_detections,
        nms_radius=nms_radius,
        min_mean_score=-np.inf,
    )
    return _poses(yx, scores, unclaimed_scores(yx, scores, nms_radius))


def decode_coral(
    maps: Maps, *, max_detections: int = 10, score_threshold: float = 0.2, nms_radius: float = 10.0
) -> Poses:
    """Poses in model-input pixels, best first, as Coral's C++ decoder decodes them.

    Roots are local maxima of at least ``score_threshold``. Maps are read by bilinear interpolation, heatmaps as
    log odds; short offsets refine a keypoint five times; keypoints are held within the grid of cells. A pose's score
    leaves out keypoints within ``nms_radius`` (model-input pixels) of the same keypoint of a better pose; poses that
    score less than ``score_threshold`` are dropped.

    It differs from the C++ decoder in two points, both faults there. (1) Roots of equal score, which the saturated
    heatmaps of a quantised network have, are taken in the order of rows, columns, parts; the C++ order is what its
    heap happens to give. Either way the same people are found; the choice of root moves some keypoints by up to
    2.5 pixels. (2) The C++ decoder reads two wrong channels on the edge from the left eye back to the nose
    (``edge_id > kNumEdges`` ought to be ``>=``), which matters where the left eye or ear is the root.

    Raises DecodeError if the maps do not fit together. Source: google-coral/libcoral ``posenet_decoder.cc``;
    Papandreou et al., PersonLab (2018).
    """
    check_maps(maps)
    part, cell, root_scores = find_parts(maps.heatmaps, score_threshold)
    reader = _BilinearReader(maps)
    yx, scores = detect(
        reader,
        part,
        reader.place_roots(part, cell),
        root_scores,
        max_detections=max_detections,
        nms_radius=nms_radius / maps.output_stride,
        min_mean_score=score_threshold,
    )
    order = np.argsort(-scores.mean(axis=0), kind="stable")
    yx, scores = yx[:, :, order], scores[:, order]
    pose_scores = unclaimed_scores(yx, scores, nms_radius / maps.output_stride)
    order = np.argsort(-pose_scores, kind="stable")
    order = order[pose_scores[order] >= score_threshold]
    return _poses(yx[:, :, order] * maps.output_stride, scores[:, order], pose_scores[order])


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A multi-person decoder and its defaults; ``nms_radius`` is in model-input pixels."""

    decode: Callable[..., Poses]
    max_detections: int
    score_threshold: float
    nms_radius: float


#: Name to decoder.
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        "tfjs": Profile(decode=decode_tfjs, max_detections=5, score_threshold=0.5, nms_radius=20.0),
        "coral": Profile(decode=decode_coral, max_detections=10, score_threshold=0.2, nms_radius=10.0),
    }
)


def _poses(yx: FloatArray, keypoint_scores: FloatArray, scores: FloatArray) -> Poses:
    """From (2, 17, n), (17, n) and (n,)."""
    return Poses(
        xy=np.ascontiguousarray(yx[::-1].transpose(2, 1, 0), dtype=np.float32),
        keypoint_scores=np.ascontiguousarray(keypoint_scores.T, dtype=np.float32),
        scores=scores.astype(np.float32),
    )


class _NearestReader:
    """Reads the maps at the nearest cell. Points are model-input pixels in float64, the reference's arithmetic."""

    def __init__(self, maps: Maps) -> None:
        height, width, _ = maps.heatmaps.shape
        self._width = width
        self._stride = maps.output_stride
        self._last = np.array((height - 1.0, width - 1.0)).reshape(2, 1, 1)
        self._heatmaps = maps.heatmaps.reshape(-1)
        self._offsets = maps.offsets.reshape(-1)
        self._downward = maps.displacements_fwd.reshape(-1)
        self._upward = maps.displacements_bwd.reshape(-1)

    def place_roots(self, part: IndexArray, cell: IndexArray) -> FloatArray:
        """Points (2, n) of the candidates ``part`` (n,) at ``cell`` (2, n)."""
        return self._place(cell[:, None], part + _PART_YX)[:, 0]

    def follow(self, yx: FloatArray, edge: IndexArray, target: IndexArray, *, up: bool) -> FloatArray:
        displacements = self._upward if up else self._downward
        index = self._index(self._cell(yx), 2 * N_EDGES) + (edge + _EDGE_YX)
        yx = yx + displacements.take(index)
        channel = target + _PART_YX
        for _ in range(_TFJS_REFINEMENT_STEPS):
            yx = self._place(self._cell(yx), channel)
        return yx

    def read_scores(self, yx: FloatArray, root: IndexArray, root_scores: FloatArray) -> FloatArray:
        scores: FloatArray = self._heatmaps.take(self._index(self._cell(yx), N_PARTS) + _PARTS)
        # A root keeps the score by which it was found, though its offset may lead to another cell.
        scores[root, np.arange(len(root))] = root_scores
        return scores

    def _cell(self, yx: FloatArray) -> IndexArray:
        cell = yx / self._stride
        cell += 0.5
        # Unlike minimum, fmin turns a NaN into a valid cell.
        np.maximum(cell, 0.0, out=cell)
        np.fmin(cell, self._last, out=cell)
        return cell.astype(np.intp)

    def _index(self, cell: IndexArray, n_channels: int) -> IndexArray:
        index: IndexArray = cell[0] * (self._width * n_channels)
        index += cell[1] * n_channels
        return index

    def _place(self, cell: IndexArray, channel: IndexArray) -> FloatArray:
        index = self._index(cell, 2 * N_PARTS) + channel
        yx: FloatArray = cell * self._stride + self._offsets.take(index)
        return yx


class _BilinearReader:
    """Reads the maps between cells. Points are in cells, float32, and are held within the grid."""

    def __init__(self, maps: Maps) -> None:
        height, width, _ = maps.heatmaps.shape
        self._width = width
        self._cells_per_pixel = np.float32(1 / maps.output_stride)
        self._last = np.array((height - 1, width - 1), np.float32).reshape(2, 1, 1)
        # From a cell to the other three around a point.
        self._corners = np.array((0, 1, width, width + 1)).reshape(2, 2, 1, 1, 1)
        self._heatmaps = maps.heatmaps.reshape(-1)
        self._offsets = maps.offsets.reshape(-1)
        self._downward = maps.displacements_fwd.reshape(-1)
        self._upward = maps.displacements_bwd.reshape(-1)

    def place_roots(self, part: IndexArray, cell: IndexArray) -> FloatArray:
        """Points (2, n) of the candidates ``part`` (n,) at ``cell`` (2, n)."""
        index = (cell[0] * self._width + cell[1]) * (2 * N_PARTS) + part + _PART_YX
        return self._step(cell[:, None], self._offsets.take(index))[:, 0]

    def follow(self, yx: FloatArray, edge: IndexArray, target: IndexArray, *, up: bool) -> FloatArray:
        displacements = self._upward if up else self._downward
        channel = self._corners * (2 * N_EDGES) + (edge + _EDGE_YX)
        yx = self._step(yx, self._read(displacements, yx, channel, 2 * N_EDGES))
        channel = self._corners * (2 * N_PARTS) + (target + _PART_YX)
        for _ in range(_CORAL_REFINEMENT_STEPS):
            yx = self._step(yx, self._read(self._offsets, yx, channel, 2 * N_PARTS))
        return yx

    def read_scores(self, yx: FloatArray, root: IndexArray, root_scores: FloatArray) -> FloatArray:
        channel = self._corners * N_PARTS + _PARTS
        corner, weight = self._split(yx)
        near = self._near(self._heatmaps, corner, channel, N_PARTS)
        near = np.fmin(np.fmax(near, _LEAST_PROBABILITY), 1 - _LEAST_PROBABILITY)
        odds = np.exp(_interpolate(np.log(near / (1 - near)), weight)[0])
        scores: FloatArray = odds / (1 + odds)
        return scores

    def _step(self, yx: FloatArray | IndexArray, displacement: FloatArray) -> FloatArray:
        moved: FloatArray = displacement * self._cells_per_pixel
        moved += yx
        # Unlike minimum, fmin turns a NaN into a valid point.
        np.maximum(moved, 0.0, out=moved)
        np.fmin(moved, self._last, out=moved)
        return moved

    def _read(self, field: FloatArray, yx: FloatArray, channel: IndexArray, n_channels: int) -> FloatArray:
        corner, weight = self._split(yx)
        return _interpolate(self._near(field, corner, channel, n_channels), weight)

    def _split(self, yx: FloatArray) -> tuple[IndexArray, FloatArray]:
        corner = np.floor(yx)
        return corner.astype(np.intp), yx - corner

    def _near(self, field: FloatArray, corner: IndexArray, channel: IndexArray, n_channels: int) -> FloatArray:
        index = corner[0] * (self._width * n_channels)
        index += corner[1] * n_channels
        # From the last row and column this reaches beyond the border, to values of weight zero.
        near: FloatArray = field.take(index + channel, mode="clip")
        return near


def _interpolate(near: FloatArray, weight: FloatArray) -> FloatArray:
    """Between the corners (2 rows, 2 columns, …) by the weights (2, …) of the second row and column."""
    rows = near[:, 1] - near[:, 0]
    rows *= weight[1]
    rows += near[:, 0]
    between: FloatArray = rows[1] - rows[0]
    between *= weight[0]
    between += rows[0]
    return between
