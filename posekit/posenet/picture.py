"""PoseNet for single pictures: load a network, call it with a picture, get poses."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posekit.assembly import load_network, make_estimator
from posekit.config import VisionSettings
from posekit.errors import SourceError
from posekit.models.catalogue import DEFAULT
from posekit.models.store import load_model
from posekit.posenet import model as networks
from posekit.sources.images import read_picture
from posekit.types import Frame, Poses

__all__ = ["PoseNet"]


class PoseNet:
    """A network for single pictures: ``poses = PoseNet()("photo.jpg")``.

    model: a name of ``posekit models list``, downloaded if need be, or a file. input_size: (height, width) of what the
    network sees; without it, one of the picture's aspect. output_stride: 8, 16 or 32. max_people: most poses. score:
    poses that score less are left out, 0…1. single: one person, found faster. decoder: 'coral' or 'tfjs'. stretch: fill
    the input instead of keeping the aspect. threads: of the network.

    ``network`` is the network itself, for ``posekit.estimate_multiple_poses``. Raises ModelError or ConfigError. It
    belongs to one thread at a time.
    """

    def __init__(
        self,
        model: str | Path = DEFAULT,
        *,
        input_size: tuple[int, int] | str | None = None,
        output_stride: int | None = None,
        max_people: int | None = None,
        score: float | None = None,
        nms_radius: float | None = None,
        single: bool = False,
        decoder: str | None = None,
        stretch: bool = False,
        threads: int | None = None,
    ) -> None:
        given: dict[str, Any] = {
            "model": str(model),
            "input_size": "x".join(map(str, input_size)) if isinstance(input_size, tuple) else input_size,
            "output_stride": output_stride,
            "max_people": max_people,
            "score": score,
            "nms_radius": nms_radius,
            "single": single,
            "decoder": decoder,
            "stretch": stretch,
            "threads": threads,
        }
        vision = VisionSettings.checked(given)
        self.network: networks.Network = load_network(load_model(vision.model), vision)
        self._estimator = make_estimator(self.network, vision)

    def __call__(self, picture: str | Path | NDArray[np.uint8]) -> Poses:
        """The poses in a picture, best first, in its pixels.

        picture: a file, or (H, W, 3) uint8 BGR as OpenCV has it. Raises SourceError for one that cannot be read.
        """
        image = read_picture(Path(picture)) if isinstance(picture, str | Path) else picture
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or not image.size:
            raise SourceError(
                f"a picture must be (height, width, 3) uint8 BGR, got {image.shape} {image.dtype}; a file is named by "
                "its path"
            )
        return self._estimator.estimate(Frame(image=image, timestamp_s=0.0, seq=0))
