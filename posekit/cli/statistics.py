"""``--stats`` and ``--stats-json``: what a run has done, as a table and as a file."""

import json
from pathlib import Path

from rich.table import Table

from posekit.errors import ConfigError
from posekit.statistics import RunSummary

__all__ = ["check_target", "table", "write"]


def check_target(path: Path) -> None:
    """Raise ConfigError if no file can be written there; better now than after a night's run."""
    if path.is_dir():
        raise ConfigError(f"--stats-json {path} is a folder; name a file in it")
    if not path.absolute().parent.is_dir():
        raise ConfigError(f"--stats-json {path}: there is no folder {path.absolute().parent}")


def write(summary: RunSummary, path: Path) -> None:
    """Write the figures as JSON. Raises ConfigError if that cannot be done."""
    try:
        path.write_text(json.dumps(summary.as_dict(), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write --stats-json {path}: {error.strerror}") from None


def table(summary: RunSummary) -> Table:
    """The figures for a reader."""
    table = Table("", "stage", "p50 ms", "p95 ms", "p99 ms", box=None)
    for name, source in summary.sources.items():
        done = f"{source.frames} frames, {source.fps:.1f} fps, {source.dropped} dropped"
        if source.reopened:
            done += f", reopened {source.reopened} times"
        table.add_row(name, done, "", "", "")
        for stage, value in source.percentiles.items():
            label = "latency (age at the result)" if stage == "latency" else stage
            table.add_row("", label, f"{value.p50:.2f}", f"{value.p95:.2f}", f"{value.p99:.2f}")
    for name, output in summary.outputs.items():
        done = f"{output.sent} messages, {output.failed} failed, {output.dropped} dropped"
        table.add_row(name, done, "", "", "")
        if output.send is not None:
            table.add_row("", "send", f"{output.send.p50:.2f}", f"{output.send.p95:.2f}", f"{output.send.p99:.2f}")
    return table
