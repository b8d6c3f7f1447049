"""Exercises of the user's own: a measure and two thresholds, as they stand in a file.

TOML, or the same in JSON::

    [exercises.leg_curl]
    angle = ["{side}Hip", "{side}Knee", "{side}Ankle"]
    each_side = true
    return = 150
    enter = 80

``{side}`` stands for left and right. Lengths are in torso lengths, angles in degrees.
"""

import json
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from posekit.detectors.cycles import Span
from posekit.detectors.exercise_table import EXERCISES
from posekit.detectors.exercises import Exercise, Way
from posekit.detectors.signals import Signal
from posekit.detectors.zones import check_name
from posekit.errors import ConfigError

__all__ = ["CustomExercise", "chosen", "read_exercises"]

#: How far a movement must go at least where nothing is said: well above what the network's noise does.
_LEAST_TRAVEL: Final = {"angle": 25.0, "height": 0.2, "distance": 0.2}


class CustomExercise(BaseModel):
    """One exercise.

    Exactly one of angle (of three keypoints, at the second), height (of the first over the second) and distance.
    enter, return: where a repetition counts, and where the next may begin; or adaptive: by what the person does, and at
    least ``travel``. min_s, max_s: how long one takes. each_side: left and right count for themselves.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)

    angle: tuple[str, str, str] | None = None
    height: tuple[str, str] | None = None
    distance: tuple[str, str] | None = None
    enter: float | None = None
    back: float | None = Field(default=None, alias="return")
    adaptive: bool = False
    travel: float | None = Field(default=None, gt=0.0)
    min_s: float = Field(default=0.4, ge=0.0, le=60.0)
    max_s: float = Field(default=12.0, gt=0.0, le=15.0)
    each_side: bool = False
    meaning: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(points is not None for points in (self.angle, self.height, self.distance)) != 1:
            raise ValueError("takes exactly one of angle, height and distance")
        if self.adaptive == (self.enter is not None or self.back is not None):
            raise ValueError("takes enter and return, or adaptive = true")
        if not self.adaptive and (self.enter is None or self.back is None or self.enter == self.back):
            raise ValueError("takes enter and return, two different numbers")
        if self.travel is not None and not self.adaptive:
            raise ValueError("takes travel only with adaptive = true")
        signal = self.signal
        if self.each_side and not signal.sided:
            raise ValueError("takes each_side only with points of a side, such as {side}Wrist")
        return self

    @property
    def signal(self) -> Signal:
        """The measure. Raises ValueError for points that do not exist."""
        if self.angle is not None:
            return Signal("angle", self.angle)
        if self.height is not None:
            return Signal("height", self.height)
        assert self.distance is not None
        return Signal("distance", self.distance)

    def exercise(self, name: str) -> Exercise:
        """The exercise, as the table has them."""
        return Exercise(
            name=name,
            meaning=self.meaning or str(self.signal),
            each_side=self.each_side,
            series=2 if self.adaptive else 1,
            ways=(Way(measure=(self.signal,), span=self._span()),),
        )

    def _span(self) -> Span:
        if self.adaptive:
            travel = self.travel or _LEAST_TRAVEL[self.signal.kind]
            return Span(travel=travel, rising=True, back=0.6, adaptive=True, min_s=self.min_s, max_s=self.max_s)
        assert self.enter is not None
        assert self.back is not None
        rising = self.enter > self.back
        return Span(
            start=(-math.inf, self.back) if rising else (self.back, math.inf),
            travel=abs(self.enter - self.back),
            rising=rising,
            home=True,
            min_s=self.min_s,
            max_s=self.max_s,
        )


def read_exercises(path: Path) -> dict[str, CustomExercise]:
    """The exercises of a file, by name. Raises ConfigError that names file, exercise and remedy."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigError(f"cannot read exercises from '{path}': {reason}") from None
    try:
        content: Any = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except ValueError as error:
        kind = "JSON" if path.suffix == ".json" else "TOML"
        raise ConfigError(f"'{path}' is no {kind}: {error}") from None
    table = content.get("exercises") if isinstance(content, dict) else None
    if not isinstance(table, dict) or not table:
        raise ConfigError(f"'{path}' has no exercises: write a table [exercises.NAME] for each")
    return {name: _checked(path, name, entry) for name, entry in table.items()}


def _checked(path: Path, name: str, entry: object) -> CustomExercise:
    check_name("exercise", name)
    if name in EXERCISES:
        raise ConfigError(f"'{path}': posekit has an exercise '{name}' already; choose another name")
    try:
        return CustomExercise.model_validate(entry)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        problem = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            known = [field.alias or key for key, field in CustomExercise.model_fields.items()]
            problem = f"there is no such setting; there are {', '.join(known)}"
        raise ConfigError(f"'{path}': exercise '{name}'{f', {where}' if where else ''}: {problem}") from None


def chosen(names: tuple[str, ...], custom: Mapping[str, CustomExercise]) -> tuple[Exercise, ...]:
    """The exercises that are named; all of them where none is. Raises ConfigError for one that does not exist."""
    # The user's own come first: what they count is theirs.
    known = {**{name: one.exercise(name) for name, one in custom.items()}, **EXERCISES}
    for name in names:
        if name not in known:
            raise ConfigError(f"there is no exercise '{name}'; there are {', '.join(known)}")
    return tuple(known[name] for name in names or known)
