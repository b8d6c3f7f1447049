"""Finds a network by name or file and returns its bytes: the very bytes whose digest was checked."""

import difflib
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from posekit.errors import ModelError
from posekit.models.catalogue import CATALOGUE, ModelEntry
from posekit.models.fetch import download

__all__ = ["ModelFile", "cache_folder", "find", "load_model", "places", "pull"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A network's file as it was read. entry: what the catalogue says of it; None for a file named by its path."""

    name: str
    path: Path
    content: bytes
    sha256: str
    entry: ModelEntry | None = None


def load_model(
    name_or_path: str,
    *,
    fetch: bool = True,
    progress: Callable[[int, int], object] | None = None,
) -> ModelFile:
    """The bytes of a network, from a file named by its path, else by its name in the catalogue.

    A name is looked for in the folder ``POSEKIT_MODELS``, in posekit itself, in the user's cache, and is then
    downloaded (from ``POSEKIT_MIRROR`` if that is set) unless ``fetch`` is false. Raises ModelError.
    """
    if _is_path(name_or_path):
        return _read_any(Path(name_or_path))
    entry = find(name_or_path)
    for place, path in places(entry).items():
        if not path.is_file():
            continue
        content = _read(path)
        digest = hashlib.sha256(content).hexdigest()
        if digest == entry.sha256:
            return ModelFile(name=entry.name, path=path, content=content, sha256=digest, entry=entry)
        if place != "cache":
            raise ModelError(
                f"{path} is not '{entry.name}' (sha256 {digest[:12]}…, expected {entry.sha256[:12]}…): "
                "replace it, or name it by its path to use it as it is"
            )
    if not fetch:
        raise ModelError(f"model '{entry.name}' is not on this computer: run 'posekit models pull {entry.name}'")
    path = pull(entry, progress=progress)
    content = _read(path)
    digest = hashlib.sha256(content).hexdigest()
    if digest != entry.sha256:
        raise ModelError(f"{path} was changed right after it was downloaded: run 'posekit models pull {entry.name}'")
    return ModelFile(name=entry.name, path=path, content=content, sha256=digest, entry=entry)


def find(name: str) -> ModelEntry:
    """The catalogue's entry of that name. Raises ModelError with the names that there are."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    near = difflib.get_close_matches(name, CATALOGUE, n=1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    raise ModelError(f"no model '{name}': {hint}there are {', '.join(CATALOGUE)}; a file is named by its path")


def places(entry: ModelEntry, environment: Mapping[str, str] = os.environ) -> dict[str, Path]:
    """Where a network may lie, in the order of lookup: ``models`` (POSEKIT_MODELS), ``bundled``, ``cache``."""
    found = {}
    if folder := environment.get("POSEKIT_MODELS"):
        found["models"] = Path(folder) / entry.file
    if not entry.urls:
        found["bundled"] = Path(__file__).parent / "data" / entry.file
    found["cache"] = cache_folder(environment) / entry.file
    return found


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The user's folder of downloaded networks, or ``POSEKIT_CACHE``."""
    chosen = environment.get("POSEKIT_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("posekit", appauthor=False))


def pull(entry: ModelEntry, *, progress: Callable[[int, int], object] | None = None) -> Path:
    """Download a network into the user's cache. Raises ModelError."""
    return download(entry, cache_folder(), mirror=os.environ.get("POSEKIT_MIRROR") or None, progress=progress)


def _is_path(text: str) -> bool:
    return text.endswith(".tflite") or any(mark in text for mark in ("/", os.sep)) or Path(text).is_file()


def _read_any(path: Path) -> ModelFile:
    content = _read(path)
    digest = hashlib.sha256(content).hexdigest()
    entry = next((entry for entry in CATALOGUE.values() if entry.sha256 == digest), None)
    return ModelFile(name=path.name, path=path, content=content, sha256=digest, entry=entry)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        near = difflib.get_close_matches(path.name, _names_beside(path), n=1)
        hint = f"; did you mean '{near[0]}'?" if near else "; see 'posekit models list'"
        raise ModelError(f"cannot read model file {path} ({error.strerror}){hint}") from None


def _names_beside(path: Path) -> list[str]:
    try:
        return [other.name for other in path.parent.iterdir()]
    except OSError:
        return []
