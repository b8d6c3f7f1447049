"""Who is who: people whose every step is known, through the tracker."""

import math

import numpy as np
import pytest

from posekit.skeleton import INDEX
from posekit.tracking.tracker import PoseTracker
from posekit.types import Poses
from tests.tracking.stage import Pose, follow, ids, middle_x, slots, standing, told

NOBODY = Poses.empty()
RED, BLUE = [0.6, 0.2, 0.4, 0.3, 0.3, 0.2], [0.2, 0.3, 0.3, 0.33, 0.33, 0.5]


def lying(x: float, height_px: float = 200.0) -> Pose:
    """Somebody upside down: a pose turned by 180° about the feet."""
    pose = standing(x, height_px=height_px)
    feet = pose[[15, 16]].mean(axis=0)
    return 2 * feet - pose


# -- presence


def test_whoever_is_there_at_first_counts_at_once_and_others_after_a_short_while() -> None:
    tracker = PoseTracker()
    assert ids(tracker.update(told(standing(100)), 0.0)) == [1]
    counts = [len(people) for people in follow(tracker, [told(standing(100), standing(500))] * 8, start_s=1 / 30)]
    assert counts == [1, 1, 1, 2, 2, 2, 2, 2]  # seen for 0.1 s


def test_age_counts_from_when_somebody_was_first_seen() -> None:
    tracker = PoseTracker()
    tracker.update(NOBODY, 10.0)
    *_, (person,) = follow(tracker, [told(standing(100))] * 31, start_s=11.0)
    assert person.age_s == pytest.approx(1.0)


def test_a_flicker_is_nobody() -> None:
    tracker = PoseTracker()
    frames = [NOBODY, told(standing(100)), *[NOBODY] * 30] * 3
    assert all(people == () for people in follow(tracker, frames))


def test_somebody_unseen_is_held_and_fades_then_is_kept_without_counting_then_departs() -> None:
    tracker = PoseTracker()
    follow(tracker, [told(standing(100))] * 30)  # last seen at 29/30 s
    last_s = 29 / 30
    held = tracker.update(NOBODY, last_s + 0.25)
    assert [(person.id, person.visible, person.measured) for person in held] == [(1, False, None)]
    assert held[0].score == pytest.approx(0.45, abs=0.01)
    assert held[0].keypoint_scores == pytest.approx(np.full(17, 0.45), abs=0.01)
    assert middle_x(held[0]) == pytest.approx(100, abs=1)
    assert tracker.departed == ()
    assert tracker.update(NOBODY, last_s + 0.6) == ()
    assert tracker.update(NOBODY, last_s + 1.9) == ()
    assert tracker.departed == ()
    assert tracker.update(NOBODY, last_s + 2.1) == ()
    (gone,) = tracker.departed
    assert (gone.id, gone.slot, gone.entered_s) == (1, 1, 0.0)
    assert gone.last_seen_s == pytest.approx(last_s)
    tracker.update(NOBODY, last_s + 2.2)
    assert tracker.departed == ()


def test_hold_and_leave_are_as_long_as_they_are_told() -> None:
    tracker = PoseTracker(hold_s=1.0, leave_after_s=4.0)
    tracker.update(told(standing(100)), 0.0)
    assert ids(tracker.update(NOBODY, 0.95)) == [1]
    assert tracker.update(NOBODY, 3.9) == ()
    assert tracker.departed == ()
    tracker.update(NOBODY, 4.1)
    assert [gone.id for gone in tracker.departed] == [1]


@pytest.mark.parametrize(("away_s", "expected"), [(0.3, 1), (1.0, 1), (1.8, 1), (2.2, 2), (10.0, 2)])
def test_who_comes_back_within_two_seconds_is_the_same(away_s: float, expected: int) -> None:
    tracker = PoseTracker()
    follow(tracker, [told(standing(300))] * 30)
    start_s = 29 / 30 + away_s
    for number in range(int(away_s * 30) - 1):
        tracker.update(NOBODY, 1.0 + number / 30)
    people = follow(tracker, [told(standing(305))] * 10, start_s=start_s)
    assert ids(people[-1]) == [expected]
    assert {id for frame in people for id in ids(frame)} == {expected}


def test_nothing_is_seen_for_a_long_time() -> None:
    tracker = PoseTracker()
    assert all(people == () for people in follow(tracker, [NOBODY] * 100))
    assert ids(follow(tracker, [told(standing(100))] * 10, start_s=1e6)[-1]) == [1]


