"""``--watch``: a good edit changes the run between two frames, a bad one is told once and changes nothing."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from posekit.assembly import DetectorSet, adjust, make_pipeline
from posekit.cli.reloading import Reloading
from posekit.cli.steering import Steering
from posekit.config import Config, OutputSettings, TrackingSettings, VisionSettings
from posekit.config_file import RunConfig, read_config
from posekit.config_file.watching import LIVE, Watched, changes
from posekit.errors import ConfigError
from posekit.events import Event
from posekit.pipeline import Pipeline
from posekit.protocols import Adapter, OutputContext
from posekit.sources.performer import Performer
from posekit.types import Frame, Person, Poses

WIDTH, HEIGHT = 640, 480
EVERYWHERE = "0,0 1,0 1,1 0,1"
NOWHERE = "0,0 0.01,0 0.01,0.01"


class Told:
    """An estimator that is told what a performer does."""

    def __init__(self, motion: str) -> None:
        self._performer = Performer(motion, width=WIDTH, height=HEIGHT)

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        return self._performer.poses_at(frame.timestamp_s)


class Switchboard:
    """A runner as far as outputs go."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def begin(self, name: str, adapter: Adapter) -> None:
        adapter.close()
        self.said.append(f"begin {name}")

    def end(self, name: str) -> list[Adapter]:
        self.said.append(f"end {name}")
        return []


class Installation:
    """A run of one performer, stepped by hand, that watches a file."""

    def __init__(self, file: Path, text: str, *, motion: str = "stand", fps: float = 10.0, **options: object) -> None:
        self.file, self._saved, self._frames, self._fps = file, 0, 0, fps
        self.save(text)

        def settled(saved: RunConfig) -> RunConfig:
            return saved.overridden(options).heard()

        settings = settled(read_config(file))
        usual = DetectorSet()
        plain = settings.plain()
        self.pipeline: Pipeline = make_pipeline(
            Told(motion),
            source="camera",
            vision=plain.vision,
            tracking=plain.tracking,
            output=plain.output,
            events=plain.events,
            limits=plain.detectors,
            usual=usual,
        )
        self.board = Switchboard()
        self.steering = Steering(settings, file)
        self.steering.attach(self.board, [(self.pipeline, usual)], OutputContext())  # type: ignore[arg-type]
        self.reloading = Reloading(file, settled, self.steering)

    def save(self, text: str) -> None:
        """Save the file, each time one second later."""
        self._saved += 1
        self.file.write_text(text, encoding="utf-8")
        os.utime(self.file, (self._saved, self._saved))

    def watch(self, frames: int = 30) -> list[Event]:
        """What happens in the next frames."""
        self.reloading.step()
        self.reloading.step()  # what has been seen twice is whole
        events: list[Event] = []
        for _ in range(frames):
            image = np.broadcast_to(np.zeros((1, 1, 3), np.uint8), (HEIGHT, WIDTH, 3))
            frame = Frame(image=image, timestamp_s=self._frames / self._fps, seq=self._frames)
            self._frames += 1
            events += self.pipeline.step(frame).events
        return [event for event in events if event.kind not in ("activity", "count")]


def said(events: list[Event]) -> list[tuple[str, object]]:
    return [(event.kind, event.fields.get("zone")) for event in events]


def test_a_good_edit_moves_a_zone_and_leaves_the_others_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    zones = '[events]\nzone = ["a:{}", "b:{}", "c:{}"]\n'
    run = Installation(tmp_path / "posekit.toml", zones.format(EVERYWHERE, NOWHERE, EVERYWHERE))
    assert said(run.watch()) == [("enter", None), ("zone_enter", "a"), ("zone_enter", "c")]
    run.save(zones.format(NOWHERE, EVERYWHERE, EVERYWHERE))
    left, entered = run.watch()
    assert said([left, entered]) == [("zone_leave", "a"), ("zone_enter", "b")]
    assert left.timestamp_s == pytest.approx(3.0)
    assert left.fields["inside"] == 0
    assert left.id == entered.id == 1
    assert caplog.messages == [f"{run.file}: changed events.zone"]
    run.save(zones.format(NOWHERE, EVERYWHERE, EVERYWHERE) + "# a remark\n")
    assert run.watch() == []
    assert len(caplog.messages) == 1


