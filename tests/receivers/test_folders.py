"""Each receiver's folder: a README of five steps that says whether it was verified, and a picture."""

import re
from pathlib import Path

import cv2

from posekit_osc.settings import PRESETS


def test_the_folder(receiver: Path) -> None:
    page = (receiver / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^(\d)\. ", page, re.MULTILINE) == list("12345")
    assert re.search(r"\*\*(Verified|Not verified in \w+)\*\*", page)
    assert f"--preset {receiver.name}" in page
    assert receiver.name in PRESETS
    assert cv2.imread(str(receiver / "picture.png")) is not None


def test_those_that_other_programs_run_say_so(examples: Path) -> None:
    verified = {
        folder.name for folder in examples.iterdir() if folder.name in PRESETS and "**Verified**" in _page(folder)
    }
    assert verified == {"puredata"}


def _page(folder: Path) -> str:
    return (folder / "README.md").read_text(encoding="utf-8")
