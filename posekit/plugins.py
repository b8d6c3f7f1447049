"""Plug-ins: what packages register under ``posekit.adapters``, ``posekit.detectors`` and ``posekit.sources``.

Each is a function that makes one (``protocols.AdapterFactory`` and so on). An adapter is named with ``--out``, a
detector with ``--detector``, a source as ``NAME:TARGET`` in place of a camera.
"""

import difflib
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final
from urllib.parse import parse_qsl

from posekit.errors import AdapterError, ConfigError, PosekitError, SourceError
from posekit.protocols import Adapter, Detector, OutputContext, Source

__all__ = [
    "KINDS",
    "check_options",
    "installed",
    "load_adapter",
    "load_detector",
    "load_source",
    "parse_detector",
    "parse_output",
]

#: What there are plug-ins for; the entry-point group of each is ``posekit.KINDs``.
KINDS: Final = ("adapter", "detector", "source")


def installed(kind: str = "adapter") -> Mapping[str, EntryPoint]:
    """The plug-ins of a kind that are installed, by name."""
    return {point.name: point for point in sorted(entry_points(group=f"posekit.{kind}s"), key=lambda point: point.name)}


def parse_output(text: str) -> tuple[str, str, dict[str, str]]:
    """Name, target and options of ``NAME:TARGET?key=value&key=value``. Raises ConfigError."""
    name, colon, rest = text.partition(":")
    if not colon or not name or not rest:
        raise ConfigError(f"output '{text}' must be NAME:TARGET, for example osc:127.0.0.1:9000?format=array")
    target, _, query = rest.partition("?")
    return name, target, _options(f"output '{text}'", query)


def parse_detector(text: str) -> tuple[str, dict[str, str]]:
    """Name and options of ``NAME?key=value&key=value``. Raises ConfigError."""
    name, _, query = text.partition("?")
    if not name:
        raise ConfigError(f"detector '{text}' must be NAME or NAME?key=value (posekit plugins lists them)")
    return name, _options(f"detector '{text}'", query)


def _options(what: str, query: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError:
        raise ConfigError(f"options of {what} must be key=value, joined by &") from None


def check_options(name: str, options: Mapping[str, str], known: Sequence[str]) -> None:
    """Raise ConfigError for an option that the plug-in of that name does not know, with the nearest that it does."""
    for key in options:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean '{near[0]}'? " if near else ""
            raise ConfigError(f"{name} has no option '{key}': {hint}options: {', '.join(known)}")


def load_adapter(name: str, target: str, options: Mapping[str, str], context: OutputContext) -> Adapter:
    """Make the adapter of that name.

    Raises ConfigError for an unknown name, target or option, AdapterError if the adapter's package is broken.
    """
    adapter: Adapter = _made("output", "adapter", name, AdapterError, lambda create: create(target, options, context))
    return adapter


def load_detector(name: str, options: Mapping[str, str]) -> Detector:
    """Make the detector of that name. Raises ConfigError, also if its package is broken."""
    detector: Detector = _made("detector", "detector", name, ConfigError, lambda create: create(options))
    return detector


def load_source(name: str, target: str, options: Mapping[str, str]) -> Source:
    """Make the source of that name. Raises ConfigError for wrong options, SourceError if its package is broken."""
    source: Source = _made("source", "source", name, SourceError, lambda create: create(target, options))
    return source


def _made(
    what: str, kind: str, name: str, broken: type[PosekitError], make: Callable[[Callable[..., Any]], Any]
) -> Any:
    known = installed(kind)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise ConfigError(f"no {what} '{name}': {hint}installed: {', '.join(known) or 'none'}")
    try:
        create = known[name].load()
    except Exception as error:
        raise broken(f"{what} '{name}' cannot be loaded ({type(error).__name__}: {error}): reinstall it") from error
    try:
        return make(create)
    except PosekitError:
        raise
    except Exception as error:
        raise broken(f"{what} '{name}' cannot be opened ({type(error).__name__}: {error})") from error
