"""What arrives at an OSC receiver, counted and grouped; no socket, no clock, no screen.

Anyone in the network can send anything: nothing grows without bounds, and nothing that is malformed ends it.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pythonosc.osc_packet import OscPacket, ParseError

__all__ = ["Row", "Traffic"]

#: Rates are those of so many seconds.
_WINDOW_S: Final = 2.0
#: More digits than this are no slot.
_MOST_DIGITS: Final = 9
#: Bundles within bundles, beyond which a datagram is no OSC that makes sense.
_DEEPEST: Final = 16
_BUNDLE: Final = b"#bundle\0"
#: Before its first element, a bundle has its name and its time.
_BUNDLE_HEAD: Final = 16
_MOST_GROUPS: Final = 200
_MOST_ADDRESSES: Final = 10_000
_MOST_SENDERS: Final = 32
#: What is kept of a message: arguments, and letters of an address or of a text.
_MOST_ARGUMENTS: Final = 16
_LONGEST: Final = 256


@dataclass(slots=True)
class _Address:
    count: int = 0
    arguments: tuple[object, ...] = ()
    further: int = 0


@dataclass(slots=True)
class _Sender:
    datagrams: int = 0
    bytes: int = 0
    largest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A group of addresses: what it begins with, how many there are, the newest of one of them, and how often.

    arguments: the first of the newest message. further: how many more it had.
    """

    name: str
    addresses: int
    newest: str
    arguments: Sequence[object]
    further: int
    per_s: float
    count: int


@dataclass(slots=True)
class _Tick:
    time_s: float
    counts: dict[str, int] = field(default_factory=dict)


class Traffic:
    """Counts datagrams and messages. Times are monotonic seconds.

    foreign: datagrams that were no OSC. crowded_out: datagrams of senders beyond those in ``senders``. left_out:
    messages to addresses beyond those in ``rows``.
    """

    def __init__(self) -> None:
        self.senders: dict[str, _Sender] = {}
        self.foreign = 0
        self.crowded_out = 0
        self.left_out = 0
        self._addresses: dict[str, _Address] = {}
        self._groups: dict[str, list[str]] = {}
        self._ticks: deque[_Tick] = deque()

    @property
    def datagrams(self) -> int:
        """How many have arrived."""
        return self.crowded_out + sum(sender.datagrams for sender in self.senders.values())

    def note(self, datagram: bytes, sender: str) -> None:
        """Count a datagram; one that is no OSC counts as ``foreign``."""
        if sender in self.senders or len(self.senders) < _MOST_SENDERS:
            known = self.senders.setdefault(sender, _Sender())
            known.datagrams += 1
            known.bytes += len(datagram)
            known.largest = max(known.largest, len(datagram))
        else:
            self.crowded_out += 1
        if not _sound(datagram):
            self.foreign += 1
            return
        try:
            messages = [item.message for item in OscPacket(datagram).messages]
        except (ParseError, ValueError, OverflowError):
            self.foreign += 1
            return
        for message in messages:
            address = self._address(message.address[:_LONGEST])
            if address is None:
                self.left_out += 1
                continue
            arguments = message.params
            address.count += 1
            address.arguments = tuple(_kept(value) for value in arguments[:_MOST_ARGUMENTS])
            address.further = max(len(arguments) - _MOST_ARGUMENTS, 0)

    def tick(self, now_s: float) -> None:
        """Remember how many there have been by now, to tell rates: since the first tick, until something arrives."""
        if not self.datagrams:
            self._ticks.clear()
        counts = {name: address.count for name, address in self._addresses.items()}
        counts |= {f" {name}": sender.datagrams for name, sender in self.senders.items()}
        self._ticks.append(_Tick(now_s, counts))
        while len(self._ticks) > 2 and now_s - self._ticks[1].time_s >= _WINDOW_S:
            self._ticks.popleft()

    def rate(self, sender: str) -> float:
        """Datagrams per second from that sender."""
        return self._rate(f" {sender}")

    def rows(self) -> list[Row]:
        """The groups in the order of their addresses; slots by number."""
        return [self._row(group, self._groups[group]) for group in sorted(self._groups, key=_by_number)]

    def _address(self, name: str) -> _Address | None:
        """What is known of an address; None for one too many."""
        known = self._addresses.get(name)
        if known is None:
            group = _group(name)
            if len(self._addresses) >= _MOST_ADDRESSES:
                return None
            if group not in self._groups and len(self._groups) >= _MOST_GROUPS:
                return None
            self._groups.setdefault(group, []).append(name)
            known = self._addresses[name] = _Address()
        return known

    def _row(self, group: str, names: Sequence[str]) -> Row:
        newest = max(names, key=lambda name: (self._rate(name), self._addresses[name].count))
        known = self._addresses[newest]
        return Row(
            name=group,
            addresses=len(names),
            newest=newest.removeprefix(group).removeprefix("/"),
            arguments=known.arguments,
            further=known.further,
            per_s=self._rate(newest),
            count=sum(self._addresses[name].count for name in names),
        )

    def _rate(self, name: str) -> float:
        if len(self._ticks) < 2:
            return 0.0
        first, last = self._ticks[0], self._ticks[-1]
        passed_s = last.time_s - first.time_s
        return (last.counts.get(name, 0) - first.counts.get(name, 0)) / passed_s if passed_s > 0 else 0.0


def _group(address: str) -> str:
    """What a row stands for: everything about a slot, its states, all events, or an address by itself."""
    parts = address.split("/")
    for index, part in enumerate(parts):
        if part == "event":
            return "/".join(parts[: index + 1])
        if _is_slot(part):
            states = index + 1 < len(parts) and parts[index + 1] == "state"
            return "/".join(parts[: index + 1 + states])
    return address


def _by_number(address: str) -> list[tuple[bool, int, str]]:
    """Sorts slot 10 after slot 9, and slots after what is about everybody."""
    return [(_is_slot(part), int(part) if _is_slot(part) else 0, part) for part in address.split("/")]


def _is_slot(part: str) -> bool:
    return part.isdecimal() and len(part) <= _MOST_DIGITS


def _sound(datagram: bytes, depth: int = 0) -> bool:
    """Whether the sizes in a bundle make sense: at a negative one, python-osc would go round in circles for ever."""
    if not datagram.startswith(_BUNDLE):
        return True
    if depth >= _DEEPEST:
        return False
    place = _BUNDLE_HEAD
    while place < len(datagram):
        size = int.from_bytes(datagram[place : place + 4], signed=True)
        place += 4
        if not 0 <= size <= len(datagram) - place or not _sound(datagram[place : place + size], depth + 1):
            return False
        place += size
    return True


def _kept(value: object) -> object:
    """An argument, but of a text or a blob its beginning; of a list, which may be nested deeply, its length."""
    if isinstance(value, list):
        return f"[{len(value)} values]"
    return value[: _LONGEST + 1] if isinstance(value, str | bytes) else value
