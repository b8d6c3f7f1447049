"""What became known of a frame, handed on a fixed number of frames later, however far the threads have got."""

from collections import deque
from typing import Final, Generic, TypeVar

__all__ = ["FRAMES_BEHIND", "Delayed"]

#: As many frames as are on their way between the runner's threads at most: one being fitted, one waiting for the
#: network, one in it, one waiting to be finished, one being finished.
FRAMES_BEHIND: Final = 5

#: Values that nobody takes, because no more frames begin, are dropped.
_MOST_WAITING: Final = 64

T = TypeVar("T")


class Delayed(Generic[T]):
    """Passes values from the thread that finishes frames to the one that begins them.

    A video then gives the same result however fast each thread is. Where frames are left out on their way, as those of
    a camera are, values come later.
    """

    def __init__(self) -> None:
        self._waiting: deque[tuple[int, T]] = deque(maxlen=_MOST_WAITING)

    def put(self, number: int, value: T) -> None:
        """Hand in what is known after frame ``number``; numbers ascend. For one thread."""
        self._waiting.append((number, value))

    def due(self, number: int) -> list[T]:
        """What may be known when frame ``number`` begins, and was not taken before. For one thread."""
        values = []
        while self._waiting and self._waiting[0][0] <= number - FRAMES_BEHIND:
            values.append(self._waiting.popleft()[1])
        return values
