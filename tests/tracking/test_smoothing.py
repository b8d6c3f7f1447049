"""Smoothing of people whose keypoints are known: calm at rest, close behind in motion, and what is lost."""

import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.skeleton import INDEX
from posekit.tracking.tracker import PoseTracker
from posekit.types import Person
from tests.tracking.stage import standing, told

HEIGHT_PX = 200.0
NOISE_PX = 1.5


def along(
    x: NDArray[np.floating],
    *,
    noise_px: float = 0.0,
    fps: float = 30.0,
    smoothing: float = 0.5,
    height_px: float = HEIGHT_PX,
    jitter: float = 0.0,
) -> tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.floating]]:
    """(frames, 17, 2) true, told and smoothed keypoints of somebody who is at x = x."""
    random, tracker = np.random.default_rng(7), PoseTracker(smoothing=smoothing)
    truth, raw, smooth = [], [], []
    for number, place in enumerate(x):
        timestamp_s = (number + jitter * random.uniform(-0.5, 0.5)) / fps
        truth.append(standing(place, height_px=height_px))
        poses = told(truth[-1] + random.normal(0, noise_px, (17, 2)) if noise_px else truth[-1])
        (person,) = tracker.update(poses, timestamp_s)
        raw.append(poses.xy[0])
        smooth.append(person.xy)
    return np.array(truth), np.array(raw), np.array(smooth)


def rms(off: NDArray[np.floating]) -> float:
    return float(np.sqrt((off[60:] ** 2).mean()))


def lag_ms(
    body_lengths_per_s: float, *, fps: float = 30.0, height_px: float = HEIGHT_PX, noise_px: float = 0.0
) -> float:
    """How late somebody is shown who walks at that speed, once they do so steadily."""
    speed_px = body_lengths_per_s * height_px
    x = 200 + speed_px * np.arange(int(4 * fps)) / fps
    truth, _, smooth = along(x, fps=fps, height_px=height_px, noise_px=noise_px)
    return float((truth - smooth)[int(2 * fps) :, :, 0].mean() / speed_px * 1e3)


def test_standing_still_jitter_is_a_third_of_the_networks() -> None:
    truth, raw, smooth = along(np.full(600, 400.0), noise_px=NOISE_PX)
    assert rms(smooth - truth) <= 0.35 * rms(raw - truth)


@pytest.mark.parametrize("noise_px", [0.0, NOISE_PX])
@pytest.mark.parametrize(("speed", "most_ms"), [(0.5, 35.0), (2.0, 12.0)])
def test_who_moves_is_shown_closely_behind(speed: float, most_ms: float, noise_px: float) -> None:
    assert 0 < lag_ms(speed, noise_px=noise_px) <= most_ms


def test_nothing_overshoots_a_step() -> None:
    truth, _, smooth = along(np.where(np.arange(120) < 60, 400.0, 430.0))
    beyond = (smooth - truth)[60:, :, 0] / 30.0
    assert beyond.max() <= 0.05
    assert beyond[-1] == pytest.approx(np.zeros(17), abs=0.02)  # and gets there


@pytest.mark.parametrize("size", [0.05, 0.2, 0.5, 1.0])
def test_no_hand_overshoots_a_step(size: float) -> None:
    tracker, shown, step = PoseTracker(), [], size * HEIGHT_PX
    for number in range(120):
        pose = standing(400.0)
        pose[INDEX["leftWrist"], 1] -= step * (number >= 60)
        (person,) = tracker.update(told(pose), number / 30)
        shown.append(float(person.xy[INDEX["leftWrist"], 1]))
    way = (shown[0] - np.array(shown[60:])) / step
    assert 0 < way[0] < 1
    assert way.max() <= 1.05
    assert way[-1] == pytest.approx(1.0, abs=0.02)


def test_near_and_far_people_are_treated_alike() -> None:
    for height_px in (60.0, 400.0):
        assert lag_ms(0.5, height_px=height_px) == pytest.approx(lag_ms(0.5), rel=0.02)
    share = [
        rms(smooth - truth) / rms(raw - truth)
        for truth, raw, smooth in (
            along(np.full(300, 400.0), noise_px=NOISE_PX * height_px / 200, height_px=height_px)
            for height_px in (100.0, 200.0, 400.0)
        )
    ]
    assert share == pytest.approx([share[1]] * 3, rel=0.02)


def test_lag_is_the_same_at_any_frame_rate() -> None:
    for fps in (15.0, 60.0):
        for speed in (0.5, 2.0):
            assert lag_ms(speed, fps=fps) == pytest.approx(lag_ms(speed), rel=0.05)


