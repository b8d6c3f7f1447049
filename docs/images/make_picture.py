"""Makes posekit.png, the README's picture: what the performer does, what posekit sees, and what it sends.

Nothing in it is drawn by hand: the frames go through the pipeline that ``posekit run`` uses, and the messages are those
that an OSC receiver got. Run it with ``python docs/images/make_picture.py``; it needs Chromium, which sets the text.
"""

import base64
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Final

import cv2

from posekit.assembly import load_network, make_estimator, make_pipeline
from posekit.cli.listener import Listener
from posekit.config import OutputSettings, TrackingSettings, VisionSettings
from posekit.models.store import load_model
from posekit.plugins import load_adapter
from posekit.protocols import OutputContext
from posekit.skeleton import EDGES, INDEX, KEYPOINTS
from posekit.sources.performer import Performer
from posekit.types import FrameResult

PICTURE: Final = Path(__file__).with_name("posekit.png")
WIDTH, HEIGHT, VIEW = 1600, 840, 760

#: The third squat, on its way up: by then two have been counted.
FPS: Final = 30.0
MOMENT_S: Final = 2 * 2.8 + 1.72

LEFT, RIGHT, MIDDLE = "#38d6c4", "#ffb454", "#ffffff"
PARTS: Final = ("nose", "leftWrist", "rightWrist", "leftHip", "rightHip", "leftKnee", "rightKnee", "rightAnkle")
STATES: Final = ("left_knee_deg", "right_knee_deg", "hips_over_ankles")

Message = tuple[str, tuple[object, ...]]


def performed() -> tuple[FrameResult, bytes, dict[str, tuple[object, ...]], list[Message]]:
    """The result at ``MOMENT_S``, the picture as PNG, the newest messages, and all events until then."""
    performer = Performer("squat", width=VIEW, height=HEIGHT, size=0.76, noise=0.0)
    vision = VisionSettings.of()
    pipeline = make_pipeline(
        make_estimator(load_network(load_model(vision.model), vision), vision),
        source="performer",
        vision=vision,
        tracking=TrackingSettings(),
        output=OutputSettings(),
        clock=lambda: 0.0,
    )
    with Listener() as listener:
        osc = load_adapter("osc", listener.target, {}, OutputContext(sources=("performer",)))
        for frame in performer:
            result = replace(pipeline.step(frame), latency_ms=12.3)
            osc.send(result)
            if frame.timestamp_s >= MOMENT_S:
                break
        while listener.latest().get("/pose/frame", (0,))[0] != frame.seq:
            pass
        osc.close()
        done, png = cv2.imencode(".png", frame.image)
        assert done
        return result, png.tobytes(), listener.latest(), listener.events()


def side(name: str) -> str:
    return LEFT if name.startswith("left") else RIGHT if name.startswith("right") else MIDDLE


def skeleton(result: FrameResult) -> str:
    """The people as SVG, with their slots."""
    drawn = []
    for person in result.people:
        xy, scores = person.xy.tolist(), person.keypoint_scores
        for a, b in EDGES:
            if min(scores[a], scores[b]) > 0.3:
                (x1, y1), (x2, y2) = xy[a], xy[b]
                names = {side(KEYPOINTS[a]), side(KEYPOINTS[b])}
                colour = names.pop() if len(names) == 1 else MIDDLE
                drawn.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}"/>')
        for (x, y), name, score in zip(xy, KEYPOINTS, scores, strict=True):
            if score > 0.3:
                radius = 7 if INDEX[name] > 4 else 4
                drawn.append(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{side(name)}"/>')
    return "".join(drawn)


def label(result: FrameResult) -> str:
    """The slot, above the head."""
    tags = []
    for person in result.people:
        x, y = person["nose"].x, person.xy[:, 1].min()
        tags.append(f'<div class="tag" style="left:{x:.0f}px;top:{y - 118:.0f}px">slot {person.slot}</div>')
    return "".join(tags)


def number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def line(message: Message, kind: str = "") -> str:
    address, values = message
    head, _, tail = address.rpartition("/")
    shown = "  ".join(number(value).rjust(6) for value in values[:3])
    return (
        f'<div class="line {kind}"><span class="address"><i>{escape(head)}/</i>{escape(tail)}</span>'
        f"<span>{escape(shown)}</span></div>"
    )


def page(result: FrameResult, png: bytes, latest: dict[str, tuple[object, ...]], events: list[Message]) -> str:
    slot = result.people[0].slot
    addresses = ["/pose/frame", "/pose/count", *(f"/pose/{slot}/{part}" for part in PARTS)]
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
.view line {{ stroke-width: 7; stroke-linecap: round }}
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
<div class="view"><img src="data:image/png;base64,{base64.b64encode(png).decode()}">
<svg width="{VIEW}" height="{HEIGHT}">{skeleton(result)}</svg>{label(result)}</div>
<div class="said"><div class="title">posekit run --osc 127.0.0.1:9000</div>{messages}
<div class="rule"></div>{happened}</div></div>"""


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("make_picture.py needs Chromium or Chrome")
    with tempfile.TemporaryDirectory() as folder:
        html, shot = Path(folder, "picture.html"), Path(folder, "picture.png")
        html.write_text(page(*performed()), encoding="utf-8")
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += ["--default-background-color=00000000", f"--window-size={WIDTH},{HEIGHT}"]
        subprocess.run([*command, f"--screenshot={shot}", html.as_uri()], check=True, capture_output=True)
        picture = cv2.imread(str(shot), cv2.IMREAD_UNCHANGED)
        cv2.imwrite(str(PICTURE), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
