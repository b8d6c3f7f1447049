"""OSC 1.0 on the wire: padded strings, messages, bundles, and templates whose numbers are filled in per frame.

Source: Wright, Open Sound Control 1.0 specification.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["LIMIT", "BundleTemplate", "bundles", "message", "padded"]

#: The largest datagram: what an Ethernet frame carries, less room for IPv6 and tunnels.
LIMIT: Final = 1432
#: Begins every bundle; the time tag says *immediately*.
_HEAD: Final = b"#bundle\0" + struct.pack(">Q", 1)

Value = int | float | str


def padded(text: str) -> bytes:
    """An OSC string: UTF-8, ended by one to four zero bytes, its length a multiple of four."""
    raw = text.encode()
    return raw + b"\0" * (4 - len(raw) % 4)


def message(address: str, tags: str, values: Sequence[Value]) -> bytes:
    """One message. tags: a letter per value, ``i`` int32, ``f`` float32, ``s`` string."""
    parts = [padded(address), padded("," + tags)]
    for tag, value in zip(tags, values, strict=True):
        if tag == "s":
            parts.append(padded(str(value)))
        elif tag == "i":
            parts.append(struct.pack(">i", int(value)))
        else:
            parts.append(struct.pack(">f", float(value)))
    return b"".join(parts)


def bundles(messages: Iterable[bytes], *, first: bytes) -> Iterator[bytes]:
    """The messages in as few bundles as ``LIMIT`` allows, each beginning with ``first``.

    A single message that does not fit is sent in a bundle of its own, beyond the limit, rather than not at all.
    """
    head = _HEAD + struct.pack(">i", len(first)) + first
    bundle = head
    for item in messages:
        element = struct.pack(">i", len(item)) + item
        if len(bundle) + len(element) > LIMIT and len(bundle) > len(head):
            yield bundle
            bundle = head
        bundle += element
    yield bundle


class BundleTemplate:
    """Bundles whose addresses stay and whose numbers change: encoded once, filled in with two array assignments each.

    messages: (address, tags) with tags ``i`` and ``f`` only. first: the one that begins every bundle of them.
    """

    def __init__(self, messages: Iterable[tuple[str, str]], *, first: tuple[str, str]) -> None:
        self._bundles: list[_Bundle] = []
        head = _Numbers()
        head.add(*first)
        rest = _Numbers(ints=head.ints, floats=head.floats)
        bundle = _Bundle(head.elements)
        for address, tags in messages:
            element = rest.add(address, tags)
            if bundle.size + len(element.raw) + 4 > LIMIT and len(bundle.elements) > len(head.elements):
                self._bundles.append(bundle)
                bundle = _Bundle(head.elements)
            bundle.append(element)
        self._bundles.append(bundle)
        for bundle in self._bundles:
            bundle.finish()

    def fill(self, ints: NDArray[np.int32], floats: NDArray[np.float32]) -> Iterator[bytes]:
        """The datagrams with these numbers: those of ``first``, then those of the messages, in order of their tags."""
        for bundle in self._bundles:
            yield bundle.fill(ints, floats)


class _Element:
    """A message with, for each of its numbers, its word in the message and its index among the numbers given."""

    def __init__(self, address: str, tags: str, ints: int, floats: int) -> None:
        start = padded(address) + padded("," + tags)
        self.raw = start + b"\0" * (4 * len(tags))
        word = len(start) // 4
        self.ints: list[tuple[int, int]] = []
        self.floats: list[tuple[int, int]] = []
        for offset, tag in enumerate(tags):
            if tag == "i":
                self.ints.append((word + offset, ints + len(self.ints)))
            else:
                self.floats.append((word + offset, floats + len(self.floats)))


class _Numbers:
    """Counts numbers while elements are made of messages."""

    def __init__(self, *, ints: int = 0, floats: int = 0) -> None:
        self.ints, self.floats = ints, floats
        self.elements: list[_Element] = []

    def add(self, address: str, tags: str) -> _Element:
        element = _Element(address, tags, self.ints, self.floats)
        self.ints += len(element.ints)
        self.floats += len(element.floats)
        self.elements.append(element)
        return element


class _Bundle:
    """One datagram."""

    def __init__(self, elements: Sequence[_Element]) -> None:
        self.elements: list[_Element] = []
        self.size = len(_HEAD)
        for element in elements:
            self.append(element)

    def append(self, element: _Element) -> None:
        self.elements.append(element)
        self.size += 4 + len(element.raw)

    def finish(self) -> None:
        """Lay the elements out; from here on only numbers change."""
        raw = bytearray(_HEAD)
        ints: list[tuple[int, int]] = []
        floats: list[tuple[int, int]] = []
        for element in self.elements:
            raw += struct.pack(">i", len(element.raw))
            base = len(raw) // 4
            raw += element.raw
            ints += [(base + word, index) for word, index in element.ints]
            floats += [(base + word, index) for word, index in element.floats]
        self._raw = raw
        self._as_ints: NDArray[np.int32] = np.frombuffer(raw, ">i4")
        self._as_floats: NDArray[np.float32] = np.frombuffer(raw, ">f4")
        self._ints_at, self._ints_from = np.array(ints, np.intp).reshape(-1, 2).T
        self._floats_at, self._floats_from = np.array(floats, np.intp).reshape(-1, 2).T

    def fill(self, ints: NDArray[np.int32], floats: NDArray[np.float32]) -> bytes:
        self._as_ints[self._ints_at] = ints[self._ints_from]
        self._as_floats[self._floats_at] = floats[self._floats_from]
        return bytes(self._raw)
