"""How well people keep their ids, how calm and how late their keypoints are, and what it costs.

    python benchmarks/tracking.py [--seeds 20]

Identities are judged by motmetrics, not by posekit.
"""

import argparse
import time
import warnings
from collections.abc import Iterable
from typing import Any

import motmetrics
import numpy as np
from crowd import STANDING, Step, crowd

from posekit.tracking.tracker import PoseTracker
from posekit.types import Poses

SCENARIOS: dict[str, dict[str, Any]] = {
    "30 fps, 10 % missed, 3 % false": {},
    "30 fps, 30 % missed": {"missed": 0.3},
    "10 fps": {"fps": 10.0},
    "60 fps": {"fps": 60.0},
    "30 fps, jittered timestamps": {"jitter": 0.8},
    "everyone of the same build": {"alike": True},
    "with the colours of clothes": {"coloured": True},
    "people of 100 px": {"height_px": 100.0},
    "people of 340 px, who overlap": {"height_px": 340.0},
    "half as fast": {"speed": 0.22},
    "half as fast again": {"speed": 0.68},
}


def judged(steps: Iterable[Step]) -> dict[str, float]:
    """idf1, switches and ids of a tracker on a crowd."""
    tracker, accumulator = PoseTracker(), motmetrics.MOTAccumulator(auto_id=True)
    for step in steps:
        people = tracker.update(step.poses, step.timestamp_s)
        found = np.array([person.xy.mean(axis=0) for person in people]).reshape(-1, 2)
        distances = np.linalg.norm(step.truth.mean(axis=1)[:, None] - found[None], axis=-1)
        distances[distances > 60.0] = np.nan
        accumulator.update(step.ids, [person.id for person in people], distances)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = motmetrics.metrics.create().compute(
            accumulator, metrics=["idf1", "num_switches", "num_unique_objects"], name="run"
        )
    ids = set(accumulator.mot_events["HId"].dropna().unique())
    return {"idf1": table["idf1"].item(), "switches": table["num_switches"].item(), "ids": len(ids)}


def ceiling(steps: Iterable[Step], hold_s: float = 0.5) -> float:
    """The IDF1 of a tracker that never errs, but holds people for as long as posekit says they are present."""
    seen_s: dict[int, float] = {}
    true = reported = both = 0
    for step in steps:
        if len(step.poses) and len(step.truth):
            apart = np.linalg.norm(step.truth[:, None] - step.poses.xy[None], axis=-1).mean(axis=-1).min(axis=1)
            seen_s |= {id: step.timestamp_s for id, px in zip(step.ids, apart, strict=True) if px < 12.0}
        present = {id for id, time_s in seen_s.items() if step.timestamp_s - time_s <= hold_s}
        true, reported, both = true + len(step.ids), reported + len(present), both + len(present & set(step.ids))
    return 2 * both / (true + reported)


def still_and_moving(fps: float = 30.0, height_px: float = 200.0, noise_px: float = 1.5) -> dict[str, float]:
    """Noise at rest as a share of the raw noise, lag in ms at two speeds, and overshoot on a step."""
    random, figures = np.random.default_rng(0), {}

    def follow(track: np.ndarray, noise: float) -> tuple[np.ndarray, np.ndarray]:
        """(frames, 17) filtered and raw x of a person at x = track."""
        tracker, filtered, raw = PoseTracker(confirm_s=0.0), [], []
        for number, x in enumerate(track):
            xy = (STANDING * height_px + (x, 300.0) + random.normal(0, noise, (17, 2))).astype(np.float32)
            poses = Poses(
                xy=xy[None], keypoint_scores=np.full((1, 17), 0.9, np.float32), scores=np.array([0.9], np.float32)
            )
            (person, *_) = tracker.update(poses, number / fps)
            filtered.append(person.xy[:, 0])
            raw.append(xy[:, 0])
        return np.array(filtered), np.array(raw)

    filtered, raw = follow(np.full(600, 500.0), noise_px)
    figures["rest"] = float(filtered[60:].std(axis=0).mean() / raw[60:].std(axis=0).mean())
    for speed in (0.5, 2.0):
        track = 200.0 + speed * height_px * np.arange(90) / fps
        filtered, _ = follow(track, 0.0)
        behind_px = (track[60:, None] + STANDING[:, 0] * height_px - filtered[60:]).mean()
        figures[f"lag at {speed:g}"] = float(behind_px / (speed * height_px) * 1e3)
    track = np.where(np.arange(120) < 60, 500.0, 500.0 + 0.15 * height_px)
    filtered, _ = follow(track, 0.0)
    moved = filtered - STANDING[:, 0] * height_px - 500.0
    figures["overshoot"] = float(moved.max() / (0.15 * height_px) - 1.0)
    return figures


def cost(people: int) -> float:
    """Median ms of one update."""
    tracker, times = PoseTracker(max_people=people), []
    random = np.random.default_rng(0)
    places = np.stack([np.arange(people) % 5 * 350.0 + 150, np.arange(people) // 5 * 330.0 + 50], axis=1)
    for number in range(200):
        xy = STANDING[None] * 200 + places[:, None] + random.normal(0, 2, (people, 17, 2))
        poses = Poses(
            xy=xy.astype(np.float32),
            keypoint_scores=np.full((people, 17), 0.9, np.float32),
            scores=np.full(people, 0.9, np.float32),
        )
        start_s = time.perf_counter()
        tracker.update(poses, number / 30)
        times.append((time.perf_counter() - start_s) * 1e3)
    return float(np.median(times[50:]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.seeds)
    print(f"{'scenario':<34} {'IDF1':>7} {'worst':>7} {'best':>7} {'switches':>9} {'ids':>5}", end="   ")
    print(f"(mean of {len(seeds)} seeds; 6 people; best: of a tracker that never errs and holds people for 0.5 s)")
    for name, changes in SCENARIOS.items():
        results, best = [], []
        for seed in seeds:
            steps = list(crowd(seed, **changes))
            results.append(judged(steps))
            best.append(ceiling(steps))
        idf1 = [result["idf1"] for result in results]
        switches = np.mean([result["switches"] for result in results])
        ids = np.mean([result["ids"] for result in results])
        print(
            f"{name:<34} {np.mean(idf1):>7.4f} {min(idf1):>7.4f} {np.mean(best):>7.4f} {switches:>9.2f} {ids:>5.1f}",
            flush=True,
        )
    print("\nsmoothing at 30 fps, noise 1.5 px, a person of 200 px")
    for name, value in still_and_moving().items():
        print(f"  {name:<12} {value:.3f}" + (" ms" if name.startswith("lag") else ""))
    print("\ncost of an update")
    for people in (1, 5, 15):
        print(f"  {people:>2} people  {cost(people):.2f} ms")


if __name__ == "__main__":
    main()
