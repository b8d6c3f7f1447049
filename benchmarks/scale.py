"""Every media file at every fixed size and at auto: people, keypoint scores, network time; and two kinds of depth.

    python benchmarks/scale.py --model posenet-mobilenet-075 --media ../shared/media --models ../shared/models
    python benchmarks/scale.py --markdown docs/scale.md      both networks, into the manual's table
    python benchmarks/scale.py --memory                      what networks at several sizes take (Linux)

Each cell: tracked people per frame · mean score of their visible keypoints (score at least 0.2). With ``auto`` stands
what its looks cost beside the chosen sizes, by pixels (and, in the lines before the table, by the time of bare calls,
for a quiet machine). ``--quick`` takes every fifth frame.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from posekit.assembly import make_estimator, make_planner
from posekit.config import VisionSettings
from posekit.models.catalogue import CATALOGUE
from posekit.pipeline import Pipeline
from posekit.posenet.adaptive import AdaptiveSize, ladder
from posekit.posenet.model import Network
from posekit.posenet.sight import sight_of
from posekit.posenet.sizing import Size
from posekit.skeleton import INDEX
from posekit.sources.images import Images
from posekit.sources.spec import open_source
from posekit.tracking.tracker import PoseTracker
from posekit.types import Frame

SIZES = ("193x257", "257x337", "353x481")
NETWORKS = ("posenet-mobilenet-075", "posekit-mobilenet-050")
MEDIA = (
    "test_couple.jpg",
    "three_people.jpg",
    "wave.mp4",
    "exercise_trio.avi",
    "pose_squats.mp4",
    "group_exercise.mp4",
    "treadmill.mp4",
    "walk_side.mp4",
    "visits.mp4",
    "performer?duration_s=20",
    "performer:squat?people=3&duration_s=5",
    "performer:walk?size=0.22&duration_s=8",
)
BEGIN, END = "<!-- table begins -->", "<!-- table ends -->"


def frames_of(text: str, media: Path, every: int) -> tuple[bool, Iterator[Frame]]:
    """Whether these are separate pictures, and the frames."""
    source = open_source(text if text.startswith("performer") else str(media / text))
    return isinstance(source, Images), (frame for frame in source if frame.seq % every == 0)


def bare_ms(network: Network, sizes: Sequence[Size]) -> dict[Size, float]:
    """Median time of a call at each size."""
    times = {}
    for size in sizes:
        twin, taken = network.at(size), []
        for _ in range(12):
            start_s = time.perf_counter()
            twin.invoke()
            taken.append((time.perf_counter() - start_s) * 1e3)
        times[size] = statistics.median(taken[2:])
    return times


def resident_mb() -> float:
    """Memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def memory(name: str, content: bytes) -> None:
    """Print what the network takes at each size of the ladder for a 4:3 source, after it has run."""
    network = Network(content, name=name, num_threads=1)
    kept = []
    for size in ladder((640, 480), sight_of(name, network.input_size), network.output_stride):
        before = resident_mb()
        twin = network.at(size)
        twin.invoke()
        kept.append(twin)
        print(f"{name} {size[0]}x{size[1]}: {resident_mb() - before:.1f} MB")


def run(network: Network, still: bool, frames: Iterator[Frame], size: str) -> dict[str, object]:
    """Figures of one clip at one size."""
    vision = VisionSettings.of(input_size=size)
    planner = make_planner(network, vision, still=still)
    estimator = make_estimator(network, vision, planner)
    pipeline = Pipeline(
        estimator,
        PoseTracker(confirm_s=0.0 if still else None, smoothing=0.0 if still else 0.5),
        clock=time.perf_counter,
    )
    people, scores, ids, network_ms, arm = [], [], set(), [], []
    for frame in frames:
        result = pipeline.step(frame)
        seen = [person for person in result.people if person.visible]
        people.append(len(seen))
        ids |= {person.id for person in result.people}
        network_ms.append(result.stage_ms["network"])
        for person in seen:
            scores += person.keypoint_scores[person.keypoint_scores >= 0.2].tolist()
        if frame.timestamp_s >= 2.0:
            parts = [INDEX["rightWrist"], INDEX["rightElbow"]]
            arm.append(max((float(person.keypoint_scores[parts].min()) for person in result.people), default=0.0))
    figures = {
        "people": float(np.mean(people)),
        "score": float(np.mean(scores)) if scores else 0.0,
        "ids": len(ids),
        "counts": np.bincount(people).tolist(),
        "network_ms": float(np.mean(network_ms)),
        "arm": float(np.mean(np.array(arm) >= 0.5)) if arm else float("nan"),
    }
    if isinstance(planner, AdaptiveSize):
        times = bare_ms(network, list(planner.looks))
        for name, price in (("ratio", lambda size: size[0] * size[1]), ("ratio_by_time", times.__getitem__)):
            looked = sum(price(size) * count for size, count in planner.looks.items())
            figures[name] = looked / sum(price(size) * count for size, count in planner.chosen.items())
        figures["sizes"] = planner.summary()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", action="append", help="one of the catalogue; repeat")
    parser.add_argument("--media", type=Path, default=Path("../shared/media"))
    parser.add_argument("--models", type=Path, default=Path("../shared/models"))
    parser.add_argument("--only", action="append", help="a media file or performer; repeat")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    rows = ["| network | clip | " + " | ".join((*SIZES, "auto")) + " | auto's cost | auto's sizes |"]
    rows.append("|---" * (len(SIZES) + 5) + "|")
    for name in options.model or NETWORKS:
        path = options.models / CATALOGUE[name].file
        bundled = Path(__file__).parent.parent / "posekit" / "models" / "data" / CATALOGUE[name].file
        content = (path if path.is_file() else bundled).read_bytes()
        if options.memory:
            memory(name, content)
            continue
        for text in options.only or MEDIA:
            cells, last = [], {}
            for size in (*SIZES, "auto"):
                own = None if size == "auto" else tuple(int(side) for side in size.split("x"))
                network = Network(content, name=name, num_threads=1)
                if own is not None:
                    network.resize((own[0], own[1]))
                still, frames = frames_of(text, options.media, 5 if options.quick else 1)
                last = run(network, still, frames, size)
                cells.append(f"{last['people']:.2f} · {last['score']:.2f}")
                print(name, text, size, last, flush=True)
            ratio = f"{last['ratio']:.2f}" if "ratio" in last else ""
            rows.append(f"| {name} | {text} | " + " | ".join(cells) + f" | {ratio} | {last.get('sizes', 'all')} |")
    if options.memory:
        return
    print("\n".join(rows))
    if options.markdown is not None:
        text = options.markdown.read_text()
        head, tail = text.split(BEGIN)[0], text.split(END)[1]
        options.markdown.write_text(f"{head}{BEGIN}\n" + "\n".join(rows) + f"\n{END}{tail}")


if __name__ == "__main__":
    main()
