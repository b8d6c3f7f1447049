"""Options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "ConfigFile",
    "Coordinates",
    "Decoder",
    "Detectors",
    "ExerciseFile",
    "Exercises",
    "FixedInputSize",
    "InputSize",
    "Json",
    "Lines",
    "Lock",
    "LockOn",
    "MaxPeople",
    "Model",
    "Osc",
    "OscCoordinates",
    "OscFormat",
    "OscLayout",
    "OscPrefix",
    "OscPreset",
    "OscQuery",
    "OscQueryAnnounce",
    "OscYUp",
    "Out",
    "OutputStride",
    "PoseFile",
    "PredictMs",
    "Preset",
    "Quiet",
    "Region",
    "Smoothing",
    "Threads",
    "Vmc",
    "VmcDepth",
    "VmcPeople",
    "Web",
    "WebVideo",
    "Ws",
    "WsOrigin",
    "WsToken",
    "Zones",
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


class Preset(StrEnum):
    """The programs whose preferences are known."""

    touchdesigner = "touchdesigner"
    max = "max"
    puredata = "puredata"
    unity = "unity"
    processing = "processing"


class Lock(StrEnum):
    """Whom to follow when only one person counts."""

    largest = "largest"
    central = "central"


def exercise_names(incomplete: str) -> list[str]:
    """The exercises that begin so, for tab completion."""
    from posekit.detectors.exercise_table import EXERCISES

    return [name for name in EXERCISES if name.startswith(incomplete)]


def model_names(incomplete: str) -> list[str]:
    """The catalogue's names that begin so, for tab completion."""
    from posekit.models.catalogue import CATALOGUE

    return [name for name in CATALOGUE if name.startswith(incomplete)]


ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings in a file (posekit config init); options win over it."),
]
Osc = Annotated[
    list[str] | None, typer.Option(metavar="HOST:PORT", help="Send OSC there. Repeat for several receivers.")
]
Ws = Annotated[
    list[str] | None, typer.Option(metavar="[HOST:]PORT", help="Serve a WebSocket there, for browsers and others.")
]
Web = Annotated[
    str | None,
    typer.Option(metavar="[HOST:]PORT", help="Serve the live console there: a page to watch and to tune a run with."),
]
WebVideo = Annotated[
    bool | None, typer.Option("--video/--no-video", help="Whether the console shows the camera's picture.")
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
Out = Annotated[
    list[str] | None, typer.Option(metavar="NAME:TARGET", help="Send through any adapter, such as osc:HOST:PORT.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one line of JSON per frame.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no status line.")]
OscPreset = Annotated[
    Preset | None, typer.Option(help="Send OSC as this program likes it; the options below overrule that.")
]
OscQuery = Annotated[
    str | None, typer.Option("--oscquery", metavar="[HOST:]PORT", help="Answer OSCQuery there: what is sent over OSC.")
]
OscQueryAnnounce = Annotated[
    bool | None,
    typer.Option(
        "--oscquery-announce/--no-oscquery-announce",
        help="Announce that by multicast DNS, for programs that look for it.",
    ),
]
OscLayout = Annotated[OscFormat | None, typer.Option(help="Layout of the OSC messages.")]
OscCoordinates = Annotated[Coordinates | None, typer.Option(help="Coordinates of the OSC messages.")]
OscYUp = Annotated[bool | None, typer.Option("--y-up/--no-y-up", help="OSC y grows upwards.")]
OscPrefix = Annotated[str | None, typer.Option(help="What OSC addresses begin with, instead of /pose.")]
WsToken = Annotated[
    str | None, typer.Option(envvar="POSEKIT_WS_TOKEN", help="What WebSocket clients must present as ?token=….")
]
WsOrigin = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ORIGIN",
        help="Let in pages of another server, such as http://localhost:5173, or file: pages opened from disk.",
    ),
]
Vmc = Annotated[
    list[str] | None,
    typer.Option(metavar="HOST[:PORT]", help="Move an avatar there (VMC protocol; port 39539 when left out)."),
]
VmcPeople = Annotated[
    int | None, typer.Option(help="Move so many avatars, each at a port of its own: PORT, PORT + 1 …", min=1)
]
VmcDepth = Annotated[
    bool | None,
    typer.Option(
        "--vmc-depth/--no-vmc-depth",
        help="Experimental: guess how far limbs reach forward from how short they look.",
    ),
]
MaxPeople = Annotated[int | None, typer.Option(help="At most so many people.")]
Smoothing = Annotated[float | None, typer.Option(help="0 is raw and immediate, 1 is calm and late.")]
LockOn = Annotated[Lock | None, typer.Option(help="Follow only the largest or the most central person.")]
Region = Annotated[
    str | None, typer.Option(metavar="X,Y,W,H", help="Ignore everyone outside, as fractions of the picture.")
]
PredictMs = Annotated[float | None, typer.Option(help="Look so far ahead, to make up for latency.")]
Zones = Annotated[
    list[str] | None,
    typer.Option(
        "--zone",
        metavar="NAME:X,Y...",
        help="A part of the floor that people enter and leave: its corners as fractions of the picture (not mirrored), "
        "such as 'door:0,0.6 0.3,0.6 0.3,1 0,1'; '?capacity=4' makes it full. Repeat for several.",
    ),
]
Lines = Annotated[
    list[str] | None,
    typer.Option(
        "--line",
        metavar="NAME:X,Y X,Y",
        help="A line on the floor that people cross, 'in' to the right of whoever walks along it, such as "
        "'gate:0.1,0.7 0.9,0.7'. Repeat for several.",
    ),
]
Exercises = Annotated[
    list[str] | None,
    typer.Option(
        "--exercise",
        metavar="NAME",
        help="Count only this exercise (posekit exercises list). Repeat for several; all are watched when left out.",
        autocompletion=exercise_names,
    ),
]
ExerciseFile = Annotated[
    str | None, typer.Option("--exercises", metavar="FILE", help="Your own exercises: a TOML or JSON file of them.")
]
PoseFile = Annotated[
    str | None, typer.Option("--poses", metavar="FILE", help="Gestures by example, as posekit pose record writes them.")
]
Detectors = Annotated[
    list[str] | None,
    typer.Option(
        "--detector",
        metavar="NAME",
        help="Have another package's detector watch as well (posekit plugins), such as NAME?key=value. Repeat for "
        "several.",
    ),
]
