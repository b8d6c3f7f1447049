"""posekit.js in a real browser: on a server, and on a clock and a connection that a test holds in its hands."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from posekit.events import Event
from posekit.protocols import OutputContext
from posekit.skeleton import KEYPOINTS
from posekit.types import SourceState, Status
from posekit_websocket import WebSocketAdapter, create

from .conftest import Open

pytestmark = pytest.mark.peer("chromium")

Make = Callable[..., Any]


@pytest.fixture
def adapter() -> Iterator[WebSocketAdapter]:
    context = OutputContext(sources=("cam1", "cam2"))
    with closing(create("127.0.0.1:0", {"origin": "file"}, context)) as opened:
        yield opened


@pytest.fixture
def page(visit: Open, adapter: WebSocketAdapter) -> Page:
    """A page that has connected as ``pose`` and writes down what it hears in ``heard``."""
    page = visit().page
    page.goto(f"http://127.0.0.1:{adapter.port}/posekit.d.ts")
    page.evaluate(
        """async (home) => {
            Object.assign(window, await import(`http://${home}/posekit.js`));
            window.listen = (options) => {
                window.pose = connect(options);
                window.heard = [];
                for (const kind of ["hello", "frame", "status", "event", "enter", "error"])
                    pose.on(kind, (value) => heard.push([kind, structuredClone(value)]));
            };
        }""",
        f"127.0.0.1:{adapter.port}",
    )
    return page


def listen(page: Page, **options: object) -> None:
    page.evaluate("(options) => listen(options)", options)
    page.wait_for_function("pose.status.connected")


def test_people_events_and_status(page: Page, adapter: WebSocketAdapter, person: Make, result: Make) -> None:
    listen(page, interpolate=False)
    hello = page.evaluate("pose.hello")
    assert hello["sources"] == ["cam1", "cam2"]
    enter = Event(kind="enter", timestamp_s=99.5, source="cam1", slot=1, id=17)
    adapter.send(result(person(slot=3, id=17), events=(enter,)))
    adapter.send(result(person(slot=1, id=18), source="cam2"))  # not ours
    adapter.send(Status(source="cam1", state=SourceState.STALLED, fps=12.5, message="no frame for 2 s", origin="hall"))
    page.wait_for_function("pose.status.state === 'stalled'")
    assert page.evaluate("pose.status") == {
        "connected": True,
        "state": "stalled",
        "source": "cam1",
        "fps": 12.5,
        "latencyMs": 0,
        "message": "no frame for 2 s",
        "origin": "hall",
    }
    assert page.evaluate("pose.image") == {"width": 640, "height": 480}
    (seen,) = page.evaluate("pose.people")
    assert (seen["slot"], seen["id"], seen["age"], seen["visible"]) == (3, 17, 3.25, True)
    assert [keypoint["part"] for keypoint in seen["keypoints"]] == list(KEYPOINTS)
    assert seen["leftWrist"] == {"part": "leftWrist", "x": 90, "y": 180, "score": 0.562}
    assert page.evaluate("heard.map(([kind]) => kind)") == ["hello", "status", "frame", "enter", "event", "status"]
    assert page.evaluate("heard[3][1].id") == 17


def test_binary_frames_say_the_same(page: Page, adapter: WebSocketAdapter, person: Make, result: Make) -> None:
    listen(page, interpolate=False, format="f32", source="cam2")
    adapter.send(result(person(slot=3, id=17), person(slot=4, id=18), source="cam2"))
    page.wait_for_function("pose.people.length === 2")
    binary = page.evaluate("pose.latest")
    page.evaluate("pose.subscribe({ format: 'json' })")
    page.wait_for_function("pose.hello")
    adapter.send(result(source="cam1"))
    page.evaluate("heard.length = 0")
    adapter.send(result(person(slot=3, id=17), person(slot=4, id=18), source="cam2"))
    page.wait_for_function("heard.length === 1")
    text = page.evaluate("pose.latest")
    for one, other in zip(binary["people"], text["people"], strict=True):
        for a, b in zip(one["keypoints"], other["keypoints"], strict=True):
            assert a["part"] == b["part"]
            assert [a["x"], a["y"], a["score"]] == pytest.approx([b["x"], b["y"], b["score"]], abs=0.006)
        assert {name: one[name] for name in ("slot", "id", "visible")} == {
            name: other[name] for name in ("slot", "id", "visible")
        }
    assert {name: binary[name] for name in ("source", "seq", "t", "image")} == {
        name: text[name] for name in ("source", "seq", "t", "image")
    }


def test_asking_for_less_and_for_nonsense(page: Page, adapter: WebSocketAdapter, person: Make, result: Make) -> None:
    listen(page, people=[2], events=["leave"], interpolate=False)
    adapter.send(result(person(slot=1), person(slot=2)))
    page.wait_for_function("pose.people.length === 1 && pose.people[0].slot === 2")
    page.evaluate("pose.subscribe({ people: ['x'] })")
    page.wait_for_function("heard.some(([kind, value]) => kind === 'error' && value.message.includes(\"got 'x'\"))")
    page.evaluate("listen({ events: ['birthday'] })")
    page.wait_for_function("pose.status.state === 'refused'")
    assert page.evaluate("pose.status.message").startswith("events.0: the kinds are enter, leave")


def test_a_listener_that_fails_disturbs_nobody(page: Page, adapter: WebSocketAdapter, result: Make) -> None:
    listen(page)
    page.evaluate("() => { pose.on('frame', () => { throw new Error('a bug of the page') }) }")
    page.evaluate("() => { window.end = pose.on('frame', () => heard.push(['again'])) }")
    adapter.send(result(seq=1))
    page.wait_for_function("heard.at(-1)[0] === 'again'")
    page.evaluate("end()")
    adapter.send(result(seq=2))
    page.wait_for_function("pose.latest.seq === 2")
    assert page.evaluate("heard.filter(([kind]) => kind === 'again').length") == 1


def test_the_picture_over_an_area(page: Page, adapter: WebSocketAdapter, result: Make) -> None:
    listen(page)
    adapter.send(result())
    page.wait_for_function("pose.latest")
    # 640 × 480; the point (0, 0) is the middle of the first pixel.
    for size, mode, expected in (
        ((640, 480), "cover", (1, 0.5, 0.5)),
        ((1280, 480), "cover", (2, 1, -239)),
        ((1280, 480), "contain", (1, 320.5, 0.5)),
        ((320, 480), "contain", (0.5, 0.25, 120.25)),
    ):
        fit = page.evaluate("([size, mode]) => pose.fit(...size, mode)", [list(size), mode])
        assert (fit["scale"], fit["x"], fit["y"]) == expected


def test_an_end_for_good(page: Page, adapter: WebSocketAdapter) -> None:
    listen(page)
    page.evaluate("pose.close()")
    page.wait_for_function("pose.status.state === 'closed'")
    assert page.evaluate("pose.people") == []


#: Runs posekit.js on a clock and a connection of our own: at each moment (ms) messages arrive, then people are read.
PLAY = """async ([home, script, options]) => {
    let now = 0;
    performance.now = () => now;
    window.WebSocket = class {
        static OPEN = 1;
        constructor(url) { window.socket = this; this.url = String(url); }
    };
    const { connect } = await import(`http://${home}/posekit.js?play`);
    const pose = connect(options);
    const hear = (message) => socket.onmessage({ data: JSON.stringify(message) });
    hear({ type: "hello", sources: ["cam1"], parts: [], edges: [] });
    return script.map(([moment, messages]) => {
        now = moment;
        messages.forEach(hear);
        return pose.people.map(({ id, nose, age }) => [id, nose.x, age]);
    });
}"""


def frame(t: float, **noses: float) -> dict[str, object]:
    """A frame message with each person's nose at that x."""
    poses = [
        {
            "id": int(name.removeprefix("p")),
            "slot": 1,
            "age": t,
            "score": 1.0,
            "visible": True,
            "keypoints": [{"part": "nose", "score": 1.0, "position": {"x": x, "y": 0}}],
        }
        for name, x in noses.items()
    ]
    image = {"width": 640, "height": 480}
    return {"type": "frame", "source": "cam1", "seq": 0, "t": t, "latencyMs": 0, "image": image, "poses": poses}


