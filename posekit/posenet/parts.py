"""What both multi-person decoders share: root candidates, the walk along PoseNet's tree, suppression of duplicates.

Points are ``yx`` arrays whose first axis is (y, x), so that one NumPy call serves both axes: (2, n) for candidates,
(2, 17, n) for n poses.

The tree leads from a root to each keypoint on exactly one path: up to an ancestor, then down. So the order in which
a decoder visits the edges does not change its result, and any number of roots is decoded at once: every root climbs
to the nose (at most 4 edges), then all poses descend together, one depth after the other (4 levels).
"""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from posekit.errors import DecodeError
from posekit.posenet.maps import Maps
from posekit.skeleton import KEYPOINTS, TREE

FloatArray = NDArray[np.floating]
IndexArray = NDArray[np.intp]

N_PARTS: Final = len(KEYPOINTS)
N_EDGES: Final = len(TREE)

#: Candidates decoded at once, best first: enough for a crowd, and a bound where a heatmap is noise.
CHUNK: Final = 128

_EDGE_ABOVE: Final = {child: edge for edge, (_, child) in enumerate(TREE)}


def _ancestors(part: int) -> list[int]:
    """The part, its parent, …, the nose."""
    path = [part]
    while path[-1] in _EDGE_ABOVE:
        path.append(TREE[_EDGE_ABOVE[path[-1]]][0])
    return path


_PATHS: Final = tuple(_ancestors(part) for part in range(N_PARTS))
_DEPTH: Final = np.array([len(path) - 1 for path in _PATHS])
_MAX_DEPTH: Final = int(_DEPTH.max())

#: [steps, part]: the ancestor so many steps above the part, and the edge that leads up from it; 0 beyond the nose.
_ANCESTOR: Final = np.array([[(*path, 0, 0, 0, 0)[up] for path in _PATHS] for up in range(_MAX_DEPTH + 1)])
_EDGE_UP: Final = np.array([[_EDGE_ABOVE.get(part, 0) for part in row] for row in _ANCESTOR.tolist()])
#: [part, root]: whether the part is the root or an ancestor of it, so that the climb has found it.
_CLIMBED: Final = np.array([[part in path for path in _PATHS] for part in range(N_PARTS)])
#: Per depth from 1 on: sources (n,), edges (n, 1), targets (n,).
_DESCENT: Final = tuple(
    (np.array([TREE[e][0] for e in edges]), np.array(edges)[:, None], np.array([TREE[e][1] for e in edges]))
    for edges in (
        [e for e, (_, child) in enumerate(TREE) if _DEPTH[child] == depth] for depth in range(1, _MAX_DEPTH + 1)
    )
)


class Reader(Protocol):
    """How a decoder reads the maps. Points are (2, m, n), channel numbers broadcast to (m, n)."""

    def follow(self, yx: FloatArray, edge: IndexArray, target: IndexArray, *, up: bool) -> FloatArray:
        """The target keypoints at the far end of the edges, refined by their short offsets."""
        ...

    def read_scores(self, yx: FloatArray, root: IndexArray, root_scores: FloatArray) -> FloatArray:
        """Probabilities (17, n) of the keypoints of n poses (2, 17, n), of which keypoint ``root[i]`` is the root."""
        ...


def check_maps(maps: Maps) -> None:
    """Raise DecodeError unless the maps are of PoseNet's shapes and cover the same grid."""
    shapes = (
        maps.heatmaps.shape,
        maps.offsets.shape,
        maps.displacements_fwd.shape,
        maps.displacements_bwd.shape,
    )
    grid = shapes[0][:2]
    channels = (N_PARTS, 2 * N_PARTS, 2 * N_EDGES, 2 * N_EDGES)
    if len(grid) != 2 or 0 in grid or shapes != tuple((*grid, n) for n in channels):
        raise DecodeError(
            "heatmaps, offsets, forward and backward displacements are of shapes "
            f"{', '.join(map(str, shapes))}; expected (H, W, 17), (H, W, 34), (H, W, 32), (H, W, 32) over one grid: "
            "bind the network's outputs by name and channel count"
        )
    if maps.output_stride < 1:
        raise DecodeError(f"output stride {maps.output_stride}: expected 8, 16 or 32")


