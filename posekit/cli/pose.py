"""``posekit pose``: gestures by example: show a pose, and it is recognised from then on."""

from pathlib import Path
from typing import Annotated

import typer

from posekit.cli.options import FixedInputSize, Model

__all__ = ["app"]

app = typer.Typer(
    help="Teach poses by showing them; run --poses FILE recognises them.",
    epilog="Example: posekit pose record flamingo && posekit run --poses poses.json",
    no_args_is_help=True,
)

Poses = Annotated[Path, typer.Option("--file", metavar="FILE", help="The file of poses.")]


@app.command()
def record(
    name: Annotated[str, typer.Argument(help="What to call the pose; 'nothing' for what is none of them.")],
    source: Annotated[str, typer.Argument(help="Camera, video, picture or performer. Camera 0 when left out.")] = "0",
    file: Poses = Path("poses.json"),
    after: Annotated[
        float | None, typer.Option(help="Begin after so many seconds: 3 with a camera, else 0.", min=0.0)
    ] = None,
    seconds: Annotated[float, typer.Option(help="Keep on for so long.", min=0.1, max=60.0)] = 3.0,
    add: Annotated[bool, typer.Option("--add", help="Keep the examples of this pose that are there.")] = False,
    model: Model = None,
    input_size: FixedInputSize = None,
) -> None:
    """Take examples of a pose from the largest person: hold it, and move a little while it is recorded.

    Examples:

    posekit pose record flamingo

    posekit pose record star video.mp4 --after 12 --seconds 2 --file mine.json

    posekit pose record nothing --seconds 10      stand and walk as you do when no pose is meant
    """
    from posekit.cli.recording_pose import recorded
    from posekit.cli.terminal import console
    from posekit.config import VisionSettings
    from posekit.detectors.zones import check_name
    from posekit.pose_examples import read_poses, together, write_poses

    check_name("pose", name)
    known = read_poses(file) if file.exists() else {}
    screen = console()
    shown = recorded(
        source, VisionSettings.of(model=model, input_size=input_size), screen, after_s=after, seconds=seconds
    )
    known[name] = together([known[name], shown]) if add and name in known else shown
    write_poses(file, known)
    pose = known[name]
    screen.print(
        f"{name}: {len(pose.examples)} examples in {file}; recognised within {pose.enter:.2f} torso lengths on average"
    )


@app.command("list")
def list_poses(file: Poses = Path("poses.json")) -> None:
    """List the poses of a file."""
    from rich.table import Table

    from posekit.cli.terminal import console
    from posekit.pose_examples import read_poses

    table = Table("pose", "examples", "begins below", "ends above", box=None)
    for name, pose in read_poses(file).items():
        table.add_row(name, str(len(pose.examples)), f"{pose.enter:.2f}", f"{pose.exit:.2f}")
    console(stderr=False).print(table)


@app.command()
def forget(name: Annotated[str, typer.Argument(help="Which pose.")], file: Poses = Path("poses.json")) -> None:
    """Take a pose out of a file."""
    from posekit.errors import ConfigError
    from posekit.pose_examples import read_poses, write_poses

    known = read_poses(file)
    if name not in known:
        raise ConfigError(f"'{file}' has no pose '{name}'; it has {', '.join(known) or 'none'}")
    del known[name]
    write_poses(file, known)
