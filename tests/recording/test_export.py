"""Exports hold what the recording holds."""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from posekit.errors import ConfigError, RecordingError
from posekit.export import EVENT_COLUMNS, PEOPLE_COLUMNS, to_csv, to_json, to_parquet
from posekit.messages import encoded, hello_message, messages
from posekit.recording import Recording
from posekit.types import FrameResult, Status

Live = Callable[..., Iterator[FrameResult | Status]]
Record = Callable[..., Path]


@pytest.fixture
def sent(live: Live) -> list[FrameResult | Status]:
    return list(live(4.0, spec="performer:squat?people=2"))


@pytest.fixture
def recording(record: Record, sent: list[FrameResult | Status]) -> Recording:
    return Recording(record(sent))


def results(sent: list[FrameResult | Status]) -> list[FrameResult]:
    return [message for message in sent if isinstance(message, FrameResult)]


def test_csv(recording: Recording, sent: list[FrameResult | Status], tmp_path: Path) -> None:
    people_file, events_file = to_csv(recording, tmp_path / "out")
    with people_file.open(newline="") as file:
        rows = list(csv.DictReader(file))
    expected = [(result, person) for result in results(sent) for person in result.people]
    assert list(rows[0]) == list(PEOPLE_COLUMNS)
    assert len(rows) == len(expected) > 50
    for row, (result, person) in zip(rows, expected, strict=True):
        assert (int(row["seq"]), int(row["id"]), int(row["slot"])) == (result.seq, person.id, person.slot)
        assert float(row["t"]) == pytest.approx(result.timestamp_s, abs=1e-6)
        wrist = person["leftWrist"]
        assert float(row["leftWrist_x"]) == pytest.approx(wrist.x, abs=0.005)
        assert float(row["leftWrist_y"]) == pytest.approx(wrist.y, abs=0.005)
        assert float(row["leftWrist_score"]) == pytest.approx(wrist.score, abs=0.0005)
    knee = [result.states[person.slot].get("left_knee_deg") for result, person in expected]
    assert [row["left_knee_deg"] == "" for row in rows] == [value is None for value in knee]
    assert float(rows[20]["left_knee_deg"]) == pytest.approx(knee[20], abs=1e-3)
    with events_file.open(newline="") as file:
        events = list(csv.DictReader(file))
    assert list(events[0]) == list(EVENT_COLUMNS)
    told = [event for result in results(sent) for event in result.events]
    assert [(row["kind"], row["id"]) for row in events] == [
        (event.kind, "" if event.id is None else str(event.id)) for event in told
    ]
    counts = [int(row["count"]) for row in events if row["kind"] == "count"]
    assert counts == [event.count for event in told if event.kind == "count"]


def test_parquet(recording: Recording, sent: list[FrameResult | Status], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    people_file, events_file = to_parquet(recording, tmp_path / "out")
    people, events = parquet.read_table(people_file), parquet.read_table(events_file)
    assert people.column_names == list(PEOPLE_COLUMNS)
    expected = [(result.seq, person.id) for result in results(sent) for person in result.people]
    assert list(zip(people["seq"].to_pylist(), people["id"].to_pylist(), strict=True)) == expected
    assert events.column_names == list(EVENT_COLUMNS)
    assert events["kind"].to_pylist() == [event.kind for result in results(sent) for event in result.events]


def test_parquet_without_pyarrow(recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigError, match=r"--parquet needs pyarrow: pip install 'posekit\[parquet\]'"):
        to_parquet(recording, tmp_path / "out")


def test_json(recording: Recording, sent: list[FrameResult | Status], tmp_path: Path) -> None:
    (path,) = to_json(recording, tmp_path / "out")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == encoded(hello_message())
    assert lines[1:] == [encoded(line) for message in sent for line in messages(message)]
    assert {json.loads(line)["type"] for line in lines} == {"hello", "frame", "event", "status"}


def test_a_place_where_nothing_can_be_written(recording: Recording, tmp_path: Path) -> None:
    for write in (to_csv, to_json):
        with pytest.raises(RecordingError, match="choose another place with --to"):
            write(recording, tmp_path / "nowhere" / "out")
