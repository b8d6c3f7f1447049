"""The socket: real receivers, absent ones, and wrong targets."""

import logging
import re
import socket
from collections.abc import Callable, Iterator

import pytest
from pythonosc.osc_packet import OscPacket

from posekit.errors import ConfigError
from posekit.protocols import Adapter, OutputContext
from posekit.types import Departure, SourceState, Status
from posekit_osc import create
from posekit_osc.adapter import OscAdapter
from posekit_osc.settings import Settings
from posekit_osc.udp import Receiver

Make = Callable[..., object]


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.settimeout(10.0)
        yield bound


def read(datagram: bytes) -> list[tuple[str, tuple[object, ...]]]:
    return [(item.message.address, tuple(item.message.params)) for item in OscPacket(datagram).messages]


def addresses(datagram: bytes) -> list[str]:
    return [item.message.address for item in OscPacket(datagram).messages]


def test_results_and_statuses_arrive(receiver: socket.socket, person: Make, result: Make) -> None:
    adapter = create(f"127.0.0.1:{receiver.getsockname()[1]}", {}, OutputContext(sources=("cam1",)))
    assert isinstance(adapter, Adapter)
    adapter.send(result(person()))
    adapter.send(Status(source="cam1", state=SourceState.RUNNING))
    received = [addresses(receiver.recv(4096)) for _ in range(3)]
    adapter.close()
    adapter.close()
    assert received[0] == ["/pose/frame", "/pose/count", "/pose/alive"]
    assert "/pose/1/nose" in received[1]
    assert received[2] == ["/posekit/status", "/posekit/source"]


def test_while_there_is_no_picture_an_empty_room_is_said_again(
    receiver: socket.socket, person: Make, result: Make
) -> None:
    adapter = create(f"127.0.0.1:{receiver.getsockname()[1]}", {}, OutputContext(sources=("cam1",)))
    lost = Status(source="cam1", state=SourceState.STALLED)
    ended = (Departure(id=17, slot=1, entered_s=0.0, last_seen_s=1.0),)
    adapter.send(result(person()))
    adapter.send(lost)  # not yet given up: nothing is said about people
    adapter.send(result(departed=ended))
    adapter.send(lost)
    adapter.send(Status(source="cam1", state=SourceState.RUNNING))
    received = [dict(read(receiver.recv(4096))) for _ in range(7)]
    adapter.close()
    empty = {"/pose/count": (0,), "/pose/alive": (), "/pose/1/info": (0, 17, 0.0, 0.0)}
    assert [sorted(datagram)[0] for datagram in received[2:]] == [
        "/posekit/source",
        "/pose/1/info",
        "/posekit/source",
        "/pose/1/info",
        "/posekit/source",
    ]
    for datagram in (received[3], received[5]):
        assert {address: datagram[address] for address in empty} == empty


def test_several_sources_have_their_names_in_the_addresses(receiver: socket.socket, person: Make, result: Make) -> None:
    context = OutputContext(sources=("hall", "door"))
    adapter = create(f"127.0.0.1:{receiver.getsockname()[1]}", {"prefix": "/dance"}, context)
    adapter.send(result(source="hall"))
    adapter.send(result(source="door"))
    adapter.send(Status(source="door", state=SourceState.RUNNING))
    received = [addresses(receiver.recv(4096))[0] for _ in range(3)]
    adapter.close()
    assert received == ["/dance/hall/frame", "/dance/door/frame", "/posekit/door/status"]


def test_ipv6(person: Make, result: Make) -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as bound:
        try:
            bound.bind(("::1", 0))
        except OSError:
            pytest.skip("this computer has no IPv6")
        bound.settimeout(10.0)
        adapter = create(f"[::1]:{bound.getsockname()[1]}", {}, OutputContext())
        adapter.send(result())
        assert addresses(bound.recv(4096))[0] == "/pose/frame"
        adapter.close()


class Refusing(socket.socket):
    """A socket to a host that complains of one datagram per second, as it would until ``here_s``."""

    def __init__(self, here_s: float, error: type[OSError]) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_DGRAM)
        self.now_s = self.next_s = 0.0
        self.here_s, self.error = here_s, error

    def send(self, data: object, flags: int = 0, /) -> int:
        if self.next_s <= self.now_s < self.here_s:
            self.next_s = self.now_s + 1.0
            raise self.error
        return 0


