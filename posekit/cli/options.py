"""Options that several commands share."""

from enum import StrEnum
from typing import Annotated

import typer

__all__ = [
    "Coordinates",
    "Decoder",
    "InputSize",
    "Lock",
    "Model",
    "Osc",
    "OscFormat",
    "OutputStride",
    "Threads",
    "Ws",
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
Ws = Annotated[
    list[str] | None, typer.Option(metavar="[HOST:]PORT", help="Serve a WebSocket there, for browsers and others.")
]
Model = Annotated[
    str | None, typer.Option(help="A network's name (posekit models list) or file.", autocompletion=model_names)
]
InputSize = Annotated[str | None, typer.Option(metavar="HxW", help="What the network sees, such as 353x481 pixels.")]
OutputStride = Annotated[int | None, typer.Option(help="8, 16 or 32: finer maps cost more.")]
Threads = Annotated[int | None, typer.Option(help="Threads of the network.")]
