"""Presence: who comes, who goes, and when, as the tracker sees it."""

import numpy as np
import pytest

from posekit.detectors.presence import Presence
from posekit.types import Poses
from scenario import piped, standing, told

KINDS = ("enter", "leave", "count")


@pytest.mark.parametrize("fps", [8.0, 15.0, 30.0, 60.0])
def test_events_are_stamped_with_the_first_and_last_sight(fps: float) -> None:
    def visit(timestamp_s: float) -> Poses:
        return standing((320.0, 400.0)) if 1.0 <= timestamp_s <= 4.0 else Poses.empty()

    results = piped(visit, np.arange(0, 8, 1 / fps).tolist(), [Presence()])
    enter, leave = told(results, "enter", "leave")
    assert enter.timestamp_s == pytest.approx(1.0, abs=1 / fps)
    assert leave.timestamp_s == pytest.approx(4.0, abs=1 / fps)
    assert leave.dwell_s == pytest.approx(leave.timestamp_s - enter.timestamp_s, abs=1e-3)
    assert (enter.slot, enter.id) == (leave.slot, leave.id) == (1, 1)
    assert [event.count for event in told(results, "count")] == [1, 0]
    # Known only later: confirmed newcomers, and people who might have come back.
    when = {event.kind: result.timestamp_s for result in results for event in result.events}
    assert when["enter"] - enter.timestamp_s < 0.1 + 2 / fps
    assert 2.0 < when["leave"] - leave.timestamp_s < 2.0 + 2 / fps


def test_heads_are_counted() -> None:
    def party(timestamp_s: float) -> Poses:
        guests = [(100.0, 400.0), (320.0, 400.0), (540.0, 400.0)]
        return standing(*guests[: int(timestamp_s)]) if timestamp_s < 4 else standing(guests[0])

    counts = told(piped(party, np.arange(0, 6, 1 / 15).tolist(), [Presence()]), "count")
    assert [event.count for event in counts] == [1, 2, 3, 1]
    assert all(event.slot is None and event.id is None for event in counts)


def test_whoever_is_hidden_for_a_second_has_neither_left_nor_come_anew() -> None:
    def hidden(timestamp_s: float) -> Poses:
        return Poses.empty() if 2.0 < timestamp_s < 3.2 else standing((320.0, 400.0))

    events = told(piped(hidden, np.arange(0, 5, 1 / 15).tolist(), [Presence()]), *KINDS)
    assert [event.kind for event in events] == ["enter", "count", "count", "count"]
