"""What a run may look at instead while it goes on: the cameras of this computer, and the recordings beside its own.

Nobody names a device or a file to it: whoever chooses can only take what is listed here.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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
from posekit.types import SourceState, Status

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

    key: for those who choose; it stays the same as long as the device or the file does. name: for people. text: how
    ``posekit run`` is asked for it; None for a recording. open: makes it, without opening a device. device: the camera
    that it is, if it was found.
    """

    key: str
    name: str
    text: str | None
    open: Callable[[], Film]
    device: CameraDevice | None = None

    @property
    def recording(self) -> bool:
        """Whether it is one."""
        return self.text is None


class Inputs:
    """What each source of a run may show instead, and shows now.

    started: by the name of the source, the text that it was asked for with, and the source. record: where the run was
    to record to; recordings in that folder can be replayed. output: at which pace sources are to be taken. hurry:
    called with the name of a source that is about to show what does not wait.
    """

    def __init__(
        self,
        started: Mapping[str, tuple[str, Source]],
        record: Path | None,
        output: OutputSettings,
        *,
        hurry: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._hurry = hurry
        self._runner: Runner | None = None
        self._replaying: Callable[[], None] = lambda: None
        self._told: Callable[[], None] = lambda: None
        # Pictures, between which nobody moves, are no place for a camera.
        self._started = {name: one for name, one in started.items() if not isinstance(one[1], Images)}
        self._record = record
        self._output = output
        self._texts = {name: text for name, (text, _) in started.items()}
        self._now = {
            name: Choice(key=_START, name=_title(text, source), text=text, open=partial(self._begun, name))
            for name, (text, source) in self._started.items()
        }
        # Each of them, and what was there before a recording, is kept as it was chosen: cameras that come and go
        # meanwhile change what they are called, but not which is meant.
        self._start = dict(self._now)
        self._camera = dict(self._now)
        self._own: dict[str, CameraDevice] = {}
        # Sources that show what has failed, or what may have come to its end.
        self._failed: set[str] = set()
        self._ending = {name for name, (_, source) in self._started.items() if not source.live}
        self._opening: dict[str, str] = {}
        self._found: tuple[CameraDevice, ...] = ()
        self._recordings: tuple[Path, ...] = ()
        self._failing = False
        self._looking = Lock()
        self._turn = Lock()

    def attach(self, runner: Runner, *, replaying: Callable[[], None], told: Callable[[], None]) -> None:
        """Whose sources are exchanged.

        replaying: called when a recording has begun to give frames, which nobody has got yet. told: called when the
        state has changed.
        """
        self._runner, self._replaying, self._told = runner, replaying, told

    def look(self) -> None:
        """See which cameras and recordings there are; who asks while somebody else looks need not wait for it."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            self._look_for_cameras()
            self.look_for_recordings()
        finally:
            self._looking.release()

    def _look_for_cameras(self) -> None:
        try:
            self._found = found = cameras()
            for name, (_, source) in self._started.items():
                own = source.among(found) if isinstance(source, Camera) else None
                if own is not None:
                    self._own[name] = own
        except Exception as error:
            # What is asked here is the system's; a page that asks again and again is to be told nothing worse.
            if not self._failing:
                _logger.warning("cameras cannot be listed (%s: %s)", type(error).__name__, error)
            self._failing = True
        else:
            self._failing = False

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
                "now": self._now[source].key,
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

    def hear(self, status: Status) -> None:
        """Be told how a source is doing: what has failed may be chosen again."""
        if status.state is SourceState.FAILED:
            self._failed.add(status.source)

    def choose(self, source: str, key: str | None) -> None:
        """Let a source show something else, or for None the camera that it showed before a recording.

        Raises PosekitError if it gives no picture, and then nothing changes; at once while another choice is being
        opened.
        """
        if self._runner is None:
            raise ConfigError("nothing else can be shown here")
        if not self._turn.acquire(blocking=False):
            raise ConfigError("another is being opened: wait until it is there")
        try:
            choice = self._wanted(source, key)
            again = key is not None and source in self._failed | self._ending
            if choice.key == self._now[source].key and not again:
                return
            film = choice.open()
            self._opening[source] = choice.key
            self._told()
            try:

                def ready() -> None:
                    if film.live:
                        self._hurry(source)
                    if choice.recording:
                        self._replaying()

                self._runner.exchange(source, film, ready=ready)
                self._show(source, choice, ends=not film.live and not choice.recording)
            finally:
                del self._opening[source]
                self._told()
        finally:
            self._turn.release()

    def _wanted(self, source: str, key: str | None) -> Choice:
        if source not in self._started:
            raise ConfigError("there is no such source")
        if key is None:
            return self._camera[source]
        choice = next((one for one in self._choices(source) if one.key == key), None)
        if choice is None:
            raise ConfigError("that is not there any more")
        return choice

    def _show(self, source: str, choice: Choice, *, ends: bool) -> None:
        self._now[source] = choice
        self._failed.discard(source)
        self._ending = self._ending | {source} if ends else self._ending - {source}
        if choice.text is not None:
            self._camera[source], self._texts[source] = choice, choice.text

    def _choices(self, source: str) -> list[Choice]:
        found = self._found
        start, camera, now = self._start[source], self._camera[source], self._now[source]
        own, kept = self._device(source, start), self._device(source, camera)
        others = {self._device(other, self._now[other]) for other in self._started if other != source}
        listed = [replace(start, name=own.name) if own is not None else start]
        for one in found:
            if one == kept and camera is not start:
                listed.append(camera)
            elif one != own and one not in others:
                listed.append(self._choice(one))
        recordings = [
            Choice(
                key=f"recording:{path.name}",
                name=path.name,
                text=None,
                open=partial(_rounds, path, source),
            )
            for path in self._recordings
        ]
        # What is on stays in the list, also where it was unplugged or deleted meanwhile.
        kinds = [
            [*listed, *(one for one in (camera,) if kept is None)],
            [*recordings, *(one for one in (now,) if now.recording)],
        ]
        return list({one.key: one for kind in kinds for one in kind}.values())

    def _choice(self, device: CameraDevice) -> Choice:
        return Choice(
            key=f"camera:{device.path or device.index} {device.name}".rstrip(),
            name=device.name,
            text=f"camera:{_called(device, self._found)}",
            open=partial(self._camera_of, device),
            device=device,
        )

    def _device(self, source: str, choice: Choice) -> CameraDevice | None:
        """The camera, of those there are now, that is meant by what was chosen for a source."""
        known = self._own.get(source) if choice.key == _START else choice.device
        return _again(known, self._found) if known is not None else None

    def _camera_of(self, device: CameraDevice) -> Film:
        return paced(Camera(_called(_again(device, self._found) or device, self._found)), self._output)

    def _begun(self, source: str) -> Film:
        """What the run began with; its camera by number, where another has come that is called alike."""
        text, began = self._started[source]
        own = self._device(source, self._start[source])
        if own is not None and isinstance(began, Camera) and began.among(self._found) is None:
            _, options, values = text.partition("?")
            text = f"{own.index}{options}{values}"
        return paced(open_source(text), self._output)


def _again(device: CameraDevice, found: tuple[CameraDevice, ...]) -> CameraDevice | None:
    """A camera of before: at its place, or else the only one of its name, as it was plugged in elsewhere."""
    same = [one for one in found if one.name.casefold() == device.name.casefold()]
    there = [one for one in same if (one.path or one.index) == (device.path or device.index)]
    return next(iter(there or (same if len(same) == 1 else [])), None)


def _called(device: CameraDevice, found: tuple[CameraDevice, ...]) -> int | str:
    """Its name, by which it is found again under another number, unless another has the same or it asks for options."""
    same = [one for one in found if one.name.casefold() == device.name.casefold()]
    return device.name if device.name and "?" not in device.name and len(same) == 1 else device.index


def _title(text: str, source: Source) -> str:
    """What the run began with, in words, without passwords and folders."""
    if isinstance(source, Camera):
        return source.name
    return masked(text) if is_url(text) else Path(text.partition("?")[0]).name


def _ending(path: Path) -> tuple[str, str]:
    return path.suffix, split_name(path.name)[1]


def _rounds(path: Path, source: str) -> Film:
    return Rounds(Recording(path), source, stem=split_name(path.name)[0])
