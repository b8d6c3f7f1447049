"""Watches somebody hold a pose, and takes examples of it."""

import math

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from posekit.assembly import make_lane
from posekit.cli.network import open_network
from posekit.cli.watch import until_interrupted
from posekit.config import Config, TrackingSettings, VisionSettings
from posekit.detectors.examples import normalised
from posekit.errors import SourceError
from posekit.pose_examples import PoseExamples, shown
from posekit.runner import Runner
from posekit.sources.images import Images
from posekit.sources.spec import open_source
from posekit.types import FloatArray, FrameResult, Status

__all__ = ["recorded"]

#: With a camera, there is time to get into the pose.
_READY_S = 3.0
#: Examples nearer in time than this are the same.
_APART_S = 0.1
#: A pose of which the keypoints score less than this on average is no example.
_LEAST_SCORE = 0.25


class _Collector:
    """An adapter that takes examples from ``after_s`` on, for ``seconds``, and then says stop."""

    def __init__(self, after_s: float, seconds: float, bar: Progress, stop: list[Runner]) -> None:
        self.xy: list[FloatArray] = []
        self.scores: list[FloatArray] = []
        self._after_s, self._seconds = after_s, seconds
        self._bar, self._stop = bar, stop
        self._task = bar.add_task("get ready", total=after_s + seconds)
        self._began_s = self._taken_s = -math.inf

    def send(self, message: FrameResult | Status) -> None:
        if isinstance(message, Status):
            return
        now_s = message.timestamp_s
        if self._began_s == -math.inf:
            self._began_s = now_s
        into_s = now_s - self._began_s
        ready = into_s >= self._after_s
        self._bar.update(self._task, completed=into_s, description="hold it" if ready else "get ready")
        if into_s > self._after_s + self._seconds:
            self._stop[0].stop()
        elif ready and now_s - self._taken_s >= _APART_S:
            self._take(message)

    def close(self) -> None:
        """Nothing to release."""

    def _take(self, result: FrameResult) -> None:
        for person, size_px in zip(result.people, result.measures["size_px"].tolist(), strict=True):
            if person.visible and person.keypoint_scores.mean() >= _LEAST_SCORE:
                xy = person.xy if person.measured is None else person.measured
                self.xy.append(normalised(xy, person.keypoint_scores, size_px))
                self.scores.append(person.keypoint_scores)
                self._taken_s = result.timestamp_s


def recorded(
    text: str, vision: VisionSettings, screen: Console, *, after_s: float | None, seconds: float
) -> PoseExamples:
    """Examples of what the largest person in a source does. Raises SourceError if there was nobody."""
    source = open_source(text)
    network = open_network(vision, screen)
    lock = None if isinstance(source, Images) else "largest"
    config = Config(vision=vision, tracking=TrackingSettings.of(lock=lock))
    after_s = after_s if after_s is not None else _READY_S if source.live else 0.0
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        runners: list[Runner] = []
        collector = _Collector(after_s, seconds, bar, runners)
        runner = Runner([make_lane(source, source.name, network, config)], [collector])
        runners.append(runner)
        with until_interrupted(runner.stop):
            runner.run()
    if not collector.xy:
        raise SourceError(
            f"nobody was seen well in '{text}' in that time: stand back until all of you is in the picture"
        )
    return shown(np.stack(collector.xy), np.stack(collector.scores))
