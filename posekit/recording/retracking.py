"""Tracker and detectors at work anew on a recording's raw poses, with its settings or with some of them changed."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar

from posekit.assembly import make_pipeline
from posekit.config import DetectorSettings, EventSettings, OutputSettings, Settings, TrackingSettings, VisionSettings
from posekit.pipeline import Pipeline
from posekit.protocols import Detector, OutputContext
from posekit.recording.reading import Recorded, Recording
from posekit.recording.replaying import retracked
from posekit.remembered import Remembered

__all__ = ["Retracking"]

S = TypeVar("S", bound=Settings)

_NONE: Final[Mapping[str, Sequence[Detector]]] = MappingProxyType({})


class Retracking:
    """A recording, tracked anew with each iteration.

    changes: of the recorded settings, by name; None is no change. detectors: by source, those that work beside the
    usual ones. Raises ConfigError.
    """

    def __init__(
        self,
        recording: Recording,
        changes: Mapping[str, Any],
        *,
        detectors: Mapping[str, Sequence[Detector]] = _NONE,
    ) -> None:
        self._recording = recording
        self._vision = _recorded(VisionSettings, recording, changes)
        self._tracking = _recorded(TrackingSettings, recording, changes)
        self._events = _recorded(EventSettings, recording, changes)
        self._limits = _recorded(DetectorSettings, recording, changes)
        self._mirror = _recorded(OutputSettings, recording, {}).mirror
        self._detectors = detectors

    @property
    def context(self) -> OutputContext:
        """What adapters are told about the run."""
        return OutputContext(sources=self._recording.context.sources, max_people=self._vision.max_people)

    def __iter__(self) -> Iterator[Recorded]:
        """The recording's messages with results made anew."""
        return retracked(self._recording, {name: self._pipeline(name) for name in self.context.sources})

    def _pipeline(self, source: str) -> Pipeline:
        return make_pipeline(
            Remembered(),
            source=source,
            vision=self._vision,
            tracking=self._tracking,
            events=self._events,
            limits=self._limits,
            output=OutputSettings(mirror=self._mirror),
            still=source in self._recording.header.settings.get("still", []),
            detectors=self._detectors.get(source, ()),
            clock=lambda: 0.0,
        )


def _recorded(kind: type[S], recording: Recording, changes: Mapping[str, Any]) -> S:
    """Settings as they were when the recording was made, but for the changes that are theirs."""
    fields = kind.model_fields
    section = recording.header.settings.get(kind.section, {})
    known = {name: value for name, value in section.items() if name in fields}
    given = {name: value for name, value in changes.items() if name in fields and value is not None}
    return kind.of(**known | given)
