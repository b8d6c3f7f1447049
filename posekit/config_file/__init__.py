"""``posekit.toml``: a run's settings in a file. Its words are those of the command line and of Python.

``model`` says what can stand in it, ``reading`` reads it, ``problems`` explains what is wrong, and where, ``writing``
makes a file that states every default, and ``watching`` notices changes.
"""

from posekit.config_file.model import RunConfig
from posekit.config_file.reading import problems, read_config

__all__ = ["RunConfig", "problems", "read_config"]
