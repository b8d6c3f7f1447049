"""What authors of plug-ins are told."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from posekit.detectors.presence import Presence
from posekit.events import Event, make
from posekit.testing import check_adapter, check_detector
from posekit.types import FrameResult, Status


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
