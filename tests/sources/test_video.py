"""Video files: every frame, times that grow, damage, rotation."""

import itertools
import logging
import math
import re
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posekit.errors import SourceError
from posekit.sources.video import MediaTime, Video

MEDIA = [
    ("pose_squats.mp4", 65, 5.0, (720, 1280)),
    ("treadmill.mp4", 24, 30.0, (1280, 720)),
    ("group_exercise.mp4", 381, 25.0, (1280, 720)),
    ("wave.mp4", None, 30000 / 1001, (710, 540)),
    ("walk_side.mp4", None, 30.0, None),
    ("exercise_trio.avi", None, 10.0, None),
    ("visits.mp4", None, 10.0, None),
]


@pytest.mark.parametrize(("name", "count", "fps", "size"), MEDIA, ids=[case[0] for case in MEDIA])
def test_real_videos_give_every_frame(
    shared: Path, name: str, count: int | None, fps: float, size: tuple[int, int] | None
) -> None:
    source = Video(shared / "media" / name)
    times_s = []
    for frame in source:
        times_s.append(frame.timestamp_s)
        assert frame.seq == len(times_s) - 1
        assert size is None or frame.size == size
    assert len(times_s) == (count or source.frame_count)
    assert source.frame_count == len(times_s)
    assert np.allclose(times_s, np.arange(len(times_s)) / fps, atol=1e-3)
    assert source.skipped == 0
    assert not source.live


@pytest.mark.parametrize(("name", "fourcc", "fps"), [("a.avi", "MJPG", 10.0), ("b.mp4", "mp4v", 24.0)])
def test_a_written_video_comes_back(write_video: Callable[..., Path], name: str, fourcc: str, fps: float) -> None:
    path = write_video(name, frames=12, fps=fps, fourcc=fourcc)
    source = Video(path)
    frames = list(source)
    assert source.frame_count == 12
    assert [frame.seq for frame in frames] == list(range(12))
    assert [frame.timestamp_s for frame in frames] == pytest.approx([n / fps for n in range(12)], abs=1e-3)
    assert [round(float(frame.image.mean())) for frame in frames] == pytest.approx([n * 20 for n in range(12)], abs=4)
    assert all(frame.image.shape == (48, 64, 3) and frame.image.dtype == np.uint8 for frame in frames)
    assert not np.shares_memory(frames[0].image, frames[1].image)


def test_a_video_can_be_read_twice(write_video: Callable[..., Path]) -> None:
    source = Video(write_video())
    assert len(list(source)) == len(list(source)) == 12


@pytest.mark.parametrize("name", ["übung ビデオ.avi", "take:2.avi", "frame_001.avi"])
def test_odd_names(write_video: Callable[..., Path], tmp_path: Path, monkeypatch: Any, name: str) -> None:
    written = write_video("plain.avi")
    try:
        written.rename(tmp_path / name)
    except OSError:
        name = "plain.avi"  # Windows allows no colon
    if not (tmp_path / name).exists():
        name = "plain.avi"
    monkeypatch.chdir(tmp_path)
    assert len(list(Video(name))) == 12


