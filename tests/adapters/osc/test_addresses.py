"""The table of addresses is what is sent: nothing else, and all of it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pythonosc.osc_packet import OscPacket

from posekit.events import CATALOGUE
from posekit.skeleton import KEYPOINTS
from posekit.testing import sample_messages
from posekit.types import FrameResult
from posekit_osc.addresses import namespace
from posekit_osc.formats import FORMATS, status_datagrams
from posekit_osc.settings import FORMAT_NAMES, PRESETS, Settings

DOCS = Path(__file__).resolve().parents[3] / "docs"


def sent(settings: Settings, *, max_people: int = 2) -> dict[str, list[object]]:
    """Address to the types of its arguments, of everything that a run may send."""
    encoder = FORMATS[settings.format](settings.prefix, settings, max_people)
    found: dict[str, list[object]] = {}
    for message in sample_messages():
        datagrams = (
            encoder.encode(message)
            if isinstance(message, FrameResult)
            else status_datagrams(message, prefix="/posekit", events_prefix=settings.prefix)
        )
        for datagram in datagrams:
            for item in OscPacket(datagram).messages:
                found[item.message.address] = [type(value) for value in item.message.params]
    return found


@pytest.mark.parametrize("content", ["all", "numbers", "events"])
@pytest.mark.parametrize("format", FORMAT_NAMES)
def test_the_table_is_what_is_sent(format: str, content: str) -> None:
    settings = Settings(format=format, content=content, prefix="/stage")
    told = dict(namespace(settings, ["camera"], 2, ["lean_deg"]))
    types = {"i": int, "f": float, "s": str}
    for address, arguments in sent(settings).items():
        spec = told.pop(address)
        if not spec.repeats:
            assert arguments == [types[tag] for tag in spec.tags], address
    # What is not sent of these few frames: channels that nobody has, events of sources, slots that are empty.
    left = {address for address in told if "/state/" not in address and not address.endswith("/event/source")}
    assert not any(address.startswith(("/stage/1/", "/stage/frame", "/posekit")) for address in left)


def test_with_several_sources_their_names_follow_the_prefix() -> None:
    told = dict(namespace(Settings(), ["hall", "door"], 1))
    assert {"/pose/hall/1/nose", "/pose/door/event/enter", "/posekit/door/status"} <= told.keys()
    assert not any(address.startswith("/pose/1/") for address in told)


def test_numbers_are_nothing_but_numbers_at_addresses_that_never_change() -> None:
    settings = PRESETS["touchdesigner"]
    assert settings.y_up
    addresses = []
    for message in sample_messages():
        if isinstance(message, FrameResult):
            encoder = FORMATS[settings.format](settings.prefix, settings, 3)
            packets = [OscPacket(datagram) for datagram in encoder.encode(message)]
            messages = [item.message for packet in packets for item in packet.messages]
            assert all(isinstance(value, float | int) for one in messages for value in one.params)
            addresses.append({(one.address, len(one.params)) for one in messages})
    assert all(each == addresses[0] for each in addresses)
    assert {(f"/pose/{slot}/active", 1) for slot in (1, 2, 3)} <= addresses[0]


def test_the_manual_names_every_address() -> None:
    page = (DOCS / "osc.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(/[^`]+)` \|", page, re.MULTILINE)
    patterns = [
        re.compile(
            re.escape(row)
            .replace(r"\{slot\}", r"\d+")
            .replace(r"\{part\}", f"({'|'.join(KEYPOINTS)})")
            .replace(r"\{name\}", "[a-z0-9_]+")
            .replace(r"\{kind\}", f"({'|'.join(CATALOGUE)})")
        )
        for row in rows
    ]
    told = list(dict(namespace(Settings(), ["camera"], 1)))
    assert [address for address in told if not any(pattern.fullmatch(address) for pattern in patterns)] == []
    assert [row for row, pattern in zip(rows, patterns, strict=True) if not any(map(pattern.fullmatch, told))] == []


#: Of somebody in slot 1 at (10k, 20k) of 640×480 for keypoint k, score k/16: what each program gets of the left ankle.
PRESET_LINES = {
    "touchdesigner": ["/pose/1/leftAnkle/x f 0.234375", "/pose/1/leftAnkle/y f 0.375000", "/pose/2/active f 0.000000"],
    "max": ["/pose/1/leftAnkle fff 0.234375 0.625000 0.937500"],
    "puredata": ["/pose/1/leftAnkle fff 0.234375 0.375000 0.937500"],
    "unity": ["/pose/1/kp ii" + "f" * 52 + " 812 17 0.910000 -0.666667 0.500000 0.000000"],
    "processing": ["/pose/1/kp ii" + "f" * 52 + " 812 17 0.910000 0.000000 0.000000 0.000000"],
}


@pytest.mark.peer("oscdump")
@pytest.mark.parametrize("preset", PRESETS)
def test_oscdump_shows_what_each_program_gets(
    oscdump: Callable[..., list[str]], person: Callable[..., object], result: Callable[..., object], preset: str
) -> None:
    from posekit.protocols import OutputContext
    from posekit_osc import create

    notes = []

    def send(port: int) -> None:
        adapter = create(f"127.0.0.1:{port}", {"preset": preset}, OutputContext(max_people=2))
        notes.append(adapter.note)
        adapter.send(result(person()))
        adapter.close()

    lines = oscdump(send)
    for start in PRESET_LINES[preset]:
        assert any(line.startswith(start) for line in lines), lines
    assert ("/pose/alive i 1" in lines) == (preset != "touchdesigner")
    assert f"preset {preset}" in notes[0]
    assert "--osc-format" in notes[0]


def test_what_is_named_overrules_the_preset() -> None:
    chosen = Settings.of({"preset": "unity", "coords": "pixel", "y-up": "0"})
    assert chosen == Settings(format="array", coords="pixel", y_up=False)
