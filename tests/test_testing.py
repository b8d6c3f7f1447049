"""What authors of plug-ins are told."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pytest

from posekit.detectors.presence import Presence
from posekit.events import Event, make
from posekit.sources.performer import Performer
from posekit.testing import check_adapter, check_detector, check_source
from posekit.types import Frame, FrameResult, Status


class Good:
    def send(self, message: FrameResult | Status) -> None: ...

    def close(self) -> None: ...


class OnlyFrames(Good):
    def send(self, message: FrameResult | Status) -> None:
        message.people  # type: ignore[union-attr]  # noqa: B018


class CrowdsOnly(Good):
    def send(self, message: FrameResult | Status) -> None:
        if isinstance(message, FrameResult):
            message.people[0]


class ClosedOnce(Good):
    closed = False

    def close(self) -> None:
        if self.closed:
            raise ValueError("closed already")
        self.closed = True


@pytest.mark.parametrize(
    ("factory", "message"),
    [
        (OnlyFrames, r"send\(\) of a Status failed: AttributeError"),
        (CrowdsOnly, r"send\(\) of a FrameResult failed: IndexError"),
        (ClosedOnce, r"close\(\) failed the second time: ValueError: closed already"),
        (dict, r"dict needs the methods send\(message\) and close\(\)"),
    ],
)
def test_adapters(factory: Callable[[], object], message: str) -> None:
    check_adapter(Good)
    with pytest.raises(AssertionError, match=message):
        check_adapter(factory)  # type: ignore[arg-type]


class Detecting:
    def __init__(self, events: Callable[[FrameResult], object], states: object = None) -> None:
        self._events, self._states = events, states

    def update(self, result: FrameResult) -> Sequence[Event]:
        return self._events(result)  # type: ignore[return-value]

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        return {} if self._states is None else self._states  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("detector", "message"),
    [
        (Detecting(lambda result: None), "returns a sequence of events, got NoneType"),
        (Detecting(lambda result: result.people[0]), r"update\(\) at 0 s failed: IndexError"),
        (Detecting(lambda result: ["enter"]), "returns events, got str: build them with events.make"),
        (Detecting(lambda result: [Event(kind="x", timestamp_s=0.0, source="s")]), "there is no event 'x'"),
        (Detecting(lambda result: [Event(kind="count", timestamp_s=0.0, source="s")]), "is not as its spec says"),
        (Detecting(lambda result: [], {7: {"a": 1.0}}), "tells of slot 7, in which nobody is"),
    ],
)
def test_detectors(detector: Detecting, message: str) -> None:
    check_detector(Presence)
    check_detector(lambda: Detecting(lambda result: [make("count", 0.0, "s", count=1)]))
    with pytest.raises(AssertionError, match=message):
        check_detector(lambda: detector)


class Reel:
    """A source of given frames."""

    live = False

    def __init__(self, frames: Sequence[object], name: str = "reel") -> None:
        self.name, self._frames = name, frames

    def __iter__(self) -> Iterator[object]:
        return iter(self._frames)

    def close(self) -> None: ...


def frame(seq: int, timestamp_s: float, shape: tuple[int, ...] = (4, 6, 3)) -> Frame:
    return Frame(image=np.zeros(shape, np.uint8), timestamp_s=timestamp_s, seq=seq)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (Reel([]), "it has no frames: raise SourceError if it cannot be opened"),
        (Reel(["frame"]), "a source yields frames, got str"),
        (Reel([frame(0, 0.0, (4, 6))]), r"image is \(height, width, 3\) uint8, blue first, got \(4, 6\) uint8"),
        (Reel([frame(1, 0.0), frame(1, 0.1)]), "seq grows with every frame, got 1 after 1"),
        (Reel([frame(0, 1.0), frame(1, 0.5)]), "timestamp_s never goes back, got 0.5 after 1"),
        (Reel([frame(0, 0.0)], name="My Camera"), "name becomes part of OSC addresses.*got 'My Camera'"),
        (Reel([frame(0, 0.0), frame(1, None)]), "iterating failed: TypeError"),  # type: ignore[arg-type]
        ({}, r"dict needs the attributes name and live, and the methods __iter__\(\) and close\(\)"),
    ],
)
def test_sources(source: object, message: str) -> None:
    check_source(lambda: Reel([frame(0, 0.0), frame(2, 0.0)]))  # type: ignore[arg-type, return-value]
    check_source(lambda: Performer("wave"))
    with pytest.raises(AssertionError, match=message):
        check_source(lambda: source)  # type: ignore[arg-type, return-value]
