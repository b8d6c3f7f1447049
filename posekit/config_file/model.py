"""What can stand in ``posekit.toml``: the settings of a run, its sources, and where results go."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field

from posekit.addresses import VMC_PORT, parse_listener, parse_numbered_listener, parse_target
from posekit.config import Config, OutputSettings, Settings
from posekit.plugins import parse_output

__all__ = ["Destination", "RunConfig", "RunOutput"]

#: Where OSC goes unasked.
_HERE = ("127.0.0.1:9000",)

#: An adapter's name, its target and its options.
Destination = tuple[str, str, Mapping[str, str]]


def _receiver(target: str) -> str:
    parse_target(target)
    return target


def _avatar(target: str) -> str:
    parse_target(target, usual_port=VMC_PORT)
    return target


def _listener(target: str) -> str:
    parse_listener(target)
    return target


def _numbered_listener(target: str) -> str:
    parse_numbered_listener(target)
    return target


def _output(text: str) -> str:
    parse_output(text)
    return text


class RunOutput(OutputSettings):
    """How results leave, and where to."""

    osc: tuple[Annotated[str, AfterValidator(_receiver)], ...] = Field(default=(), examples=[("127.0.0.1:9000",)])
    ws: tuple[Annotated[str, AfterValidator(_listener)], ...] = Field(default=(), examples=[("8765",)])
    web: Annotated[str, AfterValidator(_listener)] | None = Field(default=None, examples=["8080"])
    video: bool = True
    vmc: tuple[Annotated[str, AfterValidator(_avatar)], ...] = Field(default=(), examples=[("127.0.0.1:39539",)])
    oscquery: Annotated[str, AfterValidator(_numbered_listener)] | None = Field(default=None, examples=["8020"])
    out: tuple[Annotated[str, AfterValidator(_output)], ...] = Field(
        default=(), examples=[("osc:192.168.1.20:7000?format=array",)]
    )
    record: Path | None = Field(default=None, examples=["visits.jsonl.gz"])
    save: Path | None = Field(default=None, examples=["out.mp4"])
    snapshot: Path | None = Field(default=None, examples=["now.jpg"])
    show: bool = False
    preset: Literal["touchdesigner", "max", "puredata", "unity", "processing"] | None = Field(
        default=None, examples=["touchdesigner"]
    )
    # What is not set of these is as the preset has it, or else the first.
    osc_format: Literal["joints", "array", "scalar", "poseosc"] | None = Field(default=None, examples=["joints"])
    coords: Literal["norm", "pixel", "aspect", "centered"] | None = Field(default=None, examples=["norm"])
    y_up: bool | None = Field(default=None, examples=[False])
    osc_prefix: str | None = Field(default=None, examples=["/pose"])
    ws_token: str | None = Field(default=None, examples=["a-long-secret"])
    ws_origin: tuple[str, ...] = Field(default=(), examples=[("http://localhost:5173",)])

    oscquery_announce: bool = False
    vmc_people: int = Field(default=1, ge=1, le=32)
    vmc_depth: bool = False

    def destinations(self) -> list[Destination]:
        """Where results are sent."""
        for_osc = {
            "preset": self.preset,
            "format": self.osc_format,
            "coords": self.coords,
            "y-up": self.y_up,
            "prefix": self.osc_prefix,
        }
        # OSCQuery describes what the first receiver is sent.
        for_query = {**for_osc, "receiver": self.osc[0] if self.osc else "", "announce": self.oscquery_announce}
        for_ws = {"token": self.ws_token, "origin": ",".join(self.ws_origin)}
        for_web = {**for_ws, "video": self.video}
        for_vmc = {"people": self.vmc_people, "depth": self.vmc_depth, "source-mirrored": self.source_mirrored}
        return [
            *(("osc", target, _texts(for_osc)) for target in self.osc),
            *(("ws", target, _texts(for_ws)) for target in self.ws),
            *(("web", target, _texts(for_web)) for target in (self.web,) if target),
            *(("vmc", target, _texts(for_vmc)) for target in self.vmc),
            *(("oscquery", target, _texts(for_query)) for target in (self.oscquery,) if target),
            *(parse_output(text) for text in self.out),
        ]

    def heard(self, *, beside: bool = False) -> Self:
        """With OSC to this computer, if nothing is sent, or OSC is asked for and goes nowhere.

        beside: whether the results serve otherwise, so that nothing need be sent.
        """
        wanted = (self.preset or self.oscquery) and not self.osc
        return self if (beside or self.destinations()) and not wanted else self.of(**_set(self) | {"osc": _HERE})


class RunConfig(Config):
    """Everything about a run."""

    sources: tuple[str, ...] = Field(default=("0",), min_length=1, examples=[("0", "video.mp4")])
    output: RunOutput = Field(default_factory=RunOutput)

    def overridden(self, options: Mapping[str, Any]) -> Self:
        """With other values for some settings, named without their sections; None changes nothing.

        Raises ConfigError that names the option.
        """
        changes: dict[str, dict[str, Any]] = {}
        for name, value in options.items():
            if value is not None:
                changes.setdefault(self._home(name), {})[name] = value
        sections: dict[str, Any] = {}
        for section, values in changes.items():
            before: Settings = getattr(self, section)
            sections[section] = before.of(**_set(before) | values)
        return self.model_copy(update=sections)

    def changed(self, changes: Mapping[str, Mapping[str, Any]]) -> Self:
        """With other values for some settings, by section; None takes the default. Raises ConfigError."""
        sections = {}
        for section, values in changes.items():
            before: Settings = getattr(self, section)
            sections[section] = before.of(**_set(before) | dict(values))
        return self.model_copy(update=sections)

    def heard(self, *, beside: bool = False) -> Self:
        """With OSC to this computer, where nothing else is sent, kept or shown, or OSC is asked for."""
        output = self.output
        served = output.record or output.save or output.snapshot or output.show
        return self.model_copy(update={"output": output.heard(beside=beside or bool(served))})

    def chosen(self) -> dict[str, Any]:
        """What was set of the settings that a recording holds, by name, as changes to them."""
        return {
            name: getattr(getattr(self, section), name)
            for section in ("vision", "tracking", "events", "detectors")
            for name in getattr(self, section).model_fields_set
        }

    def plain(self) -> Config:
        """The settings without sources and outputs."""
        output = OutputSettings(**{name: getattr(self.output, name) for name in OutputSettings.model_fields})
        parts = {name: getattr(self, name) for name in Config.model_fields}
        return Config(**parts | {"output": output})

    @classmethod
    def _home(cls, name: str) -> str:
        return RunOutput.section if name in RunOutput.model_fields else cls.section_of(name)


def _set(settings: Settings) -> dict[str, Any]:
    """What was set in it, so that what was not is still told from it."""
    return {name: getattr(settings, name) for name in settings.model_fields_set}


def _texts(options: Mapping[str, object]) -> dict[str, str]:
    """Options as adapters take them, without those that are not set."""
    given = {name: value for name, value in options.items() if value not in (None, "")}
    return {name: str(int(value)) if isinstance(value, bool) else str(value) for name, value in given.items()}
