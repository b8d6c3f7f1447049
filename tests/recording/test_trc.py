"""TRC files, read as OpenSim's documentation defines them, against what the performer did."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from posekit.errors import RecordingError
from posekit.recording import Recording
from posekit.skeleton import KEYPOINTS
from posekit.trc import HEIGHT_M, to_trc
from posekit.types import FrameResult, Status

Live = Callable[..., Iterator[FrameResult | Status]]
Record = Callable[..., Path]


class Trc(NamedTuple):
    """header: of the second and third line. markers: names in order. times_s: (F,). xyz: (F, M, 3), NaN missing."""

    header: dict[str, str]
    markers: list[str]
    times_s: np.ndarray
    xyz: np.ndarray


def parsed(path: Path) -> Trc:
    """What the file says.

    Three lines of header: type, names, values; a line of marker names, each followed by two empty cells; a line of
    numbered axes; an empty line; then frame number, time and three coordinates per marker, separated by tabs.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[0].split("\t") == ["PathFileType", "4", "(X/Y/Z)", path.name]
    header = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=True))
    count, frames = int(header["NumMarkers"]), int(header["NumFrames"])
    names = lines[3].split("\t")
    assert names[:2] == ["Frame#", "Time"]
    assert len(names) == 2 + 3 * count
    markers = names[2::3]
    assert all(cell == "" for index, cell in enumerate(names[2:]) if index % 3)
    axes = [f"{axis}{number}" for number in range(1, count + 1) for axis in "XYZ"]
    assert lines[4].split("\t") == ["", "", *axes]
    assert lines[5] == ""
    rows = [line.split("\t") for line in lines[6:-1]]
    assert lines[-1] == ""
    assert [int(row[0]) for row in rows] == list(range(1, frames + 1))
    assert {len(row) for row in rows} == {2 + 3 * count}
    cells = [[float(cell) if cell else math.nan for cell in row[2:]] for row in rows]
    return Trc(header, markers, np.array([float(row[1]) for row in rows]), np.array(cells).reshape(frames, count, 3))


@pytest.fixture
def taken(live: Live, record: Record) -> tuple[list[FrameResult], Recording]:
    sent = list(live(4.0, spec="performer:squat?people=2"))
    results = [message for message in sent if isinstance(message, FrameResult)]
    return results, Recording(record(sent))


def test_every_person_has_a_file_by_the_formats_definition(
    taken: tuple[list[FrameResult], Recording], tmp_path: Path
) -> None:
    results, recording = taken
    paths = to_trc(recording, tmp_path / "out")
    ids = sorted({person.id for result in results for person in result.people})
    assert [path.name for path in paths] == [f"out.person-{person_id}.trc" for person_id in ids]
    for path in paths:
        trc = parsed(path)
        assert trc.markers == list(KEYPOINTS)
        assert trc.header["Units"] == "m"
        assert float(trc.header["DataRate"]) == pytest.approx(15.0, abs=0.01)
        assert np.allclose(np.diff(trc.times_s), 1 / 15, atol=1e-4)
        assert trc.times_s[0] == 0.0


def test_metres_come_from_the_torso_and_y_is_up(live: Live, record: Record, tmp_path: Path) -> None:
    recording = Recording(record(list(live(3.0, spec="performer:wave"))))
    names = list(KEYPOINTS)
    short, tall = (parsed(to_trc(recording, tmp_path / str(height), height_m=height)[0]) for height in (HEIGHT_M, 3.5))
    assert np.allclose(tall.xyz, short.xyz * 2, atol=2e-5, equal_nan=True)
    shoulders = np.nanmean(short.xyz[:, [names.index("leftShoulder"), names.index("rightShoulder")]], axis=1)
    hips = np.nanmean(short.xyz[:, [names.index("leftHip"), names.index("rightHip")]], axis=1)
    torso = np.linalg.norm(shoulders - hips, axis=1)
    assert np.nanmedian(torso) == pytest.approx(0.288 * HEIGHT_M, rel=0.05)
    assert np.nanmin(short.xyz[:, names.index("nose"), 1]) > np.nanmax(hips[:, 1])
    feet = short.xyz[:, [names.index("leftAnkle"), names.index("rightAnkle")], 1]
    assert abs(np.nanmedian(feet)) < 0.08
    assert np.nanmax(np.abs(short.xyz[..., 2])) == 0.0


def test_places_are_those_of_the_picture_and_never_mirrored(live: Live, record: Record, tmp_path: Path) -> None:
    plain = [message for message in live(3.0, spec="performer:wave") if isinstance(message, FrameResult)]
    (straight, *_) = [parsed(path) for path in to_trc(Recording(record(plain)), tmp_path / "plain")]
    flipped = [message for message in live(3.0, spec="performer:wave", mirror=True) if isinstance(message, FrameResult)]
    (mirrored, *_) = [parsed(path) for path in to_trc(Recording(record(flipped)), tmp_path / "mirrored")]
    assert np.allclose(straight.xyz, mirrored.xyz, atol=1e-3, equal_nan=True)
    first = next(person for result in plain for person in result.people if person.visible)
    later = [person for result in plain for person in result.people if person.id == first.id and person.visible]
    moved_px = np.array([person["leftWrist"].y for person in later])
    column = straight.xyz[: len(later), list(KEYPOINTS).index("leftWrist"), 1]
    seen = np.isfinite(column) & np.array([person["leftWrist"].score >= 0.2 for person in later])[: len(column)]
    assert seen.sum() > 20
    assert np.corrcoef(moved_px[seen], column[seen])[0, 1] < -0.99


def test_a_folder_that_is_not_there(taken: tuple[list[FrameResult], Recording], tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="choose another place with --to"):
        to_trc(taken[1], tmp_path / "none" / "out")
