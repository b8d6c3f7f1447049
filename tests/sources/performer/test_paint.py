"""Painting: as much colour as the shape is large, smooth at its edges, cut off at the picture's, lit from one side."""

import math

import numpy as np
import pytest

from posekit.sources.performer.paint import Part, draw, shade

WHITE = (255, 255, 255)


def blank(width: int = 200, height: int = 160) -> np.ndarray:
    return np.zeros((height, width, 3), np.uint8)


def part(
    start: tuple[float, float], end: tuple[float, float], *radii: float, colour: tuple[int, int, int] = WHITE, cut=False
) -> Part:
    return Part(start, end, radii, colour, 0.0, (), cut)


@pytest.mark.parametrize("angle", [0, 30, 90, 200])
def test_the_area_is_that_of_the_shape(angle: float) -> None:
    dx, dy = 60 * math.cos(math.radians(angle)), 60 * math.sin(math.radians(angle))
    start, end = (100.25 - dx / 2, 80.5 - dy / 2), (100.25 + dx / 2, 80.5 + dy / 2)
    shapes = {
        (12.0, 12.0): (False, 60 * 24 + math.pi * 144),
        (12.0, 12.0, 12.0): (True, 60 * 24 + math.pi * 72),
        (12.0, 6.0): (False, 60 * 18 + math.pi * (72 + 18)),
    }
    for radii, (cut, area) in shapes.items():
        canvas = blank()
        draw(canvas, part(start, end, *radii, cut=cut))
        assert (canvas > 0).any(axis=2).sum() == pytest.approx(area, rel=0.12)
        assert (canvas > 120).all(axis=2).sum() == pytest.approx(area, rel=0.12)


def test_thin_parts_fade_instead_of_vanishing() -> None:
    thick, thin = blank(), blank()
    draw(thick, part((50, 50), (120, 50), 1.0))
    draw(thin, part((50, 50), (120, 50), 0.25))
    assert 0 < thin.max() < thick.max()


@pytest.mark.parametrize("where", [(-500.0, 20.0), (20.0, -300.0), (900.0, 20.0), (20.0, 700.0)])
def test_what_lies_outside_changes_nothing(where: tuple[float, float]) -> None:
    canvas = blank()
    draw(canvas, part(where, (where[0] + 10, where[1]), 8.0, 8.0))
    shade(canvas, where, (30.0, 10.0), 0.5)
    assert not canvas.any()


def test_what_reaches_in_is_the_same_as_on_a_larger_canvas() -> None:
    small, large = blank(100, 100), blank(300, 300)
    draw(small, part((-20.0, 30.0), (60.0, 110.0), 25.0, 10.0, 18.0))
    draw(large, part((80.0, 130.0), (160.0, 210.0), 25.0, 10.0, 18.0))
    assert (small == large[100:200, 100:200]).all()
    assert small.any()


def test_light_comes_from_the_upper_left() -> None:
    canvas = blank()
    draw(canvas, part((100, 80), (100, 80), 40.0, colour=(120, 120, 120)))
    upper_left, lower_right = canvas[60, 80, 0], canvas[100, 120, 0]
    assert upper_left > lower_right + 30
    assert canvas[80, 100, 0] > lower_right


def test_a_long_part_shows_no_ring_where_the_next_begins() -> None:
    canvas = blank()
    draw(canvas, part((100, 20), (100, 80), 12.0, 12.0, colour=(100, 150, 200)))
    draw(canvas, part((100, 80), (100, 140), 12.0, 12.0, colour=(100, 150, 200)))
    down_the_middle = canvas[25:135, 100].astype(int)
    assert np.abs(np.diff(down_the_middle, axis=0)).max() <= 1


def test_a_shadow_darkens_its_middle_most() -> None:
    canvas = np.full((100, 200, 3), 200, np.uint8)
    shade(canvas, (100.0, 50.0), (60.0, 12.0), 0.4)
    assert canvas[50, 100, 0] == pytest.approx(120, abs=1)
    assert canvas[50, 130, 0] > canvas[50, 100, 0]
    assert canvas[50, 165, 0] == canvas[70, 100, 0] == 200
    untouched = canvas.copy()
    shade(canvas, (100.0, 50.0), (60.0, 12.0), 0.0)
    assert (canvas == untouched).all()
