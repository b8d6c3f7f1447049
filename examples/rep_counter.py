"""Counts repetitions in the terminal: ``python rep_counter.py [SOURCE] [EXERCISE]``, such as ``0 squat``."""

import sys

import posekit

source = sys.argv[1] if len(sys.argv) > 1 else 0
exercise = sys.argv[2] if len(sys.argv) > 2 else "squat"
best: dict[int, float] = {}

app = posekit.App(source, exercise=[exercise])


@app.on("rep", exercise=exercise)
def counted(event: posekit.Event) -> None:
    best[event.id] = max(best.get(event.id, 0.0), event.rom)
    bar = "█" * round(20 * event.rom / best[event.id])
    seconds = event.down_s + event.pause_s + event.up_s
    print(f"person {event.id}  {event.count:>3} {event.side:<6}{bar:<20} {seconds:.1f} s", flush=True)


@app.on("form", exercise=exercise)
def corrected(event: posekit.Event) -> None:
    print(f"person {event.id}      watch out: {event.fault.replace('_', ' ')}", flush=True)


@app.on("set", exercise=exercise)
def rested(event: posekit.Event) -> None:
    print(f"person {event.id}  set {event.number} is over: {event.reps} in {event.duration_s:.0f} s", flush=True)


print(f"counting {exercise.replace('_', ' ')}; Ctrl-C ends it", flush=True)
app.run()
