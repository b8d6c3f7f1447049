"""One frame in, one result out: the stages in their order, without threads, sockets or a clock of their own."""

import copy
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from posekit.delayed import Delayed
from posekit.detectors.measures import BodyMeasures
from posekit.errors import PosekitError
from posekit.events import Event
from posekit.orientation import mirrored, relabelled, rotated
from posekit.protocols import Detector, Estimator, StagedEstimator, StateDetector, Tracker
from posekit.remembered import Remembered
from posekit.rounding import rounded_people, rounded_poses
from posekit.types import Departure, Frame, FrameResult, Measures, Person, Poses

__all__ = ["Fitted", "Inferred", "Pipeline", "known_measures"]

_REMEMBERED: Final = Remembered()

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A frame ready for the network, on its way to ``Pipeline.infer``.

    number: how many were fitted before. fit_ms: what that took. estimator: by which, and which goes on with it.
    """

    number: int
    frame: Frame
    fitted: object
    fit_ms: float
    estimator: StagedEstimator


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inferred:
    """A frame with what the network made of it, on its way to ``Pipeline.finish``.

    wait_ms: from the grab until the network began, without ``fit_ms``. estimator: whose inference it is; None for the
    pipeline's own.
    """

    frame: Frame
    inference: object
    fit_ms: float
    wait_ms: float
    network_ms: float
    number: int = 0
    estimator: StagedEstimator | None = None


class Pipeline:
    """source frame ▸ rotate ▸ fit ▸ network ▸ decode ▸ track ▸ measure ▸ detect ▸ mirror.

    ``step`` does everything. The runner calls its three parts from three threads: ``fit`` for one frame while the
    network is busy in ``infer`` with the one before, and ``finish`` works on the one before that. Each part must be
    called in the order of the frames; frames may be left out between ``fit`` and ``infer``. A frame whose poses are
    known is neither turned nor looked at.

    source: the name that results carry. rotate: degrees clockwise, one of ``orientation.ROTATIONS``.
    mirror: flip x on output, keep labels. source_mirrored: the camera delivers a mirror image: exchange labels.
    still: whether frames are separate pictures, between which nobody moves: for those who adjust it.
    pictures: called with every picture, turned but not flipped, and its result. clock: seconds, for ``stage_ms`` and
    ``latency_ms``; without one both are 0.
    """

    def __init__(
        self,
        estimator: Estimator,
        tracker: Tracker,
        *,
        source: str = "camera",
        detectors: Sequence[Detector] = (),
        rotate: int = 0,
        mirror: bool = False,
        source_mirrored: bool = False,
        still: bool = False,
        pictures: Callable[[Frame, FrameResult], None] | None = None,
        clock: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.source = source
        self.mirror = mirror
        self.still = still
        self.estimator = estimator
        self._estimator = _staged(estimator)
        self._tracker = tracker
        self._measures = BodyMeasures()
        self._detectors = [_Watched(detector) for detector in detectors]
        self._used = tuple(detectors)
        self._change: Callable[[Tracker], Sequence[Detector]] | None = None
        self._changed: Callable[[Tracker], Sequence[Detector]] | None = None
        self._rotate = rotate
        self._source_mirrored = source_mirrored
        self._pictures = pictures
        self._clock = clock
        self._fitted = 0
        self._finished = 0
        self._people: tuple[Person, ...] = ()
        self._hints: Delayed[tuple[Person, ...]] = Delayed()

    def adjust(self, change: Callable[[Tracker], Sequence[Detector]]) -> None:
        """Go on differently from the next frame on. Callable from any thread.

        change: called between two frames, in the thread that finishes them; it may change the tracker and returns the
        detectors. For those that are no longer among them everyone leaves, and what lasts ends.
        """
        self._change = change

    def exchange(self, estimator: Estimator) -> None:
        """Find people with another estimator from the next frame on that is fitted; callable from any thread.

        Frames that are underway are finished by the one that began them.
        """
        self.estimator, self._estimator = estimator, _staged(estimator)

    def turn(self, *, rotate: int, mirror: bool) -> None:
        """Turn and flip the next frames otherwise; callable from any thread."""
        self._rotate, self.mirror = rotate, mirror

    def step(self, frame: Frame) -> FrameResult:
        """What is known after this frame."""
        return self.finish(self.infer(self.fit(frame)))

    def fit(self, frame: Frame) -> Fitted:
        """The first part: turn the picture and fit it into the network's input."""
        started_s = self._clock()
        known = frame.poses is not None
        frame = frame if known else rotated(frame, self._rotate)
        number = self._fitted
        self._fitted += 1
        for people in self._hints.due(number):
            self._people = people
        estimator = _REMEMBERED if known else self._estimator
        fitted = estimator.fit(frame, self._people)
        fit_ms = (self._clock() - started_s) * 1e3
        return Fitted(number=number, frame=frame, fitted=fitted, fit_ms=fit_ms, estimator=estimator)

    def infer(self, fitted: Fitted) -> Inferred:
        """The second part: the network."""
        started_s = self._clock()
        inference = fitted.estimator.infer(fitted.fitted)
        frame, fit_ms = fitted.frame, fitted.fit_ms
        return Inferred(
            number=fitted.number,
            estimator=fitted.estimator,
            frame=frame,
            inference=inference,
            fit_ms=fit_ms,
            wait_ms=(started_s - frame.grabbed_s) * 1e3 - fit_ms if frame.grabbed_s else 0.0,
            network_ms=(self._clock() - started_s) * 1e3,
        )

    def finish(self, inferred: Inferred) -> FrameResult:
        """The last part: decode, track, detect, mirror."""
        clock, frame = self._clock, inferred.frame
        times_s = [clock()]
        poses = (inferred.estimator or self._estimator).decode(inferred.inference)
        if self._source_mirrored and frame.poses is None:
            poses = relabelled(poses)
        poses = rounded_poses(poses)
        times_s.append(clock())
        wanted = self._asked()
        people = rounded_people(self._tracker.update(poses, frame.timestamp_s, size=frame.size))
        self._finished = inferred.number
        self._hints.put(inferred.number, people)
        times_s.append(clock())
        result = FrameResult(
            source=self.source,
            size=frame.size,
            seq=frame.seq,
            timestamp_s=frame.timestamp_s,
            poses=poses,
            people=people,
            departed=self._tracker.departed,
            last=frame.last,
        )
        if wanted is not None:
            result = replace(result, events=self._exchanged(wanted, result))
        result = self._detected(result)
        if self.mirror:
            result = mirrored(result)
        times_s.append(clock())
        decode_ms, track_ms, detect_ms = ((b - a) * 1e3 for a, b in pairwise(times_s))
        stage_ms = {
            "wait": inferred.wait_ms,
            "fit": inferred.fit_ms,
            "network": inferred.network_ms,
            "decode": decode_ms,
            "track": track_ms,
            "detect": detect_ms,
        }
        stage_ms = {stage: round(milliseconds, 3) for stage, milliseconds in stage_ms.items()}
        latency_ms = round((times_s[-1] - frame.grabbed_s) * 1e3, 3) if times_s[-1] else 0.0
        result = replace(result, stage_ms=MappingProxyType(stage_ms), latency_ms=latency_ms)
        if self._pictures is not None and frame.poses is None:
            self._pictures(frame, result)
        return result

    def end(self, seq: int, timestamp_s: float, size: tuple[int, int]) -> FrameResult:
        """The result that ends everyone properly when the picture is lost."""
        self._tracker.reset()
        self._hints.put(self._finished, ())
        return self._detected(
            FrameResult(
                source=self.source,
                size=size,
                seq=seq,
                timestamp_s=timestamp_s,
                poses=Poses.empty(),
                departed=self._tracker.departed,
                mirrored=self.mirror,
            )
        )

    def _asked(self) -> tuple[Detector, ...] | None:
        """The detectors after a change that was asked for since the last frame; None if there was none."""
        change = self._change
        if change is None or change is self._changed:
            return None
        self._changed = change
        try:
            return tuple(change(self._tracker))
        except PosekitError as error:
            _logger.warning("%s; what was before stays", error)
            return None

    def _exchanged(self, wanted: tuple[Detector, ...], result: FrameResult) -> tuple[Event, ...]:
        """Take other detectors; the events with which those before end what lasts."""
        now_s = result.timestamp_s
        leaving = [
            Departure(id=person.id, slot=person.slot, entered_s=now_s - person.age_s, last_seen_s=now_s)
            for person in result.people
        ]
        farewell = replace(result, people=(), departed=(*result.departed, *leaving))
        events: list[Event] = []
        kept = []
        for watched, detector in zip(self._detectors, self._used, strict=True):
            if any(detector is other for other in wanted):
                kept.append((detector, watched))
            else:
                # A copy: what it shares with those that stay has to remember everyone.
                events += _Watched(copy.deepcopy(detector)).update(farewell)
        self._detectors = [
            next((watched for other, watched in kept if other is detector), None) or _Watched(detector)
            for detector in wanted
        ]
        self._used = wanted
        return tuple(events)

    def _detected(self, result: FrameResult) -> FrameResult:
        """The result with everything that the detectors made of it, each seeing what those before it found."""
        result = replace(result, measures=self._measures.update(result))
        for detector in self._detectors:
            events = detector.update(result)
            if events:
                result = replace(result, events=(*result.events, *events))
        states = known_measures(result.people, result.measures)
        for detector in self._detectors:
            for slot, channels in detector.states(result).items():
                # Most are 0, which needs no rounding.
                rounded = {name: value and round(value, 3) for name, value in channels.items()}
                states.setdefault(slot, {}).update(rounded)
        return replace(result, states=MappingProxyType(states))


