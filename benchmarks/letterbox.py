"""What it costs to fit a picture into the network's input, and what finer resizing would cost and bring.

    python benchmarks/letterbox.py            times
    python benchmarks/letterbox.py --quality  also compares poses on the shared clips (POSEKIT_SHARED)

Times are milliseconds, minimum and median of single calls, with OpenCV's own choice of threads and with one thread.
Quality is compared by two figures. Peaks: places per picture where a heatmap exceeds 0.5. Jitter: how much a keypoint
of score > 0.5 moves, in source pixels (median of standard deviations), while the picture is shifted by 0 to 7 pixels.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.posenet.decode_multiple import decode_coral
from posekit.posenet.letterbox import BORDER, Letterbox
from posekit.posenet.model import Network
from posekit.types import Poses

Image = NDArray[np.uint8]

SIZES = [
    ((1280, 720), (353, 481)),
    ((1920, 1080), (353, 481)),
    ((1920, 1080), (193, 257)),
    ((640, 480), (353, 481)),
]
CLIPS = {
    "test_couple.jpg": 1,
    "three_people.jpg": 1,
    "treadmill.mp4": 3,
    "group_exercise.mp4": 25,
    "wave.mp4": 20,
    "exercise_trio.avi": 40,
}


def milliseconds(work: Callable[[], object], calls: int = 200) -> tuple[float, float]:
    """Minimum and median of ``calls`` calls."""
    times = []
    for _ in range(calls):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e3)
    return min(times), statistics.median(times)


def times() -> None:
    """Letterbox.write beside a resize by area, for several sizes."""
    rng = np.random.default_rng(0)
    default = cv2.getNumThreads()
    print(f"{'threads':>7} {'source':>10} {'input':>8} {'write':>13} {'by area':>13}   minimum median, ms")
    for threads in sorted({default, 1}, reverse=True):
        cv2.setNumThreads(threads)
        for source_size, input_size in SIZES:
            image = rng.integers(0, 255, (*source_size[::-1], 3), dtype=np.uint8)
            out = np.empty((*input_size, 3), np.uint8)
            letterbox = Letterbox(source_size, input_size)
            inner = letterbox.rect[2:]
            ours = milliseconds(lambda: letterbox.write(image, out))  # noqa: B023
            area = milliseconds(lambda: cv2.resize(image, inner, interpolation=cv2.INTER_AREA), 30)  # noqa: B023
            print(
                f"{threads:>7} {source_size[0]:>5}x{source_size[1]:<4} {input_size[0]:>4}x{input_size[1]:<3}"
                f" {ours[0]:6.3f} {ours[1]:6.3f} {area[0]:6.3f} {area[1]:6.3f}"
            )
    cv2.setNumThreads(default)


def pictures(path: Path, every: int) -> list[Image]:
    """Every ``every``-th frame of a clip, or the one picture."""
    if path.suffix == ".jpg":
        image = cv2.imread(str(path))
        return [] if image is None else [image.astype(np.uint8, copy=False)]
    capture = cv2.VideoCapture(str(path))
    frames: list[Image] = []
    index = 0
    while True:
        ok, image = capture.read()
        if not ok:
            return frames
        if index % every == 0:
            frames.append(image.astype(np.uint8, copy=False))
        index += 1


def fitted(image: Image, input_size: tuple[int, int], interpolation: int | None, border: int | None) -> Image:
    """As Letterbox.write, with any interpolation (None: its own) and border (None repeats the rim); RGB."""
    height, width = input_size
    letterbox = Letterbox((image.shape[1], image.shape[0]), input_size)
    left, top, inner_width, inner_height = letterbox.rect
    if interpolation is None:
        out = np.empty((height, width, 3), np.uint8)
        letterbox.write(image, out)
        inner = out[top : top + inner_height, left : left + inner_width]
    else:
        inner = cv2.resize(image, (inner_width, inner_height), interpolation=interpolation)[..., ::-1]
    sides = (top, height - inner_height - top, left, width - inner_width - left)
    kind = cv2.BORDER_REPLICATE if border is None else cv2.BORDER_CONSTANT
    return cv2.copyMakeBorder(np.ascontiguousarray(inner), *sides, kind, value=(border or 0,) * 3).astype(np.uint8)


def peaks(model: Network, image: Image, way: tuple[int | None, int | None]) -> int:
    """Places where a heatmap exceeds 0.5."""
    model.load(model.encode(fitted(image, model.input_size, *way)))
    heatmaps = model.maps(model.invoke()).heatmaps
    highest = cv2.dilate(heatmaps, np.ones((3, 3), np.uint8))
    return int(((heatmaps == highest) & (heatmaps > 0.5)).sum())


def jitter(model: Network, image: Image, way: tuple[int | None, int | None]) -> list[float]:
    """Standard deviations of x and y of every surely seen keypoint over eight shifts of the picture."""
    height, width = image.shape[0] - 8, image.shape[1] - 8
    letterbox = Letterbox((width, height), model.input_size)
    first: Poses | None = None
    tracks: list[list[NDArray[np.float32]]] = []
    for dx in range(8):
        dy = dx * 3 % 8
        model.load(model.encode(fitted(image[dy : dy + height, dx : dx + width], model.input_size, *way)))
        poses = decode_coral(model.maps(model.invoke()))
        xy = letterbox.to_source(poses.xy) + np.array((dx, dy), np.float32)
        if first is None:
            first = poses
            tracks = [[place] for place in xy]
        elif len(xy):
            for track in tracks:
                away = np.abs(xy - track[0]).mean(axis=(1, 2))
                if away.min() < 60:
                    track.append(xy[away.argmin()])
    assert first is not None
    sure = (first.keypoint_scores > 0.5) & (first.scores > 0.5)[:, None]
    return [float(s) for track, seen in zip(tracks, sure, strict=True) for s in np.std(track, axis=0)[seen].ravel()]


def quality() -> None:
    """Both figures for kinds of resizing and border."""
    shared = Path(os.environ.get("POSEKIT_SHARED", "../shared"))
    clips = {name: pictures(shared / "media" / name, every) for name, every in CLIPS.items()}
    files = ["posenet_mobilenet_v1_075_353_481_quant.tflite", "posekit_mobilenet_050_int8.tflite"]
    ways: dict[str, tuple[int | None, int | None]] = {
        "as it is": (None, BORDER),
        "black": (None, 0),
        "white": (None, 255),
        "rim": (None, None),
        "bilinear alone": (cv2.INTER_LINEAR, BORDER),
        "by area": (cv2.INTER_AREA, BORDER),
    }
    print(f"\n{'peaks / jitter':36}" + "".join(f"{name.split('.')[0][:13]:>15}" for name in clips))
    for file in files:
        for input_size in ((193, 257), (353, 481)):
            model = Network((shared / "models" / file).read_bytes(), name=file, input_size=input_size)
            for label, way in ways.items():
                row = ""
                for images in clips.values():
                    count = statistics.mean(peaks(model, image, way) for image in images)
                    moved = [s for image in images[:4] for s in jitter(model, image, way)]
                    row += f"{count:8.1f} /{statistics.median(moved or [float('nan')]):5.2f}"
                print(f"{file[:8]} {input_size[0]}x{input_size[1]} {label:18}" + row)


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quality", action="store_true", help="compare poses on the shared clips")
    options = parser.parse_args()
    times()
    if options.quality:
        quality()


if __name__ == "__main__":
    main()
