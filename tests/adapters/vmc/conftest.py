"""People in known postures."""

from collections.abc import Callable

import numpy as np
import pytest

from posekit.skeleton import INDEX
from posekit.types import Person

#: Somebody who faces the camera in a T-pose, (x, y) in pixels; the person's left is at the picture's right.
T_POSE = {
    "nose": (320, 100),
    "leftEye": (330, 92),
    "rightEye": (310, 92),
    "leftEar": (343, 100),
    "rightEar": (297, 100),
    "leftShoulder": (380, 160),
    "rightShoulder": (260, 160),
    "leftElbow": (470, 160),
    "rightElbow": (170, 160),
    "leftWrist": (550, 160),
    "rightWrist": (90, 160),
    "leftHip": (350, 320),
    "rightHip": (290, 320),
    "leftKnee": (350, 450),
    "rightKnee": (290, 450),
    "leftAnkle": (350, 570),
    "rightAnkle": (290, 570),
}


@pytest.fixture
def somebody() -> Callable[..., Person]:
    """Somebody in a T-pose, but for the keypoints that are given; ``unseen`` are those that score nothing."""

    def make(*, unseen: tuple[str, ...] = (), id: int = 1, slot: int = 1, **moved: tuple[float, float]) -> Person:
        xy = np.array([moved.get(name, T_POSE[name]) for name in INDEX], np.float32)
        scores = np.array([0.0 if name in unseen else 0.9 for name in INDEX], np.float32)
        return Person(
            id=id,
            slot=slot,
            age_s=1.0,
            xy=xy,
            keypoint_scores=scores,
            velocity=np.zeros((17, 2), np.float32),
            score=0.9,
            visible=True,
        )

    return make
