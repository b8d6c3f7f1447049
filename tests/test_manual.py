"""The manual's commands: every one is understood as it stands, and those of the first five minutes run."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from posekit.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]
PAGES = [page for page in PAGES if "node_modules" not in page.parts]


def commands(page: Path) -> Iterator[str]:
    """Lines of its shell examples, and what stands in backquotes, that call posekit."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        yield from (line for line in block.splitlines() if line.startswith("posekit "))
    yield from re.findall(r"`(posekit [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


CASES = [
    pytest.param(command, id=f"{page.relative_to(ROOT).as_posix()}: {command}")
    for page in PAGES
    for command in dict.fromkeys(commands(page))
    # Templates, and parts of a sentence about a command.
    if not re.search(r"COMMAND|NAME|FILE|HOST|TARGET|…|<", command)
]


@pytest.mark.parametrize("command", CASES)
def test_a_command_is_understood(command: str) -> None:
    words = shlex.split(command, comments=True)[1:]
    words = words[: words.index(">")] if ">" in words else words
    group = typer.main.get_command(app)
    context = group.make_context("posekit", [], resilient_parsing=True)
    while words and isinstance(group, typer.main.TyperGroup):
        word = words.pop(0)
        if word.startswith("--"):
            assert word in {option for parameter in group.params for option in parameter.opts} | {"--help"}, word
            return
        found = group.get_command(context, word)
        assert found is not None, f"there is no command {word}"
        group = found
    if not words:
        return  # only its name
    words = [word for word in words if word not in ("--help", "-h")]
    group.make_context(group.name, words, parent=context)  # raises what a user would be told


@pytest.mark.parametrize(
    "arguments",
    [
        ["demo", "performer:wave", "--seconds", "1"],
        ["osc", "test", "--preset", "puredata", "--seconds", "1"],
        ["run", "performer:wave?duration_s=1", "--preset", "puredata", "--quiet"],
        ["cameras"],
    ],
    ids=" ".join,
)
def test_the_first_five_minutes(arguments: list[str]) -> None:
    page = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert f"posekit {' '.join(word for word in arguments[:2] if word.isalpha())}" in page
    program = "from posekit.cli import main; main()"
    run = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
