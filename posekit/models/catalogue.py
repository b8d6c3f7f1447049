"""The networks that posekit knows by name: where each can be had, and how to know that it is the right one."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["CATALOGUE", "DEFAULT", "ModelEntry"]

#: The network that is part of posekit.
DEFAULT: Final = "posekit-mobilenet-050"

_CORAL: Final = "https://github.com/google-coral/project-posenet/raw/master/models/mobilenet"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """A network.

    size: bytes. sha256: hexadecimal. urls: tried in order; none for a bundled one. input_size: (height, width) that it
    comes with.
    """

    name: str
    file: str
    size: int
    sha256: str
    urls: tuple[str, ...]
    licence: str
    input_kind: str
    input_size: tuple[int, int]
    summary: str


#: Name to entry.
CATALOGUE: Final[Mapping[str, ModelEntry]] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            ModelEntry(
                name=DEFAULT,
                file="posekit_mobilenet_050_int8.tflite",
                size=1_036_048,
                sha256="de1a386da3b46f547ce882f1ffbcde26fbbb559a8b30e4d0d4289e2fc21e94ca",
                urls=(),
                licence="Apache-2.0",
                input_kind="int8",
                input_size=(193, 257),
                summary="fast; whole bodies in good light",
            ),
            ModelEntry(
                name="posenet-mobilenet-075",
                file="posenet_mobilenet_v1_075_353_481_quant.tflite",
                size=1_298_664,
                sha256="d589f727ee72effba3e8211b04c284fc65fc0a22907c161e2d6c080244d5c264",
                urls=(f"{_CORAL}/components/posenet_mobilenet_v1_075_353_481_quant.tflite",),
                licence="Apache-2.0",
                input_kind="uint8",
                input_size=(353, 481),
                summary="more accurate: small figures, close-ups, backs",
            ),
            ModelEntry(
                name="posenet-mobilenet-075-481",
                file="posenet_mobilenet_v1_075_481_641_quant_decoder.tflite",
                size=1_299_352,
                sha256="29c142d62cd1f4f562bcb423a88b85c67db26aa2c057c4a3ce519bc397a6f7d4",
                urls=(f"{_CORAL}/posenet_mobilenet_v1_075_481_641_quant_decoder.tflite",),
                licence="Apache-2.0",
                input_kind="uint8",
                input_size=(481, 641),
                summary="the same for distant people, with wider offsets",
            ),
            ModelEntry(
                name="posenet-mobilenet-100",
                file="posenet_mobilenet_v1_100_257x257_multi_kpt_stripped.tflite",
                size=13_269_068,
                sha256="7bcc1efa3010de45640406a4ce0acc2ef89a742021f11adacdca2fd6e494fa07",
                urls=(
                    "https://storage.googleapis.com/download.tensorflow.org/models/tflite/"
                    "posenet_mobilenet_v1_100_257x257_multi_kpt_stripped.tflite",
                ),
                licence="Apache-2.0",
                input_kind="float32",
                input_size=(257, 257),
                summary="unquantised; output stride 32, or 16 and 8 by option",
            ),
        )
    }
)
