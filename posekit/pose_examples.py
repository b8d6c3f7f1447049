"""The file of poses that were shown: a small JSON file, written by ``posekit pose record``, read by ``--poses``."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from posekit.detectors.examples import Examples, fitting_distances
from posekit.detectors.zones import check_name
from posekit.errors import ConfigError
from posekit.types import FloatArray

__all__ = ["PoseExamples", "example_arrays", "read_poses", "shown", "together", "write_poses"]

_VERSION: Final = 1
_Coordinate = Annotated[float, Field(ge=-100.0, le=100.0)]
_Score = Annotated[float, Field(ge=0.0, le=1.0)]


class PoseExamples(BaseModel):
    """What was shown of one pose. examples: of 17 keypoints each, x, y (torso lengths) and score.

    enter, exit: at which mean distance of the joints, in torso lengths, the pose begins and ends; exit is the larger.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    enter: float = Field(gt=0.0, le=2.0)
    exit: float = Field(gt=0.0, le=3.0)
    examples: Annotated[
        list[Annotated[list[tuple[_Coordinate, _Coordinate, _Score]], Field(min_length=17, max_length=17)]],
        Field(min_length=1, max_length=500),
    ]

    @model_validator(mode="after")
    def _hysteresis(self) -> Self:
        if self.exit < self.enter:
            raise ValueError("exit should be at least enter")
        return self


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=1, le=_VERSION)
    poses: dict[str, PoseExamples]


def shown(xy: FloatArray, scores: FloatArray) -> PoseExamples:
    """The entry of examples, (E, 17, 2) normalised and (E, 17)."""
    enter, leave = fitting_distances(xy, scores)
    rows = np.concatenate([np.round(xy.astype(float), 3), np.round(scores.astype(float), 2)[..., None]], axis=-1)
    return PoseExamples(enter=round(enter, 3), exit=round(leave, 3), examples=rows.tolist())


def together(poses: Sequence[PoseExamples]) -> PoseExamples:
    """One entry of all their examples."""
    rows = np.concatenate([np.array(pose.examples, np.float32) for pose in poses])
    return shown(rows[..., :2], rows[..., 2])


def example_arrays(poses: Mapping[str, PoseExamples]) -> dict[str, Examples]:
    """The examples as the detector takes them."""
    arrays = {}
    for name, pose in poses.items():
        rows = np.array(pose.examples, np.float32)
        arrays[name] = Examples(xy=rows[..., :2].copy(), scores=rows[..., 2].copy(), enter=pose.enter, exit=pose.exit)
    return arrays


def read_poses(path: Path) -> dict[str, PoseExamples]:
    """The poses of a file, by name. Raises ConfigError."""
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigError(f"cannot read poses from '{path}': {reason}; make one with posekit pose record") from None
    try:
        file = _File.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"'{path}' is no file of poses: {f'{where}: ' if where else ''}{first['msg']}") from None
    for name in file.poses:
        check_name("pose", name)
    return file.poses


def write_poses(path: Path, poses: Mapping[str, PoseExamples]) -> None:
    """Write the file, whole or not at all. Raises ConfigError."""
    entries = [
        f'  {json.dumps(name)}: {{"enter": {pose.enter}, "exit": {pose.exit}, "examples": [\n   '
        + ",\n   ".join(json.dumps(example, separators=(",", ":")) for example in pose.examples)
        + "\n  ]}"
        for name, pose in sorted(poses.items())
    ]
    text = f'{{"version": {_VERSION}, "poses": {{\n' + ",\n".join(entries) + "\n}}\n"
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise ConfigError(f"cannot write poses to '{path}': {error.strerror}") from None
