"""Who is let in: a table of origins, hosts and tokens."""

import pytest

from posekit_websocket.access import Access, is_loopback

HOME = "127.0.0.1:8765"
TOKEN = "s3cret-token"


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, HOME),  # no browser
        (None, None),
        ("http://127.0.0.1:8765", HOME),  # posekit's own page
        ("http://localhost:8765", "localhost:8765"),
        ("HTTP://LocalHost:8765", "localhost:8765"),
        ("http://[::1]:8765", "[::1]:8765"),
        ("http://127.0.0.1", "127.0.0.1"),
    ],
)
def test_let_in_by_default(origin: str | None, host: str | None) -> None:
    assert Access().refusal(origin=origin, host=host, token=None) is None


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://example.org", HOME),
        ("http://127.0.0.1:3000", HOME),  # another server on this computer
        ("http://localhost:8765", HOME),
        ("https://127.0.0.1:8765", HOME),
        ("null", HOME),  # from disk, or in somebody's sandboxed frame
        ("null", "null"),
        ("", HOME),
        ("http://", ""),
        ("http://127.0.0.1:8765.example.org", HOME),
        ("http://127.0.0.1:8765, https://example.org", HOME),
        # DNS rebinding: a stranger's name that points to this computer, so that Origin and Host agree.
        ("http://example.org:8765", "example.org:8765"),
        ("http://127.0.0.1.example.org:8765", "127.0.0.1.example.org:8765"),
        ("http://localhost.example.org", "localhost.example.org"),
        ("http://192.168.1.4:8765", "192.168.1.4:8765"),
        ("http://[::ffff:8.8.8.8]:8765", "[::ffff:8.8.8.8]:8765"),
        ("http://user@127.0.0.1:8765", "user@127.0.0.1:8765"),
    ],
)
def test_refused_by_default(origin: str, host: str) -> None:
    refusal = Access().refusal(origin=origin, host=host, token=None)
    assert refusal is not None
    assert refusal.status == 403
    assert f"'{origin}'" in refusal.reason
    assert "--ws-origin" in refusal.remedy


def test_listed_origins_and_no_others() -> None:
    access = Access(origins={"https://example.org", "http://localhost:5173"})
    assert access.refusal(origin="https://example.org", host=HOME, token=None) is None
    assert access.refusal(origin="https://EXAMPLE.org", host=HOME, token=None) is None
    assert access.refusal(origin="http://localhost:5173", host="pose.example.org", token=None) is None
    for origin in ("http://example.org", "https://example.org:444", "https://a.example.org", "null"):
        assert access.refusal(origin=origin, host=HOME, token=None) is not None, origin


def test_pages_from_disk() -> None:
    refusal = Access().refusal(origin="null", host=HOME, token=None)
    assert refusal is not None
    assert refusal.remedy == "--ws-origin file lets pages opened from disk in"
    assert Access(origins={"file"}).refusal(origin="null", host=HOME, token=None) is None
    assert Access(origins={"file"}).refusal(origin="file", host=HOME, token=None) is None
    assert Access(origins={"file"}).refusal(origin="https://example.org", host=HOME, token=None) is not None


@pytest.mark.parametrize("origin", [None, "http://192.168.1.4:8765", "http://pose.local:8765"])
def test_with_a_token_the_own_page_may_have_any_name(origin: str | None) -> None:
    host = origin and origin.removeprefix("http://")
    assert Access(token=TOKEN).refusal(origin=origin, host=host, token=TOKEN) is None


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (None, "no token was given"),
        ("", "a wrong token was given"),
        ("s3cret-toke", "a wrong token was given"),
        ("s3cret-token ", "a wrong token was given"),
        ("S3CRET-TOKEN", "a wrong token was given"),
        ("geheim-ß-🙂", "a wrong token was given"),
    ],
)
def test_tokens(token: str | None, said: str) -> None:
    refusal = Access(token=TOKEN).refusal(origin=None, host=HOME, token=token)
    assert refusal is not None
    assert (refusal.status, refusal.reason) == (401, said)
    assert TOKEN not in refusal.reason + refusal.remedy


def test_the_right_token_does_not_excuse_a_foreign_page() -> None:
    refusal = Access(token=TOKEN).refusal(origin="https://example.org", host=HOME, token=TOKEN)
    assert refusal is not None
    assert refusal.status == 403
    assert Access(token=TOKEN, origins={"*"}).refusal(origin="https://example.org", host=HOME, token=TOKEN) is None
    assert Access(token=TOKEN, origins={"*"}).refusal(origin="https://example.org", host=HOME, token=None) is not None


def test_what_is_loopback() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST"))
    assert not any(
        is_loopback(host) for host in ("0.0.0.0", "::", "192.168.1.4", "posekit.local", "", "localhost.evil")
    )
