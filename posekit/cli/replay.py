"""``posekit replay``: send a recording again, as if everyone were there."""

from pathlib import Path
from typing import Annotated

import typer

from posekit.cli.options import (
    ExerciseFile,
    Exercises,
    Json,
    Lines,
    LockOn,
    MaxPeople,
    Osc,
    OscCoordinates,
    OscLayout,
    OscPrefix,
    OscPreset,
    OscQuery,
    OscQueryAnnounce,
    OscYUp,
    Out,
    PoseFile,
    PredictMs,
    Quiet,
    Region,
    Smoothing,
    Vmc,
    VmcDepth,
    VmcPeople,
    Ws,
    WsOrigin,
    WsToken,
    Zones,
)

__all__ = ["replay"]

_EXAMPLES = """Examples:

posekit run --record visits.jsonl.gz                  record, then

posekit replay visits.jsonl.gz --osc 127.0.0.1:9000   send it again

posekit replay visits.jsonl.gz --loop --speed 2 --ws 8765

posekit replay visits.jsonl.gz --retrack --smoothing 0.8 --json --speed 0
"""


def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recording, made with posekit run --record FILE.")],
    osc: Osc = None,
    ws: Ws = None,
    vmc: Vmc = None,
    oscquery: OscQuery = None,
    out: Out = None,
    json: Json = False,
    quiet: Quiet = False,
    speed: Annotated[
        float, typer.Option(help="So many times as fast; 0 sends everything as fast as it is taken.", min=0.0)
    ] = 1.0,
    loop: Annotated[bool, typer.Option("--loop", help="Begin again at the end, until Ctrl-C.")] = False,
    retrack: Annotated[
        bool, typer.Option("--retrack", help="Find people and events anew in the raw poses, to try other settings.")
    ] = False,
    max_people: MaxPeople = None,
    smoothing: Smoothing = None,
    lock: LockOn = None,
    region: Region = None,
    predict_ms: PredictMs = None,
    zone: Zones = None,
    line: Lines = None,
    exercise: Exercises = None,
    exercises: ExerciseFile = None,
    poses: PoseFile = None,
    preset: OscPreset = None,
    osc_format: OscLayout = None,
    coords: OscCoordinates = None,
    y_up: OscYUp = False,
    osc_prefix: OscPrefix = None,
    oscquery_announce: OscQueryAnnounce = False,
    ws_token: WsToken = None,
    ws_origin: WsOrigin = None,
    vmc_people: VmcPeople = None,
    vmc_depth: VmcDepth = False,
) -> None:
    """Send a recording again, with its timing, so that an installation can be programmed without a camera.

    With no output given, OSC goes to 127.0.0.1:9000. Settings of tracking and events need --retrack; what is not given
    is as it was when the recording was made.
    """
    from posekit.cli.outputs import Outputs, destinations
    from posekit.cli.playing import play

    if not (osc or ws or vmc or out or json) or (not osc and (preset or oscquery)):
        osc = ["127.0.0.1:9000"]
    play(
        file,
        Outputs(
            destinations=destinations(
                osc=osc,
                ws=ws,
                vmc=vmc,
                oscquery=oscquery,
                out=out,
                osc_options={
                    "preset": preset and preset.value,
                    "format": osc_format and osc_format.value,
                    "coords": coords and coords.value,
                    "y-up": "1" if y_up else None,
                    "prefix": osc_prefix,
                },
                ws_options={"token": ws_token, "origin": ",".join(ws_origin or ())},
                oscquery_options={"announce": "1" if oscquery_announce else None},
                vmc_options={
                    "people": str(vmc_people) if vmc_people else None,
                    "depth": "1" if vmc_depth else None,
                },
            ),
            json=json,
            quiet=quiet,
        ),
        speed=speed,
        loop=loop,
        retrack=retrack,
        changes={
            "max_people": max_people,
            "smoothing": smoothing,
            "lock": lock and lock.value,
            "region": region,
            "predict_ms": predict_ms,
            "zone": zone,
            "line": line,
            "exercise": exercise,
            "exercises": exercises,
            "poses": poses,
        },
    )


replay.__doc__ = f"{replay.__doc__}\n\n{_EXAMPLES}"