def test_reset_gives_everyone_up() -> None:
    tracker = PoseTracker()
    follow(tracker, [told(standing(100), standing(500))] * 10)
    tracker.reset()
    assert sorted(gone.id for gone in tracker.departed) == [1, 2]
    assert ids(follow(tracker, [told(standing(100))] * 10, start_s=1.0)[-1]) == [3]


# -- ids and slots


def test_slots_are_the_lowest_free_ones_and_ids_are_never_used_again() -> None:
    tracker = PoseTracker()
    x = {"a": 100.0, "b": 400.0, "c": 700.0, "d": 1000.0, "e": 1300.0}

    def stay(who: str, start_s: float) -> list[tuple[int, int]]:
        (*_, people) = follow(tracker, [told(*(standing(x[one]) for one in who))] * 80, start_s=start_s)
        return list(zip(ids(people), slots(people), strict=True))

    assert stay("abc", 0.0) == [(1, 1), (2, 2), (3, 3)]  # from left to right
    assert stay("bc", 3.0) == [(2, 2), (3, 3)]
    assert stay("bcd", 6.0) == [(4, 1), (2, 2), (3, 3)]
    assert stay("bcde", 9.0) == [(4, 1), (2, 2), (3, 3), (5, 4)]
    assert stay("e", 12.0) == [(5, 4)]
    assert stay("ae", 15.0) == [(6, 1), (5, 4)]


def test_a_slot_is_not_given_away_while_its_person_may_come_back() -> None:
    tracker = PoseTracker()
    follow(tracker, [told(standing(100), standing(1000))] * 30)
    (*_, people) = follow(tracker, [told(standing(1000), standing(600))] * 45, start_s=1.0)
    assert list(zip(ids(people), slots(people), strict=True)) == [(2, 2), (3, 3)]


def test_more_people_than_slots_wait_until_one_is_free() -> None:
    tracker = PoseTracker(max_people=2)
    three = told(standing(100), standing(500), standing(900))
    assert [ids(people) for people in follow(tracker, [three] * 10)][-1] == [1, 2]
    (*_, people) = follow(tracker, [told(standing(500), standing(900))] * 90, start_s=1.0)
    assert list(zip(ids(people), slots(people), strict=True)) == [(3, 1), (2, 2)]
    assert next(person for person in people if person.id == 3).age_s < 2.5


def test_a_duplicate_is_nobody() -> None:
    tracker = PoseTracker()
    twice = told(standing(300), standing(303), scores=[0.9, 0.8])
    assert all(ids(people) == [1] for people in follow(tracker, [twice] * 20))


def test_half_a_body_beside_the_whole_is_nobody() -> None:
    tracker = PoseTracker()
    half = standing(300)
    half[5:11] = standing(380)[5:11]  # another's arms and shoulders, the same head and legs
    frames = [told(standing(300))] * 5 + [told(standing(300), half, scores=[0.9, 0.5])] * 20
    assert all(ids(people) == [1] for people in follow(tracker, frames))


def test_a_weak_pose_continues_somebody_and_starts_nobody() -> None:
    tracker = PoseTracker()
    tracker.update(NOBODY, 0.0)
    assert all(people == () for people in follow(tracker, [told(standing(100), scores=0.3)] * 30, start_s=0.1))
    follow(tracker, [told(standing(100))] * 10, start_s=2.0)
    people = follow(tracker, [told(standing(100), scores=0.2)] * 60, start_s=2.4)
    assert all(ids(frame) == [1] and frame[0].visible for frame in people)


def test_a_weak_pose_that_stands_on_its_head_is_not_them() -> None:
    # Of somebody who walks out of the picture a network may see a leg, and make a whole body of it.
    tracker = PoseTracker()
    follow(tracker, [told(standing(300))] * 10)
    upside_down = lying(300)
    upside_down[13:17] = standing(300)[13:17]
    (person,) = tracker.update(told(upside_down, scores=0.25), 0.4)
    assert not person.visible
    assert person["nose"].y < person["leftAnkle"].y


# -- crossings


def crossing(t: float, *, speed: float = 120.0) -> tuple[Pose, Pose]:
    """Two who meet at x = 600 after 2 s and walk on."""
    return standing(600 + speed * (t - 2)), standing(600 - speed * (t - 2), height_px=180.0, y=390.0)


