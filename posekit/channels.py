"""Channels between two threads: the newest item wins, or every item counts."""

from abc import ABC, abstractmethod
from collections import deque
from threading import Condition
from typing import Generic, TypeVar

__all__ = ["Channel", "Closed", "Lossless", "Newest"]

T = TypeVar("T")


class Closed(Exception):
    """The channel is closed, and for a reader: everything in it has been read."""


class Channel(ABC, Generic[T]):
    """A bounded queue from one thread to another that can be closed from either end.

    Subclasses say what happens when it is full. ``dropped`` counts the items that nobody will read.
    """

    def __init__(self, capacity: int) -> None:
        self._items: deque[T] = deque()
        self._capacity = capacity
        self._closed = False
        self._changed = Condition()
        self._waiting = 0  # readers that wait for an item
        self.dropped = 0

    def put(self, item: T) -> None:
        """Add an item. Raises Closed."""
        with self._changed:
            self._make_room(item)
            if self._closed:
                raise Closed
            self._add(item)
            self._changed.notify_all()

    @abstractmethod
    def _make_room(self, item: T) -> None:
        """Return when the item may be added; called with the lock held."""

    def _add(self, item: T) -> None:
        """Put the item in its place; called with the lock held."""
        self._items.append(item)

    def get(self, timeout_s: float | None = None) -> T:
        """The oldest item, waiting for it. Raises Closed, or TimeoutError after ``timeout_s``."""
        with self._changed:
            self._waiting += 1
            try:
                if not self._changed.wait_for(lambda: self._items or self._closed, timeout_s):
                    raise TimeoutError
            finally:
                self._waiting -= 1
            if not self._items:
                raise Closed
            item = self._items.popleft()
            self._changed.notify_all()
            return item

    def peek(self, timeout_s: float | None = None) -> T:
        """The item that ``get`` would take, which stays. Raises as ``get`` does."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._items or self._closed, timeout_s):
                raise TimeoutError
            if not self._items:
                raise Closed
            return self._items[0]

    def close(self, *, discard: bool = False) -> None:
        """No item is added from now on; those inside can still be read unless ``discard``. Safe to call twice."""
        with self._changed:
            self._closed = True
            if discard:
                self._items.clear()
            self._changed.notify_all()


class Newest(Channel[T]):
    """When it is full the oldest item is dropped: a slow reader sees the newest. ``put`` never waits."""

    def __init__(self, capacity: int = 1) -> None:
        super().__init__(capacity)

    def _make_room(self, item: T) -> None:
        while len(self._items) >= self._capacity:
            self._items.popleft()
            self.dropped += 1


class Lossless(Channel[T]):
    """When it is full ``put`` waits: a slow reader slows the writer, and nothing is lost."""

    def __init__(self, capacity: int = 2) -> None:
        super().__init__(capacity)

    def _make_room(self, item: T) -> None:
        self._wait_for_room()

    def wait_for_room(self) -> None:
        """Return when ``put`` would not wait, or the channel is closed."""
        with self._changed:
            self._wait_for_room()

    def _wait_for_room(self) -> None:
        # A reader that waits will take an item at once: whoever waited for that would first hand it the interpreter.
        self._changed.wait_for(lambda: self._closed or len(self._items) < self._capacity + self._waiting)
