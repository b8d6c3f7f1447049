"""What probes teach, on plain numbers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.posenet.experience import Comparison, Experience

SCALES = (0.25, 0.5, 1.0)


def quality(statures: NDArray[np.floating]) -> NDArray[np.float64]:
    """Twice as good at 200 px as at 100 px, and not seen below 10 px."""
    return np.where(statures < 10, 0.0, np.clip(statures / 200.0, 0.2, 1.0))


def test_what_was_expected_teaches_nothing() -> None:
    experience = Experience(SCALES, quality)
    for _ in range(20):
        experience.update(0.1, [Comparison(0, 1, 400.0, 2.0), Comparison(2, 1, 200.0, 0.5)])
    np.testing.assert_allclose(experience.factors, 1.0)


def test_a_size_that_does_better_than_expected_gains_on_the_other() -> None:
    experience = Experience(SCALES, quality)
    random = np.random.default_rng(1)
    for _ in range(40):
        noise = np.exp(random.normal(0.0, 0.03))
        experience.update(0.5, [Comparison(0, 1, 400.0, 2.0 * 1.08 * noise)])
    smaller, larger, other = experience.factors
    assert larger / smaller == pytest.approx(1.08, abs=0.03)
    assert other == 1.0


def test_one_comparison_alone_proves_little_and_none_counts_for_much() -> None:
    experience = Experience(SCALES, quality)
    experience.update(0.5, [Comparison(1, 2, 400.0, 1.06)])
    assert 1.0 < experience.factors[2] / experience.factors[1] < 1.03
    for _ in range(200):
        experience.update(0.5, [Comparison(1, 2, 400.0, 5.0)])
    assert experience.factors[2] / experience.factors[1] <= 1.23


def test_it_fades() -> None:
    experience = Experience(SCALES, quality)
    for _ in range(30):
        experience.update(0.1, [Comparison(1, 2, 400.0, 1.08)])
    fresh = experience.factors[2]
    experience.update(240.0, [])
    assert 1.0 < experience.factors[2] < fresh**0.3


@pytest.mark.parametrize(
    "useless",
    [
        Comparison(0, 1, float("nan"), 2.0),
        Comparison(0, 1, 400.0, 0.0),
        Comparison(0, 1, 30.0, 7.0),  # at the smaller size hardly anyone of that stature is seen
    ],
)
def test_comparisons_that_say_nothing(useless: Comparison) -> None:
    experience = Experience(SCALES, quality)
    experience.update(0.1, [useless])
    np.testing.assert_array_equal(experience.factors, 1.0)
