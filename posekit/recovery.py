"""When a live source counts as stalled, lost or frozen, and when to open it again: pure, in seconds."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from posekit.types import SourceState

__all__ = ["Action", "Recovery", "RecoveryPolicy"]

#: Between two reports no more time than this counts against a source. Reports come many times per second: where they
#: have not, it was this computer that slept, or its clock that was set.
_LONGEST_STEP_S: Final = 1.0


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
    reopen: false for what would begin anew, as a file that plays: a stall is reported and waited out, and a picture
    that does not change is none of our business.
    """

    stall_s: float = 2.0
    open_s: float = 10.0
    frozen_s: float = 5.0
    reopen_frozen: bool = False
    first_backoff_s: float = 0.5
    max_backoff_s: float = 10.0
    jitter: float = 0.2
    max_retries: int | None = None
    reopen: bool = True


class Action(Enum):
    """What ``Recovery.due`` asks for."""

    NOTHING = auto()
    OPEN = auto()
    ABANDON = auto()
    GIVE_UP = auto()


class Recovery:
    """The state of one live source. It is told what happened and when, and says what to do.

    state, message: as in ``Status``. lost: true once no frame has come for ``stall_s``: people are to be ended.
    retries: attempts to open it again since the last frame. random: draws from 0…1.

    Times may jump: steps back count as no time, steps ahead as ``_LONGEST_STEP_S`` at most.
    """

    def __init__(self, policy: RecoveryPolicy, now_s: float, *, random: Callable[[], float] = random.random) -> None:
        self.state = SourceState.OPENING
        self.message = ""
        self.lost = False
        self.retries = 0
        self._policy = policy
        self._random = random
        self._clock_s = now_s
        self._time_s = 0.0
        self._open_at_s: float | None = 0.0
        self._opened_s = 0.0
        self._frame_s: float | None = None  # of the newest frame
        self._is_first = True  # the first opening is not a retry
        self._changed_s = 0.0
        self._fingerprint: int | None = None
        self._frozen = False

    def frame(self, now_s: float, fingerprint: int) -> None:
        """A frame has come; ``fingerprint`` is equal for identical pictures."""
        time_s = self._advance(now_s)
        if fingerprint != self._fingerprint or self.state is not SourceState.RUNNING:
            self._fingerprint = fingerprint
            self._changed_s = time_s
            self._frozen = False
            self.message = ""
        self.state = SourceState.RUNNING
        self.lost = False
        self.retries = 0
        self._frame_s = time_s

    def failed(self, now_s: float, cause: str) -> None:
        """The source could not be opened, has ended or is no good; it will be opened again after the backoff."""
        self._fail(self._advance(now_s), cause)

    def due(self, now_s: float) -> Action:
        """What to do now; to be asked several times per second and after each report."""
        policy, time_s = self._policy, self._advance(now_s)
        self.lost = self._frame_s is None or time_s - self._frame_s >= policy.stall_s
        if self.state is SourceState.FAILED:
            return Action.NOTHING
        if self._open_at_s is not None:
            return self._open(time_s) if time_s >= self._open_at_s else Action.NOTHING
        if self._frame_s is None or self._frame_s < self._opened_s:
            patience_s, since_s = policy.open_s, self._opened_s
        else:
            patience_s, since_s = policy.stall_s, self._frame_s
        if time_s - since_s >= patience_s:
            return self._stall(time_s, since_s, f"no frame for {time_s - since_s:.1f} s")
        is_still = policy.reopen and time_s - self._changed_s >= policy.frozen_s
        if self.state is SourceState.RUNNING and is_still and not self._frozen:
            self._frozen = True
            self.message = f"the picture has not changed for {policy.frozen_s:g} s"
            if policy.reopen_frozen:
                self._fail(time_s, self.message)
                return Action.ABANDON
        return Action.NOTHING

    def _advance(self, now_s: float) -> float:
        """The time of this source's own clock, which neither goes back nor leaps."""
        self._time_s += min(max(now_s - self._clock_s, 0.0), _LONGEST_STEP_S)
        self._clock_s = now_s
        return self._time_s

    def _open(self, time_s: float) -> Action:
        limit = self._policy.max_retries
        if not self._is_first and limit is not None and self.retries >= limit:
            self.state = SourceState.FAILED
            return Action.GIVE_UP
        self._open_at_s = None
        self._opened_s = time_s
        if not self._is_first:
            self.state = SourceState.RECONNECTING
            self.retries += 1
        self._is_first = False
        return Action.OPEN

    def _stall(self, time_s: float, since_s: float, cause: str) -> Action:
        if not self._policy.reopen:
            if self.state is not SourceState.STALLED:
                self.state, self.message = SourceState.STALLED, cause
            return Action.NOTHING
        self.state = SourceState.STALLED
        # Waiting for the first frame was waiting already.
        self._fail(since_s if since_s == self._opened_s else time_s, cause)
        return Action.ABANDON

    def _fail(self, time_s: float, cause: str) -> None:
        """Open it again after the backoff, which begins at ``time_s``."""
        policy = self._policy
        backoff_s = min(policy.first_backoff_s * 2.0 ** min(self.retries, 30), policy.max_backoff_s)
        self._open_at_s = time_s + backoff_s * (1.0 + policy.jitter * self._random())
        self.message = cause
        if self.state is not SourceState.STALLED:
            self.state = SourceState.RECONNECTING
