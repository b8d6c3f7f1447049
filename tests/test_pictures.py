"""Pictures out: videos that last as long as what they show, snapshots that are always whole, and what fails."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import cv2
import numpy as np
import pytest

from posekit.errors import ConfigError
from posekit.orientation import mirrored
from posekit.pictures import Exhibition, Snapshot, VideoFile, of_source, rate
from posekit.sources.opencv import open_file
from posekit.types import Frame, FrameResult, Poses

Image = np.ndarray
Run = Callable[..., object]


def grey(level: int, width: int = 64, height: int = 48) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def levels(path: Path) -> tuple[float, list[int]]:
    """A video's rate, and the grey of each picture, to the nearest ten."""
    capture = open_file(path)
    found = []
    while (read := capture.read())[0]:
        found.append(round(float(read[1].mean()), -1))
    return capture.get(cv2.CAP_PROP_FPS), [int(level) for level in found]


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi"])
def test_a_video_has_the_rate_and_the_pictures_of_its_source(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    video = VideoFile(path)
    for index in range(25):
        video.show(grey(10 * index), 7.0 + index / 12.5)
    video.close()
    video.close()
    fps, found = levels(path)
    assert fps == pytest.approx(12.5, abs=0.01)
    assert found == [10 * index for index in range(25)]


def test_what_is_late_is_bridged_and_a_long_pause_is_not(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    video = VideoFile(path)
    for index in range(15):
        video.show(grey(50), index / 30)
    video.show(grey(100), 20 / 30)  # five are missing
    video.show(grey(150), 20.3 / 30)  # too early to be worth a picture
    video.show(grey(200), 100.0)
    video.show(grey(200), 100.0 + 1.2 / 30)
    video.close()
    fps, found = levels(path)
    assert fps == pytest.approx(30.0)
    assert found == [50] * 20 + [100] + [200] * 2


def test_a_short_video_and_odd_sides_and_a_change_of_size(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    video = VideoFile(path)
    video.show(grey(80, width=65, height=47), 0.0)
    video.show(grey(90, width=65, height=47), 0.1)
    video.show(grey(120, width=128, height=96), 0.2)
    video.close()
    fps, found = levels(path)
    assert (fps, found) == (10.0, [80, 90, 120])
    VideoFile(tmp_path / "none.mp4").close()
    assert not (tmp_path / "none.mp4").exists()


@pytest.mark.parametrize(
    ("times_s", "fps"),
    [
        ([0.0], 30.0),
        ([0.0, 0.0], 30.0),
        ([index / 25 for index in range(9)], 25.0),
        ([round(index * 1001 / 30000, 3) for index in range(12)], 30000 / 1001),
        ([0.0, 0.047, 0.094, 0.3, 0.347], 21.28),
        ([0.0, 5.0, 10.0], 1.0),
    ],
)
def test_rates(times_s: list[float], fps: float) -> None:
    assert rate(times_s) == pytest.approx(fps, rel=0.002)


def test_a_snapshot_is_renewed_every_second_and_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "now.png"
    snapshot = Snapshot(path)
    shown = []
    for index in range(25):
        snapshot.show(grey(10 * index), index / 10)
        shown.append(int(cv2.imread(str(path)).mean()))
    assert shown == [0] * 10 + [100] * 10 + [200] * 5
    snapshot.close()
    assert cv2.imread(str(path)).mean() == 240
    assert [file.name for file in tmp_path.iterdir()] == ["now.png"]


def frame(seq: int) -> tuple[Frame, FrameResult]:
    image = grey(0)
    image[:, :8] = 255
    picture = Frame(image=image, timestamp_s=seq / 10, seq=seq)
    return picture, FrameResult(source="s", size=(64, 48), seq=seq, timestamp_s=seq / 10, poses=Poses.empty())


class Wall:
    def __init__(self, failing: Exception | None = None) -> None:
        self.images: list[Image] = []
        self.closed = 0
        self.failing = failing

    def show(self, image: Image, timestamp_s: float) -> None:
        if self.failing is not None:
            raise self.failing
        self.images.append(image)

    def close(self) -> None:
        self.closed += 1


def test_pictures_are_flipped_as_their_results_are_and_the_source_keeps_its_own() -> None:
    wall = Wall()
    exhibition = Exhibition([wall], lossless=True, name="s")
    picture, result = frame(0)
    exhibition.put(picture, result)
    exhibition.put(picture, mirrored(result))
    exhibition.close()
    exhibition.put(picture, result)
    plain, flipped = wall.images
    assert plain[40, 2, 0] == 255
    assert flipped[40, 61, 0] == 255
    assert not flipped[40, :50].any()
    assert set(np.unique(picture.image)) == {0, 255}
    assert wall.closed == 1


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError("out.mp4 cannot be written"), "pictures: out.mp4 cannot be written; the run goes on"),
        (ValueError("x"), "pictures: x; the run goes on"),
    ],
)
def test_an_output_that_fails_is_told_once_and_left_out(
    error: Exception, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = Wall(error), Wall()
    with caplog.at_level(logging.WARNING):
        exhibition = Exhibition([bad, good], lossless=True, name="s")
        for seq in range(5):
            exhibition.put(*frame(seq))
        exhibition.close()
    assert caplog.messages == [message]
    assert len(good.images) == 5
    assert bad.closed == 1


class Slow(Wall):
    """Takes one picture, and the next when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.let = Event(), Event()

    def show(self, image: Image, timestamp_s: float) -> None:
        self.began.set()
        self.let.wait()
        super().show(image, timestamp_s)


def test_a_camera_in_the_place_of_a_file_does_not_wait_for_the_drawing() -> None:
    wall = Slow()
    exhibition = Exhibition([wall], lossless=True, name="s")
    exhibition.put(*frame(0))
    assert wall.began.wait(60)

    def fill() -> None:
        for seq in range(1, 10):
            exhibition.put(*frame(seq))

    filling = Thread(target=fill, daemon=True)
    filling.start()
    exhibition.hurry()
    filling.join(60)
    assert not filling.is_alive()
    wall.let.set()
    exhibition.close()
    assert len(wall.images) == 5


def test_files_of_several_sources() -> None:
    path = Path("a/out.mp4")
    assert of_source(path, "left", ["left"]) == path
    assert of_source(path, "left", ["left", "right"]) == Path("a/out-left.mp4")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: VideoFile(folder / "out.gif"), "is no video that can be written: name it .mp4, .m4v, .mov"),
        (lambda folder: VideoFile(folder / "nowhere" / "out.mp4"), "there is no folder"),
        (lambda folder: Snapshot(folder / "out.gif"), "is no picture: name it .jpg, .jpeg, .png"),
        (lambda folder: Snapshot(folder / "x.png"), "is a folder; name a file in it"),
    ],
)
def test_what_cannot_be_written(tmp_path: Path, make: Callable[[Path], object], message: str) -> None:
    (tmp_path / "x.png").mkdir()
    with pytest.raises(ConfigError) as error:
        make(tmp_path)
    assert message in str(error.value)
