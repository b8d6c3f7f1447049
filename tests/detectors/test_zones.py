"""Zones: who enters and leaves them when, against places set by the test."""

import numpy as np
import pytest

from posekit.config import EventSettings
from posekit.detectors.zones import Zone, Zones
from posekit.errors import ConfigError
from posekit.types import Poses
from scenario import CONDITIONS, HEIGHT, WIDTH, Conditions, along, piped, standing, times, told

#: 256 to 384 px across, from 240 px down.
MIDDLE = Zone(name="middle", polygon=((0.4, 0.5), (0.6, 0.5), (0.6, 1.0), (0.4, 1.0)))
FLOOR = 400.0


def evenly(seconds: float, fps: float = 15.0) -> list[float]:
    return list(times(seconds, Conditions(fps=fps)))


@pytest.mark.parametrize("fps", [8.0, 15.0, 30.0, 60.0])
def test_a_person_enters_when_they_step_over_the_border_and_leaves_likewise(fps: float) -> None:
    # 64 px/s: over the borders at 256 and 384 px after 2.5 s and 4.5 s.
    results = piped(along((96, FLOOR), (608, FLOOR), 8.0), evenly(7.0, fps), [Zones([MIDDLE])])
    enter, leave = told(results, "zone_enter", "zone_leave")
    assert (enter.kind, enter.zone, enter.inside, enter.full, enter.slot) == ("zone_enter", "middle", 1, 0, 1)
    assert enter.timestamp_s == pytest.approx(2.5, abs=0.05 + 1 / fps)
    assert (leave.kind, leave.zone, leave.inside) == ("zone_leave", "middle", 0)
    assert leave.timestamp_s == pytest.approx(4.5, abs=0.05 + 1 / fps)
    assert leave.dwell_s == pytest.approx(leave.timestamp_s - enter.timestamp_s)
    inside = [result.states[1]["zone_middle"] for result in results if result.people]
    assert set(inside) == {0.0, 1.0}
    assert sum(inside) / fps == pytest.approx(2.0, abs=0.05 + 1 / fps)


def test_whoever_passes_through_faster_than_it_settles_was_never_there() -> None:
    quick = piped(along((96, FLOOR), (608, FLOOR), 1.0), evenly(3.0), [Zones([MIDDLE])])  # inside for 0.25 s
    assert told(quick, "zone_enter", "zone_leave") == []


def test_standing_on_the_border_makes_no_noise() -> None:
    random = np.random.default_rng(0)

    def swaying(timestamp_s: float) -> Poses:
        return standing((256.0 + 6 * np.sin(9 * timestamp_s) + random.normal(0, 4), FLOOR))

    events = told(piped(swaying, evenly(30.0), [Zones([MIDDLE])]), "zone_enter", "zone_leave")
    assert len(events) <= 1


def test_capacity_and_a_second_person() -> None:
    full = Zone(name="lift", polygon=MIDDLE.polygon, capacity=2)

    def poses_at(timestamp_s: float) -> Poses:
        second = np.interp(timestamp_s, [1.0, 2.0, 4.0, 5.0], [500.0, 350.0, 350.0, 500.0])
        return standing((290.0, FLOOR), (second, FLOOR))

    events = told(piped(poses_at, evenly(6.0), [Zones([full])]), "zone_enter", "zone_leave")
    assert [(event.kind, event.inside, event.full) for event in events] == [
        ("zone_enter", 1, 0),
        ("zone_enter", 2, 1),
        ("zone_leave", 1, 0),
    ]


def test_whoever_vanishes_inside_leaves_with_the_last_sight() -> None:
    def poses_at(timestamp_s: float) -> Poses:
        return standing((320.0, FLOOR)) if timestamp_s < 2.0 else Poses.empty()

    enter, leave = told(piped(poses_at, evenly(6.0), [Zones([MIDDLE])]), "zone_enter", "zone_leave")
    assert enter.timestamp_s == pytest.approx(0.0, abs=0.08)
    assert leave.timestamp_s == pytest.approx(2.0, abs=0.08)
    assert leave.dwell_s == pytest.approx(2.0, abs=0.08)


def test_whoever_is_unseen_for_a_moment_stays_inside() -> None:
    def poses_at(timestamp_s: float) -> Poses:
        return Poses.empty() if 2.0 < timestamp_s < 3.0 else standing((320.0, FLOOR))

    assert len(told(piped(poses_at, evenly(5.0), [Zones([MIDDLE])]), "zone_enter", "zone_leave")) == 1


def test_feet_count_where_they_were_while_unseen_and_hips_if_they_never_were() -> None:
    low = Zone(name="low", polygon=((0.0, 0.75), (1.0, 0.75), (1.0, 1.0), (0.0, 1.0)))  # from 360 px down
    ankles = ("leftAnkle", "rightAnkle")

    def behind_a_counter(timestamp_s: float) -> Poses:
        return standing((320.0, FLOOR), unseen=ankles if timestamp_s > 1.5 else ())

    def never(timestamp_s: float) -> Poses:
        return standing((320.0, FLOOR), unseen=ankles)

    def one_foot(timestamp_s: float) -> Poses:
        return standing((320.0, FLOOR), unseen=ankles[:1] if timestamp_s > 1.5 else ())

    def kinds(poses_at: object) -> list[str]:
        return [event.kind for event in told(piped(poses_at, evenly(4.0), [Zones([low])]), "zone_enter", "zone_leave")]

    assert kinds(behind_a_counter) == ["zone_enter"]
    assert kinds(one_foot) == ["zone_enter"]
    assert kinds(never) == []  # the hips are higher than the zone


