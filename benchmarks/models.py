"""Every network on every picture and video at several input sizes: people found, keypoint scores, milliseconds.

    python benchmarks/models.py --media ../shared/media --models ../shared/models --markdown docs/models.md

replaces the table in the manual between its two marks.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from posekit.models.catalogue import CATALOGUE
from posekit.posenet.estimator import PoseNetEstimator
from posekit.posenet.model import Network
from posekit.sources.spec import open_source
from posekit.types import Frame

SIZES = ((193, 257), (257, 337), (353, 481))
NETWORKS = ("posekit-mobilenet-050", "posenet-mobilenet-075", "posenet-mobilenet-100")
#: File, every how many frames, and how many people are there (``shared/README.md``).
MEDIA = (
    ("test_couple.jpg", 1, 2),
    ("three_people.jpg", 1, 3),
    ("pose_squats.mp4", 4, 1),
    ("wave.mp4", 20, 1),
    ("treadmill.mp4", 4, 3),
    ("group_exercise.mp4", 25, 5),
    ("exercise_trio.avi", 20, 3),
)
BEGIN, END = "<!-- table begins -->", "<!-- table ends -->"


def frames_of(path: Path, step: int) -> list[Frame]:
    return [frame for frame in open_source(str(path)) if frame.seq % step == 0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--media", type=Path, default=Path("../shared/media"))
    parser.add_argument("--models", type=Path, default=Path("../shared/models"))
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    media = [(name, frames_of(options.media / name, step), people) for name, step, people in MEDIA]
    rows = ["| network | input | invoke, ms | " + " | ".join(name for name, _, _ in media) + " |"]
    rows.append("|---" * (len(media) + 3) + "|")
    rows.append("| people there | | | " + " | ".join(str(people) for _, _, people in media) + " |")
    for name in NETWORKS:
        path = options.models / CATALOGUE[name].file
        bundled = Path(__file__).parent.parent / "posekit" / "models" / "data" / CATALOGUE[name].file
        path = path if path.is_file() else bundled
        if not path.is_file():
            print(f"{name}: not here, left out")
            continue
        content = path.read_bytes()
        for size in SIZES:
            network = Network(content, name=name, input_size=size, num_threads=1)
            estimator = PoseNetEstimator(network)
            cells = []
            for _, frames, _ in media:
                counts, scores = [], []
                for frame in frames:
                    poses = estimator.estimate(frame)
                    counts.append(len(poses))
                    scores.extend(poses.keypoint_scores[poses.keypoint_scores >= 0.2].tolist())
                cells.append(f"{statistics.mean(counts):.1f} · {np.mean(scores) if scores else 0.0:.2f}")
            times = []
            for _ in range(30):
                start_s = time.perf_counter()
                network.invoke()
                times.append((time.perf_counter() - start_s) * 1e3)
            row = f"| {name} | {size[0]}×{size[1]} | {statistics.median(times):.1f} | " + " | ".join(cells) + " |"
            print(row, flush=True)
            rows.append(row)
    if options.markdown is not None:
        text = options.markdown.read_text()
        head, tail = text.split(BEGIN)[0], text.split(END)[1]
        options.markdown.write_text(f"{head}{BEGIN}\n" + "\n".join(rows) + f"\n{END}{tail}")


if __name__ == "__main__":
    main()
