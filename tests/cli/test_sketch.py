"""The terminal's skeletons: dots where people are and none elsewhere."""

from dataclasses import replace

import numpy as np

from posekit.cli.sketch import coloured, slot_colour
from posekit.skeleton import INDEX
from posekit.types import Person

EMPTY = " "


def sketch(people: list[Person], size: tuple[int, int], *, columns: int, rows: int) -> str:
    return coloured(people, size, columns=columns, rows=rows).plain


def person(left: float, top: float, score: float = 1.0) -> Person:
    """Someone whose shoulders and hips form a square of 100 px, everything else unseen."""
    xy, scores = np.zeros((17, 2), np.float32), np.zeros(17, np.float32)
    for name, x, y in (
        ("rightShoulder", 0, 0),
        ("leftShoulder", 100, 0),
        ("rightHip", 0, 100),
        ("leftHip", 100, 100),
    ):
        xy[INDEX[name]] = left + x, top + y
        scores[INDEX[name]] = score
    return Person(
        id=1,
        slot=1,
        age_s=0.0,
        xy=xy,
        keypoint_scores=scores,
        velocity=np.zeros((17, 2), np.float32),
        score=1.0,
        visible=True,
    )


def test_an_empty_room_is_empty() -> None:
    assert sketch([], (640, 480), columns=10, rows=3) == "\n".join([EMPTY * 10] * 3)


def test_a_person_on_the_left_is_drawn_on_the_left() -> None:
    lines = sketch([person(20, 20)], (400, 400), columns=40, rows=20).splitlines()
    assert [len(line) for line in lines] == [40] * 20
    drawn = np.array([[character != EMPTY for character in line] for line in lines])
    rows, columns = np.nonzero(drawn)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (1, 6, 2, 12)
    assert not drawn[3, 6]  # the square is an outline


def test_unseen_joints_and_broken_numbers_draw_nothing() -> None:
    blank = sketch([], (400, 400), columns=40, rows=20)
    assert sketch([person(20, 20, score=0.1)], (400, 400), columns=40, rows=20) == blank
    assert sketch([person(float("nan"), 20)], (400, 400), columns=40, rows=20) == blank
    assert sketch([person(1e30, 20)], (400, 400), columns=40, rows=20) == blank


def test_everyone_has_the_colour_of_their_slot() -> None:
    both = [person(20, 20), replace(person(260, 20), slot=2)]
    text = coloured(both, (400, 400), columns=40, rows=20)
    colours = {(slot_colour(1), 0), (slot_colour(2), 1)}
    seen = {(str(span.style), int(span.start % 41 >= 20)) for span in text.spans if text.plain[span.start] != EMPTY}
    assert seen == colours
    assert slot_colour(1) != slot_colour(2)
    assert slot_colour(1) == slot_colour(7)
