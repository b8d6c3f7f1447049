"""``--save``, ``--snapshot`` and ``--show``: the pictures of a command."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from posekit.cli.window import Windows, check_windows
from posekit.pictures import Exhibition, PictureOutput, Snapshot, VideoFile, of_source
from posekit.types import Frame, FrameResult

__all__ = ["Pictures", "Shown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """What is to be done with drawn pictures."""

    save: Path | None = None
    snapshot: Path | None = None
    show: bool = False

    def checked(self, sources: Sequence[str]) -> "Shown":
        """The outputs of each source. Raises ConfigError for what is not possible; nothing is written before."""
        if self.show:
            check_windows()
        outputs: dict[str, list[PictureOutput]] = {}
        windows = Windows() if self.show else None
        for source in sources:
            found: list[PictureOutput] = []
            if self.save is not None:
                found.append(VideoFile(of_source(self.save, source, sources)))
            if self.snapshot is not None:
                found.append(Snapshot(of_source(self.snapshot, source, sources)))
            if windows is not None:
                found.append(windows.of(source))
            outputs[source] = found
        return Shown(outputs, windows)


#: Takes a picture with its result; returns at once.
Take = Callable[[Frame, FrameResult], None]


class Shown:
    """Pictures on their way; a context that finishes them."""

    def __init__(self, outputs: dict[str, list[PictureOutput]], windows: Windows | None) -> None:
        self._outputs = outputs
        self._windows = windows
        self._exhibitions: dict[str, Exhibition] = {}
        self._takers: dict[str, list[Take]] = {source: [] for source in outputs}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for exhibition in self._exhibitions.values():
            exhibition.close()

    def of(self, source: str, *, lossless: bool) -> Take:
        """What takes a source's pictures. lossless: every picture counts."""
        takers = self._takers[source]
        if self._outputs[source]:
            exhibition = Exhibition(self._outputs[source], lossless=lossless, name=source)
            self._exhibitions[source] = exhibition
            takers.append(exhibition.put)

        def take(frame: Frame, result: FrameResult) -> None:
            for taker in tuple(takers):
                taker(frame, result)

        return take

    def hurry(self, source: str) -> None:
        """Let pictures of a source be left out from now on: it shows a camera, where it was to be a file."""
        if source in self._exhibitions:
            self._exhibitions[source].hurry()

    def show_to(self, taker: Take) -> None:
        """Let somebody else take the pictures of all sources as well, from now on."""
        for takers in self._takers.values():
            takers.append(taker)

    def hide_from(self, taker: Take) -> None:
        """Show somebody no more."""
        for takers in self._takers.values():
            if taker in takers:
                takers.remove(taker)

    def run(self, work: Callable[[], object], stop: Callable[[], None]) -> None:
        """Do ``work``, with windows beside it if there are any."""
        if self._windows is None:
            work()
        else:
            self._windows.run(work, stop)
