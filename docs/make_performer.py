"""Writes what performer.md shows of the motions: its table, from the code, and images/performer.jpg.

Run ``python docs/make_performer.py`` after a motion has changed.
"""

from pathlib import Path
from typing import Final

import cv2
from drawing import data_url, limbs, screenshot

from posekit.sources.performer import MOTIONS, Performer, Style
from posekit.sources.performer.options import heeded

PAGE: Final = Path(__file__).with_name("performer.md")
PICTURE: Final = Path(__file__).parent / "images" / "performer.jpg"
BEGIN, END = "<!-- motions begin -->\n", "<!-- motions end -->"

#: When to show what has no height, and the tour, in seconds.
TIMES_S: Final = {"stand": 0.4, "talk": 6.0, "walk": 2.4, "wander": 1.4, None: 12.0}

COLUMNS, CELL_WIDTH, CELL_HEIGHT = 8, 198, 210


def table() -> str:
    """Every motion: what it is, its period, what happens in it, and what it heeds."""
    rows = ["| Motion | | A cycle | Happens | Options |", "|---|---|---|---|---|"]
    for name, known in MOTIONS.items():
        motion = known.performed(Style())
        kinds = dict.fromkeys(beat.kind for beat in motion.beats)
        happens = [f"**`{kind}`**" if kind == motion.counts else f"`{kind}`" for kind in kinds]
        happens += ["steps"] if motion.step_length else []
        options = [f"`{option}`" for option in known.heeds]
        options += [f"`side` ({', '.join(known.sides)})"] if known.sides else []
        options += ["`turn`"] if "turn" in heeded(name) else []
        cells = (f"`{name}`", known.meaning, f"{motion.period_s:.2f} s", ", ".join(happens), ", ".join(options))
        rows.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return "\n".join(rows) + "\n"


def cell(name: str | None) -> str:
    """A motion at its height, or the tour, as HTML."""
    performer = Performer(name, width=2 * CELL_WIDTH, height=2 * CELL_HEIGHT, noise=0.0)
    time_s = TIMES_S.get(name)
    if time_s is None:
        motion = MOTIONS[name or ""].performed(Style())
        time_s = motion.beats[-1].peak * motion.period_s
    skeleton = "".join(limbs(truth.xy.tolist(), truth.inside.tolist()) for truth in performer.truth_at(time_s))
    return (
        f'<div class="cell"><img src="{data_url(performer.picture_at(time_s))}">'
        f'<svg viewBox="0 0 {2 * CELL_WIDTH} {2 * CELL_HEIGHT}">{skeleton}</svg><b>{name or "the tour"}</b></div>'
    )


def sheet() -> str:
    """All motions, as an HTML page."""
    return f"""<!doctype html><meta charset="utf-8"><style>
* {{ margin: 0 }} body {{ width: {COLUMNS * CELL_WIDTH}px; display: flex; flex-wrap: wrap; background: #11161f }}
.cell {{ position: relative; width: {CELL_WIDTH}px; height: {CELL_HEIGHT}px; overflow: hidden }}
img, svg {{ position: absolute; left: 1px; top: 1px; width: {CELL_WIDTH - 2}px; height: {CELL_HEIGHT - 2}px }}
.limb {{ stroke-width: 5; stroke-linecap: round; stroke-opacity: 0.9 }} .face {{ stroke-width: 3 }}
b {{ position: absolute; left: 11px; top: 9px; font: 15px "DejaVu Sans Mono", monospace; color: #11161f }}
</style>{"".join(map(cell, [*MOTIONS, None]))}"""


def main() -> None:
    """Write both."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.partition(END)[2], encoding="utf-8")
    rows = -(-(len(MOTIONS) + 1) // COLUMNS)
    picture = screenshot(sheet(), COLUMNS * CELL_WIDTH, rows * CELL_HEIGHT)
    cv2.imwrite(str(PICTURE), picture[..., :3], [cv2.IMWRITE_JPEG_QUALITY, 82])


if __name__ == "__main__":
    main()
