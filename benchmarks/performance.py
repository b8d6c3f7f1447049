"""Every figure about speed in one command: a table, JSON, and the manual's page.

    python benchmarks/performance.py                              about 7 minutes; prints the tables
    python benchmarks/performance.py --quick                      about 2 minutes, rougher
    python benchmarks/performance.py --json FILE --markdown docs/performance.md
    python benchmarks/performance.py --only rate,latency

``--markdown`` replaces what stands in the file between its two marks. Networks and the video are taken from the folder
``--shared`` (POSEKIT_SHARED, ../shared); where it is absent, the bundled network and the performer are measured.
Nothing else should run meanwhile.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import cameras
import people

from posekit.benchmark import cycled, decoded_frames, measure_latency, measure_rate
from posekit.config import VisionSettings
from posekit.models.store import load_model
from posekit.posenet.model import Network
from posekit.sources.spec import open_source
from posekit.types import Frame

HERE = Path(__file__).resolve().parent
CORAL = "posenet_mobilenet_v1_075_353_481_quant.tflite"
SIZES = ((257, 257), (257, 337), (353, 481))
THREADS = (1, 2)
BEGIN, END = "<!-- figures begin -->", "<!-- figures end -->"

Table = tuple[Sequence[str], Sequence[Sequence[str]]]
Section = tuple[str, str, str, object]  # title, text, body in Markdown, figures


class Plan:
    """What is measured, and for how long."""

    def __init__(self, shared: Path, *, quick: bool) -> None:
        self.quick = quick
        self.rounds, self.seconds = (3, 0.4) if quick else (5, 0.9)
        self.latency_s = 2.0 if quick else 4.0
        video = shared / "media" / "group_exercise.mp4"
        self.source = str(video) if video.is_file() else "performer:squat?people=3"
        self.frames = decoded_frames(open_source(self.source), 60)
        coral = shared / "models" / CORAL
        self.models = {"posekit-mobilenet-050": "posekit-mobilenet-050"}
        if coral.is_file():
            self.models = {"posenet-mobilenet-075": str(coral)} | self.models

    def network(self, model: str, size: tuple[int, int], threads: int) -> tuple[Network, VisionSettings]:
        vision = VisionSettings(model=model, input_size=f"{size[0]}x{size[1]}", threads=threads)
        network = Network(load_model(model).content, name=model, input_size=size, num_threads=threads)
        return network, vision

    def read(self) -> Iterator[Frame]:
        """The video from its file, again and again."""
        seq = 0
        while True:
            for frame in open_source(self.source):
                yield Frame(image=frame.image, timestamp_s=seq / 30, seq=seq)
                seq += 1


def machine() -> dict[str, str]:
    """What it ran on."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    packages = ("posekit", "ai-edge-litert", "numpy", "opencv-python-headless")
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {
        "processor": f"{model}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": ", ".join(f"{name} {version(name)}" for name in packages),
        "load before": load,
    }


def markdown(table: Table) -> str:
    heads, rows = table
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def size_of(size: tuple[int, int]) -> str:
    return f"{size[0]}×{size[1]}"


def rates(plan: Plan) -> Section:
    """The bare network beside the pipeline, frames in memory and read from the video."""
    rows, stages, figures = [], [], []
    for name, model in plan.models.items():
        for size in SIZES:
            for threads in THREADS:
                network, vision = plan.network(model, size, threads)
                rounds, seconds = plan.rounds, plan.seconds
                memory = measure_rate(network, vision, lambda: cycled(plan.frames), rounds=rounds, seconds=seconds)
                video = measure_rate(network, vision, plan.read, reading=True, rounds=3, seconds=seconds)
                row = [name, size_of(size), f"{threads}", f"{memory.bare.p50:.1f}"]
                row += [f"{memory.bare_fps:.1f}", f"{memory.pipeline_fps:.1f}", f"**{memory.ratio:.2f}**"]
                row += [f"{video.bare_fps:.1f}", f"{video.pipeline_fps:.1f}", f"{video.ratio:.2f}"]
                rows.append(row)
                cells = [f"{memory.stages[stage].p50:.2f}" for stage in ("fit", "network", "decode", "track", "detect")]
                stages.append([name, size_of(size), f"{threads}", *cells])
                figures.append(
                    {"model": name, "input_size": size, "threads": threads}
                    | {"memory": memory.as_dict(), "video": video.as_dict()}
                )
                print("  " + "  ".join(row), flush=True)
    heads = ["network", "input", "threads", "`invoke()` ms", "bare fps", "pipeline fps", "ratio"]
    heads += ["bare with video fps", "pipeline with video fps", "ratio"]
    body = markdown((heads, rows))
    body += "\n\nMilliseconds per stage, median, while all of them run side by side:\n\n"
    body += markdown((["network", "input", "threads", "fit", "network", "decode", "track", "detect"], stages))
    text = (
        "Frames per second of the network alone (`invoke()` again and again, or reading a frame of the video before "
        "each) and of the whole pipeline with OSC output. They take turns; the ratio is the median of the rounds."
    )
    return "Rate", text, body, figures


