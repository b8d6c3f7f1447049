"""The multi-person decoders against TensorFlow.js, Coral's C++ decoder, a plain textbook form, and truth."""

import heapq
import inspect
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from posekit.errors import DecodeError
from posekit.posenet.decode_multiple import PROFILES, decode_coral, decode_tfjs
from posekit.posenet.maps import Maps
from posekit.skeleton import TREE
from posekit.types import Poses

CASES = [
    "couple_257x257",
    "couple_353x481",
    "empty_225x225",
    "group_353x481",
    "group_481x641",
    "random_stride32_9x9",
    "random_stride8_33x41",
    "squat_321x257",
    "three_people_257x337",
    "treadmill_353x481",
]
PICTURES = ["couple", "group_60", "group_300", "treadmill_5"]


# TensorFlow.js


@pytest.mark.parametrize("parameters", range(5))
@pytest.mark.parametrize("case", CASES)
def test_tfjs_equals_tensorflow_js(case: str, parameters: int, tensors: Callable[[str], Maps], tfjs_poses: Any) -> None:
    run = tfjs_poses[case]["multi"][parameters]
    poses = decode_tfjs(
        tensors(case),
        max_detections=run["maxDetections"],
        score_threshold=run["scoreThreshold"],
        nms_radius=run["nmsRadius"],
    )
    assert len(poses) == len(run["poses"])
    for i, pose in enumerate(run["poses"]):
        xy = [(k["position"]["x"], k["position"]["y"]) for k in pose["keypoints"]]
        np.testing.assert_allclose(poses.xy[i], xy, rtol=0, atol=0.01)
        scores = [k["score"] for k in pose["keypoints"]]
        np.testing.assert_allclose(poses.keypoint_scores[i], scores, rtol=0, atol=1e-4)
        np.testing.assert_allclose(poses.scores[i], pose["score"], rtol=0, atol=1e-4)


# Coral's C++ decoder


def read_coral(data: Path, picture: str) -> Maps:
    """The uint8 outputs of the quantised network, dequantised."""
    with np.load(data / "coral" / f"{picture}_353x481.npz") as file:
        logits, offsets, mid = (
            ((file[f"{name}_u8"] - file[f"{name}_quant"][1]) * file[f"{name}_quant"][0]).astype(np.float32)
            for name in ("heatmap_logits", "short_offsets", "mid_offsets")
        )
    return Maps(
        heatmaps=1 / (1 + np.exp(-logits)),
        offsets=offsets,
        displacements_fwd=mid[..., :32],
        displacements_bwd=mid[..., 32:],
        output_stride=16,
    )


def read_cpp_poses(data: Path, picture: str) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """xy (n, 17, 2), keypoint scores (n, 17) and scores (n,) of the C++ decoder."""
    poses = json.loads((data / "coral" / "cpp_decoder_poses.json").read_text())["images"][picture]["poses"]
    keypoints = np.array([[(k["x"], k["y"], k["score"]) for k in pose["keypoints"]] for pose in poses])
    return keypoints[..., :2], keypoints[..., 2], np.array([pose["score"] for pose in poses])


def local_maxima(heatmaps: NDArray[np.float32], threshold: float) -> list[tuple[int, int, int]]:
    """Row, column and part of the cells that reach the threshold and that no neighbour exceeds."""
    return [
        (y, x, part)
        for y, x, part in np.argwhere(heatmaps >= threshold).tolist()
        if heatmaps[y, x, part] >= heatmaps[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2, part].max()
    ]


