"""Strangers: pages of other servers, wrong tokens, floods, garbage, and those who only open a connection."""

import json
import logging
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from posekit.protocols import OutputContext
from posekit_websocket import WebSocketAdapter, create
from posekit_websocket.settings import Patience

from .conftest import drained, handshake, plug, say, told, until

Make = Callable[..., object]
Serve = Callable[..., WebSocketAdapter]
Dial = Callable[..., ClientConnection]

TOKEN = "s3cret-token"


def status_of(dial: Dial, adapter: WebSocketAdapter, query: str = "", **options: object) -> int:
    with pytest.raises(InvalidStatus) as refused:
        dial(adapter, query, raw=True, **options)
    return refused.value.response.status_code


def test_a_page_of_another_server_cannot_connect(serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture) -> None:
    adapter = serve()
    with caplog.at_level(logging.WARNING, "posekit_websocket"):
        for _ in range(3):
            assert status_of(dial, adapter, origin="https://example.org") == 403
        assert status_of(dial, adapter, origin="null") == 403
    assert caplog.messages == [
        "websocket client 127.0.0.1 refused: the page's origin 'https://example.org' is not allowed; "
        "--ws-origin https://example.org lets its pages in",
        "websocket client 127.0.0.1 refused: the page's origin 'null' is not allowed; "
        "--ws-origin file lets pages opened from disk in",
    ]
    dial(adapter, origin=f"http://127.0.0.1:{adapter.port}")


def test_pages_that_are_listed_can(serve: Serve, dial: Dial) -> None:
    adapter = serve(origin="https://example.org,file")
    dial(adapter, origin="https://example.org")
    dial(adapter, origin="null")
    assert status_of(dial, adapter, origin="https://example.com") == 403


def test_wrong_and_missing_tokens_are_refused_at_the_handshake(serve: Serve, dial: Dial) -> None:
    adapter = serve(token=TOKEN)
    for query in ("", "?token=", "?token=wrong-token", f"?token={TOKEN}x", f"?Token={TOKEN}", "?token=%00%ff"):
        assert status_of(dial, adapter, query) == 401, query
    assert status_of(dial, adapter, additional_headers={"Authorization": "Bearer wrong"}) == 401
    assert status_of(dial, adapter, f"?token={TOKEN}", additional_headers={"Authorization": "Bearer x"}) == 401
    dial(adapter, f"?token={TOKEN}")
    dial(adapter, f"?people=1&token={TOKEN}")
    dial(adapter, additional_headers={"Authorization": f"Bearer {TOKEN}"})


def test_an_address_that_others_reach_gets_a_token_of_its_own(dial: Dial, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "posekit_websocket"):
        first, second = (create("0.0.0.0:0", {}, OutputContext()) for _ in range(2))
    assert first.token
    assert second.token
    assert first.token != second.token
    assert len(first.token) >= 16
    assert caplog.messages[0] == f"others can reach ws 0.0.0.0:0: clients connect with ?token={first.token}"
    assert first.page == f"http://127.0.0.1:{first.port}/?token={first.token}"
    assert status_of(dial, first) == 401
    dial(first, f"?token={first.token}")
    first.close()
    second.close()
    given = create("0.0.0.0:0", {"token": TOKEN}, OutputContext())
    assert given.token == TOKEN
    given.close()


