"""The console's own WebSocket, beside that of the poses: pictures to those who watch, and what their pages ask for."""

import asyncio
from collections.abc import Sequence
from typing import Final

from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from posekit.messages import encoded
from posekit_web.messages import Request, RequestError, Watch, parsed
from posekit_web.video import Video
from posekit_websocket.control import Subscription
from posekit_websocket.hub import Client, error_payload
from posekit_websocket.server import Connection
from posekit_websocket.settings import Patience

__all__ = ["ConsoleRoom"]

#: Requests of a page are read at most this often.
_REQUEST_PERIOD_S: Final = 0.01


class ConsoleRoom:
    """Everyone who has the console open. Everything runs in the server's thread.

    video: None where pictures are not to be shown.
    """

    def __init__(self, sources: Sequence[str], video: Video | None, patience: Patience) -> None:
        self._sources = sources
        self._video = video
        self._patience = patience
        self._watching: dict[Client, str | None] = {}

    async def talk(self, connection: Connection) -> None:
        """Serve one page until it is gone."""
        client = Client(connection, Subscription(), self._patience.stall_s, asyncio.get_running_loop().time)
        connection.on_drained = client.flush
        self._watching[client] = None
        client.put_event(encoded({"type": "console", "video": self._video is not None}))
        try:
            async for message in connection:
                if connection.state is not State.OPEN:
                    break
                try:
                    self._hear(client, parsed(message))
                except RequestError as error:
                    client.put_event(error_payload(str(error)))
                await asyncio.sleep(_REQUEST_PERIOD_S)
        except ConnectionClosed:
            pass
        finally:
            del self._watching[client]
            self._tell_video()

    def publish_picture(self, source: str, picture: bytes) -> None:
        """Send a picture to those who watch that source; who is slow gets a newer one later."""
        for client, watched in self._watching.items():
            if watched == source:
                client.put_frame(source, picture)

    def _hear(self, client: Client, request: Request) -> None:
        match request:
            case Watch(source=source):
                if source is not None and source not in self._sources:
                    raise RequestError(f"there is no source '{source[:60]}'")
                self._watching[client] = source
                self._tell_video()

    def _tell_video(self) -> None:
        if self._video is not None:
            self._video.watch({source for source in self._watching.values() if source is not None})
