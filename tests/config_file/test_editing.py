"""Single values are changed, and nothing else in the file."""

import tomllib

import pytest

from posekit.cli.config import initial
from posekit.config_file import RunConfig
from posekit.config_file.editing import edited
from posekit.errors import ConfigError

DOOR = {"name": "door", "polygon": [[0.1, 0.2], [0.3, 0.2], [0.3, 0.5]], "capacity": None}


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        (
            "[tracking]\nsmoothing = 0.5  # calm\n",
            {"tracking": {"smoothing": 0.7}},
            "[tracking]\nsmoothing = 0.7  # calm\n",
        ),
        ("", {"tracking": {"smoothing": 0.7}}, "[tracking]\nsmoothing = 0.7\n"),
        ("# mine\n", {"tracking": {"smoothing": 0.7}}, "# mine\n\n[tracking]\nsmoothing = 0.7\n"),
        ("[vision]\nscore = 0.4\n", {"vision": {"score": None}}, "[vision]\n"),
        ("[vision]\n", {"vision": {"score": None}}, "[vision]\n"),
        (
            "[vision]\nsingle = true\n\n[tracking]\n",
            {"vision": {"score": 0.3}},
            "[vision]\nsingle = true\nscore = 0.3\n\n[tracking]\n",
        ),
        (
            '# all\nsources = ["0"]  # hall\n[vision]\n',
            {"": {"sources": ["1"]}},
            '# all\nsources = ["1"]  # hall\n[vision]\n',
        ),
        ("[vision]\n", {"": {"sources": ["camera:HD Webcam"]}}, 'sources = ["camera:HD Webcam"]\n\n[vision]\n'),
        ("", {"": {"sources": ["1"]}}, 'sources = ["1"]\n'),
        ("# all\n\n[vision]\n", {"": {"sources": ["1"]}}, '# all\nsources = ["1"]\n\n[vision]\n'),
        ("[vision]\n#score = 0.3  # or\n", {"vision": {"score": 0.2}}, "[vision]\n#score = 0.3  # or\nscore = 0.2\n"),
        (
            '[events]\nzone = [\n  "a:0,0 1,0 1,1",  # a "#"\n]\nline = []\n',
            {"events": {"zone": [DOOR]}},
            '[events]\nzone = [\n  { name = "door", polygon = [[0.1, 0.2], [0.3, 0.2], [0.3, 0.5]] },\n]\nline = []\n',
        ),
        (
            '[[events.zone]]\nname = "a"\npolygon = [[0, 0], [1, 0], [1, 1]]\n\n[tracking]\nsmoothing = 0.1\n',
            {"events": {"zone": []}},
            "[tracking]\nsmoothing = 0.1\n",
        ),
    ],
)
def test_one_value(before: str, changes: dict, after: str) -> None:
    assert edited(before, changes) == after
    assert edited(after, changes) == after


def test_the_file_that_init_writes() -> None:
    changes = {
        "vision": {"score": 0.4, "single": True, "model": "posenet-mobilenet-075"},
        "tracking": {"smoothing": 0.9},
        "events": {"zone": [DOOR], "line": [{"name": "gate", "start": [0.0, 0.5], "end": [1.0, 0.5]}]},
        "output": {"mirror": True, "rotate": 90, "osc": ["127.0.0.1:9000"]},
    }
    before = initial()
    after = edited(before, changes)
    config = RunConfig.model_validate(tomllib.loads(after))
    assert config == RunConfig().changed(changes)
    gone = set(before.splitlines()) - set(after.splitlines())
    assert {line.partition(" ")[0] for line in gone} == {"model", "single", "smoothing", "mirror", "rotate"}


def test_what_only_its_author_can_change() -> None:
    with pytest.raises(ConfigError, match=r"tracking\.smoothing stands in the file in a way that only you can change"):
        edited("tracking = { smoothing = 0.5 }\n", {"tracking": {"smoothing": 0.7}})
    with pytest.raises(ConfigError, match="only you can change"):
        edited("tracking.smoothing = 0.5\n", {"tracking": {"smoothing": 0.7}})
