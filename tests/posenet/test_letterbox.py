import numpy as np
import pytest
from numpy.typing import NDArray

from posekit.errors import SourceError
from posekit.posenet.letterbox import BORDER, Letterbox

Size = tuple[int, int]

INPUT_SIZES = [(353, 481), (257, 257), (193, 257), (481, 273), (1089, 1921)]
FIT = pytest.mark.parametrize("stretch", [False, True], ids=["letterbox", "stretch"])


def blank(source_size: Size) -> NDArray[np.uint8]:
    width, height = source_size
    return np.zeros((height, width, 3), np.uint8)


def fitted(image: NDArray[np.uint8], letterbox: Letterbox) -> NDArray[np.uint8]:
    out = np.full((*letterbox.input_size, 3), 77, np.uint8)
    letterbox.write(image, out)
    return out


def with_blob(source_size: Size, x: float, y: float) -> NDArray[np.uint8]:
    """A black picture with a soft bright dot whose centre of mass is (x, y)."""
    image = blank(source_size)
    width, height = source_size
    reach, sigma = 48, 13.0
    xs = np.arange(max(round(x) - reach, 0), min(round(x) + reach + 1, width))
    ys = np.arange(max(round(y) - reach, 0), min(round(y) + reach + 1, height))
    squared = (xs[None, :] - x) ** 2 + (ys[:, None] - y) ** 2
    dot = np.rint(250 * np.exp(-squared / (2 * sigma**2))).astype(np.uint8)
    image[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1] = dot[..., None]
    return image


def centroid(brightness: NDArray[np.float64]) -> NDArray[np.float64]:
    total = brightness.sum()
    ys, xs = np.indices(brightness.shape)
    return np.array([(brightness * xs).sum() / total, (brightness * ys).sum() / total])


@FIT
@pytest.mark.parametrize("input_size", INPUT_SIZES)
@pytest.mark.parametrize("source_size", [(1920, 1080), (1919, 1079)])
def test_points_found_in_the_networks_input_map_back_to_where_they_were(
    source_size: Size, input_size: Size, stretch: bool
) -> None:
    letterbox = Letterbox(source_size, input_size, stretch=stretch)
    empty = fitted(blank(source_size), letterbox).astype(float)
    rng = np.random.default_rng(4)
    placed = [(60.25, 60.5), (1859.7, 60.1), (61.0, 1019.9), (1859.0, 1019.25), (959.5, 539.5)]
    placed += [(float(x), float(y)) for x, y in rng.uniform((60, 60), (1860, 1020), (4, 2))]
    for x, y in placed:
        seen = fitted(with_blob(source_size, x, y), letterbox).astype(float) - empty
        back = letterbox.to_source(centroid(seen.sum(axis=2)).astype(np.float32))
        assert np.abs(back - (x, y)).max() <= 0.1


@FIT
@pytest.mark.parametrize(
    ("source_size", "input_size"),
    [
        ((1920, 1080), (353, 481)),
        ((720, 1280), (353, 481)),
        ((100, 80), (353, 481)),
        ((3000, 16), (257, 337)),
        ((16, 3000), (257, 337)),
        ((16, 16), (193, 257)),
        ((1, 1), (193, 257)),
        ((481, 353), (353, 481)),
        ((1279, 719), (193, 257)),
    ],
)
def test_rims_of_the_picture_lie_on_rims_of_the_rectangle(source_size: Size, input_size: Size, stretch: bool) -> None:
    letterbox = Letterbox(source_size, input_size, stretch=stretch)
    left, top, width, height = letterbox.rect
    source_rims = np.array([[-0.5, -0.5], np.array(source_size) - 0.5], np.float32)
    input_rims = np.array([[left, top], [left + width, top + height]], np.float32) - np.float32(0.5)
    # Halving leaves out an odd last row or column: less than a pixel of the input.
    np.testing.assert_allclose(letterbox.to_input(source_rims)[0], input_rims[0], atol=1e-3)
    over = letterbox.to_input(source_rims)[1] - input_rims[1]
    assert (over >= -1e-3).all()
    assert (over < 1).all()
    np.testing.assert_allclose(letterbox.to_source(letterbox.to_input(source_rims)), source_rims, atol=1e-2)


