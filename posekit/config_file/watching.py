"""Notices that ``posekit.toml`` was saved, and tells what of it a run can take up while it goes on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from posekit.config_file.model import RunConfig, RunOutput
from posekit.config_file.reading import parse, read_text

__all__ = ["LIVE", "Watched", "changes", "in_force"]

#: Files that are being written, a window, and how the source is read.
_OPENED: Final = frozenset({"record", "save", "snapshot", "show", "source_mirrored", "fps_limit", "realtime"})

#: Per section, what changes at once; None is everything. The rest takes a new start: it is a property of the camera, or
#: of what is open already.
LIVE: Final[Mapping[str, frozenset[str] | None]] = {
    "vision": None,
    "events": None,
    "detectors": None,
    "tracking": frozenset({"smoothing", "region", "predict_ms"}),
    "output": frozenset(RunOutput.model_fields) - _OPENED,
}


class Watched:
    """A file that is looked at now and then: ``step``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._taken = self._seen = self._stamp()

    def step(self) -> RunConfig | None:
        """The settings, if the file was saved and is at rest since. Raises ConfigError, once, for a bad edit."""
        # It may be written at this very moment: what was seen of it twice is whole.
        before, self._seen = self._seen, self._stamp()
        # An editor may put a new file in the place of the old one: for a moment there is none.
        if self._seen is None or self._seen != before or self._seen == self._taken:
            return None
        self._taken = self._seen
        return parse(read_text(self._path), self._path)

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            state = self._path.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size, state.st_ino


def changes(before: RunConfig, after: RunConfig) -> tuple[list[str], list[str]]:
    """What differs, dotted: what a run takes up at once, and what only the next start will."""
    live: list[str] = []
    later: list[str] = []
    for section in RunConfig.model_fields:
        mine, other = getattr(before, section), getattr(after, section)
        names = list(getattr(type(mine), "model_fields", {}))
        for name in names:
            if getattr(mine, name) != getattr(other, name):
                known = LIVE.get(section, frozenset())
                (live if known is None or name in known else later).append(f"{section}.{name}")
        if not names and mine != other:
            later.append(section)
    return live, later


def in_force(before: RunConfig, after: RunConfig) -> RunConfig:
    """What a run goes on with: ``after``, but for what only the next start will change."""
    sections: dict[str, object] = {}
    for section in RunConfig.model_fields:
        mine, other = getattr(before, section), getattr(after, section)
        names, known = getattr(type(mine), "model_fields", {}), LIVE.get(section, frozenset())
        fixed = [] if known is None else [name for name in names if name not in known]
        kept = {name: getattr(mine, name) for name in fixed if getattr(mine, name) != getattr(other, name)}
        sections[section] = mine if not names else other.model_copy(update=kept) if kept else other
    return after.model_copy(update=sections)
