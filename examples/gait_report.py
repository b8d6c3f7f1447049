"""How somebody walks, as a table: ``python gait_report.py [SOURCE]`` on a camera, a video or a recording.

Walk across the picture, seen from the side; Ctrl-C ends it.
"""

import sys
from collections import defaultdict
from statistics import fmean, stdev

import posekit

steps: dict[int, list[float]] = defaultdict(list)
walks: dict[int, list[posekit.Event]] = defaultdict(list)

app = posekit.App(sys.argv[1] if len(sys.argv) > 1 else 0)


@app.on("step")
def stepped(event: posekit.Event) -> None:
    if event.step_s:
        steps[event.id].append(event.step_s)


@app.on("gait")
def walked(event: posekit.Event) -> None:
    walks[event.id].append(event)


app.run()
print(f"{'person':>6} {'steps':>6} {'cadence':>9} {'step':>8} {'varies':>7} {'symmetry':>9}")
for person, times in sorted(steps.items()):
    cadence = fmean(event.cadence_spm for event in walks[person]) if walks[person] else 60 / fmean(times)
    varies = f"{stdev(times) / fmean(times):.0%}" if len(times) > 2 else "-"
    known = [event.symmetry for event in walks[person] if event.symmetry]
    symmetry = f"{fmean(known):.0%}" if known else "-"
    print(f"{person:>6} {len(times):>6} {cadence:>5.0f}/min {fmean(times):>6.2f} s {varies:>7} {symmetry:>9}")
if not steps:
    print("nobody walked")
