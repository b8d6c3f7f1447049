"""The tables of the manual about exercises and gestures, made from what the detectors use."""

import math
from collections.abc import Iterable, Sequence

from posekit.detectors.exercise_table import EXERCISES
from posekit.detectors.exercises import Exercise, Way
from posekit.detectors.form import DEPTHS, FAULTS
from posekit.detectors.gesture_table import POSES, ClapLimits, SwipeLimits, WaveLimits

__all__ = ["depth_rows", "exercise_rows", "fault_rows", "gesture_rows", "markdown"]

Row = dict[str, str]


def exercise_rows(exercises: Iterable[Exercise] = tuple(EXERCISES.values())) -> list[Row]:
    """What is measured of each exercise, and from where to where it goes, as it is seen best."""
    return [
        {
            "exercise": exercise.name,
            "a repetition": exercise.meaning,
            "measure": " and ".join(str(signal) for signal in exercise.ways[0].measure),
            "starts": _between(exercise.ways[0].span.start, exercise.ways[0]),
            "counts": _counts(exercise.ways[0]),
            "sides": "each" if exercise.each_side else "front leg" if exercise.side_of is not None else "",
            "in a row": str(exercise.series),
        }
        for exercise in exercises
    ]


def gesture_rows() -> list[Row]:
    """Every gesture that is built in."""
    rows: dict[str, Row] = {}
    for pose in POSES:
        new = {"gesture": pose.gesture, "meaning": pose.meaning, "side": "", "phases": "start, hold, end", "value": ""}
        row = rows.setdefault(pose.gesture, new)
        row["side"] = ", ".join(side for side in (row["side"], pose.side) if side)
    wave, clap, swipe = WaveLimits(), ClapLimits(), SwipeLimits()
    moving = (
        (
            "wave",
            f"a raised hand goes to and fro: {wave.reversals} turns or more in {wave.within_s:g} s",
            "left, right",
            "start, hold, end",
            "tempo in Hz",
        ),
        ("clap", f"the hands meet within {clap.within_s:g} s, and part", "", "start", ""),
        (
            "swipe_left",
            f"a hand goes {swipe.travel:g} torso lengths to the person's left within {swipe.within_s:g} s",
            "of the hand",
            "start",
            "torso lengths/s",
        ),
        ("swipe_right", "the same to the person's right", "of the hand", "start", "torso lengths/s"),
    )
    names = ("gesture", "meaning", "side", "phases", "value")
    return [*rows.values(), *(dict(zip(names, row, strict=True)) for row in moving)]


def depth_rows() -> list[Row]:
    """The classes of depth."""
    return [
        {"depth": f"`{name}`", "hips over knees, torso lengths": "lower" if math.isinf(least) else f"{least:g} or more"}
        for name, least in DEPTHS
    ]


def fault_rows() -> list[Row]:
    """What ``form`` events tell."""
    return [
        {
            "exercise": f"`{exercise}`",
            "fault": f"`{fault.name}`",
            "told of": fault.meaning,
            "when": f"{'more' if fault.sign > 0 else 'less'} than {fault.limit:g}",
        }
        for exercise, found in FAULTS.items()
        for fault in found
    ]


def markdown(rows: Sequence[Row]) -> list[str]:
    """The lines of a table of rows that have the same columns."""
    lines = [" | ".join(rows[0]), "|".join("---" for _ in rows[0])]
    lines += [" | ".join(row.values()) for row in rows]
    return [f"|{line}|" if line.startswith("---") else f"| {line} |" for line in lines]


def _between(limits: tuple[float, float], way: Way) -> str:
    low, high = limits
    if math.isinf(low) and math.isinf(high):
        return "anywhere"
    if math.isinf(high):
        return f"above {low:g}"
    if math.isinf(low):
        return f"below {high:g}"
    return f"{low:g} to {high:g}{_degrees(way)}"


def _counts(way: Way) -> str:
    span = way.span
    if span.home:
        low, high = span.start
        return f"{high + span.travel if span.rising else low - span.travel:g}{_degrees(way)}"
    word = "higher" if span.rising else "lower"
    return f"{'half of what it did before, ' if span.adaptive else ''}{span.travel:g}{_degrees(way)} {word}"


def _degrees(way: Way) -> str:
    return "°" if way.measure[0].kind == "angle" else ""
