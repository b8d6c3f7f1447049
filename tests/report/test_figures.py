"""The figures of a report are those of recordings that were made up."""

from pathlib import Path

import pytest

from gallery import gallery, record, training
from posekit.recording import Recording
from posekit.report import Figures, read_figures


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    path = record(tmp_path_factory.mktemp("day") / "day.jsonl.gz", gallery(), length_s=6 * 3600, step_s=30)
    return read_figures(Recording(path))


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    path = record(tmp_path_factory.mktemp("hour") / "hour.jsonl.gz", training(), length_s=600, step_s=1.0)
    return read_figures(Recording(path))


def test_who_was_there(day: Figures) -> None:
    guests = gallery()
    assert day.length_s == pytest.approx(6 * 3600)
    assert [stay.who for stay in day.stays] == [("hall", guest.id) for guest in guests]
    for stay, guest in zip(day.stays, guests, strict=True):
        assert stay.start_s == pytest.approx(guest.start_s, abs=0.01)
        assert stay.end_s == pytest.approx(min(guest.end_s, day.length_s), abs=30)
    for at_s, count in day.present:
        assert count == sum(guest.start_s <= at_s <= guest.end_s for guest in guests)
    assert max(count for _, count in day.present) == 2


def test_who_was_where(day: Figures) -> None:
    assert len(day.visits) == 20
    for visit in day.visits:
        guest = gallery()[visit.who[1] - 1]
        entered, left = (at_s for kind, at_s, _ in guest.does if kind.startswith("zone"))
        assert visit.zone == "bench"
        assert visit.start_s == pytest.approx(entered, abs=0.01)
        assert visit.end_s == pytest.approx(left, abs=0.01)
    assert [event.fields["direction"] for event in day.of("line_cross")].count("in") == 30


def test_who_is_still_in_a_zone_at_the_end(tmp_path: Path) -> None:
    (guest,) = gallery(1, hours=1.0)
    figures = read_figures(Recording(record(tmp_path / "a.jsonl.gz", [guest], length_s=700, step_s=5)))
    (visit,) = figures.visits
    assert (visit.start_s, visit.end_s) == (pytest.approx(540.0), pytest.approx(700.0))


def test_what_was_trained(hour: Figures) -> None:
    curls, squats = hour.exercising
    assert (curls.exercise, curls.who, len(curls.reps), len(curls.sets)) == ("biceps_curl", ("hall", 2), 20, 0)
    assert (squats.exercise, squats.who, len(squats.reps), len(squats.sets)) == ("squat", ("hall", 1), 24, 3)
    assert squats.partial == 1
    assert squats.faults == {"knees_in": 1}
    assert squats.reps[0].timestamp_s == pytest.approx(20.0, abs=0.01)


def test_how_they_walked(hour: Figures) -> None:
    (gait,) = hour.gaits
    assert (gait.who, gait.steps) == (("hall", 2), 30)
    assert (gait.cadence_spm, gait.symmetry) == (120.0, pytest.approx(0.97))
    assert gait.step_s == {"left": pytest.approx(0.5), "right": pytest.approx(0.5)}


def test_time_begins_with_the_first_frame(tmp_path: Path) -> None:
    path = record(tmp_path / "late.jsonl.gz", training(), length_s=20, step_s=1.0, opening_s=7.0)
    figures = read_figures(Recording(path))
    assert figures.present[0] == (0.0, 1)
    assert figures.stays[0].start_s == 0.0
    assert figures.length_s == pytest.approx(20.0)
    assert figures.exercising[0].reps[0].timestamp_s == pytest.approx(20.0)


def test_a_recording_that_ends_early_and_an_empty_one(tmp_path: Path) -> None:
    path = record(tmp_path / "cut.jsonl.gz", training(), length_s=600, step_s=1.0, cut=True)
    figures = read_figures(Recording(path))
    assert "ends early" in figures.cut
    assert 0 < figures.length_s < 600
    empty = read_figures(Recording(record(tmp_path / "empty.jsonl.gz", [], length_s=0, step_s=1)))
    assert (empty.stays, empty.events, empty.present) == ((), (), ((0.0, 0),))
