"""People and results to send."""

from collections.abc import Callable

import numpy as np
import pytest

from posekit.types import Departure, FrameResult, Person, Poses


@pytest.fixture
def person() -> Callable[..., Person]:
    """Make a person whose keypoint ``k`` is at (10k, 20k) with score k/16."""

    def make(slot: int = 1, *, id: int = 17, score: float = 0.91) -> Person:
        steps = np.arange(17, dtype=np.float32)
        return Person(
            id=id,
            slot=slot,
            age_s=3.25,
            xy=np.stack([steps * 10, steps * 20], axis=1),
            keypoint_scores=steps / 16,
            velocity=np.zeros((17, 2), np.float32),
            score=score,
            visible=True,
        )

    return make


@pytest.fixture
def result() -> Callable[..., FrameResult]:
    """Make a result of a 640×480 frame."""

    def make(
        *people: Person,
        seq: int = 812,
        timestamp_s: float = 100.0,
        departed: tuple[Departure, ...] = (),
        events: tuple = (),
        source: str = "cam1",
        states: dict | None = None,
    ) -> FrameResult:
        return FrameResult(
            source=source,
            size=(640, 480),
            seq=seq,
            timestamp_s=timestamp_s,
            poses=Poses.empty(),
            people=people,
            departed=departed,
            events=events,
            states=states or {},
            latency_ms=21.5,
        )

    return make
