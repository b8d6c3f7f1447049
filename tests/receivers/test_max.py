"""The Max patch: sound in structure, about addresses that exist, and its drawing run by Node where the people are."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from posekit.skeleton import EDGES, INDEX, KEYPOINTS
from posekit.sources.performer import Performer

#: As much of Max as the script uses: it records what is drawn and sent out.
MAX = """
const drawn = [], sent = [];
let at = null;
globalThis.mgraphics = {
  size: [400, 300], init() {}, redraw() {}, set_source_rgba() {}, rectangle() {}, fill() {}, set_line_width() {},
  move_to(x, y) { at = [x, y]; }, line_to(x, y) { drawn.push([...at, x, y]); }, stroke() {},
};
globalThis.arrayfromargs = (given) => Array.from(given);
globalThis.outlet = (index, what) => sent.push([index, what]);
(0, eval)(require("fs").readFileSync(process.argv[1], "utf8"));
for (const [address, values] of JSON.parse(require("fs").readFileSync(0, "utf8"))) {
  globalThis.messagename = address;
  anything(...values);
}
paint();
console.log(JSON.stringify({ drawn, sent }));
"""


@pytest.fixture
def patch(examples: Path) -> dict[str, Any]:
    loaded = json.loads((examples / "max" / "posekit.maxpat").read_text())
    patcher: dict[str, Any] = loaded["patcher"]
    return patcher


def test_its_cords_lead_from_outlets_to_inlets(patch: dict[str, Any], examples: Path) -> None:
    boxes = {entry["box"]["id"]: entry["box"] for entry in patch["boxes"]}
    assert len(boxes) == len(patch["boxes"])
    for entry in patch["lines"]:
        (source, outlet), (destination, inlet) = entry["patchline"]["source"], entry["patchline"]["destination"]
        assert 0 <= outlet < boxes[source]["numoutlets"]
        assert 0 <= inlet < boxes[destination]["numinlets"]
    for box in boxes.values():
        words = box.get("text", "").split()
        if box["maxclass"] == "newobj" and words[0] == "route":
            assert box["numoutlets"] == len(words)  # one for each, and one for the rest
        if "filename" in box:
            assert (examples / "max" / box["filename"]).is_file()


def test_it_names_only_what_is_sent(
    patch: dict[str, Any], examples: Path, addresses: Callable[[str], set[str]]
) -> None:
    sent = addresses("max")
    texts = [entry["box"].get("text", "") for entry in patch["boxes"]]
    named = {word for text in texts if text.startswith("route /") for word in text.split()[1:]}
    assert named
    assert named <= sent
    kinds = {word for text in texts if text.startswith("route ") and "/" not in text for word in text.split()[1:]}
    assert {f"/pose/event/{kind}" for kind in kinds} <= sent
    script = (examples / "max" / "posekit_view.js").read_text()
    for word in re.findall(r'path\[2\] === "(\w+)"', script):
        assert any(path == f"/pose/{word}" or path.startswith(f"/pose/{word}/") for path in sent), word
    edges = re.search(r"EDGES = \[(.*?)\n\];", script, re.DOTALL)
    assert edges is not None
    pairs = {frozenset(pair) for pair in re.findall(r'\["(\w+)", "(\w+)"\]', edges[1])}
    assert pairs == {frozenset((KEYPOINTS[a], KEYPOINTS[b])) for a, b in EDGES}


@pytest.mark.peer("node")
def test_it_draws_people_where_they_are(examples: Path) -> None:
    truth = Performer("squat").truth_at(1.0)[0]
    places = truth.xy / (640, 480)
    messages: list[tuple[str, list[float | int]]] = [("/pose/frame", [1, 33, 0.5]), ("/pose/count", [1])]
    messages += [("/pose/alive", [1]), ("/posekit/status", [1, 30.0, 2.0]), ("/pose/1/info", [1, 1, 0.9, 2.0])]
    messages += [(f"/pose/1/{part}", [*places[index].tolist(), 0.9]) for part, index in INDEX.items()]
    messages += [("/pose/2/nose", [0.5, 0.5, 0.9]), ("/pose/alive", [1]), ("/pose/event/step", [1, 7, 0.5])]
    run = subprocess.run(
        ["node", "-e", MAX, "--", str(examples / "max" / "posekit_view.js")],
        input=json.dumps(messages),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout)
    expected = {frozenset((tuple(places[a].round(4)), tuple(places[b].round(4)))) for a, b in EDGES}
    drawn = {
        frozenset(((round(a / 400, 4), round(b / 300, 4)), (round(c / 400, 4), round(d / 300, 4))))
        for a, b, c, d in result["drawn"]
    }
    assert drawn == expected
    assert result["sent"] == [[1, 1], [0, ["step", 1, 7, 0.5]]]
