"""Measures against a figure whose angles and lengths are set, and what must not change them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posekit.detectors.measures import MEASURES, BodyMeasures, measure
from posekit.skeleton import INDEX, SWAPPED
from posekit.types import Departure, FrameResult, Measures, Person, Poses

SIZE_PX = 60.0

#: In torso lengths, y down, the middle of the hips at (0, 0): the left arm is bent at a right angle, the left wrist
#: is half of one above the left shoulder; the left knee is bent at a right angle. No limb is longer than people's.
FIGURE = {
    "nose": (0.0, -1.4),
    "leftEye": (0.05, -1.45),
    "rightEye": (-0.05, -1.45),
    "leftEar": (0.1, -1.35),
    "rightEar": (-0.1, -1.35),
    "leftShoulder": (0.38, -1.0),
    "rightShoulder": (-0.38, -1.0),
    "leftElbow": (0.88, -1.0),
    "rightElbow": (-0.38, -0.45),
    "leftWrist": (0.88, -1.5),
    "rightWrist": (-0.38, 0.05),
    "leftHip": (0.25, 0.0),
    "rightHip": (-0.25, 0.0),
    "leftKnee": (0.25, 0.8),
    "rightKnee": (-0.25, 0.8),
    "leftAnkle": (1.05, 0.8),
    "rightAnkle": (-0.25, 1.6),
}
XY = np.array([FIGURE[name] for name in INDEX], np.float32) * SIZE_PX + 200

EXPECTED = {
    "left_elbow_deg": 90.0,
    "right_elbow_deg": 180.0,
    "left_shoulder_deg": 90.0 + math.degrees(math.atan2(0.13, 1.0)),
    "right_shoulder_deg": math.degrees(math.atan2(0.13, 1.0)),
    "left_hip_deg": 180.0 - math.degrees(math.atan2(0.13, 1.0)),
    "left_knee_deg": 90.0,
    "right_knee_deg": 180.0,
    "lean_deg": 0.0,
    "tilt_deg": 0.0,
    "left_wrist_over_shoulder": 0.5,
    "right_wrist_over_shoulder": -1.05,
    "left_wrist_over_head": 0.1,
    "hips_over_ankles": 1.2,
    "head_over_hips": 1.4,
    "wrist_distance": math.hypot(1.26, 1.55),
    "knee_distance": 0.5,
    "ankle_distance": math.hypot(1.3, 0.8),
    "torso": 1.0,
    "shoulder_width": 0.76,
    "speed": 0.0,
    "rise": 0.0,
    "motion": 0.0,
    "size_px": SIZE_PX,
}
STILL = np.zeros((1, 17, 2), np.float32)


def measured(xy: np.ndarray, velocity: np.ndarray = STILL, scores: float = 0.9, size_px: float = SIZE_PX) -> Measures:
    return measure(xy[None], velocity, np.full((1, 17), scores, np.float32), np.array([size_px], np.float32))


def turned(xy: np.ndarray, degrees: float) -> np.ndarray:
    """Clockwise in the picture."""
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return ((xy - 200) @ turn + 200).astype(np.float32)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_known_figure(name: str) -> None:
    assert measured(XY)[name][0] == pytest.approx(EXPECTED[name], abs=2e-3)


def test_every_measure_has_a_meaning_and_a_column() -> None:
    assert measured(XY).names == tuple(MEASURES)
    assert all(meaning.unit and meaning.meaning for meaning in MEASURES.values())
    with pytest.raises(KeyError):
        _ = measured(XY)["height"]


@pytest.mark.parametrize("degrees", [-60.0, -10.0, 30.0, 90.0, 170.0])
def test_leaning_is_unsigned_and_tilting_is_to_the_persons_left(degrees: float) -> None:
    measures = measured(turned(XY, degrees))
    assert measures["lean_deg"][0] == pytest.approx(abs(degrees), abs=0.01)
    if abs(degrees) < 60:  # seen from the front, the person's left is the picture's right
        assert measures["tilt_deg"][0] == pytest.approx(degrees, abs=0.01)


def test_speeds_are_in_torso_lengths_upwards_positive() -> None:
    velocity = np.zeros((1, 17, 2), np.float32)
    velocity[:, :, 1] = -30.0
    velocity[:, INDEX["leftWrist"]] = 60.0, -80.0
    measures = measured(XY, velocity)
    assert measures["rise"][0] == pytest.approx(0.5)
    assert measures["speed"][0] == pytest.approx(0.5)
    assert measures["left_wrist_speed"][0] == pytest.approx(100 / 60)
    assert measures["motion"][0] == pytest.approx((16 * 0.5 + 100 / 60) / 17)


@given(
    scale=st.floats(0.2, 5.0),
    x=st.floats(-500, 500),
    y=st.floats(-500, 500),
    degrees=st.floats(-40, 40),
)
@settings(max_examples=30)
def test_size_and_place_change_nothing_and_a_mirror_exchanges_left_and_right(
    scale: float, x: float, y: float, degrees: float
) -> None:
    xy = turned(XY, degrees)
    before = measured(xy)
    moved = measured((xy * scale + (x, y)).astype(np.float32), size_px=SIZE_PX * scale)
    flipped = measured((xy * (-1, 1))[list(SWAPPED)].astype(np.float32))
    for name in MEASURES:
        if name != "size_px":
            assert moved[name][0] == pytest.approx(before[name][0], abs=0.05), name
        other = name.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right")
        sign = -1 if name == "tilt_deg" else 1
        assert flipped[other][0] == pytest.approx(sign * before[name][0], abs=0.05), name


def test_confidence_is_that_of_the_keypoints_and_what_is_unseen_is_not_measured() -> None:
    scores = np.full((1, 17), 0.8, np.float32)
    scores[0, INDEX["leftWrist"]] = 0.3
    scores[0, INDEX["rightAnkle"]] = 0.05
    measures = measure(XY[None], STILL, scores, np.array([SIZE_PX], np.float32))
    sure = dict(zip(measures.names, measures.confidence[0].tolist(), strict=True))
    assert sure["left_elbow_deg"] == pytest.approx(0.3)
    assert sure["right_elbow_deg"] == pytest.approx(0.8)
    assert sure["right_knee_deg"] == 0.0
    assert np.isnan(measures["right_knee_deg"][0])
    assert np.isnan(measures["ankle_distance"][0])
    assert measures["hips_over_ankles"][0] == pytest.approx(0.8, abs=0.15)  # by the ankle that is seen: about
    assert np.isnan(measured(XY, scores=0.0).values[0, :-1]).all()


def frame(number: int, *people: Person, fps: float = 30.0, departed: tuple[Departure, ...] = ()) -> FrameResult:
    return FrameResult(
        source="s",
        size=(640, 480),
        seq=number,
        timestamp_s=number / fps,
        poses=Poses.empty(),
        people=people,
        departed=departed,
    )


def somebody(xy: np.ndarray, *, scores: float | np.ndarray = 0.9, id: int = 7, visible: bool = True) -> Person:
    return Person(
        id=id,
        slot=1,
        age_s=1.0,
        xy=xy.astype(np.float32),
        keypoint_scores=np.broadcast_to(scores, 17).astype(np.float32),
        velocity=np.zeros((17, 2), np.float32),
        score=0.9,
        visible=visible,
    )


def test_size_is_that_of_the_torso_and_stays_when_it_is_foreshortened() -> None:
    body = BodyMeasures()
    for number in range(30):
        measures = body.update(frame(number, somebody(XY)))
    assert measures["size_px"][0] == pytest.approx(SIZE_PX, rel=0.01)
    bowed = XY.copy()
    bowed[:11, 1] += 0.7 * SIZE_PX
    for number in range(30, 90):
        measures = body.update(frame(number, somebody(bowed)))
    assert measures["torso"][0] == pytest.approx(0.3, abs=0.04)
    assert measures["size_px"][0] == pytest.approx(SIZE_PX, rel=0.12)


def test_arms_tell_the_size_of_somebody_whose_trunk_and_legs_are_misread() -> None:
    """As by a network that sees only head and arms of somebody in a push-up."""
    misread = XY.copy()
    for name in INDEX:
        if name.endswith(("Hip", "Knee", "Ankle")):
            misread[INDEX[name]] = XY[INDEX["leftShoulder"]] + (5.0, 12.0)
    beside = XY[INDEX["leftShoulder"]] - XY[INDEX["rightShoulder"]] - (10.0, 0.0)
    misread[[INDEX["rightShoulder"], INDEX["rightElbow"], INDEX["rightWrist"]]] += beside
    body = BodyMeasures()
    for number in range(60):
        measures = body.update(frame(number, somebody(misread)))
    assert measures["size_px"][0] == pytest.approx(SIZE_PX, rel=0.2)


def test_size_follows_somebody_who_comes_nearer() -> None:
    body = BodyMeasures()
    for number in range(150):
        scale = 1.0 + min(number, 90) / 90  # twice as large within three seconds
        measures = body.update(frame(number, somebody(XY * scale)))
    assert measures["size_px"][0] == pytest.approx(2 * SIZE_PX, rel=0.02)


def test_somebody_of_whom_no_limb_is_known_has_the_size_of_their_box() -> None:
    scores = np.zeros(17)
    scores[[INDEX["nose"], INDEX["leftAnkle"]]] = 0.9
    measures = BodyMeasures().update(frame(0, somebody(XY, scores=scores)))
    assert measures["size_px"][0] == pytest.approx(SIZE_PX, rel=0.4)


@pytest.mark.parametrize("fps", [8.0, 30.0, 60.0])
def test_speed_is_in_seconds(fps: float) -> None:
    body = BodyMeasures()
    for number in range(int(2 * fps)):
        measures = body.update(frame(number, somebody(XY + np.array([90.0 * number / fps, 0.0])), fps=fps))
    assert measures["speed"][0] == pytest.approx(90.0 / SIZE_PX, rel=0.02)
    assert measures["rise"][0] == pytest.approx(0.0, abs=1e-3)


def test_a_keypoint_that_is_not_found_keeps_its_place_for_a_moment() -> None:
    body, hidden = BodyMeasures(), np.full(17, 0.9)
    hidden[INDEX["leftWrist"]] = 0.0
    body.update(frame(0, somebody(XY)))
    sure = []
    for number in range(1, 31):
        measures = body.update(frame(number, somebody(XY, scores=hidden)))
        sure.append(measures.confidence[0, measures.column("left_elbow_deg")])
    assert sure[2] > 0.5
    assert sure[-1] == 0.0
    assert sorted(sure, reverse=True) == sure


def test_a_gap_and_a_clock_that_was_set_back_are_no_motion() -> None:
    body = BodyMeasures()
    body.update(frame(0, somebody(XY)))
    for number in (60, 30, 3000):
        measures = body.update(frame(number, somebody(XY + 50.0 * number)))
        assert measures["speed"][0] == 0.0
        assert measures["size_px"][0] == pytest.approx(SIZE_PX, rel=0.02)


def test_only_who_has_departed_is_forgotten() -> None:
    body = BodyMeasures()
    for number in range(30):
        body.update(frame(number, somebody(XY)))
    unseen = XY.copy()
    assert len(body.update(frame(40))) == 0
    bowed = unseen.copy()
    bowed[:11, 1] += 0.7 * SIZE_PX
    back = body.update(frame(50, somebody(bowed, scores=0.9)))
    assert back["size_px"][0] == pytest.approx(SIZE_PX, rel=0.02)
    body.update(frame(60, departed=(Departure(id=7, slot=1, entered_s=0.0, last_seen_s=1.7),)))
    other = body.update(frame(61, somebody(XY * 0.5)))
    assert other["size_px"][0] == pytest.approx(SIZE_PX / 2, rel=0.02)
