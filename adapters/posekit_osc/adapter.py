"""Sends datagrams: the only part of the OSC output that touches a socket."""

import errno
import logging
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from posekit.errors import AdapterError, ConfigError
from posekit.protocols import OutputContext
from posekit.types import FrameResult, SourceState, Status
from posekit_osc.formats import FORMATS, Encoder, status_datagrams
from posekit_osc.settings import Settings, parse_target

__all__ = ["OscAdapter", "create"]

_logger = logging.getLogger(__name__)

#: After so many seconds of sending without a complaint somebody listens again. Hosts complain of few datagrams only,
#: often of one per second.
_WELL_AFTER_S = 5.0


def create(target: str, options: Mapping[str, str], context: OutputContext) -> "OscAdapter":
    """An OSC output to ``HOST:PORT``. Raises ConfigError for a wrong target or option, or a host without address."""
    settings = Settings.of(options)
    host, port = parse_target(target)
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    except OSError as error:
        raise ConfigError(
            f"osc host '{host}' has no address ({error.strerror or error}): is it spelled right?"
        ) from None
    sender = socket.socket(family, kind)
    try:
        sender.setblocking(False)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sender.connect(address)
    except OSError as error:
        sender.close()
        raise ConfigError(f"osc cannot send to {target}: {error.strerror}") from None
    return OscAdapter(sender, target, settings, context)


class OscAdapter:
    """An output to one receiver, over a connected, non-blocking UDP socket.

    A receiver that is not there costs nothing and is mentioned once; datagrams that the system has no room for are
    dropped and counted in ``dropped``. clock: monotonic seconds.
    """

    def __init__(
        self,
        sender: socket.socket,
        target: str,
        settings: Settings,
        context: OutputContext,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.dropped = 0
        self._socket = sender
        self._target = target
        self._settings = settings
        self._context = context
        self._clock = clock
        self._encoders: dict[str, Encoder] = {}
        self._empty: dict[str, FrameResult] = {}  # by source, the newest result if nobody was in it
        self._absent = False
        self._refused_s = 0.0

    def send(self, message: FrameResult | Status) -> None:
        """Send a result or a status. Raises AdapterError if the network refuses."""
        if isinstance(message, Status):
            self._send_status(message)
            return
        for datagram in self._encoder(message.source).encode(message):
            self._put(datagram)
        if message.people:
            self._empty.pop(message.source, None)
        else:
            self._empty[message.source] = replace(message, events=())

    def _send_status(self, status: Status) -> None:
        """A status; while there is no picture, also that nobody is there: the datagram that said so may be lost."""
        prefix = self._root("/posekit", status.source)
        events_prefix = self._root(self._settings.prefix, status.source)
        for datagram in status_datagrams(status, prefix=prefix, events_prefix=events_prefix):
            self._put(datagram)
        empty = self._empty.get(status.source)
        if empty is not None and status.state is not SourceState.RUNNING:
            for datagram in self._encoder(status.source).encode(empty):
                self._put(datagram)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _encoder(self, source: str) -> Encoder:
        encoder = self._encoders.get(source)
        if encoder is None:
            settings = self._settings
            make = FORMATS[settings.format]
            encoder = make(self._root(settings.prefix, source), settings, self._context.max_people)
            self._encoders[source] = encoder
        return encoder

    def _root(self, prefix: str, source: str) -> str:
        return prefix if len(self._context.sources) <= 1 else f"{prefix}/{source}"

    def _put(self, datagram: bytes) -> None:
        try:
            self._socket.send(datagram)
        except BlockingIOError:
            self.dropped += 1
        except (ConnectionRefusedError, ConnectionResetError):  # the latter on Windows
            # The answer to an earlier datagram: this one has not been sent.
            self._refused_s = self._clock()
            if not self._absent:
                self._absent = True
                _logger.warning("nobody listens at %s; sending goes on", self._target)
            self._retry(datagram)
        except OSError as error:
            if error.errno == errno.ENOBUFS:
                self.dropped += 1
                return
            raise AdapterError(f"osc cannot send to {self._target}: {error.strerror}") from None
        else:
            if self._absent and self._clock() - self._refused_s >= _WELL_AFTER_S:
                self._absent = False
                _logger.warning("%s listens again", self._target)

    def _retry(self, datagram: bytes) -> None:
        try:
            self._socket.send(datagram)
        except OSError:
            self.dropped += 1