def test_a_bad_edit_is_told_once_and_changes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    good = f'[events]\nzone = ["a:{EVERYWHERE}"]\n'
    run = Installation(tmp_path / "posekit.toml", good)
    run.watch()
    run.save(good + "[tracking]\nsmoothing = 7\n")
    assert run.watch() == []
    assert run.watch() == []
    (message,) = caplog.messages
    assert message == (
        f"{run.file}:4: tracking.smoothing must be a number from 0 to 1, got 7: the default is 0.5; "
        "the settings stay as they were"
    )
    run.file.unlink()  # as an editor may, for a moment
    assert run.watch() == []
    run.save(f'[events]\nzone = ["a:{NOWHERE}"]\n')
    assert said(run.watch()) == [("zone_leave", "a")]


def test_smoothing_changes_between_two_frames(tmp_path: Path) -> None:
    run = Installation(tmp_path / "posekit.toml", "")
    run.watch()
    steadiness = run.pipeline._tracker._filter._steadiness  # type: ignore[attr-defined]
    run.save("[tracking]\nsmoothing = 0.9\n")
    run.watch(1)
    assert run.pipeline._tracker._filter._steadiness.rest_hz < steadiness.rest_hz  # type: ignore[attr-defined]
    run.save("[tracking]\nregion = [0.9, 0, 0.1, 0.1]\n")
    assert [event.kind for event in run.watch()] == ["leave"]


def test_a_detectors_limits_change(tmp_path: Path) -> None:
    run = Installation(tmp_path / "posekit.toml", "[detectors.activity]\nperiod_s = 1.0\n")
    before = run.pipeline._used
    run.watch(1)
    run.save("[detectors.activity]\nperiod_s = 0.5\n")
    run.watch(1)
    after = run.pipeline._used
    assert [type(one) for one in before if one not in after] == [type(one) for one in after if one not in before]
    assert [type(one).__name__ for one in after if one not in before] == ["Activity"]


