"""The charts of a report, each for any width in pixels."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from posekit.events import Event
from posekit.report.figures import Exercising, Figures, Stay, Visit, Who
from posekit.report.svg import Canvas, clock, duration, extent

__all__ = ["ROWS", "activity", "people_present", "range_of_motion", "stays", "visits"]

#: More people than this share rows: one per slot.
ROWS = 24
_ROW_PX = 22.0
#: What is shown of the time before and after an exercise.
_AROUND_S = 4.0
#: Letters of a label.
_LONGEST = 15


def people_present(figures: Figures, width: float) -> str:
    """How many were there, over time."""
    most = max((count for _, count in figures.present), default=0)
    canvas = _canvas(figures, width, 150, high=max(most, 1) * 1.08)
    canvas.time_axis()
    canvas.value_axis(whole=True)
    columns: dict[int, int] = {}
    steps = [*figures.present, (figures.length_s, figures.present[-1][1] if figures.present else 0)]
    for (start_s, count), (end_s, _) in pairwise(steps):
        for column in range(int(canvas.x(start_s)), int(canvas.x(end_s)) + 1):
            columns[column] = max(columns.get(column, 0), count)
    points: list[tuple[float, float]] = []
    for column, count in sorted(columns.items()):
        if not points or points[-1][1] != canvas.y(count):
            points += [(column, points[-1][1])] if points else []
            points.append((column, canvas.y(count)))
    points.append((canvas.x(figures.length_s), points[-1][1] if points else canvas.y(0)))
    canvas.area(points, "fill h0")
    canvas.line(points, "stroke h0")
    return canvas.svg(f"People present over {duration(figures.length_s)}: {most} at most.")


def stays(figures: Figures, width: float, names: Mapping[Who, str], hues: Mapping[Who, int]) -> str:
    """From when to when each was there: a row for each, or one per slot where they are many."""
    crowded = len(figures.stays) > ROWS
    rows: dict[str, list[Stay]] = {}
    for stay in figures.stays:
        rows.setdefault(f"place {stay.slot}" if crowded else names[stay.who], []).append(stay)
    if crowded:
        rows = dict(sorted(rows.items(), key=lambda row: int(row[0].split()[1])))
    canvas = _canvas(figures, width, 34 + _ROW_PX * len(rows), left=_room(rows))
    canvas.time_axis()
    for index, (label, row) in enumerate(rows.items()):
        y = canvas.top + index * _ROW_PX
        canvas.text(canvas.left - 6, y + 14, _fitting(label), anchor="end")
        for stay in row:
            x = canvas.x(stay.start_s)
            when = f"{clock(stay.start_s)} to {clock(stay.end_s)}, {duration(stay.end_s - stay.start_s)}"
            said = f"{names[stay.who]}: {when}"
            canvas.bar(x, y + 3, canvas.x(stay.end_s) - x, _ROW_PX - 7, f"fill h{hues[stay.who]}", said)
    return canvas.svg(f"Presence of {len(figures.stays)} people over {duration(figures.length_s)}.")


def visits(figures: Figures, width: float, names: Mapping[Who, str], hues: Mapping[Who, int]) -> str:
    """Who was in which zone, and when."""
    rows: dict[str, list[Visit]] = {}
    for visit in figures.visits:
        rows.setdefault(visit.zone, []).append(visit)
    layers = {zone: _layers(row) for zone, row in rows.items()}
    height = sum(max(layer + 1 for _, layer in placed) for placed in layers.values()) * 12 + 14 * len(rows)
    canvas = _canvas(figures, width, 34 + height, left=_room(rows))
    canvas.time_axis()
    y = canvas.top
    for zone, placed in layers.items():
        deep = max(layer + 1 for _, layer in placed)
        canvas.text(canvas.left - 6, y + 6 + deep * 6, _fitting(zone), anchor="end")
        for visit, layer in placed:
            x = canvas.x(visit.start_s)
            said = (
                f"{names.get(visit.who, '')} in {zone}: {clock(visit.start_s)}, {duration(visit.end_s - visit.start_s)}"
            )
            canvas.bar(x, y + 2 + layer * 12, canvas.x(visit.end_s) - x, 9, f"fill h{hues.get(visit.who, 0)}", said)
        y += deep * 12 + 14
    return canvas.svg(f"{len(figures.visits)} visits to {len(rows)} zones over {duration(figures.length_s)}.")


def range_of_motion(
    figures: Figures,
    width: float,
    about: Sequence[Exercising],
    unit: str,
    names: Mapping[Who, str],
    hues: Mapping[Who, int],
) -> str:
    """Every repetition of an exercise: when it was complete, and how far it went."""
    values = [float(rep.fields["rom"]) for one in about for rep in one.reps]
    high = max(values, default=1.0) * 1.1
    times = [rep.timestamp_s for one in about for rep in one.reps]
    begun = [done.timestamp_s - float(done.fields["duration_s"]) for one in about for done in one.sets]
    span = max(min([*times, *begun]) - _AROUND_S, 0.0), min(max(times) + _AROUND_S, figures.length_s)
    canvas = _canvas(figures, width, 190, high=high, left=52, span=span)
    for one in about:
        for done in one.sets:
            end_s = done.timestamp_s
            start_s = end_s - float(done.fields["duration_s"])
            said = f"{names[one.who]}, set {done.fields['number']}: {done.fields['reps']} repetitions"
            x = canvas.x(start_s) - 6
            canvas.bar(x, canvas.top, canvas.x(end_s) + 6 - x, canvas.height - canvas.top - canvas.bottom, "set", said)
    canvas.time_axis()
    canvas.value_axis(unit)
    for one in about:
        for side in sorted({str(rep.fields["side"]) for rep in one.reps}):
            reps = [rep for rep in one.reps if rep.fields["side"] == side]
            places = [(canvas.x(rep.timestamp_s), canvas.y(float(rep.fields["rom"]))) for rep in reps]
            for run in _runs(reps):
                canvas.line([places[index] for index in run], f"thin h{hues[one.who]}")
            for rep, (x, y) in zip(reps, places, strict=True):
                kind = "hollow" if side == "right" else "fill"
                canvas.dot(x, y, f"{kind} solid h{hues[one.who]}", _rep_words(names[one.who], rep, unit))
    total = sum(len(one.reps) for one in about)
    return canvas.svg(f"{total} repetitions of {about[0].exercise}, with the range of motion of each.")


def activity(figures: Figures, width: float) -> str:
    """How much everyone moved together, over time: the mean of the people there, in some 60 parts."""
    parts = max(int(min(width / 12, figures.length_s)), 1)
    sums: dict[int, list[float]] = {}
    for event in figures.of("activity"):
        part = min(int(event.timestamp_s / max(figures.length_s, 1e-9) * parts), parts - 1)
        sums.setdefault(part, []).append(float(event.fields["level"]))
    means = {part: sum(levels) / len(levels) for part, levels in sums.items()}
    canvas = _canvas(figures, width, 130, high=max(means.values(), default=1.0) * 1.1)
    canvas.time_axis()
    canvas.value_axis()
    share_s = figures.length_s / parts
    for part, mean in means.items():
        x = canvas.x(part * share_s)
        y = canvas.y(mean)
        said = f"{clock(part * share_s)}: {mean:.2f} torso lengths per second"
        canvas.bar(x + 1, y, canvas.x((part + 1) * share_s) - x - 2, canvas.y(0) - y, "fill h1", said)
    return canvas.svg(f"Mean activity over {duration(figures.length_s)}.")


def _canvas(
    figures: Figures,
    width: float,
    height: float,
    *,
    high: float = 1.0,
    left: float = 36.0,
    span: tuple[float, float] | None = None,
) -> Canvas:
    start_s, end_s = span or (0.0, figures.length_s)
    return Canvas(width, height, start_s=start_s, end_s=end_s, high=high, left=left, created=figures.created)


def _room(labels: Mapping[str, object]) -> float:
    """For labels on the left."""
    return min(max((len(label) for label in labels), default=0) * 6.8 + 14, 120.0)


def _fitting(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"


def _layers(row: Sequence[Visit]) -> list[tuple[Visit, int]]:
    """Visits at one time beneath each other."""
    ends: list[float] = []
    placed = []
    for visit in sorted(row, key=lambda visit: visit.start_s):
        layer = next((index for index, end_s in enumerate(ends) if end_s <= visit.start_s), len(ends))
        ends[layer : layer + 1] = [visit.end_s]
        placed.append((visit, layer))
    return placed


def _runs(reps: Sequence[Event]) -> list[list[int]]:
    """Repetitions that follow each other without a rest."""
    runs: list[list[int]] = []
    for index, rep in enumerate(reps):
        if runs and rep.timestamp_s - reps[index - 1].timestamp_s < 12.0:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _rep_words(name: str, rep: Event, unit: str) -> str:
    side = f" {rep.fields['side']}" if rep.fields["side"] not in ("", "both") else ""
    took_s = sum(float(rep.fields[part]) for part in ("down_s", "pause_s", "up_s"))
    depth = f", {rep.fields['depth']}" if rep.fields["depth"] else ""
    rom = extent(float(rep.fields["rom"]), unit)
    return f"{name}{side}, no. {rep.fields['count']} at {clock(rep.timestamp_s)}: {rom} in {took_s:.1f} s{depth}"
