"""What clients get, from a real server through real sockets."""

import gc
import json
import socket
from collections.abc import Callable
from urllib.request import urlopen

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from posekit.errors import AdapterError, ConfigError
from posekit.events import Event
from posekit.messages import event_message, frame_message, hello_message, status_message
from posekit.protocols import Adapter, OutputContext
from posekit.skeleton import KEYPOINTS
from posekit.types import SourceState, Status
from posekit_websocket import WebSocketAdapter, create
from posekit_websocket.control import Subscription
from posekit_websocket.layout import frame_bytes
from posekit_websocket.views import Views

from .conftest import drained, handshake, plug, say, told, until

Make = Callable[..., object]
Serve = Callable[..., WebSocketAdapter]
Dial = Callable[..., ClientConnection]

RUNNING = Status(source="cam1", state=SourceState.RUNNING, fps=29.97, size=(640, 480))
ENTER = Event(kind="enter", timestamp_s=99.5, source="cam1", slot=1, id=17)
LEAVE = Event(kind="leave", timestamp_s=99.0, source="cam1", slot=2, id=16, fields={"dwell_s": 4.0})
COUNT = Event(kind="count", timestamp_s=99.5, source="cam1", fields={"count": 1})


def test_hello_comes_first_and_says_what_is_served(serve: Serve, dial: Dial) -> None:
    hello = told(dial(serve(), "?people=1&fps=15", raw=True))
    assert hello.items() >= hello_message().items()
    assert (hello["sources"], hello["maxPeople"]) == (["cam1", "cam2"], 4)
    assert hello["subscription"] == {"people": [1], "events": "all", "fps": 15.0, "frames": True, "format": "json"}


def test_a_frame_then_its_events_then_a_status(serve: Serve, dial: Dial, person: Make, result: Make) -> None:
    adapter = serve()
    assert isinstance(adapter, Adapter)
    client = dial(adapter)
    frame = result(person(), events=(ENTER, COUNT))
    say(adapter, frame)
    say(adapter, RUNNING)
    expected = [frame_message(frame), event_message(ENTER), event_message(COUNT), status_message(RUNNING)]
    assert [told(client) for _ in expected] == expected


def test_one_who_comes_later_gets_the_present_status_of_every_source(serve: Serve, dial: Dial) -> None:
    adapter = serve()
    stalled = Status(source="cam2", state=SourceState.STALLED, message="no frame for 2 s")
    for status in (Status(source="cam1", state=SourceState.OPENING), RUNNING, stalled):
        say(adapter, status)
    client = dial(adapter)
    assert [told(client), told(client)] == [status_message(RUNNING), status_message(stalled)]


def test_asking_for_less(serve: Serve, dial: Dial, person: Make, result: Make) -> None:
    adapter = serve()
    second, events_only, slow, silent = (
        dial(adapter, query) for query in ("?people=2", "?frames=0&events=leave,count", "?fps=10", "?people=&events=")
    )
    for seq in range(6):
        events = (ENTER, LEAVE, COUNT) if seq == 5 else ()
        say(adapter, result(person(1), person(2), seq=seq, timestamp_s=10 + seq / 30, events=events))
    say(adapter, RUNNING)
    frames = [told(second) for _ in range(6)]
    assert [[pose["slot"] for pose in frame["poses"]] for frame in frames] == [[2]] * 6
    assert [told(second) for _ in range(3)] == [event_message(LEAVE), event_message(COUNT), status_message(RUNNING)]
    assert [told(events_only)["kind"] for _ in range(2)] == ["leave", "count"]
    assert [told(slow)["seq"] for _ in range(2)] == [0, 3]
    assert [told(silent)["poses"] for _ in range(6)] == [[]] * 6
    assert told(silent) == status_message(RUNNING)


def test_binary_frames_and_json_for_the_rest(serve: Serve, dial: Dial, person: Make, result: Make) -> None:
    adapter = serve()
    client = dial(adapter, "?format=f32")
    frame = result(person(), source="cam2", events=(COUNT,))
    say(adapter, frame)
    assert client.recv(timeout=30.0) == frame_bytes(frame, 1)
    assert told(client) == event_message(COUNT)


def test_changing_ones_mind(serve: Serve, dial: Dial, person: Make, result: Make) -> None:
    adapter = serve()
    client = dial(adapter)
    client.send('{"type":"subscribe","people":[2],"events":[]}')
    answer = told(client)
    assert answer == {
        "type": "subscribed",
        "people": [2],
        "events": [],
        "fps": 0.0,
        "frames": True,
        "format": "json",
    }
    say(adapter, result(person(1), events=(ENTER,)))
    say(adapter, RUNNING)
    assert [told(client)["type"], told(client)["type"]] == ["frame", "status"]


