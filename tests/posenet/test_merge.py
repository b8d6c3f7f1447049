"""Several looks at one frame, of drawn people whose joints are known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.posenet.merge import compared, merged, strangers
from posekit.skeleton import INDEX, SWAPPED
from posekit.sources.performer import Performer
from posekit.types import Poses

(TRUTH,) = Performer("stand").truth_at(0.5)
#: A standing body of height 1, its middle at (0, 0).
BODY = (TRUTH.xy - TRUTH.xy.mean(axis=0)) / TRUTH.height_px


def person(x: float, y: float, height: float) -> NDArray[np.float32]:
    return (BODY * height + (x, y)).astype(np.float32)


def poses(*people: NDArray[np.float32], scores: tuple[float, ...] = ()) -> Poses:
    values = np.array(scores or (0.9,) * len(people), np.float32)
    return Poses(
        xy=np.stack(people) if people else np.zeros((0, 17, 2), np.float32),
        keypoint_scores=np.repeat(values[:, None], 17, axis=1),
        scores=values,
    )


def quality(statures: NDArray[np.floating]) -> NDArray[np.float64]:
    """1 from 100 to 200 px of the input, 0.2 elsewhere."""
    return np.where((statures > 100) & (statures < 200), 1.0, 0.2)


def test_everyone_is_taken_from_the_look_that_suits_their_size() -> None:
    near, far = person(200, 300, 500), person(600, 200, 120)
    large = poses(near + 9, far)
    small = poses(near, far + 3)
    both = merged([(large, 1.2), (small, 0.3)], quality)
    assert len(both) == 2
    for truth in (near, far):
        assert np.abs(both.xy - truth).max(axis=(1, 2)).min() == 0.0


def test_looks_that_agree_change_nothing() -> None:
    look = poses(person(200, 300, 300), person(500, 300, 150), scores=(0.9, 0.3))
    both = merged([(look, 1.0), (look, 0.5)], quality)
    np.testing.assert_array_equal(np.sort(both.scores), np.sort(look.scores))
    np.testing.assert_array_equal(both.xy[both.scores.argmax()], look.xy[0])


def test_who_is_shown_by_one_look_only_is_added_if_clear() -> None:
    first, second = person(200, 300, 300), person(600, 300, 300)
    for score, people in ((0.9, 2), (0.4, 1)):
        both = merged([(poses(first), 1.0), (poses(second, scores=(score,)), 0.5)], quality)
        assert len(both) == people
    # Two looks that show somebody faintly are as good as one that shows them clearly.
    faint = poses(second, scores=(0.4,))
    assert len(merged([(poses(first), 1.0), (faint, 0.5), (faint, 0.25)], quality)) == 2
    assert len(merged([(poses(), 1.0), (poses(second), 0.5)], quality)) == 1
    assert len(merged([(poses(), 1.0), (poses(), 0.5)], quality)) == 0


def test_front_and_back_of_one_person_are_one_person() -> None:
    front = person(300, 300, 400)
    assert len(merged([(poses(front), 1.0), (poses(front[list(SWAPPED)]), 0.25)], quality)) == 1


def test_a_figure_made_of_two_people_is_nobody() -> None:
    left, right = person(300, 300, 200), person(380, 300, 200)
    mixed = left.copy()
    names = [index for name, index in INDEX.items() if name.startswith("left")]
    mixed[names] = right[names]
    mixed[:, 0] += 10
    both = merged([(poses(left, right), 1.0), (poses(mixed, scores=(0.7,)), 0.3)], quality)
    assert len(both) == 2


def test_at_most_so_many_the_best_first() -> None:
    look = poses(*(person(200.0 * k, 300, 150) for k in range(4)), scores=(0.6, 0.9, 0.7, 0.8))
    both = merged([(look, 1.0), (look, 0.5)], quality, most=3)
    np.testing.assert_array_equal(both.scores, np.float32([0.9, 0.8, 0.7]))


def test_scores_of_the_same_people_are_compared() -> None:
    known = poses(person(200, 300, 300), person(500, 300, 300), scores=(0.9, 0.6))
    others = poses(person(900, 300, 300), person(502, 301, 300), person(203, 298, 310), scores=(0.9, 0.75, 0.45))
    indices, ratios = compared(known, others)
    assert dict(zip(indices.tolist(), ratios.tolist(), strict=True)) == pytest.approx({0: 0.5, 1: 1.25})
    assert len(compared(known, poses())[0]) == 0


def test_strangers_are_those_whom_the_poses_do_not_show() -> None:
    known = poses(person(200, 300, 300), person(500, 300, 300))
    others = poses(person(203, 298, 310), person(800, 300, 300), person(560, 260, 200))
    assert strangers(known, others).tolist() == [1, 2]
    assert strangers(poses(), others).tolist() == [0, 1, 2]
    assert strangers(known, poses()).tolist() == []
