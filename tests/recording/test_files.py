"""Files that come of a recording: their names, and that nothing is lost when they are written."""

from pathlib import Path

import pytest

from posekit.errors import RecordingError
from posekit.recording.files import split_name, written


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("visits.jsonl.gz", ("visits", ".jsonl.gz")),
        ("visits.2026-08-01.jsonl.gz", ("visits.2026-08-01", ".jsonl.gz")),
        ("visits.jsonl", ("visits", ".jsonl")),
        ("visits.GZ", ("visits", ".GZ")),
        ("visits", ("visits", "")),
        ("..x.jsonl.gz", ("..x", ".jsonl.gz")),
        (".gz", (".gz", "")),
    ],
)
def test_names(name: str, split: tuple[str, str]) -> None:
    assert split_name(name) == split


def test_the_recording_itself_is_never_written_over(tmp_path: Path) -> None:
    recording = tmp_path / "take.jsonl"
    recording.write_bytes(b"precious")
    link = tmp_path / "link.jsonl"
    link.hardlink_to(recording)
    for target in (recording, link, tmp_path / "." / "take.jsonl"):
        with pytest.raises(RecordingError, match="is the recording itself"), written(target, recording=recording):
            pytest.fail("there was a place to write to")
    assert recording.read_bytes() == b"precious"


def test_what_was_there_stays_until_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("yesterday's")

    def fail() -> None:
        with written(path, recording=tmp_path / "take.jsonl.gz") as aside:
            aside.write_text("half of tod")
            raise OSError(28, "No space left on device")

    with pytest.raises(RecordingError, match=r"cannot write .*table\.csv \(No space left on device\)"):
        fail()
    assert path.read_text() == "yesterday's"
    with written(path, recording=tmp_path / "take.jsonl.gz") as aside:
        aside.write_text("today's")
        assert path.read_text() == "yesterday's"
    assert path.read_text() == "today's"
    assert list(tmp_path.iterdir()) == [path]
