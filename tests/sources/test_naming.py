"""Names for OSC addresses, URLs without secrets, and files that are almost there."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posekit.sources.naming import host, is_url, masked, missing_file, slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pose_squats", "pose_squats"),
        ("HD Webcam (046d:0825)", "hd-webcam-046d-0825"),
        ("Caméra d'été", "camera-d-ete"),
        ("192.168.1.20", "192-168-1-20"),
        ("--x--", "x"),
        ("ビデオ", "fallback"),
        ("", "fallback"),
        ("x" * 50, "x" * 32),
        ("a" * 31 + " b", "a" * 31),
    ],
)
def test_slug(text: str, expected: str) -> None:
    assert slug(text, "fallback") == expected


@given(st.text())
def test_a_slug_fits_into_an_osc_address(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9_-]{1,32}", slug(text, "source"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://10.0.0.5:554/live", "rtsp://10.0.0.5:554/live"),
        ("rtsp://ana:secret@10.0.0.5:554/live", "rtsp://***@10.0.0.5:554/live"),
        ("rtsp://ana:secret@home@10.0.0.5/live", "rtsp://***@10.0.0.5/live"),
        ("rtsp://ana:secret/#?secret@10.0.0.5/live", "rtsp://***@10.0.0.5/live"),
        ("http://cam/video?user=ana&pwd=secret", "http://cam/video?…"),
        ("http://cam/video#secret", "http://cam/video"),
        ("udp://@:5000", "udp://@:5000"),
    ],
)
def test_masked(url: str, shown: str) -> None:
    assert masked(url) == shown


@given(
    password=st.text(alphabet=st.characters(codec="ascii", exclude_characters="\n\r\t"), min_size=1).map("SECRET".join),
    query=st.booleans(),
)
def test_no_password_is_ever_shown(password: str, query: bool) -> None:
    secret = f"SECRET{password}"
    url = f"http://cam/?p={secret}" if query else f"rtsp://ana:{secret}@cam/live"
    assert "SECRET" not in masked(url) or query
    if not query:
        assert host(url) == "cam"


@pytest.mark.parametrize("url", ["rtsp://[::1/x", "rtsp:///x", "udp://@:5000"])
def test_a_url_without_a_host(url: str) -> None:
    assert host(url) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [("rtsp://x", True), ("HTTP://x", True), ("C:\\x.mp4", False), ("a/b.mp4", False), ("camera:http", False)],
)
def test_is_url(text: str, expected: bool) -> None:
    assert is_url(text) is expected


def test_a_missing_file_names_its_neighbours(tmp_path: Path) -> None:
    for name in ("Squats.MP4", "squats2.mp4", "readme.txt"):
        (tmp_path / name).touch()
    assert str(missing_file(tmp_path / "squat.mp4")).endswith("did you mean 'Squats.MP4' or 'squats2.mp4'?")
    assert "did you mean" not in str(missing_file(tmp_path / "zebra.mp4"))
    assert "posekit run performer" in str(missing_file(tmp_path / "zebra.mp4"))
    assert f"no folder '{tmp_path / 'gone'}'" in str(missing_file(tmp_path / "gone" / "squat.mp4"))