def play(page: Page, adapter: WebSocketAdapter, script: list[tuple[float, list[object]]], **options: object) -> list:
    return page.evaluate(PLAY, [f"127.0.0.1:{adapter.port}", script, options])


def display(arrivals: list[tuple[float, object]], until_ms: float, step_ms: float = 1000 / 240) -> list:
    """A script that shows a picture 240 times per second and hands over each message when it arrives."""
    moments = np.arange(0, until_ms, step_ms)
    return [
        (float(moment), [message for at, message in arrivals if moment - step_ms < at <= moment]) for moment in moments
    ]


def walked(seen: list, after: int) -> np.ndarray:
    """Where person 1 is in every picture after the first ones."""
    return np.array([x for people in seen[after:] for id, x, _ in people if id == 1])


def test_motion_is_as_even_as_it_was(page: Page, adapter: WebSocketAdapter) -> None:
    """A nose that moves at 100 px/s, filmed 30 times and shown 240 times per second."""
    arrivals = [(20 + 1000 * k / 30, frame(k / 30, p1=100 * k / 30)) for k in range(60)]
    steps = np.diff(walked(play(page, adapter, display(arrivals, 1990)), 60))
    assert steps == pytest.approx(100 / 240, abs=0.02)


def test_motion_never_goes_back_however_frames_are_late(page: Page, adapter: WebSocketAdapter) -> None:
    late = np.random.default_rng(5).uniform(0, 25, 120)
    arrivals = [(20 + 1000 * k / 30 + late[k], frame(k / 30, p1=100 * k / 30)) for k in range(120)]
    places = walked(play(page, adapter, display(arrivals, 3900)), 240)
    assert np.diff(places).min() >= -0.5
    assert np.diff(places).max() < 100 / 30
    # It is not much behind: a frame's time, and what the frames are usually late.
    assert places[-1] > 100 * (3.9 - 0.02 - 1 / 30 - 0.025) - 100 / 30


