"""Builds the parts of a run from its settings."""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from posekit.config import (
    Config,
    DetectorSettings,
    EventSettings,
    OutputSettings,
    TrackingSettings,
    VisionSettings,
)
from posekit.detectors.activity import Activity
from posekit.detectors.examples import ExampleGestures
from posekit.detectors.falls import Falls
from posekit.detectors.footing import Footing
from posekit.detectors.framing import FramingDetector
from posekit.detectors.gait import Gait
from posekit.detectors.gestures import Gestures
from posekit.detectors.jumps import Jumps
from posekit.detectors.lines import Lines
from posekit.detectors.presence import Presence
from posekit.detectors.repetitions import Repetitions
from posekit.detectors.signals import Signals
from posekit.detectors.zones import Zones
from posekit.exercise_config import chosen
from posekit.models.store import ModelFile
from posekit.pipeline import Pipeline
from posekit.plugins import load_detector, parse_detector
from posekit.pose_examples import example_arrays
from posekit.posenet.adaptive import AdaptiveSize, EverySize
from posekit.posenet.estimator import Planner, PoseNetEstimator
from posekit.posenet.model import Network
from posekit.posenet.sight import sight_of
from posekit.posenet.sizing import Sizer, by_scale_factor, fitting, parse_input_size
from posekit.protocols import Detector, Estimator, OutputContext, Source, Tracker
from posekit.sources.images import Images
from posekit.sources.naming import distinct
from posekit.sources.pacing import FpsLimited, Paced
from posekit.tracking.tracker import PoseTracker
from posekit.types import Frame, FrameResult

__all__ = [
    "DetectorSet",
    "adjust",
    "load_network",
    "make_detectors",
    "make_estimator",
    "make_lane",
    "make_pipeline",
    "make_planner",
    "paced",
    "reseeing",
]

#: Settings of which another value takes another network, or other input.
_OF_THE_NETWORK: Final = ("model", "input_size", "image_scale_factor", "output_stride", "stretch", "threads")


def load_network(file: ModelFile, vision: VisionSettings) -> Network:
    """The network in a file, ready to run.

    Raises ModelError for one that is damaged or no PoseNet, ConfigError for a wrong input size.
    """
    network = Network(
        file.content,
        name=file.name,
        input_size=parse_input_size(vision.input_size) if vision.input_size else None,
        output_stride=vision.output_stride,
        num_threads=vision.threads,
    )
    if vision.input_size is None and vision.image_scale_factor is None and not network.resizable:
        own = "x".join(map(str, network.input_size))
        network.notes += (f"model '{network.name}' runs at its own input size only: every picture is seen at {own}",)
    return network


def make_planner(network: Network, vision: VisionSettings, *, still: bool = False) -> Planner | None:
    """What chooses a network's input sizes; None where the user has, or there is one only. still: separate pictures."""
    if vision.input_size is not None or vision.image_scale_factor is not None or not network.resizable:
        return None
    sight = sight_of(network.name, own_size=network.input_size)
    if still:
        return EverySize(sight, network.output_stride)
    return AdaptiveSize(sight, network.output_stride, alone=vision.single)


def make_estimator(network: Network, vision: VisionSettings, planner: Planner | None = None) -> PoseNetEstimator:
    """The estimator around a network. planner: chooses input sizes; without one it is one size for everything."""
    sizer: Sizer | None = None
    if vision.image_scale_factor is not None:
        sizer = by_scale_factor(vision.image_scale_factor, network.output_stride)
    elif vision.input_size is None and network.resizable:
        sizer = fitting(network.input_size, network.output_stride)
    return PoseNetEstimator(
        network,
        profile=vision.decoder,
        single=vision.single,
        max_detections=vision.max_people,
        score_threshold=vision.score,
        nms_radius=vision.nms_radius,
        stretch=vision.stretch,
        sizer=sizer,
        planner=planner,
    )


