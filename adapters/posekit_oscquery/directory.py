"""What posekit sends, as the OSCQuery proposal describes an address space. Computes answers; opens nothing.

Source: the OSCQuery proposal (github.com/Vidvox/OSCQueryProposal): FULL_PATH and CONTENTS of containers; besides, TYPE,
ACCESS, RANGE, DESCRIPTION and VALUE of everything that is sent; HOST_INFO; 400 for a question that makes no sense, 404
for an address that there is not, 204 for an attribute that an address has not.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from threading import Lock
from typing import Final
from urllib.parse import unquote, urlsplit

from pythonosc.osc_packet import OscPacket

from posekit.protocols import OutputContext
from posekit.types import FrameResult, Status
from posekit_osc.addresses import Argument, MessageSpec, namespace
from posekit_osc.formats import FORMATS, Encoder, status_datagrams
from posekit_osc.settings import Settings

__all__ = ["Directory", "Json"]

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None

#: What may be asked of an address by itself. Of these, every address has those that come first.
_ATTRIBUTES: Final = ("FULL_PATH", "CONTENTS", "DESCRIPTION", "TYPE", "ACCESS", "RANGE", "CLIPMODE", "VALUE")
_READ_ONLY: Final = 1
_NOTHING: Final = 0
_ROOT: Final = "what posekit sends"


class Directory:
    """The address space of one run, with the values that were sent last.

    receiver: (host, port) that posekit sends to, for ``HOST_INFO``; None if there is none.
    """

    def __init__(self, settings: Settings, context: OutputContext, receiver: tuple[str, int] | None) -> None:
        self._settings = settings
        self._context = context
        self._receiver = receiver
        self._lock = Lock()
        self._encoders: dict[str, Encoder] = {}
        self._frames: dict[str, list[bytes]] = {}
        self._statuses: dict[str, list[bytes]] = {}
        self._events: dict[tuple[str, str], list[bytes]] = {}
        self._channels: dict[str, None] = {}
        self._specs: dict[str, MessageSpec] = {}
        self._children: dict[str, dict[str, None]] = {}
        self._index()

    def update(self, message: FrameResult | Status) -> None:
        """Take note of what is sent."""
        settings, source = self._settings, message.source
        if isinstance(message, Status):
            prefix, events_prefix = self._root("/posekit", source), self._root(settings.prefix, source)
            datagrams = [*status_datagrams(message, prefix=prefix, events_prefix=events_prefix)]
            known = self._statuses
        else:
            encoder = self._encoders.get(source)
            if encoder is None:
                root = self._root(settings.prefix, source)
                encoder = FORMATS[settings.format](root, settings, self._context.max_people)
                self._encoders[source] = encoder
            datagrams = [*encoder.encode(message)]
            known = self._frames
        with self._lock:
            known[source] = datagrams
            telling = [datagram for datagram in datagrams if b"/event/" in datagram]
            for event in message.events:
                self._events[source, event.kind] = telling
            if isinstance(message, FrameResult):
                before = len(self._channels)
                for state in message.states.values():
                    self._channels.update(dict.fromkeys(state))
                if len(self._channels) > before:
                    self._index()

    def answer(self, target: str) -> tuple[HTTPStatus, Json]:
        """The status and body that answer ``/path?ATTRIBUTE``; there is no body with any status but OK."""
        asked = urlsplit(target)
        path = "/" + unquote(asked.path).strip("/")
        attributes = [part.partition("=")[0] for part in asked.query.split("&") if part]
        if attributes == ["HOST_INFO"]:
            return HTTPStatus.OK, self.host_info()
        if any(attribute not in _ATTRIBUTES for attribute in attributes):
            return HTTPStatus.BAD_REQUEST, None
        with self._lock:
            if path not in self._children and path not in self._specs:
                return HTTPStatus.NOT_FOUND, None
            values = self._values()
            if not attributes:
                return HTTPStatus.OK, self._node(path, values)
            node = self._node(path, values, deep="CONTENTS" in attributes)
        if any(attribute not in node for attribute in attributes):
            return HTTPStatus.NO_CONTENT, None
        return HTTPStatus.OK, {attribute: node[attribute] for attribute in attributes}

    def host_info(self) -> Json:
        """Who answers, what is understood, and where posekit sends."""
        extensions = dict.fromkeys(("ACCESS", "VALUE", "RANGE", "DESCRIPTION", "CLIPMODE"), True)
        unknown = dict.fromkeys(("LISTEN", "PATH_CHANGED", "TAGS", "UNIT", "CRITICAL", "HTML"), False)
        info: dict[str, Json] = {"NAME": "posekit", "EXTENSIONS": extensions | unknown}
        if self._receiver is not None:
            host, port = self._receiver
            info |= {"OSC_IP": host, "OSC_PORT": port, "OSC_TRANSPORT": "UDP"}
        return info

    def _root(self, prefix: str, source: str) -> str:
        return prefix if len(self._context.sources) <= 1 else f"{prefix}/{source}"

    def _index(self) -> None:
        """Which addresses there are, and what each contains."""
        told = namespace(self._settings, self._context.sources, self._context.max_people, list(self._channels))
        self._specs = dict(told)
        self._children = {"/": {}}
        for path in self._specs:
            parts = path.strip("/").split("/")
            for depth, part in enumerate(parts):
                self._children.setdefault("/" + "/".join(parts[:depth]), {})[part] = None

    def _values(self) -> dict[str, list[Json]]:
        """Address to the arguments that were sent last, of everybody who is there."""
        newest = (*self._events.values(), *self._statuses.values(), *self._frames.values())
        messages = (item.message for datagrams in newest for each in datagrams for item in OscPacket(each).messages)
        return {message.address: list(message.params) for message in messages}

    def _node(self, path: str, values: Mapping[str, list[Json]], *, deep: bool = True) -> dict[str, Json]:
        node: dict[str, Json] = {"FULL_PATH": path}
        if path == "/":
            node["DESCRIPTION"] = _ROOT
        spec = self._specs.get(path)
        if spec is None:
            node["ACCESS"] = _NOTHING
        else:
            value = values.get(path)
            arguments = spec.arguments
            if spec.repeats and value:
                # The last argument is what repeats.
                arguments = (*arguments[:-1], *arguments[-1:] * max(len(value) - len(arguments) + 1, 0))
            node["DESCRIPTION"] = spec.meaning
            node["TYPE"] = "".join(argument.type for argument in arguments)
            node["ACCESS"] = _READ_ONLY
            node["RANGE"] = [_range(argument, self._settings) for argument in arguments]
            node["CLIPMODE"] = ["none"] * len(arguments)
            if value:
                node["VALUE"] = value
        if path in self._children:
            children = self._children[path]
            base = path.rstrip("/")
            node["CONTENTS"] = {name: self._node(f"{base}/{name}", values) for name in children} if deep else {}
        return node


def _range(argument: Argument, settings: Settings) -> Json:
    """The range of an argument: of a place, that of the picture, beyond which a hand may reach."""
    if argument.choices:
        return {"VALS": list(argument.choices)}
    least, most = argument.least, argument.most
    if argument.name in ("x", "y"):
        least, most = _PLACES[settings.coords][argument.name]
    elif argument.name in ("width", "height"):
        least, most = 0.0, 1.0 if settings.coords == "norm" else None
    found = {name: value for name, value in (("MIN", least), ("MAX", most)) if value is not None}
    if argument.type == "i":
        return {name: int(value) for name, value in found.items()} or None
    return found or None


#: How wide a picture is in pixels, or for its height, is not known beforehand.
_PLACES: Final[Mapping[str, Mapping[str, tuple[float | None, float | None]]]] = {
    "norm": {"x": (0.0, 1.0), "y": (0.0, 1.0)},
    "pixel": {"x": (0.0, None), "y": (0.0, None)},
    "aspect": {"x": (0.0, None), "y": (0.0, 1.0)},
    "centered": {"x": (None, None), "y": (-0.5, 0.5)},
}
