"""The contracts between the parts: structural protocols with one verb each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from posekit.events import Event
from posekit.types import Departure, Frame, FrameResult, Person, Poses, Status

__all__ = [
    "Adapter",
    "AdapterFactory",
    "Desk",
    "Detector",
    "DetectorFactory",
    "Estimator",
    "OutputContext",
    "Source",
    "SourceFactory",
    "StagedEstimator",
    "StateDetector",
    "Tracker",
]


@runtime_checkable
class Source(Protocol):
    """Where frames come from.

    name: what outputs call it. live: true for cameras and streams, of which only the newest frame matters; false for
    files, of which every frame does.

    A live source that is lost is opened again by a new iteration. It may have more attributes: ``rewinds``, true if a
    new iteration would begin anew, as with a file that plays, so that it is not opened again; ``period_s``, how long a
    frame may take though all is well, where that is seconds; ``frame_count``, how many frames there are or None, for a
    progress bar.
    """

    name: str
    live: bool

    def __iter__(self) -> Iterator[Frame]:
        """Open the source and yield its frames. Raises SourceError if it cannot be opened or is lost."""
        ...

    def close(self) -> None:
        """Release the device; the iteration ends. Safe to call twice and from another thread."""
        ...


@runtime_checkable
class Estimator(Protocol):
    """Finds poses in a picture."""

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        """Poses in source-frame pixels. The last people are a hint for the input size."""
        ...


@runtime_checkable
class StagedEstimator(Estimator, Protocol):
    """An estimator in three parts, so that the runner can fit one frame and decode another while the network runs.

    ``decode(infer(fit(frame, people)))`` equals ``estimate(frame, people)``. Each part is called from a thread of its
    own; they share no state that changes.
    """

    def fit(self, frame: Frame, people: Sequence[Person] = ()) -> Any:
        """What comes before the network: resizing, colours."""
        ...

    def infer(self, fitted: Any) -> Any:
        """The network, on what ``fit`` returned."""
        ...

    def decode(self, inference: Any) -> Poses:
        """The rest, from what ``infer`` returned."""
        ...


@runtime_checkable
class Tracker(Protocol):
    """Gives poses an identity and steadies them."""

    def update(self, poses: Poses, timestamp_s: float, *, size: tuple[int, int] | None = None) -> tuple[Person, ...]:
        """Everyone present, ordered by slot. ``size`` is the frame's (width, height) in pixels."""
        ...

    @property
    def departed(self) -> tuple[Departure, ...]:
        """Those whom the last ``update`` or ``reset`` gave up."""
        ...

    def reset(self) -> None:
        """Give everyone up, as when the picture is lost."""
        ...


@runtime_checkable
class Detector(Protocol):
    """Turns motion into events."""

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events that became certain with this frame."""
        ...


@runtime_checkable
class StateDetector(Detector, Protocol):
    """A detector that also has channels with a value in every frame: phases, counts, 0/1 while something lasts."""

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        """Per slot, name to value; called after ``update`` with that result. Names are unique among detectors."""
        ...


@runtime_checkable
class Adapter(Protocol):
    """Where results go.

    It may have more attributes: ``backlog``, how many messages may wait for it before the oldest is dropped, where the
    usual few do not do; ``page``, the address of a page in a browser that shows what it sends; ``note``, what the user
    should know of how it is set up; ``picture(frame, result)``, called with every picture, turned but not flipped, and
    its result, which must return at once; ``steer(desk)``, called once with what may be changed of the run.
    """

    def send(self, message: FrameResult | Status) -> None:
        """Deliver a result or a status. Raises AdapterError if it failed; the runner goes on."""
        ...

    def close(self) -> None:
        """Release sockets and files. Safe to call twice."""
        ...


class Desk(Protocol):
    """What may be changed of a run while it goes on: a part of what ``posekit.toml`` holds, and nothing else.

    Every method may be called from any thread, and may take as long as a network needs to load.
    """

    def state(self) -> Mapping[str, Any]:
        """For JSON: the settings by section, what there is to choose from, and where they can be saved."""
        ...

    def change(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Go on with other values, by section and name; None takes the default. Raises PosekitError."""
        ...

    def difference(self) -> tuple[str, str]:
        """What saving would change in the file, as a unified diff, and a mark of that. Raises ConfigError."""
        ...

    def save(self, mark: str) -> None:
        """Save what ``difference`` has shown; the mark says which. Raises ConfigError if that is not it any more."""
        ...

    def record(self, on: bool) -> None:
        """Begin another recording, or end the one that goes on. Raises ConfigError where none was asked for."""
        ...

    def look(self) -> None:
        """See anew what the sources may show: cameras and recordings, which the state then lists."""
        ...

    def choose(self, source: str, choice: str | None) -> None:
        """Let a source show another of those that the state lists, by its key; None is the camera before a recording.

        Raises PosekitError if it gives no pictures; then the source goes on as it was.
        """
        ...

    def listen(self, listener: Callable[[], None]) -> None:
        """Call it after every change of the state, whoever made it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputContext:
    """What an adapter may need to know of the run: the names of its sources and how many people it may report."""

    sources: tuple[str, ...] = ("camera",)
    max_people: int = 10


class AdapterFactory(Protocol):
    """An entry point of the group ``posekit.adapters``: makes an adapter from ``--out NAME:TARGET?key=value``."""

    def __call__(self, target: str, options: Mapping[str, str], context: OutputContext) -> Adapter:
        """Raises ConfigError for a wrong target or option. Does not block."""
        ...


class DetectorFactory(Protocol):
    """An entry point of the group ``posekit.detectors``: makes a detector from ``--detector NAME?key=value``."""

    def __call__(self, options: Mapping[str, str]) -> Detector:
        """Called once per source. Raises ConfigError for a wrong option."""
        ...


class SourceFactory(Protocol):
    """An entry point of the group ``posekit.sources``: makes a source from ``NAME:TARGET?key=value``."""

    def __call__(self, target: str, options: Mapping[str, str]) -> Source:
        """Opens nothing yet. Raises ConfigError for a wrong target or option."""
        ...
