"""The manual's page of the performer shows what the code holds."""

import importlib
from pathlib import Path

import pytest

from posekit.sources.performer import MOTIONS

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_table_of_motions_is_the_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    maker = importlib.import_module("make_performer")
    page = (DOCS / "performer.md").read_text(encoding="utf-8")
    shown = page.partition(maker.BEGIN)[2].partition(maker.END)[0]
    assert shown == maker.table(), "run python docs/make_performer.py"
    assert all(f"| `{name}` |" in shown for name in MOTIONS)


def test_every_option_is_explained() -> None:
    from posekit.sources.performer.options import NUMBERS

    page = (DOCS / "performer.md").read_text(encoding="utf-8")
    for option in (*NUMBERS, "side"):
        assert f"`{option}`" in page
