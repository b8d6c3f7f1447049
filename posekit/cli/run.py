"""``posekit run``: watch a source and send everyone's poses and events."""

from pathlib import Path
from typing import Annotated

import typer

from posekit.cli.options import (
    Decoder,
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
    Ws,
    WsOrigin,
    WsToken,
    Zones,
)

__all__ = ["run"]

_EXAMPLES = """Examples:

posekit run --osc 127.0.0.1:9000          camera 0 to TouchDesigner, Max, Unity …

posekit run video.mp4 --json > poses.jsonl

posekit run "performer:squat?people=3" --osc 127.0.0.1:9000

posekit run "HD Webcam" --mirror --osc 192.168.1.20:9000 --osc 127.0.0.1:9001

posekit run --ws 8765                     then open http://127.0.0.1:8765 in a browser
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
    osc: Osc = None,
    ws: Ws = None,
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
    show: Annotated[bool, typer.Option("--show", help="Show a window; q closes it. Needs posekit[window].")] = False,
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
    stretch: Annotated[bool, typer.Option("--stretch", help="Fill the input instead of keeping the aspect.")] = False,
    threads: Threads = None,
    decoder: Annotated[Decoder | None, typer.Option(help="How poses are read from the network's maps.")] = None,
    single: Annotated[bool, typer.Option("--single", help="One person only: faster, for fitness.")] = False,
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
    mirror: Annotated[bool, typer.Option("--mirror", help="Flip x as a mirror does; labels stay.")] = False,
    source_mirrored: Annotated[
        bool, typer.Option("--source-mirrored", help="The camera already delivers a mirror image.")
    ] = False,
    rotate: Annotated[int | None, typer.Option(help="Turn the picture clockwise: 90, 180 or 270.")] = None,
    fps_limit: Annotated[float | None, typer.Option(help="At most so many frames per second.")] = None,
    realtime: Annotated[bool, typer.Option("--realtime", help="Play a file at its own pace.")] = False,
    max_retries: Annotated[
        int | None, typer.Option(help="Give a lost camera up after so many attempts; for ever when left out.")
    ] = None,
    reopen_frozen: Annotated[
        bool, typer.Option("--reopen-frozen", help="Open a camera again whose picture has not changed for 5 s.")
    ] = False,
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
    """Watch SOURCE, find and follow everyone, and send their poses and events.

    With no output given, OSC goes to 127.0.0.1:9000.
    """
    from posekit.cli.outputs import Outputs, destinations
    from posekit.cli.pictures import Pictures
    from posekit.cli.watch import watch
    from posekit.config import (
        Config,
        EventSettings,
        OutputSettings,
        RecoverySettings,
        TrackingSettings,
        VisionSettings,
    )

    vision = VisionSettings.of(
        model=model,
        input_size=input_size,
        image_scale_factor=image_scale_factor,
        output_stride=output_stride,
        decoder=decoder and decoder.value,
        single=single,
        max_people=max_people,
        score=score,
        nms_radius=nms_radius,
        stretch=stretch,
        threads=threads,
    )
    tracking = TrackingSettings.of(smoothing=smoothing, lock=lock and lock.value, region=region, predict_ms=predict_ms)
    output = OutputSettings.of(
        rotate=rotate, mirror=mirror, source_mirrored=source_mirrored, fps_limit=fps_limit, realtime=realtime
    )
    events = EventSettings.of(zone=zone, line=line, exercise=exercise, exercises=exercises, poses=poses)
    recovery = RecoverySettings.of(max_retries=max_retries, reopen_frozen=reopen_frozen)
    if ((preset or oscquery) and not osc) or not (
        osc or ws or vmc or out or json or record or save or snapshot or show
    ):
        osc = ["127.0.0.1:9000"]
    watch(
        source or ["0"],
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
                    "source-mirrored": "1" if source_mirrored else None,
                },
            ),
            json=json,
            quiet=quiet,
        ),
        config=Config(vision=vision, tracking=tracking, events=events, output=output, recovery=recovery),
        record=record,
        pictures=Pictures(save=save, snapshot=snapshot, show=show),
        stats=stats,
        stats_json=stats_json,
    )


run.__doc__ = f"{run.__doc__}\n\n{_EXAMPLES}"
