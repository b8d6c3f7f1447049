"""The console in a real browser, on the performer whose network never errs."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from posekit.cli.inputs import Inputs
from posekit.cli.steering import Steering
from posekit.config import OutputSettings
from posekit.config_file import RunConfig, read_config
from posekit.detectors.exercise_table import EXERCISES
from posekit.detectors.form import FAULTS
from posekit.detectors.gesture_table import POSES
from posekit.events import CATALOGUE
from posekit.protocols import OutputContext
from posekit.recording import Recorder
from posekit.skeleton import INDEX
from posekit.sources.spec import open_source
from posekit.types import SourceState, Status
from posekit_web import create

from ...conftest import absent
from .conftest import Acting, Open, Visit, free_port, on_air, running
from .test_examples import Image, near, thickest

pytestmark = pytest.mark.peer("chromium")

Make = Callable[..., Any]

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
#: The lower half of the picture.
FLOOR = ((0.02, 0.5), (0.98, 0.5), (0.98, 0.98), (0.02, 0.98))
CONTROLS = "button, select, input"

#: Of the slots, as ``posekit.drawing`` has them, in RGB.
COLOURS = ("#ffa03c", "#1ea0e6")
#: The pure colour is on the person's right.
PARTS = ("rightWrist", "rightElbow", "rightKnee", "rightAnkle")


def console(
    visit: Open,
    port: int,
    *,
    size: tuple[int, int] = (1280, 800),
    dark: bool = False,
    touch: bool = False,
    path: str = "",
) -> Visit:
    opened = visit(size=size, dark=dark, touch=touch)
    opened.page.add_init_script(
        "window.shifts = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) "
        "shifts += entry.value }).observe({ type: 'layout-shift', buffered: true });"
    )
    opened.page.goto(f"http://127.0.0.1:{port}/{path}")
    return opened


def in_order(opened: Visit) -> None:
    """Nothing was complained about, nothing asked for elsewhere, and nothing jumped."""
    assert opened.errors == []
    assert {urlsplit(url).hostname for url in opened.requests if not url.startswith(("blob:", "data:"))} == {
        "127.0.0.1"
    }
    assert opened.page.evaluate("shifts") <= 0.1


def seen(page: Page, selector: str = "#view", **options: Any) -> Image:
    """(H, W, 3) uint8, RGB: what an element looks like."""
    data = np.frombuffer(page.locator(selector).screenshot(**options), np.uint8)
    return cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1].astype(np.uint8)


@pytest.mark.parametrize(("size", "dark", "video"), [((1280, 800), True, "1"), ((390, 844), False, "0")])
def test_skeletons_lie_where_the_performers_are(visit: Open, size: tuple[int, int], dark: bool, video: str) -> None:
    with on_air(port := free_port(), opened=create, video=video) as stage:
        opened = console(visit, port, size=size, dark=dark)
        page = opened.page
        expect(page.locator("#people li")).to_have_count(len(stage.truths))
        expect(page.locator("#state")).to_have_text("performer: running")
        expect(page.locator("#private")).to_be_visible(visible=video == "0")
        page.get_by_role("button", name="Numbers").click()
        page.get_by_role("button", name="Trails").click()
        if video == "1":
            expect(page.locator("#view")).to_have_attribute("data-picture", "live")
        else:
            assert page.get_by_role("button", name="Picture").is_disabled()
        # What is seen now was drawn after the buttons were pressed.
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        picture = seen(page)
    height, width = picture.shape[:2]
    scale = min(width / 640, height / 480)
    corner = np.array([(width - 640 * scale) / 2, (height - 480 * scale) / 2])
    slots = []
    for truth in stage.truths:
        found = []
        for slot, colour in enumerate(COLOURS):
            ink = near(picture, colour, 60)
            places = [truth.xy[INDEX[part]] * scale + corner for part in PARTS]
            middles = [thickest(ink, place.astype(np.float32), round(0.03 * 640 * scale)) for place in places]
            errors = [
                np.linalg.norm(middle - place) if middle is not None else np.inf
                for middle, place in zip(middles, places, strict=True)
            ]
            if max(errors) <= 0.02 * 640 * scale:
                found.append(slot)
        slots += found
    assert sorted(slots) == [0, 1]
    in_order(opened)


def test_repetitions_are_counted_and_told(visit: Open) -> None:
    with on_air(port := free_port(), "performer:squat?speed=2", make=Acting, opened=create):
        opened = console(visit, port)
        counted = opened.page.locator("#counts .value")
        expect(counted).to_have_text("2")
        expect(opened.page.locator("#counts .exercise")).to_have_text("squat")
        expect(opened.page.locator("#feed [data-kind=rep]").first).to_contain_text("squat")
        expect(opened.page.locator("#people .framing")).to_have_text("all in view")
    in_order(opened)


def test_a_server_that_goes_away_is_said_and_comes_back(visit: Open) -> None:
    port = free_port()
    with on_air(port, opened=create):
        opened = console(visit, port)
        expect(opened.page.locator("#people li")).to_have_count(2)
    notice = opened.page.locator("#notice")
    expect(notice).to_contain_text("The connection to posekit is gone")
    expect(opened.page.locator("#people li")).to_have_count(0)
    with on_air(port, opened=create):
        expect(opened.page.locator("#people li")).to_have_count(2)
        expect(notice).to_be_hidden()
        expect(opened.page.locator("#view")).to_have_attribute("data-picture", "live")


def test_a_camera_that_goes_away_is_said_and_comes_back(visit: Open) -> None:
    with closing(create("127.0.0.1:0", {}, OutputContext(sources=("cam1",)))) as adapter:
        page = console(visit, adapter.port).page
        notice = page.locator("#notice")
        for state, words in (
            (SourceState.OPENING, "cam1 is being opened"),
            (SourceState.STALLED, "cam1 gives no picture. no frame for 2 s"),
            (SourceState.RECONNECTING, "cam1 is gone; posekit keeps trying"),
            (SourceState.FAILED, "cam1 has failed"),
        ):
            adapter.send(Status(source="cam1", state=state, message="no frame for 2 s"))
            expect(notice).to_contain_text(words)
        adapter.send(Status(source="cam1", state=SourceState.RUNNING, fps=29.96, latency_ms=21.4))
        expect(notice).to_be_hidden()
        expect(page.locator("#figures")).to_have_text("30.0 fps · 21 ms")
        page.get_by_label("Language").select_option("de")
        expect(page.locator("#figures")).to_have_text("30,0 Bilder/s · 21 ms")
        expect(page.locator("#nobody")).to_have_text("Niemand ist da.")
        page.reload()
        expect(page.locator("#nobody")).to_have_text("Niemand ist da.")


@pytest.mark.parametrize("dark", [False, True])
def test_no_barrier_is_serious(visit: Open, tmp_path: Path, dark: bool) -> None:
    """Axe-core on the page with everything on it, and its keyboard: every control can be reached."""
    if not AXE.exists():
        absent("tests/adapters/browser lacks axe-core: run 'npm ci' there")
    door = {"name": "door", "polygon": FLOOR}
    settings = RunConfig().changed({"events": {"zone": [door]}, "output": {"osc": ["127.0.0.1:9"]}})
    take = tmp_path / "take.jsonl.gz"
    Recorder.open(take, OutputContext()).close()
    inputs = Inputs({"performer": ("performer", open_source("performer"))}, take, OutputSettings.of())
    spec, desk = "performer:squat?people=2", Steering(settings)
    with on_air(port := free_port(), spec, make=Acting, opened=create, desk=desk, inputs=inputs):
        page = console(visit, port, size=(390, 844) if dark else (1920, 1080), dark=dark).page
        expect(page.locator("#people li")).to_have_count(2)
        expect(page.locator("#counts li")).to_have_count(2)
        expect(page.locator("#places li")).to_have_count(1)
        expect(page.locator("#recordings li")).to_have_count(1)
        # The page's own policy forbids strange scripts, but not those of the one who tests it.
        page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
        found = page.evaluate(
            "axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => "
            "[impact, id, nodes.map(({ html }) => html)]))"
        )
        assert [one for one in found if one[0] in ("serious", "critical")] == []
        page.evaluate(
            f"window.controls = [...document.querySelectorAll('{CONTROLS}')]"
            ".filter((one) => !one.disabled && one.checkVisibility())"
        )
        wanted = page.evaluate("controls.length")
        page.locator("body").focus()
        reached = set()
        for _ in range(wanted + 5):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("controls.indexOf(document.activeElement)"))
        assert len(reached - {-1}) == wanted
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_text_is_there_in_every_language(visit: Open) -> None:
    with closing(create("127.0.0.1:0", {}, OutputContext())) as adapter:
        page = console(visit, adapter.port).page
        missing = page.evaluate(
            """async () => {
                const { LANGUAGES, TEXTS } = await import("/texts.js");
                return Object.entries(TEXTS).filter(([, text]) => Object.keys(LANGUAGES).some((code) => !text[code]))
            }"""
        )
        used = page.evaluate(
            """async () => {
                const { TEXTS } = await import("/texts.js");
                return [...document.querySelectorAll("[data-text], [data-label]")]
                    .map(({ dataset }) => dataset.text ?? dataset.label).filter((key) => !(key in TEXTS));
            }"""
        )
        names = {
            *CATALOGUE,
            *EXERCISES,
            *(fault.name for faults in FAULTS.values() for fault in faults),
            *(pose.gesture for pose in POSES),
            *("wave", "swipe_left", "swipe_right", "clap"),
        } - {"activity", "source"}
        # Every name is in the table, so that no language falls back to posekit's own.
        untold = page.evaluate(
            """async (names) => {
                const { TEXTS } = await import("/texts.js");
                return names.filter((name) => !TEXTS[name]);
            }""",
            sorted(names),
        )
    assert missing == []
    assert used == []
    assert untold == []


def test_the_overlay_is_transparent_but_for_the_people(visit: Open) -> None:
    with on_air(port := free_port(), opened=create):
        opened = console(visit, port, size=(640, 480), path="overlay?names=0")
        expect(opened.page.locator("#view")).to_have_attribute("data-people", "2")
        data = np.frombuffer(opened.page.screenshot(omit_background=True), np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    assert picture.shape == (480, 640, 4)
    assert (picture[..., 3] == 0).mean() > 0.8
    assert (picture[..., 3] == 255).any()
    in_order(opened)


def standing(port: int, file: Path) -> AbstractContextManager[None]:
    """posekit with its network, on performers who stand there."""
    program = ("-c", "from posekit.cli import main; main()")
    return running(port, "performer:stand?people=2", "--realtime", "--config", str(file), program=program)


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where in the view that fraction of the picture is shown."""
    left, top = page.evaluate("async (place) => (await import('/console.js')).stage.position(...place)", [x, y])
    return left, top


