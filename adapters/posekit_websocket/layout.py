"""The binary form of a frame (``?format=f32``): little-endian, every number at a multiple of its size.

====== ======= ====================================================================
offset type    meaning
====== ======= ====================================================================
0      uint8   1: a frame (other kinds may come; ignore what you do not know)
1      uint8   version of this layout, 1
2      uint16  number of people
4      uint32  seq
8      float64 t, seconds
16     float32 latency, milliseconds
20     uint16  width of the picture
22     uint16  height of the picture
24     uint16  source: index into ``sources`` of the hello message
26     uint16  bytes per person, 224
====== ======= ====================================================================

Then, from offset 28, per person:

====== ======= ====================================================================
0      uint32  slot
4      uint32  id
8      float32 age, seconds
12     float32 score
16     float32 visible, 1 or 0
20     float32 17 × (x, y, score), in the order of ``parts`` of the hello message
====== ======= ====================================================================
"""

from typing import Final

import numpy as np

from posekit.types import FrameResult

__all__ = ["HEADER", "PERSON", "VERSION", "frame_bytes"]

VERSION: Final = 1
_FRAME: Final = 1

HEADER: Final = np.dtype(
    [
        ("kind", "u1"),
        ("version", "u1"),
        ("people", "<u2"),
        ("seq", "<u4"),
        ("t", "<f8"),
        ("latency_ms", "<f4"),
        ("width", "<u2"),
        ("height", "<u2"),
        ("source", "<u2"),
        ("person_bytes", "<u2"),
    ]
)
PERSON: Final = np.dtype(
    [
        ("slot", "<u4"),
        ("id", "<u4"),
        ("age_s", "<f4"),
        ("score", "<f4"),
        ("visible", "<f4"),
        ("keypoints", "<f4", (17, 3)),
    ]
)


def frame_bytes(result: FrameResult, source: int) -> bytes:
    """One frame. source: its source's place in the hello message."""
    width, height = result.size
    header = np.array(
        (
            _FRAME,
            VERSION,
            len(result.people),
            result.seq & 0xFFFFFFFF,
            result.timestamp_s,
            result.latency_ms,
            width,
            height,
            source,
            PERSON.itemsize,
        ),
        HEADER,
    )
    people = np.zeros(len(result.people), PERSON)
    for row, person in zip(people, result.people, strict=True):
        row["slot"], row["id"] = person.slot, person.id & 0xFFFFFFFF
        row["age_s"], row["score"], row["visible"] = person.age_s, person.score, person.visible
        row["keypoints"][:, :2] = person.xy
        row["keypoints"][:, 2] = person.keypoint_scores
    return header.tobytes() + people.tobytes()
