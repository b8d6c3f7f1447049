"""Downloads a network: to a temporary file, size and digest checked, then renamed."""

import hashlib
import http.client
import os
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, Self
from urllib.parse import urlsplit

from posekit.errors import ModelError
from posekit.models.catalogue import ModelEntry

__all__ = ["download"]

_TIMEOUT_S: Final = 20.0
_CHUNK: Final = 1 << 16
_TEMPORARY: Final = ".part"
#: Temporary files of processes that were killed are removed when they are as old as this.
_STALE_S: Final = 24 * 3600.0


class _Failed(Exception):
    """One address did not give the file."""


class _HttpRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http and https only, and never from https to http."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        scheme = urlsplit(newurl).scheme
        if scheme not in ("http", "https") or (req.type == "https" and scheme != "https"):
            raise _Failed(f"it redirects to {scheme}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(
    entry: ModelEntry,
    folder: Path,
    *,
    mirror: str | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Path:
    """Fetch a network into ``folder`` and return its file, whose content has the catalogue's digest.

    mirror: the address of a folder that is asked instead of the entry's own addresses.
    progress: called with the bytes that are here and the bytes that there are.
    The environment's proxy settings (``HTTPS_PROXY`` …) are honoured. Raises ModelError; whatever happens, nothing but
    the complete file is left behind.
    """
    urls = (f"{mirror.rstrip('/')}/{entry.file}",) if mirror else entry.urls
    causes = []
    with _folder_problems(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _remove_stale(folder)
        for url in urls:
            try:
                return _download(entry, url, folder, progress)
            except _Failed as error:
                causes.append(f"{urlsplit(url).hostname}: {error}")
    raise ModelError(
        f"model '{entry.name}' is not in {folder} and could not be downloaded ({'; '.join(causes) or 'no address'}): "
        f"run 'posekit models pull {entry.name}' on a connected machine and copy the folder, or pass --model FILE"
    )


@contextmanager
def _folder_problems(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ModelError(
            f"cannot write to {folder} ({error.strerror or error}): "
            "make it writable, or set POSEKIT_CACHE to another folder"
        ) from None


def _download(entry: ModelEntry, url: str, folder: Path, progress: Callable[[int, int], object] | None) -> Path:
    target = folder / entry.file
    with _Temporary(folder, entry.file) as temporary:
        digest, received = hashlib.sha256(), 0
        for chunk in _chunks(url):
            received += len(chunk)
            if received > entry.size:
                raise _Failed(f"it sent more than the {entry.size} bytes expected")
            digest.update(chunk)
            temporary.file.write(chunk)
            if progress is not None:
                progress(received, entry.size)
        if received != entry.size:
            raise _Failed(f"the connection ended after {received} of {entry.size} bytes")
        if digest.hexdigest() != entry.sha256:
            raise _Failed(f"it sent another file (sha256 {digest.hexdigest()[:12]}…, expected {entry.sha256[:12]}…)")
        temporary.move_to(target)
    return target


def _chunks(url: str) -> Iterator[bytes]:
    """The body behind an http(s) address. Raises _Failed."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise _Failed(f"'{url}' is no http:// or https:// address")
    opener = urllib.request.build_opener(_HttpRedirects)
    try:
        with opener.open(urllib.request.Request(url, headers={"User-Agent": "posekit"}), timeout=_TIMEOUT_S) as reply:
            while chunk := reply.read(_CHUNK):
                yield chunk
    except urllib.error.HTTPError as error:
        raise _Failed(f"HTTP {error.code} {error.reason}") from None
    except urllib.error.URLError as error:
        raise _Failed(_said(error.reason)) from None
    except (http.client.HTTPException, OSError) as error:
        raise _Failed(_said(error)) from None


def _said(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


class _Temporary:
    """A file of this process alone, which is gone at the end unless it was moved."""

    def __init__(self, folder: Path, name: str) -> None:
        handle, path = tempfile.mkstemp(prefix=f"{name}.", suffix=_TEMPORARY, dir=folder)
        self.file = os.fdopen(handle, "wb")
        self._path = Path(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self._path.unlink(missing_ok=True)

    def move_to(self, target: Path) -> None:
        """Rename over whatever is there; the content is on the disk before the name is."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        try:
            os.replace(self._path, target)
        except PermissionError:
            # Windows refuses while another process reads the file: then that process has just put the same one there.
            if not target.is_file():
                raise


def _remove_stale(folder: Path) -> None:
    for path in folder.glob(f"*{_TEMPORARY}"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE_S:
                path.unlink()
