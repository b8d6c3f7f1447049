"""What a detector remembers of each person, from the first sight until they depart."""

from collections.abc import Callable
from typing import Generic, TypeVar

from posekit.types import Departure, FrameResult, Person

__all__ = ["Memory"]

T = TypeVar("T")


class Memory(Generic[T]):
    """One ``T`` per person, kept while they are merely unseen: ids are revived.

    new: makes what is known of somebody who is new.
    """

    def __init__(self, new: Callable[[], T]) -> None:
        self._new = new
        self._known: dict[int, T] = {}

    def of(self, person: Person) -> T:
        """What is remembered of a person."""
        known = self._known.get(person.id)
        if known is None:
            known = self._known[person.id] = self._new()
        return known

    def anew(self, person: Person, known: T) -> T:
        """Remember this of a person instead."""
        self._known[person.id] = known
        return known

    def forget(self, result: FrameResult) -> list[tuple[Departure, T]]:
        """Drop everyone who has departed with this result; what was known of them."""
        return [
            (departure, self._known.pop(departure.id)) for departure in result.departed if departure.id in self._known
        ]
