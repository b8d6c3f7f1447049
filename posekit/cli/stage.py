"""The demo's screen: the skeletons, the newest OSC messages and the events as they arrive."""

from collections import deque
from typing import Self

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from posekit.cli.listener import Listener
from posekit.cli.sketch import sketch
from posekit.types import FrameResult, Status

__all__ = ["Stage"]

_PARTS = ("nose", "leftWrist", "rightWrist", "leftAnkle", "rightAnkle")
_REDRAW_S = 0.1
_PRINT_S = 2.0


class Stage:
    """An adapter that shows people as a sketch beside what ``listener`` has received.

    On a terminal the screen is redrawn in place; elsewhere a few messages are printed every two seconds. Events are
    printed when they arrive.
    """

    def __init__(self, target: Console, listener: Listener) -> None:
        self._console = target
        self._listener = listener
        self._live = Live(console=target, auto_refresh=False) if target.is_terminal else None
        self._events: deque[str] = deque(maxlen=6)
        self._next_s = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, message: FrameResult | Status) -> None:
        """Show a result."""
        if isinstance(message, Status):
            return
        for address, arguments in self._listener.events():
            self._events.append(_line(address, arguments))
            if self._live is None:
                self._console.print(self._events[-1])
        if message.timestamp_s < self._next_s:
            return
        self._next_s = message.timestamp_s + (_PRINT_S if self._live is None else _REDRAW_S)
        lines = self._messages(message)
        if self._live is None:
            self._console.print("\n".join(lines))
            return
        if not self._live.is_started:
            self._live.start()
        self._live.update(self._screen(message, lines), refresh=True)

    def close(self) -> None:
        """Leave the last picture standing."""
        if self._live is not None:
            self._live.stop()

    def _messages(self, result: FrameResult) -> list[str]:
        """A few of the addresses that are alive now, for everyone present."""
        latest = self._listener.latest()
        addresses = ["/pose/frame", "/pose/count", "/pose/alive"]
        for person in result.people[:2]:
            addresses += [f"/pose/{person.slot}/{name}" for name in ("info", "bbox", *_PARTS)]
        return [_line(address, latest[address]) for address in addresses if address in latest]

    def _screen(self, result: FrameResult, lines: list[str]) -> RenderableType:
        columns = min(64, max(24, self._console.width // 2 - 4))
        drawing = sketch(result.people, result.size, columns=columns, rows=18)
        picture = Panel(Text(drawing, no_wrap=True), title="what posekit sees", width=columns + 4)
        received = Panel(Text("\n".join(lines), no_wrap=True), title="received over OSC", width=columns + 4, height=20)
        events = Panel(Text("\n".join(self._events)), title="events", width=2 * columns + 9, height=8)
        return Group(Columns([picture, received]), events)


def _line(address: str, arguments: tuple[object, ...]) -> str:
    values = (f"{value:.3f}" if isinstance(value, float) else str(value) for value in arguments)
    return f"{address:<24}" + "  ".join(values)
