"""posekit turns a camera into events.

Importing this package loads NumPy and nothing else: OpenCV, the TFLite runtime and the OSC library are loaded with the
first name that needs them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from posekit.errors import (
    AdapterError,
    ConfigError,
    DecodeError,
    ModelError,
    PosekitError,
    RecordingError,
    SourceError,
)
from posekit.events import CATALOGUE, Event
from posekit.skeleton import EDGES, KEYPOINTS
from posekit.types import Box, Departure, Frame, FrameResult, Keypoint, Person, Pose, Poses, SourceState, Status

if TYPE_CHECKING:
    from posekit.app import App
    from posekit.models.store import load_model
    from posekit.pipeline import Pipeline
    from posekit.posenet.estimator import PoseNetEstimator
    from posekit.posenet.picture import PoseNet
    from posekit.posenet.tfjs_api import estimate_multiple_poses, estimate_single_pose
    from posekit.recording import Recording
    from posekit.runner import Runner
    from posekit.sources.performer import Performer
    from posekit.sources.spec import open_source
    from posekit.streaming import stream
    from posekit.tracking.tracker import PoseTracker

__all__ = [
    "CATALOGUE",
    "EDGES",
    "KEYPOINTS",
    "AdapterError",
    "App",
    "Box",
    "ConfigError",
    "DecodeError",
    "Departure",
    "Event",
    "Frame",
    "FrameResult",
    "Keypoint",
    "ModelError",
    "Performer",
    "Person",
    "Pipeline",
    "Pose",
    "PoseNet",
    "PoseNetEstimator",
    "PoseTracker",
    "PosekitError",
    "Poses",
    "Recording",
    "RecordingError",
    "Runner",
    "SourceError",
    "SourceState",
    "Status",
    "estimate_multiple_poses",
    "estimate_single_pose",
    "load_model",
    "open_source",
    "stream",
]

_LAZY: Final = {
    "App": "posekit.app",
    "Performer": "posekit.sources.performer",
    "Pipeline": "posekit.pipeline",
    "PoseNet": "posekit.posenet.picture",
    "PoseNetEstimator": "posekit.posenet.estimator",
    "PoseTracker": "posekit.tracking.tracker",
    "Recording": "posekit.recording",
    "Runner": "posekit.runner",
    "estimate_multiple_poses": "posekit.posenet.tfjs_api",
    "estimate_single_pose": "posekit.posenet.tfjs_api",
    "load_model": "posekit.models.store",
    "open_source": "posekit.sources.spec",
    "stream": "posekit.streaming",
}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module 'posekit' has no attribute '{name}'")
    value: object = getattr(import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
