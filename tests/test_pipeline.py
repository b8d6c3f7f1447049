"""The pipeline's order, its hints and its failures, with parts that write down what they were given."""

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from posekit.delayed import FRAMES_BEHIND
from posekit.events import Event
from posekit.pipeline import Pipeline
from posekit.skeleton import INDEX
from posekit.types import Departure, Frame, FrameResult, Person, Poses


def frame(seq: int = 0, *, width: int = 64, height: int = 48, grabbed_s: float = 0.0) -> Frame:
    image = np.zeros((height, width, 3), np.uint8)
    return Frame(image=image, timestamp_s=seq / 10, seq=seq, grabbed_s=grabbed_s)


def poses_at(x: float, y: float) -> Poses:
    xy = np.zeros((1, 17, 2), np.float32)
    xy[0, INDEX["leftWrist"]] = x, y
    return Poses(xy=xy, keypoint_scores=np.ones((1, 17), np.float32), scores=np.ones(1, np.float32))


class Whole:
    """An estimator in one piece."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, tuple[int, int], int]] = []

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        self.seen.append((frame.seq, frame.size, len(people)))
        return poses_at(10.0, 20.0)


class Staged(Whole):
    """The same in three parts."""

    def fit(self, frame: Frame, people: Sequence[Person] = ()) -> tuple[str, int]:
        self.seen.append((frame.seq, frame.size, len(people)))
        return ("fitted", frame.seq)

    def infer(self, fitted: tuple[str, int]) -> tuple[str, int]:
        assert fitted[0] == "fitted"
        return ("raw", fitted[1])

    def decode(self, inference: tuple[str, int]) -> Poses:
        assert inference[0] == "raw"
        return poses_at(10.0, 20.0)


class Everyone:
    """A tracker that takes every pose for the same person."""

    def __init__(self) -> None:
        self.departed: tuple[Departure, ...] = ()
        self.updates: list[tuple[float, tuple[int, int] | None]] = []

    def update(self, poses: Poses, timestamp_s: float, *, size: tuple[int, int] | None = None) -> tuple[Person, ...]:
        self.updates.append((timestamp_s, size))
        self.departed = ()
        return tuple(
            Person(
                id=7,
                slot=1,
                age_s=timestamp_s,
                xy=poses.xy[n].copy(),
                keypoint_scores=poses.keypoint_scores[n].copy(),
                velocity=np.zeros((17, 2), np.float32),
                score=1.0,
                visible=True,
            )
            for n in range(len(poses))
        )

    def reset(self) -> None:
        self.departed = (Departure(id=7, slot=1, entered_s=0.0, last_seen_s=0.1),)


class Teller:
    """A detector that tells how many people and earlier events it saw, and fails where it is told to."""

    def __init__(self, *failing: int) -> None:
        self.failing = failing

    def update(self, result: FrameResult) -> Sequence[Event]:
        if result.seq in self.failing:
            raise ZeroDivisionError("a bug")
        fields = {"people": len(result.people), "before": len(result.events), "departed": len(result.departed)}
        return (Event(kind="told", timestamp_s=result.timestamp_s, source=result.source, fields=fields),)


@pytest.mark.parametrize("estimator", [Whole, Staged])
def test_the_stages_in_their_order(estimator: type[Whole]) -> None:
    network, tracker = estimator(), Everyone()
    pipeline = Pipeline(network, tracker, source="hall", detectors=[Teller(), Teller()])
    results = [pipeline.step(frame(seq)) for seq in range(7)]
    # The hint is what was known five frames before: as many may be on their way between the runner's threads.
    assert network.seen == [(seq, (64, 48), int(seq >= FRAMES_BEHIND)) for seq in range(7)]
    assert tracker.updates == [(seq / 10, (64, 48)) for seq in range(7)]
    assert [result.seq for result in results] == list(range(7))
    assert {result.source for result in results} == {"hall"}
    assert results[0].people[0]["leftWrist"] == (10.0, 20.0, 1.0)
    first, second = results[0].events
    assert (first.people, first.before, second.before) == (1, 0, 1)
    assert results[0].latency_ms == 0.0  # without a clock


def test_the_network_may_see_the_next_frame_before_this_one_is_finished() -> None:
    pipeline = Pipeline(Staged(), Everyone())
    first = pipeline.infer(pipeline.fit(frame(0)))
    second = pipeline.infer(pipeline.fit(frame(1)))
    assert [pipeline.finish(first).seq, pipeline.finish(second).seq] == [0, 1]


def test_frames_may_be_left_out_between_fit_and_the_network() -> None:
    pipeline = Pipeline(Staged(), Everyone())
    pipeline.fit(frame(0))
    newest = pipeline.fit(frame(1))
    assert pipeline.finish(pipeline.infer(newest)).seq == 1


def test_a_frame_that_is_underway_is_finished_by_the_estimator_that_began_it() -> None:
    before, after = Staged(), Whole()
    pipeline = Pipeline(before, Everyone())
    underway = pipeline.fit(frame(0))
    pipeline.exchange(after)
    assert len(pipeline.finish(pipeline.infer(underway)).people) == 1
    assert pipeline.step(frame(1)).seq == 1
    assert [seq for seq, _, _ in before.seen] == [0]
    assert [seq for seq, _, _ in after.seen] == [1]


def test_a_turn_holds_from_the_next_frame_on() -> None:
    pipeline = Pipeline(Staged(), Everyone())
    underway = pipeline.infer(pipeline.fit(frame(0)))
    pipeline.turn(rotate=90, mirror=True)
    assert pipeline.finish(underway).size == (64, 48)
    turned = pipeline.step(frame(1))
    assert (turned.size, turned.mirrored) == ((48, 64), True)
    assert turned.people[0]["leftWrist"].x == 48 - 1 - 10


def test_rotation_comes_before_the_network_and_everything_sees_the_turned_frame() -> None:
    network = Whole()
    result = Pipeline(network, Everyone(), rotate=90).step(frame())
    assert network.seen == [(0, (48, 64), 0)]
    assert result.size == (48, 64)


def test_mirror_flips_x_and_keeps_labels_source_mirrored_exchanges_labels() -> None:
    mirror = Pipeline(Whole(), Everyone(), mirror=True).step(frame())
    assert mirror.mirrored
    assert mirror.people[0]["leftWrist"][:2] == (53.0, 20.0)
    swapped = Pipeline(Whole(), Everyone(), source_mirrored=True).step(frame())
    assert not swapped.mirrored
    assert swapped.people[0]["rightWrist"][:2] == (10.0, 20.0)
    both = Pipeline(Whole(), Everyone(), mirror=True, source_mirrored=True).step(frame())
    assert both.people[0]["rightWrist"][:2] == (53.0, 20.0)


def test_the_tracker_never_sees_mirrored_people() -> None:
    hints = []

    class Hinted(Whole):
        def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
            hints.extend(person["leftWrist"].x for person in people)
            return super().estimate(frame, people)

    pipeline = Pipeline(Hinted(), Everyone(), mirror=True)
    for seq in range(FRAMES_BEHIND + 1):
        pipeline.step(frame(seq))
    assert hints == [10.0]


def test_a_failing_detector_is_logged_once_per_change_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    pipeline = Pipeline(Whole(), Everyone(), detectors=[Teller(1, 2), Teller()])
    with caplog.at_level(logging.WARNING, "posekit"):
        counts = [len(pipeline.step(frame(seq)).events) for seq in range(5)]
    assert counts == [2, 1, 1, 2, 2]
    assert [record.getMessage() for record in caplog.records] == [
        "detector Teller failed; the others go on",
        "detector Teller works again",
    ]
    assert "a bug" in caplog.text


def test_everyone_is_measured_before_detectors_run_and_states_join_measures_and_channels() -> None:
    class Phases(Teller):
        def update(self, result: FrameResult) -> Sequence[Event]:
            self.measured = [len(result.measures), result.measures.names[-1]]
            return ()

        def states(self, result: FrameResult) -> dict[int, dict[str, float]]:
            if result.seq in self.failing:
                raise ZeroDivisionError("a bug")
            return {person.slot: {"phase": 0.25} for person in result.people}

    detector = Phases(1)
    pipeline = Pipeline(Whole(), Everyone(), detectors=[detector])
    first, second = pipeline.step(frame(0)), pipeline.step(frame(1))
    assert detector.measured == [1, "size_px"]
    assert first.states[1]["phase"] == 0.25
    assert first.states[1]["size_px"] == first.measures["size_px"][0]
    assert not any(np.isnan(value) for value in first.states[1].values())
    assert "phase" not in second.states[1]
    assert "size_px" in second.states[1]


def test_the_end_gives_everyone_up() -> None:
    pipeline = Pipeline(Whole(), Everyone(), detectors=[Teller()])
    last = pipeline.step(frame(4))
    ended = pipeline.end(last.seq, last.timestamp_s, last.size)
    assert ended.people == ()
    assert [departure.id for departure in ended.departed] == [7]
    assert ended.events[0].departed == 1


def test_stage_times_and_latency_come_from_the_injected_clock() -> None:
    ticks = iter([1.0, 1.003, 1.010, 1.030, 2.0, 2.001, 2.003, 2.006])
    pipeline = Pipeline(Whole(), Everyone(), clock=lambda: next(ticks))
    result = pipeline.step(replace(frame(), grabbed_s=0.5))
    expected = {"fit": 3.0, "wait": 507.0, "network": 20.0, "decode": 1.0, "track": 2.0, "detect": 3.0}
    assert dict(result.stage_ms) == pytest.approx(expected)
    assert result.latency_ms == pytest.approx(1506.0)
