"""What a run may look at instead while it goes on: the cameras of this computer, and the recordings beside its own.

Nobody names a device or a file to it: whoever chooses can only take what is listed here.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Final

from posekit.assembly import paced
from posekit.config import OutputSettings
from posekit.errors import ConfigError
from posekit.feed import Film
from posekit.protocols import Source
from posekit.recording.files import split_name
from posekit.recording.reading import Recording, is_recording
from posekit.recording.rounds import Rounds
from posekit.runner import Runner
from posekit.sources.camera import Camera, CameraDevice, cameras
from posekit.sources.images import Images
from posekit.sources.naming import is_url, masked
from posekit.sources.spec import open_source

__all__ = ["Choice", "Inputs"]

_logger = logging.getLogger(__name__)

#: What the run began with.
_START: Final = "start"
#: So many recordings are listed, the newest first.
_MOST: Final = 50
#: What recordings are called that have only a folder to go to.
_DATED: Final = Path("dated.jsonl.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What may be chosen.

    key: for those who choose. name: for people. text: how ``posekit run`` is asked for it; empty for a recording. open:
    makes it, without opening a device.
    """

    key: str
    name: str
    text: str
    open: Callable[[], Film]

    @property
    def recording(self) -> bool:
        """Whether it is one."""
        return not self.text


class Inputs:
    """What each source of a run may show instead, and shows now.

    started: by the name of the source, the text that it was asked for with, and the source. record: where the run was
    to record to; recordings in that folder can be replayed. output: at which pace sources are to be taken.
    """

    def __init__(self, started: Mapping[str, tuple[str, Source]], record: Path | None, output: OutputSettings) -> None:
        # Pictures, between which nobody moves, are no place for a camera.
        self._started = {name: one for name, one in started.items() if not isinstance(one[1], Images)}
        self._record = record
        self._output = output
        self._texts = {name: text for name, (text, _) in started.items()}
        self._now = dict.fromkeys(self._started, _START)
        self._camera = dict(self._now)
        self._opening: dict[str, str] = {}
        self._found: tuple[CameraDevice, ...] = ()
        self._recordings: tuple[Path, ...] = ()
        self._failing = False
        self._turn = Lock()

    def look(self) -> None:
        """See which cameras and recordings there are."""
        try:
            self._found = cameras()
        except Exception as error:
            # What is asked here is the system's; a page that asks again and again is to be told nothing worse.
            if not self._failing:
                _logger.warning("cameras cannot be listed (%s: %s)", type(error).__name__, error)
            self._failing = True
        else:
            self._failing = False
        self.look_for_recordings()

    def look_for_recordings(self) -> None:
        """See which recordings there are: those with the ending of this run's own, in its folder."""
        if self._record is None:
            return
        folder, own = (self._record, _DATED) if self._record.is_dir() else (self._record.parent, self._record)
        try:
            dated = [
                (path.stat().st_mtime, path)
                for path in folder.iterdir()
                if _ending(path) == _ending(own) and not path.name.startswith(".") and path.is_file()
            ]
        except OSError:
            dated = []
        newest = sorted(dated, reverse=True)[:_MOST]
        self._recordings = tuple(path for _, path in newest if is_recording(path))

    def state(self) -> Mapping[str, Any]:
        """For JSON, by source: what there is, and which of it is on, or being opened."""
        return {
            source: {
                "now": self._now[source],
                "opening": self._opening.get(source),
                "choices": [
                    {"key": choice.key, "name": choice.name, "recording": choice.recording}
                    for choice in self._choices(source)
                ],
            }
            for source in self._started
        }

    def sources(self) -> tuple[str, ...]:
        """The sources as ``posekit run`` is asked for them; of what replays, its camera."""
        return tuple(self._texts.values())

    def choose(
        self, runner: Runner, source: str, key: str | None, *, begin: Callable[[Choice], None], told: Callable[[], None]
    ) -> None:
        """Let a source show something else, or for None the camera that it showed before a recording.

        begin: called when it is about to be opened. told: called when the state has changed. Raises PosekitError if it
        gives no picture; then nothing changes.
        """
        with self._turn:
            if source not in self._started:
                raise ConfigError("there is no such source")
            key = self._camera[source] if key is None else key
            choice = next((one for one in self._choices(source) if one.key == key), None)
            if choice is None:
                raise ConfigError("that is not there any more")
            if key == self._now[source]:
                return
            film = choice.open()
            begin(choice)
            self._opening[source] = key
            told()
            try:
                runner.exchange(source, film)
                self._now[source] = key
                if not choice.recording:
                    self._camera[source], self._texts[source] = key, choice.text
            finally:
                del self._opening[source]
                told()

    def _choices(self, source: str) -> list[Choice]:
        text, began = self._started[source]
        own = _device(began, self._found)
        first = Choice(
            key=_START,
            name=own.name if own is not None else _title(text, began),
            text=text,
            open=lambda: paced(open_source(text), self._output),
        )
        taken = {own, *(self._showing(other) for other in self._started if other != source)}
        return [
            first,
            *(
                Choice(
                    key=_key(one, self._found),
                    name=one.name,
                    text=_key(one, self._found),
                    open=partial(self._camera_of, one),
                )
                for one in self._found
                if one not in taken
            ),
            *(
                Choice(
                    key=f"recording:{path.name}",
                    name=path.name,
                    text="",
                    open=partial(_rounds, path, source),
                )
                for path in self._recordings
            ),
        ]

    def _showing(self, source: str) -> CameraDevice | None:
        """The camera that a source has in use now."""
        if self._now[source] == _START:
            return _device(self._started[source][1], self._found)
        return next((one for one in self._found if _key(one, self._found) == self._now[source]), None)

    def _camera_of(self, device: CameraDevice) -> Film:
        return paced(Camera(_called(device, self._found)), self._output)


def _called(device: CameraDevice, found: tuple[CameraDevice, ...]) -> int | str:
    """Its name, by which it is found again under another number, unless another has the same or it asks for options."""
    same = [one for one in found if one.name.casefold() == device.name.casefold()]
    return device.name if device.name and "?" not in device.name and len(same) == 1 else device.index


def _key(device: CameraDevice, found: tuple[CameraDevice, ...]) -> str:
    return f"camera:{_called(device, found)}"


def _device(source: Source, found: tuple[CameraDevice, ...]) -> CameraDevice | None:
    return source.among(found) if isinstance(source, Camera) else None


def _title(text: str, source: Source) -> str:
    """What the run began with, in words, without passwords and folders."""
    if isinstance(source, Camera):
        return source.name
    return masked(text) if is_url(text) else Path(text.partition("?")[0]).name


def _ending(path: Path) -> tuple[str, str]:
    return path.suffix, split_name(path.name)[1]


def _rounds(path: Path, source: str) -> Film:
    return Rounds(Recording(path), source, stem=split_name(path.name)[0])
