"""``posekit replay``: send a recording again, as if everyone were there."""

from pathlib import Path
from typing import Annotated, Final

import typer

from posekit.cli.options import (
    ConfigFile,
    Detectors,
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

#: What is no setting: it cannot stand in the configuration file.
_OF_THIS_CALL: Final = ("file", "config", "json", "quiet", "speed", "loop", "retrack")

_EXAMPLES = """Examples:

posekit run --record visits.jsonl.gz                  record, then

posekit replay visits.jsonl.gz --osc 127.0.0.1:9000   send it again

posekit replay visits.jsonl.gz --loop --speed 2 --ws 8765

posekit replay visits.jsonl.gz --retrack --smoothing 0.8 --json --speed 0
"""


def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recording, made with posekit run --record FILE.")],
    config: ConfigFile = None,
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
    detector: Detectors = None,
    preset: OscPreset = None,
    osc_format: OscLayout = None,
    coords: OscCoordinates = None,
    y_up: OscYUp = None,
    osc_prefix: OscPrefix = None,
    oscquery_announce: OscQueryAnnounce = None,
    ws_token: WsToken = None,
    ws_origin: WsOrigin = None,
    vmc_people: VmcPeople = None,
    vmc_depth: VmcDepth = None,
) -> None:
    """Send a recording again, with its timing, so that an installation can be programmed without a camera.

    With no output given, OSC goes to 127.0.0.1:9000. Settings of tracking and events need --retrack, and so do those of
    a configuration file; what is not given is as it was when the recording was made.
    """
    given = locals().copy()
    from posekit.cli.outputs import Outputs
    from posekit.cli.playing import play
    from posekit.config_file import RunConfig, read_config
    from posekit.recording import Recording

    options = {name: value for name, value in given.items() if name not in _OF_THIS_CALL}
    settings = read_config(config) if config is not None else RunConfig()
    output = settings.overridden(options).output
    # Which way round people were seen is a property of the recording.
    recorded = Recording(file).header.settings.get("output")
    mirrored = isinstance(recorded, dict) and recorded.get("source_mirrored") is True
    output = output.model_copy(update={"source_mirrored": mirrored}).heard(beside=json)
    changes = {name: value for name, value in options.items() if name not in type(output).model_fields}
    if retrack:
        changes = settings.chosen() | {name: value for name, value in changes.items() if value is not None}
    play(
        file,
        Outputs(destinations=output.destinations(), json=json, quiet=quiet),
        speed=speed,
        loop=loop,
        retrack=retrack,
        changes=changes,
    )


replay.__doc__ = f"{replay.__doc__}\n\n{_EXAMPLES}"
