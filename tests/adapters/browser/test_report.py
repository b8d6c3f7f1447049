"""``posekit report`` in a browser: from disk, without any request, at the width of a desk and of a telephone."""

from pathlib import Path

import pytest

from gallery import gallery, record, training
from posekit.recording import Recording
from posekit.report import page, read_figures

from .conftest import Open

#: What lies beyond the window, and what is narrower than what it holds.
OVERFLOWING = """() => {
  const wide = document.documentElement.clientWidth;
  return [...document.querySelectorAll("main *")].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > wide + 0.5 || box.left < -0.5);
  }).map(element => element.tagName + " " + element.textContent.slice(0, 40));
}"""
#: Letters of charts in CSS pixels, those that are shown.
LETTERS = """() => [...document.querySelectorAll("svg text")]
  .map(text => text.getBoundingClientRect().height).filter(height => height > 0)"""
#: How well texts stand out from what is behind them, by WCAG 2.
CONTRAST = """() => {
  const light = colour => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(value => {
    value /= 255; return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = element => { for (; element; element = element.parentElement) {
    const colour = getComputedStyle(element).backgroundColor; if (!colour.endsWith(", 0)")) return colour; } };
  const words = "h1, h2, p, th, td, caption, .tiles span, svg text";
  return Math.min(...[...document.querySelectorAll(words)].map(element => {
    const style = getComputedStyle(element);
    const ink = light(element.closest("svg") ? style.fill : style.color), paper = light(behind(element.parentElement));
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05); }));
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("report")
    takes = {
        "day": record(folder / "day.jsonl.gz", gallery(), length_s=6 * 3600, step_s=30),
        "training": record(folder / "training.jsonl.gz", training(), length_s=600, step_s=1.0),
    }
    written = {}
    for name, take in takes.items():
        written[name] = folder / f"{name}.html"
        written[name].write_text(page(read_figures(Recording(take))), encoding="utf-8")
    return written


@pytest.mark.parametrize("name", ["day", "training"])
@pytest.mark.parametrize(("width", "dark"), [(1200, False), (400, True)])
def test_it_opens_from_disk_and_fits(pages: dict[str, Path], visit: Open, name: str, width: int, dark: bool) -> None:
    seen = visit(size=(width, 900), dark=dark)
    address = pages[name].as_uri()
    seen.page.goto(address)
    assert seen.requests == [address]
    assert seen.errors == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") == width
    assert seen.page.evaluate(OVERFLOWING) == []
    letters = seen.page.evaluate(LETTERS)
    assert letters
    assert min(letters) >= 10
    assert seen.page.evaluate(CONTRAST) >= 4.5


def test_on_paper_the_wide_charts_are_printed(pages: dict[str, Path], visit: Open) -> None:
    seen = visit(size=(400, 900), dark=True)
    seen.page.goto(pages["training"].as_uri())
    seen.page.emulate_media(media="print")
    shown = "selector => getComputedStyle(document.querySelector(selector)).display"
    assert seen.page.evaluate(shown, ".wide") == "block"
    assert seen.page.evaluate(shown, ".narrow") == "none"
    assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