@pytest.mark.parametrize(
    ("source_size", "input_size", "rect"),
    [
        ((1280, 720), (353, 481), (0, 41, 481, 271)),
        ((720, 1280), (353, 481), (141, 0, 199, 353)),
        ((100, 80), (353, 481), (20, 0, 441, 353)),
        ((3000, 16), (257, 337), (0, 127, 337, 2)),
        ((16, 3000), (257, 337), (168, 0, 1, 257)),
        ((16, 16), (193, 257), (32, 0, 193, 193)),
        ((5000, 1), (193, 257), (0, 96, 257, 1)),
        ((481, 353), (353, 481), (0, 0, 481, 353)),
    ],
)
def test_the_picture_is_centred_without_distortion(
    source_size: Size, input_size: Size, rect: tuple[int, int, int, int]
) -> None:
    letterbox = Letterbox(source_size, input_size)
    assert letterbox.rect == rect
    out = fitted(np.full_like(blank(source_size), 200), letterbox)
    left, top, width, height = rect
    inside = np.zeros(input_size, bool)
    inside[top : top + height, left : left + width] = True
    assert (out[inside] == 200).all()
    assert (out[~inside] == BORDER).all()


def test_stretch_fills_the_whole_input() -> None:
    letterbox = Letterbox((1280, 720), (353, 481), stretch=True)
    assert letterbox.rect == (0, 0, 481, 353)
    assert (fitted(np.full((720, 1280, 3), 9, np.uint8), letterbox) == 9).all()


@FIT
def test_blue_green_red_becomes_red_green_blue(stretch: bool) -> None:
    image = blank((640, 480))
    image[...] = (10, 20, 30)
    out = fitted(image, Letterbox((640, 480), (193, 257), stretch=stretch))
    assert out[96, 128].tolist() == [30, 20, 10]


def test_what_an_earlier_picture_left_in_the_input_is_covered() -> None:
    bright, dark = np.full((720, 1280, 3), 250, np.uint8), blank((1280, 720))
    letterbox = Letterbox((1280, 720), (353, 481))
    out = fitted(bright, letterbox)
    out[:] = 3  # a runtime may use its input tensor for something else during invoke
    letterbox.write(dark, out)
    np.testing.assert_array_equal(out, fitted(dark, Letterbox((1280, 720), (353, 481))))


def test_no_pixel_of_a_large_picture_is_skipped() -> None:
    # A chequerboard of single pixels averages to grey; bilinear resizing alone would show moiré.
    rows, columns = np.indices((1080, 1920))
    board = np.repeat((255 * ((rows + columns) % 2)).astype(np.uint8)[..., None], 3, axis=2)
    for input_size in [(353, 481), (193, 257)]:
        out = fitted(board, Letterbox((1920, 1080), input_size, stretch=True))
        assert np.abs(out.astype(int) - 127.5).max() <= 2


def test_views_are_written_in_place_and_read_as_they_are() -> None:
    rng = np.random.default_rng(1)
    image = rng.integers(0, 255, (480, 640, 3), dtype=np.uint8)
    letterbox = Letterbox((640, 480), (193, 257))
    tensor = np.zeros((1, 193, 257, 3), np.uint8)
    letterbox.write(image, tensor[0])
    assert tensor.any()
    mirrored = fitted(image[:, ::-1], letterbox)
    np.testing.assert_array_equal(mirrored, fitted(np.ascontiguousarray(image[:, ::-1]), letterbox))
    assert (mirrored != tensor[0]).any()
    image.flags.writeable = False
    np.testing.assert_array_equal(fitted(image, letterbox), tensor[0])


@FIT
def test_points_are_not_clipped_and_come_back_after_a_round_trip(stretch: bool) -> None:
    letterbox = Letterbox((1920, 1080), (257, 337), stretch=stretch)
    points = np.array([[[-300.0, -40.0], [0.0, 0.0]], [[2500.0, 1500.0], [960.25, 3.5]]], np.float32)
    back = letterbox.to_source(letterbox.to_input(points))
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, points, atol=2e-3)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((480, 640), np.uint8),
        np.zeros((480, 640, 4), np.uint8),
        np.zeros((480, 640, 3), np.float32),
        np.zeros((640, 480, 3), np.uint8),
    ],
    ids=["grey", "alpha", "float", "size"],
)
def test_a_picture_of_another_kind_is_refused(image: NDArray[np.uint8]) -> None:
    letterbox = Letterbox((640, 480), (193, 257))
    with pytest.raises(SourceError, match=r"must be \(480, 640, 3\) uint8 BGR, got"):
        letterbox.write(image, np.zeros((193, 257, 3), np.uint8))


def test_an_output_of_another_size_is_refused() -> None:
    letterbox = Letterbox((640, 480), (193, 257))
    with pytest.raises(ValueError, match=r"out must be \(193, 257, 3\) uint8"):
        letterbox.write(blank((640, 480)), np.zeros((257, 193, 3), np.uint8))


def test_it_knows_the_sizes_it_was_made_for() -> None:
    letterbox = Letterbox((640, 480), (193, 257))
    assert letterbox.fits((640, 480), (193, 257))
    assert not letterbox.fits((480, 640), (193, 257))
    assert not letterbox.fits((640, 480), (257, 193))
