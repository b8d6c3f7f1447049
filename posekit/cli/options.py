"""Options that several commands share."""

from enum import StrEnum
from typing import Annotated

import typer

__all__ = [
    "Coordinates",
    "Decoder",
    "FixedInputSize",
    "InputSize",
    "Lock",
    "Model",
    "Osc",
    "OscFormat",
    "OutputStride",
    "Threads",
    "model_names",
]


class Decoder(StrEnum):
    """The decoding profiles."""

    coral = "coral"
    tfjs = "tfjs"


class OscFormat(StrEnum):
    """The layouts of OSC messages."""

    joints = "joints"
    array = "array"
    scalar = "scalar"
    poseosc = "poseosc"


class Coordinates(StrEnum):
    """The coordinates of OSC messages."""

    norm = "norm"
    pixel = "pixel"
    aspect = "aspect"
    centered = "centered"


class Lock(StrEnum):
    """Whom to follow when only one person counts."""

    largest = "largest"
    central = "central"


def model_names(incomplete: str) -> list[str]:
    """The catalogue's names that begin so, for tab completion."""
    from posekit.models.catalogue import CATALOGUE

    return [name for name in CATALOGUE if name.startswith(incomplete)]


Osc = Annotated[
    list[str] | None, typer.Option(metavar="HOST:PORT", help="Send OSC there. Repeat for several receivers.")
]
Model = Annotated[
    str | None, typer.Option(help="A network's name (posekit models list) or file.", autocompletion=model_names)
]
InputSize = Annotated[
    str | None,
    typer.Option(
        metavar="auto|HxW", help="What the network sees: as suits the people in it (auto), or always HxW pixels."
    ),
]
FixedInputSize = Annotated[
    str | None, typer.Option("--input-size", metavar="HxW", help="What the network sees, such as 353x481 pixels.")
]
OutputStride = Annotated[int | None, typer.Option(help="8, 16 or 32: finer maps cost more.")]
Threads = Annotated[int | None, typer.Option(help="Threads of the network.")]
