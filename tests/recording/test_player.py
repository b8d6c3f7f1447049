"""The player: every message of a recording reaches every adapter, however slow it is."""

import math
from collections.abc import Iterator
from threading import Semaphore

from posekit.recording import Recorded
from posekit.recording.player import Player
from posekit.types import FrameResult, SourceState, Status

#: More may not wait for an adapter: see ``delivery``.
WAITING = 16


class Slow:
    """An adapter that takes a message whenever it is let to."""

    def __init__(self) -> None:
        self.let = Semaphore(0)
        self.taken: list[float] = []

    def send(self, message: FrameResult | Status) -> None:
        self.let.acquire()
        assert isinstance(message, Status)
        self.taken.append(message.fps)

    def close(self) -> None:
        """Nothing to release."""


def test_a_slow_receiver_is_told_every_status() -> None:
    slow = Slow()

    def messages() -> Iterator[Recorded]:
        for number in range(200):
            if number > WAITING:
                slow.let.release()
            status = Status(source="camera", state=SourceState.RUNNING, fps=float(number), latency_ms=1.0)
            yield Recorded(number / 10, status)
        for _ in range(WAITING + 1):
            slow.let.release()

    Player(messages(), {"slow": slow}, speed=math.inf).run()
    assert slow.taken == list(range(200))
