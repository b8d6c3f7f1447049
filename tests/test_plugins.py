"""Outputs by name: parsing, finding, and packages that are broken."""

import re
from collections.abc import Mapping
from importlib.metadata import EntryPoint

import pytest

from posekit import plugins
from posekit.errors import AdapterError, ConfigError, SourceError
from posekit.plugins import installed, load_adapter, load_detector, load_source, parse_detector, parse_output
from posekit.protocols import OutputContext


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("osc:127.0.0.1:9000", ("osc", "127.0.0.1:9000", {})),
        ("osc:[::1]:9000?format=array&y-up=1", ("osc", "[::1]:9000", {"format": "array", "y-up": "1"})),
        ("file:/tmp/a b.txt?x=", ("file", "/tmp/a b.txt", {"x": ""})),
    ],
)
def test_parsing(text: str, expected: tuple[str, str, Mapping[str, str]]) -> None:
    assert parse_output(text) == expected


@pytest.mark.parametrize("text", ["", "osc", "osc:", ":9000", "osc:host:1?format"])
def test_wrong_outputs(text: str) -> None:
    with pytest.raises(ConfigError, match=r"must be|key=value"):
        parse_output(text)


def test_the_osc_output_is_installed_and_found_by_its_entry_point() -> None:
    assert "osc" in installed()
    adapter = load_adapter("osc", "127.0.0.1:9", {}, OutputContext())
    assert type(adapter).__module__ == "posekit_osc.adapter"
    adapter.close()


def test_an_unknown_output_names_what_there_is() -> None:
    with pytest.raises(ConfigError, match=re.escape("no output 'ocs': did you mean 'osc'? installed:")):
        load_adapter("ocs", "127.0.0.1:9", {}, OutputContext())


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        ("no_such_package:create", AdapterError, "output 'odd' cannot be loaded (ModuleNotFoundError"),
        ("math:no_such_name", AdapterError, "output 'odd' cannot be loaded (AttributeError"),
        ("math:sqrt", AdapterError, "output 'odd' cannot be opened (TypeError"),
    ],
)
def test_a_broken_package(monkeypatch: pytest.MonkeyPatch, value: str, error: type[Exception], said: str) -> None:
    point = EntryPoint(name="odd", value=value, group="posekit.adapters")
    monkeypatch.setattr(plugins, "entry_points", lambda group: [point])
    with pytest.raises(error, match=re.escape(said)):
        load_adapter("odd", "anywhere", {}, OutputContext())


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("no_such_package:create", "'odd' cannot be loaded (ModuleNotFoundError"),
        ("math:no_such_name", "'odd' cannot be loaded (AttributeError"),
        ("math:gcd", "'odd' cannot be opened (TypeError"),
    ],
)
def test_a_broken_detector_and_source(monkeypatch: pytest.MonkeyPatch, value: str, said: str) -> None:
    asked = []

    def points(group: str) -> list[EntryPoint]:
        asked.append(group)
        return [EntryPoint(name="odd", value=value, group=group)]

    monkeypatch.setattr(plugins, "entry_points", points)
    with pytest.raises(ConfigError, match=re.escape(f"detector {said}")):
        load_detector("odd", {})
    with pytest.raises(SourceError, match=re.escape(f"source {said}")):
        load_source("odd", "anywhere", {})
    assert asked == ["posekit.detectors", "posekit.sources"]


def test_detectors_in_words() -> None:
    assert parse_detector("near?least=0.5&x=") == ("near", {"least": "0.5", "x": ""})
    assert parse_detector("near") == ("near", {})
    with pytest.raises(ConfigError, match=r"^options of detector 'near\?least' must be key=value, joined by &$"):
        parse_detector("near?least")
    with pytest.raises(ConfigError, match="must be NAME or NAME"):
        parse_detector("?a=1")
