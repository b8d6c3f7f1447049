import pytest

from posekit.delayed import FRAMES_BEHIND, Delayed


@pytest.mark.parametrize("ahead", range(FRAMES_BEHIND))
def test_what_is_known_comes_equally_late_however_far_the_threads_have_got(ahead: int) -> None:
    """ahead: how many more frames than usual have begun before one is finished."""
    delayed: Delayed[str] = Delayed()
    taken = {}
    for number in range(20):
        taken[number] = delayed.due(number)
        if number >= ahead:
            delayed.put(number - ahead, f"after {number - ahead}")
    assert taken == {
        number: [f"after {number - FRAMES_BEHIND}"] if number >= FRAMES_BEHIND else [] for number in range(20)
    }


def test_frames_that_were_left_out_are_waited_for_by_nobody() -> None:
    delayed: Delayed[int] = Delayed()
    for number in (0, 1, 7, 9):
        delayed.put(number, number)
    assert delayed.due(4) == []
    assert delayed.due(6) == [0, 1]
    assert delayed.due(14) == [7, 9]
    assert delayed.due(15) == []


def test_values_that_nobody_takes_do_not_pile_up() -> None:
    delayed: Delayed[int] = Delayed()
    for number in range(10_000):
        delayed.put(number, number)
    assert len(delayed.due(20_000)) < 100
