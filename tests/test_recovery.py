"""When a live source is opened again: the pure rules, on a clock that the test turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posekit.recovery import Action, Recovery, RecoveryPolicy
from posekit.types import SourceState

POLICY = RecoveryPolicy(jitter=0.0)
TICK_S = 0.05


class Story:
    """A recovery and the clock that it is asked by, 20 times per second."""

    def __init__(self, policy: RecoveryPolicy = POLICY, *, random: float = 0.0) -> None:
        self.now_s = 0.0
        self.recovery = Recovery(policy, 0.0, random=lambda: random)
        assert self.recovery.state is SourceState.OPENING
        assert self.recovery.due(0.0) is Action.OPEN

    def until(self, time_s: float) -> list[Action]:
        """What was asked for until then, but nothing."""
        actions = []
        while self.now_s + TICK_S / 2 < time_s:
            self.now_s += TICK_S
            actions.append(self.recovery.due(self.now_s))
        return [action for action in actions if action is not Action.NOTHING]

    def frame(self, fingerprint: int = 0) -> None:
        self.recovery.frame(self.now_s, fingerprint or hash(self.now_s))

    def failed(self, cause: str = "unplugged") -> None:
        self.recovery.failed(self.now_s, cause)

    @property
    def state(self) -> tuple[SourceState, str]:
        return self.recovery.state, self.recovery.message


def running(policy: RecoveryPolicy = POLICY) -> Story:
    story = Story(policy)
    assert story.until(0.1) == []
    story.frame()
    assert story.state == (SourceState.RUNNING, "")
    return story


def test_it_opens_once_and_then_waits() -> None:
    assert Story().until(9.9) == []


def test_a_slow_opening_is_no_stall_until_the_open_time_is_over() -> None:
    story = Story()
    assert story.until(9.9) == []
    # The wait for the first frame was longer than the backoff.
    assert story.until(10.1) == [Action.ABANDON, Action.OPEN]
    assert story.state == (SourceState.RECONNECTING, "no frame for 10.0 s")


def test_a_stall_is_abandoned_after_two_seconds_and_opened_after_the_backoff() -> None:
    story = running()
    assert story.until(2.05) == []
    assert not story.recovery.lost
    assert story.until(2.15) == [Action.ABANDON]
    assert story.recovery.lost
    assert story.state == (SourceState.STALLED, "no frame for 2.0 s")
    assert story.until(2.55) == []
    assert story.until(2.75) == [Action.OPEN]
    assert story.state == (SourceState.RECONNECTING, "no frame for 2.0 s")
    story.frame()
    assert story.state == (SourceState.RUNNING, "")
    assert story.until(2.8) == []
    assert not story.recovery.lost


def test_a_short_failure_does_not_end_people() -> None:
    story = running()
    story.failed()
    assert story.state == (SourceState.RECONNECTING, "unplugged")
    assert story.until(0.7) == [Action.OPEN]
    story.frame()
    assert not story.recovery.lost


def test_the_backoff_doubles_up_to_its_limit_and_starts_anew_after_a_frame() -> None:
    story, waits_s = running(), []
    for _ in range(8):
        story.failed()
        failed_s = story.now_s
        while not story.until(story.now_s + TICK_S):
            pass
        waits_s.append(story.now_s - failed_s)
    assert waits_s == pytest.approx([0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0], abs=1.1 * TICK_S)
    story.frame()
    story.failed()
    assert story.until(story.now_s + 0.6) == [Action.OPEN]


def test_jitter_lengthens_the_backoff() -> None:
    story = Story(RecoveryPolicy(jitter=0.2), random=1.0)
    story.frame()
    story.failed()
    assert story.until(0.55) == []
    assert story.until(0.7) == [Action.OPEN]


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_it_gives_up_after_the_retries(retries: int) -> None:
    story, actions = running(RecoveryPolicy(jitter=0.0, max_retries=retries)), []
    story.failed()
    while Action.GIVE_UP not in actions:
        asked = story.until(story.now_s + TICK_S)
        actions += asked
        if asked == [Action.OPEN]:
            story.failed()
    assert actions == [Action.OPEN] * retries + [Action.GIVE_UP]
    assert story.state == (SourceState.FAILED, "unplugged")
    assert story.until(story.now_s + 100.0) == []


def test_the_first_opening_is_no_retry() -> None:
    story = Story(RecoveryPolicy(jitter=0.0, max_retries=1))
    story.failed("not there yet")
    assert story.until(0.6) == [Action.OPEN]
    story.failed("still not there")
    assert story.until(5.0) == [Action.GIVE_UP]


def frozen(policy: RecoveryPolicy) -> tuple[Story, list[Action]]:
    story, actions = running(policy), []
    for _ in range(110):
        actions += story.until(story.now_s + TICK_S)
        story.frame(fingerprint=1)
    return story, actions


def test_a_frozen_picture_is_reported_and_a_dark_gallery_is_no_fault() -> None:
    story, actions = frozen(POLICY)
    assert actions == []
    assert story.state == (SourceState.RUNNING, "the picture has not changed for 5 s")
    story.frame(fingerprint=2)
    assert story.state == (SourceState.RUNNING, "")


def test_a_frozen_picture_is_reopened_where_that_is_asked_for() -> None:
    _, actions = frozen(RecoveryPolicy(jitter=0.0, reopen_frozen=True))
    assert Action.ABANDON in actions


def test_a_file_may_show_the_same_picture_for_as_long_as_it_likes() -> None:
    story, actions = frozen(RecoveryPolicy(jitter=0.0, reopen=False, reopen_frozen=True))
    assert actions == []
    assert story.state == (SourceState.RUNNING, "")


def test_what_would_begin_anew_is_waited_for() -> None:
    story = running(RecoveryPolicy(jitter=0.0, reopen=False, reopen_frozen=True))
    assert story.until(60.0) == []
    assert story.recovery.lost
    assert story.state == (SourceState.STALLED, "no frame for 2.0 s")
    story.frame()
    assert story.state == (SourceState.RUNNING, "")


@pytest.mark.parametrize("jump_s", [-8.0 * 3600, -0.5, 8.0 * 3600])
def test_a_clock_that_jumps_is_no_fault_of_the_source(jump_s: float) -> None:
    story = running()
    story.now_s += jump_s
    assert story.until(story.now_s + 0.9) == []
    assert story.recovery.state is SourceState.RUNNING
    # But one that has really gone is still noticed, as soon as ever.
    assert story.until(story.now_s + 1.3)[0] is Action.ABANDON


@given(st.lists(st.tuples(st.floats(0.0, 5.0), st.sampled_from(["frame", "failed", "back", "ahead"])), max_size=60))
def test_whatever_happened_a_well_camera_runs_within_one_backoff_period(story: list[tuple[float, str]]) -> None:
    recovery, now_s, is_open = Recovery(POLICY, 0.0, random=lambda: 0.0), 0.0, False
    for step_s, what in story:
        now_s += {"back": -1000.0, "ahead": 1000.0}.get(what, 1.0) * step_s
        action = recovery.due(now_s)
        is_open = action is Action.OPEN or (is_open and action is Action.NOTHING)
        if what == "frame" and is_open:
            recovery.frame(now_s, hash(now_s))
        elif what == "failed" and is_open:
            recovery.failed(now_s, "trouble")
            is_open = False
    # From here on the camera is well: it delivers as soon as it is open.
    deadline_s = now_s + POLICY.max_backoff_s + 2 * TICK_S
    while recovery.state is not SourceState.RUNNING or not is_open:
        now_s += TICK_S
        assert now_s < deadline_s, recovery.state
        action = recovery.due(now_s)
        is_open = action is Action.OPEN or (is_open and action is Action.NOTHING)
        if is_open:
            recovery.frame(now_s, hash(now_s))
