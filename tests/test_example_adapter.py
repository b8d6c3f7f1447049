"""The example of a plug-in: built and installed as a user would, into a folder of its own, without a network."""

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "examples" / "adapter"

CHECK = """
from posekit.plugins import load_adapter
from posekit.protocols import OutputContext
from posekit.testing import check_adapter
check_adapter(lambda: load_adapter("text", "people.txt", {"words": "{} here"}, OutputContext()))
import posekit, pathlib
app = posekit.App("performer:wave?duration_s=1&people=2")
said = []
app.on_frame(lambda result: said.append(pathlib.Path("people.txt").read_text() if result.seq == 20 else ""))
app.run(out="text:people.txt?words={} here")
print(said[20], pathlib.Path("people.txt").exists())
"""


def test_it_is_built_installed_listed_and_works(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for file in FOLDER.iterdir():
        if file.is_file():
            (source / file.name).write_bytes(file.read_bytes())
    target = tmp_path / "installed"
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet")
    pip = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(source)],
        capture_output=True,
        text=True,
        env={**os.environ, "PIP_NO_INPUT": "1"},
    )
    assert pip.returncode == 0, pip.stderr
    environment = {**os.environ, "PYTHONPATH": str(target)}

    def python(*arguments: str) -> str:
        run = subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, cwd=tmp_path, env=environment
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    listed = python("-c", "from posekit.cli import main; main()", "plugins")
    (line,) = [line for line in listed.splitlines() if line.startswith("text ")]
    assert line.split() == ["text", "adapter", "posekit-text", "1.0", "ok"]
    assert python("-c", CHECK) == "2 here False\n"


def test_it_is_as_short_as_it_is_said_to_be() -> None:
    code = (FOLDER / "posekit_text.py").read_text(encoding="utf-8").splitlines()
    assert len([line for line in code if line.strip() and not line.startswith(('"""', "from "))]) <= 20