def test_without_interpolation_people_are_where_the_newest_frame_has_them(
    page: Page, adapter: WebSocketAdapter
) -> None:
    arrivals = [(1000 * k / 30, frame(k / 30, p1=float(k))) for k in range(10)]
    seen = play(page, adapter, display(arrivals, 300), interpolate=False)
    assert sorted({people[0][1] for people in seen}) == [float(k) for k in range(9)]


def test_people_come_and_go_and_a_video_begins_again(page: Page, adapter: WebSocketAdapter) -> None:
    script = [
        (0, [frame(0.0, p1=10)]),
        (33, [frame(0.033, p1=20, p2=500)]),
        (66, [frame(0.066, p1=30, p2=510)]),
        (99, [frame(0.1, p2=520)]),
        (500, []),
        (533, [frame(0.0, p3=5)]),
    ]
    seen = [[person[0] for person in people] for people in play(page, adapter, script)]
    assert seen[0] == [1]
    assert seen[4] == [2]
    assert seen[5] == [3]
    assert all(set(ids) <= {1, 2} for ids in seen[:5])


def test_addresses(page: Page, adapter: WebSocketAdapter) -> None:
    script = """async ([url, options]) => {
        window.WebSocket = class { constructor(url) { window.address = String(url); } };
        const { connect } = await import(url);
        connect(options);
        return window.address;
    }"""
    home = f"127.0.0.1:{adapter.port}"
    for url, options, expected in (
        ("posekit.js?a", {}, f"ws://{home}/"),
        ("posekit.js?token=s3cret%2Btoken", {}, f"ws://{home}/?token=s3cret%2Btoken"),
        ("posekit.js?b", {"url": "ws://studio.test:9", "token": "x y"}, "ws://studio.test:9/?token=x+y"),
        ("posekit.js?c", {"url": "https://studio.test"}, "wss://studio.test/"),
        (
            "posekit.js?d",
            {"people": [1, 2], "events": [], "fps": 15, "frames": False, "format": "f32"},
            f"ws://{home}/?people=1%2C2&events=&fps=15&frames=0&format=f32",
        ),
    ):
        assert page.evaluate(script, [f"http://{home}/{url}", options]) == expected
