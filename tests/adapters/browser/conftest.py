"""A real browser, and a posekit on the performer whose network never errs."""

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from posekit.assembly import DetectorSet, make_pipeline
from posekit.cli.inputs import Inputs
from posekit.cli.steering import Steering
from posekit.config import OutputSettings, TrackingSettings, VisionSettings
from posekit.protocols import OutputContext
from posekit.runner import Runner
from posekit.sources.pacing import Paced
from posekit.sources.performer import Performer, Truth
from posekit.types import Frame, Person, Poses
from posekit_websocket import create

from ...conftest import absent

#: Nothing of this reaches another host: neither the browser's own business nor anything that a page asks for.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen.

    No longer than a module: while Playwright runs, its event loop counts as running in the tests' own thread.
    """
    program = shutil.which("chromium")
    if program is None:
        absent("the peer program 'chromium' is not installed")
    # A busy computer takes its time, to see somebody as well as to draw.
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(_ARGUMENTS))
        yield launched
        launched.close()


class Visit:
    """A page with everything that it asked for and complained about."""

    def __init__(self, context: BrowserContext) -> None:
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda opened: self.requests.append(opened.url))


Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open a page in a fresh profile."""
    with ExitStack() as stack:

        def start(*, size: tuple[int, int] = (320, 240), dark: bool = False, touch: bool = False) -> Visit:
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if dark else "light",
                has_touch=touch,
                is_mobile=touch,
            )
            stack.callback(context.close)
            return Visit(context)

        yield start


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Still:
    """A source and an estimator that see what the performer really does at one moment, again and again."""

    name = "performer"
    live = False

    def __init__(self, spec: str, moment_s: float) -> None:
        self.truths = Performer.from_spec(spec).truth_at(moment_s)

    def __iter__(self) -> Iterator[Frame]:
        image = np.zeros((480, 640, 3), np.uint8)
        for seq in range(100_000):
            yield Frame(image=image, timestamp_s=seq / 15, seq=seq)

    def close(self) -> None:
        pass

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        return Poses(
            xy=np.array([truth.xy for truth in self.truths], np.float32),
            keypoint_scores=np.ones((len(self.truths), 17), np.float32),
            scores=np.ones(len(self.truths), np.float32),
        )


class Stage(NamedTuple):
    """What is on air."""

    truths: list[Truth]
    adapter: Any


class Acting(Still):
    """The same, who go on: they see what the performer does now."""

    def __init__(self, spec: str, moment_s: float = 0.0) -> None:
        super().__init__(spec, moment_s)
        self._performer = Performer.from_spec(spec)

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        self.truths = self._performer.truth_at(frame.timestamp_s)
        return super().estimate(frame, people)


@contextmanager
def on_air(
    port: int,
    spec: str = "performer:jumping_jack?people=2",
    moment_s: float = 0.39,
    *,
    make: type[Still] = Still,
    opened: Callable[..., Any] = create,
    desk: Steering | None = None,
    inputs: Inputs | None = None,
    **options: str,
) -> Iterator[Stage]:
    """posekit at ``ws://127.0.0.1:port``, in real time, open to pages from disk, on performers who hold still.

    opened: makes the adapter, with these options. desk: what the adapter's pages may change of it all; inputs:
    what may be shown instead.
    """
    still = make(spec, moment_s)
    adapter = opened(f"127.0.0.1:{port}", {"origin": "file", **options}, OutputContext(sources=(still.name,)))
    usual = DetectorSet()
    pipeline = make_pipeline(
        still,
        usual=usual,
        source=still.name,
        vision=VisionSettings.of(),
        tracking=TrackingSettings.of(),
        output=OutputSettings.of(),
        pictures=getattr(adapter, "picture", None),
    )
    runner = Runner([(Paced(still), pipeline)], [adapter])
    if desk is not None:
        desk.attach(runner, [(pipeline, usual)], OutputContext(sources=(still.name,)), inputs=inputs)
        adapter.steer(desk)
    thread = Thread(target=runner.run, name="on-air")
    thread.start()
    try:
        yield Stage(list(still.truths), adapter)
    finally:
        runner.stop()
        thread.join()


def address(page: Path, port: int, **query: str) -> str:
    """The URL of a page on disk that looks for posekit at that port."""
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return f"{page.as_uri()}?posekit=127.0.0.1:{port}{more}"


@contextmanager
def running(port: int, *arguments: str, program: Sequence[str]) -> Iterator[None]:
    """posekit as a user runs it, with its page at a port; program: what Python is to run."""
    command = [sys.executable, *program, "run", *arguments, "--web", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        while process.poll() is None:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    assert process.returncode == 0
