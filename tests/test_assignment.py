"""The assignment solver against SciPy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.optimize import linear_sum_assignment

from posekit.assignment import assign

#: Also gains that tie, and gains of nothing or less, which do not pair.
GAINS = st.one_of(st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0]), st.floats(-1.0, 5.0, width=32))


@given(arrays(np.float32, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=9), elements=GAINS))
def test_no_pairs_have_a_larger_total_gain(gain: np.ndarray) -> None:
    rows, columns = assign(gain)
    assert len(set(rows.tolist())) == len(set(columns.tolist())) == len(rows) == len(columns)
    assert (np.diff(rows) > 0).all()
    assert (gain[rows, columns] > 0).all()
    best = linear_sum_assignment(np.maximum(gain, 0.0), maximize=True)
    assert gain[rows, columns].sum() == pytest.approx(np.maximum(gain, 0.0)[best].sum(), rel=1e-5, abs=1e-5)


@given(
    arrays(np.float32, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6), elements=GAINS),
    st.floats(0.1, 2.0),
)
def test_gains_below_the_least_do_not_pair(gain: np.ndarray, least: float) -> None:
    rows, columns = assign(gain, least=least)
    assert (gain[rows, columns] >= least).all()
    allowed = np.where(gain >= least, gain, 0.0)
    best = linear_sum_assignment(allowed, maximize=True)
    assert gain[rows, columns].sum() == pytest.approx(allowed[best].sum(), rel=1e-5, abs=1e-5)


def test_the_second_best_for_one_where_both_want_the_same() -> None:
    rows, columns = assign(np.array([[5.0, 4.0], [4.5, 0.0]]))
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [1, 0])


def test_the_matrix_stays_as_it_was() -> None:
    gain = np.array([[5.0, 4.0], [4.5, -1.0]])
    assign(gain)
    assert gain.tolist() == [[5.0, 4.0], [4.5, -1.0]]