def tap(page: Page, x: float, y: float) -> None:
    """Click there."""
    left, top = place(page, x, y)
    page.locator("#view").click(position={"x": left, "y": top})


def test_a_run_is_tuned_and_saved_and_found_after_a_restart(visit: Open, tmp_path: Path) -> None:
    file = tmp_path / "posekit.toml"
    file.write_text("[tracking]\nsmoothing = 0.5  # calm\n", encoding="utf-8")
    port = free_port()
    with standing(port, file):
        opened = console(visit, port)
        page = opened.page
        people = page.locator("#people li")
        expect(people).to_have_count(2)
        # A slider whose effect is seen, and back.
        page.get_by_role("slider", name="Least score").focus()
        page.keyboard.press("End")
        expect(people).to_have_count(0)
        page.get_by_role("button", name="Least score: auto").click()
        expect(people).to_have_count(2)
        # Another size of the network's input takes another network: the run goes on.
        page.get_by_label("Input size").select_option(label="257x337")
        page.get_by_role("slider", name="Smoothing").focus()
        page.keyboard.press("Home")
        expect(page.locator("#save-note")).to_contain_text("vision.input_size")
        expect(people).to_have_count(2)
        page.get_by_role("button", name="New zone").click()
        for x, y in FLOOR:
            tap(page, x, y)
        page.get_by_role("button", name="Done").click()
        entered = page.locator("#feed [data-kind=zone_enter]")
        expect(entered).to_have_count(2)
        expect(entered.first).to_contain_text("zone-1")
        page.get_by_label("Name of the Zone").fill("floor")
        page.keyboard.press("Enter")
        expect(entered.first).to_contain_text("floor")
        page.get_by_role("button", name="Save to posekit.toml").click()
        shown = page.locator("#save-dialog pre")
        expect(shown).to_contain_text("-smoothing = 0.5  # calm")
        expect(shown).to_contain_text("+smoothing = 0.0  # calm")
        expect(shown).to_contain_text('name = "floor"')
        assert "floor" not in file.read_text(encoding="utf-8")
        page.locator("#save-confirm").click()
        expect(page.locator("#save-dialog")).to_be_hidden()
        expect(page.locator("#save-note")).to_have_text("Saved to posekit.toml.")
    (zone,) = read_config(file).events.zone
    assert zone.name == "floor"
    assert np.array(zone.polygon) == pytest.approx(np.array(FLOOR), abs=0.01)
    assert opened.page.evaluate("shifts") <= 0.1
    with standing(port, file):
        expect(people).to_have_count(2)
        expect(page.get_by_label("Name of the Zone")).to_have_value("floor")
        expect(page.locator("#people .doing").first).to_contain_text("in floor")
        # Poses may be back before the page's own connection is, which brings pictures and takes what is changed.
        expect(page.locator("#view")).to_have_attribute("data-picture", "live")
        before = zone.polygon[0][0]
        page.get_by_label("floor, corner 1").focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator("#save-note")).to_contain_text("events.zone")
        page.get_by_role("button", name="Save to posekit.toml").click()
        page.locator("#save-confirm").click()
        expect(page.locator("#save-note")).to_have_text("Saved to posekit.toml.")
    assert read_config(file).events.zone[0].polygon[0][0] == pytest.approx(before + 0.01)