def test_a_wrong_message_is_answered_and_changes_nothing(serve: Serve, dial: Dial, person: Make, result: Make) -> None:
    adapter = serve()
    client = dial(adapter, "?people=1")
    for message, said in (
        ("{", "no JSON: "),
        ('{"type":"subscribe","people":["x"]}', "people.0: should be a valid integer, got 'x'"),
        (b"\x00", "control messages are text, got binary data"),
    ):
        client.send(message)
        answer = told(client)
        assert answer["type"] == "error"
        assert answer["message"].startswith(said)
    say(adapter, result(person(1), person(2)))
    assert [pose["slot"] for pose in told(client)["poses"]] == [1]


def test_an_address_that_asks_for_nonsense_is_told_why(serve: Serve, dial: Dial) -> None:
    client = dial(serve(), "?fps=fast", raw=True)
    assert told(client) == {"type": "error", "message": "fps: should be a valid number, got 'fast'"}
    with pytest.raises(ConnectionClosed) as closed:
        client.recv(timeout=30.0)
    assert closed.value.rcvd.code == 1008
    assert closed.value.rcvd.reason == "fps: should be a valid number, got 'fast'"


def test_one_encoding_serves_all_who_want_the_same(person: Make, result: Make) -> None:
    views = Views(result(person(1), person(2)), ("cam1",))
    wishes = [Subscription(), Subscription(fps=5.0), Subscription(events=()), Subscription(people=(1,))]
    wishes += [Subscription(people=(1,)), Subscription(format="f32"), Subscription(format="f32", people=(1,))]
    payloads = [views.of(wish) for wish in wishes * 50]
    assert views.made == 4
    assert payloads[0] is payloads[1] is payloads[2]
    assert payloads[3] is payloads[4]
    assert [type(payload) for payload in payloads[:7]] == [str] * 5 + [bytes] * 2


def test_a_parser_made_for_posenet_for_installations_reads_frames(
    serve: Serve, dial: Dial, person: Make, result: Make
) -> None:
    """As receivers of oveddan/posenet-for-installations read its ``IPoseMessage``."""
    adapter = serve()
    client = dial(adapter)
    say(adapter, result(person(score=0.91)))
    message = json.loads(client.recv(timeout=30.0))

    drawn = []
    for pose in message["poses"]:
        assert pose["score"] > 0.5
        for keypoint in pose["keypoints"]:
            x = keypoint["position"]["x"] / message["image"]["width"]
            y = keypoint["position"]["y"] / message["image"]["height"]
            drawn.append((keypoint["part"], keypoint["score"], x, y))

    expected = [(part, round(k / 16, 3), 10 * k / 640, 20 * k / 480) for k, part in enumerate(KEYPOINTS)]
    for one, other in zip(drawn, expected, strict=True):
        assert one[0] == other[0]
        assert one[1:] == pytest.approx(other[1:])


def test_somebody_slow_skips_frames_gets_the_newest_and_holds_up_nobody(
    serve: Serve, dial: Dial, person: Make, result: Make
) -> None:
    adapter = serve()
    slow = plug(adapter.port, receive_buffer=4096)
    slow.sendall(handshake(adapter.port))
    assert slow.recv(12) == b"HTTP/1.1 101"
    quick = dial(adapter, "?people=")
    people = [person(slot) for slot in range(1, 5)]
    count = 200
    for seq in range(count):
        say(adapter, result(*people, seq=seq, timestamp_s=seq / 30, events=(COUNT,) if seq % 20 == 19 else ()))
        assert until(quick, "frame")["seq"] == seq  # at once, whatever the other one does
    read = bytearray()
    while b'"seq":%d,' % (count - 1) not in read:
        read += slow.recv(1 << 16)
    seqs = [int(part.partition(b",")[0]) for part in bytes(read).split(b'"seq":')[1:]]
    assert seqs[0] == 0
    assert seqs == sorted(set(seqs))
    assert len(seqs) < count - 20
    assert read.count(b'"kind":"count"') == count // 20
    slow.close()


