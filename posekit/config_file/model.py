"""What can stand in ``posekit.toml``: the settings of a run, its sources, and where results go."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field

from posekit.config import Config, OutputSettings, Settings
from posekit.errors import ConfigError
from posekit.plugins import parse_output

__all__ = ["Destination", "RunConfig", "RunOutput"]

#: An adapter's name, its target and its options.
Destination = tuple[str, str, Mapping[str, str]]


def _with_port(target: str) -> str:
    port = target.rpartition(":")[2]
    if not (port.isascii() and port.isdecimal() and int(port) <= 65535):
        raise ConfigError(f"'{target}' ends in no port: write HOST:PORT, such as 127.0.0.1:9000")
    return target


def _output(text: str) -> str:
    parse_output(text)
    return text


class RunOutput(OutputSettings):
    """How results leave, and where to."""

    osc: tuple[Annotated[str, AfterValidator(_with_port)], ...] = Field(default=(), examples=[("127.0.0.1:9000",)])
    ws: tuple[Annotated[str, AfterValidator(_with_port)], ...] = Field(default=(), examples=[("8765",)])
    out: tuple[Annotated[str, AfterValidator(_output)], ...] = Field(
        default=(), examples=[("osc:192.168.1.20:7000?format=array",)]
    )
    record: Path | None = Field(default=None, examples=["visits.jsonl.gz"])
    save: Path | None = Field(default=None, examples=["out.mp4"])
    snapshot: Path | None = Field(default=None, examples=["now.jpg"])
    show: bool = False
    vmc: tuple[str, ...] = Field(default=(), examples=[("127.0.0.1:39539",)])
    oscquery: str | None = Field(default=None, examples=["8020"])
    preset: Literal["touchdesigner", "max", "puredata", "unity", "processing"] | None = Field(
        default=None, examples=["touchdesigner"]
    )
    osc_format: Literal["joints", "array", "scalar", "poseosc"] = "joints"
    coords: Literal["norm", "pixel", "aspect", "centered"] = "norm"
    y_up: bool = False
    osc_prefix: str = "/pose"
    oscquery_announce: bool = False
    ws_token: str | None = Field(default=None, examples=["a-long-secret"])
    ws_origin: tuple[str, ...] = Field(default=(), examples=[("http://localhost:5173",)])
    vmc_people: int = Field(default=1, ge=1, le=32)
    vmc_depth: bool = False

    def destinations(self) -> list[Destination]:
        """Where results are sent. OSCQuery describes what the first receiver of OSC gets."""
        chosen = {
            "preset": ("preset", self.preset),
            "osc_format": ("format", self.osc_format),
            "coords": ("coords", self.coords),
            "y_up": ("y-up", str(int(self.y_up))),
            "osc_prefix": ("prefix", self.osc_prefix),
        }
        # What was not set is the preset's to choose.
        for_osc = {option: value for name, (option, value) in chosen.items() if value and name in self.model_fields_set}
        for_query = for_osc | _switched("announce", self.oscquery_announce)
        if self.osc:
            for_query["receiver"] = self.osc[0]
        for_vmc = {"people": str(self.vmc_people)} if self.vmc_people > 1 else {}
        for_vmc |= _switched("depth", self.vmc_depth) | _switched("source-mirrored", self.source_mirrored)
        for_ws = {"token": self.ws_token or "", "origin": ",".join(self.ws_origin)}
        for_ws = {name: value for name, value in for_ws.items() if value}
        return [
            *(("osc", target, for_osc) for target in self.osc),
            *(("ws", target, for_ws) for target in self.ws),
            *(("vmc", target, for_vmc) for target in self.vmc),
            *([("oscquery", self.oscquery, for_query)] if self.oscquery else []),
            *(parse_output(text) for text in self.out),
        ]

    @property
    def silent(self) -> bool:
        """Whether nothing is sent, kept or shown."""
        sent = self.osc or self.ws or self.vmc or self.out
        return not (sent or self.record or self.save or self.snapshot or self.show)

    @property
    def lacks_osc(self) -> bool:
        """Whether it is said how OSC is sent, but not where to."""
        return not self.osc and (self.preset is not None or self.oscquery is not None)


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

    def heard(self) -> Self:
        """With OSC to this computer, where nothing else is sent, kept or shown."""
        output = self.output
        return self.overridden({"osc": ["127.0.0.1:9000"]}) if output.silent or output.lacks_osc else self

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


def _switched(option: str, on: bool) -> dict[str, str]:
    return {option: "1"} if on else {}


def _set(settings: Settings) -> dict[str, Any]:
    """What was set in it, so that what was not is still told from it."""
    return {name: getattr(settings, name) for name in settings.model_fields_set}
