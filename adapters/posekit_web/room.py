"""The console's own WebSocket, beside that of the poses: pictures to those who watch, and what their pages ask for."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Final, TypeVar

from pythonosc.udp_client import SimpleUDPClient
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from posekit.errors import PosekitError
from posekit.messages import encoded
from posekit.protocols import Desk
from posekit_web.messages import (
    Change,
    Choose,
    Look,
    Preview,
    Record,
    Request,
    RequestError,
    Save,
    TestOsc,
    Watch,
    parsed,
)
from posekit_web.video import Video
from posekit_websocket.control import Subscription
from posekit_websocket.hub import Client, error_payload
from posekit_websocket.outbox import Payload
from posekit_websocket.server import Connection
from posekit_websocket.settings import Patience

__all__ = ["ConsoleRoom"]

T = TypeVar("T")

#: Requests of a page are read at most this often.
_REQUEST_PERIOD_S: Final = 0.01


class ConsoleRoom:
    """Everyone who has the console open. Everything runs in the server's thread, but what the desk does.

    video: None where pictures are not to be shown. ``desk``: None as long as nothing can be changed.
    """

    def __init__(self, sources: Sequence[str], video: Video | None, patience: Patience) -> None:
        self.desk: Desk | None = None
        self._sources = sources
        self._video = video
        self._patience = patience
        self._watching: dict[Client, str | None] = {}
        # One change after the other: the last one counts.
        self._turn = asyncio.Lock()

    async def talk(self, connection: Connection) -> None:
        """Serve one page until it is gone."""
        client = Client(connection, Subscription(), self._patience.stall_s, asyncio.get_running_loop().time)
        connection.on_drained = client.flush
        self._watching[client] = None
        answers: set[asyncio.Task[None]] = set()
        gone = asyncio.create_task(connection.wait_closed())
        client.put_event(encoded({"type": "console", "video": self._video is not None}))
        if self.desk is not None:
            client.put_event(_state(self.desk))
        try:
            async for message in connection:
                if connection.state is not State.OPEN:
                    break
                try:
                    request = parsed(message)
                except RequestError as error:
                    self._refuse(client, error)
                else:
                    task = asyncio.create_task(self._answer(client, request))
                    answers.add(task)
                    task.add_done_callback(answers.discard)
                    # What takes its time is no reason to be deaf for the rest.
                    if not isinstance(request, Choose | Look):
                        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
                await asyncio.sleep(_REQUEST_PERIOD_S)
        except ConnectionClosed:
            pass
        finally:
            for task in (gone, *answers):
                task.cancel()
            del self._watching[client]
            self._tell_video()

    def publish_picture(self, source: str, picture: bytes) -> None:
        """Send a picture to those who watch that source; who is slow gets a newer one later."""
        for client, watched in self._watching.items():
            if watched == source:
                client.put_frame(source, picture)

    def publish_state(self) -> None:
        """Tell everyone what the settings are now."""
        if self.desk is not None and self._watching:
            state = _state(self.desk)
            for client in self._watching:
                client.put_event(state)

    async def _answer(self, client: Client, request: Request) -> None:
        try:
            await self._hear(client, request)
        except (RequestError, PosekitError) as error:
            self._refuse(client, error, request.type)

    def _refuse(self, client: Client, error: Exception, about: str | None = None) -> None:
        client.put_event(error_payload(str(error), about))
        if self.desk is not None:
            client.put_event(_state(self.desk))

    async def _hear(self, client: Client, request: Request) -> None:
        if isinstance(request, Watch):
            if request.source is not None and request.source not in self._sources:
                raise RequestError(f"there is no source '{request.source[:60]}'")
            self._watching[client] = request.source
            self._tell_video()
            return
        if self.desk is None:
            raise RequestError("nothing can be changed here")
        desk = self.desk
        match request:
            # A camera takes its time to open, the system to list them: what others change need not wait for it.
            case Choose(source=source, choice=choice):
                await _aside(lambda: desk.choose(source, choice))
            case Look():
                await _aside(desk.look)
            case _:
                async with self._turn:
                    await self._change(client, request, desk)

    async def _change(self, client: Client, request: Request, desk: Desk) -> None:
        match request:
            case Change(changes=changes):
                await _aside(lambda: desk.change(changes))
            case Preview():
                difference, mark = await _aside(desk.difference)
                client.put_event(encoded({"type": "difference", "text": difference, "mark": mark}))
            case Save(mark=mark):
                await _aside(lambda: desk.save(mark))
                client.put_event(encoded({"type": "saved"}))
            case Record(on=on):
                await _aside(lambda: desk.record(on))
            case TestOsc(receiver=receiver):
                await _aside(lambda: _send_test(desk, receiver))
                client.put_event(encoded({"type": "tested", "receiver": receiver}))

    def _tell_video(self) -> None:
        if self._video is not None:
            self._video.watch({source for source in self._watching.values() if source is not None})


def _state(desk: Desk) -> Payload:
    return encoded({"type": "state", **desk.state()})


def _send_test(desk: Desk, receiver: str) -> None:
    """Send ``/posekit/test`` to a receiver that is configured, and to no other."""
    if receiver not in desk.state()["settings"]["output"]["osc"]:
        raise RequestError("this is none of the receivers of OSC")
    host, _, port = receiver.rpartition(":")
    try:
        sender = SimpleUDPClient(host.strip("[]") or "127.0.0.1", int(port))
        with sender:
            sender.send_message("/posekit/test", "hello")
    except OSError as error:
        raise RequestError(f"{receiver} cannot be reached: {error.strerror or error}") from None


async def _aside(work: Callable[[], T]) -> T:
    """Do ``work`` in a thread of its own. What hangs in it holds up no end: asyncio's threads are waited for there."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(set_outcome: Callable[[], None]) -> None:
        if not done.done():  # whoever asked may be gone
            set_outcome()

    def run() -> None:
        try:
            outcome = work()
        except Exception as error:
            answer = partial(done.set_exception, error)
        else:
            answer = partial(done.set_result, outcome)
        with suppress(RuntimeError):  # the server has ended
            loop.call_soon_threadsafe(settle, answer)

    Thread(target=run, name="desk", daemon=True).start()
    return await done
