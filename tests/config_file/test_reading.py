"""Wrong files: each is told with its line, what was got, what was expected, and what to do about it."""

import textwrap
from pathlib import Path

import pytest

from posekit.config_file import RunConfig, problems, read_config
from posekit.errors import ConfigError

#: A file, the line of its mistake, and what has to be said: the cause, and the remedy.
WRONG = {
    "a key misspelt": ("[tracking]\nsmoothng = 1", 2, "no 'smoothng' in [tracking]", "did you mean 'smoothing'?"),
    "a section misspelt": ("[trackin]\nsmoothing = 1", 1, "no 'trackin' at the top", "did you mean 'tracking'?"),
    "a section of another program": ("[gui]\nx = 1", 1, "no 'gui' at the top", "there are vision, tracking, events"),
    "a key without its section": ("mirror = true", 1, "no 'mirror' at the top", "it belongs into [output]"),
    "a key in another section": ("[vision]\n\nsmoothing = 1", 3, "no 'smoothing' in [vision]", "into [tracking]"),
    "a key misspelt elsewhere": ("[vision]\nmirrored = true", 2, "no 'mirrored' in [vision]", "'mirror' in [output]?"),
    "a detector misspelt": ("[detectors.fall]\nup = 1", 1, "no 'fall' in [detectors]", "did you mean 'falls'?"),
    "a limit misspelt": ("[detectors.falls]\nupp = 1", 2, "no 'upp' in [detectors.falls]", "did you mean 'up'?"),
    "a limit of another": ("[detectors.falls]\nlean_deg = 1", 2, "no 'lean_deg'", "it belongs into [detectors.gait]"),
    "an option's dashes": ("[output]\nfps-limit = 5", 2, "no 'fps-limit' in [output]", "did you mean 'fps_limit'?"),
    "too large": (
        "[tracking]\nsmoothing = 2.0",
        2,
        "smoothing must be a number from 0 to 1, got 2.0",
        "default is 0.5",
    ),
    "too small": ("[vision]\nmax_people = 0", 2, "must be a whole number from 1 to 100, got 0", "the default is 10"),
    "not above": ("[output]\nfps_limit = 0", 2, "must be a number above 0, got 0", "for example 15.0"),
    "negative": ("[recovery]\nmax_retries = -1", 2, "must be a whole number of 0 or more, got -1", "for example 10"),
    "no whole number": ("[vision]\nmax_people = 2.5", 2, "must be a whole number from 1 to 100, got 2.5", "is 10"),
    "not a number": ("[vision]\nscore = nan", 2, "must be a number from 0 to 1, got nan", "for example 0.3"),
    "infinite": ("[output]\nfps_limit = inf", 2, "must be a number above 0, got inf", "for example 15.0"),
    "a number in quotes": ('[tracking]\nsmoothing = "0.5"', 2, 'got "0.5"', "write 0.5 without quotes"),
    "a text for a number": ('[vision]\nscore = "low"', 2, "must be a number from 0 to 1", "for example 0.3"),
    "a number for a text": ("[vision]\nmodel = 75", 2, "model must be a text, got 75", 'write "75" in quotes'),
    "a date for a text": ("[vision]\nmodel = 2026-01-01", 2, "must be a text, got 2026-01-01", "in quotes"),
    "a word for a switch": ('[output]\nmirror = "yes"', 2, 'must be true or false, got "yes"', "write true without"),
    "a number for a switch": ("[output]\nmirror = 1", 2, "must be true or false, got 1", "write true"),
    "a list for a switch": ("[vision]\nsingle = []", 2, "must be true or false, got []", "the default is false"),
    "a choice misspelt": ('[vision]\ndecoder = "corl"', 2, 'one of "coral", "tfjs", got "corl"', 'mean "coral"?'),
    "a choice that is none": ('[tracking]\nlock = "first"', 2, 'one of "largest", "central"', 'example "largest"'),
    "a number that is none": ("[vision]\noutput_stride = 12", 2, "one of 8, 16, 32, got 12", "for example 16"),
    "an angle that is none": ("[output]\nrotate = 45", 2, "one of 0, 90, 180, 270, got 45", "the default is 0"),
    "one for a list": ('[output]\nosc = "h:9000"', 2, "must be a list of texts", 'write ["h:9000"]'),
    "a number for a list": ("[output]\nws = 8765", 2, "must be a list of texts, got 8765", 'write ["8765"]'),
    "a camera's number": ("sources = 0", 1, "sources must be a list of texts", 'write ["0"]'),
    "a number in a list": (
        'sources = [\n  "a.mp4",\n  1,\n]',
        3,
        "sources no. 2 must be a text",
        'write "1" in quotes',
    ),
    "no source": ("sources = []", 1, "a list of texts, one at least, got []", 'the default is ["0"]'),
    "a name for an address": (
        '[output]\noscquery = "studio:80"',
        2,
        "'studio:80' must name an address",
        "write PORT for this computer alone",
    ),
    "no port": ('[output]\nosc = [\n  "a:1",\n  "b",\n]', 4, "'b' has no port", "write HOST:PORT"),
    "no target": ('[output]\nout = ["osc"]', 2, "output 'osc' must be NAME:TARGET", "for example osc:127.0.0.1:9000"),
    "a value for a section": ("tracking = 3", 1, "tracking must be a table, got 3", "write a table [tracking]"),
    "a region too short": ("[tracking]\nregion = [0, 0, 1]", 2, "a list of 4 numbers", "for example [0.2, 0.0, 0.6"),
    "a region outside": ("[tracking]\nregion = [0, 0, 2, 1]", 2, "fractions of the picture", "such as 0.2,0,0.6,1"),
    "a zone without corners": ('[[events.zone]]\nname = "a"', 1, "zone no. 1 needs 'polygon'", "add polygon = …"),
    "a zone that is a line": (
        '[events]\nzone = [\n  "a:0,0 1,0 1,1",\n  "b:0,0 1,1",\n]',
        4,
        "zone 'b' needs three corners or more",
        "that are not in line",
    ),
    "a zone in words": ('[events]\nzone = ["door"]', 2, "zone 'door' has no places", "write NAME:x,y x,y x,y"),
    "a zone's key": (
        '[[events.zone]]\nname = "a"\npolygon = [[0, 0], [1, 0], [1, 1]]\ncapcity = 3',
        4,
        "no 'capcity' in [events.zone no. 1]",
        "did you mean 'capacity'?",
    ),
    "a corner too short": (
        '[[events.zone]]\nname = "a"\npolygon = [\n  [0, 0],\n  [1],\n]',
        5,
        "polygon no. 2 must be a list of 2 numbers, got [1]",
        "docs/configuration.md",
    ),
    "two zones of a name": (
        '[events]\nzone = [\n  "a:0,0 1,0 1,1",\n  "a:0,0 1,0 1,1",\n]',
        4,
        "there are two",
        "zones 'a'",
    ),
    "no such exercise": ('[events]\n\nexercise = ["squats"]', 3, "no exercise 'squats'", "there are squat, lunge"),
    "one table for several": ('[events.zone]\nname = "a"', 1, "a list of tables or of texts", 'write [{ name = "a" }]'),
    "a line of one end": ('[events]\nline = ["gate:0,0"]', 2, "line 'gate' has two ends", "write NAME:x,y x,y"),
    "a time of nothing": ("[detectors.gait]\nheld_s = 0", 2, "must be a number above 0", "the default is "),
    "a score beyond": ("[detectors.falls]\nseen_score = 20", 2, "must be a number from 0 to 1", "the default is "),
    "a count of nothing": ("[detectors.gait]\nevery = 0", 2, "a whole number of 1 or more", "the default is "),
    "the larger first": ("[detectors.gait]\nstep_s = [2, 1]", 2, "the smaller first, got [2, 1]", "the default is ["),
    "a key twice": ("[vision]\nscore = 0.1\nscore = 0.2", 3, "this is not TOML", "twice: keep one of them"),
    "a section twice": ("[vision]\n[output]\n[vision]", 3, "this is not TOML", "put its keys under one of them"),
    "a Windows path": ('sources = ["C:\\clips\\a.mp4"]', 1, "this is not TOML", "in single quotes"),
    "no quotes": ("[vision]\nmodel = small", 2, "this is not TOML", "write texts in quotes"),
    "a capital": ("[output]\nmirror = True", 2, "this is not TOML", "true or false in small letters"),
    "no end of a text": ('[vision]\nmodel = "a\nscore = 0.1', 2, "this is not TOML", "end the text with the quote"),
    "no end of a header": ("[vision\nscore = 0.1", 1, "this is not TOML", "close the bracket with ]"),
    "no comma": ('sources = ["a" "b"]', 1, "this is not TOML", "put a comma between its elements"),
    "no equals sign": ("[vision]\nscore 0.1", 2, "this is not TOML", "write KEY = VALUE"),
    "no key": ("[vision]\n= 3", 2, "this is not TOML", "a line begins with a key"),
}