@pytest.mark.parametrize("fps", [10.0, 15.0, 30.0, 60.0])
def test_people_who_pass_each_other_keep_their_ids(fps: float) -> None:
    random, tracker = np.random.default_rng(0), PoseTracker()
    for number in range(int(4 * fps)):
        first, second = (pose + random.normal(0, 2, (17, 2)) for pose in crossing(number / fps))
        people = tracker.update(told(first, second), number / fps)
    assert {person.id: middle_x(person) > 600 for person in people} == {1: True, 2: False}


@pytest.mark.parametrize("fps", [10.0, 30.0, 60.0])
@pytest.mark.parametrize("hidden_s", [0.4, 1.0, 1.4])
def test_who_passes_behind_another_comes_out_as_the_same(fps: float, hidden_s: float) -> None:
    random, tracker = np.random.default_rng(1), PoseTracker()
    seen = set()
    for number in range(int(4.5 * fps)):
        t = number / fps
        poses = [pose + random.normal(0, 2, (17, 2)) for pose in crossing(t)]
        people = tracker.update(told(*(poses[:1] if abs(t - 2) < hidden_s / 2 else poses)), t)
        seen.update(ids(people))
    assert {person.id: middle_x(person) > 600 for person in people} == {1: True, 2: False}
    assert seen == {1, 2}


def test_who_turns_round_behind_another_is_told_by_their_clothes() -> None:
    # Both come out where they went in, as if they had passed each other: only colours can tell.
    tracker = PoseTracker()
    for number in range(150):
        t = number / 30
        x = 600 - 120 * abs(t - 2)
        frames = [(standing(x), RED), (standing(1200 - x), BLUE)]
        shown = frames[:1] if abs(t - 2) < 0.4 else frames
        people = tracker.update(told(*(pose for pose, _ in shown), colours=[colour for _, colour in shown]), t)
    assert {person.id: middle_x(person) < 600 for person in people} == {1: True, 2: False}


def test_who_walks_out_and_in_again_elsewhere_is_told_by_their_clothes() -> None:
    tracker = PoseTracker()
    passer = [standing(600, 700), BLUE]
    for number in range(60):  # out on the right
        tracker.update(told(standing(20 + 16 * number), passer[0], colours=[RED, passer[1]]), number / 30)
    for number in range(40):
        tracker.update(told(passer[0], colours=[passer[1]]), 2 + number / 30)
    for number in range(20):  # in on the left
        people = tracker.update(
            told(standing(20 + 5 * number), passer[0], colours=[RED, passer[1]]), 3.35 + number / 30
        )
    assert sorted(ids(people)) == [1, 2]


def test_who_appears_far_from_where_anybody_was_lost_is_somebody_new() -> None:
    tracker = PoseTracker()
    follow(tracker, [told(standing(300))] * 30)
    (*_, people) = follow(tracker, [told(standing(1200))] * 20, start_s=1.5)
    assert ids(people) == [2]


def test_who_is_seen_beside_somebody_is_not_them() -> None:
    # The newcomer comes while the first is there; when the first vanishes, the newcomer is not taken for them.
    tracker = PoseTracker()
    follow(tracker, [told(standing(300))] * 30)
    follow(tracker, [told(standing(300), standing(390))] * 2, start_s=1.0)
    (*_, people) = follow(tracker, [told(standing(390))] * 30, start_s=1.0 + 2 / 30)
    assert ids(people) == [2]


def test_ids_are_the_same_at_any_frame_rate_and_with_jittered_times(crowds: object) -> None:
    def story(**changes: float) -> dict[int, list[int]]:
        """For each true person the ids that they were given, in order."""
        tracker, given = PoseTracker(), dict[int, list[int]]()
        for step in crowds.crowd(3, seconds=12.0, **changes):  # type: ignore[attr-defined]
            people = tracker.update(step.poses, step.timestamp_s)
            for true, keypoints in zip(step.ids, step.truth, strict=True):
                near = [person for person in people if np.abs(person.xy - keypoints).mean() < 40]
                told = given.setdefault(true, [])
                if len(near) == 1 and near[0].id not in told[-1:]:
                    told.append(near[0].id)
        return given

    plain = story(missed=0.0, false=0.0)
    assert sorted(id for ids in plain.values() for id in ids) == [1, 2, 3, 4, 5, 6]  # one each
    for changes in ({"fps": 10.0}, {"fps": 60.0}, {"jitter": 0.8}):
        assert story(missed=0.0, false=0.0, **changes) == plain, changes
        # Where one pose in ten is missed, whoever comes in at the same time may be found in another order.
        assert sorted(id for ids in story(**changes).values() for id in ids) == [1, 2, 3, 4, 5, 6], changes


