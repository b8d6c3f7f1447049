"""OSC on the wire, read back by python-osc, which this project did not write."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_packet import OscPacket

from posekit_osc.wire import LIMIT, BundleTemplate, bundles, message, padded


def read(datagram: bytes) -> list[tuple[str, list[object]]]:
    return [(item.message.address, list(item.message.params)) for item in OscPacket(datagram).messages]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", b"\0\0\0\0"), ("a", b"a\0\0\0"), ("abc", b"abc\0"), ("abcd", b"abcd\0\0\0\0"), ("é", b"\xc3\xa9\0\0")],
)
def test_strings_are_padded_to_four_bytes(text: str, expected: bytes) -> None:
    assert padded(text) == expected


def test_the_example_of_the_specification() -> None:
    # OSC 1.0, "Examples": /foo with 1000, -1, "hello", 1.234, 5.678
    expected = bytes.fromhex(
        "2f666f6f00000000 2c69697366660000 000003e8 ffffffff 68656c6c6f000000 3f9df3b6 40b5b22d".replace(" ", "")
    )
    assert message("/foo", "iisff", [1000, -1, "hello", 1.234, 5.678]) == expected


def test_a_bundle_is_immediate() -> None:
    (datagram,) = bundles([], first=message("/a", "i", [1]))
    assert datagram[:8] == b"#bundle\0"
    assert struct.unpack(">Q", datagram[8:16]) == (1,)
    assert read(datagram) == [("/a", [1])]


def test_a_template_is_filled_with_other_numbers_each_time() -> None:
    template = BundleTemplate([("/b", "fi"), ("/c", "ff")], first=("/a", "if"))
    for shift in (0, 100):
        ints = np.array([1 + shift, 2 + shift], np.int32)
        floats = np.array([0.5, 1.5, 2.5, 3.5], np.float32) + shift
        (datagram,) = template.fill(ints, floats)
        assert read(datagram) == [
            ("/a", [1 + shift, 0.5 + shift]),
            ("/b", [1.5 + shift, 2 + shift]),
            ("/c", [2.5 + shift, 3.5 + shift]),
        ]


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=60), max_size=80))
def test_templates_and_bundles_keep_the_limit_and_lose_nothing(names: list[str]) -> None:
    messages = [(f"/{name}", "f") for name in names]
    ints, floats = np.array([7], np.int32), np.arange(len(names), dtype=np.float32)
    filled = list(BundleTemplate(messages, first=("/frame", "i")).fill(ints, floats))
    encoded = [message(address, "f", [value]) for (address, _), value in zip(messages, floats, strict=True)]
    packed = list(bundles(encoded, first=message("/frame", "i", [7])))
    assert filled == packed
    received = []
    for datagram in filled:
        assert len(datagram) <= LIMIT
        assert len(datagram) % 4 == 0
        first, *rest = read(datagram)
        assert first == ("/frame", [7])
        received += rest
    assert received == [(f"/{name}", [float(n)]) for n, name in enumerate(names)]


@given(st.integers(-(2**31), 2**31 - 1), st.floats(width=32, allow_nan=False))
def test_numbers_arrive_as_they_were(whole: int, real: float) -> None:
    ((_, values),) = read(message("/a", "if", [whole, real]))
    assert values == [whole, real]