def heap_order(scores: Sequence[float]) -> list[int]:
    """In which order libstdc++'s ``std::priority_queue`` gives back what was put in: equals come as its heap has it."""
    heap: list[int] = []

    def sift_up(hole: int, item: int) -> None:
        while hole and scores[heap[(hole - 1) // 2]] < scores[item]:
            heap[hole] = heap[(hole - 1) // 2]
            hole = (hole - 1) // 2
        heap[hole] = item

    for item in range(len(scores)):
        heap.append(item)
        sift_up(item, item)
    order = []
    while heap:
        order.append(heap[0])
        last = heap.pop()
        if not heap:
            break
        hole = 0
        while 2 * hole + 1 < len(heap):
            child = 2 * hole + 2
            if child == len(heap) or scores[heap[child]] < scores[heap[child - 1]]:
                child -= 1
            heap[hole] = heap[child]
            hole = child
        sift_up(hole, last)
    return order


@pytest.mark.parametrize("picture", PICTURES)
def test_coral_equals_the_cpp_decoder(picture: str, data: Path) -> None:
    """The quantised heatmaps have many equal scores. Told apart by 1e-6, in the order in which the C++ decoder's heap
    happens to give them back, they lead to exactly its poses.
    """
    maps = read_coral(data, picture)
    roots = local_maxima(maps.heatmaps, 0.2)
    scores = [float(maps.heatmaps[root]) for root in roots]
    assert len(set(scores)) < len(scores)
    heatmaps = maps.heatmaps.copy()
    for rank, i in enumerate(reversed(heap_order(scores))):
        heatmaps[roots[i]] += 1e-6 * rank
    poses = decode_coral(replace(maps, heatmaps=heatmaps))
    xy, keypoint_scores, pose_scores = read_cpp_poses(data, picture)
    assert len(poses) == len(xy)
    np.testing.assert_allclose(poses.xy, xy, rtol=0, atol=0.25)
    np.testing.assert_allclose(poses.keypoint_scores, keypoint_scores, rtol=0, atol=0.01)
    np.testing.assert_allclose(poses.scores, pose_scores, rtol=0, atol=0.01)


#: Poses of which several keypoints tie for the best root: of them the C++ decoder starts from another one.
OTHER_ROOT = {("couple", 1), ("group_60", 2), ("group_300", 1), ("group_300", 2)}


@pytest.mark.parametrize("picture", PICTURES)
def test_coral_differs_from_the_cpp_decoder_only_where_roots_tie(picture: str, data: Path) -> None:
    poses = decode_coral(read_coral(data, picture))
    xy, keypoint_scores, pose_scores = read_cpp_poses(data, picture)
    assert len(poses) == len(xy)
    np.testing.assert_allclose(poses.keypoint_scores, keypoint_scores, rtol=0, atol=0.01)
    np.testing.assert_allclose(poses.scores, pose_scores, rtol=0, atol=0.01)
    for i in range(len(xy)):
        apart = np.abs(poses.xy[i] - xy[i]).max(axis=1)
        if (picture, i) in OTHER_ROOT:
            assert 0.25 < apart.max() <= 2.5
            assert np.median(apart) <= 0.01
        else:
            assert apart.max() <= 0.25


# The textbook form


def textbook_coral(
    maps: Maps, *, max_detections: int, score_threshold: float, nms_radius: float
) -> list[tuple[float, NDArray[np.float64], NDArray[np.float64]]]:
    """PersonLab's fast greedy decoding, one keypoint at a time, by a best-first queue over the edges.

    Score, xy (17, 2) and keypoint scores (17,) of each pose. All in cells until the end.
    """
    height, width, _ = maps.heatmaps.shape
    heatmaps = maps.heatmaps.astype(np.float64)
    logits = np.log(heatmaps) - np.log1p(-heatmaps)
    short = maps.offsets.astype(np.float64) / maps.output_stride
    mid = {
        False: maps.displacements_fwd.astype(np.float64) / maps.output_stride,
        True: maps.displacements_bwd.astype(np.float64) / maps.output_stride,
    }
    radius = nms_radius / maps.output_stride

    def hold(y: float, x: float) -> tuple[float, float]:
        return min(max(y, 0.0), height - 1.0), min(max(x, 0.0), width - 1.0)

    def read(field: NDArray[np.float64], point: tuple[float, float], channel: int) -> float:
        (y, x), (top, left) = point, map(math.floor, point)
        value = 0.0
        for row, row_weight in ((top, 1 - (y - top)), (math.ceil(y), y - top)):
            for column, weight in ((left, 1 - (x - left)), (math.ceil(x), x - left)):
                value += row_weight * weight * field[row, column, channel]
        return value

    def is_same(a: tuple[float, float], b: tuple[float, float]) -> bool:
        return math.dist(a, b) <= radius

    neighbours: list[list[tuple[int, int, bool]]] = [[] for _ in range(17)]
    for edge, (parent, child) in enumerate(TREE):
        neighbours[parent].append((child, edge, False))
        neighbours[child].append((parent, edge, True))

    found: list[tuple[list[tuple[float, float]], list[float]]] = []
    for y, x, part in sorted(local_maxima(maps.heatmaps, score_threshold), key=lambda at: -heatmaps[at]):
        root = hold(y + short[y, x, part], x + short[y, x, part + 17])
        if len(found) == max_detections or any(is_same(root, points[part]) for points, _ in found):
            continue
        points: list[tuple[float, float]] = [(-1.0, -1.0)] * 17
        scores = [-1.0] * 17
        queue = [(-read(logits, root, part), part, root)]
        while queue:
            odds, part, point = heapq.heappop(queue)
            if scores[part] >= 0:
                continue
            points[part], scores[part] = point, 1 / (1 + math.exp(odds))
            for target, edge, is_up in neighbours[part]:
                if scores[target] < 0:
                    at = hold(*(point[axis] + read(mid[is_up], point, edge + 16 * axis) for axis in (0, 1)))
                    for _ in range(5):
                        at = hold(*(at[axis] + read(short, at, target + 17 * axis) for axis in (0, 1)))
                    heapq.heappush(queue, (-read(logits, at, target), target, at))
        if sum(scores) / 17 >= score_threshold:
            found.append((points, scores))

    found.sort(key=lambda pose: -sum(pose[1]))
    result = []
    for i, (points, scores) in enumerate(found):
        is_claimed = [any(is_same(points[k], better[k]) for better, _ in found[:i]) for k in range(17)]
        score = sum(0.0 if claimed else s for s, claimed in zip(scores, is_claimed, strict=True)) / 17
        if score >= score_threshold:
            result.append((score, np.array(points)[:, ::-1] * maps.output_stride, np.array(scores)))
    return sorted(result, key=lambda pose: -pose[0])


def random_maps(seed: int, grid: tuple[int, int], stride: int) -> Maps:
    """Noise, in which poses overlap and leave the picture. Fields vary so little from cell to cell that the forty
    steps which a keypoint may be away from its root do not blow rounding errors up.
    """
    rng = np.random.default_rng(seed)

    def field(channels: int, reach: float) -> NDArray[np.float32]:
        mean, spread = rng.normal(0, reach * stride, channels), rng.normal(0, 0.2 * stride, (*grid, channels))
        return (mean + spread).astype(np.float32)

    return Maps(
        heatmaps=rng.beta(0.6, 1.2, (*grid, 17)).clip(1e-4, 1 - 1e-4).astype(np.float32),
        offsets=field(34, 0.2),
        displacements_fwd=field(32, 2.0),
        displacements_bwd=field(32, 2.0),
        output_stride=stride,
    )


def assert_equals_textbook(maps: Maps, **parameters: Any) -> None:
    poses = decode_coral(maps, **parameters)
    expected = textbook_coral(maps, **parameters)
    assert len(poses) == len(expected)
    for i, (score, xy, keypoint_scores) in enumerate(expected):
        np.testing.assert_allclose(poses.xy[i], xy, rtol=0, atol=0.02)
        np.testing.assert_allclose(poses.keypoint_scores[i], keypoint_scores, rtol=0, atol=1e-3)
        np.testing.assert_allclose(poses.scores[i], score, rtol=0, atol=1e-3)


@pytest.mark.parametrize("grid", [(9, 9), (6, 13), (14, 5), (1, 7), (7, 1), (1, 1), (2, 2)])
@pytest.mark.parametrize("stride", [8, 16, 32])
def test_coral_equals_the_textbook_on_noise(grid: tuple[int, int], stride: int) -> None:
    for seed in range(3):
        maps = random_maps(seed, grid, stride)
        assert_equals_textbook(maps, max_detections=10, score_threshold=0.3, nms_radius=0.6 * stride)


@pytest.mark.parametrize("max_detections", [1, 40])
def test_coral_equals_the_textbook_with_more_candidates_than_fit_in_one_chunk(max_detections: int) -> None:
    maps = random_maps(5, (17, 23), 16)
    assert len(local_maxima(maps.heatmaps, 0.3)) > 200
    assert_equals_textbook(maps, max_detections=max_detections, score_threshold=0.3, nms_radius=6.0)


@pytest.mark.parametrize("case", ["couple_353x481", "treadmill_353x481", "group_353x481", "squat_321x257"])
def test_coral_equals_the_textbook_on_pictures(case: str, tensors: Callable[[str], Maps]) -> None:
    assert_equals_textbook(tensors(case), max_detections=10, score_threshold=0.2, nms_radius=10.0)


# Truth


def crowd(columns: int, rows: int) -> NDArray[np.float64]:
    """People (n, 17, 2) of the same random shape, apart from each other."""
    shape = np.random.default_rng(3).uniform((20, 20), (180, 180), (17, 2))
    corners = np.array([(x * 210, y * 210) for y in range(rows) for x in range(columns)], np.float64)
    return corners[:, None] + shape


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (3, 1), (1, 2), (5, 3)])
def test_finds_people_where_they_are_best_first(
    profile: str, columns: int, rows: int, maps_of: Callable[..., Maps]
) -> None:
    people = crowd(columns, rows)
    peaks = np.random.default_rng(4).permutation(np.linspace(0.7, 0.95, len(people)))
    maps = maps_of(people, peaks, grid=(rows * 14, columns * 14), stride=16)
    poses = PROFILES[profile].decode(maps, max_detections=len(people))
    np.testing.assert_allclose(poses.xy, people[np.argsort(-peaks)], rtol=0, atol=0.01)
    assert [a.dtype for a in (poses.xy, poses.keypoint_scores, poses.scores)] == [np.float32] * 3


@pytest.mark.parametrize("profile", PROFILES)
def test_the_best_are_kept_when_there_are_too_many(profile: str, maps_of: Callable[..., Maps]) -> None:
    people = crowd(4, 1)
    maps = maps_of(people, [0.75, 0.9, 0.7, 0.8], grid=(14, 56), stride=16)
    poses = PROFILES[profile].decode(maps, max_detections=2)
    np.testing.assert_allclose(poses.xy, people[[1, 3]], rtol=0, atol=0.01)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("root", range(17))
def test_every_keypoint_can_be_the_root(profile: str, root: int, maps_of: Callable[..., Maps]) -> None:
    person = crowd(1, 1)
    maps = maps_of(person, [0.8], grid=(14, 14), stride=16)
    heatmaps = maps.heatmaps * np.where(np.arange(17) == root, 1.0, 0.5).astype(np.float32)
    poses = PROFILES[profile].decode(replace(maps, heatmaps=heatmaps), score_threshold=0.25)
    np.testing.assert_allclose(poses.xy, person, rtol=0, atol=0.01)


# Every profile, on anything


@pytest.mark.parametrize("profile", PROFILES)
def test_nobody_is_an_empty_result(profile: str, tensors: Callable[[str], Maps]) -> None:
    for poses in (
        PROFILES[profile].decode(tensors("empty_225x225")),
        PROFILES[profile].decode(tensors("couple_257x257"), max_detections=0),
    ):
        assert (poses.xy.shape, poses.keypoint_scores.shape, poses.scores.shape) == ((0, 17, 2), (0, 17), (0,))
        assert poses.xy.dtype == np.float32


@pytest.mark.parametrize("profile", PROFILES)
def test_views_into_packed_outputs_decode_alike(profile: str, tensors: Callable[[str], Maps]) -> None:
    maps = tensors("three_people_257x337")
    packed = np.concatenate((maps.heatmaps, maps.offsets, maps.displacements_fwd, maps.displacements_bwd), axis=-1)
    views = replace(
        maps,
        heatmaps=packed[..., :17],
        offsets=packed[..., 17:51],
        displacements_fwd=packed[..., 51:83],
        displacements_bwd=packed[..., 83:],
    )
    expected, poses = (PROFILES[profile].decode(m) for m in (maps, views))
    assert len(expected) >= 3
    np.testing.assert_array_equal(poses.xy, expected.xy)
    np.testing.assert_array_equal(poses.scores, expected.scores)


@pytest.mark.parametrize("profile", PROFILES)
def test_fewer_people_are_the_first_of_more(profile: str, tensors: Callable[[str], Maps]) -> None:
    """Without a limit on the score, and with no overlap to count, poses do not depend on how many are wanted."""
    maps = tensors("random_stride8_33x41")

    def decode(n: int) -> set[bytes]:
        poses = PROFILES[profile].decode(maps, max_detections=n, score_threshold=0.3, nms_radius=0.5)
        assert len(poses) == n
        return {pose.tobytes() for pose in poses.xy}

    assert decode(3) < decode(7) < decode(12)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    "change",
    [
        lambda m: {"offsets": m.displacements_fwd},
        lambda m: {"heatmaps": m.heatmaps[:, :8]},
        lambda m: {"heatmaps": m.heatmaps[None]},
        lambda m: {"displacements_bwd": m.displacements_bwd[..., :16]},
        lambda m: {"displacements_fwd": m.displacements_fwd[:5]},
        lambda m: {name: getattr(m, name)[:0] for name in ("heatmaps", "offsets", "displacements_fwd")},
    ],
)
def test_maps_that_do_not_fit_are_refused(
    profile: str, change: Callable[[Maps], dict[str, Any]], tensors: Callable[[str], Maps]
) -> None:
    maps = tensors("random_stride32_9x9")
    with pytest.raises(DecodeError, match=r"of shapes \(.*; expected \(H, W, 17\), .*bind the network's outputs"):
        PROFILES[profile].decode(replace(maps, **change(maps)))


