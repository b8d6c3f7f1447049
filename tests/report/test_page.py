"""The page: everything is on it, nothing is asked for, and whatever a name holds, it stays a name."""

import gzip
import json
import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gallery import Guest, gallery, record, training
from posekit.recording import Recording
from posekit.report import page, read_figures
from posekit.report.svg import Canvas, clock, duration, nice

VOID = {"meta", "line", "br"}


class Checker(HTMLParser):
    """That every tag is closed where it should be; gathers texts, and what would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open += [] if tag in VOID else [tag]
        self.asked += [
            f"{tag} {name}" for name, _ in attrs if name in ("src", "href", "xlink:href", "srcset", "action")
        ]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def checked(html: str) -> Checker:
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    return checker


def text_of(path: Path) -> tuple[str, str]:
    html = page(read_figures(Recording(path)))
    return html, " ".join(checked(html).texts)


def test_a_training(tmp_path: Path) -> None:
    html, text = text_of(record(tmp_path / "monday.jsonl.gz", training(), length_s=600, step_s=1.0))
    assert "<title>monday – posekit</title>" in html
    for words in ("Squat", "Biceps curl", "Gait", "Jumps", "Falls", "Gestures", "Activity", "Presence"):
        assert words in text, words
    assert "knees in (1×)" in text
    assert "78° to 95°" in text
    assert "120/min" in text
    assert len(re.findall(r'<circle class="fill solid', html)) == 2 * (24 + 10)
    assert len(re.findall(r'<circle class="hollow solid', html)) == 2 * 10
    assert len(re.findall(r'<rect class="set"', html)) == 2 * 3
    assert "Zones" not in text
    assert "Lines" not in text
    assert len(html) < 200_000


def test_a_day_in_a_gallery(tmp_path: Path) -> None:
    html, text = text_of(record(tmp_path / "day.jsonl.gz", gallery(), length_s=6 * 3600, step_s=30))
    assert "60 people; the longest stayed 10 min 00 s" in text
    assert "bench" in text
    assert "place 3" in text
    assert "Squat" not in text
    assert re.search(r">\d\d:00<", html)


def test_nothing_is_asked_for(tmp_path: Path) -> None:
    html, _ = text_of(record(tmp_path / "a.jsonl.gz", training(), length_s=600, step_s=1.0))
    assert checked(html).asked == []
    assert not re.search(r"url\(|@import|<script|https?://", html)


def test_every_chart_is_described_and_every_table_has_headers(tmp_path: Path) -> None:
    html, _ = text_of(record(tmp_path / "a.jsonl.gz", training(), length_s=600, step_s=1.0))
    charts = re.findall(r"<svg [^>]*>", html)
    assert charts
    assert all('role="img"' in chart and re.search(r'aria-label="[^"]{20,}"', chart) for chart in charts)
    assert html.count("<table") == html.count("<caption>") == html.count("<thead>")
    assert 'scope="col"' in html
    assert 'scope="row"' in html
    assert '<html lang="en">' in html


def test_names_stay_names(tmp_path: Path) -> None:
    evil = '<script>alert("&")</script>'
    zone: dict[str, float | int | str] = {"zone": evil, "inside": 1, "full": 0}
    rep: dict[str, float | int | str] = {"exercise": evil, "count": 1, "side": "", "rom": 1.0, "down_s": 1.0}
    rest: dict[str, float | int | str] = {"pause_s": 0, "up_s": 1, "depth": evil, "asymmetry": 0, "lean_deg": 0}
    does = [("zone_enter", 1.0, zone), ("rep", 2.0, {**rep, **rest, "knees": 0})]
    guest = Guest(id=1, slot=1, start_s=0, end_s=10, does=does)
    html, text = text_of(record(tmp_path / "<b>.jsonl.gz", [guest], length_s=10, step_s=0.5))
    assert "<script>" not in html.lower()
    assert "<b>.jsonl" not in html
    assert "<h1>&lt;b&gt;</h1>" in html
    assert evil in text


def test_events_of_people_who_are_in_no_frame_are_left_out(tmp_path: Path) -> None:
    path = record(tmp_path / "a.jsonl.gz", training(), length_s=600, step_s=1.0)
    lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    ben = [event for line in lines for event in line.get("events", ()) if event.get("id") == 2]
    kinds = {event["kind"] for event in ben}
    assert {"rep", "step", "gait", "jump", "fall_confirmed", "gesture"} <= kinds
    for event in ben:
        event["id"] = 77
    path.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))
    figures = read_figures(Recording(path))
    assert {event.id for event in figures.events} <= {None, 1}
    _, text = text_of(path)
    assert "Squat" in text
    assert "Biceps curl" not in text
    assert "Jumps" not in text


def test_nobody(tmp_path: Path) -> None:
    _, text = text_of(record(tmp_path / "empty.jsonl.gz", [], length_s=0, step_s=1))
    assert "Nobody was there." in text


def test_one_that_was_cut_says_so(tmp_path: Path) -> None:
    _, text = text_of(record(tmp_path / "a.jsonl.gz", training(), length_s=600, step_s=1.0, cut=True))
    assert "ends early" in text


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [(0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 95, 5, [0, 20, 40, 60, 80]), (0, 3.2, 4, [0, 1, 2, 3]), (0, 0, 3, [0])],
)
def test_round_values(low: float, high: float, most: int, ticks: list[float]) -> None:
    assert nice(low, high, most) == pytest.approx(ticks)


def test_times_in_words() -> None:
    assert [clock(value) for value in (0, 59.6, 61, 3600, 7325)] == ["0:00", "1:00", "1:01", "1:00:00", "2:02:05"]
    assert [duration(value) for value in (2.34, 60, 125, 7320)] == ["2.3 s", "60 s", "2 min 05 s", "2 h 02 min"]


def test_the_axis_of_a_long_day_has_round_hours() -> None:
    canvas = Canvas(960, 100, end_s=8 * 3600, created=datetime(2026, 5, 4, 9, 42, 10))
    canvas.time_axis()
    labels = re.findall(r">(\d\d:\d\d)<", canvas.svg(""))
    assert labels == ["10:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00", "17:00"]
    short = Canvas(340, 100, start_s=63, end_s=97, created=datetime(2026, 5, 4, 9, 42, 10))
    short.time_axis()
    assert re.findall(r">(\d+:\d\d)<", short.svg("")) == ["1:10", "1:20", "1:30"]
