"""The estimator of the pipeline: letterbox, network and decoding of one frame.

``infer`` and ``decode`` may run in two threads, so that one frame is decoded while the network sees the next.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

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

__all__ = ["Inference", "PoseNetEstimator", "check_decoding", "in_source_pixels", "run_network"]

#: Below this mean keypoint score the single-person decoder, which always finds someone, has found nobody.
_SINGLE_SCORE = 0.2


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

    ``infer`` belongs to one thread, ``decode`` to any. Raises ConfigError for a parameter out of range.
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

    def infer(self, frame: Frame, people: Sequence[Person] = ()) -> Inference:
        """Fit the frame into the network's input and run the network. Raises SourceError for a wrong picture."""
        model = self.model
        size = frame.size
        if self._sizer is not None:
            wanted = self._sizer(size, people)
            if wanted != model.input_size:
                model.resize(wanted)
        letterbox = self._letterbox
        if letterbox is None or not letterbox.fits(size, model.input_size):
            letterbox = self._letterbox = Letterbox(size, model.input_size, stretch=self._stretch)
        return Inference(frame=frame, letterbox=letterbox, raw=run_network(model, letterbox, frame.image))

    def decode(self, inference: Inference) -> Poses:
        """The poses of an inference, best first, in source-frame pixels, with their appearance."""
        maps = self.model.maps(inference.raw)
        poses = in_source_pixels(self._decode(maps), inference.letterbox)
        appearance = signatures(inference.frame.image, poses.xy, poses.keypoint_scores)
        return replace(poses, appearance=appearance)

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        """Poses in source-frame pixels, best first."""
        return self.decode(self.infer(frame, people))


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
    """Fit a picture into the model's input and invoke it; straight into the tensor where the model allows.

    Raises SourceError for a picture of another size or kind than the letterbox's.
    """
    pixels = model.pixels()
    if pixels is not None:
        letterbox.write(image, pixels)
        del pixels  # no view of a tensor may outlive the next invoke
    else:
        rgb = np.empty((*letterbox.input_size, 3), np.uint8)
        letterbox.write(image, rgb)
        model.fill(rgb)
    return model.invoke()


def in_source_pixels(poses: Poses, letterbox: Letterbox) -> Poses:
    """Poses from model-input to source-frame pixels, rounded to 0.01 px and 0.001."""
    return Poses(
        xy=np.round(letterbox.to_source(poses.xy), 2),
        keypoint_scores=np.round(poses.keypoint_scores, 3),
        scores=np.round(poses.scores, 3),
    )
