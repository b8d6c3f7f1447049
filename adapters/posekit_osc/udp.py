"""One receiver of datagrams: the only part of the OSC output that touches a socket."""

import errno
import logging
import socket
import time
from collections.abc import Callable

from posekit.addresses import parse_target
from posekit.errors import AdapterError, ConfigError

__all__ = ["Receiver", "open_receiver"]

_logger = logging.getLogger(__name__)

#: After so many seconds of sending without a complaint somebody listens again. Hosts complain of few datagrams only,
#: often of one per second.
_WELL_AFTER_S = 5.0


def open_receiver(name: str, target: str) -> "Receiver":
    """The receiver at ``HOST:PORT``. name: of the adapter, for messages. Raises ConfigError."""
    host, port = parse_target(target)
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    except OSError as error:
        raise ConfigError(
            f"{name} host '{host}' has no address ({error.strerror or error}): is it spelled right?"
        ) from None
    sender = socket.socket(family, kind)
    try:
        sender.setblocking(False)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sender.connect(address)
    except OSError as error:
        sender.close()
        raise ConfigError(f"{name} cannot send to {target}: {error.strerror}") from None
    return Receiver(sender, target, name=name)


class Receiver:
    """One receiver, over a connected, non-blocking UDP socket.

    One that is not there costs nothing and is mentioned once; datagrams that the system has no room for are dropped
    and counted in ``dropped``. name: of the adapter, for messages. clock: monotonic seconds.
    """

    def __init__(
        self, sender: socket.socket, target: str, *, name: str = "osc", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.dropped = 0
        self.target = target
        self._socket = sender
        self._name = name
        self._clock = clock
        self._absent = False
        self._refused_s = 0.0

    def put(self, datagram: bytes) -> None:
        """Send a datagram. Raises AdapterError if the network refuses."""
        try:
            self._socket.send(datagram)
        except BlockingIOError:
            self.dropped += 1
        except (ConnectionRefusedError, ConnectionResetError):  # the latter on Windows
            # The answer to an earlier datagram: this one has not been sent.
            self._refused_s = self._clock()
            if not self._absent:
                self._absent = True
                _logger.warning("nobody listens at %s; sending goes on", self.target)
            self._retry(datagram)
        except OSError as error:
            if error.errno == errno.ENOBUFS:
                self.dropped += 1
                return
            raise AdapterError(f"{self._name} cannot send to {self.target}: {error.strerror}") from None
        else:
            if self._absent and self._clock() - self._refused_s >= _WELL_AFTER_S:
                self._absent = False
                _logger.warning("%s listens again", self.target)

    def close(self) -> None:
        """Close the socket. Safe to call twice."""
        self._socket.close()

    def _retry(self, datagram: bytes) -> None:
        try:
            self._socket.send(datagram)
        except OSError:
            self.dropped += 1
