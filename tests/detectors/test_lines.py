"""Lines: who crosses them, when and which way, against places set by the test."""

import numpy as np
import pytest

from posekit.config import EventSettings
from posekit.detectors.lines import Line, Lines
from posekit.errors import ConfigError
from posekit.types import Poses
from scenario import Conditions, along, piped, standing, times, told

#: Down the middle of the picture, from 192 px to the bottom: in is to the left, where the right hand of whoever walks
#: down the picture is.
DOWN = Line(name="gate", start=(0.5, 0.4), end=(0.5, 1.0))
FLOOR = 400.0


def evenly(seconds: float, fps: float = 15.0) -> list[float]:
    return list(times(seconds, Conditions(fps=fps)))


@pytest.mark.parametrize("fps", [8.0, 15.0, 30.0, 60.0])
def test_both_ways(fps: float) -> None:
    def there_and_back(timestamp_s: float) -> Poses:
        return standing((320.0 + 200.0 * np.cos(np.pi * timestamp_s / 4), FLOOR))  # over the line at 2, 6, 10 s

    events = told(piped(there_and_back, evenly(11.5, fps), [Lines([DOWN])]), "line_cross")
    assert [(event.line, event.direction, event.ins, event.outs) for event in events] == [
        ("gate", "in", 1, 0),
        ("gate", "out", 1, 1),
        ("gate", "in", 2, 1),
    ]
    # Stamped with the time on the line, though the event comes later; the tracker's smoothing lags a little.
    assert [event.timestamp_s for event in events] == pytest.approx([2.0, 6.0, 10.0], abs=0.06)


def test_a_line_to_the_right_has_its_in_below() -> None:
    across = Line(name="gate", start=(0.2, 0.7), end=(0.8, 0.7))  # at 336 px
    (down,) = told(piped(along((320, 270), (320, 400), 2.0), evenly(3.0), [Lines([across])]), "line_cross")
    assert down.direction == "in"
    (up,) = told(piped(along((320, 400), (320, 270), 2.0), evenly(3.0), [Lines([across])]), "line_cross")
    assert up.direction == "out"


def test_who_passes_beside_its_end_has_not_crossed_it() -> None:
    short = Line(name="gate", start=(0.5, 0.4), end=(0.5, 0.7))  # down to 336 px; feet are at 400 px
    assert told(piped(along((150, FLOOR), (500, FLOOR), 3.0), evenly(4.0), [Lines([short])]), "line_cross") == []


def test_swaying_on_the_line_crosses_nothing() -> None:
    random = np.random.default_rng(1)

    def swaying(timestamp_s: float) -> Poses:
        return standing((320.0 + 5 * np.sin(7 * timestamp_s) + random.normal(0, 3), FLOOR))

    assert told(piped(swaying, evenly(20.0), [Lines([DOWN])]), "line_cross") == []


def test_who_turns_back_on_the_line_has_not_crossed_it() -> None:
    def to_the_line(timestamp_s: float) -> Poses:
        return standing((420.0 - 105.0 * np.sin(np.pi * timestamp_s / 4), FLOOR))  # 5 px beyond it and back

    assert told(piped(to_the_line, evenly(4.0), [Lines([DOWN])]), "line_cross") == []


def test_who_is_hidden_on_the_line_has_crossed_it_all_the_same() -> None:
    glide = along((150, FLOOR), (500, FLOOR), 3.5)

    def hidden(timestamp_s: float) -> Poses:
        return Poses.empty() if 1.5 < timestamp_s < 2.0 else glide(timestamp_s)  # over the line at 1.7 s

    (event,) = told(piped(hidden, evenly(4.0), [Lines([DOWN])]), "line_cross")
    assert event.direction == "out"
    assert event.timestamp_s == pytest.approx(1.7, abs=0.1)


def test_one_foot_that_is_not_found_moves_nobody_over_the_line() -> None:
    random = np.random.default_rng(2)

    def unsteady(timestamp_s: float) -> Poses:
        missing = [part for part in ("leftAnkle", "rightAnkle") if random.random() < 0.3]
        return standing((330.0, FLOOR), unseen=missing)

    assert told(piped(unsteady, evenly(10.0), [Lines([DOWN])]), "line_cross") == []


def test_a_spec() -> None:
    line = Line(name="gate", start=(0.5, 0.4), end=(0.5, 1.0))
    assert EventSettings.of(line=["gate:0.5,0.4 0.5,1"]).line == (line,)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("gate", "line 'gate' has two ends: write NAME:x,y x,y, such as gate:0.1,0.7 0.9,0.7"),
        ("gate:0,0 1,1 0,1", "line 'gate' has two ends"),
        ("gate:0,0 0,0", "line 'gate' needs two different ends"),
        ("the gate:0,0 1,1", "line 'the gate' needs a name of letters"),
        (
            "gate:0,0 640,480",
            "line 'gate' takes fractions of the picture, 0 to 1 from its top left corner, got 640,480",
        ),
        ("gate:left right", "line 'gate' takes places as x,y x,y …"),
    ],
)
def test_a_wrong_spec_is_one_line_that_says_what_to_write(spec: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        EventSettings.of(line=[spec])
    assert str(error.value).startswith(message)


def test_two_lines_of_one_name() -> None:
    with pytest.raises(ConfigError, match="there are two lines 'gate'"):
        Lines([DOWN, DOWN])
