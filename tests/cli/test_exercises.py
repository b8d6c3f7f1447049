"""``posekit exercises`` and ``posekit pose``, and what they read and write."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from posekit.cli.app import app
from posekit.detectors.exercise_table import EXERCISES
from posekit.errors import ConfigError
from posekit.exercise_config import chosen, read_exercises
from posekit.pose_examples import read_poses

MINE = """
[exercises.arm_bend]
angle = ["{side}Shoulder", "{side}Elbow", "{side}Wrist"]
return = 130
enter = 75
"""


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_all_exercises_are_listed() -> None:
    assert [row["exercise"] for row in json.loads(run("exercises", "list", "--json"))] == list(EXERCISES)


def test_exercises_of_ones_own_are_listed(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(MINE)
    rows = json.loads(run("exercises", "list", "--json", "--exercises", str(tmp_path / "mine.toml")))
    (row,) = [row for row in rows if row["exercise"] == "arm_bend"]
    assert row["measure"] == "angle shoulder – elbow – wrist"


def test_a_video_is_counted_and_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "squats.png"
    performer = "performer:squat?fps=10&duration_s=9&cycles=3"
    told = json.loads(run("exercises", "test", "squat", performer, "--json", "--picture", str(picture)))
    assert [count["reps"] for count in told["counts"]] == [3]
    assert [event["count"] for event in told["events"] if event["kind"] == "rep"] == [1, 2, 3]
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_pose_is_recorded_listed_and_forgotten(tmp_path: Path) -> None:
    file = str(tmp_path / "poses.json")
    performer = "performer:t_pose?fps=10&duration_s=5"
    run("pose", "record", "wings", performer, "--after", "1.8", "--seconds", "1.5", "--file", file)
    (pose,) = read_poses(Path(file)).values()
    assert 12 <= len(pose.examples) <= 17
    assert 0 < pose.enter < pose.exit
    assert "wings" in run("pose", "list", "--file", file)
    run("pose", "forget", "wings", "--file", file)
    assert read_poses(Path(file)) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no exercises: write a table"),
        ("[exercises.squat]\nadaptive = true", "posekit has an exercise 'squat' already"),
        ('[exercises.x]\nheight = ["nose", "hips"]', "takes enter and return, or adaptive = true"),
        ('[exercises.x]\nheight = ["nose", "toe"]\nadaptive = true', "there is no point 'toe'"),
        ('[exercises.x]\nheight = ["nose", "hips"]\nadaptiv = true', "there is no such setting; there are angle"),
        ('[exercises.x]\nheight = ["nose", "hips"]\nenter = 1\nreturn = 1', "two different numbers"),
        ("[exercises.x", "is no TOML"),
    ],
)
def test_what_is_wrong_with_exercises_is_told(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_exercises(file)


def test_an_unknown_exercise_is_told() -> None:
    with pytest.raises(ConfigError, match="there is no exercise 'sqat'; there are squat, lunge"):
        chosen(("sqat",), {})
