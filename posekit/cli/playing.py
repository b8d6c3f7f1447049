"""Plays a recording to the outputs of a command."""

import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from posekit.cli.outputs import Outputs
from posekit.cli.terminal import console, show_warnings
from posekit.cli.watch import until_interrupted
from posekit.errors import ConfigError
from posekit.recording import Recorded, Recording
from posekit.recording.player import Player
from posekit.recording.replaying import looped
from posekit.recording.retracking import Retracking

__all__ = ["play"]


def play(
    file: Path, outputs: Outputs, *, speed: float, loop: bool, retrack: bool, changes: Mapping[str, object]
) -> None:
    """Play a recording until its end, or until Ctrl-C.

    speed: 0 is without waiting. changes: of the recorded settings, None for no change. Raises the PosekitError of
    whatever is wrong before anything is sent.
    """
    recording, screen = Recording(file), console()
    context = recording.context
    replayed: Callable[[], Iterable[Recorded]] = recording.messages
    if retrack:
        anew = Retracking(recording, changes)
        context, replayed = anew.context, anew.__iter__
    elif changed := [name for name, value in changes.items() if value is not None]:
        option = "--" + changed[0].replace("_", "-")
        raise ConfigError(f"{option} changes nothing about people who were found already: add --retrack")
    messages = looped(replayed) if loop else replayed()
    with show_warnings(screen), outputs.opened(context, screen, stop=lambda: player.stop()) as adapters:
        player = Player(messages, adapters, speed=speed or math.inf)
        with until_interrupted(player.stop):
            player.run()
    if recording.cut:
        screen.print(f"posekit: {recording.cut}; everything up to there was sent")
