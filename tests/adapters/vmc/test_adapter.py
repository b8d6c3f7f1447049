"""The sender: real sockets, a receiver written from the specification, several people, wrong options."""

import re
import socket
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from marionette import UNITY, Marionette
from posekit.errors import ConfigError
from posekit.plugins import load_adapter
from posekit.protocols import OutputContext
from posekit.skeleton import INDEX
from posekit.testing import check_adapter, sample_messages
from posekit.types import Departure, FrameResult, Person, SourceState, Status
from posekit_vmc import create

Make = Callable[..., FrameResult]


@pytest.fixture
def ports() -> Iterator[list[socket.socket]]:
    """Three sockets at ports that follow each other."""
    for first in range(43100, 60000, 7):
        bound: list[socket.socket] = []
        try:
            for port in range(first, first + 3):
                bound.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                bound[-1].bind(("127.0.0.1", port))
        except OSError:
            for taken in bound:
                taken.close()
            continue
        yield bound
        for taken in bound:
            taken.close()
        return


def target(ports: list[socket.socket]) -> str:
    return f"127.0.0.1:{ports[0].getsockname()[1]}"


def received(port: socket.socket) -> Marionette:
    """What has arrived at a port; on one computer a datagram arrives while it is sent."""
    avatar = Marionette()
    for datagram in waiting(port):
        avatar.receive(datagram)
    return avatar


def waiting(port: socket.socket) -> Iterator[bytes]:
    port.setblocking(False)
    while True:
        try:
            yield port.recv(65536)
        except BlockingIOError:
            return


def test_a_receiver_written_from_the_specification_takes_everything(
    ports: list[socket.socket], somebody: Callable[..., Person], result: Make
) -> None:
    adapter = create(target(ports), {}, OutputContext())
    adapter.send(result(timestamp_s=5.0))
    nobody = received(ports[0])
    adapter.send(result(somebody(), timestamp_s=5.5))
    avatar = received(ports[0])
    adapter.close()
    adapter.close()
    assert (nobody.loaded, nobody.tracking, nobody.bones) == (0, 0, {})
    assert (avatar.loaded, avatar.tracking, avatar.time_s) == (1, 1, 0.5)
    assert avatar.root == (0, 0, 0, 0, 0, 0, 1)
    assert avatar.bones.keys() == UNITY.keys()


@pytest.mark.peer("oscdump")
def test_oscdump_shows_floats_and_whole_numbers_as_the_specification_has_them(
    oscdump: Callable[..., list[str]], somebody: Callable[..., Person], result: Make
) -> None:
    def send(port: int) -> None:
        adapter = create(f"127.0.0.1:{port}", {}, OutputContext())
        adapter.send(result(somebody()))
        adapter.close()

    lines = oscdump(send)
    kinds = {tuple(line.split(" ", 2)[:2]) for line in lines}
    assert kinds == {
        ("/VMC/Ext/T", "f"),
        ("/VMC/Ext/OK", "iiii"),
        ("/VMC/Ext/Root/Pos", "sfffffff"),
        ("/VMC/Ext/Bone/Pos", "sfffffff"),
    }


def test_everything_that_a_run_may_send(ports: list[socket.socket]) -> None:
    check_adapter(lambda: create(target(ports), {"people": "2", "depth": "1"}, OutputContext()))
    adapter = load_adapter("vmc", target(ports), {"rate": "240"}, OutputContext())
    for message in sample_messages():
        adapter.send(message)
    adapter.close()
    datagrams = [*waiting(ports[0])]
    assert len(datagrams) > 4
    for datagram in datagrams:
        Marionette().receive(datagram)


def test_each_person_has_a_port_and_keeps_it(
    ports: list[socket.socket], somebody: Callable[..., Person], result: Make
) -> None:
    adapter = create(target(ports), {"people": "2"}, OutputContext())
    up = {"leftElbow": (380, 70), "leftWrist": (380, 10)}
    ana, ben, eve = somebody(id=1, slot=1), somebody(id=2, slot=2, **up), somebody(id=3, slot=3)
    adapter.send(result(ana, ben, eve, timestamp_s=1.0))
    first, second = received(ports[0]), received(ports[1])
    assert first.bones["LeftUpperArm"] != second.bones["LeftUpperArm"]
    adapter.send(result(ben, eve, timestamp_s=1.1))  # unseen for a moment: the avatar stands still
    assert received(ports[0]).tracking == 0
    assert received(ports[1]).bones == second.bones
    gone = Departure(id=1, slot=1, entered_s=0.0, last_seen_s=1.0)
    adapter.send(result(ben, timestamp_s=3.0, departed=(gone,)))
    assert received(ports[0]).loaded == 0
    assert received(ports[1]).bones == second.bones
    adapter.send(result(ben, eve, timestamp_s=3.1))  # who comes next takes the place that is free
    assert received(ports[0]).loaded == 1
    received(ports[1])
    adapter.send(Status(source="cam1", state=SourceState.RUNNING))
    assert not any([*waiting(port)] for port in ports)
    adapter.close()


def test_it_sends_no_more_often_than_asked(
    ports: list[socket.socket], somebody: Callable[..., Person], result: Make
) -> None:
    adapter = create(target(ports), {"rate": "10"}, OutputContext())
    for number in range(60):
        adapter.send(result(somebody(), timestamp_s=1.0 + number / 60))
    adapter.close()
    avatar, times = Marionette(), []
    for datagram in waiting(ports[0]):
        avatar.receive(datagram)
        times.append(avatar.time_s)
    assert sorted(set(times)) == pytest.approx(np.arange(10) / 10, abs=0.02)


def test_a_camera_that_delivers_a_mirror_image(
    ports: list[socket.socket], somebody: Callable[..., Person], result: Make
) -> None:
    mirrored = {name: (639 - float(x), float(y)) for name, (x, y) in zip(INDEX, somebody().xy, strict=True)}
    adapter = create(target(ports), {"source-mirrored": "1"}, OutputContext())
    adapter.send(result(somebody(**mirrored)))
    avatar = received(ports[0])
    adapter.close()
    assert np.allclose([rotation for _, rotation in avatar.bones.values()], (0, 0, 0, 1), atol=1e-5)


@pytest.mark.parametrize(
    ("target", "options", "said"),
    [
        ("127.0.0.1:0", {}, "port '0' of '127.0.0.1:0' must be a number from 1 to 65535"),
        ("127.0.0.1:65535", {"people": "2"}, "vmc has no ports for 2 people from 65535 on: choose a lower one"),
        ("host.invalid", {}, "vmc host 'host.invalid' has no address"),
        ("127.0.0.1", {"peple": "2"}, "vmc has no option 'peple': did you mean 'people'?"),
        ("127.0.0.1", {"people": "0"}, "vmc people must be a number from 1 to 32, got '0'"),
        ("127.0.0.1", {"rate": "nan"}, "vmc rate must be a number from 1 to 240 per second, got 'nan'"),
        ("127.0.0.1", {"rate": "x"}, "vmc rate must be a number from 1 to 240 per second, got 'x'"),
        ("127.0.0.1", {"depth": "yes"}, "vmc depth must be one of 0, 1, got 'yes'"),
    ],
)
def test_wrong_targets_and_options(target: str, options: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        create(target, options, OutputContext())


@pytest.mark.parametrize("target", ["127.0.0.1", "localhost", "[::1]"])
def test_the_port_is_the_protocols_if_none_is_named(target: str) -> None:
    adapter = create(target, {}, OutputContext())
    assert adapter._avatars[0]._receiver.target.endswith(":39539")
    adapter.close()
