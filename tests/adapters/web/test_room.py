"""Who gets pictures, and who gets none."""

import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import closing
from threading import Event
from typing import Any

import cv2
import numpy as np
import pytest
from websockets.exceptions import InvalidStatus

from posekit.errors import ConfigError, SourceError
from posekit.protocols import OutputContext
from posekit.types import Frame
from posekit_web import create
from posekit_web.video import LARGEST, encoded_picture

from .conftest import Enter, Serve, ask, told

Make = Callable[..., Any]


def frame(seq: int) -> Frame:
    """A picture with a bright left third."""
    image = np.zeros((480, 640, 3), np.uint8)
    image[:, :213] = 255
    return Frame(image=image, timestamp_s=float(seq), seq=seq)


def decoded(message: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(message[8:], np.uint8), cv2.IMREAD_GRAYSCALE)


def test_pictures_go_to_those_who_watch_that_source(serve: Serve, enter: Enter, result: Make) -> None:
    adapter = serve()
    page = enter(adapter)
    assert told(page) == {"type": "console", "video": True}
    adapter.picture(frame(1), result(seq=1))
    ask(page, type="watch", source="cam2")
    ask(page, type="nonsense")
    assert told(page)["type"] == "error"
    for seq in (2, 3):
        adapter.picture(frame(seq), result(seq=seq, source="cam1"))
    adapter.picture(frame(4), result(seq=4, source="cam2"))
    picture = page.recv(timeout=30.0)
    assert isinstance(picture, bytes)
    assert picture[:8] == b"\x02\x01\x01\x00\x04\x00\x00\x00"
    assert decoded(picture).shape == (360, 480)


def test_nothing_is_made_when_nobody_watches_any_more(serve: Serve, enter: Enter, result: Make) -> None:
    adapter = serve()
    page = enter(adapter)
    told(page)
    ask(page, type="watch", source="cam1")
    ask(page, type="watch", source=None)
    ask(page, type="nonsense")
    told(page)
    assert adapter._video is not None
    assert not adapter._video._watched
    adapter.picture(frame(1), result(seq=1))
    assert not adapter._video._queue._items


def test_a_page_that_goes_away_watches_no_more(serve: Serve, enter: Enter) -> None:
    adapter = serve()
    first, second = enter(adapter), enter(adapter)
    for page in (first, second):
        told(page)
        ask(page, type="watch", source="cam1")
    first.close()
    ask(second, type="watch", source="cam2")
    ask(second, type="nonsense")
    told(second)
    assert adapter._video is not None
    assert adapter._video._watched == {"cam2"}


def test_without_video_there_is_nothing_to_watch(serve: Serve, enter: Enter, result: Make) -> None:
    adapter = serve(video="0")
    page = enter(adapter)
    assert told(page) == {"type": "console", "video": False}
    ask(page, type="watch", source="cam1")
    adapter.picture(frame(1), result(seq=1))
    ask(page, type="nonsense")
    assert isinstance(page.recv(timeout=30.0), str)


@pytest.mark.parametrize(
    "request_",
    [
        "{",
        "[]",
        '{"type":"watch"}',
        '{"type":"watch","source":"nobody"}',
        '{"type":"watch","source":"cam1","path":"/etc/passwd"}',
        b"\x00",
    ],
)
def test_what_makes_no_sense_is_refused_in_words(serve: Serve, enter: Enter, request_: str | bytes) -> None:
    page = enter(serve())
    told(page)
    page.send(request_)
    answer = told(page)
    assert answer["type"] == "error"
    assert answer["message"]


def test_only_the_consoles_own_page_may_enter(serve: Serve, enter: Enter) -> None:
    adapter = serve(origin="http://studio.test")
    for origin in ("http://studio.test", "null", "http://evil.test"):
        with pytest.raises(InvalidStatus, match="403"):
            enter(adapter, origin=origin)
    assert told(enter(adapter, origin=f"http://127.0.0.1:{adapter.port}"))["type"] == "console"


