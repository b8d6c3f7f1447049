"""A small SVG writer: a canvas with a time axis and a value axis, in whose places shapes are drawn.

Colours are classes, so that the page's style decides what they are in the light, in the dark and on paper.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Final

__all__ = ["Canvas", "clock", "duration", "extent", "nice", "number"]

#: Between two ticks of time: seconds.
_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
_SHORTEST_S: Final = 0.1
#: A longer recording has the time of day on its axis.
_OF_DAY_S: Final = 1200.0
_TICK_PX: Final = 78
_LETTER_PX: Final = 6.6


class Canvas:
    """Shapes in a picture of ``width`` and ``height``, whose plot leaves room for labels.

    x is time from ``start_s`` to ``end_s``; y is a value from ``low`` to ``high``, upwards. left: room for labels.
    """

    def __init__(
        self,
        width: float,
        height: float,
        *,
        end_s: float,
        start_s: float = 0.0,
        low: float = 0.0,
        high: float = 1.0,
        left: float = 44.0,
        created: datetime | None = None,
    ) -> None:
        self.width, self.height, self.left, self.right = width, height, left, 10.0
        self.top, self.bottom = 8.0, 24.0
        self._start_s = start_s
        self._length_s = max(end_s - start_s, _SHORTEST_S)
        self._low, self._high = low, high if high > low else low + 1.0
        self._created = created
        self._parts: list[str] = []

    def x(self, at_s: float) -> float:
        """Where a time is."""
        share = (at_s - self._start_s) / self._length_s
        return self.left + (self.width - self.left - self.right) * min(max(share, 0.0), 1.0)

    def y(self, value: float) -> float:
        """Where a value is."""
        share = (value - self._low) / (self._high - self._low)
        return self.height - self.bottom - (self.height - self.bottom - self.top) * share

    def time_axis(self) -> None:
        """Ticks of time, below."""
        most = max((self.width - self.left - self.right) / _TICK_PX, 1.0)
        step_s = next((step for step in _STEPS_S if self._length_s / step <= most), _STEPS_S[-1])
        start = self._created if self._created is not None and self._length_s > _OF_DAY_S else None
        # Of the day, the hours are round, not the time since the beginning.
        offset_s = (start.hour * 3600 + start.minute * 60 + start.second) % step_s if start is not None else 0.0
        base = self.height - self.bottom
        first = math.ceil((self._start_s + offset_s) / step_s)
        last = math.floor((self._start_s + self._length_s + offset_s) / step_s)
        for tick in range(first, last + 1):
            at_s = tick * step_s - offset_s
            x = self.x(at_s)
            text = clock(at_s) if start is None else f"{start + timedelta(seconds=at_s):%H:%M}"
            self._parts.append(f'<line class="grid" x1="{x:.1f}" y1="{self.top:.1f}" x2="{x:.1f}" y2="{base:.1f}"/>')
            anchor = "end" if x > self.width - 18 else "middle"
            self.text(x, self.height - 7, text, anchor=anchor)

    def value_axis(self, unit: str = "", *, whole: bool = False) -> None:
        """Ticks of the value, on the left."""
        for value in nice(self._low, self._high, max(int((self.height - self.bottom) / 28), 2), whole=whole):
            y, end = self.y(value), self.width - self.right
            self._parts.append(f'<line class="grid" x1="{self.left:.1f}" y1="{y:.1f}" x2="{end:.1f}" y2="{y:.1f}"/>')
            self.text(self.left - 6, y + 4, f"{number(value)}{unit}", anchor="end")

    def text(self, x: float, y: float, words: str, *, anchor: str = "start", kind: str = "label") -> None:
        """Words at a place."""
        self._parts.append(
            f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
        )

    def bar(self, x: float, y: float, width: float, height: float, kind: str, title: str = "") -> None:
        """A bar, with words that come up when it is pointed at."""
        self._parts.append(
            f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 1.5):.1f}" height="{height:.1f}" rx="2">'
            f"{_title(title)}</rect>"
        )

    def dot(self, x: float, y: float, kind: str, title: str = "") -> None:
        """A dot, with words that come up when it is pointed at."""
        self._parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4">{_title(title)}</circle>')

    def line(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        """A line through places."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._parts.append(f'<polyline class="{kind}" points="{path}"/>')

    def area(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        """What lies between a line and the time axis."""
        base = self.height - self.bottom
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in [(points[0][0], base), *points, (points[-1][0], base)])
        self._parts.append(f'<polygon class="{kind}" points="{path}"/>')

    def svg(self, description: str) -> str:
        """The picture. description: what it shows, for those who do not see it."""
        return (
            f'<svg viewBox="0 0 {self.width:g} {self.height:g}" role="img" aria-label="{escape(description)}">'
            f"{''.join(self._parts)}</svg>"
        )


def nice(low: float, high: float, most: int, *, whole: bool = False) -> list[float]:
    """Round values from low to high, at most so many (and one)."""
    span = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= most)
    if whole:
        step = max(step, 1.0)
    first = math.ceil(low / step - 1e-9)
    return [round(index * step, 10) for index in range(first, math.floor(high / step + 1e-9) + 1)]


def number(value: float) -> str:
    """A number without what nobody reads."""
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.2g}"


def extent(value: float, unit: str) -> str:
    """A range of motion: in degrees, or in torso lengths."""
    return f"{value:.0f}{unit}" if unit else f"{value:.2f}"


def clock(seconds: float) -> str:
    """Minutes and seconds, or hours, minutes and seconds."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def duration(seconds: float) -> str:
    """So long, in words."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{int(seconds // 60)} min {int(seconds % 60):02} s"
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60):02} min"


def _title(words: str) -> str:
    return f"<title>{escape(words)}</title>" if words else ""
