"""Pictures and folders of pictures: kinds, order, orientation, damage."""

import logging
import re
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from posekit.errors import SourceError
from posekit.sources.images import Images, read_picture


def write(path: Path, picture: np.ndarray) -> Path:
    written, content = cv2.imencode(path.suffix, picture)
    assert written
    path.write_bytes(content.tobytes())
    return path


def grey(value: int, size: tuple[int, int] = (20, 24)) -> np.ndarray:
    return np.full((*size, 3), value, np.uint8)


KINDS = [
    ("bgr.png", np.full((20, 24, 3), (10, 120, 200), np.uint8), (10, 120, 200)),
    ("bgr.bmp", np.full((20, 24, 3), (10, 120, 200), np.uint8), (10, 120, 200)),
    ("bgr.jpg", np.full((20, 24, 3), (10, 120, 200), np.uint8), (10, 120, 200)),
    ("bgr.JPEG", np.full((20, 24, 3), (10, 120, 200), np.uint8), (10, 120, 200)),
    ("bgr.webp", np.full((20, 24, 3), (10, 120, 200), np.uint8), (10, 120, 200)),
    ("bgr.tif", np.full((20, 24, 3), (10, 120, 200), np.uint8), (10, 120, 200)),
    ("grey.png", np.full((20, 24), 77, np.uint8), (77, 77, 77)),
    ("grey.jpg", np.full((20, 24), 77, np.uint8), (77, 77, 77)),
    ("alpha.png", np.full((20, 24, 4), (10, 120, 200, 255), np.uint8), (10, 120, 200)),
    ("deep.png", np.full((20, 24, 3), (10 << 8, 120 << 8, 200 << 8), np.uint16), (10, 120, 200)),
    ("deep grey.tif", np.full((20, 24), 77 << 8, np.uint16), (77, 77, 77)),
    ("übung ビデオ.png", np.full((20, 24, 3), (10, 120, 200), np.uint8), (10, 120, 200)),
]


@pytest.mark.parametrize(("name", "picture", "colour"), KINDS, ids=[case[0] for case in KINDS])
def test_every_kind_becomes_bgr(tmp_path: Path, name: str, picture: np.ndarray, colour: tuple[int, int, int]) -> None:
    source = Images(write(tmp_path / name, picture))
    (frame,) = source
    assert frame.image.dtype == np.uint8
    assert frame.image.shape == (20, 24, 3)
    assert np.abs(frame.image.reshape(-1, 3).mean(axis=0) - colour).max() < 4
    assert (frame.timestamp_s, frame.seq, source.frame_count, source.live) == (0.0, 0, 1, False)