def _staged(estimator: Estimator) -> StagedEstimator:
    return estimator if isinstance(estimator, StagedEstimator) else _Whole(estimator)


class _Whole:
    """An estimator in one piece as one in parts: everything happens in ``infer``."""

    def __init__(self, estimator: Estimator) -> None:
        self.estimate = estimator.estimate

    def fit(self, frame: Frame, people: Sequence[Person] = ()) -> tuple[Frame, Sequence[Person]]:
        return frame, people

    def infer(self, fitted: tuple[Frame, Sequence[Person]]) -> Poses:
        return self.estimate(*fitted)

    def decode(self, inference: Poses) -> Poses:
        return inference


def known_measures(people: Sequence[Person], measures: Measures) -> dict[int, dict[str, float]]:
    """Per slot, the measures that could be taken."""
    return {
        person.slot: {name: value for name, value in zip(measures.names, row, strict=True) if value == value}
        for person, row in zip(people, measures.values.tolist(), strict=True)
    }


class _Watched:
    """A detector whose failure is logged once per change of state and never stops the pipeline."""

    def __init__(self, detector: Detector) -> None:
        self._name = type(detector).__name__
        self._update = detector.update
        self._states = detector.states if isinstance(detector, StateDetector) else None
        self._failing: set[str] = set()

    def update(self, result: FrameResult) -> Sequence[Event]:
        try:
            events = self._update(result)
        except Exception:
            self._failed("update")
            return ()
        self._worked("update")
        return events

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        """The channels of the detector, if it has any and has not just failed."""
        if self._states is None or "update" in self._failing:
            return {}
        try:
            states = self._states(result)
        except Exception:
            self._failed("states")
            return {}
        self._worked("states")
        return states

    def _failed(self, what: str) -> None:
        if what not in self._failing:
            _logger.exception("detector %s failed; the others go on", self._name)
            self._failing.add(what)

    def _worked(self, what: str) -> None:
        if what in self._failing:
            _logger.warning("detector %s works again", self._name)
            self._failing.remove(what)
