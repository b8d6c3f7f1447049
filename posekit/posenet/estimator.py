"""The estimator of the pipeline: letterbox, network and decoding of one frame.

``fit``, ``infer`` and ``decode`` may run in three threads, so that one frame is fitted and another decoded while the
network sees a third.
"""

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posekit.errors import ConfigError
from posekit.posenet.appearance import signatures
from posekit.posenet.decode_multiple import PROFILES
from posekit.posenet.decode_single import decode_single
from posekit.posenet.letterbox import Letterbox
from posekit.posenet.maps import Maps
from posekit.posenet.model import PoseNet, RawOutputs
from posekit.posenet.sizing import Sizer
from posekit.types import Frame, Person, Poses

__all__ = ["Fitted", "Inference", "PoseNetEstimator", "check_decoding", "in_source_pixels", "run_network"]

#: Below this mean keypoint score the single-person decoder, which always finds someone, has found nobody.
_SINGLE_SCORE = 0.2

#: Pictures that are kept to be written again: one is being fitted, one waits, one goes into the network.
_SPARE = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A frame as the network is to see it.

    frame: the frame itself. letterbox: how it was fitted. rgb, encoded: the picture and what ``PoseNet.load`` takes, in
    the same memory or not, for ``infer`` and no one else: they are written anew for a later frame.
    """

    frame: Frame
    letterbox: Letterbox
    rgb: NDArray[np.uint8]
    encoded: NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inference:
    """What the network said of one frame, and all that is needed to decode it.

    frame: the frame itself, of which the appearance is taken. letterbox: how it was fitted into the network's input.
    raw: the network's outputs as ``PoseNet.maps`` takes them.
    """

    frame: Frame
    letterbox: Letterbox
    raw: RawOutputs


class PoseNetEstimator:
    """Finds people with PoseNet: a ``protocols.Estimator``.

    profile: 'coral' or 'tfjs', see ``decode_multiple``. single: at most one person, by the single-person decoder,
    kept if the score reaches ``score_threshold``. max_detections, score_threshold (0…1), nms_radius (model-input
    pixels): None takes the profile's own. stretch: fill the network's input instead of keeping the aspect.
    sizer: chooses the network's input size for each frame, see ``sizing``; None keeps the model's.

    ``fit`` belongs to one thread, ``infer`` to one, ``decode`` to any. Raises ConfigError for a parameter out of range.
    """

    def __init__(
        self,
        model: PoseNet,
        *,
        profile: str | None = None,
        single: bool = False,
        max_detections: int | None = None,
        score_threshold: float | None = None,
        nms_radius: float | None = None,
        stretch: bool = False,
        sizer: Sizer | None = None,
    ) -> None:
        profile = profile or "coral"
        if profile not in PROFILES:
            raise ConfigError(f"decoder must be one of {', '.join(sorted(PROFILES))}, got '{profile}'")
        check_decoding(max_detections, score_threshold, nms_radius)
        self.model = model
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
        self._letterbox: Letterbox | None = None
        self._spare: deque[NDArray[np.uint8]] = deque(maxlen=_SPARE)

    def fit(self, frame: Frame, people: Sequence[Person] = ()) -> Fitted:
        """Choose the input size and fit the frame into it. Raises SourceError for a wrong picture."""
        size = frame.size
        input_size = self.model.input_size if self._sizer is None else self._sizer(size, people)
        letterbox = self._letterbox
        if letterbox is None or not letterbox.fits(size, input_size):
            letterbox = self._letterbox = Letterbox(size, input_size, stretch=self._stretch)
        rgb = self._picture(input_size)
        letterbox.write(frame.image, rgb)
        return Fitted(frame=frame, letterbox=letterbox, rgb=rgb, encoded=self.model.encode(rgb))

    def infer(self, fitted: Fitted) -> Inference:
        """Run the network on a frame."""
        model = self.model
        if model.input_size != fitted.letterbox.input_size:
            model.resize(fitted.letterbox.input_size)
        model.load(fitted.encoded)
        self._spare.append(fitted.rgb)
        return Inference(frame=fitted.frame, letterbox=fitted.letterbox, raw=model.invoke())

    def _picture(self, input_size: tuple[int, int]) -> NDArray[np.uint8]:
        """Memory for a fitted picture: fresh memory costs as much as half the resizing."""
        while self._spare:
            rgb = self._spare.popleft()
            if rgb.shape[:2] == input_size:
                return rgb
        return np.empty((*input_size, 3), np.uint8)

    def decode(self, inference: Inference) -> Poses:
        """The poses of an inference, best first, in source-frame pixels, with their appearance."""
        maps = self.model.maps(inference.raw)
        poses = in_source_pixels(self._decode(maps), inference.letterbox)
        appearance = signatures(inference.frame.image, poses.xy, poses.keypoint_scores)
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


def run_network(model: PoseNet, letterbox: Letterbox, image: NDArray[np.uint8]) -> RawOutputs:
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
