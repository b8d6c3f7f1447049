"""The page of a report: figures in words, charts and tables. It holds everything that it needs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from statistics import fmean, median

from posekit.events import Event
from posekit.report.charts import ROWS, activity, people_present, range_of_motion, stays, visits
from posekit.report.figures import Exercising, Figures, Who
from posekit.report.style import STYLE
from posekit.report.svg import clock, duration, extent

__all__ = ["page"]

#: Of each chart there is one for screens and paper, and one for telephones.
_WIDE, _NARROW = 960.0, 340.0
_HUES = 8
#: An angle beyond this is in degrees: no measure in torso lengths is.
_LARGEST_LENGTH = 6.0

Row = Sequence[str]
Hues = Mapping[Who, int]
Names = Mapping[Who, str]


def page(figures: Figures) -> str:
    """The whole page."""
    names, hues = _names(figures), _hues(figures)
    sections = [
        _presence(figures, names, hues),
        _zones(figures, names, hues),
        _lines(figures),
        *_exercises(figures, names, hues),
        _gait(figures, names),
        _jumps(figures, names),
        _falls(figures, names),
        _gestures(figures, names),
        _activity(figures),
        _interruptions(figures),
    ]
    created = figures.created
    when = [f"{created:%A}, {created.day} {created:%B %Y, %H:%M}"] if created else []
    about = " · ".join([*when, duration(figures.length_s), ", ".join(figures.sources)])
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(figures.name)} – posekit</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<header><h1>{escape(figures.name)}</h1>\n"
        f'<p class="soft">{escape(about)}</p></header>\n'
        f"{_cut(figures)}{_tiles(figures)}\n{''.join(sections)}"
        "<footer><p>Made by posekit from a recording of poses; no pictures were kept. Lengths are in torso lengths "
        "(middle of the shoulders to middle of the hips) of the person. A person who comes back after leaving is "
        "counted anew.</p></footer>\n</main>\n</body>\n</html>\n"
    )


def _cut(figures: Figures) -> str:
    return f'<p class="note">{escape(figures.cut)}</p>\n' if figures.cut else ""


def _tiles(figures: Figures) -> str:
    """What the day comes to."""
    lasted = [stay.end_s - stay.start_s for stay in figures.stays]
    counts = [
        (len(figures.visits), "zone visit"),
        (len(figures.of("line_cross")), "line crossing"),
        (len(figures.of("rep")), "repetition"),
        (len(figures.of("set")), "set"),
        (sum(gait.steps for gait in figures.gaits), "step"),
        (len(figures.of("jump")), "jump"),
        (len(figures.of("fall_confirmed")), "fall"),
    ]
    tiles = [
        (str(len(figures.stays)), "person" if len(figures.stays) == 1 else "people"),
        (str(max((count for _, count in figures.present), default=0)), "at once, at most"),
        (duration(median(lasted)) if lasted else "–", "median stay"),
        *((str(count), word if count == 1 else f"{word}s") for count, word in counts if count),
    ]
    shown = "".join(f"<li><b>{value}</b><span>{words}</span></li>" for value, words in tiles)
    return f'<ul class="tiles">{shown}</ul>'


def _presence(figures: Figures, names: Names, hues: Hues) -> str:
    if not figures.stays:
        return _section("Presence", "Nobody was there.")
    crowded = len(figures.stays) > ROWS
    lasted = sorted(stay.end_s - stay.start_s for stay in figures.stays)
    told = f"{len(lasted)} {'person' if len(lasted) == 1 else 'people'}; the longest stayed {duration(lasted[-1])}"
    told += f", the mean stay was {duration(fmean(lasted))}." if len(lasted) > 1 else "."
    rows = "One row per place that posekit gives to people; colours tell neighbours apart." if crowded else ""
    return _section(
        "Presence",
        told,
        "<h3>How many</h3>",
        _chart(lambda width: people_present(figures, width)),
        "<h3>Who, and for how long</h3>" + (f'<p class="soft">{rows}</p>' if rows else ""),
        _chart(lambda width: stays(figures, width, names, hues)),
    )


def _zones(figures: Figures, names: Names, hues: Hues) -> str:
    if not figures.visits:
        return ""
    dwell: dict[str, list[float]] = {}
    for visit in figures.visits:
        dwell.setdefault(visit.zone, []).append(visit.end_s - visit.start_s)
    most = max(sum(lasted) for lasted in dwell.values()) or 1.0
    table = _table(
        "Dwell per zone",
        ("Zone", "Visits", "Median", "Longest", "All together", "Share"),
        [
            (
                escape(zone),
                str(len(lasted)),
                duration(median(lasted)),
                duration(max(lasted)),
                duration(sum(lasted)),
                f'<span class="track"><i style="width:{sum(lasted) / most:.0%}"></i></span>',
            )
            for zone, lasted in sorted(dwell.items(), key=lambda row: -sum(row[1]))
        ],
    )
    return _section(
        "Zones",
        "Who stood in which zone, and how long.",
        _chart(lambda width: visits(figures, width, names, hues)),
        table,
    )


def _lines(figures: Figures) -> str:
    crossings: dict[str, list[Event]] = {}
    for event in figures.of("line_cross"):
        crossings.setdefault(str(event.fields["line"]), []).append(event)
    if not crossings:
        return ""
    rows = []
    for line, events in sorted(crossings.items()):
        ins = sum(event.fields["direction"] == "in" for event in events)
        outs = len(events) - ins
        rows.append((escape(line), str(ins), str(outs), f"{ins - outs:+d}" if ins != outs else "0"))
    return _section("Lines", "", _table("Crossings", ("Line", "In", "Out", "In less out"), rows))


def _exercises(figures: Figures, names: Names, hues: Hues) -> Iterable[str]:
    exercises = dict.fromkeys(one.exercise for one in figures.exercising if one.reps)
    for exercise in exercises:
        about = [one for one in figures.exercising if one.exercise == exercise]
        unit = _unit(about)
        total = sum(len(one.reps) for one in about)
        sided = any(rep.fields["side"] == "right" for one in about for rep in one.reps)
        told = (
            f"{total} {'repetition' if total == 1 else 'repetitions'}. Each dot is one: when it was complete, and its "
        )
        told += f"range of motion in {'degrees' if unit else 'torso lengths'}. Bands are sets."
        table = _table(
            "By person",
            ("Person", "Repetitions", "Sets", "Range of motion", "Spread", "Tempo", "Given up", "To correct"),
            [_exercise_row(one, names, unit) for one in about],
        )
        yield _section(
            _words(exercise),
            told,
            _legend([(names[one.who], hues[one.who]) for one in about if one.reps], sided=sided),
            _chart(_rom(figures, about, unit, names, hues)),
            table,
        )


def _rom(figures: Figures, about: Sequence[Exercising], unit: str, names: Names, hues: Hues) -> Callable[[float], str]:
    return lambda width: range_of_motion(figures, width, about, unit, names, hues)


def _exercise_row(one: Exercising, names: Names, unit: str) -> Row:
    roms = [float(rep.fields["rom"]) for rep in one.reps]
    took = [sum(float(rep.fields[part]) for part in ("down_s", "pause_s", "up_s")) for rep in one.reps]
    faults = ", ".join(f"{_words(name).lower()} ({count}×)" for name, count in one.faults.items())
    return (
        escape(names[one.who]),
        str(len(roms)),
        str(len(one.sets)),
        extent(fmean(roms), unit) if roms else "–",
        f"{extent(min(roms), unit)} to {extent(max(roms), unit)}" if roms else "–",
        f"{fmean(took):.1f} s" if took else "–",
        str(one.partial),
        escape(faults) or "–",
    )


def _gait(figures: Figures, names: Names) -> str:
    if not figures.gaits:
        return ""
    rows = []
    for gait in sorted(figures.gaits, key=lambda gait: -gait.steps):
        left, right = (gait.step_s.get(side) for side in ("left", "right"))
        every = gait.step_s.get("")
        rows.append(
            (
                escape(names[gait.who]),
                str(gait.steps),
                "–" if gait.cadence_spm is None else f"{gait.cadence_spm:.0f}/min",
                "–" if every is None else f"{every:.2f} s",
                "–" if left is None else f"{left:.2f} s",
                "–" if right is None else f"{right:.2f} s",
                _percent(gait.symmetry),
                _percent(gait.stance),
                _percent(gait.swing),
            )
        )
    table = _table(
        "By person; stance and swing are estimates, as the network knows neither heels nor toes",
        ("Person", "Steps", "Cadence", "Step", "Left step", "Right step", "Symmetry", "Stance", "Swing"),
        rows,
    )
    return _section("Gait", "How those who walked did. A step is timed from the heel strike before it.", table)


def _jumps(figures: Figures, names: Names) -> str:
    jumps: dict[Who, list[Event]] = {}
    for event in figures.of("jump"):
        jumps.setdefault(_who(event), []).append(event)
    if not jumps:
        return ""
    rows = [
        (
            escape(names.get(who, "")),
            str(len(events)),
            f"{max(float(event.fields['height']) for event in events):.2f}",
            f"{fmean(float(event.fields['height']) for event in events):.2f}",
            f"{max(float(event.fields['airborne_s']) for event in events):.2f} s",
        )
        for who, events in jumps.items()
    ]
    return _section(
        "Jumps",
        "Heights are in torso lengths.",
        _table("By person", ("Person", "Jumps", "Highest", "Mean", "Longest in the air"), rows),
    )


def _falls(figures: Figures, names: Names) -> str:
    words = {"fall_suspected": "suspected", "fall_confirmed": "confirmed: stayed on the floor", "recovered": "up again"}
    rows = [
        (clock(event.timestamp_s), escape(names.get(_who(event), "")), words[event.kind])
        for event in figures.of(*words)
    ]
    if not rows:
        return ""
    return _section("Falls", "", _table("In order", ("Time", "Person", "What"), rows))


def _gestures(figures: Figures, names: Names) -> str:
    made: dict[str, list[Event]] = {}
    for event in figures.of("gesture"):
        if event.fields["phase"] == "start":
            made.setdefault(str(event.fields["name"]), []).append(event)
    if not made:
        return ""
    rows = [
        (_words(name), str(len(events)), str(len({_who(event) for event in events})), clock(events[0].timestamp_s))
        for name, events in sorted(made.items(), key=lambda row: -len(row[1]))
    ]
    return _section("Gestures", "", _table("By gesture", ("Gesture", "Times", "People", "First at"), rows))


def _activity(figures: Figures) -> str:
    if not figures.of("activity"):
        return ""
    return _section(
        "Activity",
        "How much the people there moved, in torso lengths per second: standing is about 0.1, walking 1 to 2.",
        _chart(lambda width: activity(figures, width)),
    )


def _interruptions(figures: Figures) -> str:
    rows = [
        (
            clock(event.timestamp_s),
            escape(event.source),
            str(event.fields["state"]),
            escape(str(event.fields["message"])) or "–",
        )
        for event in figures.of("source")
        if event.fields["state"] in ("stalled", "reconnecting", "failed")
    ]
    if not rows:
        return ""
    return _section("Interruptions", "", _table("Of the camera", ("Time", "Source", "State", "Why"), rows))


def _section(title: str, told: str, *parts: str) -> str:
    intro = f'<p class="soft">{escape(told)}</p>' if told else ""
    return f"<section>\n<h2>{escape(title)}</h2>\n{intro}{''.join(parts)}</section>\n"


def _chart(draw: Callable[[float], str]) -> str:
    return f'<div class="wide">{draw(_WIDE)}</div><div class="narrow">{draw(_NARROW)}</div>\n'


def _table(caption: str, head: Row, rows: Iterable[Row]) -> str:
    """Cells are HTML. A column in which nothing is known is left out."""
    rows = list(rows)
    known = [index == 0 or any(row[index] != "–" for row in rows) for index in range(len(head))]
    head = [name for name, shown in zip(head, known, strict=True) if shown]
    rows = [[cell for cell, shown in zip(row, known, strict=True) if shown] for row in rows]
    body = []
    for first, *others in rows:
        cells = "".join(f'<td data-label="{name}">{cell}</td>' for name, cell in zip(head[1:], others, strict=True))
        body.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    columns = "".join(f'<th scope="col">{name}</th>' for name in head)
    return (
        f'<div class="scroll"><table class="stack"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{''.join(body)}</tbody></table></div>\n"
    )


def _legend(people: Sequence[tuple[str, int]], *, sided: bool) -> str:
    items = [f'<li class="h{hue}"><i></i>{escape(name)}</li>' for name, hue in people]
    if sided:
        items += ['<li class="side"><i></i>left side</li>', '<li class="side"><i class="open"></i>right side</li>']
    return f'<ul class="legend">{"".join(items)}</ul>'


def _names(figures: Figures) -> dict[Who, str]:
    several = len({stay.who[0] for stay in figures.stays}) > 1
    return {stay.who: f"{stay.who[0]} {stay.who[1]}" if several else f"Person {stay.who[1]}" for stay in figures.stays}


def _hues(figures: Figures) -> dict[Who, int]:
    return {stay.who: index % _HUES for index, stay in enumerate(figures.stays)}


def _who(event: Event) -> Who:
    return event.source, event.id or 0


def _unit(about: Sequence[Exercising]) -> str:
    return "°" if any(float(rep.fields["rom"]) > _LARGEST_LENGTH for one in about for rep in one.reps) else ""


def _words(name: str) -> str:
    return escape(name.replace("_", " ").replace("-", " ").capitalize())


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
