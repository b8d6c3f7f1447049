"""How many stand where, and for how long: ``python zone_counter.py [SOURCE] [NAME:X,Y...]...``.

Zones are written as for ``posekit run --zone``; without any, the picture's left and right half are.
"""

import sys
from collections import defaultdict
from statistics import median

import posekit

source = sys.argv[1] if len(sys.argv) > 1 else 0
zones = sys.argv[2:] or ["left:0,0 0.5,0 0.5,1 0,1", "right:0.5,0 1,0 1,1 0.5,1"]
stays: dict[str, list[float]] = defaultdict(list)

app = posekit.App(source, zone=zones)


@app.on("zone_enter")
def entered(event: posekit.Event) -> None:
    print(f"{event.zone}: person {event.id} came, {event.inside} inside{' (full)' if event.full else ''}", flush=True)


@app.on("zone_leave")
def left(event: posekit.Event) -> None:
    stays[event.zone].append(event.dwell_s)
    print(f"{event.zone}: person {event.id} left after {event.dwell_s:.1f} s, {event.inside} inside", flush=True)


app.run()
for zone, times in sorted(stays.items()):
    print(f"{zone}: {len(times)} visits, median {median(times):.1f} s, longest {max(times):.1f} s")