def test_the_token_is_asked_for(serve: Serve, enter: Enter) -> None:
    adapter = serve(token="long-enough")
    with pytest.raises(InvalidStatus, match="401"):
        enter(adapter)
    assert told(enter(adapter, "?token=long-enough"))["type"] == "console"
    assert adapter.page.endswith("/?token=long-enough")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1280, 720), (640, 360)),
        ((640, 480), (480, 360)),
        ((1920, 1080), (640, 360)),
        ((1080, 1920), (203, 360)),
        ((320, 240), (320, 240)),
        ((3840, 2160), (640, 360)),
        ((1000, 3), (640, 2)),
        ((1, 1), (1, 1)),
    ],
)
def test_pictures_fit_and_keep_their_aspect(size: tuple[int, int], expected: tuple[int, int]) -> None:
    image = np.zeros((size[1], size[0], 3), np.uint8)
    height, width = decoded(encoded_picture(image, 0, 1, mirrored=False)).shape
    assert (width, height) == pytest.approx(expected, abs=1)
    assert width <= LARGEST[0]
    assert height <= LARGEST[1]


def test_a_mirrored_picture_is_flipped() -> None:
    image = frame(1).image
    assert decoded(encoded_picture(image, 0, 1, mirrored=False))[0, 10] > 200
    flipped = decoded(encoded_picture(image, 0, 1, mirrored=True))
    assert flipped[0, 10] < 50
    assert flipped[0, -10] > 200


def test_a_wrong_option() -> None:
    with pytest.raises(ConfigError, match="web video must be one of 0, 1, got 'maybe'"):
        create("127.0.0.1:0", {"video": "maybe"}, OutputContext())
    with (
        closing(create("127.0.0.1:0", {}, OutputContext())) as taken,
        pytest.raises(ConfigError, match=rf"web cannot listen at 127\.0\.0\.1:{taken.port} "),
    ):
        create(f"127.0.0.1:{taken.port}", {}, OutputContext())


def test_the_files_are_served_and_may_not_be_framed(serve: Serve) -> None:
    adapter = serve()
    for path, words in (("/", "console.js"), ("/overlay", "overlay.js"), ("/texts.js", "Deutsch"), ("/posekit.js", "")):
        with urllib.request.urlopen(f"http://127.0.0.1:{adapter.port}{path}") as answer:
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert words in answer.read().decode()


class Told:
    """A desk that remembers what it was told."""

    def __init__(self) -> None:
        self.smoothing = 0.5
        self.saved: list[str] = []
        self.looks = 0
        self.chosen: list[tuple[str, str | None]] = []
        self.listeners: list[Callable[[], None]] = []

    def state(self) -> dict:
        return {"settings": {"tracking": {"smoothing": self.smoothing}, "output": {"osc": ["127.0.0.1:9"]}}}

    def change(self, changes: dict) -> None:
        if changes["tracking"]["smoothing"] > 1:
            raise ConfigError("--smoothing should be 1 at most")
        self.smoothing = changes["tracking"]["smoothing"]
        for listener in self.listeners:
            listener()

    def difference(self) -> tuple[str, str]:
        return "- a\n+ b", "mark"

    def save(self, mark: str) -> None:
        self.saved.append(mark)

    def look(self) -> None:
        self.looks += 1
        for listener in self.listeners:
            listener()

    def choose(self, source: str, choice: str | None) -> None:
        if choice == "camera:broken":
            raise SourceError("camera 'broken' cannot be opened")
        self.chosen.append((source, choice))
        for listener in self.listeners:
            listener()

    def listen(self, listener: Callable[[], None]) -> None:
        self.listeners.append(listener)


def test_every_page_hears_of_a_change_and_of_a_refusal_who_asked(serve: Serve, enter: Enter) -> None:
    adapter, desk = serve(), Told()
    adapter.steer(desk)
    first, second = enter(adapter), enter(adapter)
    for page in (first, second):
        assert told(page)["type"] == "console"
        assert told(page)["settings"]["tracking"] == {"smoothing": 0.5}
    ask(first, type="change", changes={"tracking": {"smoothing": 0.8}})
    for page in (first, second):
        assert told(page)["settings"]["tracking"] == {"smoothing": 0.8}
    ask(first, type="change", changes={"tracking": {"smoothing": 8}})
    assert told(first) == {"type": "error", "message": "--smoothing should be 1 at most", "about": "change"}
    assert told(first)["settings"]["tracking"] == {"smoothing": 0.8}
    ask(second, type="preview")
    assert told(second) == {"type": "difference", "text": "- a\n+ b", "mark": "mark"}
    ask(second, type="save", mark="mark")
    assert told(second) == {"type": "saved"}
    assert desk.saved == ["mark"]


