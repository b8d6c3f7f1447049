"""Adapters by entry point: whatever a package registers under ``posekit.adapters`` can be named with ``--out``."""

import difflib
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Final
from urllib.parse import parse_qsl

from posekit.errors import AdapterError, ConfigError, PosekitError
from posekit.protocols import Adapter, OutputContext

__all__ = ["installed", "load_adapter", "parse_output"]

_GROUP: Final = "posekit.adapters"


def installed() -> Mapping[str, EntryPoint]:
    """The adapters that are installed, by name."""
    return {point.name: point for point in sorted(entry_points(group=_GROUP), key=lambda point: point.name)}


def parse_output(text: str) -> tuple[str, str, dict[str, str]]:
    """Name, target and options of ``NAME:TARGET?key=value&key=value``. Raises ConfigError."""
    name, colon, rest = text.partition(":")
    if not colon or not name or not rest:
        raise ConfigError(f"output '{text}' must be NAME:TARGET, for example osc:127.0.0.1:9000?format=array")
    target, _, query = rest.partition("?")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise ConfigError(f"options of output '{text}' must be key=value, joined by &") from None
    return name, target, dict(pairs)


def load_adapter(name: str, target: str, options: Mapping[str, str], context: OutputContext) -> Adapter:
    """Make the adapter of that name.

    Raises ConfigError for an unknown name, target or option, AdapterError if the adapter's package is broken.
    """
    known = installed()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise ConfigError(f"no output '{name}': {hint}installed: {', '.join(known) or 'none'}")
    try:
        factory = known[name].load()
    except Exception as error:
        raise AdapterError(
            f"output '{name}' cannot be loaded ({type(error).__name__}: {error}): reinstall it"
        ) from error
    try:
        adapter: Adapter = factory(target, options, context)
    except PosekitError:
        raise
    except Exception as error:
        raise AdapterError(f"output '{name}' cannot be opened ({type(error).__name__}: {error})") from error
    return adapter