def test_zones_are_in_the_unmirrored_picture() -> None:
    left = Zone(name="left", polygon=((0, 0), (0.4, 0), (0.4, 1), (0, 1)))
    plain = piped(lambda _: standing((100.0, FLOOR)), evenly(1.0), [Zones([left])])
    mirrored = piped(lambda _: standing((100.0, FLOOR)), evenly(1.0), [Zones([left])], mirror=True)
    assert mirrored[-1].people[0]["leftAnkle"].x > WIDTH / 2
    assert len(told(plain, "zone_enter")) == len(told(mirrored, "zone_enter")) == 1


def test_places_are_parts_of_the_picture_whatever_its_size() -> None:
    for condition in ("half size", "double size"):
        scale = CONDITIONS[condition].scale
        place = (320.0 * scale, FLOOR * scale)
        size = (round(WIDTH * scale), round(HEIGHT * scale))
        results = piped(
            lambda _, place=place, scale=scale: standing(place, height_px=200 * scale),
            evenly(1.0),
            [Zones([MIDDLE])],
            size=size,
        )
        assert len(told(results, "zone_enter")) == 1


def test_a_clock_that_jumps_invents_nothing() -> None:
    seconds = [*evenly(1.0), *(100.0 + t for t in evenly(1.0)), *evenly(1.0)]
    events = told(piped(lambda _: standing((320.0, FLOOR)), seconds, [Zones([MIDDLE])]), "zone_enter", "zone_leave")
    # The jump ahead is longer than anybody is waited for: the person has left and another one has come.
    assert [event.kind for event in events] == ["zone_enter", "zone_leave", "zone_enter"]
    assert all(event.dwell_s >= 0 for event in events if event.kind == "zone_leave")


def test_corners_on_edges_and_dents() -> None:
    dented = Zone(name="dented", polygon=((0, 0), (1, 0), (1, 1), (0.5, 0.2), (0, 1)))
    assert dented.holds(0.1, 0.5)
    assert dented.holds(0.9, 0.5)
    assert not dented.holds(0.5, 0.5)
    assert dented.holds(0.5, 0.1)
    assert not dented.holds(1.1, 0.5)


def test_a_spec() -> None:
    zone = Zone.from_spec("door-1:0,0.6 0.3,0.6 0.3,1 0,1?capacity=4&settle_s=0.5")
    assert zone == Zone(
        name="door-1", polygon=((0.0, 0.6), (0.3, 0.6), (0.3, 1.0), (0.0, 1.0)), capacity=4, settle_s=0.5
    )
    assert EventSettings.of(zone=["a:0,0 1,0 1,1"]).zone == (Zone.from_spec("a:0,0 1,0 1,1"),)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("door", "zone 'door' has no places: write NAME:x,y x,y x,y, such as door:0,0.6 0.3,0.6 0.3,1 0,1"),
        ("front door:0,0 1,0 1,1", "zone 'front door' needs a name of letters, digits, _ and -, such as door"),
        (":0,0 1,0 1,1", "zone '' needs a name"),
        ("door:0,0 1,0", "zone 'door' needs three corners or more that are not in line"),
        ("door:0,0 0.5,0.5 1,1", "zone 'door' needs three corners or more that are not in line"),
        ("door:0;0 1,0 1,1", "zone 'door' takes places as x,y x,y …, such as 0.1,0.5 0.4,0.5, got '0;0 1,0 1,1'"),
        ("door:0,0,0 1,0 1,1", "zone 'door' takes places as x,y"),
        (
            "door:0,0 640,0 640,480",
            "zone 'door' takes fractions of the picture, 0 to 1 from its top left corner, got 640",
        ),
        ("door:0,0 nan,0 1,1", "zone 'door' takes fractions of the picture"),
        ("door:0,0 1,0 1,1?capacity=0", "zone 'door' has a capacity of 1 or more, got 0"),
        ("door:0,0 1,0 1,1?capacity=x", "zone 'door' has a number as capacity, got 'x'"),
        ("door:0,0 1,0 1,1?settle_s=-1", "zone 'door' has settle_s between 0 and 60, got -1"),
        ("door:0,0 1,0 1,1?color=red", "zone 'door' has no option 'color': it has capacity, settle_s"),
    ],
)
def test_a_wrong_spec_is_one_line_that_says_what_to_write(spec: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        EventSettings.of(zone=[spec])
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_two_zones_of_one_name() -> None:
    with pytest.raises(ConfigError, match="there are two zones 'middle'"):
        Zones([MIDDLE, MIDDLE])
