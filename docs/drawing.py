"""What the scripts that draw for the manual share: skeletons as SVG, and pages that Chromium turns into pictures."""

import base64
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import EDGES, KEYPOINTS

__all__ = ["data_url", "limbs", "screenshot", "side_colour"]

LEFT, RIGHT, MIDDLE = "#38d6c4", "#ffb454", "#ffffff"


def side_colour(*keypoints: int) -> str:
    """The colour of a keypoint, or of a limb between two."""
    sides = {KEYPOINTS[index].startswith("left") - KEYPOINTS[index].startswith("right") for index in keypoints}
    return {1: LEFT, -1: RIGHT}.get(sides.pop(), MIDDLE) if len(sides) == 1 else MIDDLE


def limbs(xy: Sequence[Sequence[float]], seen: Sequence[bool]) -> str:
    """The lines of a skeleton, as SVG; those of the face are of the class ``face``."""
    lines = []
    for a, b in EDGES:
        if seen[a] and seen[b]:
            (x1, y1), (x2, y2) = xy[a], xy[b]
            kind = "face" if max(a, b) <= 4 else "limb"
            at = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
            lines.append(f'<line class="{kind}" {at} stroke="{side_colour(a, b)}"/>')
    return "".join(lines)


def data_url(image: NDArray[np.uint8]) -> str:
    """A picture (H, W, 3) BGR for an ``img``."""
    done, png = cv2.imencode(".png", image)
    assert done
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode()


def screenshot(html: str, width: int, height: int) -> NDArray[np.uint8]:
    """A page as (height, width, 4) BGRA. Ends the program where there is no Chromium."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("the picture needs Chromium or Chrome, which sets its text")
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder, "page.html"), Path(folder, "page.png")
        page.write_text(html, encoding="utf-8")
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += ["--default-background-color=00000000", f"--window-size={width},{height}"]
        subprocess.run([*command, f"--screenshot={shot}", page.as_uri()], check=True, capture_output=True)
        picture = cv2.imread(str(shot), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return np.asarray(picture, np.uint8)
