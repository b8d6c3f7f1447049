"""What is counted of four repetitions: every exercise, from several sides, at three tempos, through a network or none.

    python benchmarks/exercises.py
    python benchmarks/exercises.py truth --angles 0 90 --exercises squat sit_up
    python benchmarks/exercises.py FILE.tflite --input-size 353x481 --tempos normal --keep poses

The performer is looked at by each network once (``truth`` is the performer's own keypoints with 2 px of noise, of
which 10 % are missing), and with ``--keep`` what was tracked stays in a folder, so that a change to the detectors is
judged in seconds. Columns are the performer's turn to the camera, 0 faces it. A cell says how many counted where all
exercises are watched / where this one is named; then what was given up, and what else was counted instead.
"""

import argparse
import copyreg
import math
import pickle
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from posekit.assembly import load_network, make_estimator, make_planner
from posekit.config import VisionSettings
from posekit.detectors.exercise_table import EXERCISES
from posekit.detectors.measures import BodyMeasures
from posekit.detectors.repetitions import Repetitions
from posekit.models.store import load_model
from posekit.pipeline import Pipeline
from posekit.protocols import Estimator
from posekit.sources.performer import MOTIONS, Performer, Style
from posekit.tracking.tracker import PoseTracker
from posekit.types import Frame, FrameResult, Person, Poses

#: Seconds that a repetition takes, and frames a second.
TEMPOS: Final = {"fast": (1.2, 30.0), "normal": (2.0, 20.0), "slow": (4.0, 15.0)}
#: Those of hops are their own.
HOPS: Final = {"jump_rope": {"fast": 0.4, "normal": 0.55, "slow": 0.75}, "jumping_jack": {"fast": 0.9, "slow": 2.4}}
ANGLES: Final = (0, 30, 45, 60, 90, -45)
REPETITIONS: Final = {"jump_rope": 12}
NOISE_PX: Final = 2.0
MISSING: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """An exercise, seen from an angle in degrees, at a tempo."""

    exercise: str
    angle: int
    tempo: str

    @property
    def fps(self) -> float:
        """Frames a second."""
        return TEMPOS[self.tempo][1]

    @property
    def expected(self) -> int:
        """How many repetitions there are."""
        return REPETITIONS.get(self.exercise, 4)

    @property
    def seed(self) -> int:
        """Looks and noise, of every take its own."""
        return zlib.crc32(f"{self.exercise} {self.angle} {self.tempo}".encode()) % 100

    def performer(self) -> tuple[Performer, float]:
        """Who performs it, and for how long."""
        per_cycle = 2 if self.exercise == "lunge" else 1
        motion = MOTIONS[self.exercise].performed(Style())
        rep_s = HOPS.get(self.exercise, {}).get(self.tempo, TEMPOS[self.tempo][0])
        speed = motion.period_s / per_cycle / rep_s
        performer = Performer(
            self.exercise,
            style=Style(turn=float(self.angle)),
            cycles=self.expected // per_cycle,
            speed=speed,
            seed=self.seed,
            fps=self.fps,
        )
        return performer, self.expected * rep_s + 1.5


class Truth:
    """An estimator that knows what the performer does."""

    def __init__(self, performer: Performer) -> None:
        self._performer = performer

    def estimate(self, frame: Frame, people: Sequence[Person] = ()) -> Poses:
        return self._performer.poses_at(frame.timestamp_s, noise_px=NOISE_PX, missing=MISSING)


def tracked(take: Take, estimator: Estimator | None) -> list[FrameResult]:
    """The people in every frame, as an estimator, or nobody but the performer, knows them."""
    performer, seconds = take.performer()
    pipeline = Pipeline(estimator or Truth(performer), PoseTracker(), source="benchmark")
    results = []
    image = performer.picture_at(0.0)
    for seq in range(math.ceil(seconds * take.fps)):
        timestamp_s = seq / take.fps
        if estimator is not None:  # the truth needs no picture but its size
            image = performer.picture_at(timestamp_s)
        results.append(pipeline.step(Frame(image=image, timestamp_s=timestamp_s, seq=seq)))
    return results


