"""``posekit plugins``."""

import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., "subprocess.CompletedProcess[str]"]


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
