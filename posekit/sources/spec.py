"""What the text of ``posekit run SOURCE`` means.

==========================================  ==========================================================================
``performer``, ``performer:squat?people=3``  the built-in performer
``0``, ``/dev/video0``, ``HD Webcam``        a camera by number, path, or part of its name (nothing at all: camera 0)
``camera:0``, ``camera:HD Webcam``           the same, where a file has that name
``0?width=1280&height=720&fps=30``           a camera asked for a size and rate; ``format=MJPG`` for the pixel format
``rtsp://…``, ``http://…``, ``udp://…``      a live stream
``https://host/clip.mp4``                    a video at a URL: every frame, as from a file
``picture.jpg``, ``folder``                  a picture, all pictures of a folder
``NAME:TARGET?key=value``                    a source of another package, where one of that name is installed
``video.mp4``                                a video, and so is any other file
==========================================  ==========================================================================

Sources name themselves, for OSC addresses and messages: ``camera`` (``camera-1`` and so on for others, or the name that
was given), a file's name without its ending, ``images`` for a folder, a URL's host; in small letters a-z, digits, '_'
and '-', at most 32 of them (``naming.slug``).
"""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from posekit.errors import ConfigError, SourceError
from posekit.plugins import installed, load_source
from posekit.protocols import Source
from posekit.sources.naming import host, is_url, masked, missing_file

__all__ = ["open_source"]

_CAMERA_OPTIONS: Final = ("width", "height", "fps", "format")
#: A single letter would be a drive of Windows.
_PLUG_IN: Final = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_-]+):(?P<target>[^?]*)(?:\?(?P<query>.*))?$")
_FILE_LIKE: Final = re.compile(r"[/\\]|\.[A-Za-z0-9]{1,5}$")


def open_source(text: str = "", *, clock: Callable[[], float] = time.perf_counter) -> Source:
    """The source that ``text`` means; the device is opened when its frames are asked for.

    clock: monotonic seconds, for cameras and streams. Raises SourceError for a file that is missing and a URL of an
    unknown kind, ConfigError for wrong options. A camera that is missing shows when it is opened.
    """
    text = text.strip()
    if re.match(r"performer(?=[:?]|$)", text):
        from posekit.sources.performer import Performer

        return Performer.from_spec(text)
    if is_url(text):
        return _from_url(text, clock)
    named = _PLUG_IN.match(text)
    if named is not None and named["name"] in installed("source"):
        return load_source(named["name"], named["target"], _plug_in_options(text, named["query"] or ""))
    if not text or re.match(r"camera(?=[:?]|$)", text):
        return _camera(text.removeprefix("camera").removeprefix(":"), clock)
    path = Path(text).expanduser()
    if not re.match(r"\d+(\?|$)|/dev/", text):
        if path.exists():
            return _from_path(path)
        if _FILE_LIKE.search(text.partition("?")[0]):
            raise missing_file(path)
    return _camera(text, clock)


def _plug_in_options(text: str, query: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError:
        raise ConfigError(f"options of source '{text}' must be key=value, joined by &") from None


def _from_url(text: str, clock: Callable[[], float]) -> Source:
    from posekit.sources.stream import SCHEMES, Stream
    from posekit.sources.video import VIDEO_SUFFIXES, Video

    scheme = text.partition("://")[0].lower()
    shown = masked(text)
    if scheme not in SCHEMES:
        known = ", ".join(f"{name}://" for name in SCHEMES)
        raise SourceError(f"'{shown}' is a URL of an unknown kind; expected {known} or the path of a file")
    if not host(text) and scheme not in ("udp", "tcp"):
        raise SourceError(f"'{shown}' names no host; expected {scheme}://HOST/…")
    if scheme in ("http", "https") and shown.partition("?")[0].lower().endswith(VIDEO_SUFFIXES):
        return Video(text)
    return Stream(text, clock=clock)


def _from_path(path: Path) -> Source:
    from posekit.sources.images import PICTURE_SUFFIXES, Images
    from posekit.sources.video import Video

    if path.is_dir() or path.suffix.lower() in PICTURE_SUFFIXES:
        return Images(path)
    return Video(path)


def _camera(text: str, clock: Callable[[], float]) -> Source:
    from posekit.sources.camera import Camera

    device, _, query = text.partition("?")
    options: dict[str, Any] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key not in _CAMERA_OPTIONS:
            raise ConfigError(f"a camera has no option '{key}'; it has {', '.join(_CAMERA_OPTIONS)}")
        options["pixel_format" if key == "format" else key] = _camera_option(key, value)
    return Camera(int(device or 0) if device.isdecimal() or not device else device, clock=clock, **options)


def _camera_option(key: str, value: str) -> int | float | str:
    if key == "format":
        if re.fullmatch(r"[A-Za-z0-9]{4}", value):
            return value.upper()
        raise ConfigError(f"camera option 'format' is four letters such as MJPG, got '{value}'")
    number = float(value) if re.fullmatch(r"\d{1,5}(\.\d+)?", value) else 0.0
    if number <= 0 or (key != "fps" and not number.is_integer()):
        kind = "a number" if key == "fps" else "a whole number of pixels"
        raise ConfigError(f"camera option '{key}' is {kind} above 0, got '{value}'")
    return number if key == "fps" else int(number)
