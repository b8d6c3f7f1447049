"""The Processing sketch: its structure, and that it is about addresses that exist."""

import re
from collections.abc import Callable
from pathlib import Path

from posekit.skeleton import EDGES, KEYPOINTS
from posekit_osc.addresses import ARRAY
from posekit_osc.settings import PRESETS


def test_the_sketch(examples: Path, addresses: Callable[[str], set[str]]) -> None:
    folder = examples / "processing" / "posekit"
    code = (folder / f"{folder.name}.pde").read_text()  # a sketch is called as its folder
    bare = re.sub(r'//.*|"[^"]*"', "", code)
    for opening, closing in ("()", "[]", "{}"):
        assert bare.count(opening) == bare.count(closing)
    sent = addresses("processing")
    assert PRESETS["processing"].format == "array"
    for depth, word in re.findall(r'path\[(\d)\]\.equals\("(\w+)"\)', code):
        assert any(path.split("/")[int(depth)] == word for path in sent if len(path.split("/")) > int(depth)), word
    assert set(re.findall(r'equals\("(\w+)"\)', code)) == {"pose", "count", "alive", "event", "kp"}
    assert f"PARTS = {len(KEYPOINTS)}" in code
    assert ARRAY[0].tags.startswith("iif")
    assert "message.get(3 + index)" in code
    pairs = re.search(r"BONES = {(.*?)};", code, re.DOTALL)
    assert pairs is not None
    assert {frozenset(map(int, pair)) for pair in re.findall(r"{(\d+), (\d+)}", pairs[1])} == {
        frozenset(edge) for edge in EDGES
    }
