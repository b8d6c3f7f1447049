"""Pages that nobody invited, in a real browser."""

import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from posekit.protocols import OutputContext
from posekit_websocket import create

from .conftest import Open

pytestmark = pytest.mark.peer("chromium")

#: Tries to connect, from the page itself and from a sandboxed frame in it, whose origin is "null" as a file's is.
PAGE = """<!doctype html><link rel="icon" href="data:,"><script>
const attempt = `new Promise((done) => {
    const socket = new WebSocket("ws://" + ADDRESS);
    socket.onmessage = () => done("connected");
    socket.onclose = () => done("refused");
})`;
const framed = document.createElement("iframe");
framed.sandbox = "allow-scripts";
const tries = (address) => {
    const code = attempt.replace("ADDRESS", JSON.stringify(address));
    const there = new Promise((done) => addEventListener("message", ({ data }) => done(data)));
    framed.srcdoc = `<script>${code}.then((said) => parent.postMessage(said, "*"))<\\/script>`;
    document.body.append(framed);
    return Promise.all([eval(code), there]);
};
</script><body>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[int]:
    """The port of a web server that is not posekit's."""
    (tmp_path / "page.html").write_text(PAGE)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("name", "options", "token", "expected"),
    [
        ("127.0.0.1", {}, "", ["refused", "refused"]),
        ("localhost", {}, "", ["refused", "refused"]),
        ("stranger.test", {}, "", ["refused", "refused"]),
        ("friend.test", {"origin": "http://friend.test:{port}"}, "", ["connected", "refused"]),
        ("stranger.test", {"token": "s3cret-token"}, "?token=s3cret-token", ["refused", "refused"]),
        ("friend.test", {"origin": "*", "token": "s3cret-token"}, "?token=s3cret-token", ["connected", "connected"]),
        ("friend.test", {"origin": "*", "token": "s3cret-token"}, "?token=guess-guess", ["refused", "refused"]),
    ],
)
def test_a_page_from_another_server(
    visit: Open, elsewhere: int, name: str, options: dict[str, str], token: str, expected: list[str]
) -> None:
    options = {key: value.format(port=elsewhere) for key, value in options.items()}
    with closing(create("127.0.0.1:0", options, OutputContext())) as adapter:
        page = visit().page
        page.goto(f"http://{name}:{elsewhere}/page.html")
        assert page.evaluate("(address) => tries(address)", f"127.0.0.1:{adapter.port}/{token}") == expected


def test_a_name_that_is_made_to_point_here(visit: Open) -> None:
    """DNS rebinding: the browser takes posekit for the stranger's own server, posekit does not."""
    with closing(create("127.0.0.1:0", {}, OutputContext())) as adapter:
        page = visit().page
        page.goto(f"http://stranger.test:{adapter.port}/posekit.d.ts")
        assert (
            page.evaluate(
                """() => new Promise((done) => {
                    const socket = new WebSocket(`ws://${location.host}`);
                    socket.onmessage = () => done("connected");
                    socket.onclose = () => done("refused");
                })"""
            )
            == "refused"
        )