def latencies(plan: Plan) -> Section:
    """From the grab of a frame at 30 fps to the arrival of its last datagram in another process."""
    rows, figures = [], []
    for name, model in plan.models.items():
        for size in SIZES:
            for threads in THREADS:
                network, vision = plan.network(model, size, threads)
                found = measure_latency(network, vision, plan.frames, seconds=plan.latency_s)
                row = [name, size_of(size), f"{threads}", f"{found.bare.p50:.1f}", f"{found.bare.p95:.1f}"]
                row += [f"{found.arrival.p50:.1f}", f"{found.arrival.p95:.1f}"]
                row += [f"{found.added_p50:.1f}", f"**{found.added_p95:.1f}**"]
                rows.append(row)
                figures.append({"model": name, "input_size": size, "threads": threads} | found.as_dict())
                print("  " + "  ".join(row), flush=True)
    heads = ["network", "input", "threads", "`invoke()` p50", "p95", "arrival p50", "p95", "added p50", "p95"]
    text = (
        "Milliseconds from the grab of a frame (30 per second) to the arrival of its last OSC datagram in another "
        "process, and what that is more than `invoke()` alone at the same pace."
    )
    return "Latency", text, markdown((heads, rows)), figures


def crowds(plan: Plan) -> Section:
    """What more people cost."""
    costs = [people.measure(count, 60 if plan.quick else 200) for count in people.PEOPLE]
    rows = [
        [f"{cost.people}", *(f"{value:.2f}" for value in (cost.decode, cost.track, cost.send, cost.rest, cost.detect))]
        for cost in costs
    ]
    for row in rows:
        print("  " + "  ".join(row))
    heads = ["people", "decode", "track", "send", "sum", "measures and presence"]
    more = costs[-1].rest - costs[0].rest
    text = (
        "Milliseconds per frame after the network, one stage after another in one thread, for maps of one size that "
        f"show so many people. Fifteen cost {more:.1f} ms more than one."
    )
    return "People", text, markdown((heads, rows)), [asdict(cost) for cost in costs]


def several(plan: Plan) -> Section:
    """Several cameras in one process."""
    vision = VisionSettings(input_size="257x257", threads=1)
    seconds = 2.0 if plan.quick else 6.0
    loads = [
        cameras.measure(plan.frames, vision, count, seconds=seconds, hanging=hanging)
        for count, hanging in (*((count, 0) for count in cameras.COUNTS), (1, 1))
    ]
    rows = []
    for load in loads:
        beside = f" and {load.hanging} that hangs" if load.hanging else ""
        numbers = (f"{load.fps:.1f}", f"{load.p50:.1f}", f"{load.p95:.1f}", f"{load.cores:.2f}")
        rows.append([f"{load.cameras}{beside}", *numbers])
    for row in rows:
        print("  " + "  ".join(row))
    heads = ["cameras", "fps of the slowest", "latency p50 ms", "p95 ms", "cores busy"]
    text = (
        "Cameras of 30 fps in one process, each with the bundled network at 257×257 and one thread. Latency is the age "
        "of a frame when its result is complete."
    )
    return "Cameras", text, markdown((heads, rows)), [asdict(load) for load in loads]


def printed(title: str, text: str, command: Sequence[str]) -> Callable[[Plan], Section] | None:
    """A section of what another benchmark prints, if it is there."""
    script = HERE / command[0]
    if not script.is_file():
        return None

    def run(plan: Plan) -> Section:
        done = subprocess.run(
            [sys.executable, str(script), *command[1:]], capture_output=True, text=True, encoding="utf-8", check=False
        )
        output = (done.stdout if done.returncode == 0 else done.stderr).rstrip()
        print(output)
        return title, text, f"```\n{output}\n```", {"command": list(command), "output": output.splitlines()}

    return run


def sections(options: argparse.Namespace) -> dict[str, Callable[[Plan], Section] | None]:
    few = "1" if options.quick else "3"
    return {
        "rate": rates,
        "latency": latencies,
        "people": crowds,
        "cameras": several,
        "tracking": printed(
            "Identities and smoothing",
            "Six people who cross, hide each other and come back, judged by motmetrics; calm and lag of keypoints.",
            ["tracking.py", "--seeds", few],
        ),
        "scale": printed("Input sizes", "Every clip at every fixed input size and at `auto`.", ["scale.py"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", help="some of: rate, latency, people, cameras, tracking, scale")
    parser.add_argument(
        "--shared", type=Path, default=Path(os.environ.get("POSEKIT_SHARED") or HERE.parents[1] / "shared")
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--markdown", type=Path, metavar="FILE")
    options = parser.parse_args()
    plan, known = Plan(options.shared, quick=options.quick), sections(options)
    wanted = options.only.split(",") if options.only else list(known)
    if not set(wanted) <= set(known):
        parser.error(f"--only takes some of {', '.join(known)}")
    about, start_s = machine(), time.perf_counter()
    print("\n".join(f"{name}: {value}" for name, value in about.items()))
    figures: dict[str, object] = {"machine": about}
    pages = ["\n".join(f"- {name}: {value}" for name, value in about.items())]
    for name in wanted:
        section = known[name]
        if section is None:
            continue
        print(f"\n{name}", flush=True)
        title, text, body, figures[name] = section(plan)
        pages.append(f"## {title}\n\n{text}\n\n{body}")
    print(f"\n{time.perf_counter() - start_s:.0f} s")
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if options.markdown is not None:
        text = options.markdown.read_text(encoding="utf-8")
        head, tail = text.split(BEGIN)[0], text.split(END)[1]
        page = "\n\n".join(pages)
        options.markdown.write_text(f"{head}{BEGIN}\n\n{page}\n\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