def exif(orientation: int) -> bytes:
    """A TIFF header with one directory of one entry: the orientation (Exif 2.3, 4.6.4)."""
    return b"MM\x00*" + struct.pack(">IH HHI HH I", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.mark.parametrize(("orientation", "quarters"), [(1, 0), (3, 2), (6, 3), (8, 1)])
@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_exif_orientation(tmp_path: Path, orientation: int, quarters: int, suffix: str) -> None:
    marked = np.zeros((32, 48, 3), np.uint8)
    marked[:16, :16] = 255  # the top left corner of the stored picture is white
    path = write(tmp_path / f"turned{suffix}", marked)
    content = path.read_bytes()
    if suffix == ".jpg":
        segment = b"Exif\0\0" + exif(orientation)
        content = content[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + content[2:]
    else:
        content = content[:33] + chunk(b"eXIf", exif(orientation)) + content[33:]
    path.write_bytes(content)
    expected = np.rot90(marked, quarters)
    picture = read_picture(path)
    assert picture.shape == expected.shape
    assert np.abs(picture.astype(int) - expected).mean() < 10


def test_a_folder_is_sorted_as_people_count(tmp_path: Path) -> None:
    names = ["a2.png", "a10.png", "A1.png", "b1x20.png", "b1x3.png", "10.png", "9.png"]
    for value, name in enumerate(names):
        write(tmp_path / name, grey(value * 10))
    write(tmp_path / ".hidden.png", grey(250))
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "folder.png").mkdir()
    source = Images(tmp_path, fps=2.0)
    frames = list(source)
    shown = [names[int(frame.image[0, 0, 0]) // 10] for frame in frames]
    assert shown == ["9.png", "10.png", "A1.png", "a2.png", "a10.png", "b1x3.png", "b1x20.png"]
    assert [frame.timestamp_s for frame in frames] == [n / 2 for n in range(7)]
    assert [frame.seq for frame in frames] == list(range(7))
    assert (source.name, source.frame_count) == ("images", 7)


def test_a_second_between_pictures_unless_told_otherwise(tmp_path: Path) -> None:
    for index in range(3):
        write(tmp_path / f"{index}.png", grey(9))
    assert [frame.timestamp_s for frame in Images(tmp_path, name="wall")] == [0.0, 1.0, 2.0]
    assert Images(tmp_path, name="wall").name == "wall"


def png() -> bytes:
    noise = np.random.default_rng(3).integers(0, 255, (40, 40, 3), dtype=np.uint8)
    return bytes(cv2.imencode(".png", noise)[1].tobytes())


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :]


BAD = {
    "text.jpg": (b"this is no picture\n" * 100, "cannot be read as a picture: it is damaged, or none of jpg, jpeg"),
    "text.png": (b"this is no picture\n" * 100, "cannot be read as a picture"),
    "empty.png": (b"", "is empty"),
    "cut.png": (png()[:2000], "cannot be read as a picture"),
    "cut-in-header.png": (png()[:20], "cannot be read as a picture"),
    "flipped.png": (flipped(png(), 1000), "cannot be read as a picture"),
    "cut.tif": (cv2.imencode(".tif", grey(5, (90, 90)))[1].tobytes()[:300], "cannot be read as a picture"),
    "cut.webp": (cv2.imencode(".webp", grey(5, (90, 90)))[1].tobytes()[:30], "cannot be read as a picture"),
    "dot.png": (cv2.imencode(".png", grey(5, (1, 1)))[1].tobytes(), "is 1×1 px: too small to hold a person"),
    "narrow.png": (cv2.imencode(".png", grey(5, (90, 15)))[1].tobytes(), "is 15×90 px: too small to hold a person"),
    "flat.png": (cv2.imencode(".png", grey(5, (15, 90)))[1].tobytes(), "is 90×15 px: too small to hold a person"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_picture_is_one_error_and_nothing_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    content, message = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=re.escape(message)) as caught:
        list(Images(path))
    assert str(caught.value).startswith(f"'{path}' ")
    assert "\n" not in str(caught.value)
    assert capfd.readouterr().err == ""


def test_the_smallest_picture_is_16_by_16(tmp_path: Path) -> None:
    assert read_picture(write(tmp_path / "small.png", grey(5, (16, 16)))).shape == (16, 16, 3)


def test_an_odd_colour_profile_is_no_reason_to_print(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    content = png()
    profile = chunk(b"iCCP", b"odd\0\0" + zlib.compress(b"no profile" * 40))
    path = tmp_path / "odd.png"
    path.write_bytes(content[:33] + profile + content[33:])
    assert np.array_equal(read_picture(path), cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR))
    assert capfd.readouterr().err == ""


def test_bad_pictures_of_a_folder_are_said_once_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("1.png", "3.png"):
        (tmp_path / name).write_bytes(b"no picture")
    for name, value in (("2.png", 20), ("4.png", 40)):
        write(tmp_path / name, grey(value))
    with caplog.at_level(logging.WARNING):
        frames = list(Images(tmp_path))
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [20, 40]
    assert [frame.seq for frame in frames] == [0, 1]
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert all(message.startswith("left out: '") for message in said)
    assert "1.png" in said[0]
    assert "3.png" in said[1]


def test_a_folder_without_a_readable_picture(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("1.png", "2.png"):
        (tmp_path / name).write_bytes(b"no picture")
    with caplog.at_level(logging.WARNING), pytest.raises(SourceError, match=r"none of the 2 pictures .*1\.png' cannot"):
        list(Images(tmp_path))
    assert caplog.records == []


def test_an_empty_folder_says_what_it_expects(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no pictures in folder .*; expected jpg, jpeg, png, bmp, webp, tif, tiff"):
        list(Images(tmp_path))


def test_a_picture_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file"):
        list(Images(tmp_path / "missing.png"))


def test_close_ends_it_for_good(tmp_path: Path) -> None:
    for index in range(3):
        write(tmp_path / f"{index}.png", grey(9))
    source = Images(tmp_path)
    frames = iter(source)
    next(frames)
    source.close()
    source.close()
    assert list(frames) == []
    assert list(source) == []


def test_real_pictures(shared: Path) -> None:
    (frame,) = Images(shared / "media" / "test_couple.jpg")
    assert frame.size == (1920, 1278)
    assert frame.image.std() > 20
