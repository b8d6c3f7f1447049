"""The estimator of the pipeline: letterbox, network and decoding of one frame.

``fit``, ``infer`` and ``decode`` may run in three threads, so that one frame is fitted and another decoded while the
network sees a third.
"""

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from posekit.errors import ConfigError
from posekit.posenet.adaptive import Plan
from posekit.posenet.appearance import signatures
from posekit.posenet.decode_multiple import PROFILES
from posekit.posenet.decode_single import decode_single
from posekit.posenet.letterbox import Letterbox
from posekit.posenet.maps import Maps
from posekit.posenet.merge import merged
from posekit.posenet.model import Network, RawOutputs
from posekit.posenet.sight import Sight
from posekit.posenet.sizing import Size, Sizer
from posekit.types import Frame, Person, Poses

__all__ = [
    "Fitted",
    "Inference",
    "Input",
    "Output",
    "Planner",
    "PoseNetEstimator",
    "check_decoding",
    "in_source_pixels",
    "run_network",
]

#: Below this mean keypoint score the single-person decoder, which always finds someone, has found nobody.
_SINGLE_SCORE = 0.2

#: Pictures of a size that are kept to be written again: one is being fitted, one waits, one goes into the network.
_SPARE: Final = 3

#: Networks that are kept ready at other sizes, and letterboxes; sources change their size rarely.
_KEPT: Final = 8


class Planner(Protocol):
    """Chooses which input sizes a frame is seen at, where that is more than one or follows the people."""

    sight: Sight

    def plan(self, frame: Frame, people: Sequence[Person]) -> Plan:
        """What the frame is to be seen at."""
        ...

    def learn(self, plan: Plan, source_size: tuple[int, int], poses: Poses, probed: Poses | None) -> None:
        """Take note of what a frame showed at the sizes that count, and at the one that was tried."""
        ...


class Input(NamedTuple):
    """A frame as the network is to see it at one size.

    rgb, encoded: the picture and what ``Network.load`` takes, in the same memory or not, for ``infer`` and no one else:
    they are written anew for a later frame.
    """

    letterbox: Letterbox
    rgb: NDArray[np.uint8]
    encoded: NDArray[Any]


