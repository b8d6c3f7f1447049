"""posekit on a computer with cameras: ``python studio.py run 0 …``. What they film are performers.

Only the driver is another one: a list of devices, and pictures that come when they are grabbed. Everything above it is
what runs with real cameras.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from posekit.cli import main
from posekit.sources import camera
from posekit.sources.pacing import Paced
from posekit.sources.performer import Performer
from posekit.types import Frame

#: By number: the name of a camera, and what it films; the last is in use by another program.
CAMERAS = {
    0: ("Hall", "performer:stand?people=2"),
    1: ("Stage", "performer:stand?people=1"),
    2: ("Broken", None),
}


class Film:
    """A capture as OpenCV's."""

    def __init__(self, spec: str | None) -> None:
        self._source = Paced(Performer.from_spec(spec)) if spec is not None else None
        self._frames: Iterator[Frame] = iter(self._source or ())
        self._frame: Frame | None = None

    def isOpened(self) -> bool:
        return self._source is not None

    def grab(self) -> bool:
        self._frame = next(self._frames, None)
        return self._frame is not None

    def retrieve(self) -> tuple[bool, Any]:
        return self._frame is not None, self._frame and self._frame.image

    def get(self, number: int, /) -> float:
        return 0.0

    def set(self, number: int, value: float, /) -> bool:
        return True

    def release(self) -> None:
        if self._source is not None:
            self._source.close()


def enumerate_cameras(backend: int) -> list[SimpleNamespace]:
    return [SimpleNamespace(index=index, name=name, path="", backend=0) for index, (name, _) in CAMERAS.items()]


if __name__ == "__main__":
    camera.enumerate_cameras = enumerate_cameras
    camera.open_camera = lambda device, backend: Film(CAMERAS[int(device)][1])
    main()