def test_somebody_who_loses_events_is_told_how_many(serve: Serve, dial: Dial, result: Make) -> None:
    adapter = serve()
    slow = plug(adapter.port, receive_buffer=4096)
    slow.sendall(handshake(adapter.port, path="/?frames=0"))
    assert slow.recv(12) == b"HTTP/1.1 101"
    total = 5000
    for _ in range(total // 500):
        say(adapter, result(events=(COUNT,) * 500))
    say(adapter, result(events=(ENTER,)))
    read = bytearray()
    while b'"kind":"enter"' not in read or b"events were lost" not in read:
        read += slow.recv(1 << 16)
    lost = int(bytes(read).partition(b'"type":"error","message":"')[2].partition(b" ")[0])
    assert 0 < lost < total
    assert read.count(b'"kind":"count"') == total - lost + (b'"kind":"enter"' not in read)
    slow.close()


def test_files(serve: Serve) -> None:
    adapter = serve()
    with urlopen(f"http://127.0.0.1:{adapter.port}/posekit.js") as answer:
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "export function connect" in answer.read().decode()
    with urlopen(adapter.page) as answer:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "posekit.js" in answer.read().decode()
    for path in ("/posekit.py", "/../adapter.py", "/static/posekit.js", "/%2e%2e/adapter.py", "//posekit.js"):
        bare = plug(adapter.port)
        bare.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert drained(bare).startswith(b"HTTP/1.1 404"), path
        bare.close()


def test_the_end_is_told_to_everyone_and_the_port_is_free_again(serve: Serve, dial: Dial, result: Make) -> None:
    adapter = serve()
    clients = [dial(adapter) for _ in range(3)]
    adapter.close()
    adapter.close()
    for client in clients:
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30.0)
        assert closed.value.rcvd.code == 1001
    with pytest.raises(AdapterError, match="not running"):
        adapter.send(result())
    again = serve(f"127.0.0.1:{adapter.port}")
    dial(again)
    gc.collect()


def test_what_cannot_be_sent_is_reported_and_the_next_frame_arrives(
    serve: Serve, dial: Dial, person: Make, result: Make
) -> None:
    adapter = serve()
    client = dial(adapter)
    broken = Event(kind="enter", timestamp_s=1.0, source="cam1", fields={"who": object()})
    say(adapter, result(seq=1, events=(broken,)))
    assert told(client)["seq"] == 1
    with pytest.raises(AdapterError, match="the WebSocket server failed \\(TypeError: "):
        say(adapter, result(seq=2))
    say(adapter, result(seq=3))
    assert until(client, "frame")["seq"] in (2, 3)


def test_the_end_does_not_wait_for_somebody_who_does_not_read(serve: Serve, person: Make, result: Make) -> None:
    adapter = serve()
    stuck = plug(adapter.port, receive_buffer=4096)
    stuck.sendall(handshake(adapter.port))
    for seq in range(100):
        say(adapter, result(*(person(slot) for slot in range(1, 5)), seq=seq))
    half_open = plug(adapter.port)
    adapter.close()
    assert not adapter._thread.is_alive()
    for bare in (stuck, half_open):
        drained(bare)
        bare.close()


def test_a_port_in_use(serve: Serve) -> None:
    port = serve().port
    with pytest.raises(ConfigError) as error:
        create(f"127.0.0.1:{port}", {}, OutputContext())
    assert str(error.value).startswith(f"ws cannot listen at 127.0.0.1:{port} (")
    assert "another posekit" in str(error.value)


def test_ipv6(result: Make) -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this computer has no IPv6")
    adapter = create("[::1]:0", {}, OutputContext())
    with urlopen(adapter.page) as answer:
        assert answer.status == 200
    assert adapter.token is None
    adapter.close()


@pytest.mark.parametrize(
    ("target", "options", "said"),
    [
        ("", {}, "port '' of '' must be a number up to 65535"),
        ("nine", {}, "port 'nine' of 'nine'"),
        ("70000", {}, "port '70000' of"),
        ("-1", {}, "port '-1' of"),
        ("٨٧٦٥", {}, "port '٨٧٦٥' of"),
        (":8765", {}, "':8765' must be PORT or HOST:PORT, for example 8765"),
        ("::1:8765", {}, "'::1:8765' must be PORT or HOST:PORT"),
        ("host.invalid:8765", {}, "ws host 'host.invalid' has no address"),
        ("203.0.113.1:8765", {"token": "12345678"}, "ws cannot listen at 203.0.113.1:8765 ("),
        ("8765", {"tokn": "x"}, "ws has no option 'tokn': did you mean 'token'? options: token, origin, clients"),
        ("8765", {"token": "short"}, "ws token must have at least 8 ASCII characters, got 5"),
        ("8765", {"token": "päßwörter-ja"}, "ws token must have at least 8 ASCII characters"),
        ("8765", {"origin": "example.org"}, "ws origin 'example.org' must be as a browser names it"),
        ("8765", {"origin": "https://example.org/page"}, "ws origin 'https://example.org/page' must be"),
        ("8765", {"origin": "*"}, "ws origin '*' lets in every page of the web: it needs a token as well"),
        ("8765", {"clients": "0"}, "ws clients must be a number from 1 to 10000, got '0'"),
        ("8765", {"clients": "many"}, "ws clients must be a number from 1 to 10000, got 'many'"),
    ],
)
def test_wrong_targets_and_options(target: str, options: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError) as error:
        create(target, options, OutputContext())
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)
