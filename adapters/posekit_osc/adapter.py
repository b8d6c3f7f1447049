"""The OSC output: what is sent of every result and status."""

from collections.abc import Mapping
from dataclasses import replace

from posekit.protocols import OutputContext
from posekit.types import FrameResult, SourceState, Status
from posekit_osc.formats import FORMATS, Encoder, status_datagrams
from posekit_osc.settings import Settings
from posekit_osc.udp import Receiver, open_receiver

__all__ = ["OscAdapter", "create"]


def create(target: str, options: Mapping[str, str], context: OutputContext) -> "OscAdapter":
    """An OSC output to ``HOST:PORT``. Raises ConfigError for a wrong target or option, or a host without address."""
    settings = Settings.of(options)
    adapter = OscAdapter(open_receiver("osc", target), settings, context)
    if "preset" in options:
        adapter.note = f"preset {options['preset']} for {target}: {settings.described()}"
    return adapter


class OscAdapter:
    """An output to one receiver. note: what the user should know of it."""

    def __init__(self, receiver: Receiver, settings: Settings, context: OutputContext) -> None:
        self.note = ""
        self._receiver = receiver
        self._settings = settings
        self._context = context
        self._encoders: dict[str, Encoder] = {}
        self._empty: dict[str, FrameResult] = {}  # by source, the newest result if nobody was in it

    @property
    def dropped(self) -> int:
        """How many datagrams the system had no room for."""
        return self._receiver.dropped

    def send(self, message: FrameResult | Status) -> None:
        """Send a result or a status. Raises AdapterError if the network refuses."""
        if isinstance(message, Status):
            self._send_status(message)
            return
        for datagram in self._encoder(message.source).encode(message):
            self._receiver.put(datagram)
        if message.people:
            self._empty.pop(message.source, None)
        else:
            self._empty[message.source] = replace(message, events=())

    def _send_status(self, status: Status) -> None:
        """A status; while there is no picture, also that nobody is there: the datagram that said so may be lost."""
        if self._settings.content == "numbers":
            status = replace(status, events=())
        prefix = self._root("/posekit", status.source)
        events_prefix = self._root(self._settings.prefix, status.source)
        for datagram in status_datagrams(status, prefix=prefix, events_prefix=events_prefix):
            self._receiver.put(datagram)
        empty = self._empty.get(status.source)
        if empty is not None and status.state is not SourceState.RUNNING:
            for datagram in self._encoder(status.source).encode(empty):
                self._receiver.put(datagram)

    def close(self) -> None:
        """Close the socket."""
        self._receiver.close()

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
