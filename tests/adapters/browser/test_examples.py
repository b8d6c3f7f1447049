"""Every example opened from disk in a real browser: what it draws lies where the performer truly is."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from posekit.events import Event
from posekit.skeleton import INDEX
from posekit.sources.performer import Performer, Truth
from posekit.types import FrameResult

from ...conftest import absent
from .conftest import Open, Visit, address, free_port, on_air

pytestmark = pytest.mark.peer("chromium")

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
#: What each example needs beside what is in the repository; its README says how to get it.
LIBRARIES = {"p5": "node_modules/p5/lib/p5.min.js", "three": "vendor/three.js"}

#: Pages are shown at half the size of the picture.
SCALE = 0.5
TOLERANCE = 0.02 * 640 * SCALE
REACH = round(0.04 * 640 * SCALE)

Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def example(name: str) -> Path:
    folder = EXAMPLES / name
    library = LIBRARIES.get(name)
    if library and not (folder / library).exists():
        absent(f"examples/{name} lacks {library}: run 'npm ci' there")
    return folder / "index.html"


def screenshot(page: Page) -> Image:
    """(H, W, 3) uint8, RGB."""
    picture = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    return picture[:, :, ::-1].astype(np.uint8)


def near(picture: Image, colour: str, tolerance: int = 12) -> Mask:
    """Where the picture has about that colour."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return np.asarray(np.abs(picture.astype(int) - wanted).max(axis=2) <= tolerance)


def hue(picture: Image, colour: str) -> Mask:
    """Where the picture has about that hue, lit or in the shade."""
    wanted = np.array([[[int(colour[at : at + 2], 16) for at in (1, 3, 5)]]], np.uint8)
    (((target, _, _),),) = cv2.cvtColor(wanted, cv2.COLOR_RGB2HSV)
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV).astype(int)
    turn = np.abs(hsv[..., 0] - int(target))
    return np.asarray((np.minimum(turn, 180 - turn) <= 8) & (hsv[..., 1] > 110) & (hsv[..., 2] > 60))


def window(mask: Mask, centre: NDArray[np.float32], radius: int) -> tuple[Mask, NDArray[np.float64]]:
    """The mask around a point, and the offset of its corner."""
    x, y = (round(float(value)) for value in centre)
    left, top = max(x - radius, 0), max(y - radius, 0)
    return mask[top : y + radius + 1, left : x + radius + 1], np.array([left, top], float)


