"""``--show``: a window per source, where a display and an OpenCV with windows exist."""

import os
import sys
from collections.abc import Callable
from threading import Thread
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.errors import ConfigError

__all__ = ["Windows", "check_windows"]

_REFRESH_MS: Final = 15
_QUIT: Final = (ord("q"), 27)


def check_windows() -> None:
    """Raise ConfigError where no window can be shown, with the remedy."""
    gui = next((line.split(":")[1] for line in cv2.getBuildInformation().splitlines() if "GUI:" in line), "")
    if gui.strip() in ("", "NONE"):
        raise ConfigError(
            "--show needs an OpenCV with windows: pip install 'posekit[window]', and if that changes nothing, "
            "pip install --force-reinstall --no-deps opencv-python"
        )
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise ConfigError("--show needs a display, and there is none here; --save FILE keeps the pictures instead")


class Windows:
    """The newest picture of every source in a window of its own; the windows belong to the main thread."""

    def __init__(self) -> None:
        self._newest: dict[str, NDArray[np.uint8]] = {}

    def of(self, source: str) -> "_Pane":
        """A picture output for that source."""
        return _Pane(self._newest, source)

    def run(self, work: Callable[[], object], stop: Callable[[], None]) -> None:
        """Do ``work`` in another thread and show the pictures until it is done; ``q``, Esc and closing call ``stop``.

        Raises what ``work`` raises.
        """
        failures: list[BaseException] = []

        def guarded() -> None:
            try:
                work()
            except BaseException as error:
                failures.append(error)

        worker = Thread(target=guarded, name="run", daemon=True)
        worker.start()
        shown: set[str] = set()
        while worker.is_alive():
            for source in [*self._newest]:
                title = f"posekit: {source}"
                if source in shown and cv2.getWindowProperty(title, cv2.WND_PROP_VISIBLE) < 1:
                    stop()
                    continue
                cv2.imshow(title, self._newest[source])
                shown.add(source)
            if cv2.waitKey(_REFRESH_MS) & 0xFF in _QUIT:
                stop()
            if not shown:
                worker.join(_REFRESH_MS / 1e3)
        cv2.destroyAllWindows()
        if failures:
            raise failures[0]


class _Pane:
    def __init__(self, newest: dict[str, NDArray[np.uint8]], source: str) -> None:
        self._newest = newest
        self._source = source

    def show(self, image: NDArray[np.uint8], timestamp_s: float) -> None:
        self._newest[self._source] = image

    def close(self) -> None:
        pass
