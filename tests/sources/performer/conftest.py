"""Every motion in every style that changes its shape, sampled over its cycle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.skeleton import INDEX
from posekit.sources.performer.motion import Motion, Style
from posekit.sources.performer.motions import MOTIONS
from posekit.sources.performer.posture import joints
from posekit.sources.performer.scene import TRAVELS

IN_PLACE = [name for name in MOTIONS if name not in TRAVELS]

STYLES = {
    name: [Style()] + [Style(side=side) for side in known.sides[1:]] + [Style(turn=-130.0)] * (name not in TRAVELS)
    for name, known in MOTIONS.items()
}


@dataclass(frozen=True)
class Sampled:
    """A motion with its keypoints over a cycle: ``space`` is (steps, 17, 3) in body heights."""

    name: str
    style: Style
    motion: Motion
    phases: NDArray[np.float64]
    space: NDArray[np.float64]

    @classmethod
    def of(cls, name: str, style: Style | None = None, steps: int = 90) -> "Sampled":
        motion = MOTIONS[name].performed(style or Style())
        phases = np.arange(steps) / steps
        space = np.array([joints(motion.posture(phase)).keypoints for phase in phases])
        return cls(name, style or Style(), motion, phases, space)

    def at(self, part: str) -> NDArray[np.float64]:
        """(steps, 3) of a keypoint, or of the middle between left and right for a part without a side."""
        if part in INDEX:
            return self.space[:, INDEX[part]]
        return (self.space[:, INDEX[f"left{part}"]] + self.space[:, INDEX[f"right{part}"]]) / 2

    def near(self, phase: float) -> int:
        """The sample nearest to a phase."""
        return round(phase * len(self.phases)) % len(self.phases)

    def between(self, start: float, end: float) -> Sequence[int]:
        """The samples strictly between two phases."""
        return [index for index, phase in enumerate(self.phases) if start < phase < end]


@cache
def styles_of(name: str) -> tuple[Sampled, ...]:
    """A motion in every style that changes its shape."""
    return tuple(Sampled.of(name, style) for style in STYLES[name])


def every_motion(function: Callable[[Sampled], None]) -> Callable[[str], None]:
    """Run a test of a motion for each one, in every style that changes its shape."""

    @pytest.mark.parametrize("name", MOTIONS)
    def test(name: str) -> None:
        for sampled in styles_of(name):
            function(sampled)

    test.__doc__ = function.__doc__
    return test
