"""The built-in performer: drawn people whose joints follow a known motion, in place of a camera.

``motions`` says what can be performed, ``posture`` where that puts the joints, ``scene`` who does what when and where,
``figure`` draws it, and ``source`` makes a source of frames of all that, with the truth beside every frame.
"""

from posekit.sources.performer.motions import MOTIONS, Style
from posekit.sources.performer.scene import Happening, Role, Step, programme
from posekit.sources.performer.source import Performer
from posekit.sources.performer.truth import Truth

__all__ = ["MOTIONS", "Happening", "Performer", "Role", "Step", "Style", "Truth", "programme"]