def test_an_output_stride_of_zero_is_refused(tensors: Callable[[str], Maps]) -> None:
    with pytest.raises(DecodeError, match="output stride 0: expected 8, 16 or 32"):
        decode_coral(replace(tensors("random_stride32_9x9"), output_stride=0))


@pytest.mark.parametrize(("name", "decode"), [("tfjs", decode_tfjs), ("coral", decode_coral)])
def test_profiles_say_the_defaults_of_their_functions(name: str, decode: Callable[..., Poses]) -> None:
    profile = PROFILES[name]
    assert profile.decode is decode
    for parameter in ("max_detections", "score_threshold", "nms_radius"):
        assert inspect.signature(decode).parameters[parameter].default == getattr(profile, parameter)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    grid=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    stride=st.sampled_from([8, 16, 32]),
    max_detections=st.integers(0, 8),
    threshold=st.sampled_from([0.0, 0.2, 0.5, 0.9]),
    radius=st.sampled_from([0.5, 10.0, 60.0]),
    levels=st.sampled_from([2, 5, 256]),
)
def test_any_maps_give_sound_poses(
    seed: int,
    grid: tuple[int, int],
    stride: int,
    max_detections: int,
    threshold: float,
    radius: float,
    levels: int,
) -> None:
    """Also with probabilities of exactly 0 and 1, with plateaus, and with offsets that lead far out of the picture."""
    maps = random_maps(seed, grid, stride)
    maps = replace(
        maps,
        heatmaps=np.rint(maps.heatmaps * (levels - 1)).astype(np.float32) / np.float32(levels - 1),
        displacements_fwd=maps.displacements_fwd * 100,
    )
    for name, profile in PROFILES.items():
        poses = profile.decode(maps, max_detections=max_detections, score_threshold=threshold, nms_radius=radius)
        assert len(poses) <= max_detections
        assert np.isfinite(poses.xy).all()
        assert ((poses.keypoint_scores >= 0) & (poses.keypoint_scores <= 1)).all()
        assert (poses.scores <= poses.keypoint_scores.mean(axis=1) + 1e-6).all()
        if name == "coral":
            assert (np.diff(poses.scores) <= 0).all()
            assert (poses.scores >= np.float32(threshold)).all()
            assert (poses.xy >= 0).all()
            assert (poses.xy <= (np.array(grid[::-1]) - 1) * stride).all()
        else:
            best = poses.keypoint_scores.max(axis=1, initial=0.0)
            assert (best >= np.float32(threshold)).all()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", ["heatmaps", "offsets", "displacements_fwd", "displacements_bwd"])
def test_nan_in_the_maps_does_no_harm(profile: str, name: str, tensors: Callable[[str], Maps]) -> None:
    maps = tensors("random_stride32_9x9")
    spoilt = getattr(maps, name).copy()
    spoilt[::2] = np.nan
    assert len(PROFILES[profile].decode(replace(maps, **{name: spoilt}))) <= PROFILES[profile].max_detections
