"""The TouchDesigner script, run against as much of TouchDesigner as it uses: what it builds, draws and reacts to."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from posekit.events import CATALOGUE
from posekit.skeleton import EDGES, INDEX
from posekit.sources.performer import Performer
from posekit_osc.settings import PRESETS

KINDS = ("oscinCHOP", "oscinDAT", "selectCHOP", "renameCHOP", "scriptSOP", "textDAT")


class Operator:
    """An operator: its parameters, inputs, text and storage."""

    def __init__(self, kind: str, name: str, where: "Component") -> None:
        self.kind, self.name, self.path = kind, name, f"/project1/{name}"
        self.par, self.text = SimpleNamespace(), ""
        self.inputs: list[Operator] = []
        self.inputConnectors = [SimpleNamespace(connect=self.inputs.append)]
        self._where, self._stored = where, {}

    def destroy(self) -> None:
        del self._where.operators[self.name]

    def store(self, key: str, value: object) -> None:
        self._stored[key] = value

    def fetch(self, key: str) -> object:
        return self._stored[key]


class Component:
    """A component that operators are created in."""

    def __init__(self) -> None:
        self.operators: dict[str, Operator] = {}

    def op(self, name: str) -> Operator | None:
        return self.operators.get(name)

    def create(self, kind: str, name: str) -> Operator:
        assert name not in self.operators
        self.operators[name] = Operator(kind, name, self)
        return self.operators[name]


@pytest.fixture
def built(examples: Path) -> Component:
    where = Component()
    code = (examples / "touchdesigner" / "build_posekit.py").read_text()
    for _ in range(2):  # built again it takes its own place
        exec(compile(code, "build_posekit.py", "exec"), {"parent": lambda: where, **{kind: kind for kind in KINDS}})
    return where


def test_the_network(built: Component, addresses: Callable[[str], set[str]]) -> None:
    sent = {path[1:] for path in addresses("touchdesigner")}  # channels are called without the first slash
    operators = built.operators
    assert PRESETS["touchdesigner"].content == "numbers"
    assert operators["posekit_channels"].par.port == 9000
    assert operators["posekit_events"].par.port == 9001
    assert operators[operators["posekit_events"].par.callbacks].kind == "textDAT"
    selects = [one for one in operators.values() if one.kind == "selectCHOP"]
    assert len(selects) == 5
    for select in selects:
        assert select.inputs == [operators["posekit_channels"]]
        wanted = select.par.channames
        assert any(name == wanted or name.startswith(wanted.removesuffix("*")) for name in sent), wanted
    for slot in range(1, 5):
        person = operators[f"person{slot}"]
        assert person.inputs == [operators[f"posekit_select{slot}"]]
        assert (person.par.renamefrom, person.par.renameto) == (f"pose/{slot}/*", "*")
        assert operators[f"skeleton{slot}"].fetch("channels") == person.path


class Channels(dict[str, Any]):
    """A CHOP's channels by name."""

    @property
    def numChans(self) -> int:
        return len(self)


class Channel(float):
    """A channel, which compares as its value."""

    def eval(self) -> float:
        return float(self)


class Drawing:
    """A Script SOP that is asked for lines."""

    def __init__(self, channels: str) -> None:
        self.lines: list[list[SimpleNamespace]] = []
        self._channels = channels

    def fetch(self, key: str) -> str:
        assert key == "channels"
        return self._channels

    def clear(self) -> None:
        self.lines = []

    def appendPoly(self, vertices: int, *, closed: bool, addPoints: bool) -> list[SimpleNamespace]:
        assert not closed
        assert addPoints
        self.lines.append([SimpleNamespace(point=SimpleNamespace()) for _ in range(vertices)])
        return self.lines[-1]


def test_the_skeleton(built: Component, addresses: Callable[[str], set[str]]) -> None:
    truth = Performer("squat").truth_at(1.0)[0]
    values = {"active": 1.0, "id": 1.0}
    for part, index in INDEX.items():
        values |= {f"{part}/x": truth.xy[index, 0] / 640, f"{part}/y": 1 - truth.xy[index, 1] / 480}
        values[f"{part}/score"] = 0.9
    assert {f"/pose/1/{name}" for name in values} <= addresses("touchdesigner")
    person = Channels({name: Channel(value) for name, value in values.items()})
    scope: dict[str, Any] = {"op": lambda path: {"/project1/person1": person}.get(path)}
    exec(built.operators["posekit_drawing"].text, scope)
    drawing = Drawing("/project1/person1")
    scope["onCook"](drawing)
    assert len(drawing.lines) == len(EDGES)
    wrist = (truth.xy[INDEX["leftWrist"]] - (320, 240)) / (480, -480)  # the picture is 1 high, its middle is 0
    ends = [(vertex.point.x, vertex.point.y) for line in drawing.lines for vertex in line]
    assert min(np.hypot(x - wrist[0], y - wrist[1]) for x, y in ends) < 1e-5
    person["active"] = Channel(0.0)
    scope["onCook"](drawing)
    assert drawing.lines == []
    scope["onCook"](Drawing("/nowhere"))


def test_the_reactions_take_the_arguments_of_their_events(built: Component) -> None:
    said: list[tuple[object, ...]] = []
    scope: dict[str, Any] = {"debug": lambda *words: said.append(words)}
    exec(built.operators["posekit_reactions"].text, scope)
    for kind in scope["REACTIONS"]:
        spec = CATALOGUE[kind]
        fields = [field.choices[0] if field.choices else "x" if field.type == "s" else 1 for field in spec.fields]
        arguments = [*((2, 7) if spec.personal else ()), *fields]
        scope["onReceiveOSC"](None, 0, "", b"", 0.0, f"/pose/event/{kind}", arguments, None)
    assert len(said) == len(scope["REACTIONS"])
    scope["onReceiveOSC"](None, 0, "", b"", 0.0, "/pose/frame", [1, 2, 3.0], None)
    scope["onReceiveOSC"](None, 0, "", b"", 0.0, "/pose/event/unheard", [], None)
    assert len(said) == len(scope["REACTIONS"])
