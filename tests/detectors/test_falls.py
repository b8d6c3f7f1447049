"""Falls: the performer's, in every direction and lost from view; and everything that is none."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest

from posekit.detectors.falls import Falls
from posekit.events import Event
from posekit.sources.performer import Performer, Style
from posekit.sources.performer.motion import Motion
from posekit.sources.performer.posture import Limb, Posture
from posekit.types import Poses
from scenario import CONDITIONS, Conditions, doing, piped, through, told, watch

KINDS = ("fall_suspected", "fall_confirmed", "recovered")

#: The performer reaches the floor 2.22 s after it begins, gets up after four seconds, and stands at 8.8 s.
FALLEN_S, SECONDS = 2.22, 9.2


def fallen(events: Sequence[Event]) -> None:
    """Exactly one fall, confirmed, and recovered from."""
    assert [event.kind for event in events] == list(KINDS)
    suspected, confirmed, recovered = events
    assert suspected.timestamp_s == pytest.approx(FALLEN_S, abs=0.1)
    assert suspected.speed > 2.0
    assert confirmed.timestamp_s == suspected.timestamp_s
    assert confirmed.down_s == pytest.approx(3.0, abs=0.15)
    assert 6.3 < recovered.timestamp_s < 8.6
    assert recovered.down_s == pytest.approx(recovered.timestamp_s - suspected.timestamp_s)
    assert recovered.confirmed == 1


@pytest.mark.parametrize(
    ("side", "condition"),
    [*(("left", condition) for condition in CONDITIONS), ("forward", "8 fps"), ("forward", "10 % missing")],
)
def test_a_fall_is_suspected_confirmed_and_recovered_from(side: str, condition: str) -> None:
    watched = watch([Falls()], partial(Performer, "fall", style=Style(side=side)), SECONDS, CONDITIONS[condition])
    fallen(watched.of(*KINDS))


@pytest.mark.parametrize("turn", [-90.0, -40.0, 0.0, 180.0])
@pytest.mark.parametrize("side", ["right", "forward", "backward"])
def test_in_every_direction(side: str, turn: float) -> None:
    style = Style(side=side, turn=turn)
    watched = watch([Falls()], partial(Performer, "fall", style=style), SECONDS, Conditions(fps=15.0))
    fallen(watched.of(*KINDS))
    channel = watched.channel("fallen")
    assert [value for value, before in zip(channel, [-1.0, *channel], strict=False) if value != before] == [0, 1, 2, 0]


def test_whoever_gets_up_at_once_has_recovered_without_confirmation() -> None:
    upright = Posture(turn=75)
    down = Posture(turn=75, pitch=90)
    stumble = through((2.0, upright), (0.6, down), (0.8, down), (1.0, upright), (2.0, upright), first=upright)
    suspected, recovered = watch([Falls()], doing(stumble), 6.2).of(*KINDS)
    assert (suspected.kind, recovered.kind, recovered.confirmed) == ("fall_suspected", "recovered", 0)


@pytest.mark.parametrize("lean_deg", [57.0, 70.0])
def test_whoever_is_lost_from_view_on_the_way_down_is_suspected(lean_deg: float) -> None:
    """As networks lose people who are no longer upright."""
    stage = Performer("fall", style=Style(side="left"), noise=0.0)

    def lost(timestamp_s: float) -> Poses:
        poses = stage.poses_at(timestamp_s, noise_px=1.0)
        shoulders, hips = poses.xy[0, 5:7].mean(axis=0), poses.xy[0, 11:13].mean(axis=0)
        leant = abs(np.degrees(np.arctan2(*(hips - shoulders))))
        return poses if leant < lean_deg and timestamp_s < 6.0 else Poses.empty()

    (suspected,) = told(piped(lost, np.arange(0, 6, 1 / 30).tolist(), [Falls()]), *KINDS)
    assert suspected.kind == "fall_suspected"
    assert suspected.timestamp_s == pytest.approx(2.1, abs=0.15)


def test_whoever_walks_out_of_the_picture_has_not_fallen() -> None:
    """At the border networks see less and less of somebody, and at last a heap of keypoints."""
    stage = Performer("walk", noise=0.0)

    def heap(timestamp_s: float) -> Poses:
        poses = stage.poses_at(timestamp_s)
        if not len(poses) or poses.xy[0, :, 0].mean() < 600:
            return poses
        sunk = poses.xy.copy()
        sunk[..., 1] = 380 + 0.2 * (sunk[..., 1] - 380)
        return Poses(xy=sunk, keypoint_scores=poses.keypoint_scores, scores=poses.scores)

    assert told(piped(heap, np.arange(0, 7, 1 / 30).tolist(), [Falls()]), *KINDS) == []


BENT = Posture(
    lean=85,
    left_upper_arm=Limb(5, 80),
    right_upper_arm=Limb(5, 80),
    left_forearm=Limb(5, 85),
    right_forearm=Limb(5, 85),
)
TYING = Posture(
    lean=55,
    nod=10,
    left_thigh=Limb(6, 95),
    left_shin=Limb(2, -5),
    right_thigh=Limb(6, 30),
    right_shin=Limb(2, -95),
    right_toes=40,
    left_upper_arm=Limb(5, 60),
    right_upper_arm=Limb(5, 60),
)
KNEELING = Posture(
    left_thigh=Limb(6, 5),
    left_shin=Limb(2, -88),
    right_thigh=Limb(6, 5),
    right_shin=Limb(2, -88),
    left_toes=60,
    right_toes=60,
)
CROUCHING = Posture(
    lean=38,
    left_thigh=Limb(22, 106),
    left_shin=Limb(2, -42),
    right_thigh=Limb(22, 106),
    right_shin=Limb(2, -42),
)
ON_THE_FLOOR = Posture(
    pitch=-12,
    left_thigh=Limb(7, 104),
    left_shin=Limb(3, 60),
    right_thigh=Limb(7, 104),
    right_shin=Limb(3, 60),
)
ON_A_CHAIR = Posture(left_thigh=Limb(8, 86), left_shin=Limb(1, -4), right_thigh=Limb(8, 86), right_shin=Limb(1, -4))
PLANK = Posture(pitch=72, left_upper_arm=Limb(10, 88), right_upper_arm=Limb(10, 88), left_toes=60, right_toes=60)
UPRIGHT = Posture()

#: Seconds to each posture, from and to standing upright.
HARMLESS = {
    "bends": [(0.7, BENT), (1.5, BENT), (0.7, UPRIGHT)],
    "picks something up quickly": [(0.4, BENT), (0.2, BENT), (0.4, UPRIGHT)],
    "ties shoes": [(0.8, TYING), (3.0, TYING), (0.8, UPRIGHT)],
    "kneels": [(0.8, KNEELING), (2.0, KNEELING), (0.8, UPRIGHT)],
    "drops into a crouch": [(0.35, CROUCHING), (1.0, CROUCHING), (0.4, UPRIGHT)],
    "sits down on the floor": [(0.5, CROUCHING), (0.5, ON_THE_FLOOR), (4.0, ON_THE_FLOOR), (1.5, UPRIGHT)],
    "drops onto a chair": [(0.5, ON_A_CHAIR), (2.0, ON_A_CHAIR), (0.6, UPRIGHT)],
    "does a burpee": [(0.5, CROUCHING), (0.4, PLANK), (0.4, PLANK), (0.4, CROUCHING), (0.5, UPRIGHT)],
}


def harmless(name: str, turn: float) -> Motion:
    keys = [(seconds, posture._replace(turn=turn)) for seconds, posture in HARMLESS[name]]
    upright = UPRIGHT._replace(turn=turn)
    return through((1.5, upright), *keys, (0.5, upright), first=upright)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_no_fall(name: str) -> None:
    for turn, condition in ((80.0, "noise of 3 px"), (0.0, "10 % missing"), (45.0, "8 fps"), (180.0, "half size")):
        motion = harmless(name, turn)
        watched = watch([Falls()], doing(motion), motion.period_s, CONDITIONS[condition])
        assert watched.of(*KINDS) == [], (turn, condition)


def test_a_clock_that_jumps_invents_nothing() -> None:
    upright, lying = Performer("stand", size=0.5, noise=0.0), Performer("lie_down", size=0.5, noise=0.0)

    def poses_at(timestamp_s: float) -> Poses:
        return (upright if timestamp_s % 100 < 50 else lying).poses_at(
            timestamp_s % 100 % 50 + 7 * (timestamp_s % 100 >= 50)
        )

    for first_s, then_s in ((0.0, 50.0), (200.0, 50.0)):
        seconds = [*(first_s + np.arange(0, 2, 0.1)), *(then_s + np.arange(0, 2, 0.1))]
        assert told(piped(poses_at, seconds, [Falls()]), *KINDS) == []
