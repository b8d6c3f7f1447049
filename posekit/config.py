"""What a user can set, validated once, and the parts that are built from it.

The names are the same on the command line (``--input-size``), in Python (``input_size=``), in ``posekit.toml``
(``input_size =``, see ``config_file``) and in the manual.
"""

import difflib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from posekit.detectors.activity import ActivitySettings
from posekit.detectors.falls import FallSettings
from posekit.detectors.framing import FramingLimits
from posekit.detectors.gait import GaitSettings
from posekit.detectors.gestures import GestureLimits
from posekit.detectors.jumps import JumpSettings
from posekit.detectors.lines import Line
from posekit.detectors.tally import Counting
from posekit.detectors.zones import Zone
from posekit.errors import ConfigError
from posekit.exercise_config import CustomExercise, chosen, read_exercises
from posekit.models.catalogue import DEFAULT
from posekit.plugins import parse_detector
from posekit.pose_examples import PoseExamples, read_poses
from posekit.recovery import RecoveryPolicy
from posekit.sensible import Sensible

__all__ = [
    "Config",
    "DetectorSettings",
    "EventSettings",
    "OutputSettings",
    "RecoverySettings",
    "Settings",
    "TrackingSettings",
    "VisionSettings",
    "default_threads",
]


def default_threads(networks: int = 1) -> int:
    """Threads of each of so many networks when none are asked for.

    One core is left to everything else, and more than four rarely help one network.
    """
    return max(1, min(4, ((os.cpu_count() or 2) - 1) // networks))


class Settings(BaseModel):
    """Values from outside, checked: ``Settings.of(...)`` raises ConfigError, one line, for anything wrong.

    section: their name in recordings and in posekit.toml.
    """

    section: ClassVar[str]
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def of(cls, **values: Any) -> Self:
        """The settings; a value of None takes the default. Raises ConfigError naming the option and the range."""
        return cls.checked(values, lambda name: "--" + name.replace("_", "-"))

    @classmethod
    def checked(cls, values: Mapping[str, Any], called: Callable[[str], str] = str) -> Self:
        """The same, for settings that are not options. called: what a message calls a setting of that name."""
        given = {name: value for name, value in values.items() if value is not None}
        try:
            return cls(**given)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            cause = first.get("ctx", {}).get("error")
            if isinstance(cause, ConfigError):  # it names what is wrong by itself
                raise cause from None
            got = "" if first["type"] == "missing" else f", got {first['input']!r}"
            wanted = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
            raise ConfigError(f"{called(str(first['loc'][0]))} {wanted}{got}") from None


class VisionSettings(Settings):
    """From picture to poses."""

    section = "vision"
    model: str = DEFAULT
    #: None, or "auto" from outside: sizes that follow the people.
    input_size: str | None = Field(default=None, examples=["353x481"])
    image_scale_factor: float | None = Field(default=None, ge=0.2, le=1.0, examples=[0.5])
    output_stride: Literal[8, 16, 32] | None = Field(default=None, examples=[16])
    decoder: Literal["coral", "tfjs"] = "coral"
    single: bool = False
    max_people: int = Field(default=10, ge=1, le=100)
    score: float | None = Field(default=None, ge=0.0, le=1.0, examples=[0.3])
    nms_radius: float | None = Field(default=None, gt=0.0, examples=[20.0])
    stretch: bool = False
    threads: int = Field(default_factory=default_threads, ge=1, le=64, examples=[2])

    @field_validator("input_size")
    @classmethod
    def _no_fixed_size(cls, size: str | None) -> str | None:
        return None if size is not None and size.strip().lower() == "auto" else size

    def side_by_side(self, networks: int) -> Self:
        """The settings of each of so many networks: they share the threads, unless a number was asked for."""
        if "threads" in self.model_fields_set:
            return self
        return self.model_copy(update={"threads": default_threads(networks)})


_REGION: Final = "should be x,y,width,height as fractions of the picture, such as 0.2,0,0.6,1"


def _or_text(schema: dict[str, Any]) -> None:
    """In a JSON Schema: it may also be given as a text."""
    schema["anyOf"] = [*schema["anyOf"], {"type": "string"}]


class TrackingSettings(Settings):
    """From poses to people."""

    section = "tracking"
    smoothing: float = Field(default=0.5, ge=0.0, le=1.0)
    lock: Literal["largest", "central"] | None = Field(default=None, examples=["largest"])
    region: tuple[float, float, float, float] | None = Field(
        default=None, examples=[(0.2, 0.0, 0.6, 1.0)], json_schema_extra=_or_text
    )
    predict_ms: float = Field(default=0.0, ge=0.0, le=200.0)

    @field_validator("region", mode="before")
    @classmethod
    def _region(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(float(number) for number in value.split(","))
        except ValueError:
            raise ValueError(_REGION) from None

    @field_validator("region")
    @classmethod
    def _region_inside(
        cls, region: tuple[float, float, float, float] | None
    ) -> tuple[float, float, float, float] | None:
        if region is None:
            return None
        x, y, width, height = region
        if x < 0 or y < 0 or width <= 0 or height <= 0 or x + width > 1 or y + height > 1:
            raise ValueError(_REGION)
        return region


def _or_file(schema: dict[str, Any]) -> None:
    """In a JSON Schema: the table may also stand in a file of its own, which a text names."""
    table = {name: schema.pop(name) for name in ("type", "additionalProperties")}
    schema["anyOf"] = [table, {"type": "string"}]


def _or_texts(schema: dict[str, Any]) -> None:
    """In a JSON Schema: what is listed may also be given as texts."""
    schema["items"] = {"anyOf": [schema["items"], {"type": "string"}]}


def _zone(value: object) -> object:
    return Zone.from_spec(value) if isinstance(value, str) else value


def _line(value: object) -> object:
    return Line.from_spec(value) if isinstance(value, str) else value


def _detector(text: str) -> str:
    parse_detector(text)
    return text


class EventSettings(Settings):
    """From people to events.

    exercise: the names of those to count; all where none is named. exercises: the user's own, or the file of them.
    poses: gestures by example, or the file of them.
    """

    section = "events"
    zone: tuple[Annotated[Zone, BeforeValidator(_zone)], ...] = Field(
        default=(), examples=[("door:0,0.6 0.3,0.6 0.3,1 0,1?capacity=4",)], json_schema_extra=_or_texts
    )
    line: tuple[Annotated[Line, BeforeValidator(_line)], ...] = Field(
        default=(), examples=[("gate:0.1,0.7 0.9,0.7",)], json_schema_extra=_or_texts
    )
    exercise: tuple[str, ...] = Field(default=(), examples=[("squat",)])
    exercises: dict[str, CustomExercise] = Field(default_factory=dict, json_schema_extra=_or_file)
    poses: dict[str, PoseExamples] = Field(default_factory=dict, json_schema_extra=_or_file)

    @field_validator("exercise", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("exercises", mode="before")
    @classmethod
    def _exercises(cls, value: object) -> object:
        return read_exercises(Path(value)) if isinstance(value, str | Path) else value

    @field_validator("poses", mode="before")
    @classmethod
    def _poses(cls, value: object) -> object:
        return read_poses(Path(value)) if isinstance(value, str | Path) else value

    @model_validator(mode="after")
    def _known_exercises(self) -> Self:
        chosen(self.exercise, self.exercises)
        return self

    detector: tuple[Annotated[str, AfterValidator(_detector)], ...] = Field(
        default=(), examples=[("my-detector?key=value",)]
    )

    @field_validator("zone")
    @classmethod
    def _different_zones(cls, zones: tuple[Zone, ...]) -> tuple[Zone, ...]:
        _different("zone", zones)
        return zones

    @field_validator("line")
    @classmethod
    def _different_lines(cls, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        _different("line", lines)
        return lines


def _different(kind: str, places: Sequence[Zone | Line]) -> None:
    """Raise ConfigError for two of one name."""
    names = [place.name for place in places]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"there are two {kind}s '{name}'")


class OutputSettings(Settings):
    """How results leave."""

    section = "output"
    rotate: Literal[0, 90, 180, 270] = 0
    mirror: bool = False
    source_mirrored: bool = False
    fps_limit: float | None = Field(default=None, gt=0.0, examples=[15.0])
    realtime: bool = False


class RecoverySettings(Settings):
    """What is done about a camera that is lost."""

    section = "recovery"
    max_retries: int | None = Field(default=None, ge=0, examples=[10])
    reopen_frozen: bool = False

    def policy(self) -> RecoveryPolicy:
        """The rules that follow."""
        return RecoveryPolicy(max_retries=self.max_retries, reopen_frozen=self.reopen_frozen)


class DetectorSettings(Settings):
    """The limits that detectors judge by."""

    section = "detectors"
    activity: Annotated[ActivitySettings, Sensible()] = Field(default_factory=ActivitySettings)
    falls: Annotated[FallSettings, Sensible()] = Field(default_factory=FallSettings)
    framing: Annotated[FramingLimits, Sensible()] = Field(default_factory=FramingLimits)
    gait: Annotated[GaitSettings, Sensible()] = Field(default_factory=GaitSettings)
    gestures: Annotated[GestureLimits, Sensible()] = Field(default_factory=GestureLimits)
    jumps: Annotated[JumpSettings, Sensible()] = Field(default_factory=JumpSettings)
    repetitions: Annotated[Counting, Sensible()] = Field(default_factory=Counting)


class Config(Settings):
    """Everything about a run but its sources and outputs, by section."""

    section = "posekit"
    vision: VisionSettings = Field(default_factory=VisionSettings)
    tracking: TrackingSettings = Field(default_factory=TrackingSettings)
    events: EventSettings = Field(default_factory=EventSettings)
    detectors: DetectorSettings = Field(default_factory=DetectorSettings)
    output: OutputSettings = Field(default_factory=OutputSettings)
    recovery: RecoverySettings = Field(default_factory=RecoverySettings)

    @classmethod
    def flat(cls, values: Mapping[str, Any]) -> Self:
        """The settings of values that are named without their sections, as in Python. Raises ConfigError."""
        sections: dict[str, dict[str, Any]] = {}
        for name, value in values.items():
            sections.setdefault(cls.section_of(name), {})[name] = value
        return cls.model_validate({name: _SECTIONS[name].checked(part) for name, part in sections.items()})

    @classmethod
    def section_of(cls, name: str) -> str:
        """In which section a setting is. Raises ConfigError for one that does not exist."""
        for section, kind in _SECTIONS.items():
            if name in kind.model_fields:
                return section
        known = [name for kind in _SECTIONS.values() for name in kind.model_fields]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise ConfigError(f"there is no setting '{name}': {hint}there are {', '.join(known)}")

    def recorded(self) -> dict[str, Any]:
        """What a recording has to hold so that it can be tracked anew."""
        return self.model_dump(mode="json", exclude={"recovery"})


_SECTIONS: Final[Mapping[str, type[Settings]]] = {
    kind.section: kind for kind in (VisionSettings, TrackingSettings, EventSettings, OutputSettings, RecoverySettings)
}
