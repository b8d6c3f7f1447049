"""When a live source is opened again: the pure rules, on a clock that the test turns."""

from hypothesis import given
from hypothesis import strategies as st

from posekit.recovery import Action, Recovery, RecoveryPolicy
from posekit.types import SourceState

POLICY = RecoveryPolicy(jitter=0.0)


def running(policy: RecoveryPolicy = POLICY) -> Recovery:
    recovery = Recovery(policy, 0.0, random=lambda: 0.0)
    assert recovery.state is SourceState.OPENING
    assert recovery.due(0.0) is Action.OPEN
    recovery.frame(0.1, 1)
    assert recovery.state is SourceState.RUNNING
    return recovery


def test_it_opens_once_and_then_waits() -> None:
    recovery = Recovery(POLICY, 0.0)
    assert recovery.due(0.0) is Action.OPEN
    assert [recovery.due(time_s) for time_s in (0.1, 1.0, 9.9)] == [Action.NOTHING] * 3


def test_a_slow_opening_is_no_stall_until_the_open_time_is_over() -> None:
    recovery = Recovery(POLICY, 0.0)
    recovery.due(0.0)
    assert recovery.due(9.9) is Action.NOTHING
    assert recovery.due(10.0) is Action.ABANDON


def test_a_stall_is_abandoned_after_two_seconds_and_opened_after_the_backoff() -> None:
    recovery = running()
    assert recovery.due(2.05) is Action.NOTHING
    assert not recovery.lost
    assert recovery.due(2.1) is Action.ABANDON
    assert recovery.state is SourceState.STALLED
    assert recovery.lost
    assert recovery.message == "no frame for 2.0 s"
    assert recovery.due(2.5) is Action.NOTHING
    assert recovery.due(2.65) is Action.OPEN
    assert recovery.state is SourceState.RECONNECTING
    recovery.frame(2.8, 2)
    assert recovery.state is SourceState.RUNNING
    assert recovery.message == ""
    recovery.due(2.8)
    assert not recovery.lost


def test_a_short_failure_does_not_end_people() -> None:
    recovery = running()
    recovery.failed(0.2, "unplugged")
    assert recovery.state is SourceState.RECONNECTING
    assert recovery.message == "unplugged"
    assert recovery.due(0.71) is Action.OPEN
    recovery.frame(1.0, 2)
    assert not recovery.lost


def test_the_backoff_doubles_up_to_its_limit_and_starts_anew_after_a_frame() -> None:
    recovery = running()
    now_s, waits_s = 0.1, []
    for _ in range(8):
        recovery.failed(now_s, "unplugged")
        waited_s = 0.0
        while recovery.due(now_s + waited_s) is not Action.OPEN:
            waited_s += 0.25
        waits_s.append(waited_s)
        now_s += waited_s
    assert waits_s == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0]
    recovery.frame(now_s, 3)
    recovery.failed(now_s, "unplugged")
    assert recovery.due(now_s + 0.5) is Action.OPEN


def test_jitter_lengthens_the_backoff() -> None:
    recovery = Recovery(RecoveryPolicy(jitter=0.2), 0.0, random=lambda: 1.0)
    recovery.due(0.0)
    recovery.frame(0.0, 1)
    recovery.failed(0.0, "unplugged")
    assert recovery.due(0.59) is Action.NOTHING
    assert recovery.due(0.61) is Action.OPEN


def test_it_gives_up_after_the_retries() -> None:
    recovery = running(RecoveryPolicy(jitter=0.0, max_retries=2))
    opens = 0
    for time_s in range(1, 100):
        action = recovery.due(float(time_s))
        if action is Action.OPEN:
            opens += 1
            recovery.failed(float(time_s), "unplugged")
        elif action is Action.ABANDON:
            continue
        elif action is Action.GIVE_UP:
            break
    assert opens == 2
    assert recovery.state is SourceState.FAILED
    assert recovery.due(1000.0) is Action.NOTHING


def frozen(policy: RecoveryPolicy) -> tuple[Recovery, list[Action]]:
    recovery = running(policy)
    actions = []
    for tick in range(2, 70):
        recovery.frame(tick / 10, 1)
        actions.append(recovery.due(tick / 10))
    return recovery, actions


def test_a_frozen_picture_is_reported_and_a_dark_gallery_is_no_fault() -> None:
    recovery, actions = frozen(POLICY)
    assert set(actions) == {Action.NOTHING}
    assert recovery.state is SourceState.RUNNING
    assert recovery.message == "the picture has not changed for 5 s"
    recovery.frame(7.0, 2)
    assert recovery.message == ""


def test_a_frozen_picture_is_reopened_where_that_is_asked_for() -> None:
    _, actions = frozen(RecoveryPolicy(jitter=0.0, reopen_frozen=True))
    assert Action.ABANDON in actions


@given(st.lists(st.tuples(st.floats(0.0, 5.0), st.sampled_from(["frame", "failed", "tick", "back"])), max_size=60))
def test_whatever_happened_a_well_camera_runs_within_one_backoff_period(story: list[tuple[float, str]]) -> None:
    recovery, now_s, is_open = Recovery(POLICY, 0.0, random=lambda: 0.0), 0.0, False
    for step_s, what in story:
        now_s += step_s if what != "back" else -step_s / 10
        action = recovery.due(now_s)
        is_open = action is Action.OPEN or (is_open and action is Action.NOTHING)
        if what == "frame" and is_open:
            recovery.frame(now_s, hash(now_s))
        elif what == "failed" and is_open:
            recovery.failed(now_s, "trouble")
            is_open = False
    # From here on the camera is well: it delivers as soon as it is open, and 10 s without an answer abandon an opening.
    deadline_s = now_s + POLICY.max_backoff_s + POLICY.open_s + POLICY.stall_s + 6.0
    while recovery.state is not SourceState.RUNNING or not is_open:
        now_s += 0.1
        assert now_s < deadline_s, recovery.state
        action = recovery.due(now_s)
        is_open = action is Action.OPEN or (is_open and action is Action.NOTHING)
        if is_open:
            recovery.frame(now_s, hash(now_s))