def estimator_of(model: str, input_size: str | None) -> Estimator:
    """A new one for every take: it learns from what it sees."""
    vision = VisionSettings.of(model=model, input_size=input_size, threads=1)
    network = load_network(load_model(vision.model), vision)
    return make_estimator(network, vision, make_planner(network, vision))


def kept(take: Take, model: str, input_size: str | None, keep: Path | None) -> list[FrameResult]:
    """What was tracked, from the folder if it is there."""
    name = f"{Path(model).stem}-{input_size or 'auto'}-{take.exercise}-{take.angle}-{take.tempo}.pickle"
    path = keep / name if keep else None
    copyreg.pickle(MappingProxyType, lambda mapping: (dict, (dict(mapping),)))  # type: ignore[arg-type]
    if path and path.exists():
        results: list[FrameResult] = pickle.loads(path.read_bytes())
        return results
    results = tracked(take, None if model == "truth" else estimator_of(model, input_size))
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(results))
    return results


def counted(results: Sequence[FrameResult], detector: Repetitions) -> Counter[tuple[str, str]]:
    """How many events there were of each kind and exercise; measured anew, for what was kept may be older."""
    measuring = BodyMeasures()
    measured = (replace(result, measures=measuring.update(result)) for result in results)
    events = [event for result in measured for event in detector.update(result)]
    return Counter((event.kind, str(event.exercise)) for event in events if event.kind in ("rep", "rep_partial"))


def cell(take: Take, results: Sequence[FrameResult]) -> tuple[str, int, int]:
    """What was counted, in words; and how many are wrong: where all are watched, and where this one is named."""
    everything = counted(results, Repetitions())
    named = counted(results, Repetitions([EXERCISES[take.exercise]], alone=True))
    mine, mine_named = everything["rep", take.exercise], named["rep", take.exercise]
    given_up = everything["rep_partial", take.exercise]
    others = {name: n for (kind, name), n in everything.items() if kind == "rep" and name != take.exercise}
    words = f"{mine}/{mine_named}" + (f" p{given_up}" if given_up else "")
    words += "".join(f" {name}:{n}" for name, n in others.items())
    # Of twelve hops, one may be lost at the beginning.
    slack = 1 if take.exercise == "jump_rope" else 0
    wrong = max(abs(take.expected - mine) - slack, 0) + sum(others.values())
    return words, wrong, max(abs(take.expected - mine_named) - slack, 0)


def takes(options: argparse.Namespace) -> Iterator[tuple[str, str, list[Take]]]:
    for exercise in options.exercises:
        for tempo in options.tempos:
            yield exercise, tempo, [Take(exercise=exercise, angle=angle, tempo=tempo) for angle in options.angles]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", default="posekit-mobilenet-050", help="a model, or 'truth'")
    parser.add_argument("--input-size", metavar="HxW")
    parser.add_argument("--exercises", nargs="+", choices=list(EXERCISES), default=list(EXERCISES))
    parser.add_argument("--tempos", nargs="+", choices=list(TEMPOS), default=list(TEMPOS))
    parser.add_argument("--angles", nargs="+", type=int, default=list(ANGLES))
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="for what was tracked")
    options = parser.parse_args()
    print(" " * 22 + " ".join(f"{angle:>12}°" for angle in options.angles))
    right = right_named = number = 0
    for exercise, tempo, row in takes(options):
        cells = []
        for take in row:
            words, wrong, wrong_named = cell(take, kept(take, options.model, options.input_size, options.keep))
            cells.append(words)
            right, right_named, number = right + (not wrong), right_named + (not wrong_named), number + 1
        print(f"{exercise:15}{tempo:6} " + " ".join(f"{words:>13}" for words in cells), flush=True)
    print(f"right of {number}: {right} where all are watched, {right_named} where one is named")


if __name__ == "__main__":
    main()