def find_parts(heatmaps: NDArray[np.float32], threshold: float) -> tuple[IndexArray, IndexArray, NDArray[np.float32]]:
    """Local maxima of every heatmap that reach the threshold, best first: parts (n,), cells (2, n), scores (n,).

    A maximum is not exceeded in its 3×3 window, so that all cells of a plateau count. Equal scores come in the order
    of rows, columns, parts. The cost does not depend on what the heatmaps show.
    """
    height, width, _ = heatmaps.shape
    rows = heatmaps.reshape(height, width * N_PARTS)
    column = rows.copy()
    np.maximum(column[1:], rows[:-1], out=column[1:])
    np.maximum(column[:-1], rows[1:], out=column[:-1])
    window = column.copy()
    np.maximum(window[:, N_PARTS:], column[:, :-N_PARTS], out=window[:, N_PARTS:])
    np.maximum(window[:, :-N_PARTS], column[:, N_PARTS:], out=window[:, :-N_PARTS])
    np.maximum(window, threshold, out=window)
    found = np.flatnonzero(rows >= window)
    scores = rows.reshape(-1)[found]
    order = np.argsort(-scores, kind="stable")
    position, part = np.divmod(found[order], N_PARTS)
    return part, np.stack(np.divmod(position, width)), scores[order]


def walk_tree(reader: Reader, part: IndexArray, yx: FloatArray) -> FloatArray:
    """Decode n roots, keypoint ``part[i]`` at ``yx[:, i]``, to n poses (2, 17, n)."""
    poses = np.empty((2, N_PARTS, len(part)), yx.dtype)
    poses[:, part, np.arange(len(part))] = yx
    depth = _DEPTH[part]
    climbers = np.arange(len(part))
    for up in range(int(depth.max())):
        climbers = climbers[depth[climbers] > up]
        climbing = part[climbers]
        target = _ANCESTOR[up + 1, climbing]
        source = poses[:, _ANCESTOR[up, climbing], climbers]
        reached = reader.follow(source[:, None], _EDGE_UP[up, climbing][None], target[None], up=True)
        poses[:, target, climbers] = reached[:, 0]
    climbed = _CLIMBED[:, part]
    for sources, edges, targets in _DESCENT:
        reached = reader.follow(poses[:, sources], edges, targets[:, None], up=False)
        poses[:, targets] = np.where(climbed[targets], poses[:, targets], reached)
    return poses


def detect(
    reader: Reader,
    part: IndexArray,
    yx: FloatArray,
    root_scores: FloatArray,
    *,
    max_detections: int,
    nms_radius: float,
    min_mean_score: float,
) -> tuple[FloatArray, FloatArray]:
    """Choose roots greedily, best first; the poses (2, 17, k) and keypoint scores (17, k) in that order.

    part: (n,), yx: (2, n), root_scores: (n,), the candidates, best first. A candidate within ``nms_radius`` of the
    same keypoint of a chosen pose is part of that person. A pose whose mean keypoint score is below
    ``min_mean_score`` is not chosen.

    Candidates are decoded before it is known whether they will be chosen: decoding dozens at once costs little more
    than decoding one.
    """
    limit = nms_radius * nms_radius
    is_open = np.ones(len(part), bool)
    poses: list[FloatArray] = []
    scores: list[FloatArray] = []
    start = 0
    while len(poses) < max_detections:
        chunk = start + np.flatnonzero(is_open[start:])[:CHUNK]
        if not len(chunk):
            break
        decoded = walk_tree(reader, part[chunk], yx[:, chunk])
        decoded_scores = reader.read_scores(decoded, part[chunk], root_scores[chunk])
        is_good = (decoded_scores.mean(axis=0) >= min_mean_score).tolist()
        for i, candidate in enumerate(chunk.tolist()):
            if is_good[i] and is_open[candidate]:
                pose = decoded[:, :, i]
                poses.append(pose)
                scores.append(decoded_scores[:, i])
                if len(poses) == max_detections:
                    break
                apart = yx - pose[:, part]
                apart *= apart
                is_open &= apart[0] + apart[1] > limit
        start = candidate + 1
    if not poses:
        return np.empty((2, N_PARTS, 0), yx.dtype), np.empty((N_PARTS, 0), yx.dtype)
    return np.stack(poses, axis=-1), np.stack(scores, axis=-1)


def unclaimed_scores(yx: FloatArray, scores: FloatArray, nms_radius: float) -> FloatArray:
    """Soft keypoint suppression: pose scores (k,) of poses (2, 17, k) with keypoint scores (17, k).

    A pose's score is the mean over its 17 keypoints, where those within ``nms_radius`` of the same keypoint of an
    earlier pose count zero.
    """
    apart = yx[:, :, :, None] - yx[:, :, None, :]
    apart *= apart
    near = apart[0] + apart[1] <= nms_radius * nms_radius
    near &= np.tri(yx.shape[2], k=-1, dtype=bool)
    mean: FloatArray = np.where(near.any(axis=2), 0.0, scores).mean(axis=0)
    return mean
