"""What decoding costs: every golden case, against the number of people, and beside TensorFlow.js under Node.

    python benchmarks/decoding.py
    npm install @tensorflow-models/posenet@2.2.2 @tensorflow/tfjs@3
    python benchmarks/decoding.py --node-modules node_modules

Times are milliseconds of single calls, median and 95th percentile. Budget for the median of group_481x641: tfjs 0.7,
coral 2.0. Every profile has its defaults, but the table by number of people allows 15 people to both.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from posekit.posenet.decode_multiple import PROFILES
from posekit.posenet.decode_single import decode_single
from posekit.posenet.maps import Maps

DATA = Path(__file__).resolve().parent.parent / "tests" / "data" / "posenet_decode"
NODE_SCRIPT = Path(__file__).with_name("tfjs_decode.mjs")
INSTALL = "npm install @tensorflow-models/posenet@2.2.2 @tensorflow/tfjs@3"
CROWDS = ((1, 1), (1, 3), (2, 3), (3, 5))


def read_cases() -> dict[str, Maps]:
    """The golden cases by name."""
    maps = {}
    for name, case in json.loads((DATA / "index.json").read_text()).items():
        with np.load(DATA / f"{name}.npz") as file:
            maps[name] = Maps(
                heatmaps=file["scores"],
                offsets=file["offsets"],
                displacements_fwd=file["displacements_fwd"],
                displacements_bwd=file["displacements_bwd"],
                output_stride=case["stride"],
            )
    return maps


def times_ms(work: Callable[[], object], calls: int) -> list[float]:
    """Times of ``calls`` calls, after some that do not count."""
    times = []
    for _ in range(calls + 20):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e3)
    return times[20:]


def median_and_p95(times: list[float]) -> str:
    """For a table."""
    return f"{np.median(times):7.3f} {np.percentile(times, 95):7.3f}"


def tile(maps: Maps, rows: int, columns: int) -> Maps:
    """The same picture so many times beside and below itself."""
    return Maps(
        heatmaps=np.tile(maps.heatmaps, (rows, columns, 1)),
        offsets=np.tile(maps.offsets, (rows, columns, 1)),
        displacements_fwd=np.tile(maps.displacements_fwd, (rows, columns, 1)),
        displacements_bwd=np.tile(maps.displacements_bwd, (rows, columns, 1)),
        output_stride=maps.output_stride,
    )


def hide_all_but(maps: Maps, rows: int, columns: int, seen: int) -> Maps:
    """Blank the heatmaps of a picture of ``rows`` by ``columns`` tiles but in the first ``seen`` tiles."""
    heatmaps = maps.heatmaps.copy()
    height, width = heatmaps.shape[0] // rows, heatmaps.shape[1] // columns
    for i in range(seen, rows * columns):
        y, x = divmod(i, columns)
        heatmaps[y * height : (y + 1) * height, x * width : (x + 1) * width] = 0.0
    return Maps(
        heatmaps=heatmaps,
        offsets=maps.offsets,
        displacements_fwd=maps.displacements_fwd,
        displacements_bwd=maps.displacements_bwd,
        output_stride=maps.output_stride,
    )


def print_cases(cases: dict[str, Maps], calls: int) -> dict[str, float]:
    """Every case with the single-person decoder and both profiles; the median of tfjs by case."""
    print(f"{'case':22} {'single':>15} {'tfjs':>15} {'people':>6} {'coral':>15} {'people':>6}   median p95, ms")
    tfjs = {}
    for name, maps in cases.items():
        single = times_ms(partial(decode_single, maps), calls)
        row = [f"{name:22} {median_and_p95(single)}"]
        for profile in ("tfjs", "coral"):
            decode = PROFILES[profile].decode
            times = times_ms(partial(decode, maps), calls)
            row.append(f"{median_and_p95(times)} {len(decode(maps)):6}")
            if profile == "tfjs":
                tfjs[name] = float(np.median(times))
        print(" ".join(row))
    return tfjs


def print_crowds(person: Maps, calls: int) -> None:
    """Cost against the number of people: in a picture that grows with them, and in one of the same size."""
    rows, columns = CROWDS[-1]
    largest = tile(person, rows, columns)
    print(f"\n{'people':>6} {'grid':>9} {'tfjs':>15} {'found':>5} {'coral':>15} {'found':>5}   median p95, ms")
    pictures = [(r * c, tile(person, r, c)) for r, c in CROWDS]
    pictures += [(r * c, hide_all_but(largest, rows, columns, r * c)) for r, c in CROWDS]
    for people, maps in pictures:
        row = [f"{people:6} {'×'.join(map(str, maps.heatmaps.shape[:2])):>9}"]
        for profile in ("tfjs", "coral"):
            decode = partial(PROFILES[profile].decode, maps, max_detections=15)
            row.append(f"{median_and_p95(times_ms(decode, calls))} {len(decode()):5}")
        print(" ".join(row))


def print_tensorflow_js(cases: dict[str, Maps], ours: dict[str, float], modules: Path, calls: int) -> None:
    """TensorFlow.js' decoder on the same tensors, and the ratio of the medians."""
    with tempfile.TemporaryDirectory() as folder:
        index = {}
        for name, maps in cases.items():
            index[name] = {"grid": maps.heatmaps.shape[:2], "stride": maps.output_stride}
            fields = (maps.heatmaps, maps.offsets, maps.displacements_fwd, maps.displacements_bwd)
            Path(folder, f"{name}.f32").write_bytes(b"".join(f.astype("<f4").tobytes() for f in fields))
        Path(folder, "cases.json").write_text(json.dumps(index))
        command = ["node", str(NODE_SCRIPT), str(modules), folder, str(calls)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"node failed; {INSTALL}\n{result.stderr}")
    print(f"\n{'case':22} {'TensorFlow.js':>15} {'people':>6} {'ratio to tfjs here':>19}   median p95, ms")
    for name, case in json.loads(result.stdout).items():
        ratio = np.median(case["times_ms"]) / ours[name]
        print(f"{name:22} {median_and_p95(case['times_ms'])} {case['poses']:6} {ratio:19.2f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--node-modules", type=Path, metavar="DIR")
    arguments = parser.parse_args()
    cases = read_cases()
    ours = print_cases(cases, arguments.calls)
    print_crowds(cases["squat_321x257"], arguments.calls)
    modules = arguments.node_modules
    if modules is None or shutil.which("node") is None:
        print(f"\nTensorFlow.js was not run: install Node, then `{INSTALL}`, and pass --node-modules DIR")
    elif not (modules / "@tensorflow-models" / "posenet").is_dir() or not (modules / "@tensorflow" / "tfjs").is_dir():
        sys.exit(f"{modules} holds no @tensorflow-models/posenet and @tensorflow/tfjs: run `{INSTALL}` beside it")
    else:
        print_tensorflow_js(cases, ours, modules, arguments.calls)


if __name__ == "__main__":
    main()