def test_there_are_fifty() -> None:
    assert len(WRONG) >= 50


@pytest.mark.parametrize(("text", "line", "cause", "remedy"), WRONG.values(), ids=WRONG)
def test_a_wrong_file(text: str, line: int, cause: str, remedy: str, tmp_path: Path) -> None:
    found = problems(text)
    assert len(found) == 1, found
    said_line, words = found[0]
    assert said_line == line
    assert cause in words
    assert remedy in words
    assert words.index(cause) < words.index(remedy)
    file = tmp_path / "posekit.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_config(file)
    assert str(error.value) == f"{file}:{line}: {words}"
    assert "\n" not in str(error.value)


def test_everything_wrong_is_told_from_top_to_bottom(tmp_path: Path) -> None:
    text = textwrap.dedent(
        """\
        sources = "0"
        [tracking]
        smoothing = 3
        lok = "largest"
        [output]
        rotate = "90"
        """
    )
    assert [line for line, _ in problems(text)] == [1, 3, 4, 6]
    file = tmp_path / "posekit.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"posekit.toml:1: .* \(and 3 more: posekit config check .*posekit.toml\)$"):
        read_config(file)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "posekit.toml").write_bytes(b"[vision]\nmodel = '\xff'\n")
    with pytest.raises(ConfigError, match=r"posekit.toml:2: the file is no UTF-8 text: save it as UTF-8"):
        read_config(tmp_path / "posekit.toml")
    with pytest.raises(ConfigError, match=r"there is no file .*poskit.toml: did you mean '.*posekit.toml'\?"):
        read_config(tmp_path / "poskit.toml")
    with pytest.raises(ConfigError, match=r"there is no file .*x.toml: make one with posekit config init .*x.toml"):
        read_config(tmp_path / "none" / "x.toml")
    with pytest.raises(ConfigError, match=r"cannot be read \(.*\): name a file in it"):
        read_config(tmp_path)


