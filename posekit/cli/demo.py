"""``posekit demo``: the built-in performer through everything, explained on the screen."""

from typing import Annotated

import typer

from posekit.cli.options import InputSize, Model, Osc

__all__ = ["demo"]

_INTRODUCTION = """\
posekit demo: a drawn performer takes the place of the camera.

  performer ▸ PoseNet ▸ tracker ▸ events ▸ OSC

What is sent is received again and shown here, as your program will see it. It goes to {targets} too: a patch that \
listens there moves along. Ctrl-C ends the demo.
"""

_FAREWELL = """
Next, with a camera        posekit run --osc 127.0.0.1:9000
With a video               posekit run video.mp4 --osc 127.0.0.1:9000
The performer, for ever    posekit run performer --realtime --osc 127.0.0.1:9000
What this computer has     posekit doctor
"""


def demo(
    performer: Annotated[
        str, typer.Argument(metavar="[PERFORMER]", help="What to perform, such as performer:squat?people=3.")
    ] = "performer",
    osc: Osc = None,
    seconds: Annotated[float, typer.Option(help="How long; 0 is until Ctrl-C.", min=0.0)] = 30.0,
    model: Model = None,
    input_size: InputSize = None,
) -> None:
    """See posekit work: no camera, no network, no account.

    The built-in performer goes through the whole program; what is sent over OSC is received again and shown. It is
    also sent to 127.0.0.1:9000 (or to --osc), so a patch that listens there moves along.

    Examples:

    posekit demo

    posekit demo "performer:walk?people=2" --seconds 0
    """
    from posekit.assembly import make_estimator, make_pipeline, make_planner
    from posekit.cli.listener import Listener
    from posekit.cli.network import open_network
    from posekit.cli.stage import Stage
    from posekit.cli.terminal import console, show_warnings
    from posekit.cli.watch import running
    from posekit.config import OutputSettings, TrackingSettings, VisionSettings
    from posekit.plugins import load_adapter
    from posekit.protocols import OutputContext
    from posekit.runner import Runner
    from posekit.sources.pacing import Paced
    from posekit.sources.performer import Performer

    vision = VisionSettings.of(model=model, input_size=input_size)
    source = Paced(Performer.from_spec(performer), seconds=seconds or None)
    targets = osc or ["127.0.0.1:9000"]
    screen = console(stderr=False)
    context = OutputContext(sources=(source.name,), max_people=vision.max_people)
    with Listener() as listener, Stage(screen, listener) as stage:
        adapters = [load_adapter("osc", target, {}, context) for target in (*targets, listener.target)]
        network = open_network(vision, console())
        pipeline = make_pipeline(
            make_estimator(network, vision, make_planner(network, vision)),
            source=source.name,
            vision=vision,
            tracking=TrackingSettings(),
            output=OutputSettings(),
        )
        screen.print(_INTRODUCTION.format(targets=" and ".join(targets)), soft_wrap=False)
        with show_warnings(screen):
            running(Runner([(source, pipeline)], [*adapters, stage]))
    screen.print(_FAREWELL)
