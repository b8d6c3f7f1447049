"""An estimator for frames whose poses are known already: those of a recording."""

from collections.abc import Sequence

from posekit.types import Frame, Person, Poses

__all__ = ["Remembered"]


class Remembered:
    """A ``StagedEstimator`` that finds what the frame says, and nobody in a picture."""

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        """The poses of the frame."""
        return frame.poses if frame.poses is not None else Poses.empty()

    fit = estimate

    def infer(self, fitted: Poses) -> Poses:
        """The poses."""
        return fitted

    def decode(self, inference: Poses) -> Poses:
        """The poses."""
        return inference