def test_a_choice_goes_to_the_desk_and_its_refusal_to_who_chose(serve: Serve, enter: Enter) -> None:
    adapter, desk = serve(), Told()
    adapter.steer(desk)
    page = enter(adapter)
    told(page), told(page)
    ask(page, type="look")
    assert told(page)["type"] == "state"
    for choice in ("recording:visits.jsonl.gz", None):
        ask(page, type="choose", source="cam2", choice=choice)
        assert told(page)["type"] == "state"
    ask(page, type="choose", source="cam2", choice="camera:broken")
    assert told(page) == {"type": "error", "message": "camera 'broken' cannot be opened", "about": "choose"}
    assert desk.looks == 1
    assert desk.chosen == [("cam2", "recording:visits.jsonl.gz"), ("cam2", None)]
    told(page)
    ask(page, type="choose", source="cam2", choice="camera:x", path="/etc/passwd")
    assert told(page)["message"].startswith("choose.path")


class Slow(Told):
    """A desk whose cameras take for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.awaited = Event()

    def look(self) -> None:
        self.awaited.wait()

    def choose(self, source: str, choice: str | None) -> None:
        self.awaited.wait()
        super().choose(source, choice)


def test_nobody_waits_for_a_camera_or_a_list_of_them(serve: Serve, enter: Enter) -> None:
    adapter, desk = serve(), Slow()
    adapter.steer(desk)
    first, second = enter(adapter), enter(adapter)
    for page in (first, second):
        told(page), told(page)
    ask(first, type="look")
    ask(first, type="choose", source="cam1", choice="camera:slow")
    try:
        for page, smoothing in ((second, 0.6), (first, 0.7)):
            ask(page, type="change", changes={"tracking": {"smoothing": smoothing}})
            for hearing in (first, second):
                assert told(hearing)["settings"]["tracking"] == {"smoothing": smoothing}
    finally:
        desk.awaited.set()
    assert told(first)["type"] == "state"
    assert desk.chosen == [("cam1", "camera:slow")]


#: A page asks, and the desk never returns; then posekit ends.
HANGING = """
import json, threading
from websockets.sync.client import connect
from posekit.protocols import OutputContext
from posekit_web import create

asked = threading.Event()

class Desk:
    def state(self):
        return {}
    def listen(self, listener):
        pass
    def hang(self, *_):
        asked.set()
        threading.Event().wait()
    look = choose = change = hang

adapter = create("127.0.0.1:0", {}, OutputContext())
adapter.steer(Desk())
with connect(f"ws://127.0.0.1:{adapter.port}/console", proxy=None) as page:
    page.recv()
    page.send(json.dumps(REQUEST))
    asked.wait()
    adapter.close()
print("closed")
"""


@pytest.mark.parametrize(
    "request_",
    [
        {"type": "look"},
        {"type": "choose", "source": "camera", "choice": "camera:0"},
        {"type": "change", "changes": {}},
    ],
)
def test_a_desk_that_hangs_does_not_keep_the_process(request_: dict) -> None:
    script = HANGING.replace("REQUEST", repr(request_))
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "closed\n", "")


def test_tests_go_to_configured_receivers_only(serve: Serve, enter: Enter) -> None:
    adapter = serve()
    adapter.steer(Told())
    page = enter(adapter)
    told(page), told(page)
    ask(page, type="test_osc", receiver="192.0.2.1:9000")
    assert told(page)["message"] == "this is none of the receivers of OSC"
    told(page)
    ask(page, type="test_osc", receiver="127.0.0.1:9")
    assert told(page) == {"type": "tested", "receiver": "127.0.0.1:9"}


def test_without_a_desk_nothing_changes(serve: Serve, enter: Enter) -> None:
    page = enter(serve())
    told(page)
    ask(page, type="change", changes={})
    assert told(page) == {"type": "error", "message": "nothing can be changed here", "about": "change"}
