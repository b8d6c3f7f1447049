"""Waiting for what other threads do."""

import threading
import time
from collections.abc import Callable

import pytest


@pytest.fixture
def wait_for() -> Callable[[Callable[[], bool]], None]:
    """Return when the condition holds; fail after a long while."""

    def wait(condition: Callable[[], bool]) -> None:
        until_s = time.monotonic() + 30.0
        pause = threading.Event()
        while not condition():
            assert time.monotonic() < until_s, "waited in vain"
            pause.wait(0.02)

    return wait
