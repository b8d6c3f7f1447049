"""``posekit run``: watch a source and send everyone's poses and events."""

from pathlib import Path
from typing import Annotated, Final

import typer

from posekit.cli.options import (
    ConfigFile,
    Decoder,
    Detectors,
    ExerciseFile,
    Exercises,
    InputSize,
    Json,
    Lines,
    LockOn,
    MaxPeople,
    Model,
    Osc,
    OscCoordinates,
    OscLayout,
    OscPrefix,
    OscPreset,
    OscQuery,
    OscQueryAnnounce,
    OscYUp,
    Out,
    OutputStride,
    PoseFile,
    PredictMs,
    Quiet,
    Region,
    Smoothing,
    Threads,
    Vmc,
    VmcDepth,
    VmcPeople,
    Web,
    WebVideo,
    Ws,
    WsOrigin,
    WsToken,
    Zones,
)

__all__ = ["run"]

#: What is no setting: it cannot stand in the configuration file.
_OF_THIS_CALL: Final = ("source", "config", "watch_file", "json", "quiet", "stats", "stats_json")

_EXAMPLES = """Examples:

posekit run --osc 127.0.0.1:9000          camera 0 to TouchDesigner, Max, Unity …

posekit run video.mp4 --json > poses.jsonl

posekit run "performer:squat?people=3" --osc 127.0.0.1:9000

posekit run "HD Webcam" --mirror --osc 192.168.1.20:9000 --osc 127.0.0.1:9001

posekit run --ws 8765                     then open http://127.0.0.1:8765 in a browser

posekit run --web 8080                    then open http://127.0.0.1:8080: see it, tune it

posekit run --config posekit.toml --watch  as the file says, which posekit config init writes
"""


def run(
    source: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]...",
            help="Camera (number, part of its name, or device path), video, picture, folder of pictures, rtsp:// or "
            "http:// URL, or performer. Camera 0 when left out.",
        ),
    ] = None,
    config: ConfigFile = None,
    watch_file: Annotated[
        bool, typer.Option("--watch", help="Take up what is changed in the configuration file while running.")
    ] = False,
    osc: Osc = None,
    ws: Ws = None,
    web: Web = None,
    video: WebVideo = None,
    vmc: Vmc = None,
    oscquery: OscQuery = None,
    out: Out = None,
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Record results, without pictures, for posekit replay.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save a video with skeletons, ids and counts drawn in.")
    ] = None,
    snapshot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the newest drawn picture in a file, renewed every second.")
    ] = None,
    show: Annotated[
        bool | None, typer.Option("--show/--no-show", help="Show a window; q closes it. Needs posekit[window].")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
    stats: Annotated[bool, typer.Option("--stats", help="Print milliseconds per stage at the end.")] = False,
    stats_json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write them, frames and drops to a file at the end.")
    ] = None,
    model: Model = None,
    input_size: InputSize = None,
    image_scale_factor: Annotated[
        float | None, typer.Option(help="Derive the input size from the source's: 0.2 to 1.0.")
    ] = None,
    output_stride: OutputStride = None,
    stretch: Annotated[
        bool | None, typer.Option("--stretch/--no-stretch", help="Fill the input instead of keeping the aspect.")
    ] = None,
    threads: Threads = None,
    decoder: Annotated[Decoder | None, typer.Option(help="How poses are read from the network's maps.")] = None,
    single: Annotated[
        bool | None, typer.Option("--single/--no-single", help="One person only: faster, for fitness.")
    ] = None,
    max_people: MaxPeople = None,
    score: Annotated[float | None, typer.Option(help="Ignore poses below this score, 0 to 1.")] = None,
    nms_radius: Annotated[
        float | None, typer.Option(help="Poses nearer than this (input pixels) are one person.")
    ] = None,
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
    mirror: Annotated[
        bool | None, typer.Option("--mirror/--no-mirror", help="Flip x as a mirror does; labels stay.")
    ] = None,
    source_mirrored: Annotated[
        bool | None,
        typer.Option("--source-mirrored/--no-source-mirrored", help="The camera already delivers a mirror image."),
    ] = None,
    rotate: Annotated[int | None, typer.Option(help="Turn the picture clockwise: 90, 180 or 270.")] = None,
    fps_limit: Annotated[float | None, typer.Option(help="At most so many frames per second.")] = None,
    realtime: Annotated[
        bool | None, typer.Option("--realtime/--no-realtime", help="Play a file at its own pace.")
    ] = None,
    max_retries: Annotated[
        int | None, typer.Option(help="Give a lost camera up after so many attempts; for ever when left out.")
    ] = None,
    reopen_frozen: Annotated[
        bool | None,
        typer.Option(
            "--reopen-frozen/--no-reopen-frozen", help="Open a camera again whose picture has not changed for 5 s."
        ),
    ] = None,
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
    """Watch SOURCE, find and follow everyone, and send their poses and events.

    With no output given, OSC goes to 127.0.0.1:9000.
    """
    given = locals().copy()
    from posekit.cli.outputs import Outputs
    from posekit.cli.pictures import Pictures
    from posekit.cli.reloading import Reloading
    from posekit.cli.steering import Steering
    from posekit.cli.watch import watch
    from posekit.config_file import RunConfig, read_config
    from posekit.errors import ConfigError

    options = {name: value for name, value in given.items() if name not in _OF_THIS_CALL}
    if watch_file and config is None:
        raise ConfigError("--watch needs a file to watch: add --config FILE")

    def settled(file: RunConfig) -> RunConfig:
        return file.overridden(options).heard(beside=json)

    settings = settled(read_config(config) if config is not None else RunConfig())
    output = settings.output
    steering = Steering(settings, config)
    watch(
        source or settings.sources,
        Outputs(destinations=output.destinations(), json=json, quiet=quiet),
        config=settings.plain(),
        record=output.record,
        pictures=Pictures(save=output.save, snapshot=output.snapshot, show=output.show),
        stats=stats,
        stats_json=stats_json,
        steering=steering,
        reloading=Reloading(config, settled, steering) if config is not None and watch_file else None,
    )


run.__doc__ = f"{run.__doc__}\n\n{_EXAMPLES}"
