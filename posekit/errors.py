"""The errors that a user can meet. A message says what was got, what was expected, and the remedy.

::

    PosekitError
    ├── ConfigError      a flag, an address, an option or a configuration file is wrong
    ├── SourceError      a camera, video or picture cannot be opened or read
    ├── ModelError       a network file is missing, damaged, or no PoseNet
    ├── DecodeError      network outputs do not fit together
    ├── AdapterError     an output cannot be opened or has failed
    └── RecordingError   a recording cannot be written or read
"""

__all__ = [
    "AdapterError",
    "ConfigError",
    "DecodeError",
    "ModelError",
    "PosekitError",
    "RecordingError",
    "SourceError",
]


class PosekitError(Exception):
    """Expected trouble: the command line prints it as one line and ends with exit status 2."""


class ConfigError(PosekitError, ValueError):
    """A flag, an address, an option or a configuration file is wrong."""


class SourceError(PosekitError):
    """A camera, video or picture cannot be opened or read."""


class ModelError(PosekitError):
    """A network file is missing, damaged, or no PoseNet."""


class DecodeError(PosekitError):
    """Network outputs do not fit together."""


class AdapterError(PosekitError):
    """An output cannot be opened or has failed."""


class RecordingError(PosekitError):
    """A recording cannot be written or read."""