#: The matrix of a track header (ISO/IEC 14496-12, 8.3.2) that turns a picture clockwise.
TURNS = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_that_the_file_asks_for(write_video: Callable[..., Path], degrees: int) -> None:
    marked = np.zeros((48, 64, 3), np.uint8)
    marked[:16, :16] = 255  # the top left corner is white
    path = write_video("turned.mp4", fourcc="mp4v", draw=lambda _: marked)
    content = bytearray(path.read_bytes())
    header = content.index(b"tkhd")
    a, b, c, d = TURNS[degrees]
    one = 1 << 16
    struct.pack_into(">9i", content, header + 44, a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    expected = np.rot90(marked, -degrees // 90)
    for frame in Video(path):
        assert frame.image.shape == expected.shape
        assert np.abs(frame.image.astype(int) - expected).mean() < 10


def bad_files(folder: Path, good: bytes) -> dict[str, tuple[bytes | None, str]]:
    text = b"this is no video\n" * 100
    return {
        "text.mp4": (text, "'{path}' cannot be read as a video: it is a text file"),
        "text.avi": (text, "'{path}' cannot be read as a video: it is a text file"),
        "text.txt": (text, "'{path}' cannot be read as a video: it is a text file"),
        "long.txt": ("ü".encode() * 1000, "'{path}' cannot be read as a video: it is a text file"),
        "odd-length.txt": (b"x" + "ü".encode() * 1000, "'{path}' cannot be read as a video: it is a text file"),
        "art.nfo": (b"\x1b[31m" + text, "'{path}' cannot be read as a video"),
        "empty.mp4": (b"", "'{path}' is empty"),
        "head.mp4": (good[:64], "'{path}' cannot be read as a video"),
        "noise.mkv": (np.random.default_rng(1).bytes(20_000), "'{path}' cannot be read as a video"),
        "missing.mp4": (None, "no file '{path}'"),
    }


@pytest.mark.parametrize("name", list(bad_files(Path(), b"")))
def test_a_bad_file_is_one_error_and_nothing_printed(
    write_video: Callable[..., Path], tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    good = write_video("good.mp4", fourcc="mp4v").read_bytes()
    capfd.readouterr()
    content, message = bad_files(tmp_path, good)[name]
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    source = Video(path)
    assert source.frame_count is None
    with pytest.raises(SourceError, match=re.escape(message.format(path=path))) as caught:
        list(source)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr().err == ""


def test_a_folder_is_no_video(tmp_path: Path) -> None:
    # Windows says that access is denied, others that it is a folder.
    with pytest.raises(SourceError, match="cannot be read: it is a folder"):
        list(Video(tmp_path))


def test_a_video_without_frames(fake_capture: Any, tmp_path: Path) -> None:
    path = tmp_path / "hollow.mp4"
    path.write_bytes(b"\0")
    with pytest.raises(SourceError, match="it has no frame that can be decoded"):
        list(Video(path, open_capture=lambda _: fake_capture([None, None])))


def test_a_file_that_is_cut_off_gives_what_there_is(
    write_video: Callable[..., Path], capfd: pytest.CaptureFixture[str]
) -> None:
    noise = np.random.default_rng(2).integers(0, 255, (48, 64, 3), dtype=np.uint8)  # pictures of one size in bytes
    path = write_video("cut.avi", frames=40, draw=lambda _: noise)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    capfd.readouterr()
    frames = list(Video(path))
    assert 15 <= len(frames) <= 20
    assert np.diff([frame.timestamp_s for frame in frames]).min() > 0
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("steps", "frames", "skipped"),
    [
        ("iii", 3, 0),
        ("iNi", 2, 1),
        ("iFi", 2, 1),
        ("iFFFFFFFFFi", 2, 9),
        ("iFFFFFFFFFFi", 1, 0),
        ("NNi", 1, 2),
        ("iNFi", 2, 2),
        ("iF", 1, 0),
    ],
)
def test_frames_that_cannot_be_decoded_are_left_out_if_others_follow(
    fake_capture: Any,
    image: np.ndarray,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    steps: str,
    frames: int,
    skipped: int,
) -> None:
    """i: a picture, N: one that cannot be decoded, F: a grab that fails."""
    path = tmp_path / "holes.avi"
    path.write_bytes(b"\0")
    capture = fake_capture([{"i": image, "N": None, "F": False}[step] for step in steps])
    source = Video(path, open_capture=lambda _: capture)
    with caplog.at_level(logging.WARNING):
        seqs = [frame.seq for frame in source]
    assert seqs == list(range(frames))
    assert source.skipped == skipped
    assert [record.getMessage() for record in caplog.records] == (
        [f"{skipped} frames of '{path}' could not be decoded and were left out"] if skipped else []
    )
    assert capture.released == 1


def test_time_stamps_and_rate_come_from_the_file(fake_capture: Any, image: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "variable.mp4"
    path.write_bytes(b"\0")
    stamps_ms = [0.0, 40.0, 180.0, 200.0, 5000.0]
    capture = fake_capture([image] * 5, stamps_ms=stamps_ms, properties={cv2.CAP_PROP_FPS: 25.0})
    assert [frame.timestamp_s for frame in Video(path, open_capture=lambda _: capture)] == [0, 0.04, 0.18, 0.2, 5.0]
    stuck = fake_capture([image] * 3, stamps_ms=[0.0] * 3, properties={cv2.CAP_PROP_FPS: 10.0})
    assert [frame.timestamp_s for frame in Video(path, open_capture=lambda _: stuck)] == pytest.approx([0, 0.1, 0.2])


TIMES: list[tuple[str, float, list[float], list[float]]] = [
    ("constant", 25.0, [0, 40, 80], [0, 0.04, 0.08]),
    ("variable", 30.0, [0, 10, 500, 510], [0, 0.01, 0.5, 0.51]),
    ("late start", 25.0, [80, 120], [0.08, 0.12]),
    ("a gap of a minute", 25.0, [0, 60_000, 60_040], [0, 60, 60.04]),
    ("no stamps", 10.0, [0, 0, 0, 0], [0, 0.1, 0.2, 0.3]),
    ("no stamps, no rate", 0.0, [0, 0, 0], [0, 1 / 30, 2 / 30]),
    ("absurd rate", 90_000.0, [0, 0], [0, 1 / 30]),
    ("vanishing rate", 1e-309, [0, 0], [0, 1 / 30]),
    ("rate is no number", math.nan, [0, 0], [0, 1 / 30]),
    ("one repeated", 25.0, [0, 40, 40, 120, 160], [0, 0.04, 0.08, 0.12, 0.16]),
    ("one out of order", 25.0, [0, 80, 40, 120, 160], [0, 0.08, 0.12, 0.16, 0.2]),
    ("start anew", 10.0, [5000, 5100, 0, 100, 200], [5.0, 5.1, 5.2, 5.3, 5.4]),
    ("start anew, variable", 10.0, [5000, 5100, 0, 50, 350], [5.0, 5.1, 5.2, 5.25, 5.55]),
    ("leap ahead, variable", 10.0, [0, 100, 1e10, 1e10 + 30, 1e10 + 530], [0, 0.1, 0.2, 0.23, 0.73]),
    ("leap ahead", 10.0, [0, 100, 1e12, 1e12 + 100], [0, 0.1, 0.2, 0.3]),
    ("wild first stamp", 10.0, [-9e15, 0, 100], [0, 0.1, 0.2]),
    ("no number", 10.0, [0, math.nan, math.inf, 300], [0, 0.1, 0.2, 0.3]),
    ("first is no number", 10.0, [math.nan, 100, 200], [0, 0.1, 0.2]),
    ("negative start", 10.0, [-200, -100, 0], [0, 0.1, 0.2]),
]


@pytest.mark.parametrize(("fps", "stamps_ms", "times_s"), [case[1:] for case in TIMES], ids=[case[0] for case in TIMES])
def test_times(fps: float, stamps_ms: list[float], times_s: list[float]) -> None:
    clock = MediaTime(fps)
    assert [clock.at(stamp_ms) for stamp_ms in stamps_ms] == pytest.approx(times_s, abs=1e-4)


def test_a_long_video_without_stamps_keeps_its_rate() -> None:
    clock = MediaTime(25.0)
    times_s = [clock.at(0.0) for _ in range(5000)]
    assert times_s == pytest.approx([n / 25 for n in range(5000)], abs=1e-6)


@given(
    fps=st.floats(),
    stamps_ms=st.lists(st.floats(width=32) | st.floats(-1e5, 1e5), min_size=2, max_size=60),
)
def test_times_always_grow_whatever_the_file_says(fps: float, stamps_ms: list[float]) -> None:
    clock = MediaTime(fps)
    times_s = [clock.at(stamp_ms) for stamp_ms in stamps_ms]
    assert times_s[0] >= 0
    assert all(0 < later - earlier <= 3601 for earlier, later in itertools.pairwise(times_s))


def test_close_from_another_thread_ends_it(fake_capture: Any, image: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    path.write_bytes(b"\0")
    inside, go_on = threading.Event(), threading.Event()

    def wait() -> np.ndarray:
        inside.set()
        assert go_on.wait(30)
        return image

    capture = fake_capture([image, wait] + [image] * 100)
    source = Video(path, open_capture=lambda _: capture)
    frames: list[Any] = []
    reader = threading.Thread(target=lambda: frames.extend(source))
    reader.start()
    assert inside.wait(30)
    source.close()
    go_on.set()
    reader.join(30)
    source.close()
    assert (len(frames), capture.released, capture.used_after_release) == (1, 1, False)
    assert list(source) == []