def test_uneven_frames_do_not_make_a_steady_walk_stutter() -> None:
    random = np.random.default_rng(3)
    tracker, shown = PoseTracker(), []
    for timestamp_s in np.cumsum(random.uniform(0.5, 1.5, 120) / 30):
        (person,) = tracker.update(told(standing(200 + 100 * timestamp_s)), float(timestamp_s))
        shown.append(person.xy[0, 0] - 100 * timestamp_s)
    assert np.std(shown[60:]) < 0.3


def test_the_knob_goes_from_raw_to_calm() -> None:
    calm, late = [], []
    for smoothing in (0.0, 0.25, 0.5, 0.75, 1.0):
        truth, raw, smooth = along(np.full(240, 400.0), noise_px=NOISE_PX, smoothing=smoothing)
        calm.append(rms(smooth - truth) / rms(raw - truth))
        truth, _, smooth = along(200 + 100 * np.arange(120) / 30, smoothing=smoothing)
        late.append(float((truth - smooth)[60:, :, 0].mean()))
    assert calm[0] == pytest.approx(1.0)
    assert late[0] == pytest.approx(0.0, abs=1e-4)
    assert (np.diff(calm) < -0.05).all()
    assert (np.diff(late) > 0).all()


def seen_except(
    part: str, frames: range, *, count: int = 90, score: float = 0.02, off_px: float = 50.0
) -> list[Person]:
    """Somebody who stands, of whom a keypoint is lost in some frames, where the network puts it elsewhere."""
    tracker, people = PoseTracker(), []
    for number in range(count):
        pose, scores = standing(400.0), np.full((1, 17), 0.9, np.float32)
        if number in frames:
            pose[INDEX[part]] += off_px
            scores[0, INDEX[part]] = score
        (person,) = tracker.update(told(pose, keypoint_scores=scores), number / 30)
        people.append(person)
    return people


def test_a_lost_keypoint_holds_and_fades_below_what_counts_as_seen() -> None:
    people = seen_except("leftWrist", range(30, 90))
    x = [person["leftWrist"].x for person in people]
    scores = [person["leftWrist"].score for person in people]
    assert x[:45] == pytest.approx([x[0]] * 45, abs=0.5)
    assert scores[29] == pytest.approx(0.9)
    assert 0.1 < scores[31] < 0.2
    assert (np.diff(scores[30:44]) < 0).all()
    assert scores[50] == pytest.approx(0.02)
    assert people[60]["rightWrist"].score == pytest.approx(0.9)


def test_a_keypoint_that_the_network_is_not_sure_of_moves_less() -> None:
    sure, unsure = (
        seen_except("leftWrist", range(30, 33), score=score, off_px=20.0)[32]["leftWrist"].x for score in (0.9, 0.12)
    )
    start = standing(400.0)[INDEX["leftWrist"], 0]
    assert 0 < unsure - start < 0.6 * (sure - start)


def test_after_a_gap_a_keypoint_starts_anew_where_it_is() -> None:
    tracker = PoseTracker()
    for number in range(30):
        tracker.update(told(standing(300.0 + 10 * number)), number / 30)
    elsewhere = standing(690.0, height_px=200.0)
    (person,) = tracker.update(told(elsewhere), 29 / 30 + 0.45)
    assert np.abs(person.xy - elsewhere).max() > 1.0  # it still follows
    tracker = PoseTracker()
    for number in range(90):
        scores = np.full((1, 17), 0.9, np.float32)
        pose = standing(300.0)
        if 30 <= number < 60:  # the hand is lost for a second, and then elsewhere
            scores[0, INDEX["leftWrist"]] = 0.0
        if number >= 60:
            pose[INDEX["leftWrist"]] += 60.0
        (person,) = tracker.update(told(pose, keypoint_scores=scores), number / 30)
        if number == 60:
            assert person.xy == pytest.approx(pose, abs=0.01)
            assert person.velocity[INDEX["leftWrist"]] == pytest.approx([0.0, 0.0], abs=1e-3)


def test_a_new_id_starts_where_it_is() -> None:
    tracker = PoseTracker()
    for number in range(30):
        tracker.update(told(standing(300.0)), number / 30)
    for number in range(10):
        people = tracker.update(told(standing(300.0), standing(800.0)), 1.0 + number / 30)
        if len(people) == 2:
            assert people[1].xy == pytest.approx(standing(800.0), abs=0.01)
    assert [person.id for person in people] == [1, 2]
