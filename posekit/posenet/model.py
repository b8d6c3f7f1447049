"""PoseNet in the TFLite runtime: loads any of its files, feeds it pictures, and returns its maps.

Outputs are bound by what they are, never by their order: 17 channels are heatmaps, 34 are short offsets, 64 are packed
displacements, and of two with 32 the name says which goes forward.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from posekit.errors import ConfigError, ModelError
from posekit.posenet.graph import Graph
from posekit.posenet.maps import Maps
from posekit.posenet.sizing import is_valid, nearest_valid

__all__ = ["Network", "RawOutputs"]

_EXPECTED: Final = (
    "expected heatmaps with 17 channels, short offsets with 34, and displacements with 64, or forward and backward "
    "ones ('fwd', 'bwd' in their names) with 32 each"
)
#: Added to RGB by PoseNets on ResNet-50, which take pixels and do not divide them. Source: TensorFlow.js, resnet.ts.
_RESNET_MEAN: Final = np.array((-123.15, -115.90, -103.06), np.float32)

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawOutputs:
    """The network's outputs for one picture as they left it, copied. Each is (H, W, channels).

    displacements: one packed array (64 channels), or the forward and the backward one (32 channels each).
    """

    heatmaps: NDArray[Any]
    offsets: NDArray[Any]
    displacements: tuple[NDArray[Any], ...]


class Network:
    """A PoseNet file, ready to run.

    content: the bytes of the .tflite file. name: for messages. input_size: (height, width) in pixels; None takes the
    file's own. output_stride: 8, 16 or 32, see ``graph``; None takes the file's own. num_threads: of the runtime.

    notes: what had to be changed, for the user to read. Raises ModelError for a file that is damaged, is no PoseNet,
    or cannot be changed as asked for. One thread may use ``load``, ``invoke`` and ``resize``; ``encode`` and
    ``maps`` may run in others.
    """

    def __init__(
        self,
        content: bytes,
        *,
        name: str,
        input_size: tuple[int, int] | None = None,
        output_stride: int | None = None,
        num_threads: int = 2,
    ) -> None:
        if num_threads < 1:
            raise ConfigError(f"threads must be at least 1, got {num_threads}")
        self.name = name
        self.notes: tuple[str, ...] = ()
        graph = Graph(content, name=name)
        graph.cut_custom_operators()
        if output_stride is not None:
            graph.set_output_stride(output_stride)
        self.output_stride = graph.output_stride
        self._content = graph.content
        self._num_threads = num_threads
        self._interpreter = self._start()
        self._bind(graph)
        self.resize(input_size or self._natural_size)

    def at(self, input_size: tuple[int, int]) -> Self:
        """The same network ready to run at another input size: it shares the file's bytes and nothing that changes.

        Raises ModelError where the graph allows its own size only.
        """
        twin = copy.copy(self)
        twin.notes = ()
        twin._interpreter = self._start()
        twin.resize(input_size)
        return twin

    @cached_property
    def resizable(self) -> bool:
        """Whether it runs at sizes other than its own; found out by trying one."""
        other = 4 * self.output_stride + 1
        try:
            self.at((other, other if other != self.input_size[0] else other + self.output_stride))
        except ModelError:
            return False
        return True

    def _start(self) -> Interpreter:
        try:
            return Interpreter(model_content=self._content, num_threads=self._num_threads)
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"model '{self.name}' cannot be loaded: {_one_line(error)}") from None

    def _bind(self, graph: Graph) -> None:
        (entry, *others), outputs = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        heatmap, offset, displacements = self._find_outputs(outputs)
        shape = [int(side) for side in entry["shape"]]
        if others or len(shape) != 4 or shape[0] != 1 or shape[3] != 3:
            raise ModelError(f"model '{self.name}' is no PoseNet: its input is {shape}; expected 1×height×width×3")
        self._input = int(entry["index"])
        self._natural_size = (shape[1], shape[2])
        self._input_table = _input_table(entry, self.name, is_resnet=_is_resnet(graph))
        self._raw_pixels = entry["dtype"] is np.uint8 and np.array_equal(self._input_table, np.arange(256))
        self._outputs = (heatmap, offset, *displacements)
        is_sigmoid = graph.sigmoid_outputs()[outputs.index(heatmap)]
        self._heatmaps = _reader(heatmap, probabilities=not is_sigmoid)
        self._offsets = _reader(offset)
        self._displacements = tuple(_reader(output) for output in displacements)

    def _find_outputs(self, outputs: Sequence[dict[str, Any]]) -> tuple[Any, Any, tuple[Any, ...]]:
        """The details of heatmaps, short offsets, and displacements (packed, or forward and backward)."""

        def with_channels(count: int) -> list[dict[str, Any]]:
            return [output for output in outputs if len(output["shape"]) == 4 and output["shape"][3] == count]

        heatmaps, offsets, packed, halves = map(with_channels, (17, 34, 64, 32))
        forward = [output for output in halves if _says(output, "fwd", "forward")]
        backward = [output for output in halves if _says(output, "bwd", "backward")]
        if len(heatmaps) == len(offsets) == 1:
            if len(packed) == 1:
                return heatmaps[0], offsets[0], (packed[0],)
            if len(forward) == len(backward) == 1 and len(halves) == 2:
                return heatmaps[0], offsets[0], (forward[0], backward[0])
        found = ", ".join(
            f"'{output['name']}' {'×'.join(str(side) for side in output['shape'])} {np.dtype(output['dtype']).name}"
            for output in outputs
        )
        raise ModelError(f"model '{self.name}' is no PoseNet: its outputs are {found}; {_EXPECTED}")

    def resize(self, input_size: tuple[int, int]) -> None:
        """Take pictures of (height, width) pixels from now on, rounded to a valid size with a note.

        Raises ModelError where the graph allows its own size only.
        """
        size = input_size
        if not is_valid(size, self.output_stride):
            size = nearest_valid(size, self.output_stride)
            self.notes += (
                f"input size {input_size[0]}x{input_size[1]} was rounded to {size[0]}x{size[1]}: "
                f"each side minus 1 must be a multiple of the output stride {self.output_stride}",
            )
        own = "x".join(map(str, self._natural_size))
        try:
            self._interpreter.resize_tensor_input(self._input, [1, *size, 3])
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(
                f"model '{self.name}' cannot run at input size {size[0]}x{size[1]}: {_one_line(error)}; "
                f"pass its own, --input-size {own}"
            ) from None
        cells = tuple((side - 1) // self.output_stride + 1 for side in size)
        for output in self._outputs:
            got = self._interpreter.tensor(output["index"])().shape
            if got[1:3] != cells:
                raise ModelError(
                    f"model '{self.name}' gives '{output['name']}' {got[1]}×{got[2]} cells at input size "
                    f"{size[0]}x{size[1]}; expected {cells[0]}×{cells[1]} at output stride {self.output_stride}; "
                    f"pass its own, --input-size {own}"
                )
        self.input_size = size

    def encode(self, rgb: NDArray[np.uint8]) -> NDArray[Any]:
        """A picture, (height, width, 3) uint8 RGB, as the network's input holds it.

        The picture's own memory is used where an element is a byte.
        """
        if self._raw_pixels:
            return rgb
        # OpenCV's table lookup knows nothing of int8: same bytes, other name.
        bytes_in_place = self._input_table.dtype == np.uint8
        return cv2.LUT(rgb, self._input_table, dst=rgb if bytes_in_place else None)

    def load(self, encoded: NDArray[Any]) -> None:
        """Write what ``encode`` made into the input tensor.

        A plain copy of memory that keeps the interpreter's lock: NumPy would let it go, and then every picture would
        wait until another thread gives it back.
        """
        tensor = self._interpreter.tensor(self._input)()  # a view; none may outlive the next invoke
        if tensor.nbytes != encoded.nbytes:
            raise ValueError(f"the input holds {tensor.shape} {tensor.dtype}, got {encoded.shape} {encoded.dtype}")
        tensor.data.cast("B")[:] = encoded.data.cast("B")

    def invoke(self) -> RawOutputs:
        """Run the network on what is in the input tensor. Other threads run meanwhile."""
        self._interpreter.invoke()
        heatmaps, offsets, *displacements = (
            self._interpreter.get_tensor(output["index"])[0] for output in self._outputs
        )
        return RawOutputs(heatmaps=heatmaps, offsets=offsets, displacements=tuple(displacements))

    def maps(self, raw: RawOutputs) -> Maps:
        """The outputs as numbers: probabilities and input pixels."""
        if len(raw.displacements) == 1:
            (read,), (packed,) = self._displacements, raw.displacements
            forward, backward = read(packed[..., :32]), read(packed[..., 32:])
        else:
            forward, backward = (read(part) for read, part in zip(self._displacements, raw.displacements, strict=True))
        return Maps(
            heatmaps=self._heatmaps(raw.heatmaps),
            offsets=self._offsets(raw.offsets),
            displacements_fwd=forward,
            displacements_bwd=backward,
            output_stride=self.output_stride,
        )


def _is_resnet(graph: Graph) -> bool:
    """Whether it is a PoseNet on ResNet-50: nothing but the names of its tensors tells."""
    return any("resnet" in name.lower() for name in graph.tensor_names())


def _input_table(entry: dict[str, Any], name: str, *, is_resnet: bool) -> NDArray[Any]:
    """What each pixel value 0…255 is in the input tensor: (256,), or (1, 256, 3) where R, G and B differ.

    Its type is float32, or uint8 (also for the bytes of an int8).

    A quantised tensor holds pixels/127.5 - 1 by its scale and zero point; with Coral's (1/128, 128) that is meant to
    be the pixel itself.
    """
    pixels = np.arange(256, dtype=np.float64)
    wanted = (pixels[:, None] + _RESNET_MEAN)[None] if is_resnet else pixels / 127.5 - 1.0
    dtype = entry["dtype"]
    if dtype is np.float32:
        return wanted.astype(np.float32)
    scale, zero_point = entry["quantization"]
    if dtype not in (np.uint8, np.int8) or not scale:
        raise ModelError(
            f"model '{name}' takes {np.dtype(dtype).name} pictures with scale {scale:g}; "
            "expected float32, or uint8 or int8 with a scale"
        )
    if dtype is np.uint8 and (scale, zero_point) == (1 / 128, 128):
        return pixels.astype(np.uint8)
    limits = np.iinfo(dtype)
    codes = np.clip(np.rint(wanted / scale) + zero_point, limits.min, limits.max)
    bytes_of_codes: NDArray[np.uint8] = codes.astype(dtype).view(np.uint8)
    return bytes_of_codes


def _reader(output: dict[str, Any], *, probabilities: bool = False) -> Callable[[NDArray[Any]], FloatArray]:
    """A function from an output as it left the network to float32 numbers.

    probabilities: pass logits through a sigmoid. For 8-bit outputs everything is one lookup in a table of 256 entries.
    """
    dtype = output["dtype"]
    if dtype not in (np.uint8, np.int8):
        return _probabilities if probabilities else _numbers
    scale, zero_point = output["quantization"]
    codes = np.arange(256, dtype=np.uint8).view(dtype).astype(np.float64)
    values = (codes - zero_point) * scale
    table = (1.0 / (1.0 + np.exp(-values)) if probabilities else values).astype(np.float32)

    def look_up(raw: NDArray[Any]) -> FloatArray:
        # OpenCV looks up four times as fast as NumPy's indexing.
        rows = raw.view(np.uint8).reshape(raw.shape[0], -1)
        values: FloatArray = cv2.LUT(rows, table).reshape(raw.shape).astype(np.float32, copy=False)
        return values

    return look_up


def _numbers(raw: NDArray[Any]) -> FloatArray:
    return np.ascontiguousarray(raw, np.float32)


def _probabilities(raw: NDArray[Any]) -> FloatArray:
    with np.errstate(over="ignore"):
        probabilities: FloatArray = np.reciprocal(1.0 + np.exp(-raw.astype(np.float32)), dtype=np.float32)
    return probabilities


def _says(output: dict[str, Any], *words: str) -> bool:
    return any(word in output["name"].lower() for word in words)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
