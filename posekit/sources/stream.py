"""Streams by URL: network cameras and whatever else FFmpeg can follow."""

import time
from collections.abc import Callable, Iterator
from typing import Final

from posekit.errors import SourceError
from posekit.sources.naming import host, masked, slug
from posekit.sources.opencv import TIMEOUT_S, Captures, OpenCapture, live_frames, open_url
from posekit.types import Frame

__all__ = ["SCHEMES", "Stream"]

SCHEMES: Final = ("rtsp", "rtsps", "http", "https", "rtmp", "tcp", "udp")


class Stream:
    """A live stream, of which only the newest frame matters.

    url: one of ``SCHEMES``. User name, password and query appear in no name, message or log.
    clock: monotonic seconds, read right after each grab. open_capture: what connects.
    """

    live = True

    def __init__(
        self,
        url: str,
        *,
        name: str | None = None,
        clock: Callable[[], float] = time.perf_counter,
        open_capture: OpenCapture = open_url,
    ) -> None:
        self.name = name or slug(host(url), "stream")
        self._url = url
        self._clock = clock
        self._open_capture = open_capture
        self._captures = Captures()

    def __iter__(self) -> Iterator[Frame]:
        """Connect and yield frames until ``close``.

        Raises SourceError if there is no stream, or if it ends or is silent for ``TIMEOUT_S``.
        """
        if self._captures.closed:
            return
        shown = masked(self._url)
        with self._captures.opened(self._open_capture, self._url) as capture:
            if not capture.is_opened() and not self._captures.closed:
                raise SourceError(
                    f"no stream at {shown} within {TIMEOUT_S:.0f} s; check the address, the network, and the user name "
                    "and password if it needs them"
                )
            yield from live_frames(capture, self._clock)
        if not self._captures.closed:
            raise SourceError(f"the stream {shown} has ended or was silent for {TIMEOUT_S:.0f} s")

    def close(self) -> None:
        """Disconnect, for good; the iteration ends. Safe to call twice and from another thread."""
        self._captures.close()
