"""The demo's screen: the skeletons, the newest OSC messages and the events as they arrive."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from posekit.cli.listener import Listener
from posekit.cli.sketch import coloured, slot_colour
from posekit.events import CATALOGUE
from posekit.types import FrameResult, Person, Status

__all__ = ["Stage"]

Message = tuple[str, tuple[object, ...]]

#: What is shown of a person, most telling first; as much as fits.
_TELLING: Final = (
    "nose",
    "leftWrist",
    "rightWrist",
    "info",
    "state/left_knee_deg",
    "state/left_shoulder_deg",
    "bbox",
    "leftAnkle",
    "rightAnkle",
    "leftKnee",
    "rightKnee",
    "leftHip",
    "rightHip",
    "state/motion",
)

_REDRAW_S: Final = 0.1
_PRINT_S: Final = 2.0
_EVENTS: Final = 5

#: Characters of a line and of a number in it, the least that a sketch is worth showing in, and a panel's frame.
_LINE: Final = 46
_NUMBER: Final = 7
_SKETCH: Final = 20
_FRAME: Final = 4

#: The screen grows no wider, and its upper panels no taller.
_WIDEST: Final = 118
_TALLEST: Final = 20


class Stage:
    """An adapter that shows people as a sketch beside what ``listener`` has received.

    On a terminal the screen is redrawn in place, as large as the terminal allows; elsewhere a few messages are printed
    every two seconds, and events when they arrive.
    """

    def __init__(self, target: Console, listener: Listener) -> None:
        self._console = target
        self._listener = listener
        self._live = Live(console=target, auto_refresh=False) if target.is_terminal else None
        self._events: deque[tuple[float, Message]] = deque(maxlen=_EVENTS)
        self._status: Status | None = None
        self._next_s = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, message: FrameResult | Status) -> None:
        """Show a result, or take note of a status."""
        if isinstance(message, Status):
            self._status = message
            return
        for event in self._listener.events():
            self._events.append((message.timestamp_s, event))
            if self._live is None:
                self._console.print(_event_line(message.timestamp_s, event))
        if message.timestamp_s < self._next_s:
            return
        if self._live is None:
            self._next_s = message.timestamp_s + _PRINT_S
            self._print(message)
            return
        self._next_s = message.timestamp_s + _REDRAW_S
        if not self._live.is_started:
            self._live.start()
        self._live.update(self._screen(message), refresh=True)

    def close(self) -> None:
        """Leave the last picture standing."""
        if self._live is not None:
            self._live.stop()

    def _print(self, result: FrameResult) -> None:
        """A few messages on plain lines."""
        self._console.print(f"\n{result.timestamp_s:.0f} s")
        for message in _chosen(self._listener.latest(), result.people, 3 + 5 * max(len(result.people[:2]), 1)):
            self._console.print(_message_line(message))

    def _screen(self, result: FrameResult) -> RenderableType:
        width = min(self._console.width, _WIDEST)
        # Two panels' frames, and a line below for the cursor.
        free = max(self._console.height - 5, 4)
        happened = min(_EVENTS, free // 3)
        rows = min(free - happened, _TALLEST)
        line = min(_LINE, width - _FRAME)
        messages = _chosen(self._listener.latest(), result.people, rows)
        received = _panel(
            Text("\n").join(_message_line(message, line) for message in messages), "received over OSC", rows
        )
        columns = width - _LINE - 2 * _FRAME
        middle: RenderableType = received
        if columns >= _SKETCH:
            drawing = coloured(result.people, result.size, columns=columns, rows=rows)
            both = Table.grid(expand=False)
            both.add_column(width=columns + _FRAME)
            both.add_column(width=width - columns - _FRAME)
            both.add_row(_panel(drawing, "what posekit sees", rows, subtitle=self._described(result)), received)
            middle = both
        events = Text("\n").join(_event_line(time_s, event) for time_s, event in list(self._events)[-happened:])
        return Group(middle, _panel(events, "events", happened, width=width))

    def _described(self, result: FrameResult) -> str:
        """How it goes: people, rate and latency."""
        people = sum(person.visible for person in result.people)
        said = "nobody" if not people else "1 person" if people == 1 else f"{people} people"
        if self._status is None or not self._status.fps:
            return said
        return f"{said} · {self._status.fps:.0f} fps · {self._status.latency_ms:.0f} ms"


def _panel(content: Text, title: str, rows: int, *, subtitle: str | None = None, width: int | None = None) -> Panel:
    content.no_wrap, content.overflow = True, "ellipsis"
    return Panel(
        content, title=title, subtitle=subtitle, title_align="left", height=rows + 2, width=width, border_style="dim"
    )


def _chosen(latest: Mapping[str, tuple[object, ...]], people: Sequence[Person], rows: int) -> list[Message]:
    """As many of the newest messages as fit into so many rows, for the first two people the same."""
    addresses = ["/pose/frame", "/pose/count", "/pose/alive"]
    shown = people[: 2 if rows >= 11 else 1]
    each = (rows - len(addresses)) // max(len(shown), 1)
    for person in shown:
        own = (f"/pose/{person.slot}/{name}" for name in _TELLING)
        addresses += [address for address in own if address in latest][:each]
    return [(address, latest[address]) for address in addresses if address in latest]


def _message_line(message: Message, width: int = _LINE) -> Text:
    """``/pose/1/nose          0.503  0.248  0.965``, so wide, in the colour of the slot."""
    address, arguments = message
    numbers = "".join(_shown(argument).rjust(_NUMBER) for argument in arguments)
    slot = address.split("/")[2]
    line = Text(address.ljust(width - len(numbers)), slot_colour(int(slot)) if slot.isdecimal() else "default")
    return line.append(numbers, "default")


def _event_line(time_s: float, event: Message) -> Text:
    """``  9.8 s  /pose/event/enter  1 1``, and what the numbers are."""
    address, arguments = event
    kind = address.rpartition("/")[2]
    line = Text(f"{time_s:5.1f} s  ", "dim").append(address, "green")
    line.append("  " + " ".join(_shown(argument) for argument in arguments), "default")
    spec = CATALOGUE.get(kind)
    if spec is not None:
        names = (*(("slot", "id") if spec.personal else ()), *(field.name for field in spec.fields))
        line.append(f"   ({' '.join(names)})", "dim")
    return line


def _shown(argument: object) -> str:
    return f"{argument:.3f}"[:6] if isinstance(argument, float) else str(argument) or "''"
