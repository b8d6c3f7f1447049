"""What the tracker knows of people: motion, looks, size and build, and the table that holds them."""

import numpy as np
import pytest

from posekit.sources.performer import Performer
from posekit.tracking.motion import Motion
from posekit.tracking.sight import Sight
from posekit.tracking.signature import Signatures, unlikeness
from posekit.tracking.stature import body_lengths, builds
from tests.tracking.stage import standing, told

SIZE_PX = np.array([200.0])
SURE = np.array([False])


def observed(velocity: tuple[float, float], *, fps: float, seconds: float, noise_px: float = 0.0) -> Motion:
    """Of somebody who walks at that pace, px/s."""
    random, motion, expected, place = np.random.default_rng(0), Motion.unknown(1), np.zeros(2), np.zeros(2)
    for _ in range(int(seconds * fps)):
        gone_px, motion = motion.after(np.array([1 / fps]), SIZE_PX)
        expected, place = expected + gone_px[0], place + np.array(velocity) / fps
        off_px = place + random.normal(0, noise_px, 2) - expected
        share, motion = motion.corrected(off_px[None], SURE)
        expected = expected + share[0] * off_px
    return motion


@pytest.mark.parametrize("fps", [10.0, 30.0, 60.0])
def test_a_steady_pace_is_learnt_within_a_second(fps: float) -> None:
    # A little less than it is, as it is expected to die away.
    motion = observed((150.0, -40.0), fps=fps, seconds=1.0)
    assert motion.velocity[0] == pytest.approx([150.0, -40.0], rel=0.25)
    noisy = observed((150.0, -40.0), fps=fps, seconds=2.0, noise_px=1.0)
    assert noisy.velocity[0] == pytest.approx([150.0, -40.0], abs=40.0)


def test_who_is_not_seen_goes_on_ever_more_slowly_and_ever_less_surely() -> None:
    motion = observed((100.0, 0.0), fps=30.0, seconds=2.0)
    gone, places = [], []
    for elapsed_s in (0.0, 0.5, 1.0, 2.0, 60.0):
        gone_px, later = motion.after(np.array([elapsed_s]), SIZE_PX)
        gone.append(gone_px[0, 0])
        places.append(later.place[0])
    assert gone[0] == 0.0
    assert (np.diff(gone) > 0).all()
    assert 30.0 < gone[1] < 50.0
    assert gone[-1] <= 100.0
    assert (np.diff(places) > 0).all()


def test_a_doubtful_place_moves_less() -> None:
    _, motion = observed((0.0, 0.0), fps=30.0, seconds=1.0).after(np.array([0.1]), SIZE_PX)
    (sure,), _ = motion.corrected(np.array([[20.0, 0.0]]), np.array([False]))
    (doubtful,), _ = motion.corrected(np.array([[20.0, 0.0]]), np.array([True]))
    assert 0 < doubtful < sure < 1


def test_a_standing_body_is_as_long_as_it_is_tall_from_any_distance() -> None:
    heights = np.array([50.0, 200.0, 600.0])
    poses = told(*(standing(300.0, height_px=height) for height in heights))
    assert body_lengths(poses.xy, poses.keypoint_scores) == pytest.approx(heights, rel=0.05)


@pytest.mark.parametrize("motion", ["stand", "walk", "squat", "jumping_jack", "wave"])
def test_a_body_stays_as_long_as_it_is_while_it_moves(motion: str) -> None:
    performer = Performer(motion)
    for timestamp_s in np.arange(0.0, 4.0, 0.2):
        for truth in performer.truth_at(float(timestamp_s)):
            (length,) = body_lengths(truth.xy[None].astype(np.float32), np.full((1, 17), 0.9, np.float32))
            assert length == pytest.approx(truth.height_px, rel=0.2)


def test_a_build_does_not_hang_on_the_distance_but_for_the_size() -> None:
    poses = told(standing(300.0), standing(300.0, height_px=100.0))
    size_px = body_lengths(poses.xy, poses.keypoint_scores)
    near, far = builds(poses.xy, poses.keypoint_scores, size_px)
    assert near[0] - far[0] == pytest.approx(np.log(2.0), abs=1e-3)
    assert near[1:] == pytest.approx(far[1:], abs=1e-3)
    unseen = np.full((2, 17), 0.9, np.float32)
    unseen[:, 13:] = 0.0  # knees and ankles
    assert np.isnan(builds(poses.xy, unseen, size_px)).sum(axis=1).tolist() == [2, 2]


def test_looks_tell_people_apart_only_where_they_differ_and_are_seen() -> None:
    looks = np.array([[0.2, 0.5, np.nan], [0.2, 0.1, np.nan]], np.float32)
    known = Signatures.first(looks, np.array([True, True]))
    for _ in range(30):
        known = known.learned(looks, np.full(2, 1 / 30), np.array([True, True]))
    unlike = unlikeness(known, np.array([[0.2, 0.5, 0.9], [np.nan] * 3, [0.2, 0.1, 0.9]], np.float32))
    assert (np.diag(unlike[:, [0, 2]]) < 0).all()
    assert unlike[0, 2] > 0
    assert unlike[1, 0] > 0
    assert unlike[:, 1].tolist() == [0.0, 0.0]


def test_looks_are_learnt_from_clear_ones_alone_once_there_is_one() -> None:
    own, others, now = np.array([[0.2]], np.float32), np.array([[0.8]], np.float32), np.array([0.1])
    known = Signatures.first(others, np.array([False]))
    known = known.learned(own, now, np.array([True]))
    before = known.mean.copy()
    for _ in range(20):
        known = known.learned(others, now, np.array([False]))
    assert np.array_equal(known.mean, before)
    for _ in range(100):
        known = known.learned(own, now, np.array([True]))
    assert known.mean == pytest.approx(own, abs=0.02)


def test_who_is_behind_another_is_not_seen_clearly() -> None:
    poses = told(standing(300.0), standing(320.0, height_px=180.0), standing(700.0), scores=[0.9, 0.8, 0.7])
    assert Sight.of(poses).clear.tolist() == [False, False, True]


def test_poses_are_seen_best_first_without_duplicates_and_those_outside() -> None:
    poses = told(standing(300.0), standing(700.0), standing(302.0), standing(1200.0), scores=[0.6, 0.9, 0.7, 0.8])
    sight = Sight.of(poses, region=(0.0, 0.0, 0.5, 1.0), size=(2000, 1000))
    assert sight.poses.scores == pytest.approx([0.9, 0.7])
    assert sight.middle[:, 0] == pytest.approx([700.0, 302.0], abs=1e-3)
    assert sight.strong.tolist() == [True, True]
    assert Sight.of(told(standing(300.0), scores=0.3)).strong.tolist() == [False]
