"""A day in a gallery and an hour of training, as recordings whose figures are known by construction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from posekit.events import Event, make
from posekit.protocols import OutputContext
from posekit.recording import Recorder
from posekit.types import FrameResult, Person, Poses, SourceState, Status

REP = {"pause_s": 0.2, "up_s": 0.8, "depth": "", "asymmetry": 0.0, "lean_deg": 0.0, "knees": 0.0}


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody there from start_s to end_s, and what they do: kind, when, fields."""

    id: int
    slot: int
    start_s: float
    end_s: float
    does: Sequence[tuple[str, float, dict[str, float | int | str]]] = field(default_factory=tuple)


def record(
    path: Path, guests: Sequence[Guest], *, length_s: float, step_s: float, cut: bool = False, opening_s: float = 0.0
) -> Path:
    """Write the recording. step_s: between two frames. opening_s: until the first."""
    times = iter([0.0])
    recorder = Recorder.open(path, OutputContext(sources=("hall",)), {}, clock=lambda: next(times, opening_s))
    recorder.send(Status(source="hall", state=SourceState.RUNNING))
    for seq in range(round(length_s / step_s) + 1):
        now_s = seq * step_s
        events: list[Event] = []
        people = []
        for guest in guests:
            if not guest.start_s <= now_s <= guest.end_s:
                continue
            people.append(_person(guest, now_s))
            for kind, at_s, fields in guest.does:
                if now_s - step_s < at_s <= now_s:
                    events.append(make(kind, 1000.0 + at_s, "hall", people[-1], **fields))
        result = FrameResult(
            source="hall",
            size=(640, 480),
            seq=seq,
            timestamp_s=1000.0 + now_s,
            poses=Poses.empty(),
            people=tuple(people),
            events=tuple(events),
        )
        recorder.send(result)
    recorder.close()
    if cut:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) * 2 // 3])
    return path


def _person(guest: Guest, now_s: float) -> Person:
    return Person(
        id=guest.id,
        slot=guest.slot,
        age_s=now_s - guest.start_s,
        xy=np.linspace((300.0, 100.0), (340.0, 400.0), 17, dtype=np.float32),
        keypoint_scores=np.full(17, 0.9, np.float32),
        velocity=np.zeros((17, 2), np.float32),
        score=0.9,
        visible=True,
    )


def gallery(count: int = 60, hours: float = 6.0) -> list[Guest]:
    """Visitors one after the other; every third steps into the zone 'bench' for a part of the stay."""
    guests = []
    every_s = hours * 3600 / count
    for index in range(count):
        start_s, stay_s = index * every_s, every_s * (0.5 + index % 4 * 0.4)
        does: list[tuple[str, float, dict[str, float | int | str]]] = []
        if index % 3 == 0:
            zone: dict[str, float | int | str] = {"zone": "bench", "inside": 1, "full": 0}
            does.append(("zone_enter", start_s + stay_s * 0.3, zone))
            does.append(("zone_leave", start_s + stay_s * 0.6, {**zone, "inside": 0, "dwell_s": stay_s * 0.3}))
        direction = "in" if index % 2 == 0 else "out"
        crossed = {"line": "door", "direction": direction, "ins": index // 2, "outs": index // 2}
        does.append(("line_cross", start_s + 20, crossed))
        guests.append(Guest(id=index + 1, slot=index % 3 + 1, start_s=start_s, end_s=start_s + stay_s, does=does))
    return guests


def training() -> list[Guest]:
    """Two people for ten minutes: squats by both, biceps curls with each arm, a walk, jumps, a fall."""
    anna: list[tuple[str, float, dict[str, float | int | str]]] = []
    for number in range(24):
        at_s = 20 + number * 3.0 + (number // 8) * 60
        rom = 95 - number % 8 * 2.5
        fields = {"exercise": "squat", "count": number + 1, "side": "", "rom": rom, "down_s": 1.0, **REP}
        anna.append(("rep", at_s, fields))
        if number % 8 == 7:
            anna.append(
                (
                    "set",
                    at_s,
                    {"exercise": "squat", "number": number // 8 + 1, "reps": 8, "duration_s": 23.0, "rep_s": 2.0},
                )
            )
    anna.append(("form", 50, {"exercise": "squat", "fault": "knees_in", "side": "", "value": 0.7, "limit": 0.8}))
    anna.append(("rep_partial", 300, {"exercise": "squat", "side": "", "rom": 40.0, "share": 0.6, "duration_s": 1.0}))
    ben: list[tuple[str, float, dict[str, float | int | str]]] = []
    for number in range(10):
        for side, shift_s in (("left", 0.0), ("right", 2.0)):
            fields = {
                "exercise": "biceps_curl",
                "count": number + 1,
                "side": side,
                "rom": 110.0 + number,
                "down_s": 1.0,
                **REP,
            }
            ben.append(("rep", 60 + number * 4.0 + shift_s, fields))
    for number in range(30):
        side = "left" if number % 2 else "right"
        ben.append(("step", 200 + number * 0.5, {"side": side, "count": number + 1, "step_s": 0.5 if number else 0.0}))
    ben.append(
        (
            "gait",
            215.0,
            {"cadence_spm": 120.0, "steps": 30, "symmetry": 0.97, "stance": 0.61, "swing": 0.39, "confidence": 0.5},
        )
    )
    ben.append(("jump", 300.0, {"height": 0.8, "airborne_s": 0.5}))
    ben.append(("jump", 303.0, {"height": 0.6, "airborne_s": 0.4}))
    ben.append(("fall_suspected", 400.0, {"speed": 4.0, "lean_deg": 80.0}))
    ben.append(("fall_confirmed", 401.0, {"down_s": 3.0}))
    ben.append(("recovered", 420.0, {"down_s": 20.0, "confirmed": 1}))
    ben.append(("gesture", 30.0, {"name": "wave", "phase": "start", "side": "left", "value": 2.0, "held_s": 0.0}))
    ben.append(("gesture", 32.0, {"name": "wave", "phase": "end", "side": "left", "value": 2.0, "held_s": 2.0}))
    for second in range(600):
        moved = 1.0 if second < 300 else 0.2
        anna += [("activity", float(second), {"level": moved, "peak": 2.0})]
    return [
        Guest(id=1, slot=1, start_s=0.0, end_s=600.0, does=anna),
        Guest(id=2, slot=2, start_s=5.0, end_s=590.0, does=ben),
    ]
