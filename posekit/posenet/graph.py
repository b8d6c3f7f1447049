"""Reads a TFLite file as a graph, proves that it is sound, and rewrites it in memory.

Rewrites: custom operators at the end are cut off, so that what they read becomes the output; and the output stride is
changed by the à trous method: where a convolution loses its stride, those behind it are dilated instead.
Sources: the TFLite schema; Chen et al., DeepLab (arXiv:1606.00915).
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from posekit.errors import ModelError

__all__ = ["Graph"]

_IDENTIFIER: Final = b"TFL3"
_ITEM_BYTES: Final = {
    schema.TensorType.FLOAT32: 4,
    schema.TensorType.FLOAT16: 2,
    schema.TensorType.INT32: 4,
    schema.TensorType.UINT8: 1,
    schema.TensorType.INT64: 8,
    schema.TensorType.BOOL: 1,
    schema.TensorType.INT16: 2,
    schema.TensorType.INT8: 1,
}
_SPATIAL: Final = (schema.BuiltinOperator.CONV_2D, schema.BuiltinOperator.DEPTHWISE_CONV_2D)
#: What reading a damaged flatbuffer with flatbuffers' Python runtime and NumPy has been seen to raise.
_DAMAGE: Final = (
    struct.error,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    KeyError,
    AssertionError,
)


@dataclass(slots=True)
class _Convolution:
    """A convolution with a kernel larger than one pixel, or with a stride: what the output stride hangs on."""

    options: Any
    kernel: tuple[int, int]

    @property
    def stride(self) -> int:
        return int(self.options.strideH)

    @property
    def dilation(self) -> int:
        return int(self.options.dilationHFactor)

    def set(self, *, stride: int, dilation: int) -> None:
        self.options.strideH = self.options.strideW = stride
        if max(self.kernel) > 1:
            self.options.dilationHFactor = self.options.dilationWFactor = dilation


class Graph:
    """The first subgraph of a TFLite file.

    Reading proves every table, index and buffer to lie within the file: the runtime trusts them, and a truncated file
    can take the process with it. Raises ModelError, with ``name``, for a file that is damaged or no TFLite.
    """

    def __init__(self, content: bytes, *, name: str) -> None:
        self.name = name
        if len(content) < 8 or content[4:8] != _IDENTIFIER:
            raise ModelError(
                f"model '{name}' is no TensorFlow Lite file ({len(content)} bytes, mark {content[4:8]!r}); "
                "expected a .tflite file of PoseNet"
            )
        try:
            self._model = schema.ModelT.InitFromPackedBuf(content, 0)
            self._subgraph = self._model.subgraphs[0]
            _gather_buffers(self._model.buffers, content)
            self._prove()
        except _DAMAGE as error:
            raise ModelError(
                f"model '{name}' is damaged or truncated ({len(content)} bytes: {str(error)[:80]}); "
                "fetch it again, for example with 'posekit models pull'"
            ) from None
        self._content: bytes | None = content

    def _prove(self) -> None:
        """Raise one of ``_DAMAGE`` if an index or a constant does not fit."""
        model, tensors = self._model, self._subgraph.tensors
        for tensor in tensors:
            shape = [] if tensor.shape is None else [int(side) for side in tensor.shape]
            if min(shape, default=0) < 0 or math.prod(shape) > 1 << 31:
                raise ValueError(f"a tensor has the shape {shape}")
            if not 0 <= tensor.buffer < len(model.buffers):
                raise IndexError("a tensor has no buffer")
            data = model.buffers[tensor.buffer].data
            if data is not None and len(data):
                expected = math.prod(shape) * _ITEM_BYTES[tensor.type]
                if len(data) != expected:
                    raise ValueError(f"a constant has {len(data)} bytes, expected {expected}")
            self._prove_quantization(tensor, shape)
        for operator in self._subgraph.operators:
            if not 0 <= operator.opcodeIndex < len(model.operatorCodes):
                raise IndexError("an operator has no code")
            _within(operator.inputs, len(tensors), least=-1)
            _within(operator.outputs, len(tensors))
        _within(self._subgraph.inputs, len(tensors))
        _within(self._subgraph.outputs, len(tensors))
        if len(self._subgraph.inputs) < 1 or len(self._subgraph.outputs) < 1:
            raise ValueError("it has no input or no output")

    @staticmethod
    def _prove_quantization(tensor: Any, shape: Sequence[int]) -> None:
        quantization = tensor.quantization
        if quantization is None or quantization.scale is None or not len(quantization.scale):
            return
        count = len(quantization.scale)
        if not np.isfinite(quantization.scale).all():
            raise ValueError("a scale is not finite")
        if quantization.zeroPoint is not None and len(quantization.zeroPoint) not in (0, count):
            raise ValueError("scales and zero points differ in number")
        if count > 1 and shape[quantization.quantizedDimension] != count:
            raise ValueError("scales and channels differ in number")

    @property
    def content(self) -> bytes:
        """The file: the bytes that were read, unless something was rewritten."""
        if self._content is None:
            builder = flatbuffers.Builder(1 << 20)
            builder.Finish(self._model.Pack(builder), file_identifier=_IDENTIFIER)
            self._content = bytes(builder.Output())
        return self._content

    def cut_custom_operators(self) -> None:
        """Cut off custom operators: the tensors that they read, and no other operator makes, become the outputs."""
        kept = [operator for operator in self._subgraph.operators if not self._is_custom(operator)]
        if len(kept) == len(self._subgraph.operators):
            return
        made = {int(index) for operator in kept for index in operator.outputs}
        outputs = [int(index) for index in self._subgraph.outputs if int(index) in made]
        for operator in self._subgraph.operators:
            if self._is_custom(operator):
                outputs += [int(index) for index in operator.inputs if int(index) in made]
        self._subgraph.operators = kept
        self._subgraph.outputs = np.array(list(dict.fromkeys(outputs)), np.int32)
        self._model.signatureDefs = None  # they name outputs that are gone
        self._content = None

    def _is_custom(self, operator: Any) -> bool:
        return self._code(operator) == int(schema.BuiltinOperator.CUSTOM)

    def _code(self, operator: Any) -> int:
        code = self._model.operatorCodes[operator.opcodeIndex]
        return max(int(code.builtinCode), int(code.deprecatedBuiltinCode))

    def sigmoid_outputs(self) -> tuple[bool, ...]:
        """For each output, whether it went through a sigmoid (and nothing but a change of number format behind it)."""
        makers = {int(index): operator for operator in self._subgraph.operators for index in operator.outputs}
        formats = (schema.BuiltinOperator.DEQUANTIZE, schema.BuiltinOperator.QUANTIZE)
        found = []
        for index in self._subgraph.outputs:
            operator = makers.get(int(index))
            while operator is not None and self._code(operator) in formats:
                operator = makers.get(int(operator.inputs[0]))
            found.append(operator is not None and self._code(operator) == schema.BuiltinOperator.LOGISTIC)
        return tuple(found)

    def tensor_names(self) -> tuple[str, ...]:
        """The names of all tensors: they tell which family of networks a file belongs to."""
        return tuple((tensor.name or b"").decode("utf-8", "replace") for tensor in self._subgraph.tensors)

    @property
    def output_stride(self) -> int:
        """Input pixels per output cell: the product of the strides on the way."""
        return math.prod(convolution.stride for convolution in self._convolutions())

    def set_output_stride(self, output_stride: int) -> None:
        """Change the output stride without changing what the weights mean.

        Lower: the last strided convolutions lose their stride, and those behind are dilated. Higher, where the graph
        had been dilated this way: the reverse. Raises ModelError, naming what is possible, where it is not.
        """
        if output_stride == self.output_stride:
            return
        convolutions = self._convolutions()
        plain = _undilated(convolutions)
        highest = math.prod(stride for stride, _ in plain)
        possible = [stride for stride in (8, 16, 32) if highest % stride == 0 and stride <= highest]
        if output_stride not in possible:
            raise ModelError(
                f"model '{self.name}' cannot have output stride {output_stride}; its graph allows "
                f"{', '.join(map(str, possible))}"
            )
        reached, dilation = 1, 1
        for convolution, (stride, own_dilation) in zip(convolutions, plain, strict=True):
            if reached * stride <= output_stride:
                convolution.set(stride=stride, dilation=own_dilation * dilation)
                reached *= stride
            else:
                convolution.set(stride=1, dilation=own_dilation * dilation)
                dilation *= stride
        self._content = None

    def _convolutions(self) -> list[_Convolution]:
        """Convolutions that see more than one pixel or have a stride, from input to output."""
        found = []
        for operator in self._subgraph.operators:
            options = operator.builtinOptions
            if self._code(operator) in _SPATIAL and options is not None:
                height, width = self._subgraph.tensors[operator.inputs[1]].shape[1:3]
                convolution = _Convolution(options, (int(height), int(width)))
                if max(convolution.kernel) > 1 or convolution.stride > 1:
                    found.append(convolution)
        return found


def _undilated(convolutions: Sequence[_Convolution]) -> list[tuple[int, int]]:
    """(stride, dilation) of each convolution as it was before any à trous rewrite.

    A dilation that sets in at one convolution and stays to the end says that the one before it lost that stride.
    """
    plain = [(convolution.stride, convolution.dilation) for convolution in convolutions]
    for at in range(1, len(plain)):
        factor, (stride, before) = plain[at][1] // plain[at - 1][1], plain[at - 1]
        rest = [dilation for _, dilation in plain[at:]]
        if factor > 1 and stride == 1 and all(dilation % (factor * before) == 0 for dilation in rest):
            plain[at - 1] = (factor, before)
            plain[at:] = [(stride, dilation // factor) for stride, dilation in plain[at:]]
    return plain


def _gather_buffers(buffers: Sequence[Any], content: bytes) -> None:
    """Take in the constants that stand behind the flatbuffer, where newer converters put them."""
    for buffer in buffers:
        if buffer.offset > 1:
            if buffer.offset + buffer.size > len(content):
                raise IndexError("a constant lies behind the end of the file")
            buffer.data = np.frombuffer(content, np.uint8, count=buffer.size, offset=buffer.offset)
            buffer.offset = buffer.size = 0


def _within(indices: Any, count: int, *, least: int = 0) -> None:
    if any(not least <= int(index) < count for index in indices):
        raise IndexError("an index points to a tensor that is not there")