def test_a_windows_editors_mark_at_the_beginning_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbf[vision]\r\nmax_people = 3\r\n")
    assert read_config(tmp_path / "a.toml").vision.max_people == 3


def test_tables_and_texts_mean_the_same() -> None:
    table = {"name": "a", "polygon": [[0, 0], [1, 0], [1, 1]], "capacity": 3}
    by_table = RunConfig.model_validate({"events": {"zone": [table]}, "tracking": {"region": [0.2, 0, 0.6, 1]}})
    by_text = RunConfig.model_validate(
        {"events": {"zone": ["a:0,0 1,0 1,1?capacity=3"]}, "tracking": {"region": "0.2,0,0.6,1"}}
    )
    assert by_table == by_text


def test_osc_goes_to_this_computer_where_nothing_else_serves_or_it_is_asked_for() -> None:
    here, silent = ("127.0.0.1:9000",), RunConfig()
    assert silent.heard().output.osc == here
    assert silent.heard(beside=True).output.osc == ()
    for beside in (False, True):
        assert silent.overridden({"preset": "max"}).heard(beside=beside).output.osc == here
        assert silent.overridden({"oscquery": "8020"}).heard(beside=beside).output.osc == here
        assert silent.overridden({"preset": "max", "osc": ["a:1"]}).heard(beside=beside).output.osc == ("a:1",)
        assert silent.overridden({"ws": ["8765"]}).heard(beside=beside).output.osc == ()
    assert silent.overridden({"record": "take.jsonl.gz"}).heard().output.osc == ()
    assert silent.overridden({"record": "take.jsonl.gz"}).output.heard().osc == here


def test_options_win() -> None:
    file = RunConfig.model_validate(
        {
            "tracking": {"smoothing": 0.2, "predict_ms": 30},
            "output": {"mirror": True, "osc": ["a:1", "b:2"], "osc_format": "array"},
            "events": {"zone": ["a:0,0 1,0 1,1"]},
        }
    )
    changed = file.overridden(
        {"smoothing": 0.9, "mirror": False, "osc": ["c:3"], "zone": ["b:0,0 1,0 1,1"], "line": None, "score": 0.4}
    )
    assert (changed.tracking.smoothing, changed.tracking.predict_ms) == (0.9, 30)
    assert changed.vision.score == 0.4
    assert not changed.output.mirror
    assert [zone.name for zone in changed.events.zone] == ["b"]
    assert changed.output.destinations() == [("osc", "c:3", {"format": "array"})]
    with pytest.raises(ConfigError, match=r"^--smoothing should be less than or equal to 1, got 2.0$"):
        file.overridden({"smoothing": 2.0})


def test_a_default_of_this_computer_is_still_told_from_a_wish() -> None:
    threads = RunConfig().overridden({"score": 0.4}).vision.threads
    asked = RunConfig.model_validate({"vision": {"threads": threads}}).overridden({"score": 0.4})
    assert "threads" in asked.plain().vision.model_fields_set
    assert "threads" not in RunConfig().overridden({"score": 0.4}).plain().vision.model_fields_set
