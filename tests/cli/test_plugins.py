"""``posekit plugins``."""

import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., "subprocess.CompletedProcess[str]"]


MODULE = """
import numpy as np
from posekit.events import make
from posekit.sources.performer import Performer

class Loud:
    def __init__(self, least):
        self.least = least
    def update(self, result):
        fields = {"name": "loud", "phase": "start", "side": "", "value": 0.0, "held_s": 0.0}
        return [make("gesture", result.timestamp_s, result.source, person, **fields)
                for person in result.people if result.seq == self.least]

def detector(options):
    return Loud(int(options["frame"]))

def source(target, options):
    return Performer("wave", duration_s=float(options["seconds"]), people=int(target))
"""
POINTS = """
[posekit.detectors]
loud = loud_module:detector
quiet = loud_module:MISSING
[posekit.sources]
crowd = loud_module:source
"""


def test_detectors_and_sources_of_another_package(posekit: Run, tmp_path: Path) -> None:
    site = tmp_path / "site"
    folder = site / "loud-0.3.dist-info"
    folder.mkdir(parents=True)
    (site / "loud_module.py").write_text(MODULE)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: loud\nVersion: 0.3\n")
    (folder / "entry_points.txt").write_text(POINTS)
    path = {"PYTHONPATH": str(site)}
    listed = {line.split()[0]: line for line in posekit("plugins", **path).stdout.splitlines()}
    assert listed["loud"].split() == ["loud", "detector", "loud", "0.3", "ok"]
    assert listed["crowd"].split() == ["crowd", "source", "loud", "0.3", "ok"]
    assert "cannot be loaded (AttributeError: module 'loud_module' has no attribute 'MISSING')" in listed["quiet"]
    take = ("--record", "take.jsonl.gz", "--json", "--quiet")
    run = posekit("run", "crowd:2?seconds=0.5", "--detector", "loud?frame=7", *take, **path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.count('"name":"loud"') == 2
    replay = ("replay", "take.jsonl.gz", "--retrack", "--speed", "0", "--json", "--quiet")
    assert posekit(*replay, **path).stdout.count('"name":"loud"') == 2
    assert posekit(*replay, "--detector", "loud?frame=99", **path).stdout.count('"name":"loud"') == 0
    run = posekit("run", "performer", "--detector", "lod", **path)
    assert run.returncode == 2
    assert run.stderr == "posekit: no detector 'lod': did you mean 'loud'? installed: loud, quiet\n"


def test_what_is_installed_and_what_is_broken(posekit: Run, tmp_path: Path) -> None:
    run = posekit("plugins")
    assert run.returncode == 0, run.stderr
    lines = {line.split()[0]: line for line in run.stdout.splitlines()}
    assert lines["osc"].endswith("ok")
    assert "posekit " in lines["osc"]
    # A package whose adapter is gone.
    folder = tmp_path / "site" / "broken-1.2.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.2\n")
    (folder / "entry_points.txt").write_text("[posekit.adapters]\nbroken = no_such_module:create\n")
    run = posekit("plugins", PYTHONPATH=str(tmp_path / "site"))
    assert run.returncode == 2
    (line,) = [line for line in run.stdout.splitlines() if line.startswith("broken")]
    assert "broken 1.2" in line
    assert "cannot be loaded (ModuleNotFoundError: No module named 'no_such_module'): reinstall its package" in line