def closes_with(client: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        client.recv(timeout=30.0)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


@pytest.mark.parametrize("message", ["x" * (1 << 20), b"x" * (1 << 20), "x" * 4097, ["x" * 100] * 50])
def test_a_message_that_is_too_long_ends_the_connection_and_no_other(
    serve: Serve, dial: Dial, result: Make, message: object
) -> None:
    adapter = serve()
    other, rude = dial(adapter), dial(adapter)
    try:
        rude.send(message)
        assert closes_with(rude) == 1009
    except ConnectionClosed:
        pass  # the server hung up while we were still sending
    say(adapter, result(seq=1))
    assert told(other)["seq"] == 1


def test_the_longest_message_that_is_allowed_is_answered(serve: Serve, dial: Dial) -> None:
    client = dial(serve())
    client.send(json.dumps({"type": "subscribe", "people": [1]}).ljust(4096))
    assert told(client)["people"] == [1]


def test_a_flood_of_messages_is_answered_in_its_own_time(serve: Serve, dial: Dial, result: Make) -> None:
    adapter = serve()
    other = dial(adapter)
    flood = plug(adapter.port)
    flood.sendall(handshake(adapter.port))
    flood.setblocking(False)
    frame = b"\x81\x81\x00\x00\x00\x00{"  # a masked text of one character, no JSON
    sent = 0
    try:
        while sent < 1 << 24:
            sent += flood.send(frame * 5000)
    except BlockingIOError:
        pass  # the server takes them no faster than it answers
    assert sent < 1 << 24
    for seq in range(20):
        say(adapter, result(seq=seq))
        assert told(other)["seq"] == seq
    flood.close()


@pytest.mark.parametrize(
    ("header", "path", "status"),
    [
        (b"Origin: https://\xff.example\r\n", "/", b"403"),
        (b"Origin: http://a\r\nOrigin: http://b\r\n", "/", b"403"),
        (b"Authorization: Bearer \xff\xfe\r\n", "/", b"401"),
        (b"Authorization: Basic czNjcmV0LXRva2Vu\r\n", "/", b"401"),
        (b"", "/?token=%ff%fe", b"401"),
        (b"", "/?token=" + "a" * 3000, b"401"),
        (b"", "/other?token=s3cret-token", b"404"),
    ],
)
def test_odd_headers_and_addresses_are_refused_as_they_should_be(
    serve: Serve, header: bytes, path: str, status: bytes
) -> None:
    adapter = serve(token=TOKEN)
    bare = plug(adapter.port)
    bare.sendall(handshake(adapter.port, path=path).removesuffix(b"\r\n") + header + b"\r\n")
    assert drained(bare)[9:12] == status
    bare.close()


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),  # a TLS hello
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 500 + b"\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00" * 4096,
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",  # no key
        b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n",  # no URL
    ],
)
def test_garbage_gets_an_error_or_nothing_and_is_no_news(
    serve: Serve, dial: Dial, result: Make, caplog: pytest.LogCaptureFixture, garbage: bytes
) -> None:
    adapter = serve()
    bare = plug(adapter.port)
    bare.sendall(garbage)
    bare.shutdown(socket.SHUT_WR)
    answer = drained(bare)
    bare.close()
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert caplog.messages == []
    client = dial(adapter)
    say(adapter, result(seq=3))
    assert told(client)["seq"] == 3


@pytest.mark.parametrize(
    "frame",
    [
        b"\x81\x05hello",  # not masked
        b"\xf1\x80\x00\x00\x00\x00",  # reserved bits
        b"\x83\x80\x00\x00\x00\x00",  # unknown kind
        b"\x81\x82\x00\x00\x00\x00\xff\xfe",  # no UTF-8
        b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",  # 2^64 bytes to come
        b"\x80\x80\x00\x00\x00\x00",  # goes on with nothing
    ],
)
def test_broken_frames_end_the_connection_and_no_other(serve: Serve, dial: Dial, result: Make, frame: bytes) -> None:
    adapter = serve()
    other = dial(adapter)
    bare = plug(adapter.port)
    bare.sendall(handshake(adapter.port))
    while b"maxPeople" not in bare.recv(1 << 16):
        pass
    bare.sendall(frame)
    assert drained(bare).startswith(b"\x88")  # a close frame, and the end
    bare.close()
    say(adapter, result(seq=3))
    assert told(other)["seq"] == 3


def test_those_who_only_open_a_connection_are_hung_up_on(serve: Serve, dial: Dial, result: Make) -> None:
    adapter = serve(patience=Patience(opening_s=0.2))
    half_open = [plug(adapter.port) for _ in range(10)]
    for number, bare in enumerate(half_open):
        bare.sendall(handshake(adapter.port)[: 10 * number])
    for bare in half_open:
        assert drained(bare) == b""
        bare.close()
    client = dial(adapter)
    say(adapter, result(seq=3))
    assert told(client)["seq"] == 3


def test_more_connections_than_allowed_are_cut_before_their_handshake(serve: Serve, dial: Dial) -> None:
    adapter = serve(clients="4")
    half_open = [plug(adapter.port) for _ in range(200)]
    server = adapter._server
    # Every one that was cut has been closed by the server; the rest is bounded.
    cut = half_open[4 + 32 :]
    for bare in cut:
        assert drained(bare) == b""
    assert len(server._everyone) <= 4 + 32
    for bare in half_open:
        bare.close()
    dial(adapter)


