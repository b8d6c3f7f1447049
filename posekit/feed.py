"""What a lane reads from: the frames of its source in their order, and how the source is doing."""

from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol, TypeVar

from posekit.channels import Channel, Newest
from posekit.errors import PosekitError
from posekit.types import Frame, SourceState

__all__ = ["LOST", "Change", "Feed", "Film", "Lost", "NewestOrLost"]

T = TypeVar("T")


class Lost:
    """Stands among frames where the picture was lost: everyone is to be ended."""


LOST: Final = Lost()


class Film(Protocol):
    """A ``Source``, or what is more than that: among its frames it tells where the picture was lost."""

    name: str
    live: bool

    def __iter__(self) -> Iterator[Frame | Lost]:
        """As of a ``Source``, with ``LOST`` where everyone is to be ended."""
        ...

    def close(self) -> None:
        """As of a ``Source``."""
        ...


class Change(NamedTuple):
    """A source's new state, why, and when in the source's time."""

    state: SourceState
    message: str
    timestamp_s: float


class Feed(Protocol):
    """A source that is being read.

    frames: closed when there are no more. error: why it ended, if there was trouble.
    """

    error: PosekitError | None

    @property
    def frames(self) -> Channel[Frame | Lost]:
        """The frames, and ``LOST`` where the picture was lost."""
        ...

    @property
    def dropped(self) -> int:
        """Frames that nobody will see."""
        ...

    @property
    def reopened(self) -> int:
        """How often it was opened again and gave frames."""
        ...

    @property
    def hopeless(self) -> PosekitError | None:
        """Why it cannot be opened, if it never yet was; it may be tried again all the same."""
        ...

    @property
    def state(self) -> tuple[SourceState, str]:
        """How the source is doing, and why."""
        ...

    def changes(self) -> list[Change]:
        """The changes of state since the last call."""
        ...

    @property
    def alive(self) -> bool:
        """Whether any of its threads still works."""
        ...

    def start(self) -> None:
        """Begin to read, in threads of its own."""
        ...

    def stop(self) -> None:
        """End reading; returns at once."""
        ...

    def join(self, timeout_s: float) -> None:
        """Wait for the threads, but no longer than that: a driver may hang."""
        ...


class NewestOrLost(Newest[T | Lost]):
    """Holds the newest item, and that the picture was lost before it, if it was: a newer item does not hide that."""

    def _make_room(self, item: T | Lost) -> None:
        was_lost = any(isinstance(held, Lost) for held in self._items)
        self.dropped += len(self._items) - was_lost
        self._items.clear()
        if was_lost and not isinstance(item, Lost):
            self._items.append(LOST)
