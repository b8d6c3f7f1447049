"""``posekit cameras``. The list is a fake: no camera can be plugged into a test machine."""

import json

import pytest
import typer
from typer.testing import CliRunner

from posekit.cli.cameras import cameras
from posekit.sources import camera
from posekit.sources.camera import CameraDevice

FOUND = (
    CameraDevice(index=0, name="HD Webcam [front]", path="/dev/video0", backend="V4L2"),
    CameraDevice(index=12, name="USB Kamera Süd", path="", backend="V4L2"),
)


def output(monkeypatch: pytest.MonkeyPatch, found: tuple[CameraDevice, ...], *arguments: str) -> str:
    monkeypatch.setattr(camera, "cameras", lambda: found)
    app = typer.Typer()
    app.command()(cameras)
    run = CliRunner().invoke(app, list(arguments))
    assert run.exit_code == 0
    return run.stdout


def test_a_line_for_every_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line.split() for line in output(monkeypatch, FOUND).splitlines()]
    assert lines == [
        ["camera", "name", "path", "backend"],
        ["0", "HD", "Webcam", "[front]", "/dev/video0", "V4L2"],
        ["12", "USB", "Kamera", "Süd", "V4L2"],
    ]


def test_no_camera_comes_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    said = output(monkeypatch, ())
    assert said.startswith("no camera found: ")
    assert "posekit run performer" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("found", [(), FOUND])
def test_json(monkeypatch: pytest.MonkeyPatch, found: tuple[CameraDevice, ...]) -> None:
    assert json.loads(output(monkeypatch, found, "--json")) == [
        {"index": device.index, "name": device.name, "path": device.path, "backend": device.backend} for device in found
    ]
