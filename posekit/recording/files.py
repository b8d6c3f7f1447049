"""The files that come of a recording: what they are called, and that they are written whole or not at all."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from posekit.errors import RecordingError

__all__ = ["split_name", "written"]

_ENDING: Final = re.compile(r"(\.jsonl?)?(\.gz)?", re.IGNORECASE)


def split_name(name: str) -> tuple[str, str]:
    """A file's name without the endings of a recording, and those: ``visits.2026-08-01`` and ``.jsonl.gz``."""
    start = next(at for at in range(1, len(name) + 1) if _ENDING.fullmatch(name, at))
    return name[:start], name[start:]


@contextmanager
def written(path: Path, *, recording: Path) -> Iterator[Path]:
    """Where to write what is to stand at ``path``, made of ``recording``; it is put there when all is written.

    Raises RecordingError if it cannot be, or if ``path`` is the recording itself.
    """
    remedy = "choose another place with --to"
    with suppress(OSError):
        if path.samefile(recording):
            raise RecordingError(f"{path} is the recording itself: {remedy}")
    aside = path.with_name(f".{path.name}.part")
    try:
        try:
            yield aside
            os.replace(aside, path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise RecordingError(f"cannot write {path} ({error.strerror}): {remedy}") from None
