"""Where a network is found, in which order, and that the bytes that were verified are the bytes that are loaded."""

import hashlib
import re
from pathlib import Path

import pytest

from posekit.errors import ModelError
from posekit.models import store
from posekit.models.catalogue import CATALOGUE, DEFAULT, ModelEntry
from posekit.models.store import cache_folder, find, load_model, places

Server = object


@pytest.fixture
def known(entry: ModelEntry, monkeypatch: pytest.MonkeyPatch) -> ModelEntry:
    """A catalogue that holds the small entry as well."""
    monkeypatch.setattr(store, "CATALOGUE", {**CATALOGUE, entry.name: entry})
    return entry


def test_the_bundled_network_is_what_the_catalogue_says() -> None:
    file = load_model(DEFAULT, fetch=False)
    entry = CATALOGUE[DEFAULT]
    assert hashlib.sha256(file.content).hexdigest() == file.sha256 == entry.sha256
    assert len(file.content) == entry.size
    assert file.entry is entry
    assert file.path.with_suffix(".md").is_file()


@pytest.mark.parametrize("name", [name for name in CATALOGUE if name != "posenet-mobilenet-100"])
def test_files_are_what_the_catalogue_says(shared: Path, name: str) -> None:
    entry = CATALOGUE[name]
    content = (shared / "models" / entry.file).read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (entry.size, entry.sha256)


def test_entries_are_sound() -> None:
    for name, entry in CATALOGUE.items():
        assert entry.name == name
        assert re.fullmatch(r"[0-9a-f]{64}", entry.sha256)
        assert all(url.startswith("https://") and url.endswith(entry.file) for url in entry.urls)
    assert [name for name, entry in CATALOGUE.items() if not entry.urls] == [DEFAULT]
    assert len({entry.file for entry in CATALOGUE.values()}) == len(CATALOGUE)


def test_a_download_is_kept(known: ModelEntry, server: Server) -> None:
    first = load_model("small")
    again = load_model("small")
    assert first.content == again.content == server.content
    assert first.path == cache_folder() / known.file
    assert len(server.asked) == 1


def test_a_damaged_file_in_the_cache_is_fetched_anew(known: ModelEntry, server: Server) -> None:
    path = load_model("small").path
    path.write_bytes(server.content[:-1])
    assert load_model("small").content == server.content
    assert len(server.asked) == 2


def test_the_users_folder_comes_first(
    known: ModelEntry, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / known.file).write_bytes(server.content)
    monkeypatch.setenv("POSEKIT_MODELS", str(tmp_path))
    assert load_model("small").path == tmp_path / known.file
    assert list(places(known)) == ["models", "cache"]
    assert server.asked == []


def test_a_damaged_file_in_the_users_folder_is_never_used_nor_replaced(
    known: ModelEntry, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / known.file).write_bytes(b"damaged")
    monkeypatch.setenv("POSEKIT_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match=r"is not 'small'.*name it by its path"):
        load_model("small")
    assert (tmp_path / known.file).read_bytes() == b"damaged"


def test_nothing_is_fetched_unasked(known: ModelEntry, server: Server) -> None:
    with pytest.raises(ModelError, match="run 'posekit models pull small'"):
        load_model("small", fetch=False)
    assert server.asked == []


def test_the_mirror_of_the_environment(known: ModelEntry, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSEKIT_MIRROR", f"{server.url}/mirror")
    load_model("small")
    assert server.asked == ["/mirror/small.tflite"]


def test_an_unknown_digest_is_used_only_by_path(tmp_path: Path) -> None:
    path = tmp_path / "own.tflite"
    path.write_bytes(b"anything")
    file = load_model(str(path))
    assert (file.name, file.content, file.entry) == ("own.tflite", b"anything", None)


def test_a_known_file_by_path_is_recognised() -> None:
    bundled = load_model(DEFAULT)
    assert load_model(str(bundled.path)).entry is CATALOGUE[DEFAULT]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("posenet-mobilenet-57", "no model 'posenet-mobilenet-57': did you mean 'posenet-mobilenet-075'?"),
        ("zzz", "no model 'zzz': there are posekit-mobilenet-050, "),
    ],
)
def test_unknown_names(name: str, said: str) -> None:
    with pytest.raises(ModelError, match=re.escape(said)):
        find(name)


def test_a_file_that_is_not_there_names_what_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "good.tflite").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"cannot read model file .*; did you mean 'good.tflite'\?"):
        load_model(str(tmp_path / "god.tflite"))


def test_the_cache_is_where_the_user_wants_it(tmp_path: Path) -> None:
    assert cache_folder({"POSEKIT_CACHE": str(tmp_path)}) == tmp_path
    assert cache_folder({}).name == "posekit" or "posekit" in cache_folder({}).parts
