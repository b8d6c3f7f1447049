"""Draws a trace of an exercise as a picture: the measure, its thresholds, and every repetition with its number.

It is drawn three times as large and scaled down, which is as smooth as OpenCV's lines and letters get.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.errors import ConfigError
from posekit.events import Event
from posekit.exercise_trace import Line, Trace

__all__ = ["draw_trace", "write_picture"]

Colour = tuple[int, int, int]
Image = NDArray[np.uint8]

_SCALE: Final = 3
_SIZE: Final = (1200, 520)
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 24, 92, 56

#: BGR.
_PAPER: Final[Colour] = (255, 255, 255)
_INK: Final[Colour] = (58, 46, 38)
_FAINT: Final[Colour] = (150, 142, 136)
_GRID: Final[Colour] = (238, 234, 231)
_BAND: Final[Colour] = (225, 243, 228)
_GIVEN_UP: Final[Colour] = (238, 238, 244)
_START: Final[Colour] = (120, 170, 70)
_COUNTS: Final[Colour] = (40, 120, 235)
_LINES: Final[tuple[Colour, ...]] = ((180, 96, 24), (150, 60, 170))
_FONT: Final = cv2.FONT_HERSHEY_DUPLEX


class _Canvas:
    """A picture with axes: values are placed by their seconds and units, everything else in pixels."""

    def __init__(self, seconds: tuple[float, float], values: tuple[float, float]) -> None:
        width, height = _SIZE
        self.image: Image = np.full((height * _SCALE, width * _SCALE, 3), _PAPER, np.uint8)
        self._seconds, self._values = seconds, values

    def x(self, at_s: float) -> float:
        low, high = self._seconds
        return _LEFT + (at_s - low) / (high - low) * (_SIZE[0] - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self._values
        return _SIZE[1] - _BOTTOM - (value - low) / (high - low) * (_SIZE[1] - _TOP - _BOTTOM)

    def line(self, points: Sequence[tuple[float, float]], colour: Colour, width: float) -> None:
        path = np.rint(np.array(points) * _SCALE * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(self.image, [path], False, colour, max(round(width * _SCALE), 1), cv2.LINE_AA, 4)

    def dashes(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        for (x0, y0), (x1, y1) in pairwise(points):
            count = max(int(math.hypot(x1 - x0, y1 - y0) / 8), 1)
            for dash in range(count):
                a, b = dash / count, (dash + 0.55) / count
                ends = [(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share) for share in (a, b)]
                self.line(ends, colour, 1.2)

    def block(self, x0: float, x1: float, colour: Colour) -> None:
        rows = slice(_TOP * _SCALE, (_SIZE[1] - _BOTTOM) * _SCALE)
        self.image[rows, round(x0 * _SCALE) : round(x1 * _SCALE)] = colour

    def text(
        self, text: str, x: float, y: float, colour: Colour = _INK, *, size: float = 12.0, align: float = 0.0
    ) -> float:
        """Write with the baseline at y. align: 0 begins at x, 0.5 is centred, 1 ends there. The width, px."""
        scale = size * _SCALE / 22.0
        shown = text.encode("ascii", "replace").decode()
        (width, _), _ = cv2.getTextSize(shown, _FONT, scale, 1)
        place = round(x * _SCALE - align * width), round(y * _SCALE)
        cv2.putText(self.image, shown, place, _FONT, scale, colour, max(round(scale * 1.1), 1), cv2.LINE_AA)
        return width / _SCALE

    def done(self) -> Image:
        return np.asarray(cv2.resize(self.image, _SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def draw_trace(trace: Trace, *, title: str) -> Image:
    """The picture, (520, 1200, 3) uint8 BGR."""
    seconds, values = _extent(trace.lines)
    canvas = _Canvas(seconds, values)
    for event in trace.events:
        if event.kind in ("rep", "rep_partial"):
            duration_s = _number(event, "duration_s") if event.kind == "rep_partial" else _duration_s(event)
            colour = _BAND if event.kind == "rep" else _GIVEN_UP
            canvas.block(canvas.x(event.timestamp_s - duration_s), canvas.x(event.timestamp_s), colour)
    _axes(canvas, seconds, values)
    for line, colour in zip(trace.lines, _LINES, strict=False):
        for levels, ink in ((line.start, _START), (line.counts, _COUNTS)):
            for run in _runs(line.times_s, levels):
                canvas.dashes(_stepped([(canvas.x(at_s), canvas.y(value)) for at_s, value in run]), ink)
        for run in _runs(line.times_s, line.values):
            canvas.line([(canvas.x(at_s), canvas.y(value)) for at_s, value in run], colour, 2.0)
    for number, event in enumerate(trace.reps, 1):
        turn_s = event.timestamp_s - _number(event, "up_s") - _number(event, "pause_s") / 2
        label = f"{number}" + {"left": " L", "right": " R"}.get(str(event.fields["side"]), "")
        canvas.text(label, canvas.x(turn_s), _TOP + 20, _INK, size=15, align=0.5)
    _heading(canvas, trace, title)
    return canvas.done()


def write_picture(path: Path, image: Image) -> None:
    """Write a picture; its ending says how. Raises ConfigError."""
    try:
        encoded, content = cv2.imencode(path.suffix or ".png", image)
    except cv2.error:
        encoded = False
    if not encoded:
        raise ConfigError(f"cannot write a picture '{path}': choose a name that ends in .png or .jpg")
    try:
        path.write_bytes(content.tobytes())
    except OSError as error:
        raise ConfigError(f"cannot write '{path}': {error.strerror}; choose another --picture FILE") from None


def _heading(canvas: _Canvas, trace: Trace, title: str) -> None:
    name = trace.exercise.name.replace("_", " ")
    count = len(trace.reps)
    x = _LEFT + canvas.text(name, _LEFT, 34, size=20) + 14
    canvas.text(f"{count} repetition{'' if count == 1 else 's'}   {title}", x, 34, _FAINT, size=13)
    measure = " and ".join(str(signal) for signal in trace.way.measure)
    canvas.text(f"{measure}, {trace.way.measure[0].unit}", _LEFT, 62, _FAINT, size=11.5)
    x = _SIZE[0] - _RIGHT
    legend: list[tuple[str, Colour, bool]] = [("counts here", _COUNTS, True), ("start position", _START, True)]
    legend += [(line.side or "measure", colour, False) for line, colour in zip(trace.lines, _LINES, strict=False)][::-1]
    for label, colour, dashed in legend:
        x -= canvas.text(label, x, 62, _INK, size=11.5, align=1.0) + 8
        ends = [(x - 22.0, 58.0), (x, 58.0)]
        canvas.dashes(ends, colour) if dashed else canvas.line(ends, colour, 2.0)
        x -= 40


def _axes(canvas: _Canvas, seconds: tuple[float, float], values: tuple[float, float]) -> None:
    for value in _ticks(*values, 5):
        canvas.line([(_LEFT, canvas.y(value)), (_SIZE[0] - _RIGHT, canvas.y(value))], _GRID, 1.0)
        canvas.text(f"{value:g}", _LEFT - 10, canvas.y(value) + 4, _FAINT, size=11.5, align=1.0)
    for at_s in _ticks(*seconds, 12):
        canvas.line([(canvas.x(at_s), _SIZE[1] - _BOTTOM), (canvas.x(at_s), _SIZE[1] - _BOTTOM + 5)], _FAINT, 1.0)
        canvas.text(f"{at_s:g}", canvas.x(at_s), _SIZE[1] - _BOTTOM + 22, _FAINT, size=11.5, align=0.5)
    canvas.line([(_LEFT, _SIZE[1] - _BOTTOM), (_SIZE[0] - _RIGHT, _SIZE[1] - _BOTTOM)], _FAINT, 1.0)
    canvas.text("s", _SIZE[0] - _RIGHT, _SIZE[1] - _BOTTOM + 42, _FAINT, size=11.5, align=1.0)


def _extent(lines: Sequence[Line]) -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where the axes go: (seconds, values)."""
    times = np.concatenate([line.times_s for line in lines])
    known = np.concatenate([np.concatenate([line.values, line.start, line.counts]) for line in lines])
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = max(0.08 * (high - low), 1e-3)
    # The numbers of the repetitions stand above the line.
    return (float(times.min()), max(float(times.max()), float(times.min()) + 0.1)), (low - room, high + 2.5 * room)


def _ticks(low: float, high: float, about: int) -> list[float]:
    """Round numbers, about so many."""
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough)
    return [round(index * step, 6) for index in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _runs(times_s: NDArray[np.float64], values: NDArray[np.float64]) -> list[list[tuple[float, float]]]:
    """The stretches over which the values are known."""
    runs: list[list[tuple[float, float]]] = [[]]
    for at_s, value in zip(times_s.tolist(), values.tolist(), strict=True):
        if math.isfinite(value):
            runs[-1].append((at_s, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _stepped(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of a line, so that it is not dashed anew at every sample."""
    corners = points[:1]
    for point in points[1:-1]:
        if abs(point[1] - corners[-1][1]) > 1.5 or point[0] - corners[-1][0] > 40:
            corners.append(point)
    return [*corners, points[-1]]


def _number(event: Event, name: str) -> float:
    value = event.fields[name]
    assert not isinstance(value, str)
    return float(value)


def _duration_s(event: Event) -> float:
    return _number(event, "down_s") + _number(event, "pause_s") + _number(event, "up_s")
