"""Recordings as TRC, the marker files of OpenSim: one file per person, in metres.

A picture has two dimensions: z is 0 throughout. x is to the right of the picture and y up, both in metres, from pixels
by the person's own torso: middle of the shoulders to middle of the hips is 0.288 of the height of a body (Drillis and
Contini, 1966), which is 1.75 m unless it is given. y is 0 where the feet are lowest, x where the hips are at first. The
scale is that of the median torso length, the same throughout: who comes nearer grows.

Rows are at even times, as OpenSim expects: between two frames keypoints are interpolated; where one is not seen for a
while its cells are empty, which OpenSim reads as missing.

Source of the format: OpenSim documentation, "Marker (.trc) Files"; ``TRCFileAdapter`` in opensim-core.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.recording import Recording
from posekit.recording.files import written
from posekit.skeleton import INDEX, KEYPOINTS
from posekit.types import FrameResult

__all__ = ["HEIGHT_M", "to_trc"]

HEIGHT_M: Final = 1.75
_TORSO: Final = 0.288
_SEEN_SCORE: Final = 0.2
#: A keypoint that is not seen for longer is missing.
_GAP_S: Final = 0.25
_HIPS: Final = [INDEX["leftHip"], INDEX["rightHip"]]
_FEET: Final = [INDEX["leftAnkle"], INDEX["rightAnkle"]]

Array = NDArray[np.float64]


@dataclass(slots=True)
class _Track:
    """One person: per frame when, where each keypoint is in pixels (NaN unseen), and the torso length in pixels."""

    times_s: list[float] = field(default_factory=list)
    xy: list[Array] = field(default_factory=list)
    size_px: list[float] = field(default_factory=list)


def to_trc(recording: Recording, stem: Path, *, height_m: float = HEIGHT_M) -> list[Path]:
    """Write ``STEM.person-ID.trc`` for everyone seen in two frames or more; the paths. Raises RecordingError."""
    several = len(recording.header.sources) > 1
    paths = []
    for (source, person_id), track in _tracks(recording).items():
        if len(set(track.times_s)) < 2:
            continue
        path = stem.with_name(f"{stem.name}{f'.{source}' if several else ''}.person-{person_id}.trc")
        with written(path, recording=recording.path) as aside:
            aside.write_text(_text(path.name, track, height_m), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def _tracks(recording: Recording) -> dict[tuple[str, int], _Track]:
    tracks: dict[tuple[str, int], _Track] = {}
    # Not as in a mirror: left and right are what they were.
    for at_s, message in recording.messages(mirror=False):
        if not isinstance(message, FrameResult) or not message.people:
            continue
        sizes = message.measures["size_px"].tolist() if message.measures.names else [np.nan] * len(message.people)
        for person, size_px in zip(message.people, sizes, strict=True):
            if not person.visible:
                continue
            track = tracks.setdefault((message.source, person.id), _Track())
            seen = person.keypoint_scores >= _SEEN_SCORE
            track.times_s.append(at_s)
            track.xy.append(np.where(seen[:, None], person.xy, np.nan).astype(float))
            track.size_px.append(size_px)
    return tracks


def _text(name: str, track: _Track, height_m: float) -> str:
    times_s, metres = _even(np.array(track.times_s), _metres(track, height_m))
    rate = 1.0 / (times_s[1] - times_s[0])
    count = len(times_s)
    head = [
        f"PathFileType\t4\t(X/Y/Z)\t{name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate:.2f}\t{rate:.2f}\t{count}\t{len(KEYPOINTS)}\tm\t{rate:.2f}\t1\t{count}",
        "Frame#\tTime\t" + "\t\t\t".join(KEYPOINTS) + "\t\t",
        "\t\t" + "\t".join(f"X{number}\tY{number}\tZ{number}" for number in range(1, len(KEYPOINTS) + 1)),
        "",
    ]
    rows = [
        f"{row + 1}\t{times_s[row] - times_s[0]:.6f}\t" + "\t".join(map(_cells, metres[row].tolist()))
        for row in range(count)
    ]
    return "\n".join([*head, *rows]) + "\n"


def _cells(place: Sequence[float]) -> str:
    x, y = place
    return "\t\t" if np.isnan(x) else f"{x:.5f}\t{y:.5f}\t0.00000"


def _metres(track: _Track, height_m: float) -> Array:
    """(F, 17, 2): x right and y up from where the feet are lowest and the hips are at first."""
    xy = np.stack(track.xy)
    sizes = np.array(track.size_px)
    known = sizes[np.isfinite(sizes)]
    torso_px = float(np.median(known)) if known.size else 1.0
    hips, feet = xy[:, _HIPS, 0].reshape(-1), xy[:, _FEET, 1].reshape(-1)
    hips, feet = hips[np.isfinite(hips)], feet[np.isfinite(feet)]
    everywhere = xy[np.isfinite(xy[..., 0])]
    left = float(hips[0]) if hips.size else float(everywhere[0, 0]) if everywhere.size else 0.0
    ground = float(np.quantile(feet, 0.95)) if feet.size else float(everywhere[:, 1].max()) if everywhere.size else 0.0
    scale = _TORSO * height_m / torso_px
    return np.stack([(xy[..., 0] - left) * scale, (ground - xy[..., 1]) * scale], axis=-1)


def _even(times_s: Array, places: Array) -> tuple[Array, Array]:
    """Places at even times, NaN where nothing near was seen."""
    times_s, first = np.unique(times_s, return_index=True)
    places = places[first]
    step_s = float(np.median(np.diff(times_s)))
    even_s = times_s[0] + step_s * np.arange(int((times_s[-1] - times_s[0]) / step_s + 1e-6) + 1)
    even_s = even_s if len(even_s) > 1 else times_s[:2]
    found = np.full((len(even_s), *places.shape[1:]), np.nan)
    for part in range(places.shape[1]):
        seen = np.isfinite(places[:, part, 0])
        if not seen.any():
            continue
        seen_s = times_s[seen]
        after = np.minimum(np.searchsorted(seen_s, even_s - 1e-9), len(seen_s) - 1)
        before = np.maximum(np.searchsorted(seen_s, even_s + 1e-9) - 1, 0)
        near = (seen_s[after] - seen_s[before] <= _GAP_S) & (even_s >= seen_s[0] - 1e-9) & (even_s <= seen_s[-1] + 1e-9)
        for axis in range(2):
            values = np.interp(even_s, seen_s, places[seen, part, axis])
            found[:, part, axis] = np.where(near, values, np.nan)
    return even_s, found
