"""From the text of ``posekit run SOURCE`` to a source. Nothing is opened here."""

import sys
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from posekit.errors import ConfigError, SourceError
from posekit.protocols import Source
from posekit.sources.camera import Camera
from posekit.sources.images import Images
from posekit.sources.spec import open_source
from posekit.sources.stream import Stream
from posekit.sources.video import Video


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pictures").mkdir()
    cv2.imwrite(str(tmp_path / "Photo 1.JPG"), np.zeros((20, 20, 3), np.uint8))
    for name in ("clip.mp4", "clip", "camera.mp4", "odd.xyz", "what?.mp4"):
        if sys.platform != "win32" or "?" not in name:
            (tmp_path / name).write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


CASES = [
    ("", Camera, "camera", True),
    ("0", Camera, "camera", True),
    ("3", Camera, "camera-3", True),
    ("camera", Camera, "camera", True),
    ("camera:2", Camera, "camera-2", True),
    ("camera?width=640", Camera, "camera", True),
    ("camera:HD Webcam?fps=30", Camera, "hd-webcam", True),
    ("HD Webcam", Camera, "hd-webcam", True),
    ("camera:clip", Camera, "clip", True),
    ("/dev/video0", Camera, "video0", True),
    ("1?width=1280&height=720&fps=29.97&format=mjpg", Camera, "camera-1", True),
    ("clip.mp4", Video, "clip", False),
    ("clip", Video, "clip", False),
    ("camera.mp4", Video, "camera", False),
    ("odd.xyz", Video, "odd", False),
    ("pictures", Images, "images", False),
    ("./pictures", Images, "images", False),
    ("Photo 1.JPG", Images, "photo-1", False),
    ("rtsp://ana:secret@10.0.0.5:554/live?key=secret", Stream, "10-0-0-5", True),
    ("RTSP://cam.local/live", Stream, "cam-local", True),
    ("http://cam/video.mjpg", Stream, "cam", True),
    ("http://cam/", Stream, "cam", True),
    ("udp://@:5000", Stream, "stream", True),
    ("tcp://10.0.0.5:5000", Stream, "10-0-0-5", True),
    ("https://host/path/My%20Clip.MP4?key=secret", Video, "my-clip", False),
    ("  clip.mp4 ", Video, "clip", False),
]


@pytest.mark.parametrize(("text", "kind", "name", "live"), CASES, ids=[case[0] for case in CASES])
def test_text_means_source(folder: Path, text: str, kind: type, name: str, live: bool) -> None:
    source = open_source(text)
    assert type(source) is kind
    assert isinstance(source, Source)
    assert (source.name, source.live) == (name, live)
    assert "secret" not in source.name
    source.close()
    source.close()
    assert list(source) == []


WRONG = [
    ("clp.mp4", SourceError, "no file 'clp.mp4'; did you mean 'clip.mp4'"),
    ("gone/clip.mp4", SourceError, "no folder 'gone'"),
    ("ftp://ana:secret@host/clip.mp4", SourceError, "'ftp://***@host/clip.mp4' is a URL of an unknown kind"),
    ("rtsp:///live", SourceError, "'rtsp:///live' names no host"),
    ("0?widht=640", ConfigError, "a camera has no option 'widht'; it has width, height, fps, format"),
    ("0?width=wide", ConfigError, "'width' is a whole number of pixels above 0, got 'wide'"),
    ("0?width=640.5", ConfigError, "'width' is a whole number of pixels above 0, got '640.5'"),
    ("0?height=0", ConfigError, "'height' is a whole number of pixels above 0, got '0'"),
    ("0?height=-4", ConfigError, "'height' is a whole number of pixels above 0, got '-4'"),
    ("0?fps=nan", ConfigError, "'fps' is a number above 0, got 'nan'"),
    ("0?fps=", ConfigError, "'fps' is a number above 0, got ''"),
    ("0?format=MJPEG", ConfigError, "'format' is four letters such as MJPG, got 'MJPEG'"),
]


@pytest.mark.parametrize(("text", "kind", "message"), WRONG, ids=[case[0] for case in WRONG])
def test_wrong_text_is_refused_in_one_line(folder: Path, text: str, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        open_source(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["performer", "performer:squat?people=3&speed=1.2", "performer?people=2"])
def test_the_performer_gets_its_text(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    class Performer:
        @staticmethod
        def from_spec(text: str) -> tuple[str, str]:
            return "performer", text

    stand_in = ModuleType("posekit.sources.performer")
    stand_in.Performer = Performer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "posekit.sources.performer", stand_in)
    assert open_source(text) == ("performer", text)


def test_the_clock_reaches_camera_and_stream() -> None:
    def clock() -> float:
        return 1.0

    for text in ("0", "rtsp://cam/live"):
        assert vars(open_source(text, clock=clock))["_clock"] is clock
