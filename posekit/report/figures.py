"""What a recording tells of a day: who was there, where, what they did. Times are seconds since its first frame."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import fmean

from posekit.events import Event
from posekit.recording import Recorded, Recording
from posekit.recording.files import split_name
from posekit.types import FrameResult, Person

__all__ = ["Exercising", "Figures", "Gait", "Stay", "Visit", "Who", "read_figures"]

#: A person is known by their source and id.
Who = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Somebody from their first sight to their last."""

    who: Who
    slot: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody in a zone. An end at the end of the recording is where they still were."""

    who: Who
    zone: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercising:
    """One exercise of one person: its ``rep``, ``set``, ``rep_partial`` and ``form`` events."""

    who: Who
    exercise: str
    reps: Sequence[Event]
    sets: Sequence[Event]
    partial: int
    faults: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gait:
    """How somebody walked: means of their ``gait`` events, weighted by the steps on which each rests.

    step_s: mean time between two steps by side. None is what could not be told.
    """

    who: Who
    steps: int
    cadence_spm: float | None
    symmetry: float | None
    stance: float | None
    swing: float | None
    step_s: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that the page shows.

    created: when the first frame was recorded, local time. length_s: how long. present: how many were there, and
    from when on. events: all of them, stamped in the recording's time. cut: why the recording ends early, empty if it
    does not.
    """

    name: str
    created: datetime | None
    sources: Sequence[str]
    length_s: float
    frames: int
    cut: str
    present: Sequence[tuple[float, int]]
    stays: Sequence[Stay]
    visits: Sequence[Visit]
    exercising: Sequence[Exercising]
    gaits: Sequence[Gait]
    events: Sequence[Event]

    def of(self, *kinds: str) -> list[Event]:
        """The events of these kinds, in their order."""
        return [event for event in self.events if event.kind in kinds]


@dataclass(slots=True)
class _Seen:
    """What is gathered while a recording is read."""

    stays: dict[Who, Stay] = field(default_factory=dict)
    now: dict[str, int] = field(default_factory=dict)
    present: list[tuple[float, int]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    frames: int = 0
    first_s: float | None = None
    end_s: float = 0.0


def read_figures(recording: Recording) -> Figures:
    """The figures of a recording. Raises RecordingError."""
    seen = _Seen()
    for recorded in recording.messages():
        _look(seen, recorded)
    events = [event for event in seen.events if event.id is None or (event.source, event.id) in seen.stays]
    events.sort(key=lambda event: event.timestamp_s)
    created = _moment(recording.header.created)
    return Figures(
        name=split_name(recording.path.name)[0],
        created=created + timedelta(seconds=seen.first_s or 0.0) if created is not None else None,
        sources=tuple(recording.header.sources),
        length_s=seen.end_s,
        frames=seen.frames,
        cut=recording.cut,
        present=tuple(seen.present),
        stays=tuple(seen.stays.values()),
        visits=tuple(_visits(events, seen.end_s)),
        exercising=tuple(_exercising(events)),
        gaits=tuple(_gaits(events)),
        events=tuple(events),
    )


def _look(seen: _Seen, recorded: Recorded) -> None:
    message = recorded.message
    if seen.first_s is None and isinstance(message, FrameResult):
        seen.first_s = recorded.at_s  # before, there were only the camera and the network to be opened
    at_s = 0.0 if seen.first_s is None else max(recorded.at_s - seen.first_s, 0.0)
    seen.end_s = max(seen.end_s, at_s)
    if not isinstance(message, FrameResult):
        seen.events += [replace(event, timestamp_s=at_s) for event in message.events]
        return
    seen.frames += 1
    shift_s = at_s - message.timestamp_s
    seen.events += [replace(event, timestamp_s=max(event.timestamp_s + shift_s, 0.0)) for event in message.events]
    for person in message.people:
        _meet(seen.stays, (message.source, person.id), person, at_s)
    before = sum(seen.now.values())
    seen.now[message.source] = len(message.people)
    count = sum(seen.now.values())
    if count != before or not seen.present:
        seen.present.append((at_s, count))


def _meet(stays: dict[Who, Stay], who: Who, person: Person, at_s: float) -> None:
    known = stays.get(who)
    if known is None:
        stays[who] = Stay(who=who, slot=person.slot, start_s=max(at_s - person.age_s, 0.0), end_s=at_s)
    elif person.visible:
        stays[who] = replace(known, end_s=at_s)


def _visits(events: Iterable[Event], end_s: float) -> Iterable[Visit]:
    inside: dict[tuple[Who, str], float] = {}
    for event in events:
        if event.id is None or event.kind not in ("zone_enter", "zone_leave"):
            continue
        key = ((event.source, event.id), str(event.fields["zone"]))
        if event.kind == "zone_enter":
            inside[key] = event.timestamp_s
        else:
            dwell_s = float(event.fields["dwell_s"])
            start_s = inside.pop(key, max(event.timestamp_s - dwell_s, 0.0))
            yield Visit(who=key[0], zone=key[1], start_s=start_s, end_s=event.timestamp_s)
    for (who, zone), start_s in inside.items():
        yield Visit(who=who, zone=zone, start_s=start_s, end_s=end_s)


def _exercising(events: Iterable[Event]) -> Iterable[Exercising]:
    found: dict[tuple[str, Who], list[Event]] = {}
    for event in events:
        if event.id is not None and event.kind in ("rep", "set", "rep_partial", "form"):
            found.setdefault((str(event.fields["exercise"]), (event.source, event.id)), []).append(event)
    for (exercise, who), about in sorted(found.items()):
        faults: dict[str, int] = {}
        for event in about:
            if event.kind == "form":
                name = str(event.fields["fault"])
                faults[name] = faults.get(name, 0) + 1
        yield Exercising(
            who=who,
            exercise=exercise,
            reps=[event for event in about if event.kind == "rep"],
            sets=[event for event in about if event.kind == "set"],
            partial=sum(event.kind == "rep_partial" for event in about),
            faults=faults,
        )


def _gaits(events: Iterable[Event]) -> Iterable[Gait]:
    steps: dict[Who, list[Event]] = {}
    told: dict[Who, list[Event]] = {}
    for event in events:
        if event.id is not None and event.kind in ("step", "gait"):
            (steps if event.kind == "step" else told).setdefault((event.source, event.id), []).append(event)
    for who, taken in steps.items():
        about = told.get(who, [])
        times: dict[str, list[float]] = {}
        for event in taken:
            if float(event.fields["step_s"]) > 0:
                times.setdefault(str(event.fields["side"]), []).append(float(event.fields["step_s"]))
        yield Gait(
            who=who,
            steps=len(taken),
            cadence_spm=_mean(about, "cadence_spm"),
            symmetry=_mean(about, "symmetry"),
            stance=_mean(about, "stance"),
            swing=_mean(about, "swing"),
            step_s={side: fmean(seconds) for side, seconds in times.items()},
        )


def _mean(events: Sequence[Event], name: str) -> float | None:
    """The mean of a field where it is known, weighted by steps."""
    known = [(float(event.fields[name]), int(event.fields["steps"])) for event in events if event.fields[name]]
    weight = sum(steps for _, steps in known)
    return sum(value * steps for value, steps in known) / weight if weight else None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