def test_outputs_change_and_those_that_stay_are_not_touched(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    run = Installation(tmp_path / "posekit.toml", '[output]\nosc = ["127.0.0.1:9", "127.0.0.1:10"]\n')
    run.save('[output]\nosc = ["127.0.0.1:10", "127.0.0.1:11"]\n')
    run.watch(1)
    assert run.board.said == ["end osc:127.0.0.1:9", "begin osc:127.0.0.1:11"]
    assert caplog.messages == [f"{run.file}: changed output.osc"]
    run.save('[output]\nosc = ["127.0.0.1:10", "127.0.0.1:11"]\nosc_format = "array"\n')
    run.watch(1)
    assert run.board.said[2:] == [
        "end osc:127.0.0.1:10",
        "end osc:127.0.0.1:11",
        "begin osc:127.0.0.1:10",
        "begin osc:127.0.0.1:11",
    ]


def test_outputs_that_cannot_all_be_opened_stay_as_they_were(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    run = Installation(tmp_path / "posekit.toml", '[output]\nosc = ["127.0.0.1:9"]\n')
    run.save('[output]\nosc = ["127.0.0.1:11"]\nout = ["no:such"]\nmirror = true\n')
    run.watch(1)
    assert run.board.said == []
    assert "no output 'no'" in caplog.messages[0]
    assert caplog.messages[0].endswith("the outputs stay as they were")
    assert caplog.messages[1:] == [f"{run.file}: changed output.mirror"]
    # What is asked of the same receiver makes room first, and comes back.
    run.save('[output]\nout = ["osc:127.0.0.1:9?format=nonsense"]\nosc = []\n')
    run.watch(1)
    assert run.board.said == ["end osc:127.0.0.1:9", "begin osc:127.0.0.1:9"]
    run.save('[output]\nosc = ["127.0.0.1:11"]\n')
    run.watch(1)
    assert run.board.said[2:] == ["end osc:127.0.0.1:9", "begin osc:127.0.0.1:11"]


def test_what_waits_for_the_next_start_changes_no_output(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    run = Installation(tmp_path / "posekit.toml", '[output]\nvmc = ["127.0.0.1:39539"]\n')
    run.save('[output]\nvmc = ["127.0.0.1:39539"]\nsource_mirrored = true\n')
    run.watch(1)
    assert run.board.said == []
    assert caplog.messages == [f"{run.file}: output.source_mirrored will change with the next start"]
    run.save('[output]\nvmc = ["127.0.0.1:39539"]\n# changed back\n')
    run.watch(1)
    assert len(caplog.messages) == 1


def test_the_output_that_is_there_without_being_asked_for_stays(tmp_path: Path) -> None:
    run = Installation(tmp_path / "posekit.toml", "")
    run.save("[tracking]\nsmoothing = 0.2\n")
    run.watch(1)
    assert run.board.said == []
    run.save('[output]\nout = ["osc:127.0.0.1:9"]\n')
    run.watch(1)
    assert run.board.said == ["end osc:127.0.0.1:9000", "begin osc:127.0.0.1:9"]


def test_what_cannot_change_is_said_and_options_still_win(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    run = Installation(tmp_path / "posekit.toml", "", smoothing=0.3)
    run.save('sources = ["1"]\n[vision]\nmax_people = 2\n[tracking]\nsmoothing = 0.8\nlock = "largest"\n')
    run.watch(1)
    assert caplog.messages == [
        f"{run.file}: changed vision.max_people",
        f"{run.file}: tracking.lock, sources will change with the next start",
    ]
    assert caplog.records[0].levelno == logging.WARNING


def test_what_is_live_exists() -> None:
    for section, names in LIVE.items():
        assert section in RunConfig.model_fields
        assert (names or set()) <= set(getattr(type(getattr(RunConfig(), section)), "model_fields", {}))
    one = RunConfig()
    two = one.overridden({"smoothing": 0.1, "mirror": True, "line": ["a:0,0 1,1"], "max_retries": 1})
    assert changes(one, two) == (
        ["tracking.smoothing", "events.line", "output.mirror"],
        ["recovery.max_retries"],
    )
    assert changes(one, one) == ([], [])


def test_a_watcher_looks_only_at_what_was_saved(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("[vision]\n", encoding="utf-8")
    watched = Watched(file)
    assert watched.step() is None
    file.write_text("[vision]\nscore = 0.5\n", encoding="utf-8")
    assert watched.step() is None  # it may be written at this very moment
    settings = watched.step()
    assert settings is not None
    assert settings.vision.score == 0.5
    assert watched.step() is None
    file.write_text("[vision", encoding="utf-8")
    assert watched.step() is None
    with pytest.raises(ConfigError, match=r"a.toml:1: this is not TOML"):
        watched.step()
    assert watched.step() is None
    assert TrackingSettings() == settings.tracking


def test_an_exercise_of_ones_own_is_counted_once_it_is_written(tmp_path: Path) -> None:
    run = Installation(tmp_path / "posekit.toml", '[events]\nexercise = ["push_up"]\n', motion="squat", fps=15)
    assert [event for event in run.watch(90) if event.kind == "rep"] == []
    own = '[events.exercises.dip]\nheight = ["hips", "ankles"]\nadaptive = true\n'
    run.save(f'[events]\nexercise = ["dip"]\n{own}')
    reps = [event for event in run.watch(150) if event.kind == "rep"]
    assert {event.fields["exercise"] for event in reps} == {"dip"}
    assert len(reps) >= 2


def test_separate_pictures_stay_unsmoothed_after_an_edit() -> None:
    told, usual = Told("jumping_jack"), DetectorSet()
    pipeline = make_pipeline(
        told,
        source="album",
        vision=VisionSettings(),
        tracking=TrackingSettings(),
        output=OutputSettings(),
        usual=usual,
        still=True,
    )
    adjust(pipeline, usual, Config(tracking=TrackingSettings(smoothing=0.9)))
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for seq in range(10):
        frame = Frame(image=image, timestamp_s=seq / 10, seq=seq)
        (person,) = pipeline.step(frame).people
        np.testing.assert_allclose(person.xy, told.estimate(frame).xy[0], atol=0.02)
