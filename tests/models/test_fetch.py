"""Downloads from real servers: complete, broken off, wrong, through a proxy, interrupted, and two at once."""

import dataclasses
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from posekit.errors import ModelError
from posekit.models.catalogue import ModelEntry
from posekit.models.fetch import download

Server = object


def test_a_download_is_complete_and_tells_its_progress(entry: ModelEntry, server: Server, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = download(entry, tmp_path / "a" / "b", progress=lambda done, total: told.append((done, total)))
    assert path.read_bytes() == server.content
    assert told[-1] == (entry.size, entry.size)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("manner", "said"),
    [
        ("missing", "HTTP 404"),
        ("changed", "it sent another file"),
        ("dropped", "256000 bytes read, 256000 more expected|the connection ended after 256000 of 512000 bytes"),
        ("oversize", "it sent more than the 512000 bytes expected"),
        ("redirect ftp://127.0.0.1/small.tflite", "it redirects to ftp|redirection error"),
        ("redirect file:///etc/hostname", "Redirection to url"),
    ],
)
def test_a_bad_download_leaves_nothing_and_says_why(
    entry: ModelEntry, server: Server, tmp_path: Path, manner: str, said: str
) -> None:
    server.manner = manner
    with pytest.raises(ModelError, match=said) as error:
        download(entry, tmp_path)
    assert "run 'posekit models pull small' on a connected machine" in str(error.value)
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_redirects_to_http_are_followed(
    entry: ModelEntry, server: Server, make_server: Callable[[], Server], tmp_path: Path
) -> None:
    server.manner = f"redirect {make_server().url}/elsewhere.tflite"
    assert download(entry, tmp_path).stat().st_size == entry.size


def test_the_next_address_is_tried(entry: ModelEntry, make_server: Callable[[], Server], tmp_path: Path) -> None:
    broken = make_server()
    broken.manner = "missing"
    both = dataclasses.replace(entry, urls=(f"{broken.url}/x", *entry.urls))
    assert download(both, tmp_path).is_file()
    assert broken.asked == ["/x"]


def test_a_mirror_is_asked_instead(
    entry: ModelEntry, server: Server, make_server: Callable[[], Server], tmp_path: Path
) -> None:
    mirror = make_server()
    assert download(entry, tmp_path, mirror=f"{mirror.url}/models/").is_file()
    assert mirror.asked == ["/models/small.tflite"]
    assert server.asked == []


def test_a_proxy_is_honoured(
    entry: ModelEntry,
    server: Server,
    make_server: Callable[[], Server],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = make_server()
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    far = dataclasses.replace(entry, urls=("http://models.example/small.tflite",))
    assert download(far, tmp_path).is_file()
    assert proxy.asked == ["http://models.example/small.tflite"]
    assert server.asked == []


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/small.tflite"])
def test_only_http_is_fetched(entry: ModelEntry, tmp_path: Path, url: str) -> None:
    with pytest.raises(ModelError, match=re.escape("no http:// or https:// address")):
        download(dataclasses.replace(entry, urls=(url,)), tmp_path)


def test_nobody_there(entry: ModelEntry, server: Server, tmp_path: Path) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(ModelError, match=r"127\.0\.0\.1: "):
        download(entry, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_download_leaves_nothing(entry: ModelEntry, tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(entry, tmp_path, progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_what_killed_processes_left_is_removed_after_a_day(entry: ModelEntry, tmp_path: Path) -> None:
    old, new = tmp_path / "small.tflite.abc.part", tmp_path / "small.tflite.def.part"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * 86400,) * 2)
    download(entry, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.tflite", "small.tflite.def.part"]


def test_a_folder_that_cannot_be_written_to(entry: ModelEntry, server: Server, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file")
    with pytest.raises(ModelError, match=r"cannot write to .*blocked.*set POSEKIT_CACHE to another folder"):
        download(entry, tmp_path / "blocked" / "cache")
    assert server.asked == []


def test_two_processes_at_once_do_no_harm(entry: ModelEntry, server: Server, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from posekit.models.catalogue import ModelEntry\n"
        "from posekit.models.fetch import download\n"
        f"entry = {entry!r}\n"
        "for _ in range(10):\n"
        "    assert len(download(entry, Path(sys.argv[1])).read_bytes()) == entry.size\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stderr=subprocess.PIPE) for _ in range(2)]
    for process in running:
        _, complaint = process.communicate(timeout=120)
        assert process.returncode == 0, complaint
    assert [path.name for path in tmp_path.iterdir()] == ["small.tflite"]
    assert (tmp_path / "small.tflite").read_bytes() == server.content
