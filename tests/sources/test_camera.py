"""The camera source, with ``FakeCapture`` (see conftest.py) in the place of OpenCV's driver, because no camera can be
plugged into a test machine. Choosing, stamping, losing and closing run as they do with a real one."""

import logging
import threading
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Any

import cv2
import numpy as np
import pytest

from posekit.errors import SourceError
from posekit.sources import camera as camera_module
from posekit.sources.camera import Camera, CameraDevice, cameras
from posekit.sources.opencv import quieten
from posekit.sources.spec import open_source

FOUND = (
    CameraDevice(index=0, name="HD Webcam", path="/dev/video0", backend="V4L2"),
    CameraDevice(index=2, name="USB Kamera Süd", path="/dev/video2", backend="V4L2"),
    CameraDevice(index=4, name="USB Kamera Nord", path="usb#4", backend="V4L2"),
)


class Driver:
    """Opens the captures it was given, one after the other, and remembers what was asked for."""

    def __init__(self, *captures: Any) -> None:
        self.captures = list(captures)
        self.asked: list[int | str] = []

    def __call__(self, device: int | str) -> Any:
        self.asked.append(device)
        return self.captures.pop(0)


@pytest.mark.parametrize(
    ("device", "opened"),
    [
        (0, 0),
        (2, 2),
        ("webcam", 0),
        ("HD Webcam", 0),
        ("süd", 2),
        ("USB KAMERA NORD", 4),
        ("usb#4", 4),
        ("/dev/video2", "/dev/video2"),
        ("/dev/v4l/by-id/usb-x", "/dev/v4l/by-id/usb-x"),
    ],
)
def test_which_camera_is_opened(fake_capture: Any, device: int | str, opened: int | str, image: np.ndarray) -> None:
    driver = Driver(fake_capture([image]))
    source = Camera(device, open_capture=driver, find=lambda: FOUND)
    assert next(iter(source)).image is image
    assert driver.asked == [opened]
    source.close()


@pytest.mark.parametrize(
    ("device", "found", "message"),
    [
        (3, FOUND[:1], "no camera 3; found: 0 'HD Webcam'; try 'posekit run performer'"),
        (0, (), "no camera 0; found none; try 'posekit run performer'"),
        (
            "/dev/video9",
            FOUND[:2],
            "no camera /dev/video9; found: 0 'HD Webcam', 2 'USB Kamera Süd'; try 'posekit run performer'",
        ),
        ("squat", FOUND[:1], "no camera or file 'squat'; found: 0 'HD Webcam'; try 'posekit run performer'"),
        ("squat", (), "no camera or file 'squat'; found none; try 'posekit run performer'"),
        ("usb", FOUND, "several cameras are called 'usb': 2 'USB Kamera Süd', 4 'USB Kamera Nord'; give the number"),
        (0, FOUND, "camera 0 'HD Webcam' cannot be opened: another program may be using it"),
        ("/dev/video0", FOUND, "camera 0 'HD Webcam' cannot be opened: another program may be using it"),
        ("hd", FOUND, "camera 0 'HD Webcam' cannot be opened: another program may be using it"),
    ],
)
def test_a_camera_that_cannot_be_opened(
    fake_capture: Any, device: int | str, found: tuple[CameraDevice, ...], message: str
) -> None:
    refused = fake_capture(opened=False)
    driver = Driver(refused)
    with pytest.raises(SourceError) as caught:
        next(iter(Camera(device, open_capture=driver, find=lambda: found)))
    assert str(caught.value).startswith(message)
    assert refused.released == len(driver.asked)
    assert len(driver.asked) == (1 if "cannot be opened" in message or device == "/dev/video9" else 0)


def test_an_exact_name_beats_a_part_of_others(fake_capture: Any, image: np.ndarray) -> None:
    found = (
        CameraDevice(index=0, name="Cam", path="", backend=""),
        CameraDevice(index=1, name="Cam 2", path="", backend=""),
    )
    driver = Driver(fake_capture([image]))
    assert next(iter(Camera("cam", open_capture=driver, find=lambda: found))).seq == 0
    assert driver.asked == [0]


def test_frames_are_stamped_between_grab_and_decoding(fake_capture: Any) -> None:
    order: list[str] = []

    class Watched(fake_capture):  # type: ignore[misc]
        def grab(self) -> bool:
            order.append("grab")
            return bool(super().grab())

        def retrieve(self) -> tuple[bool, Any]:
            order.append("retrieve")
            return super().retrieve()  # type: ignore[no-any-return]

    def clock() -> float:
        order.append("clock")
        return 100.0 + len(order)

    pictures = [np.full((24, 32, 3), value, np.uint8) for value in (1, 2)]
    source = Camera(0, clock=clock, open_capture=Driver(Watched(pictures)), find=lambda: FOUND)
    frames: list[Any] = []
    with pytest.raises(SourceError, match="no more pictures"):
        frames.extend(source)
    assert order == ["grab", "clock", "retrieve"] * 2 + ["grab"]
    assert [frame.timestamp_s for frame in frames] == [102.0, 105.0]
    assert [frame.seq for frame in frames] == [0, 1]
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [1, 2]
    assert [frame.grabbed_s for frame in frames] == [frame.timestamp_s for frame in frames]