@pytest.mark.parametrize("fps", [1.0, 2.0, 3.0, 5.0])
def test_a_slow_network_still_finds_and_keeps_people(fps: float) -> None:
    tracker = PoseTracker()
    tracker.update(NOBODY, 0.0)
    frames = [told(standing(300 + 20 * number), standing(900)) for number in range(12)]
    people = follow(tracker, frames, fps=fps, start_s=1 / fps)
    assert [ids(frame) for frame in people[2:]] == [[1, 2]] * 10


# -- time and input that are not as they should be


def test_time_that_jumps_back_counts_as_no_time() -> None:
    tracker = PoseTracker()
    follow(tracker, [told(standing(300))] * 30, start_s=1000.0)
    people = follow(tracker, [told(standing(301))] * 30, start_s=5.0)
    assert all(ids(frame) == [1] for frame in people)
    assert people[0][0].age_s == pytest.approx(29 / 30)
    assert people[-1][0].age_s == pytest.approx(2 * 29 / 30)
    assert all(np.isfinite(frame[0].xy).all() and np.isfinite(frame[0].velocity).all() for frame in people)


@pytest.mark.parametrize("forward_s", [5.0, 3600.0, 1e9])
def test_time_that_jumps_far_ahead_ends_everyone_once(forward_s: float) -> None:
    tracker = PoseTracker()
    follow(tracker, [told(standing(300))] * 30)
    tracker.update(told(standing(300)), forward_s)
    assert [gone.id for gone in tracker.departed] == [1]
    (*_, people) = follow(tracker, [told(standing(300))] * 10, start_s=forward_s + 0.1)
    assert ids(people) == [2]
    assert np.abs(people[0].xy - standing(300)).max() < 1.0
    assert np.abs(people[0].velocity).max() < 1.0


def test_the_same_time_twice_moves_nothing() -> None:
    tracker = PoseTracker()
    follow(tracker, [told(standing(300))] * 30)
    (before,) = tracker.update(told(standing(300)), 2.0)
    (after,) = tracker.update(told(standing(320)), 2.0)
    assert after.id == before.id
    assert np.isfinite(after.xy).all()
    assert after.xy == pytest.approx(before.xy, abs=1e-3)


def test_poses_that_are_not_finite_are_nobody() -> None:
    tracker = PoseTracker()
    broken, infinite = standing(300), standing(600)
    broken[3, 0], infinite[0, 1] = math.nan, math.inf
    people = follow(tracker, [told(broken, infinite, standing(900))] * 10)
    assert all(len(frame) == 1 and middle_x(frame[0]) == pytest.approx(900, abs=1) for frame in people)


def test_keypoints_that_all_score_nothing_break_nothing() -> None:
    tracker = PoseTracker()
    people = follow(tracker, [told(standing(300), keypoint_scores=0.0)] * 20)
    assert all(np.isfinite(person.xy).all() for frame in people for person in frame)


def test_the_estimator_may_describe_people_otherwise_than_before() -> None:
    tracker = PoseTracker()
    for number, colours in enumerate([None, [RED], [RED], None, [[0.1, 0.2]], [[0.1, 0.2]], [RED], None] * 3):
        people = tracker.update(told(standing(300), colours=colours), number / 30)
        assert ids(people) == [1]


def test_colours_that_are_not_seen_tell_nothing() -> None:
    tracker = PoseTracker()
    unseen = [math.nan] * 6
    for number in range(40):
        hidden = number in range(15, 25)
        poses = told(standing(300), standing(480), colours=[unseen if number % 3 else RED, BLUE])
        people = tracker.update(NOBODY if hidden else poses, number / 30)
    assert {person.id: middle_x(person) < 400 for person in people} == {1: True, 2: False}


def test_results_do_not_change_afterwards() -> None:
    tracker = PoseTracker()
    both = told(standing(300), standing(900))
    people = follow(tracker, [both] * 10)[-1]
    before = [(person.xy.copy(), person.measured.copy(), person.keypoint_scores.copy()) for person in people]  # type: ignore[union-attr]
    follow(tracker, [told(standing(330))] * 10, start_s=1 / 3)  # only one of them is seen
    for person, (xy, measured, scores) in zip(people, before, strict=True):
        assert np.array_equal(person.xy, xy)
        assert np.array_equal(person.measured, measured)
        assert np.array_equal(person.keypoint_scores, scores)
        with pytest.raises(ValueError, match="read-only"):
            person.xy[0, 0] = 0.0


