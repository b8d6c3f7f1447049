"""The binary frame, read with nothing but the documented offsets."""

import struct
from collections.abc import Callable

import numpy as np

from posekit_websocket.layout import frame_bytes


def test_a_frame_by_its_documented_offsets(person: Callable, result: Callable) -> None:
    data = frame_bytes(result(person(slot=2, id=17), person(slot=5, id=4_000_000_000, score=0.5)), 1)
    assert struct.unpack_from("<BBHI", data, 0) == (1, 1, 2, 812)
    assert struct.unpack_from("<d", data, 8) == (100.0,)
    assert struct.unpack_from("<f", data, 16) == (21.5,)
    assert struct.unpack_from("<HHHH", data, 20) == (640, 480, 1, 224)
    assert len(data) == 28 + 2 * 224
    assert struct.unpack_from("<IIff", data, 28) == (2, 17, 3.25, np.float32(0.91))
    assert struct.unpack_from("<f", data, 28 + 16) == (1.0,)
    for k in range(17):
        assert struct.unpack_from("<fff", data, 28 + 20 + 12 * k) == (10.0 * k, 20.0 * k, k / 16)
    assert struct.unpack_from("<IIff", data, 28 + 224) == (5, 4_000_000_000, 3.25, 0.5)


def test_an_empty_room_is_a_header(result: Callable) -> None:
    data = frame_bytes(result(), 0)
    assert len(data) == 28
    assert struct.unpack_from("<H", data, 2) == (0,)