def test_a_camera_that_is_unplugged_is_an_error_and_is_released(fake_capture: Any, image: np.ndarray) -> None:
    capture = fake_capture([image])
    with pytest.raises(SourceError, match="camera 0 delivers no more pictures; is it still plugged in"):
        list(Camera(0, open_capture=Driver(capture), find=lambda: FOUND))
    assert capture.released == 1


def test_it_can_be_opened_again_and_is_found_under_another_number(fake_capture: Any, image: np.ndarray) -> None:
    first, second = fake_capture([image]), fake_capture([image, image])
    driver = Driver(first, second)
    found = [CameraDevice(index=5, name="HD Webcam", path="", backend="")]
    source = Camera("hd", open_capture=driver, find=lambda: found)
    with pytest.raises(SourceError):
        list(source)
    found[0] = CameraDevice(index=6, name="HD Webcam", path="", backend="")
    again = iter(source)
    assert [next(again).seq, next(again).seq] == [0, 1]
    assert driver.asked == [5, 6]


def test_pictures_that_cannot_be_decoded_are_left_out(fake_capture: Any, image: np.ndarray) -> None:
    frames = iter(Camera(0, open_capture=Driver(fake_capture([None, image, None, None, image])), find=lambda: FOUND))
    assert [next(frames).seq, next(frames).seq] == [0, 1]


def test_nothing_but_garbage_is_a_failure_and_no_endless_loop(fake_capture: Any, image: np.ndarray) -> None:
    capture = fake_capture([image] + [None] * 1000)
    with pytest.raises(SourceError, match="no more pictures"):
        list(Camera(0, open_capture=Driver(capture), find=lambda: FOUND))
    assert len(capture.steps) > 900


def test_what_opencv_raises_is_a_failed_read(fake_capture: Any, image: np.ndarray) -> None:
    def explode() -> Any:
        raise cv2.error("(-215:Assertion failed)")

    with pytest.raises(SourceError, match="no more pictures"):
        list(Camera(0, open_capture=Driver(fake_capture([image, explode])), find=lambda: FOUND))


def test_wishes_reach_the_driver_in_an_order_that_works(fake_capture: Any, image: np.ndarray) -> None:
    capture = fake_capture([image])
    source = Camera(
        0, width=1280, height=720, fps=30.0, pixel_format="MJPG", open_capture=Driver(capture), find=lambda: FOUND
    )
    next(iter(source))
    mjpg = sum(ord(letter) << 8 * place for place, letter in enumerate("MJPG"))
    assert capture.asked == [
        (cv2.CAP_PROP_FOURCC, mjpg),
        (cv2.CAP_PROP_FRAME_WIDTH, 1280),
        (cv2.CAP_PROP_FRAME_HEIGHT, 720),
        (cv2.CAP_PROP_FPS, 30.0),
        (cv2.CAP_PROP_BUFFERSIZE, 1),
    ]


def test_without_wishes_only_the_buffer_is_set(fake_capture: Any, image: np.ndarray) -> None:
    capture = fake_capture([image])
    next(iter(Camera(0, open_capture=Driver(capture), find=lambda: FOUND)))
    assert capture.asked == [(cv2.CAP_PROP_BUFFERSIZE, 1)]


def test_options_of_the_text_reach_the_driver(fake_capture: Any, image: np.ndarray, monkeypatch: Any) -> None:
    capture = fake_capture([image])
    source = open_source("camera:4?width=640&height=480&fps=15&format=yuyv")
    driver = Driver(capture)
    monkeypatch.setattr(source, "_open_capture", driver)
    monkeypatch.setattr(source, "_find", lambda: FOUND)
    next(iter(source))
    assert driver.asked == [4]
    assert [value for _, value in capture.asked][1:] == [640, 480, 15.0, 1]


@pytest.mark.parametrize(("width", "height", "warned"), [(32, 24, False), (64, 48, True), (None, 48, True)])
def test_another_size_than_asked_for_is_said(
    fake_capture: Any,
    image: np.ndarray,
    caplog: pytest.LogCaptureFixture,
    width: int | None,
    height: int,
    warned: bool,
) -> None:
    source = Camera(
        0, width=width, height=height, open_capture=Driver(fake_capture([image, image])), find=lambda: FOUND
    )
    with caplog.at_level(logging.WARNING), pytest.raises(SourceError):
        list(source)
    said = [record.getMessage() for record in caplog.records]
    wanted = f"{width or 32}×{height}"
    assert said == ([f"camera 0 delivers 32×24, not {wanted}; try '?format=MJPG' or another size"] if warned else [])


