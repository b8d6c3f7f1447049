"""Plays a recording to the outputs of a command."""

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import TypeVar

from posekit.assembly import make_pipeline
from posekit.cli.outputs import Outputs
from posekit.cli.terminal import console, show_warnings
from posekit.cli.watch import until_interrupted
from posekit.config import EventSettings, OutputSettings, Settings, TrackingSettings, VisionSettings
from posekit.delivery import Delivery
from posekit.errors import ConfigError
from posekit.pipeline import Pipeline
from posekit.protocols import OutputContext
from posekit.recording import Recorded, Recording
from posekit.recording.replaying import Remembered, looped, paced, retracked
from posekit.types import FrameResult

__all__ = ["play"]


def play(
    file: Path, outputs: Outputs, *, speed: float, loop: bool, retrack: bool, changes: Mapping[str, object]
) -> None:
    """Play a recording until its end, or until Ctrl-C.

    speed: 0 is without waiting. changes: of the recorded settings, None for no change. Raises the PosekitError of
    whatever is wrong before anything is sent.
    """
    recording = Recording(file)
    changed = {name: value for name, value in changes.items() if value is not None}
    if changed and not retrack:
        option = "--" + next(iter(changed)).replace("_", "-")
        raise ConfigError(f"{option} changes nothing about people who were found already: add --retrack")
    context, screen = recording.context, console()
    replayed: Callable[[], Iterable[Recorded]] = recording.messages
    if retrack:
        vision, tracking = recorded(VisionSettings, recording, changed), recorded(TrackingSettings, recording, changed)
        events = recorded(EventSettings, recording, changed)
        context = OutputContext(sources=context.sources, max_people=vision.max_people)
        replayed = lambda: retracked(recording, _pipelines(recording, vision, tracking, events))  # noqa: E731
    messages = looped(replayed) if loop else replayed()
    ended = Event()
    with ExitStack() as closing:
        closing.enter_context(show_warnings(screen))
        adapters = closing.enter_context(outputs.opened(context, screen, stop=ended.set))
        deliveries = [Delivery(adapter, lossless=True, name=name) for name, adapter in adapters.items()]

        def stop() -> None:
            ended.set()
            for delivery in deliveries:
                delivery.finish()

        closing.enter_context(until_interrupted(stop))
        try:
            for message in paced(messages, speed=speed or math.inf, stop=ended):
                if isinstance(message, FrameResult):
                    for delivery in deliveries:
                        delivery.wait_for_room()
                for delivery in deliveries:
                    delivery.send(message)
        finally:
            for delivery in deliveries:
                delivery.close()
    if recording.cut:
        screen.print(f"posekit: {recording.cut}; everything up to there was sent")


S = TypeVar("S", bound=Settings)


def recorded(kind: type[S], recording: Recording, changes: Mapping[str, object]) -> S:
    """Settings as they were when the recording was made, but for the changes that are theirs. Raises ConfigError."""
    fields = kind.model_fields
    section = recording.header.settings.get(kind.section, {})
    known = {name: value for name, value in section.items() if name in fields}
    return kind.of(**known | {name: value for name, value in changes.items() if name in fields})


def _pipelines(
    recording: Recording, vision: VisionSettings, tracking: TrackingSettings, events: EventSettings
) -> dict[str, Pipeline]:
    mirror = recorded(OutputSettings, recording, {}).mirror
    still = recording.header.settings.get("still", [])
    return {
        name: make_pipeline(
            Remembered(),
            source=name,
            vision=vision,
            tracking=tracking,
            output=OutputSettings(mirror=mirror),
            events=events,
            still=name in still,
            clock=lambda: 0.0,
        )
        for name in recording.header.sources
    }
