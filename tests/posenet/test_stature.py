"""Statures of drawn people, whose height is known."""

import numpy as np
import pytest

from posekit.posenet.stature import statures
from posekit.skeleton import INDEX
from posekit.sources.performer import Performer

UPPER_BODY = [INDEX[name] for name in INDEX if "Knee" not in name and "Ankle" not in name]
FACE_AND_SHOULDERS = [INDEX[name] for name in INDEX if any(part in name for part in ("Eye", "Ear", "nose", "Shoulder"))]


@pytest.mark.parametrize("seen", [list(range(17)), UPPER_BODY, FACE_AND_SHOULDERS])
@pytest.mark.parametrize("motion", ["stand", "wave", "squat"])
def test_the_height_of_a_body_shows_in_any_part_of_it(motion: str, seen: list[int]) -> None:
    performer = Performer(motion)
    for timestamp_s in np.arange(0.0, 4.0, 0.4):
        (truth,) = performer.truth_at(float(timestamp_s))
        scores = np.full((1, 17), 0.1, np.float32)
        scores[0, seen] = 0.9
        (tall,) = statures(truth.xy[None], scores)
        assert tall == pytest.approx(truth.height_px, rel=0.15)


def test_it_grows_with_the_picture_and_bears_one_misplaced_keypoint() -> None:
    (truth,) = Performer("stand").truth_at(0.5)
    xy, scores = truth.xy[None].repeat(3, axis=0), np.full((3, 17), 0.8, np.float32)
    xy[1] *= 2.5
    xy[2, INDEX["leftWrist"]] += 500.0
    plain, larger, misplaced = statures(xy, scores)
    assert larger == pytest.approx(2.5 * plain, rel=1e-5)
    assert misplaced == pytest.approx(plain, rel=0.1)


def test_of_somebody_who_is_not_seen_nothing_is_known() -> None:
    assert np.isnan(statures(np.zeros((1, 17, 2)), np.full((1, 17), 0.2)))
    assert statures(np.zeros((0, 17, 2)), np.zeros((0, 17))).shape == (0,)
