"""A stand-in for the network, of which the right answer is known for any picture with bright dots; golden tensors."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.posenet.maps import Maps
from posekit.skeleton import TREE


class DotModel:
    """Sees a person in every bright dot, all of whose keypoints lie at its centre of mass.

    pinned: whether it takes pictures in the memory that they are in, as the uint8 networks do.
    """

    output_stride = 16

    def __init__(self, input_size: tuple[int, int] = (193, 257), *, pinned: bool = True) -> None:
        self.pinned = pinned
        self.resize(input_size)

    def resize(self, input_size: tuple[int, int]) -> None:
        self.input_size = input_size
        self.input = np.zeros((*input_size, 3), np.uint8)

    def at(self, input_size: tuple[int, int]) -> "DotModel":
        return DotModel(input_size, pinned=self.pinned)

    def encode(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return rgb if self.pinned else rgb.copy()

    def load(self, encoded: NDArray[np.uint8]) -> None:
        self.input[:] = encoded

    def invoke(self) -> NDArray[np.uint8]:
        return self.input.copy()

    def maps(self, raw: NDArray[np.uint8]) -> Maps:
        stride = self.output_stride
        height, width = ((side - 1) // stride + 1 for side in raw.shape[:2])
        cells = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1) * stride
        heatmaps = np.zeros((height, width, 17), np.float32)
        offsets = np.zeros((height, width, 34), np.float32)
        nearest = np.full((height, width), np.inf)
        brightness = np.clip(raw.sum(axis=2, dtype=np.float64) / 3 - 180, 0, None)
        count, labels = cv2.connectedComponents((brightness > 0).astype(np.uint8))
        for label in range(1, count):
            weights = brightness * (labels == label)
            ys, xs = np.indices(weights.shape)
            centre = np.array([(weights * xs).sum(), (weights * ys).sum()]) / weights.sum()
            away = np.hypot(*np.moveaxis(centre - cells, -1, 0))
            mine = away < nearest
            nearest[mine] = away[mine]
            offsets[mine, :17] = (centre - cells)[mine, 1:]
            offsets[mine, 17:] = (centre - cells)[mine, :1]
            heatmaps[mine] = np.where(away < 2 * stride, 0.95 - away / (20 * stride), 0)[mine, None]
        still = np.zeros((height, width, 32), np.float32)
        return Maps(
            heatmaps=heatmaps,
            offsets=offsets,
            displacements_fwd=still,
            displacements_bwd=still,
            output_stride=stride,
        )


@pytest.fixture(scope="session")
def dot_model() -> Callable[..., DotModel]:
    """Makes a stand-in for the network; see ``DotModel``."""
    return DotModel


@pytest.fixture(scope="session")
def dots() -> Callable[..., NDArray[np.uint8]]:
    """Draws a black BGR picture of (width, height) with soft white dots centred on the places given."""

    def draw(size: tuple[int, int], *places: tuple[float, float]) -> NDArray[np.uint8]:
        width, height = size
        ys, xs = np.indices((height, width), np.float32)
        sigma = max(size) / 60
        image = np.zeros((height, width), np.float32)
        for x, y in places:
            image += 250 * np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / (2 * sigma**2))
        return np.repeat(np.rint(image).astype(np.uint8)[..., None], 3, axis=2)

    return draw


@pytest.fixture(scope="session")
def tensors(data: Path) -> Callable[[str], Maps]:
    """Reads the golden tensors of a case of ``posenet_decode``."""
    cases = json.loads((data / "posenet_decode" / "index.json").read_text())

    def read(case: str) -> Maps:
        with np.load(data / "posenet_decode" / f"{case}.npz") as file:
            return Maps(
                heatmaps=file["scores"],
                offsets=file["offsets"],
                displacements_fwd=file["displacements_fwd"],
                displacements_bwd=file["displacements_bwd"],
                output_stride=cases[case]["stride"],
            )

    return read


@pytest.fixture(scope="session")
def tfjs_poses(data: Path) -> Any:
    """What TensorFlow.js decodes from the golden tensors: ``[case]["single"]`` and ``[case]["multi"][i]``."""
    return json.loads((data / "posenet_decode" / "tfjs_poses.json").read_text())


@pytest.fixture(scope="session")
def maps_of() -> Callable[..., Maps]:
    """Makes the maps that an ideal network would give for people at (n, 17, 2) x, y model-input pixels."""

    def make(people: NDArray[np.float64], peaks: Sequence[float], *, grid: tuple[int, int], stride: int) -> Maps:
        height, width = grid
        cells = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1) * float(stride)
        heatmaps = np.full((height, width, 17), 0.01, np.float32)
        offsets = np.zeros((height, width, 2, 17), np.float32)
        forward = np.zeros((height, width, 2, 16), np.float32)
        backward = np.zeros((height, width, 2, 16), np.float32)
        for part in range(17):
            to_people = people[:, part] - cells[:, :, None]
            away = np.hypot(to_people[..., 0], to_people[..., 1])
            nearest = away.argmin(axis=-1)
            distance = away.min(axis=-1)
            height_there = np.asarray(peaks)[nearest] - distance / (20 * stride)
            heatmaps[:, :, part] = np.where(distance < 1.5 * stride, height_there, 0.01)
            offsets[..., part] = np.take_along_axis(to_people, nearest[..., None, None], axis=2)[:, :, 0, ::-1]
            for edge, (parent, child) in enumerate(TREE):
                bone = (people[:, child] - people[:, parent])[nearest][..., ::-1]
                if part == parent:
                    forward[..., edge] = bone
                if part == child:
                    backward[..., edge] = -bone
        return Maps(
            heatmaps=heatmaps,
            offsets=offsets.reshape(height, width, 34),
            displacements_fwd=forward.reshape(height, width, 32),
            displacements_bwd=backward.reshape(height, width, 32),
            output_stride=stride,
        )

    return make
