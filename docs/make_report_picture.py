"""Makes ``images/report.jpg``, the report of a performer's recording: ``python docs/make_report_picture.py``.

Needs Chromium and ``posekit[test]``.
"""

import shutil
import tempfile
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import sync_playwright

import posekit
from posekit.report import page, read_figures

FOLDER = Path(__file__).resolve().parent / "images"
SIZE = {"width": 1040, "height": 1000}


def main() -> None:
    """Two performers squat for half a minute, are recorded, and their report is photographed."""
    with tempfile.TemporaryDirectory() as folder:
        take, written = Path(folder) / "training.jsonl.gz", Path(folder) / "training.html"
        source = "performer:squat?people=2&duration_s=30"
        posekit.App(source, zone=["mat:0,0.5 0.5,0.5 0.5,1 0,1"], exercise=["squat"]).run(record=take)
        written.write_text(page(read_figures(posekit.Recording(take))), encoding="utf-8")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            shown = browser.new_page(viewport=SIZE)
            shown.goto(written.as_uri())
            picture = shown.screenshot(full_page=True)
            browser.close()
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    cv2.imwrite(str(FOLDER / "report.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, 82])


if __name__ == "__main__":
    main()
