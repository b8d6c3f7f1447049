"""The skeleton: one table of keypoints, edges and left/right pairs, which everything else reads."""

from typing import Final

import numpy as np

__all__ = [
    "ANKLES",
    "EDGES",
    "HIPS",
    "INDEX",
    "KEYPOINTS",
    "KNEES",
    "OKS_SIGMAS",
    "SEGMENTS",
    "SHOULDERS",
    "SWAPPED",
    "TORSO",
    "TREE",
]

#: The 17 keypoints in the order of every array (COCO's order, PoseNet's names; left is the person's left).
KEYPOINTS: Final = (
    "nose",
    "leftEye",
    "rightEye",
    "leftEar",
    "rightEar",
    "leftShoulder",
    "rightShoulder",
    "leftElbow",
    "rightElbow",
    "leftWrist",
    "rightWrist",
    "leftHip",
    "rightHip",
    "leftKnee",
    "rightKnee",
    "leftAnkle",
    "rightAnkle",
)

#: Name of a keypoint to its index.
INDEX: Final = {name: index for index, name in enumerate(KEYPOINTS)}

#: Pairs of keypoints, left and right; and the four that span the torso.
SHOULDERS: Final = (INDEX["leftShoulder"], INDEX["rightShoulder"])
HIPS: Final = (INDEX["leftHip"], INDEX["rightHip"])
KNEES: Final = (INDEX["leftKnee"], INDEX["rightKnee"])
ANKLES: Final = (INDEX["leftAnkle"], INDEX["rightAnkle"])
TORSO: Final = SHOULDERS + HIPS

#: PoseNet's tree as (parent, child), in the order of the displacement channels: edge ``e`` is channel ``e`` (y)
#: and ``e + 16`` (x). The nose is the root. Source: PersonLab and TensorFlow.js' ``poseChain``.
TREE: Final = tuple(
    (INDEX[parent], INDEX[child])
    for parent, child in (
        ("nose", "leftEye"),
        ("leftEye", "leftEar"),
        ("nose", "rightEye"),
        ("rightEye", "rightEar"),
        ("nose", "leftShoulder"),
        ("leftShoulder", "leftElbow"),
        ("leftElbow", "leftWrist"),
        ("leftShoulder", "leftHip"),
        ("leftHip", "leftKnee"),
        ("leftKnee", "leftAnkle"),
        ("nose", "rightShoulder"),
        ("rightShoulder", "rightElbow"),
        ("rightElbow", "rightWrist"),
        ("rightShoulder", "rightHip"),
        ("rightHip", "rightKnee"),
        ("rightKnee", "rightAnkle"),
    )
)

#: The edges that a drawn skeleton shows (TensorFlow.js' ``connectedPartNames``, and the head).
EDGES: Final = tuple(
    (INDEX[a], INDEX[b])
    for a, b in (
        ("leftEar", "leftEye"),
        ("leftEye", "nose"),
        ("nose", "rightEye"),
        ("rightEye", "rightEar"),
        ("leftShoulder", "rightShoulder"),
        ("leftShoulder", "leftElbow"),
        ("leftElbow", "leftWrist"),
        ("rightShoulder", "rightElbow"),
        ("rightElbow", "rightWrist"),
        ("leftShoulder", "leftHip"),
        ("rightShoulder", "rightHip"),
        ("leftHip", "rightHip"),
        ("leftHip", "leftKnee"),
        ("leftKnee", "leftAnkle"),
        ("rightHip", "rightKnee"),
        ("rightKnee", "rightAnkle"),
    )
)

#: Segments of the body: two keypoints, and how far apart they are as a share of a standing body's height, from the top
#: of the head to the sole. Source: Drillis and Contini 1966 for the limbs; eyes 63 mm and ears 145 mm apart on a body
#: of 1.7 m; shoulders and hips as far apart as their keypoints lie on people of known height.
SEGMENTS: Final = tuple(
    (INDEX[a], INDEX[b], share)
    for a, b, share in (
        ("leftShoulder", "rightShoulder", 0.22),
        ("leftHip", "rightHip", 0.12),
        ("leftShoulder", "leftHip", 0.29),
        ("rightShoulder", "rightHip", 0.29),
        ("leftShoulder", "leftElbow", 0.165),
        ("rightShoulder", "rightElbow", 0.165),
        ("leftElbow", "leftWrist", 0.15),
        ("rightElbow", "rightWrist", 0.15),
        ("leftHip", "leftKnee", 0.24),
        ("rightHip", "rightKnee", 0.24),
        ("leftKnee", "leftAnkle", 0.235),
        ("rightKnee", "rightAnkle", 0.235),
        ("leftEye", "rightEye", 0.037),
        ("leftEar", "rightEar", 0.085),
    )
)

#: ``array[..., SWAPPED, :]`` exchanges left and right labels.
SWAPPED: Final = tuple(
    INDEX[name.replace("left", "right", 1) if name.startswith("left") else name.replace("right", "left", 1)]
    for name in KEYPOINTS
)

#: COCO's per-keypoint standard deviations for OKS, as fractions of the square root of the object's area.
#: Source: pycocotools ``Params.kpt_oks_sigmas``.
OKS_SIGMAS: Final = np.array(
    [0.26, 0.25, 0.25, 0.35, 0.35, 0.79, 0.79, 0.72, 0.72, 0.62, 0.62, 1.07, 1.07, 0.87, 0.87, 0.89, 0.89],
    dtype=np.float32,
) / np.float32(10.0)
OKS_SIGMAS.flags.writeable = False