def thickest(mask: Mask, centre: NDArray[np.float32], radius: int) -> NDArray[np.float64] | None:
    """The middle of the thickest spot of ink near a point: of a disc rather than of the lines that end in it."""
    part, corner = window(mask, centre, radius)
    if not part.any():
        return None
    depth = cv2.distanceTransform(np.pad(part, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    rows, columns = np.nonzero(depth >= depth.max() - 0.5)
    return corner + np.array([columns.mean(), rows.mean()])


def middle(mask: Mask, centre: NDArray[np.float32], radius: int) -> NDArray[np.float64] | None:
    """The centre of gravity of the ink near a point."""
    part, corner = window(mask, centre, radius)
    rows, columns = np.nonzero(part)
    return corner + np.array([columns.mean(), rows.mean()]) if len(rows) else None


Find = Callable[[Mask, NDArray[np.float32], int], NDArray[np.float64] | None]


def farthest(mask: Mask, truth: Truth, parts: list[str], find: Find) -> float:
    """How far the worst of those parts is drawn from where it is, in pixels; infinite if it is not drawn."""
    worst = 0.0
    for part in parts:
        place = SCALE * truth.xy[INDEX[part]]
        found = find(mask, place, REACH)
        worst = max(worst, np.inf if found is None else float(np.linalg.norm(found - place)))
    return worst


BODY = [
    f"{side}{part}" for side in ("left", "right") for part in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")
]
HANDS = ["leftWrist", "rightWrist"]


def errors_overlay(picture: Image, truths: list[Truth], dark: bool) -> list[float]:
    """The lights in the hands, and the mask: the point between its eyes."""
    errors = []
    for truth, spark in zip(truths, ("#ff6a3d", "#3d8bff"), strict=False):
        errors.append(farthest(near(picture, spark, 3), truth, HANDS, thickest))
        eyes = SCALE * (truth.xy[INDEX["leftEye"]] + truth.xy[INDEX["rightEye"]]) / 2
        holes = cv2.connectedComponentsWithStats(near(picture, "#16120f", 60).astype(np.uint8))[3][1:]
        seen = sorted(holes, key=lambda hole, eyes=eyes: float(np.linalg.norm(hole - eyes)))[:2]
        errors.append(float(np.linalg.norm(np.mean(seen, axis=0) - eyes)) if len(seen) == 2 else np.inf)
    return errors


def errors_p5(picture: Image, truths: list[Truth], dark: bool) -> list[float]:
    """The stars at the joints."""
    ink = near(picture, "#e8e6f0" if dark else "#24211c", 20)
    return [farthest(ink, truth, BODY, thickest) for truth in truths]


def errors_three(picture: Image, truths: list[Truth], dark: bool) -> list[float]:
    """The balls at the joints."""
    accents = ("#ff7a5c", "#5cb0ff") if dark else ("#e2553d", "#2a7fc1")
    ends = [part for part in BODY if part.endswith(("Wrist", "Ankle", "Knee", "Elbow"))]
    return [farthest(hue(picture, accent), truth, ends, middle) for truth, accent in zip(truths, accents, strict=True)]


def drawn_within(visit: Visit, errors: Callable[[Image], list[float]], tolerance: float) -> list[float]:
    """The errors as soon as they are small, or after many looks: somebody walks in, strokes dry, and so on."""
    seen: list[float] = []
    for _ in range(40):
        seen = errors(screenshot(visit.page))
        if max(seen) <= tolerance:
            break
    return seen


@pytest.mark.parametrize(
    ("name", "errors", "dark"),
    [("ar_overlay", errors_overlay, False), ("p5", errors_p5, True), ("three", errors_three, False)],
    ids=["ar_overlay", "p5", "three"],
)
def test_draws_where_the_performer_is_and_comes_back_after_a_restart(
    visit: Open, name: str, errors: Callable[..., list[float]], dark: bool
) -> None:
    page, port = example(name), free_port()
    opened = visit(dark=dark)
    with on_air(port) as (truths, _):
        opened.page.goto(address(page, port))
        opened.page.wait_for_function("document.getElementById('hint').hidden")
        seen = drawn_within(opened, lambda picture: errors(picture, truths, dark), TOLERANCE)
    assert max(seen) <= TOLERANCE, seen
    assert opened.errors == []
    home = f"127.0.0.1:{port}/"
    assert [url for url in opened.requests if not url.startswith(("file:///", f"http://{home}", f"ws://{home}"))] == []
    assert f"http://{home}posekit.js" in opened.requests
    assert f"ws://{home}" in opened.requests

    opened.page.wait_for_function("!document.getElementById('hint').hidden")
    assert max(errors(screenshot(opened.page), truths, dark)) == np.inf  # nobody is left standing
    with on_air(port):
        opened.page.wait_for_function("document.getElementById('hint').hidden")
        seen = drawn_within(opened, lambda picture: errors(picture, truths, dark), TOLERANCE)
    assert max(seen) <= TOLERANCE, seen


def test_the_page_that_posekit_serves(visit: Open, result: Callable[..., FrameResult]) -> None:
    opened, port = visit(size=(800, 600)), free_port()
    with on_air(port) as (truths, adapter):
        opened.page.goto(f"http://127.0.0.1:{port}/")
        stage = opened.page.locator("#stage").bounding_box()
        assert stage is not None
        scale = min(stage["width"] / 640, stage["height"] / 480)
        left = stage["x"] + (stage["width"] - 640 * scale) / 2
        top = stage["y"] + (stage["height"] - 480 * scale) / 2

        def errors(picture: Image) -> list[float]:
            """The discs at the joints."""
            picture = picture[round(top) : round(top + 480 * scale), round(left) : round(left + 640 * scale)]
            picture = cv2.resize(picture, (320, 240), interpolation=cv2.INTER_AREA)
            return [
                farthest(near(picture, colour, 60), truth, BODY, thickest)
                for truth, colour in zip(truths, ("#f0564a", "#159f92"), strict=True)
            ]

        seen = drawn_within(opened, errors, TOLERANCE)
        assert max(seen) <= TOLERANCE, seen
        opened.page.wait_for_function("document.getElementById('state').textContent.startsWith('performer running')")
        adapter.send(
            result(
                source="performer",
                events=(
                    Event(kind="leave", timestamp_s=1.0, source="performer", slot=3, id=40, fields={"dwell_s": 4.5}),
                ),
            )
        )
        opened.page.wait_for_function(
            "[...document.getElementById('events').children]"
            ".some((chip) => chip.textContent === 'leave person 3 · dwell_s 4.5')"
        )
    assert opened.errors == []
    home = f"127.0.0.1:{port}/"
    assert opened.requests == [f"http://{home}", f"http://{home}posekit.js", f"ws://{home}"]


def test_from_the_command_line_with_the_real_network(visit: Open) -> None:
    """As the examples say to start it; a person who stands sways by a pixel, so the truth at one moment will do."""
    opened, port = visit(), free_port()
    command = [sys.executable, "-c", "from posekit.cli import main; main()", "run", "performer:stand", "--realtime"]
    command += ["--ws", str(port), "--ws-origin", "file", "--quiet"]
    truths = list(Performer("stand").truth_at(0.0))
    opened.page.goto(address(example("ar_overlay"), port))  # it waits for posekit
    for _ in range(2):
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as posekit:
            try:
                opened.page.wait_for_function("document.getElementById('hint').hidden")
                seen = drawn_within(opened, lambda picture: errors_overlay(picture, truths, False), TOLERANCE)
            finally:
                posekit.send_signal(signal.SIGINT)
                _, said = posekit.communicate(timeout=60)
        assert max(seen) <= TOLERANCE, seen
        assert (posekit.returncode, said) == (0, "")
