"""Props: the seat is under the one who sits, the bar in the hands, the rope over the head and under the feet."""

import numpy as np
import pytest

from posekit.skeleton import INDEX
from posekit.sources.performer.figure import Solid
from posekit.sources.performer.motion import Style
from posekit.sources.performer.motions import MOTIONS
from posekit.sources.performer.posture import Joints, joints
from posekit.sources.performer.props import props


def at(name: str, phase: float, turn: float | None = None) -> tuple[Joints, tuple[Solid, ...]]:
    motion = MOTIONS[name].performed(Style(turn=turn))
    body = joints(motion.posture(phase))
    return body, props(motion, phase, body)


def hips(body: Joints) -> np.ndarray:
    return (np.array(body.keypoints[INDEX["leftHip"]]) + body.keypoints[INDEX["rightHip"]]) / 2


@pytest.mark.parametrize("turn", [None, 0.0, 90.0, -120.0])
@pytest.mark.parametrize("name", ["sit", "sit_to_stand"])
def test_the_chair_stands_still_under_whoever_sits(name: str, turn: float | None) -> None:
    seated = 0.0 if name == "sit_to_stand" else MOTIONS[name].performed(Style()).beats[0].peak
    body, chair = at(name, seated, turn)
    assert at(name, (seated + 0.5) % 1.0, turn)[1] == chair
    points = np.array([point for solid in chair for point in (solid.start, solid.end)])
    assert points[:, 1].min() == pytest.approx(0.0, abs=0.02)  # it stands on the ground
    seat = points[np.abs(points[:, 1] - (hips(body)[1] - 0.085)) < 1e-6]
    assert len(seat) >= 8
    assert np.abs(seat.mean(axis=0) - hips(body))[[0, 2]].max() < 0.05
    back = points[points[:, 1].argmax()]
    _, _, forward = body.body_axes
    assert (back - hips(body)) @ np.array(forward) < -0.05  # the backrest is behind


def test_the_bar_lies_in_the_hands_all_the_time() -> None:
    for phase in (0.0, 0.3, 0.55, 0.8):
        body, bar = at("pull_up", phase)
        heights = {round(y, 6) for solid in bar[:1] for _, y, _ in (solid.start, solid.end)}
        (height,) = heights
        for wrist in ("leftWrist", "rightWrist"):
            assert body.keypoints[INDEX[wrist]][1] == pytest.approx(height - 0.04, abs=2e-3)


def test_the_rope_goes_over_the_head_and_under_the_feet() -> None:
    body, rope = at("jump_rope", 0.0)
    assert (
        max(y for solid in rope for _, y, _ in (solid.start, solid.end)) > max(y for _, y, _ in body.keypoints) + 0.04
    )
    body, rope = at("jump_rope", MOTIONS["jump_rope"].performed(Style()).beats[0].peak)
    lowest = min(y for solid in rope for _, y, _ in (solid.start, solid.end))
    assert lowest < min(y for _, y, _ in (*body.toes, *body.heels))
    assert rope[0].start == body.hands[0]
    assert rope[-1].end == pytest.approx(body.hands[1])


def test_most_motions_need_nothing() -> None:
    assert {name for name, known in MOTIONS.items() if known.performed(Style()).prop} == {
        "sit",
        "sit_to_stand",
        "pull_up",
        "jump_rope",
    }
    assert at("squat", 0.3)[1] == ()