def test_no_more_clients_than_allowed(serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture) -> None:
    adapter = serve(clients="3")
    clients = [dial(adapter) for _ in range(3)]
    with caplog.at_level(logging.WARNING, "posekit_websocket"):
        assert status_of(dial, adapter) == 503
        assert status_of(dial, adapter) == 503
    assert caplog.messages == [
        "websocket client 127.0.0.1 refused: 3 clients are connected, which is all there may be; "
        "--out ws:PORT?clients=N allows more"
    ]
    clients[0].close()
    dial(adapter)


def test_a_thousand_connects(serve: Serve, dial: Dial, result: Make) -> None:
    """As fast as this computer can, which is faster than a thousand in ten seconds."""
    adapter = serve()
    client = dial(adapter)

    def visit(number: int) -> bytes:
        with plug(adapter.port) as bare:
            if number % 3:
                origin = "Origin: https://example.org\r\n" if number % 3 == 1 else ""
                bare.sendall(handshake(adapter.port, headers=origin))
                return drained(bare)[9:12] if origin else bare.recv(12)[9:12]
        return b""  # it said nothing

    with ThreadPoolExecutor(8) as pool:
        visits = pool.map(visit, range(1000))
        for seq in range(100):
            say(adapter, result(seq=seq))
            assert until(client, "frame")["seq"] == seq
        answers = list(visits)
    # A connection may also be cut, when more are open than may be.
    assert set(answers[1::3]) in ({b"403"}, {b"403", b""})
    assert b"101" in answers[2::3]
    say(adapter, result(seq=1000))
    assert told(client)["seq"] == 1000


def test_one_who_stops_reading_is_dropped_with_a_reason_and_no_other(
    serve: Serve, dial: Dial, person: Make, result: Make, caplog: pytest.LogCaptureFixture
) -> None:
    adapter = serve(patience=Patience(stall_s=0.2, closing_s=0.1))
    other = dial(adapter)
    stopped = plug(adapter.port, receive_buffer=4096)
    stopped.sendall(handshake(adapter.port))
    people = [person(slot) for slot in range(1, 5)]
    seq = 0
    with caplog.at_level(logging.WARNING, "posekit_websocket"):
        while not caplog.messages:
            say(adapter, result(*people, seq=seq, timestamp_s=seq / 30))
            assert told(other)["seq"] == seq
            seq += 1
    host, port = stopped.getsockname()
    assert caplog.messages == [f"websocket client {host}:{port} dropped: it has stopped reading"]
    drained(stopped)  # the server has hung up
    stopped.close()
    say(adapter, result(seq=seq))
    assert told(other)["seq"] == seq


def test_one_who_resumes_in_time_reads_why_it_is_dropped(
    serve: Serve, person: Make, result: Make, caplog: pytest.LogCaptureFixture
) -> None:
    adapter = serve(patience=Patience(stall_s=0.2, closing_s=30.0))
    stopped = plug(adapter.port, receive_buffer=4096)
    stopped.sendall(handshake(adapter.port))
    seq = 0
    with caplog.at_level(logging.WARNING, "posekit_websocket"):
        while not caplog.messages:
            say(adapter, result(*(person(slot) for slot in range(1, 5)), seq=seq))
            seq += 1
    read = bytearray()
    while not read.endswith(b"\x03\xf5you have stopped reading"):  # 1013: try again later
        read += stopped.recv(1 << 16)
    stopped.close()


def test_one_who_gives_no_sign_of_life_is_dropped(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    adapter = serve(patience=Patience(ping_every_s=0.1, pong_within_s=0.1, closing_s=0.1))
    with caplog.at_level(logging.WARNING, "posekit_websocket"):
        dead = plug(adapter.port)
        dead.sendall(handshake(adapter.port))
        assert b"keepalive ping timeout" in drained(dead)
        dead.close()
        adapter.close()
    assert [message.partition(" dropped: ")[2] for message in caplog.messages] == ["it has answered no ping"]


def test_what_waits_for_one_who_does_not_read_is_bounded(serve: Serve, person: Make, result: Make) -> None:
    adapter = serve()
    stopped = plug(adapter.port, receive_buffer=4096)
    stopped.sendall(handshake(adapter.port))
    people = [person(slot) for slot in range(1, 5)]
    for seq in range(300):
        say(adapter, result(*people, seq=seq))
    (client,) = adapter._server.hub.clients
    assert 0 < client.unsent < 1 << 14  # the rest of one frame
    stopped.close()
