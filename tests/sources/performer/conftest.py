"""Every motion in every style that changes its shape, sampled over its cycle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.skeleton import INDEX
from posekit.sources.performer.motion import Motion, Style
from posekit.sources.performer.motions import MOTIONS
from posekit.sources.performer.posture import joints

STYLES = {
    name: [Style()] + [Style(side=side) for side in known.sides[1:]] + [Style(turn=-130.0)] * (name != "walk")
    for name, known in MOTIONS.items()
}
CASES = [(name, style) for name, styles in STYLES.items() for style in styles]


def labelled(case: tuple[str, Style]) -> str:
    name, style = case
    return "-".join([name, *([style.side] if style.side else []), *(["turned"] if style.turn is not None else [])])


def every_motion(function: Callable[..., None]) -> Callable[..., None]:
    """Run a test with every motion in every style that changes its shape, as ``motion``."""
    return pytest.mark.parametrize("motion", [Sampled.of(*case) for case in CASES], ids=map(labelled, CASES))(function)


@dataclass(frozen=True)
class Sampled:
    """A motion with its keypoints over a cycle: ``space`` is (steps, 17, 3) in body heights."""

    name: str
    style: Style
    motion: Motion
    phases: NDArray[np.float64]
    space: NDArray[np.float64]

    @classmethod
    def of(cls, name: str, style: Style | None = None, steps: int = 120) -> "Sampled":
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
