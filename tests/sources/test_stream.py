"""Streams, from a small server on this computer: moving JPEG as network cameras send it, and a video over HTTP."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from posekit.errors import SourceError
from posekit.sources.spec import open_source
from posekit.sources.stream import Stream
from posekit.sources.video import Video

BOUNDARY = "frame"
JPEG_FRAMES = 40


def jpeg(index: int) -> bytes:
    return bytes(cv2.imencode(".jpg", np.full((48, 64, 3), index * 5 % 256, np.uint8))[1].tobytes())


class Handler(BaseHTTPRequestHandler):
    """/video.mjpg: JPEG_FRAMES pictures, then the end. /clip.avi: a file. /text: no video at all."""

    clip = b""
    seen: list[str]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        type(self).seen.append(self.path)
        if path == "/video.mjpg":
            self.send_response(200)
            self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
            self.end_headers()
            for index in range(JPEG_FRAMES):
                content = jpeg(index)
                head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(content)}\r\n\r\n"
                self._write(head.encode() + content + b"\r\n")
        elif path in ("/clip.avi", "/text"):
            content = self.clip if path == "/clip.avi" else b"this is no video\n" * 100
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self._write(content)
        else:
            self.send_error(404)

    def _write(self, content: bytes) -> None:
        try:
            self.wfile.write(content)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, write_video: Callable[..., Path]) -> Iterator[str]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    Handler.clip = write_video(frames=12).read_bytes()
    Handler.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield f"127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_moving_jpeg(server: str) -> None:
    ticks = iter(range(1000))
    source = Stream(f"http://{server}/video.mjpg", clock=lambda: float(next(ticks)))
    assert (source.name, source.live) == ("127-0-0-1", True)
    frames: list[Any] = []
    with pytest.raises(SourceError, match=f"the stream http://{server}/video.mjpg has ended"):
        frames.extend(source)
    assert len(frames) >= JPEG_FRAMES - 1  # a demuxer may keep the last one for want of a boundary after it
    assert [frame.seq for frame in frames] == list(range(len(frames)))
    assert [frame.timestamp_s for frame in frames] == [float(n) for n in range(len(frames))]
    assert [round(float(frame.image.mean())) for frame in frames] == pytest.approx(
        [index * 5 for index in range(len(frames))], abs=4
    )


def test_it_can_be_opened_again(server: str) -> None:
    source = open_source(f"http://{server}/video.mjpg")
    for _ in range(2):
        frames: Any = iter(source)
        assert next(frames).image.shape == (48, 64, 3)
        frames.close()
    assert Handler.seen.count("/video.mjpg") == 2


def test_close_between_frames_ends_it(server: str) -> None:
    source = open_source(f"http://{server}/video.mjpg")
    frames = iter(source)
    next(frames)
    source.close()
    source.close()
    assert list(frames) == []
    assert list(source) == []


def test_a_video_at_a_url_gives_every_frame_with_its_time(server: str) -> None:
    source = open_source(f"http://ana:secret@{server}/clip.avi?key=secret")
    assert isinstance(source, Video)
    assert (source.name, source.live, source.frame_count) == ("clip", False, None)
    frames = list(source)
    assert [frame.timestamp_s for frame in frames] == pytest.approx([n / 10 for n in range(12)], abs=1e-3)
    assert Handler.seen
    assert set(Handler.seen) == {"/clip.avi?key=secret"}


@pytest.mark.parametrize("path", ["text", "missing", "missing.avi"])
def test_what_is_no_stream_is_one_error_without_secrets(
    server: str, path: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SourceError) as caught:
        list(open_source(f"http://ana:secret@{server}/{path}?key=secret"))
    message = str(caught.value)
    assert f"http://***@{server}/{path}?…" in message
    assert "secret" not in message + caplog.text
    assert "\n" not in message
    assert caught.value.__cause__ is None
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("text", ["http://127.0.0.1:{port}/x", "rtsp://ana:secret@127.0.0.1:{port}/x"])
def test_nobody_there(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        port = http.server_port  # free again after this block
    with pytest.raises(SourceError, match=r"no stream at .* within 5 s; check the address") as caught:
        list(open_source(text.format(port=port)))
    assert "secret" not in str(caught.value)
    assert capfd.readouterr().err == ""
