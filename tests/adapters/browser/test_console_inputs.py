"""The console in a real browser: another camera, and recordings, while the run goes on."""

import re
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from posekit.recording import Recording

from .conftest import Open, free_port, running
from .test_console import console, in_order

pytestmark = pytest.mark.peer("chromium")

STUDIO = Path(__file__).with_name("studio.py")


def studio(port: int, *arguments: str) -> AbstractContextManager[None]:
    """posekit on a computer with cameras."""
    return running(port, *arguments, "--osc", "127.0.0.1:9", program=(str(STUDIO),))


def choice(page: Page, name: str) -> Locator:
    return page.locator("#inputs-panel button").filter(has=page.locator(".name", has_text=re.compile(f"^{name}$")))


def ids(page: Page) -> set[str]:
    return set(page.locator("#people .id").all_text_contents())


def test_a_camera_is_chosen_with_one_click(visit: Open) -> None:
    port = free_port()
    with studio(port, "0"):
        opened = console(visit, port)
        page = opened.page
        people, wrong = page.locator("#people li"), page.locator("#inputs-wrong")
        expect(people).to_have_count(2)
        expect(page.locator("#cameras .name")).to_have_text(["Hall", "Stage", "Broken"])
        expect(choice(page, "Hall")).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#recordings-note")).to_contain_text("--record FILE")
        before = ids(page)
        choice(page, "Stage").click()
        expect(choice(page, "Stage")).to_have_attribute("aria-pressed", "true")
        expect(choice(page, "Hall")).to_have_attribute("aria-pressed", "false")
        expect(page.locator("#feed [data-kind=source]").first).to_contain_text("running · stage")
        expect(page.locator("#feed [data-kind=leave]")).to_have_count(2)
        expect(people).to_have_count(1)
        assert ids(page).isdisjoint(before)
        expect(page.locator("#view")).to_have_attribute("data-picture", "live")
        expect(page.locator("#state")).to_have_text("camera: running")
        # One that cannot be opened: a clear line, and the other goes on.
        before = ids(page)
        choice(page, "Broken").click()
        expect(wrong).to_contain_text("camera 2 'Broken' cannot be opened")
        expect(choice(page, "Stage")).to_have_attribute("aria-pressed", "true")
        expect(people).to_have_count(1)
        assert ids(page) == before
        # By keyboard, back; the focus stays where it was.
        choice(page, "Hall").focus()
        page.keyboard.press("Enter")
        expect(people).to_have_count(2)
        expect(wrong).to_be_empty()
        expect(choice(page, "Hall")).to_be_focused()
    # The page was never without a connection: its two stood all the time.
    assert sum(url.startswith("ws:") for url in opened.requests) == 2
    in_order(opened)


def test_a_recording_is_replayed_and_the_camera_comes_back(visit: Open, tmp_path: Path) -> None:
    port = free_port()
    take = tmp_path / "take.jsonl.gz"
    with studio(port, "0", "--record", str(take)):
        opened = console(visit, port)
        page = opened.page
        people, record = page.locator("#people li"), page.get_by_role("button", name="Recording", exact=True)
        badge, replay = page.locator("#replaying"), choice(page, "take.jsonl.gz")
        expect(people).to_have_count(2)
        expect(record).to_have_attribute("aria-pressed", "true")
        # The button ends this recording, and begins another one.
        record.click()
        expect(record).to_have_attribute("aria-pressed", "false")
        expect(replay).to_contain_text("Replay")
        record.click()
        expect(choice(page, "take-2.jsonl.gz")).to_be_visible()
        choice(page, "Stage").click()
        expect(people).to_have_count(1)
        before = ids(page)
        replay.click()
        expect(badge).to_have_text("Replay of take.jsonl.gz")
        expect(page.locator("#feed [data-kind=source]").first).to_contain_text("running · take")
        expect(people).to_have_count(2)
        assert ids(page).isdisjoint(before)
        # There are no pictures, and what is replayed is not recorded.
        expect(page.locator("#view")).to_have_attribute("data-picture", "none")
        expect(record).to_have_attribute("aria-pressed", "false")
        expect(replay).to_contain_text("Stop")
        replay.click()
        expect(choice(page, "Stage")).to_have_attribute("aria-pressed", "true")
        expect(badge).to_be_hidden()
        expect(people).to_have_count(1)
        expect(page.locator("#view")).to_have_attribute("data-picture", "live")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["take-2.jsonl.gz", "take.jsonl.gz"]
    for path in tmp_path.iterdir():
        recording = Recording(path)
        assert any(len(result.people) in (1, 2) for result in recording)
        assert recording.cut == ""
    in_order(opened)


def test_each_of_two_sources_is_shown_and_chosen_for(visit: Open) -> None:
    port = free_port()
    with studio(port, "0", "performer:stand?people=3", "--realtime"):
        opened = console(visit, port)
        page = opened.page
        people, sources = page.locator("#people li"), page.locator("#sources select")
        expect(people).to_have_count(2)
        expect(page.locator("#inputs-title")).to_have_text("What camera shows")
        expect(page.locator("#cameras .name")).to_have_text(["Hall", "Stage", "Broken"])
        sources.select_option("performer")
        expect(page.locator("#state")).to_have_text("performer: running")
        expect(people).to_have_count(3)
        expect(page.locator("#view")).to_have_attribute("data-picture", "live")
        expect(page.locator("#inputs-title")).to_have_text("What performer shows")
        # The camera of the other source is not for this one.
        expect(page.locator("#cameras .name")).to_have_text(["performer:stand", "Stage", "Broken"])
        choice(page, "Stage").click()
        expect(people).to_have_count(1)
        sources.select_option("camera")
        expect(people).to_have_count(2)
        expect(page.locator("#cameras .name")).to_have_text(["Hall", "Broken"])
    in_order(opened)
