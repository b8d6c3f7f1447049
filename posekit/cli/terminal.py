"""What the user sees while posekit works: one updating line on a terminal, warnings elsewhere."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from posekit.types import FrameResult, SourceState, Status

__all__ = ["StatusLine", "console", "progress_bar", "show_warnings"]


def console(*, stderr: bool = True) -> Console:
    """A console that keeps to plain lines when it is no terminal."""
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float], None]]:
    """A bar on the terminal, gone when it is done. What it gives is to be called with the share that is done, 0…1."""
    target = console()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=target, transient=True, disable=not target.is_terminal) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda share: bar.update(task, completed=share)


class _ConsoleHandler(logging.Handler):
    """Prints records above a live line instead of through it."""

    def __init__(self, target: Console) -> None:
        super().__init__(logging.WARNING)
        self._console = target

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._console.print(Text(f"posekit: {self.format(record)}"))
        except Exception:
            self.handleError(record)


@contextmanager
def show_warnings(target: Console) -> Iterator[None]:
    """Print what is logged as a warning, by posekit, an adapter or a library, for as long as the context lasts."""
    handler = _ConsoleHandler(target)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)


class StatusLine:
    """Frames per second, people, latency and drops of every source, in one line that updates itself.

    An adapter (it counts people) that is also told every status. frames: per source, how many there are to come, where
    that is known. It shows nothing when ``target`` is no terminal.
    """

    def __init__(self, target: Console, *, frames: dict[str, int] | None = None) -> None:
        self._live = Live(console=target, auto_refresh=False, transient=False) if target.is_terminal else None
        self._frames = frames or {}
        self._people: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._lines: dict[str, RenderableType] = {}

    def __enter__(self) -> "StatusLine":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def send(self, message: FrameResult | Status) -> None:
        """Take note of a result, or show a status."""
        if isinstance(message, FrameResult):
            self._people[message.source] = len(message.people)
            self._done[message.source] = self._done.get(message.source, 0) + 1
        elif self._live is not None:
            self._lines[message.source] = self._line(message)
            self._live.update(Group(*self._lines.values()), refresh=True)

    def close(self) -> None:
        """Nothing to release; the line stays where it is."""

    def _line(self, status: Status) -> RenderableType:
        """The words, and of a file a bar that grows with it."""
        words = Text(self._described(status), no_wrap=True, overflow="ellipsis")
        total = self._frames.get(status.source)
        if not total:
            return words
        row = Table.grid(padding=(0, 1))
        row.add_row(ProgressBar(total, min(self._done.get(status.source, 0), total), width=20), words)
        return row

    def _described(self, status: Status) -> str:
        name, done = status.source, self._done.get(status.source, 0)
        if status.state is not SourceState.RUNNING and not done:
            return f"{name}: {status.state.name.lower()} {status.message}"
        people = self._people.get(name, 0)
        parts = [f"{status.fps:.1f} fps", f"{people} {'person' if people == 1 else 'people'}"]
        total = self._frames.get(name)
        if total:
            parts.append(f"frame {done} of {total} ({min(done / total, 1.0):.0%})")
        else:
            parts += [f"{status.latency_ms:.0f} ms", f"{status.dropped} dropped"]
        if status.message:
            parts.append(status.message)
        return f"{name}: " + " · ".join(parts)