def make_pipeline(
    estimator: Estimator,
    *,
    source: str,
    vision: VisionSettings,
    tracking: TrackingSettings,
    output: OutputSettings,
    events: EventSettings | None = None,
    limits: DetectorSettings | None = None,
    usual: "DetectorSet | None" = None,
    still: bool = False,
    detectors: Sequence[Detector] = (),
    pictures: Callable[[Frame, FrameResult], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Pipeline:
    """The pipeline of one source.

    limits: what detectors judge by. usual: keeps the detectors of the settings, for ``adjust``. still: separate
    pictures, in which everyone counts at first sight. detectors: beside those of the settings. pictures: called with
    every picture and its result.
    """
    tracker = PoseTracker(
        smoothing=_smoothing(tracking, still=still),
        confirm_s=0.0 if still else None,
        max_people=vision.max_people,
        single=vision.single,
        lock=tracking.lock,
        region=tracking.region,
        predict_s=tracking.predict_ms / 1e3,
    )
    return Pipeline(
        estimator,
        tracker,
        source=source,
        detectors=(
            *(usual or DetectorSet()).of(events or EventSettings(), limits or DetectorSettings()),
            *detectors,
        ),
        rotate=output.rotate,
        mirror=output.mirror,
        source_mirrored=output.source_mirrored,
        still=still,
        pictures=pictures,
        clock=clock,
    )


class DetectorSet:
    """The detectors of one source: made of settings, and made anew only where those have changed."""

    def __init__(self) -> None:
        self._footing = Footing()
        self._signals = Signals()
        self._made: dict[Hashable, Detector] = {}

    def of(self, events: EventSettings, limits: DetectorSettings) -> tuple[Detector, ...]:
        """The detectors, in the order in which they see a result."""
        wanted: dict[Hashable, Callable[[], Detector]] = {
            "presence": Presence,
            limits.framing: lambda: FramingDetector(limits.framing),
            limits.activity: lambda: Activity(limits.activity),
        }
        for zone in events.zone:
            wanted[zone] = lambda zone=zone: Zones([zone], footing=self._footing)  # type: ignore[misc]
        for line in events.line:
            wanted[line] = lambda line=line: Lines([line], footing=self._footing)  # type: ignore[misc]
        wanted |= {
            limits.gait: lambda: Gait(limits.gait),
            limits.jumps: lambda: Jumps(limits.jumps),
            limits.falls: lambda: Falls(limits.falls),
            limits.gestures: lambda: Gestures(limits=limits.gestures, signals=self._signals),
        }
        exercises, alone = chosen(events.exercise, events.exercises), bool(events.exercise)
        wanted[exercises, alone, limits.repetitions] = lambda: Repetitions(
            exercises, alone=alone, counting=limits.repetitions, signals=self._signals
        )
        if events.poses:
            poses = events.model_dump_json(include={"poses"})
            wanted["poses", poses] = lambda: ExampleGestures(example_arrays(events.poses))
        for text in events.detector:
            wanted["detector", text] = lambda text=text: load_detector(*parse_detector(text))  # type: ignore[misc]
        self._made = {key: self._made[key] if key in self._made else make() for key, make in wanted.items()}
        return tuple(self._made.values())


def make_detectors(events: EventSettings, limits: DetectorSettings | None = None) -> tuple[Detector, ...]:
    """The detectors of one source, in the order in which they see a result."""
    return DetectorSet().of(events, limits or DetectorSettings())


def adjust(pipeline: Pipeline, usual: DetectorSet, config: Config) -> None:
    """Let a pipeline that is at work go on with those settings that can change meanwhile (``watching.LIVE``).

    Those of the vision are the matter of ``reseeing``.
    """
    tracking, vision = config.tracking, config.vision

    def change(tracker: Tracker) -> tuple[Detector, ...]:
        if isinstance(tracker, PoseTracker):
            tracker.adjust(
                smoothing=_smoothing(tracking, still=pipeline.still),
                region=tracking.region,
                predict_s=tracking.predict_ms / 1e3,
                max_people=vision.max_people,
                single=vision.single,
            )
        return usual.of(config.events, config.detectors)

    pipeline.adjust(change)
    pipeline.turn(rotate=config.output.rotate, mirror=config.output.mirror)


def reseeing(
    before: Estimator, settings: VisionSettings, wanted: VisionSettings, load: Callable[[], Network]
) -> Estimator:
    """An estimator with other settings, in the place of one that is at work.

    load: loads the network that is wanted; it is called only where the one at work is another. An estimator that is
    none of PoseNet's knows nothing of these settings and stays. Raises what ``load`` does.
    """
    if not isinstance(before, PoseNetEstimator):
        return before
    still = isinstance(before.planner, EverySize)
    if any(getattr(settings, name) != getattr(wanted, name) for name in _OF_THE_NETWORK):
        network = load()
        return make_estimator(network, wanted, make_planner(network, wanted, still=still))
    kept = settings.single == wanted.single
    planner = before.planner if kept else make_planner(before.model, wanted, still=still)
    estimator = make_estimator(before.model, wanted, planner)
    estimator.succeed(before)
    return estimator


def _smoothing(tracking: TrackingSettings, *, still: bool) -> float:
    """None for separate pictures: between two of them nobody moves."""
    return 0.0 if still else tracking.smoothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lineup:
    """Sources that run side by side.

    named: each with what results call it. config: the settings of each, with the processor shared among them. context:
    what outputs are told. recorded: what a recording has to hold of the settings.
    """

    named: tuple[tuple[Source, str], ...]
    config: Config
    context: OutputContext
    recorded: Mapping[str, object]

    @classmethod
    def of(cls, sources: Sequence[Source], config: Config) -> Self:
        """Of these sources, as yet unopened."""
        named = tuple(zip(sources, distinct([source.name for source in sources]), strict=True))
        still = [name for source, name in named if isinstance(source, Images)]
        vision = config.vision.side_by_side(len(sources))
        return cls(
            named=named,
            config=config.model_copy(update={"vision": vision}),
            context=OutputContext(sources=tuple(name for _, name in named), max_people=vision.max_people),
            recorded={**config.recorded(), "still": still},
        )


def make_lane(
    source: Source,
    name: str,
    network: Network,
    config: Config,
    *,
    usual: DetectorSet | None = None,
    detectors: Sequence[Detector] = (),
    pictures: Callable[[Frame, FrameResult], None] | None = None,
) -> tuple[Source, Pipeline]:
    """A source and its pipeline, for the runner.

    name: what results call it. usual, detectors, pictures: as in ``make_pipeline``.
    """
    still = isinstance(source, Images)
    pipeline = make_pipeline(
        make_estimator(network, config.vision, make_planner(network, config.vision, still=still)),
        source=name,
        vision=config.vision,
        tracking=config.tracking,
        output=config.output,
        events=config.events,
        limits=config.detectors,
        usual=usual,
        still=still,
        detectors=detectors,
        pictures=pictures,
    )
    return paced(source, config.output), pipeline


def paced(source: Source, output: OutputSettings) -> Source:
    """The source at the pace that was asked for."""
    if output.realtime and not source.live:
        source = Paced(source)
    if output.fps_limit is not None:
        source = FpsLimited(source, output.fps_limit)
    return source
