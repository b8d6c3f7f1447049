"""``--json``: a line per frame, and an orderly end when the reader has gone."""

import io
import json
import os
import tempfile
from dataclasses import replace

from posekit.cli.json_lines import JsonLines
from posekit.events import make
from posekit.types import FrameResult, Poses, SourceState, Status


def result(seq: int) -> FrameResult:
    return FrameResult(source="s", size=(64, 48), seq=seq, timestamp_s=seq / 10, poses=Poses.empty())


def test_a_line_per_frame_and_none_for_a_status() -> None:
    stream = io.StringIO()
    lines = JsonLines(stream, on_closed=lambda: None)
    lines.send(result(0))
    lines.send(Status(source="s", state=SourceState.RUNNING))
    lines.send(result(1))
    lines.close()
    lines.send(result(2))
    assert [json.loads(line)["seq"] for line in stream.getvalue().splitlines()] == [0, 1]


def test_events_stand_in_the_line_of_their_frame() -> None:
    stream = io.StringIO()
    lines = JsonLines(stream, on_closed=lambda: None)
    lines.send(replace(result(7), events=(make("count", 0.7, "s", count=2),)))
    lines.send(result(8))
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first["events"] == [{"type": "event", "kind": "count", "t": 0.7, "source": "s", "count": 2}]
    assert second["events"] == []


def test_a_reader_that_has_gone_ends_the_run_once() -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

        def fileno(self) -> int:
            return spare

    told: list[str] = []
    with tempfile.TemporaryFile() as file:
        spare = os.dup(file.fileno())
        try:
            lines = JsonLines(Broken(), on_closed=lambda: told.append("closed"))
            lines.send(result(0))
            lines.send(result(1))
        finally:
            os.close(spare)
    assert told == ["closed"]
