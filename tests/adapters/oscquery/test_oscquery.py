"""OSCQuery: every path answers as the proposal says, from the running configuration; nothing listens unless asked."""

import http.client
import json
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
from zeroconf import ServiceBrowser, ServiceListener, Zeroconf

from posekit.errors import ConfigError
from posekit.events import CATALOGUE
from posekit.protocols import OutputContext
from posekit.testing import check_adapter, sample_messages
from posekit.types import SourceState, Status
from posekit_osc.addresses import namespace
from posekit_osc.settings import FORMAT_NAMES, Settings
from posekit_oscquery import create
from posekit_oscquery.directory import Directory

ONE = OutputContext(sources=("cam1",), max_people=2)
Make = Callable[..., Any]


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("CONTENTS", {}).values():
        yield from nodes(child)


def get(port: int, target: str, host: str = "") -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", target, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, json.loads(body) if body else None
    finally:
        connection.close()


@pytest.mark.parametrize("format", FORMAT_NAMES)
def test_every_path_has_the_published_attributes(format: str) -> None:
    settings = Settings(format=format, prefix="/stage")
    directory = Directory(settings, OutputContext(max_people=2), None)
    for message in sample_messages():
        directory.update(message)
    status, root = directory.answer("/")
    assert status is HTTPStatus.OK
    root = json.loads(json.dumps(root, allow_nan=False))
    leaves = {}
    for node in nodes(root):
        path = node["FULL_PATH"]
        assert node["ACCESS"] == (1 if "TYPE" in node else 0)
        if "TYPE" not in node:
            assert node["CONTENTS"]
            assert all(child["FULL_PATH"] == f"{path.rstrip('/')}/{name}" for name, child in node["CONTENTS"].items())
            continue
        leaves[path] = node
        assert set(node["TYPE"]) <= set("ifs")
        assert node["DESCRIPTION"]
        assert len(node["RANGE"]) == len(node["CLIPMODE"]) == len(node["TYPE"])
        for bounds in node["RANGE"]:
            assert bounds is None or set(bounds) in ({"MIN"}, {"MAX"}, {"MIN", "MAX"}, {"VALS"})
        if "VALUE" in node:
            assert len(node["VALUE"]) == len(node["TYPE"]), path
        assert directory.answer(path)[0] is HTTPStatus.OK
    told = dict(namespace(settings, ["camera"], 2, ["lean_deg"]))
    assert leaves.keys() == told.keys()


def test_values_are_those_that_were_sent_last(person: Make, result: Make) -> None:
    directory = Directory(Settings(coords="pixel"), ONE, ("127.0.0.1", 9000))
    directory.update(Status(source="cam1", state=SourceState.RUNNING, fps=30.0))
    directory.update(result(person(2), states={2: {"hands_up": 1.0}}))
    assert directory.answer("/pose/2/nose?VALUE") == (HTTPStatus.OK, {"VALUE": [0.0, 0.0, 0.0]})
    assert directory.answer("/pose/count?VALUE&TYPE") == (HTTPStatus.OK, {"VALUE": [1], "TYPE": "i"})
    assert directory.answer("/pose/2/state/hands_up?VALUE")[1] == {"VALUE": [1.0]}
    assert directory.answer("/posekit/status?VALUE")[1] == {"VALUE": [1, 30.0, 0.0]}
    assert directory.answer("/pose/1/nose?VALUE")[0] is HTTPStatus.NO_CONTENT  # nobody is in slot 1
    assert directory.answer("/pose/1/nose?RANGE")[1] == {
        "RANGE": [{"MIN": 0.0}, {"MIN": 0.0}, {"MIN": 0.0, "MAX": 1.0}]
    }
    assert directory.answer("/pose/event/gesture?TYPE")[1] == {"TYPE": "iisssff"}
    directory.update(result())
    assert directory.answer("/pose/2/nose?VALUE")[0] is HTTPStatus.NO_CONTENT
    assert directory.answer("/pose/2/nose?FULL_PATH")[1] == {"FULL_PATH": "/pose/2/nose"}


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/pose/1", HTTPStatus.OK),
        ("/pose/1/", HTTPStatus.OK),
        ("/pose/99/nose", HTTPStatus.NOT_FOUND),
        ("/pose/1/tail", HTTPStatus.NOT_FOUND),
        ("/..%2f..%2fetc", HTTPStatus.NOT_FOUND),
        ("/pose?VALUE", HTTPStatus.NO_CONTENT),
        ("/pose/1/nose?CONTENTS", HTTPStatus.NO_CONTENT),
        ("/pose/1/nose?COLOUR", HTTPStatus.BAD_REQUEST),
    ],
)
def test_questions(target: str, status: HTTPStatus) -> None:
    assert Directory(Settings(), ONE, None).answer(target)[0] is status