def test_close_from_another_thread_ends_the_iteration_without_touching_the_driver_in_use(
    fake_capture: Any, image: np.ndarray
) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def hang() -> np.ndarray:
        inside.set()
        assert go_on.wait(30)
        return image

    capture = fake_capture([image, hang, image])
    source = Camera(0, open_capture=Driver(capture), find=lambda: FOUND)
    frames: list[Any] = []
    reader = threading.Thread(target=lambda: frames.extend(source))
    reader.start()
    assert inside.wait(30)
    source.close()  # returns while the driver hangs
    source.close()
    assert capture.released == 0
    go_on.set()
    reader.join(30)
    assert not reader.is_alive()
    assert len(frames) == 1
    assert capture.released == 1
    assert not capture.used_after_release


def test_close_between_frames_releases_at_once(fake_capture: Any, image: np.ndarray) -> None:
    capture = fake_capture([image, image])
    source = Camera(0, open_capture=Driver(capture), find=lambda: FOUND)
    frames = iter(source)
    next(frames)
    source.close()
    assert capture.released == 1
    assert list(frames) == []
    assert capture.released == 1
    assert not capture.used_after_release


def test_close_while_the_driver_opens(fake_capture: Any, image: np.ndarray) -> None:
    capture = fake_capture([image])

    def slow(device: int | str) -> Any:
        source.close()
        return capture

    source = Camera(0, open_capture=slow, find=lambda: FOUND)
    assert list(source) == []
    assert capture.released == 1


def test_leaving_the_loop_releases(fake_capture: Any, image: np.ndarray) -> None:
    capture = fake_capture([image, image])
    frames: Any = iter(Camera(0, open_capture=Driver(capture), find=lambda: FOUND))
    next(frames)
    frames.close()
    assert capture.released == 1


def test_an_abandoned_read_does_not_hinder_the_next_opening(fake_capture: Any, image: np.ndarray) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def hang() -> bool:
        inside.set()
        return not go_on.wait(30)

    stuck, well = fake_capture([hang]), fake_capture([image])
    source = Camera(0, open_capture=Driver(stuck, well), find=lambda: FOUND)
    outcome: list[BaseException] = []

    def read() -> None:
        try:
            list(source)
        except SourceError as error:
            outcome.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    assert inside.wait(30)
    assert next(iter(source)).image is image
    go_on.set()
    reader.join(30)
    assert len(outcome) == 1
    assert (stuck.released, well.released) == (1, 1)


def test_the_list_is_sorted_and_needs_no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    class Info:
        def __init__(self, index: int, name: str, path: str | None) -> None:
            self.index, self.name, self.path, self.backend = index, name, path, cv2.CAP_FFMPEG

    asked: list[int] = []

    def enumerate_cameras(backend: int) -> list[Info]:
        asked.append(backend)
        return [Info(2, "B", "/dev/video2"), Info(0, "A", None)]

    monkeypatch.setattr(camera_module, "enumerate_cameras", enumerate_cameras)
    assert cameras() == (
        CameraDevice(index=0, name="A", path="", backend="FFMPEG"),
        CameraDevice(index=2, name="B", path="/dev/video2", backend="FFMPEG"),
    )
    assert len(asked) == 1  # one backend, or every camera would be there twice


def test_the_real_list_and_the_real_driver_agree_that_camera_97_is_not_there(
    capfd: pytest.CaptureFixture[str],
) -> None:
    listed = ", ".join(map(str, cameras()))
    with pytest.raises(SourceError) as caught:
        next(iter(Camera(97)))
    assert str(caught.value) == (
        f"no camera 97; found{': ' + listed if listed else ' none'}; try 'posekit run performer'"
    )
    assert capfd.readouterr().err == ""


def test_a_device_is_a_value() -> None:
    with pytest.raises(FrozenInstanceError):
        FOUND[0].index = 3  # type: ignore[misc]
    assert str(FOUND[0]) == "0 'HD Webcam'"


def test_a_user_who_wants_opencvs_messages_gets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    levels: list[int] = []
    monkeypatch.setattr(cv2.utils.logging, "setLogLevel", levels.append)
    monkeypatch.setenv("OPENCV_LOG_LEVEL", "INFO")
    plain: Callable[[], None] = quieten.__wrapped__
    plain()
    assert levels == []
    monkeypatch.delenv("OPENCV_LOG_LEVEL")
    plain()
    assert levels == [cv2.utils.logging.LOG_LEVEL_SILENT]
