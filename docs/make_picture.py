"""Makes images/posekit.png, the README's picture: what the performer does, what posekit sees, and what it sends.

Nothing in it is made up: the frames go through the pipeline that ``posekit run`` uses, and the messages are those that
an OSC receiver got. Run ``python docs/make_picture.py`` after either has changed.
"""

import time
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from drawing import data_url, limbs, screenshot, side_colour
from numpy.typing import NDArray

from posekit.assembly import load_network, make_estimator, make_pipeline
from posekit.cli.listener import Listener
from posekit.config import OutputSettings, TrackingSettings, VisionSettings
from posekit.models.store import load_model
from posekit.plugins import load_adapter
from posekit.protocols import OutputContext
from posekit.sources.performer import Performer
from posekit.types import FrameResult

PICTURE: Final = Path(__file__).parent / "images" / "posekit.png"
WIDTH, HEIGHT, VIEW = 1600, 840, 760

#: The bottom of the third squat: by then two have been counted.
MOMENT_S: Final = 2 * 2.8 + 1.8

PARTS: Final = ("nose", "leftWrist", "rightWrist", "leftHip", "rightHip", "leftKnee", "rightKnee", "rightAnkle")
STATES: Final = ("left_knee_deg", "right_knee_deg", "hips_over_ankles")

Message = tuple[str, tuple[object, ...]]


def performed() -> tuple[FrameResult, NDArray[np.uint8], dict[str, tuple[object, ...]], list[Message]]:
    """The result at ``MOMENT_S``, the picture, the newest messages, and all events until then."""
    performer = Performer("squat", width=VIEW, height=HEIGHT, size=0.82, noise=0.0, duration_s=MOMENT_S)
    vision = VisionSettings.of()
    pipeline = make_pipeline(
        make_estimator(load_network(load_model(vision.model), vision), vision),
        source="performer",
        vision=vision,
        tracking=TrackingSettings(),
        output=OutputSettings(),
    )
    with Listener() as listener:
        osc = load_adapter("osc", listener.target, {}, OutputContext(sources=("performer",)))
        for frame in performer:
            result = pipeline.step(replace(frame, grabbed_s=time.perf_counter()))
            osc.send(result)
        while listener.latest().get("/pose/frame", (0,))[0] != result.seq:
            time.sleep(0.05)
        osc.close()
        return result, frame.image, listener.latest(), listener.events()


def skeleton(result: FrameResult) -> str:
    """The people as SVG."""
    drawn = []
    for person in result.people:
        seen = (person.keypoint_scores > 0.3).tolist()
        drawn.append(limbs(person.xy.tolist(), seen))
        for index, (x, y) in enumerate(person.xy.tolist()):
            if seen[index]:
                radius = 7.5 if index > 4 else 3.5
                drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{side_colour(index)}"/>')
    return "".join(drawn)


def label(result: FrameResult) -> str:
    """The slot, above the head."""
    tags = []
    for person in result.people:
        x, y = person["nose"].x, person.xy[:, 1].min()
        tags.append(f'<div class="tag" style="left:{x:.0f}px;top:{y - 118:.0f}px">slot {person.slot}</div>')
    return "".join(tags)


def number(value: object) -> str:
    """A value as it is shown."""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def line(message: Message, kind: str = "") -> str:
    """A message as HTML."""
    address, values = message
    head, _, tail = address.rpartition("/")
    shown = "  ".join(number(value).rjust(6) for value in values[: 4 if kind else 3])
    return (
        f'<div class="line {kind}"><span class="address"><i>{escape(head)}/</i>{escape(tail)}</span>'
        f"<span>{escape(shown)}</span></div>"
    )


def page(
    result: FrameResult, image: NDArray[np.uint8], latest: dict[str, tuple[object, ...]], events: list[Message]
) -> str:
    """The picture as HTML."""
    slot = result.people[0].slot
    addresses = ["/pose/count", "/pose/alive", *(f"/pose/{slot}/{part}" for part in PARTS)]
    addresses += [f"/pose/{slot}/state/{name}" for name in STATES]
    messages = "".join(line((address, latest[address])) for address in addresses if address in latest)
    happened = "".join(line(event, "event") for event in events[-4:])
    return f"""<!doctype html><meta charset="utf-8"><style>
* {{ margin: 0; box-sizing: border-box }}
body {{ width: {WIDTH}px; height: {HEIGHT}px; background: transparent; }}
.card {{ width: 100%; height: 100%; display: flex; border-radius: 28px; overflow: hidden; background: #11161f;
  border: 2px solid #2b3444; font-family: "DejaVu Sans Mono", monospace; color: #e6edf6 }}
.view {{ position: relative; width: {VIEW}px; height: {HEIGHT}px; flex: none; overflow: hidden }}
.view img, .view svg {{ position: absolute; left: 0; top: -2px }}
.view line {{ stroke-width: 7; stroke-linecap: round }} .view .face {{ stroke-width: 3.5 }}
.view circle {{ stroke: #11161f; stroke-width: 2.5 }}
.tag {{ position: absolute; transform: translateX(-50%); padding: 6px 18px; border-radius: 22px; font-size: 26px;
  background: #11161fd9 }}
.said {{ flex: 1; padding: 38px 44px; display: flex; flex-direction: column; font-size: 26px; line-height: 40px }}
.title {{ color: #8b98ab; font-size: 24px; margin-bottom: 14px }}
.line {{ display: flex; justify-content: space-between; white-space: pre }}
.line i {{ font-style: normal; color: #77859a }}
.line span:last-child {{ color: #a9d7ff }}
.rule {{ height: 2px; background: #2b3444; margin: 18px 0 14px }}
.event .address, .event span:last-child {{ color: #7ee787 }}
</style><div class="card">
<div class="view"><img src="{data_url(image)}">
<svg width="{VIEW}" height="{HEIGHT}">{skeleton(result)}</svg>{label(result)}</div>
<div class="said"><div class="title">posekit run --osc 127.0.0.1:9000</div>{messages}
<div class="rule"></div>{happened}</div></div>"""


def main() -> None:
    """Write it."""
    picture = screenshot(page(*performed()), WIDTH, HEIGHT)
    # Without a filter, the wall's dither packs best.
    how = [cv2.IMWRITE_PNG_COMPRESSION, 9, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE]
    cv2.imwrite(str(PICTURE), picture, how)


if __name__ == "__main__":
    main()
