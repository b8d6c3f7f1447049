"""What arrives at an OSC receiver, counted and grouped; no socket, no clock, no screen."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pythonosc.osc_packet import OscPacket, ParseError

__all__ = ["Row", "Traffic"]

#: Rates are those of so many seconds.
_WINDOW_S: Final = 2.0


@dataclass(slots=True)
class _Address:
    count: int = 0
    arguments: tuple[object, ...] = ()


@dataclass(slots=True)
class _Sender:
    datagrams: int = 0
    bytes: int = 0
    largest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A group of addresses: what it begins with, how many there are, the newest of one of them, and how often."""

    name: str
    addresses: int
    newest: str
    arguments: Sequence[object]
    per_s: float
    count: int


@dataclass(slots=True)
class _Tick:
    time_s: float
    counts: dict[str, int] = field(default_factory=dict)


class Traffic:
    """Counts datagrams and messages. Times are monotonic seconds."""

    def __init__(self) -> None:
        self.senders: dict[str, _Sender] = {}
        self.foreign = 0
        self._addresses: dict[str, _Address] = {}
        self._ticks: deque[_Tick] = deque()

    @property
    def datagrams(self) -> int:
        """How many have arrived."""
        return sum(sender.datagrams for sender in self.senders.values())

    def note(self, datagram: bytes, sender: str) -> None:
        """Count a datagram; one that is no OSC counts as ``foreign``."""
        known = self.senders.setdefault(sender, _Sender())
        known.datagrams += 1
        known.bytes += len(datagram)
        known.largest = max(known.largest, len(datagram))
        try:
            messages = [item.message for item in OscPacket(datagram).messages]
        except (ParseError, ValueError):
            self.foreign += 1
            return
        for message in messages:
            address = self._addresses.setdefault(message.address, _Address())
            address.count += 1
            address.arguments = tuple(message.params)

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
        groups: dict[str, list[str]] = {}
        for name in self._addresses:
            groups.setdefault(_group(name), []).append(name)
        return [self._row(group, groups[group]) for group in sorted(groups, key=_by_number)]

    def _row(self, group: str, names: Sequence[str]) -> Row:
        newest = max(names, key=lambda name: (self._rate(name), self._addresses[name].count))
        known = self._addresses[newest]
        return Row(
            name=group,
            addresses=len(names),
            newest=newest.removeprefix(group).removeprefix("/"),
            arguments=known.arguments,
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
        if part.isdecimal():
            states = index + 1 < len(parts) and parts[index + 1] == "state"
            return "/".join(parts[: index + 1 + states])
    return address


def _by_number(address: str) -> list[tuple[bool, int, str]]:
    """Sorts slot 10 after slot 9, and slots after what is about everybody."""
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in address.split("/")]
