"""Six people who cross in pairs, hide each other, leave and come back, judged by motmetrics.

A short version of ``benchmarks/tracking.py``, whose figures are of a minute and of many seeds: of 20 s even a tracker
that never errs reaches little more, as it holds whoever vanishes for half a second.
"""

import warnings
from types import ModuleType

import motmetrics
import numpy as np
import pytest

from posekit.tracking.tracker import PoseTracker

#: How far the middle of a person may be off, px, of people 200 px tall.
REACH_PX = 60.0


@pytest.mark.parametrize(
    ("seed", "changes", "least_idf1"),
    [
        (1, {}, 0.975),
        (2, {"missed": 0.3}, 0.95),
        (4, {"fps": 10.0}, 0.975),
        (5, {"jitter": 0.8}, 0.975),
    ],
)
def test_nobody_is_taken_for_another(
    crowds: ModuleType, seed: int, changes: dict[str, float], least_idf1: float
) -> None:
    tracker, accumulator = PoseTracker(), motmetrics.MOTAccumulator(auto_id=True)
    for step in crowds.crowd(seed, seconds=20.0, **changes):
        people = tracker.update(step.poses, step.timestamp_s)
        found = np.array([person.xy.mean(axis=0) for person in people]).reshape(-1, 2)
        distances = np.linalg.norm(step.truth.mean(axis=1)[:, None] - found[None], axis=-1)
        distances[distances > REACH_PX] = np.nan
        accumulator.update(step.ids, [person.id for person in people], distances)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = motmetrics.metrics.create().compute(accumulator, metrics=["idf1", "num_switches"], name="run")
    assert table["num_switches"].item() == 0
    assert table["idf1"].item() >= least_idf1