# -- options


def test_measured_is_what_the_network_saw_and_xy_is_smoothed() -> None:
    random, tracker = np.random.default_rng(0), PoseTracker()
    for number in range(30):
        poses = told(standing(300) + random.normal(0, 2, (17, 2)))
        (person,) = tracker.update(poses, number / 30)
        assert person.measured is not None
        assert np.array_equal(person.measured, poses.xy[0])
    assert np.abs(person.xy - standing(300)).mean() < np.abs(person.measured - standing(300)).mean()


def test_single_keeps_one_id_wherever_the_person_is() -> None:
    tracker = PoseTracker(single=True)
    frames = [told(standing(100 + 900 * (number // 20 % 2))) for number in range(100)]
    people = follow(tracker, frames)
    assert {id for frame in people for id in ids(frame)} == {1}
    assert middle_x(people[-1][0]) == pytest.approx(middle_x_of(frames[-1]), abs=1)
    # Of several poses, the one that was there before.
    (person,) = tracker.update(told(standing(900), standing(100), scores=[0.95, 0.6]), 100 / 30)
    assert middle_x(person) == pytest.approx(100, abs=5)


def middle_x_of(poses: Poses) -> float:
    return float(poses.xy[0][[5, 6, 11, 12], 0].mean())


def test_lock_follows_the_largest_and_ignores_passers_by() -> None:
    tracker = PoseTracker(lock="largest")
    scene = told(standing(200, height_px=150), standing(600, height_px=260), scores=[0.95, 0.6])
    assert all(ids(people) == [1] and middle_x(people[0]) > 500 for people in follow(tracker, [scene] * 30))
    passing = [told(standing(1000 - 30 * n, height_px=330), standing(600, height_px=260)) for n in range(30)]
    people = follow(tracker, passing, start_s=1.0)
    assert all(ids(frame) == [1] for frame in people)
    assert middle_x(people[-1][0]) == pytest.approx(600, abs=3)


def test_lock_follows_another_once_the_first_has_departed() -> None:
    tracker = PoseTracker(lock="largest")
    follow(tracker, [told(standing(200, height_px=150), standing(600, height_px=260))] * 30)
    (*_, people) = follow(tracker, [told(standing(200, height_px=150))] * 90, start_s=1.0)
    assert list(zip(ids(people), slots(people), strict=True)) == [(2, 1)]


def test_lock_follows_the_most_central() -> None:
    tracker = PoseTracker(lock="central")
    scene = told(standing(200, height_px=300), standing(600, 360), standing(1100))
    for number in range(10):
        people = tracker.update(scene, number / 30, size=(1280, 720))
    assert ids(people) == [1]
    assert middle_x(people[0]) == pytest.approx(600, abs=1)


def test_region_ignores_everyone_outside() -> None:
    tracker = PoseTracker(region=(0.25, 0.0, 0.5, 1.0))
    scene = told(standing(100), standing(640, 360), standing(1200))
    for number in range(10):
        people = tracker.update(scene, number / 30, size=(1280, 720))
    assert ids(people) == [1]
    assert middle_x(people[0]) == pytest.approx(640, abs=1)


def test_prediction_looks_ahead_by_the_time_it_is_told() -> None:
    walk = [told(standing(200 + 6 * number)) for number in range(90)]  # 180 px/s
    (now,) = follow(PoseTracker(), walk)[-1]
    (ahead,) = follow(PoseTracker(predict_s=0.1), walk)[-1]
    assert middle_x(ahead) - middle_x(now) == pytest.approx(18.0, rel=0.05)
    assert now.velocity[INDEX["nose"]] == pytest.approx([180.0, 0.0], rel=0.05, abs=1.0)


def test_smoothing_of_zero_is_what_the_network_saw() -> None:
    random, tracker = np.random.default_rng(0), PoseTracker(smoothing=0.0)
    for number in range(10):
        poses = told(standing(300) + random.normal(0, 3, (17, 2)))
        (person,) = tracker.update(poses, number / 30)
        assert np.array_equal(person.xy, poses.xy[0])
