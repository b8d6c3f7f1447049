"""Recordings as tables and messages for other programs: CSV, Parquet and JSON lines."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from posekit.detectors.measures import MEASURES
from posekit.errors import ConfigError
from posekit.events import CATALOGUE, Event
from posekit.messages import encoded, hello_message, messages
from posekit.recording import Recording
from posekit.recording.files import written
from posekit.skeleton import KEYPOINTS
from posekit.types import FrameResult, Person

__all__ = ["EVENT_COLUMNS", "PEOPLE_COLUMNS", "to_csv", "to_json", "to_parquet"]

Row = Sequence[Any]

#: So many rows of Parquet are in memory at once.
_ROWS: Final = 20_000

#: Name to type (i, f, s) of a row per person and frame: pixels, seconds, and the measures in their units.
PEOPLE_COLUMNS: Final[Mapping[str, str]] = {
    "source": "s",
    "seq": "i",
    "t": "f",
    "id": "i",
    "slot": "i",
    "age_s": "f",
    "score": "f",
    "visible": "i",
    **{f"{part}_{what}": "f" for part in KEYPOINTS for what in ("x", "y", "score")},
    **dict.fromkeys(MEASURES, "f"),
}

#: The same of a row per event; a field that its kind does not have is left empty.
EVENT_COLUMNS: Final[Mapping[str, str]] = {
    "source": "s",
    "t": "f",
    "kind": "s",
    "slot": "i",
    "id": "i",
    **{field.name: field.type for spec in CATALOGUE.values() for field in spec.fields},
}


def to_csv(recording: Recording, stem: Path) -> list[Path]:
    """Write ``STEM.people.csv`` and ``STEM.events.csv``; their paths. Raises RecordingError."""
    paths = _paths(stem, "csv")
    with ExitStack() as opened:
        files = [
            opened.enter_context(aside.open("w", newline="", encoding="utf-8"))
            for aside in [opened.enter_context(written(path, recording=recording.path)) for path in paths]
        ]
        people, events = (csv.writer(file) for file in files)
        people.writerow(PEOPLE_COLUMNS)
        events.writerow(EVENT_COLUMNS)
        for result in recording:
            people.writerows(_people(result))
            events.writerows(_event(event) for event in result.events)
    return paths


def to_parquet(recording: Recording, stem: Path) -> list[Path]:
    """Write ``STEM.people.parquet`` and ``STEM.events.parquet``; their paths.

    Raises ConfigError without pyarrow, RecordingError if they cannot be written.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ConfigError("--parquet needs pyarrow: pip install 'posekit[parquet]'") from None
    kinds = {"s": pyarrow.string(), "i": pyarrow.int64(), "f": pyarrow.float64()}
    paths = _paths(stem, "parquet")

    def write(writer: Any, rows: list[Row]) -> None:
        columns = zip(*rows, strict=True)
        arrays = [pyarrow.array(column, field.type) for column, field in zip(columns, writer.schema, strict=True)]
        writer.write_table(pyarrow.table(arrays, schema=writer.schema))
        rows.clear()

    with ExitStack() as opened:
        tables: list[tuple[Any, list[Row]]] = []
        for path, columns in zip(paths, (PEOPLE_COLUMNS, EVENT_COLUMNS), strict=True):
            schema = pyarrow.schema([(name, kinds[kind]) for name, kind in columns.items()])
            aside = opened.enter_context(written(path, recording=recording.path))
            tables.append((opened.enter_context(parquet.ParquetWriter(aside, schema)), []))
        (_, people), (_, events) = tables
        for result in recording:
            people.extend(_people(result))
            events.extend(_event(event) for event in result.events)
            for writer, rows in tables:
                if len(rows) >= _ROWS:
                    write(writer, rows)
        for writer, rows in tables:
            if rows:
                write(writer, rows)
    return paths


def to_json(recording: Recording, stem: Path) -> list[Path]:
    """Write ``STEM.jsonl``, the messages that a WebSocket would have sent; its path. Raises RecordingError."""
    path = stem.with_name(f"{stem.name}.jsonl")
    with written(path, recording=recording.path) as aside, aside.open("w", encoding="utf-8") as file:
        file.write(encoded(hello_message()) + "\n")
        for _, message in recording.messages():
            file.writelines(encoded(line) + "\n" for line in messages(message))
    return [path]


def _paths(stem: Path, ending: str) -> list[Path]:
    return [stem.with_name(f"{stem.name}.{table}.{ending}") for table in ("people", "events")]


def _people(result: FrameResult) -> Iterator[Row]:
    names = list(result.measures.names)
    for index, person in enumerate(result.people):
        measured = dict(zip(names, result.measures.values[index].tolist(), strict=True)) if names else {}
        yield [
            result.source,
            result.seq,
            round(result.timestamp_s, 6),
            person.id,
            person.slot,
            person.age_s,
            person.score,
            int(person.visible),
            *_keypoints(person),
            *(_known(measured.get(name)) for name in MEASURES),
        ]


def _keypoints(person: Person) -> Iterator[float]:
    for (x, y), score in zip(person.xy.tolist(), person.keypoint_scores.tolist(), strict=True):
        yield from (round(x, 2), round(y, 2), round(score, 3))


def _known(value: float | None) -> float | None:
    return None if value is None or value != value else round(value, 4)


def _event(event: Event) -> Row:
    fields = [event.fields.get(name) for name in list(EVENT_COLUMNS)[5:]]
    return [event.source, round(event.timestamp_s, 6), event.kind, event.slot, event.id, *fields]
