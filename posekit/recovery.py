"""When a live source counts as stalled, lost or frozen, and when to open it again: pure, in seconds."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from posekit.types import SourceState

__all__ = ["Action", "Recovery", "RecoveryPolicy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryPolicy:
    """Times after which something is done about a source.

    stall_s: no frame for so long is a stall: people are ended and the source is opened again.
    open_s: the first frame may take so long.
    frozen_s: identical pictures for so long are reported, and lead to a reopen with ``reopen_frozen`` (a dark gallery
    is no fault).
    first_backoff_s: doubles with every failed attempt up to max_backoff_s; a random part of up to ``jitter`` of it is
    added, so that cameras on one hub do not all come back at once.
    max_retries: attempts in a row before the source is given up; None is for ever.
    """

    stall_s: float = 2.0
    open_s: float = 10.0
    frozen_s: float = 5.0
    reopen_frozen: bool = False
    first_backoff_s: float = 0.5
    max_backoff_s: float = 10.0
    jitter: float = 0.2
    max_retries: int | None = None


class Action(Enum):
    """What ``Recovery.due`` asks for."""

    NOTHING = auto()
    OPEN = auto()
    ABANDON = auto()
    GIVE_UP = auto()


class Recovery:
    """The state of one live source. It is told what happened and when, and says what to do.

    state, message: as in ``Status``. lost: true once no frame has come for ``stall_s``: people are to be ended.
    random: draws from 0…1.
    """

    def __init__(self, policy: RecoveryPolicy, now_s: float, *, random: Callable[[], float] = random.random) -> None:
        self.state = SourceState.OPENING
        self.message = ""
        self.lost = False
        self._policy = policy
        self._random = random
        self._retries = -1  # the first opening is not a retry
        self._open_at_s: float | None = now_s
        self._opened_s = now_s
        self._last_frame_s = now_s - 1e-9  # before any opening
        self._changed_s = now_s
        self._fingerprint: int | None = None
        self._frozen = False

    @property
    def retries(self) -> int:
        """Attempts to open it again since the last frame."""
        return max(self._retries, 0)

    def frame(self, now_s: float, fingerprint: int) -> None:
        """A frame has come; ``fingerprint`` is equal for identical pictures."""
        if fingerprint != self._fingerprint or self.state is not SourceState.RUNNING:
            self._fingerprint = fingerprint
            self._changed_s = now_s
            self._frozen = False
            self.message = ""
        self.state = SourceState.RUNNING
        self.lost = False
        self._retries = 0
        self._last_frame_s = now_s

    def failed(self, now_s: float, cause: str) -> None:
        """The source could not be opened or has ended; it will be opened again after the backoff."""
        policy = self._policy
        backoff_s = min(policy.first_backoff_s * 2.0 ** min(max(self._retries, 0), 30), policy.max_backoff_s)
        self._open_at_s = now_s + backoff_s * (1.0 + policy.jitter * self._random())
        self.message = cause
        if self.state is not SourceState.STALLED:
            self.state = SourceState.RECONNECTING

    def due(self, now_s: float) -> Action:
        """What to do now; to be asked a few times per second and after each report."""
        policy = self._policy
        self.lost = now_s - self._last_frame_s >= policy.stall_s
        if self.state is SourceState.FAILED:
            return Action.NOTHING
        if self._open_at_s is not None:
            if now_s < self._open_at_s:
                return Action.NOTHING
            if policy.max_retries is not None and self._retries >= policy.max_retries:
                self.state = SourceState.FAILED
                return Action.GIVE_UP
            self._open_at_s = None
            self._opened_s = now_s
            if self._retries >= 0:
                self.state = SourceState.RECONNECTING
            self._retries += 1
            return Action.OPEN
        if self._last_frame_s >= self._opened_s:
            patience_s, since_s = policy.stall_s, self._last_frame_s
        else:
            patience_s, since_s = policy.open_s, self._opened_s
        if now_s - since_s >= patience_s:
            self.state = SourceState.STALLED
            self.failed(now_s, f"no frame for {now_s - since_s:.1f} s")
            return Action.ABANDON
        if self.state is SourceState.RUNNING and not self._frozen and now_s - self._changed_s >= policy.frozen_s:
            self._frozen = True
            self.message = f"the picture has not changed for {policy.frozen_s:g} s"
            if policy.reopen_frozen:
                self.failed(now_s, self.message)
                return Action.ABANDON
        return Action.NOTHING
