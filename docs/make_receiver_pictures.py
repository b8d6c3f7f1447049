"""Draws the pictures of the example receivers that cannot run here: python docs/make_receiver_pictures.py.

Max's patch and TouchDesigner's network are drawn from their files, with their own boxes and cords; what Processing and
Unity show, as their code draws it. (Pure Data's picture is of the real program.)
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import EDGES
from posekit.sources.performer import Performer

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PERFORMER = "performer:wave?people=3"
COLOURS = ((49, 79, 224), (224, 112, 49), (80, 160, 33))  # BGR

Image = NDArray[np.uint8]
Box = tuple[int, int, int, int, str]
Cord = tuple[tuple[int, int], tuple[int, int]]


def people(size: tuple[int, int], colours: Sequence[tuple[int, int, int]] = COLOURS) -> Image:
    """What a receiver draws of the performers."""
    image = np.full((size[1], size[0], 3), 30, np.uint8)
    for truth, colour in zip(Performer.from_spec(PERFORMER).truth_at(1.5), colours, strict=False):
        places = (truth.xy / (640, 480) * size).round().astype(int)
        for start, end in EDGES:
            cv2.line(image, places[start].tolist(), places[end].tolist(), colour, 3, cv2.LINE_AA)
    return image


def boxes(
    size: tuple[int, int], found: Sequence[Box], cords: Sequence[tuple[tuple[int, int], tuple[int, int]]]
) -> Image:
    """Boxes with text, and cords between them."""
    image = np.full((size[1], size[0], 3), 235, np.uint8)
    for start, end in cords:
        cv2.line(image, start, end, (110, 110, 110), 1, cv2.LINE_AA)
    for x, y, width, height, text in found:
        cv2.rectangle(image, (x, y), (x + width, y + height), (255, 255, 255), -1)
        cv2.rectangle(image, (x, y), (x + width, y + height), (90, 90, 90), 1)
        cv2.putText(image, text, (x + 5, y + 15), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (20, 20, 20), 1, cv2.LINE_AA)
    return image


def max_patch() -> Image:
    """The patch from its file."""
    patcher = json.loads((EXAMPLES / "max" / "posekit.maxpat").read_text(encoding="utf-8"))["patcher"]
    known = {entry["box"]["id"]: entry["box"] for entry in patcher["boxes"]}
    found: list[Box] = []
    for box in known.values():
        x, y, width, height = map(int, box["patching_rect"])
        found.append((x, y, width, height, box.get("text", "" if box["maxclass"] == "jsui" else box["maxclass"])))

    def end(port: tuple[str, int], ports: str, bottom: bool) -> tuple[int, int]:
        x, y, width, height = map(int, known[port[0]]["patching_rect"])
        return x + 5 + port[1] * (width - 10) // max(known[port[0]][ports] - 1, 1), y + height * bottom

    pairs = [entry["patchline"] for entry in patcher["lines"]]
    cords = [(end(pair["source"], "numoutlets", True), end(pair["destination"], "numinlets", False)) for pair in pairs]
    image = boxes((760, 560), found, cords)
    view = next(box for box in known.values() if box["maxclass"] == "jsui")
    x, y, width, height = map(int, view["patching_rect"])
    image[y : y + height, x : x + width] = people((width, height))
    return image


def network() -> Image:
    """TouchDesigner's network, as the script builds it."""
    found: dict[str, SimpleNamespace] = {}
    cords: list[tuple[str, str]] = []

    def create(kind: str, name: str) -> SimpleNamespace:
        connector = SimpleNamespace(connect=lambda source: cords.append((source.name, name)))
        found[name] = SimpleNamespace(
            name=name, kind=kind, par=SimpleNamespace(), inputConnectors=[connector], path=name, store=lambda *_: None
        )
        return found[name]

    code = (EXAMPLES / "touchdesigner" / "build_posekit.py").read_text(encoding="utf-8")
    kinds = set(re.findall(r"\b\w+(?:CHOP|DAT|SOP)\b", code))
    where = SimpleNamespace(op=lambda _: None, create=create)
    exec(compile(code, "build_posekit.py", "exec"), {"parent": lambda: where, **{kind: kind for kind in kinds}})

    def corner(name: str) -> tuple[int, int]:
        return 30 + found[name].nodeX * 3 // 4, 150 - found[name].nodeY * 2 // 5

    tiles = [(*corner(name), 150, 34, name) for name in found]
    ends = [
        ((corner(start)[0] + 150, corner(start)[1] + 17), (corner(stop)[0], corner(stop)[1] + 17))
        for start, stop in cords
    ]
    return boxes((800, 380), tiles, ends)


def main() -> None:
    """Write every picture."""
    hues = [cv2.cvtColor(np.uint8([[[hue, 178, 255]]]), cv2.COLOR_HSV2BGR)[0, 0].tolist() for hue in (111, 42, 153)]
    bright = [(blue, green, red) for blue, green, red in hues]
    for name, image in {
        "max": max_patch(),
        "touchdesigner": network(),
        "processing": people((640, 480), bright),
        "unity": people((640, 480), bright),
    }.items():
        cv2.imwrite(str(EXAMPLES / name / "picture.png"), image, [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