class Output(NamedTuple):
    """What the network said of a frame at one size. raw: its outputs as ``PoseNet.maps`` takes them."""

    letterbox: Letterbox
    raw: RawOutputs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A frame ready for the network: an input for each size of the plan, the probe last."""

    frame: Frame
    plan: Plan
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inference:
    """What the network said of one frame, and all that is needed to decode it: an output for each input.

    frame: the frame itself, of which the appearance is taken.
    """

    frame: Frame
    plan: Plan
    outputs: tuple[Output, ...]


class PoseNetEstimator:
    """Finds people with PoseNet: a ``protocols.Estimator``.

    profile: 'coral' or 'tfjs', see ``decode_multiple``. single: at most one person, by the single-person decoder,
    kept if the score reaches ``score_threshold``. max_detections, score_threshold (0…1), nms_radius (model-input
    pixels): None takes the profile's own. stretch: fill the network's input instead of keeping the aspect.
    sizer: chooses the network's input size for each frame, see ``sizing``; None keeps the model's.
    planner: chooses sizes instead, one or several, see ``adaptive``.

    ``fit`` belongs to one thread, ``infer`` to one, ``decode`` to any. Raises ConfigError for a parameter out of range.
    """

    def __init__(
        self,
        model: Network,
        *,
        profile: str | None = None,
        single: bool = False,
        max_detections: int | None = None,
        score_threshold: float | None = None,
        nms_radius: float | None = None,
        stretch: bool = False,
        sizer: Sizer | None = None,
        planner: Planner | None = None,
    ) -> None:
        profile = profile or "coral"
        if profile not in PROFILES:
            raise ConfigError(f"decoder must be one of {', '.join(sorted(PROFILES))}, got '{profile}'")
        check_decoding(max_detections, score_threshold, nms_radius)
        self.model = model
        self.planner = planner
        self._most = 1 if single else max_detections or PROFILES[profile].max_detections
        if single:
            least = _SINGLE_SCORE if score_threshold is None else score_threshold
            self._decode: Callable[[Maps], Poses] = partial(_decode_present, least_score=least)
        else:
            given = {
                "max_detections": max_detections,
                "score_threshold": score_threshold,
                "nms_radius": nms_radius,
            }
            changed = {name: value for name, value in given.items() if value is not None}
            self._decode = partial(PROFILES[profile].decode, **changed)
        self._stretch = stretch
        self._sizer = sizer
        self._letterboxes: dict[Size, Letterbox] = {}
        self._networks: dict[Size, Network] = {model.input_size: model}
        self._spare: dict[Size, deque[NDArray[np.uint8]]] = {}

    def succeed(self, other: "PoseNetEstimator") -> None:
        """Go on with what another one, around the same network, has made ready; from now on it must not ``fit``."""
        self._letterboxes, self._spare, self._networks = other._letterboxes, other._spare, other._networks

    def fit(self, frame: Frame, people: Sequence[Person] = ()) -> Fitted:
        """Choose the input size and fit the frame into it. Raises SourceError for a wrong picture."""
        plan = self._plan(frame, people)
        sizes = plan.sizes if plan.probe is None else (*plan.sizes, plan.probe)
        return Fitted(frame=frame, plan=plan, inputs=tuple(self._fit(frame, size) for size in sizes))

    def _plan(self, frame: Frame, people: Sequence[Person]) -> Plan:
        if self.planner is not None:
            return self.planner.plan(frame, people)
        size = self.model.input_size if self._sizer is None else self._sizer(frame.size, people)
        return Plan(sizes=(size,))

    def _fit(self, frame: Frame, input_size: Size) -> Input:
        letterbox = self._letterboxes.get(input_size)
        if letterbox is None or not letterbox.fits(frame.size, input_size):
            if len(self._letterboxes) >= _KEPT:
                self._letterboxes, self._spare = {}, {}
            letterbox = self._letterboxes[input_size] = Letterbox(frame.size, input_size, stretch=self._stretch)
        spare = self._spare.get(input_size)
        # Fresh memory costs as much as half the resizing.
        rgb = spare.popleft() if spare else np.empty((*input_size, 3), np.uint8)
        letterbox.write(frame.image, rgb)
        return Input(letterbox, rgb, self.model.encode(rgb))

    def infer(self, fitted: Fitted) -> Inference:
        """Run the network on a frame."""
        outputs = []
        for letterbox, rgb, encoded in fitted.inputs:
            network = self._network(letterbox.input_size)
            network.load(encoded)
            self._spare.setdefault(letterbox.input_size, deque(maxlen=_SPARE)).append(rgb)
            outputs.append(Output(letterbox, network.invoke()))
        return Inference(frame=fitted.frame, plan=fitted.plan, outputs=tuple(outputs))

    def _network(self, input_size: Size) -> Network:
        """The network at that size: ready at each size that a planner may come back to, else resized."""
        if self.planner is None:
            if self.model.input_size != input_size:
                self.model.resize(input_size)
            return self.model
        network = self._networks.get(input_size)
        if network is None:
            if len(self._networks) >= _KEPT:
                self._networks.clear()
            network = self._networks[input_size] = self.model.at(input_size)
        return network

    def decode(self, inference: Inference) -> Poses:
        """The poses of an inference, best first, in source-frame pixels, with their appearance."""
        frame, plan, planner = inference.frame, inference.plan, self.planner
        looks = [
            (in_source_pixels(self._decode(self.model.maps(raw)), letterbox), letterbox)
            for letterbox, raw in inference.outputs
        ]
        probed = looks.pop()[0] if plan.probe is not None else None
        poses = looks[0][0]
        if planner is not None:
            if len(looks) > 1:
                scaled = [(poses, letterbox.scale) for poses, letterbox in looks]
                poses = merged(scaled, planner.sight.quality, most=self._most)
            planner.learn(plan, frame.size, poses, probed)
        appearance = signatures(frame.image, poses.xy, poses.keypoint_scores)
        return replace(poses, appearance=appearance)

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        """Poses in source-frame pixels, best first."""
        return self.decode(self.infer(self.fit(frame, people)))


def _decode_present(maps: Maps, *, least_score: float) -> Poses:
    poses = decode_single(maps)
    return poses if poses.scores[0] >= least_score else Poses.empty()


def check_decoding(max_detections: int | None, score_threshold: float | None, nms_radius: float | None) -> None:
    """Raise ConfigError for a parameter of the decoders that is out of range; None is anyone's default."""
    if max_detections is not None and not max_detections > 0:
        raise ConfigError(f"max_detections must be > 0, got {max_detections}")
    if score_threshold is not None and not 0 <= score_threshold <= 1:
        raise ConfigError(f"score_threshold must be between 0 and 1, got {score_threshold}")
    if nms_radius is not None and not 0 < nms_radius < math.inf:
        raise ConfigError(f"nms_radius must be > 0, got {nms_radius}")


def run_network(model: Network, letterbox: Letterbox, image: NDArray[np.uint8]) -> RawOutputs:
    """Fit a picture into the model's input and invoke it.

    Raises SourceError for a picture of another size or kind than the letterbox's.
    """
    rgb = np.empty((*letterbox.input_size, 3), np.uint8)
    letterbox.write(image, rgb)
    model.load(model.encode(rgb))
    return model.invoke()


def in_source_pixels(poses: Poses, letterbox: Letterbox) -> Poses:
    """Poses from model-input to source-frame pixels, rounded to 0.01 px and 0.001."""
    return Poses(
        xy=np.round(letterbox.to_source(poses.xy), 2),
        keypoint_scores=np.round(poses.keypoint_scores, 3),
        scores=np.round(poses.scores, 3),
    )
