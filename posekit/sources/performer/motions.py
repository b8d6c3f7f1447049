"""What the performer can do: one table of motions."""

from typing import Final

from posekit.sources.performer.everyday import EVERYDAY
from posekit.sources.performer.exercises import EXERCISES
from posekit.sources.performer.gestures import GESTURES
from posekit.sources.performer.motion import Known, Motion, Style
from posekit.sources.performer.walking import walk

__all__ = ["MOTIONS", "Motion", "Style"]

#: Every motion by name.
MOTIONS: Final[dict[str, Known]] = {
    **GESTURES,
    **EXERCISES,
    **EVERYDAY,
    "walk": Known(make=walk, meaning="walks across the picture and back"),
    "wander": Known(make=walk, meaning="walks about in the picture, and stops now and then"),
}
