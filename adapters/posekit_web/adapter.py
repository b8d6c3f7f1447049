"""The output ``web``: the WebSocket server with the console's pages and a room for them."""

import socket
from collections.abc import Mapping
from typing import Final

from posekit.errors import ConfigError
from posekit.protocols import Desk, OutputContext
from posekit.types import Frame, FrameResult, Status
from posekit_web.room import ConsoleRoom
from posekit_web.video import Video
from posekit_websocket.access import Access
from posekit_websocket.adapter import WebSocketAdapter, bound
from posekit_websocket.server import Room, Server, static_files
from posekit_websocket.settings import Patience, Settings

__all__ = ["WebAdapter", "create"]

_LARGEST_REQUEST: Final = 1 << 16
#: Nothing from elsewhere, and in nobody's frame: a page around it could have its buttons pressed unawares.
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Frame-Options": "DENY",
}


def create(
    target: str, options: Mapping[str, str], context: OutputContext, *, patience: Patience | None = None
) -> "WebAdapter":
    """The console at ``[HOST:]PORT``, with the options and the rules of a WebSocket server; ``video=0``: no pictures.

    Pages of other servers (``origin``) get poses, but neither pictures nor a say. Raises ConfigError.
    """
    shown = options.get("video", "1")
    if shown not in ("0", "1"):
        raise ConfigError(f"web video must be one of 0, 1, got '{shown}'")
    settings = Settings.of(target, {name: value for name, value in options.items() if name != "video"})
    listener, token = bound(settings, "web")
    return WebAdapter(listener, token, settings, context, video=shown == "1", patience=patience or Patience())


class WebAdapter:
    """Serves the console. port, token, page: as of a WebSocketAdapter."""

    def __init__(
        self,
        listener: socket.socket,
        token: str | None,
        settings: Settings,
        context: OutputContext,
        *,
        video: bool,
        patience: Patience,
    ) -> None:
        self._video = Video(context.sources, self._publish_picture) if video else None
        self._room = ConsoleRoom(context.sources, self._video, patience)
        server = Server(
            Access(origins=settings.origins, token=token),
            context,
            clients=settings.clients,
            patience=patience,
            pages={
                path.removesuffix(".html") if path.startswith("/overlay.html") else path: file
                for path, file in static_files("posekit_web").items()
            },
            headers=_HEADERS,
            rooms={"/console": Room(access=Access(token=token), talk=self._room.talk)},
            largest=_LARGEST_REQUEST,
        )
        self._inner = WebSocketAdapter(listener, server, token=token)
        self.port, self.token, self.page = self._inner.port, token, self._inner.page

    def send(self, message: FrameResult | Status) -> None:
        """Send a result or a status to every page. Raises AdapterError if the server does not run."""
        self._inner.send(message)

    def picture(self, frame: Frame, result: FrameResult) -> None:
        """Show a picture to those who watch."""
        if self._video is not None:
            self._video.put(frame, result)

    def steer(self, desk: Desk) -> None:
        """Let the pages change what the desk lets them."""
        self._room.desk = desk
        desk.listen(lambda: self._inner.call(self._room.publish_state))
        self._inner.call(self._room.publish_state)

    def close(self) -> None:
        """Tell every page that posekit goes away."""
        self._inner.close()
        if self._video is not None:
            self._video.close()

    def _publish_picture(self, source: str, picture: bytes) -> None:
        self._inner.call(lambda: self._room.publish_picture(source, picture))
