"""What exercises and gestures watch, of a body whose measures are known by construction."""

import numpy as np
import pytest

from posekit.detectors.signals import Signal, Signals, angle, behind, distance, height, outside, rise
from posekit.events import Event
from posekit.skeleton import INDEX
from posekit.types import FrameResult, Poses
from scenario import piped

#: x (to the right) and y (up) of a person who faces the camera, in torso lengths from the middle of the hips.
FRONT = {
    "leftShoulder": (0.4, 1.0),
    "rightShoulder": (-0.4, 1.0),
    "leftElbow": (1.0, 1.0),
    "rightElbow": (-0.4, 0.5),
    "leftWrist": (1.0, 1.5),
    "rightWrist": (-0.7, 0.5),
    "leftHip": (0.25, 0.0),
    "rightHip": (-0.25, 0.0),
    "leftKnee": (0.25, -0.85),
    "rightKnee": (-0.25, -0.85),
    "leftAnkle": (0.25, -1.7),
    "rightAnkle": (-0.25, -1.7),
}
#: And of one who sits, seen from the side, facing the right edge of the picture.
SEATED = FRONT | {
    "leftShoulder": (0.1, 1.0),
    "rightShoulder": (-0.1, 1.0),
    "leftHip": (0.0, 0.0),
    "rightHip": (0.0, 0.0),
    "leftKnee": (0.8, 0.0),
    "rightKnee": (0.8, 0.0),
    "leftAnkle": (0.7, -0.8),
    "rightAnkle": (0.7, -0.8),
}
TORSO_PX = 100.0


def poses(body: dict[str, tuple[float, float]], unseen: str = "") -> Poses:
    xy = np.full((1, 17, 2), (320.0, 60.0), np.float32)
    scores = np.full((1, 17), 0.9, np.float32)
    for name, (x, y) in body.items():
        xy[0, INDEX[name]] = 320.0 + TORSO_PX * x, 220.0 - TORSO_PX * y
    if unseen:
        scores[0, INDEX[unseen]] = 0.02
    return Poses(xy=xy, keypoint_scores=scores, scores=np.full(1, 0.9, np.float32))


def read(signal: Signal, body: dict[str, tuple[float, float]], unseen: str = "") -> float:
    """The signal after a second of holding still; others stand before and behind it in the reading."""
    signals, value = Signals(), [np.nan]
    asked = [distance("leftKnee", "rightKnee"), signal, rise("head"), height("hips", "ankles")]
    column = [signals.column(one) for one in asked][1]

    class Reader:
        def update(self, result: FrameResult) -> list[Event]:
            reading = signals.read(result)
            if len(reading.people):
                value[0] = float(reading.values[0, column])
            return []

    piped(lambda _: poses(body, unseen), [number / 15 for number in range(15)], [Reader()])
    return value[0]


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        (height("leftWrist", "leftShoulder"), 0.5),
        (height("hips", "ankles"), 1.7),
        (outside("leftElbow", "leftShoulder"), 0.6),
        (outside("rightWrist", "rightElbow"), 0.3),
        (outside("leftWrist", "rightWrist"), 1.7),
        (distance("leftElbow", "rightElbow"), (1.4**2 + 0.5**2) ** 0.5),
        (angle("leftShoulder", "leftElbow", "leftWrist"), 90.0),
        (angle("rightHip", "rightKnee", "rightAnkle"), 180.0),
        (rise("shoulders"), 0.0),
    ],
    ids=str,
)
def test_from_the_front(signal: Signal, expected: float) -> None:
    assert read(signal, FRONT) == pytest.approx(expected, rel=0.06, abs=0.02)


def test_behind_is_away_from_the_knees() -> None:
    mirrored = {name: (-x, y) for name, (x, y) in SEATED.items()}
    scale = read(height("shoulders", "hips"), SEATED)
    for body in (SEATED, mirrored):
        assert read(behind("shoulders", "ankles"), body) == pytest.approx(0.7 * scale, abs=0.03)
    assert np.isnan(read(behind("shoulders", "ankles"), FRONT))


def test_what_is_not_seen_is_unknown() -> None:
    assert np.isnan(read(height("leftWrist", "leftShoulder"), FRONT, unseen="leftWrist"))
    assert read(height("rightWrist", "rightShoulder"), FRONT, unseen="leftWrist") == pytest.approx(-0.5, abs=0.05)


def test_a_point_that_does_not_exist_is_told() -> None:
    with pytest.raises(ValueError, match="there is no point 'leftToe'; there are nose"):
        height("leftToe", "hips")