def test_the_configuration_is_reflected(person: Make, result: Make) -> None:
    several = OutputContext(sources=("hall", "door"), max_people=1)
    directory = Directory(Settings(format="array", coords="centered", y_up=True, prefix="/s"), several, None)
    directory.update(result(person(), source="hall"))
    _, root = directory.answer("/s")
    assert set(root["CONTENTS"]) == {"hall", "door"}
    assert "/s/hall/1/kp" in {node["FULL_PATH"] for node in nodes(root)}
    assert directory.answer("/s/hall/1/kp?RANGE")[1]["RANGE"][4] == {"MIN": -0.5, "MAX": 0.5}
    assert set(directory.answer("/s/door/event")[1]["CONTENTS"]) == set(CATALOGUE)


def test_over_http(person: Make, result: Make) -> None:
    adapter = create("0", {"receiver": "127.0.0.1:7000", "preset": "puredata"}, ONE)
    assert adapter.note == f"OSCQuery answers at http://127.0.0.1:{adapter.port}"
    adapter.send(result(person(), timestamp_s=3.0))
    status, info = get(adapter.port, "/?HOST_INFO")
    assert status == 200
    assert (info["NAME"], info["OSC_IP"], info["OSC_PORT"]) == ("posekit", "127.0.0.1", 7000)
    assert (info["OSC_TRANSPORT"], info["EXTENSIONS"]["VALUE"]) == ("UDP", True)
    status, nose = get(adapter.port, "/pose/1/nose")
    assert (status, nose["TYPE"], nose["VALUE"]) == (200, "fff", [0.0, 1.0, 0.0])  # y is up
    assert get(adapter.port, "/pose/1/tail") == (404, None)
    assert get(adapter.port, "/pose?VALUE") == (204, None)
    assert get(adapter.port, "/", "localhost:1")[0] == 200
    assert get(adapter.port, "/", "evil.example")[0] == 403
    adapter.close()
    adapter.close()
    with pytest.raises(OSError, match="refused"):
        get(adapter.port, "/")


def test_everything_that_a_run_may_send() -> None:
    check_adapter(lambda: create("127.0.0.1:0", {"format": "scalar"}, OutputContext()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has more than one address of loopback")
def test_only_loopback_listens_unless_more_is_asked_for() -> None:
    adapter = create("0", {}, ONE)
    with socket.socket(socket.AF_INET) as other:
        other.bind(("127.0.0.2", adapter.port))  # free: the server has not taken every address
    adapter.close()


class Heard(ServiceListener):
    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.gone: set[str] = set()

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        info = zc.get_service_info(type_, name)
        assert info is not None
        self.names[name] = f"{info.parsed_addresses()[0]}:{info.port}"

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.add_service(zc, type_, name)

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.gone.add(name)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere loopback may carry no multicast")
def test_it_is_announced_when_asked(wait_for: Callable[[Callable[[], bool]], None]) -> None:
    heard = Heard()
    with Zeroconf(interfaces=["127.0.0.1"]) as listener:
        browsers = [ServiceBrowser(listener, kind, heard) for kind in ("_oscjson._tcp.local.", "_osc._udp.local.")]
        adapter = create("0", {"receiver": "127.0.0.1:7000", "announce": "1"}, ONE)
        query, sending = (f"posekit-{adapter.port}.{kind}.local." for kind in ("_oscjson._tcp", "_osc._udp"))
        wait_for(lambda: {query, sending} <= heard.names.keys())
        assert heard.names[query] == f"127.0.0.1:{adapter.port}"
        assert heard.names[sending] == "127.0.0.1:7000"
        adapter.close()
        wait_for(lambda: {query, sending} <= heard.gone)
        for browser in browsers:
            browser.cancel()


def test_without_zeroconf_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "zeroconf", None)
    create("0", {}, ONE).close()
    with pytest.raises(ConfigError, match=re.escape("pip install 'posekit[oscquery]'")):
        create("0", {"announce": "1"}, ONE)


@pytest.mark.parametrize("failure", [RuntimeError("the network went away"), KeyboardInterrupt()], ids=repr)
def test_whatever_goes_wrong_with_announcing_nothing_is_left(
    failure: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[bool] = []

    class Failing:
        def __init__(self, **options: object) -> None:
            pass

        def register_service(self, info: object, allow_name_change: bool) -> None:
            raise failure

        def close(self) -> None:
            closed.append(True)

    monkeypatch.setattr("zeroconf.Zeroconf", Failing)
    before = set(threading.enumerate())
    with socket.socket(socket.AF_INET) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(type(failure)):
        create(str(port), {"announce": "1"}, ONE)
    assert closed == [True]
    assert set(threading.enumerate()) <= before
    create(str(port), {}, ONE).close()


@pytest.mark.parametrize(
    ("target", "options", "said"),
    [
        ("many", {}, "port 'many' of 'many' must be a number up to 65535"),
        ("studio:80", {}, "'studio:80' must name an address, not a computer"),
        ("0", {"announce": "yes"}, "oscquery announce must be one of 0, 1, got 'yes'"),
        ("0", {"format": "xml"}, "osc format must be one of"),
        ("0", {"receiver": "here"}, "'here' has no port"),
    ],
)
def test_wrong_targets_and_options(target: str, options: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        create(target, options, ONE)


def test_a_port_that_is_taken() -> None:
    first = create("0", {}, ONE)
    with pytest.raises(ConfigError, match="choose another port"):
        create(str(first.port), {}, ONE)
    first.close()
