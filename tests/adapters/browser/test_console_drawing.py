"""Zones and lines in a real browser: drawn with the mouse and with a finger, and what follows of them."""

from collections.abc import Sequence

import numpy as np
import pytest
from playwright.sync_api import CDPSession, Page, expect

from posekit.cli.steering import Steering
from posekit.config_file import RunConfig
from posekit_web import create

from .conftest import Acting, Open, free_port, on_air
from .test_console import console, in_order, place, tap

pytestmark = pytest.mark.peer("chromium")

#: Fractions of the picture: what somebody who walks through it crosses, and where two who stand there are.
ACROSS = ((0.5, 0.05), (0.5, 0.95))
FLOOR = ((0.03, 0.4), (0.97, 0.4), (0.97, 0.97), (0.03, 0.97))


def places(desk: Steering, kind: str) -> Sequence[dict]:
    return desk.state()["settings"]["events"][kind]


def on_page(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where on the page that fraction of the picture is shown."""
    box = page.locator("#view").bounding_box()
    assert box is not None
    left, top = place(page, x, y)
    return box["x"] + left, box["y"] + top


def test_a_line_is_drawn_with_the_mouse_and_crossed(visit: Open) -> None:
    desk = Steering(RunConfig())
    with on_air(port := free_port(), "performer:walk", make=Acting, opened=create, desk=desk):
        opened = console(visit, port)
        page = opened.page
        expect(page.locator("#view")).to_have_attribute("data-picture", "live")
        page.get_by_role("button", name="New line").click()
        expect(page.locator("#places-hint")).to_contain_text("Tap its two ends")
        for end in ACROSS:
            tap(page, *end)
        # The second end is the last: nothing more has to be pressed.
        expect(page.get_by_label("Name of the Line")).to_have_value("line-1")
        expect(page.locator("#places-hint")).to_be_empty()
        crossed = page.locator("#feed [data-kind=line_cross]").first
        expect(crossed).to_contain_text("line-1")
        (line,) = places(desk, "line")
        assert np.array([line["start"], line["end"]]) == pytest.approx(np.array(ACROSS), abs=0.01)
        # One end is dragged.
        told: list[Sequence[dict]] = []
        desk.listen(lambda: told.append(places(desk, "line")))
        handle = page.get_by_role("button", name="line-1, corner 1")
        box = handle.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(*on_page(page, 0.2, 0.3), steps=4)
        page.mouse.up()
        page.get_by_role("button", name="Remove line-1").click()
        expect(page.locator("#places li")).to_have_count(0)
        expect(page.locator("#save-note")).to_contain_text("--config posekit.toml")
    dragged, removed = told
    assert np.array([dragged[0]["start"], dragged[0]["end"]]) == pytest.approx(
        np.array([(0.2, 0.3), ACROSS[1]]), abs=0.01
    )
    assert removed == []
    in_order(opened)


class Finger:
    """One finger on a page, as the screen reports it."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)

    def drag(self, *points: tuple[float, float]) -> None:
        self._session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [_touch(points[0])]})
        for point in points[1:]:
            self._session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [_touch(point)]})
        self._session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def _touch(point: tuple[float, float]) -> dict[str, float]:
    return {"x": point[0], "y": point[1]}


def test_a_zone_is_drawn_with_a_finger_and_entered(visit: Open) -> None:
    desk = Steering(RunConfig())
    told: list[Sequence[dict]] = []
    with on_air(port := free_port(), "performer:stand?people=2", opened=create, desk=desk):
        opened = console(visit, port, size=(390, 844), touch=True)
        page = opened.page
        expect(page.locator("#people li")).to_have_count(2)
        page.get_by_role("button", name="New zone").tap()
        # The view is brought to where a finger reaches it.
        expect(page.locator("#view")).to_be_in_viewport(ratio=0.99)
        for corner in FLOOR:
            page.touchscreen.tap(*on_page(page, *corner))
        page.get_by_role("button", name="Done").tap()
        expect(page.locator("#feed [data-kind=zone_enter]")).to_have_count(2)
        (zone,) = places(desk, "zone")
        assert np.array(zone["polygon"]) == pytest.approx(np.array(FLOOR), abs=0.01)
        # A corner is dragged; the page does not scroll meanwhile.
        page.locator("#view").scroll_into_view_if_needed()
        desk.listen(lambda: told.append(places(desk, "zone")))
        before = page.evaluate("scrollY")
        Finger(page).drag(*(on_page(page, *point) for point in (FLOOR[0], (0.1, 0.35), (0.2, 0.3))))
        assert page.evaluate("scrollY") == before
        page.get_by_role("button", name="zone-1, corner 1").press("ArrowUp")
        page.get_by_role("button", name="Remove zone-1").tap()
        expect(page.locator("#places li")).to_have_count(0)
        expect(page.locator("#feed [data-kind=zone_leave]")).to_have_count(2)
    dragged, pressed, removed = told
    assert dragged[0]["polygon"][0] == pytest.approx([0.2, 0.3], abs=0.01)
    assert pressed[0]["polygon"][0] == pytest.approx([0.2, 0.29], abs=0.01)
    assert removed == []
    in_order(opened)