@pytest.mark.parametrize("error", [ConnectionRefusedError, ConnectionResetError])
def test_a_host_that_complains_now_and_then_is_absent_all_the_time(
    result: Make, caplog: pytest.LogCaptureFixture, error: type[OSError]
) -> None:
    sender = Refusing(60.0, error)
    adapter = OscAdapter(Receiver(sender, "host:9", clock=lambda: sender.now_s), Settings(), OutputContext())
    told = []
    with caplog.at_level(logging.WARNING, "posekit_osc"):
        for seq in range(30 * 70):
            sender.now_s = seq / 30
            adapter.send(result(seq=seq))
            told += [(message, sender.now_s) for message in caplog.messages[len(told) :]]
    adapter.close()
    assert [message for message, _ in told] == ["nobody listens at host:9; sending goes on", "host:9 listens again"]
    assert told[1][1] == pytest.approx(59.0 + 5.0, abs=0.2)


def test_a_receiver_that_is_not_there_is_mentioned_once_and_found_when_it_comes(
    result: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    adapter = create(f"127.0.0.1:{port}", {}, OutputContext())
    now_s = 0.0
    adapter._receiver._clock = lambda: now_s
    with caplog.at_level(logging.WARNING, "posekit_osc"):
        for seq in range(200):
            adapter.send(result(seq=seq))
        absent = list(caplog.messages)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as back:
            back.bind(("127.0.0.1", port))
            back.settimeout(10.0)
            for seconds in (0.0, 4.0, 6.0):  # the first may get the answer to what was sent before
                now_s = seconds
                adapter.send(result())
            assert addresses(back.recv(4096))[0] == "/pose/frame"
    adapter.close()
    assert absent in (
        [f"nobody listens at 127.0.0.1:{port}; sending goes on"],
        [],
    )  # [] where no answer comes (Windows)
    assert caplog.messages == absent + [f"127.0.0.1:{port} listens again"] * len(absent)


@pytest.mark.parametrize(
    ("target", "options", "said"),
    [
        ("127.0.0.1", {}, "'127.0.0.1' has no port: write HOST:PORT, for example 127.0.0.1:9000"),
        (":9000", {}, "':9000' has no port"),
        ("::1", {}, "'::1' has no port"),
        ("127.0.0.1:70000", {}, "port '70000' of '127.0.0.1:70000' must be a number from 1 to 65535"),
        ("127.0.0.1:0", {}, "port '0' of"),
        ("127.0.0.1:nine", {}, "port 'nine' of"),
        ("127.0.0.1:-1", {}, "port '-1' of"),
        ("host.invalid:9000", {}, "osc host 'host.invalid' has no address"),
        ("127.0.0.1:9", {"fromat": "array"}, "osc has no option 'fromat': did you mean 'format'?"),
        ("127.0.0.1:9", {"format": "xml"}, "osc format must be one of joints, array, scalar, poseosc, got 'xml'"),
        ("127.0.0.1:9", {"coords": "polar"}, "osc coords must be one of norm, pixel, aspect, centered, got 'polar'"),
        ("127.0.0.1:9", {"y-up": "yes"}, "osc y-up must be one of 0, 1, got 'yes'"),
        ("127.0.0.1:9", {"prefix": "pose"}, "osc prefix 'pose' must begin with /"),
        ("127.0.0.1:9", {"prefix": "/a b"}, "osc prefix '/a b' must begin with /"),
        ("127.0.0.1:9", {"prefix": "/a*"}, "osc prefix '/a*' must begin with /"),
        ("127.0.0.1:9", {"prefix": "/"}, "osc prefix '/' must begin with /"),
    ],
)
def test_wrong_targets_and_options(target: str, options: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)) as error:
        create(target, options, OutputContext())
    assert "\n" not in str(error.value)


def test_a_slash_too_many() -> None:
    assert Settings.of({"y-up": "1", "prefix": "/a/b/"}) == Settings(y_up=True, prefix="/a/b")


@pytest.mark.peer("oscdump")
@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("joints", {"/pose/1/info iiff 1 17 0.910000 3.250000", "/pose/1/rightAnkle fff 0.250000 0.666667 1.000000"}),
        ("array", {"/pose/1/kp ii" + "f" * 52 + " 812 17 0.910000 0.000000"}),
        ("scalar", {"/pose/1/rightAnkle/y f 0.666667", "/pose/2/active f 0.000000"}),
        ("poseosc", {"/poses/arr iii" + "f" * 52 + " 640 480 1 0.910000 0.000000 0.000000 0.000000 10.000000"}),
    ],
)
def test_oscdump_reads_every_format(
    oscdump: Callable[..., list[str]], person: Make, result: Make, format: str, expected: set[str]
) -> None:
    def send(port: int) -> None:
        adapter = create(f"127.0.0.1:{port}", {"format": format}, OutputContext(max_people=2))
        adapter.send(result(person()))
        adapter.close()

    lines = oscdump(send)
    for start in expected:
        assert any(line.startswith(start) for line in lines), lines
    if format != "poseosc":
        assert lines[:3] == ["/pose/frame iif 812 0 21.500000", "/pose/count i 1", "/pose/alive i 1"]
