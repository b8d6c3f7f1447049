import re

import pytest

from posekit.errors import ConfigError
from posekit.posenet.sizing import MAX_SIDE, fitting, input_size_for, is_valid, nearest_valid, parse_input_size


@pytest.mark.parametrize(
    ("size", "stride", "valid"),
    [
        ((353, 481), 16, True),
        ((353, 481), 8, True),
        ((353, 481), 32, True),
        ((257, 337), 16, True),
        ((257, 337), 32, False),
        ((256, 256), 16, False),
        ((257, 256), 16, False),
        ((1, 257), 16, False),
    ],
)
def test_a_size_is_valid_if_the_maps_lie_exactly_on_it(size: tuple[int, int], stride: int, valid: bool) -> None:
    assert is_valid(size, stride) is valid


@pytest.mark.parametrize(
    ("size", "stride", "nearest"),
    [
        ((256, 256), 16, (257, 257)),
        ((480, 640), 16, (481, 641)),
        ((353, 481), 16, (353, 481)),
        ((250, 264), 16, (257, 257)),
        ((265, 266), 16, (273, 273)),
        ((264, 260), 8, (265, 257)),
        ((225, 242), 32, (225, 257)),
        ((1, 5), 16, (17, 17)),
        ((0, -40), 8, (9, 9)),
        ((100_000, 300), 16, (1921, 305)),
    ],
)
def test_nearest_valid(size: tuple[int, int], stride: int, nearest: tuple[int, int]) -> None:
    assert nearest_valid(size, stride) == nearest
    assert is_valid(nearest, stride)


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_nearest_valid_is_never_farther_than_half_a_stride(stride: int) -> None:
    for side in range(stride + 1, MAX_SIDE - stride):
        height, width = nearest_valid((side, side), stride)
        assert height == width
        assert (height - 1) % stride == 0
        assert abs(height - side) <= stride / 2


# Worked out by hand with TensorFlow.js 1.x' rule: even = side·factor − 1; even − even mod stride + 1.
@pytest.mark.parametrize(
    ("source_size", "factor", "stride", "expected"),
    [
        ((513, 513), 0.5, 16, (241, 241)),
        ((640, 480), 0.5, 16, (225, 305)),
        ((1280, 720), 0.5, 16, (353, 625)),
        ((1280, 720), 0.2, 16, (129, 241)),
        ((1280, 720), 0.2, 8, (137, 249)),
        ((641, 481), 1.0, 32, (481, 641)),
        ((720, 1280), 0.5, 16, (625, 353)),
    ],
)
def test_image_scale_factor(
    source_size: tuple[int, int], factor: float, stride: int, expected: tuple[int, int]
) -> None:
    assert input_size_for(source_size, factor, stride) == expected


def test_image_scale_factor_never_leaves_the_sane_sizes() -> None:
    assert input_size_for((16, 16), 0.2, 16) == (17, 17)
    assert input_size_for((3000, 16), 0.5, 16) == (17, 1489)
    height, width = input_size_for((8000, 4000), 1.0, 16)
    assert width == MAX_SIDE
    assert abs(height - 0.5 * width) <= 16


@pytest.mark.parametrize("factor", [0.19, 1.01, 0.0, -1.0, float("nan")])
def test_a_wrong_image_scale_factor_is_refused(factor: float) -> None:
    with pytest.raises(ConfigError, match=rf"between 0\.2 and 1\.0, got {factor}"):
        input_size_for((640, 480), factor, 16)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("353x481", (353, 481)),
        ("353X481", (353, 481)),
        ("353×481", (353, 481)),
        (" 193 x 257 ", (193, 257)),
        ("257", (257, 257)),
        ("256", (256, 256)),
    ],
)
def test_parse_input_size_reads_height_and_width(text: str, size: tuple[int, int]) -> None:
    assert parse_input_size(text) == size


@pytest.mark.parametrize(
    "text",
    ["", "x", "353x", "x481", "353,481", "353x481x3", "-353x481", "3.5x257", "auto", "16", "257x16", "257x9999"],
)
def test_parse_input_size_refuses_anything_else(text: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(f"input size '{text}' must")):
        parse_input_size(text)


@pytest.mark.parametrize(
    ("source", "expected"),
    [((640, 480), (193, 257)), ((1280, 720), (161, 305)), ((720, 1280), (305, 161)), ((500, 500), (225, 225))],
)
def test_fitting_follows_the_aspect_at_about_the_same_cost(source: tuple[int, int], expected: tuple[int, int]) -> None:
    size = fitting((193, 257), 16)(source, ())
    assert is_valid(size, 16)
    assert abs(size[0] - expected[0]) <= 16
    assert abs(size[1] - expected[1]) <= 16
    assert size[0] * size[1] == pytest.approx(193 * 257, rel=0.12)
    assert size[1] / size[0] == pytest.approx(source[0] / source[1], rel=0.12)


def test_fitting_does_not_follow_a_strip() -> None:
    height, width = fitting((193, 257), 16)((8000, 100), ())
    assert width / height < 3.5
