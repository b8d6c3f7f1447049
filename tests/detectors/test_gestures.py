"""Gestures by performers of known truth, under every condition, from several sides, and everything that is none."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

import pytest

from posekit.detectors.gestures import Gestures
from posekit.events import Event
from posekit.sources.performer import MOTIONS, Performer, Style
from posekit.sources.performer.motion import Motion, ease
from posekit.sources.performer.posture import Limb, Posture, blend
from posekit.sources.performer.scene import staying
from scenario import CONDITIONS, HEIGHT, WIDTH, Conditions, piped, standing, through, told, watch, watch_each

ENOUGH = Conditions(fps=15.0)
SECONDS = 9.0


@dataclass(frozen=True)
class Act:
    """What is performed, and as what it is told: name and side, and how long it takes to be told at most."""

    motion: str
    name: str
    side: str = ""
    style: Style = field(default_factory=Style)
    off_s: float = 0.35


ACTS = {
    "left hand": Act("raise_hands", "hand_raised", "left", Style(side="left")),
    "right hand": Act("raise_hands", "hand_raised", "right", Style(side="right")),
    "both hands": Act("raise_hands", "hands_raised", "both"),
    "T": Act("t_pose", "t_pose"),
    "hips": Act("hands_on_hips", "hands_on_hips"),
    "crossed": Act("arms_crossed", "arms_crossed"),
    "crouch": Act("crouch", "crouch", off_s=0.6),
    "lean left": Act("lean", "lean", "left", Style(side="left")),
    "lean right": Act("lean", "lean", "right", Style(side="right")),
    "wave": Act("wave", "wave", "right"),
    "wave left": Act("wave", "wave", "left", Style(side="left")),
    "clap": Act("clap", "clap"),
    "swipe left": Act("swipe_left", "swipe_left", "right", off_s=0.4),
    "swipe right": Act("swipe_right", "swipe_right", "left", off_s=0.4),
    "swipe outwards": Act("swipe_left", "swipe_left", "left", Style(side="left"), off_s=0.4),
}
#: What a gesture shows on its way, and is none the less.
BESIDES = {
    "both hands": {("hand_raised", "left"), ("hand_raised", "right")},
    "wave": {("hand_raised", "right")},
    "wave left": {("hand_raised", "left")},
}


def performer(act: Act) -> Callable[..., Performer]:
    return partial(Performer, act.motion, style=act.style, size=0.6)


PERFORMERS = {name: performer(act) for name, act in ACTS.items()}


def beats(act: Act) -> list[float]:
    """When each cycle's gesture begins."""
    motion = MOTIONS[act.motion].performed(act.style)
    return [(cycle + motion.beats[0].start) * motion.period_s for cycle in range(int(SECONDS / motion.period_s) + 1)]


def gestures(events: Iterable[Event], phase: str = "start") -> list[Event]:
    return [event for event in events if event.kind == "gesture" and event.phase == phase]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_gesture_under_every_condition(condition: str) -> None:
    conditions = CONDITIONS[condition]
    if conditions.fps == 30.0:
        conditions = replace(conditions, fps=20.0)
    swapped = {"left": "right", "right": "left"} if conditions.mirrored else {}
    seen = watch_each([Gestures()], PERFORMERS, SECONDS, conditions)
    for which, events in seen.items():
        act = ACTS[which]
        name = act.name
        if conditions.mirrored and name.startswith("swipe"):
            name = {"swipe_left": "swipe_right", "swipe_right": "swipe_left"}[name]
        side = swapped.get(act.side, act.side)
        mine = [event for event in gestures(events) if (event.name, event.side) == (name, side)]
        others = {(str(event.name), str(event.side)) for event in gestures(events)} - {(name, side)}
        besides = {(other, swapped.get(which_side, which_side)) for other, which_side in BESIDES.get(which, set())}
        assert others <= besides, (which, condition)
        if act.name == "wave":
            assert len(mine) == 1, (which, condition)
            tempos = [event.value for event in gestures(events, "hold") if event.name == "wave"]
            assert tempos == pytest.approx([1 / 0.6] * len(tempos), abs=0.2)
            continue
        truth = beats(act)
        times = [event.timestamp_s for event in mine]
        # The first may have begun before anybody watched, the last may not be certain yet.
        missed = [at_s for at_s in truth if 0.5 < at_s < SECONDS - 1.0 and not near(at_s, times, act.off_s)]
        assert not missed, (which, condition, truth, times)
        assert all(near(at_s, truth, act.off_s) for at_s in times), (which, condition, truth, times)
        assert len(times) <= len(truth)


def near(at_s: float, times: Iterable[float], off_s: float) -> bool:
    return any(abs(at_s - other) <= off_s for other in times)


#: What is seen of somebody who turns so far; from behind the body hides the rest.
VIEWS = {35: ("both hands", "T", "crossed", "crouch", "wave", "clap"), 180: ("both hands", "T", "crouch", "wave")}


@pytest.mark.parametrize(
    ("which", "turn"), [(which, sign * turn) for turn, whichs in VIEWS.items() for which in whichs for sign in (1, -1)]
)
def test_gestures_of_who_half_turns_away(which: str, turn: int) -> None:
    act = ACTS[which]
    watched = watch([Gestures()], performer(replace(act, style=replace(act.style, turn=float(turn)))), 6.0, ENOUGH)
    assert (act.name, act.side) in {(event.name, event.side) for event in gestures(watched.events)}


def test_phases_in_order() -> None:
    watched = watch([Gestures()], performer(ACTS["T"]), 4.6, ENOUGH)
    events = [event for event in watched.of("gesture") if event.name == "t_pose"]
    assert [event.phase for event in events] == ["start", "hold", "hold", "end"]
    # It is held for two seconds, and nearly so on both ways.
    assert [event.held_s for event in events] == pytest.approx([0.0, 1.0, 2.1, 2.4], abs=0.35)
    assert max(watched.channel("t_pose")) == 1.0
    assert watched.channel("t_pose")[-1] == 0.0


#: Motions, and the gestures that they show in truth.
SHOWN = {
    "lunge": {"hands_on_hips"},
    "jumping_jack": {"hands_raised"},
    "shoulder_press": {"hands_raised"},
    "pull_up": {"hands_raised"},
    "lateral_raise": {"t_pose"},
    "squat": {"crouch"},
    "sit_to_stand": set(),
    "fall": {"crouch"},
    "lie_down": {"crouch"},
    "jump": {"crouch"},
    "wave": {"wave", "hand_raised"},
    "raise_hands": {"hand_raised", "hands_raised"},
}
MEANT = {name: {act.name for act in ACTS.values() if act.motion == name} for name in MOTIONS}


@pytest.mark.parametrize("motion", [name for name in MOTIONS if name not in ("talk", "wander")])
def test_other_motions_are_no_gestures(motion: str) -> None:
    conditions = Conditions(fps=12.0, noise_px=3.0, missing=0.05)
    watched = watch([Gestures()], partial(Performer, motion, size=0.6), 9.0, conditions)
    told_of = {str(event.name) for event in gestures(watched.events)}
    assert told_of <= MEANT[motion] | SHOWN.get(motion, set())


def test_a_small_wave_is_a_wave_and_a_still_hand_is_none() -> None:
    small = watch([Gestures()], performer(Act("wave", "wave", style=Style(depth=0.5))), 4.0, ENOUGH)
    assert {event.side for event in gestures(small.events) if event.name == "wave"} == {"right"}
    still = watch([Gestures()], performer(Act("wave", "wave", style=Style(depth=0.1))), 6.0, ENOUGH)
    assert not [event for event in gestures(still.events) if event.name == "wave"]


TEMPOS_HZ = (1.0, 1.5, 2.0, 3.0, 4.0)


def waving(tempo_hz: float, *, still_s: float = 0.0) -> Callable[..., Performer]:
    """Somebody 200 px high who raises a hand, waves from 1 to 5 s, holds it still for so long, and takes it down."""
    wave, down, period_s = MOTIONS["wave"].performed(Style()), Posture(), 6.0 + still_s

    def posture(phase: float) -> Posture:
        at_s = period_s * phase
        raised = ease((at_s - 0.5) / 0.5) - ease((at_s - 5.0 - still_s) / 0.5)
        return blend(down, wave.posture(tempo_hz * min(max(at_s - 1.0, 0.0), 4.0) % 1.0), raised)

    role = staying("wave", Motion(period_s=period_s, posture=posture), WIDTH / 200 / 2)
    return partial(Performer, roles=(role,), size=200 / HEIGHT)


WAVING = {f"{tempo_hz} Hz": waving(tempo_hz) for tempo_hz in TEMPOS_HZ}


@pytest.mark.parametrize("fps", [15.0, 30.0, 60.0])
@pytest.mark.parametrize("noise_px", [1.0, 3.0])
def test_the_tempo_of_a_wave_from_its_start_on(fps: float, noise_px: float) -> None:
    conditions = Conditions(fps=fps, jitter=0.1, noise_px=noise_px)
    seen = watch_each([Gestures()], WAVING, 6.0, conditions)
    for tempo_hz, events in zip(TEMPOS_HZ, seen.values(), strict=True):
        waves = [event for event in events if event.kind == "gesture" and event.name == "wave"]
        assert [event.phase for event in waves][0 :: len(waves) - 1] == ["start", "end"]
        tempos = [event.value for event in waves]
        assert tempos == pytest.approx([tempo_hz] * len(tempos), rel=0.1), (tempo_hz, fps)


def test_half_of_a_t_pose_is_none() -> None:
    watched = watch([Gestures()], performer(Act("t_pose", "t_pose", style=Style(depth=0.5))), 6.0, ENOUGH)
    assert not gestures(watched.events)


@pytest.mark.parametrize("fps", [15.0, 60.0])
@pytest.mark.parametrize("noise_px", [1.0, 3.0])
def test_a_wave_is_over_when_the_hand_is_held_still(fps: float, noise_px: float) -> None:
    conditions = Conditions(fps=fps, jitter=0.1, noise_px=noise_px)
    performers = {f"{tempo_hz} Hz": waving(tempo_hz, still_s=4.0) for tempo_hz in TEMPOS_HZ[1:]}
    for which, events in watch_each([Gestures()], performers, 9.0, conditions).items():
        waves = [event for event in events if event.kind == "gesture" and event.name == "wave"]
        assert waves[-1].phase == "end", which
        assert waves[-1].timestamp_s == pytest.approx(5.6, abs=0.6)


def arms(upper: Limb, forearm: Limb, other: Limb | None = None) -> Posture:
    """Both arms alike; other: the right one hangs so, straight."""
    right = (upper, forearm) if other is None else (other, other)
    return Posture(left_upper_arm=upper, left_forearm=forearm, right_upper_arm=right[0], right_forearm=right[1])


def shown(posture: Posture, hold_s: float, *, way_s: float = 0.4, size: float = 0.4) -> Callable[..., Performer]:
    """Somebody who shows that every few seconds, for so long."""
    motion = through((1.2, Posture(turn=posture.turn)), (way_s, posture), (hold_s, posture), (way_s, Posture()))
    role = staying("show", motion, WIDTH / (HEIGHT * size) / 2)
    return partial(Performer, roles=(role,), size=size)


T_POSE = arms(Limb(90), Limb(90))
T_POSES = {
    **{
        f"{turn} degrees, {size}": partial(Performer, "t_pose", style=Style(turn=turn), size=size)
        for turn in (0.0, 25.0, -45.0, 45.0)
        for size in (0.6, 0.4, 0.25)
    },
    "sagging": shown(arms(Limb(80), Limb(80)), 1.5),
    "sagging, half turned away": shown(arms(Limb(80), Limb(80))._replace(turn=40.0), 1.5),
    "camera not level": shown(T_POSE._replace(tilt=10.0), 1.5),
    "for a moment": shown(T_POSE, 0.7),
}


@pytest.mark.parametrize("fps", [15.0, 30.0])
def test_t_poses_from_several_sides_and_distances(fps: float) -> None:
    conditions = Conditions(fps=fps, noise_px=3.0, jitter=0.1)
    for which, events in watch_each([Gestures()], T_POSES, 5.0, conditions).items():
        assert "t_pose" in {event.name for event in gestures(events)}, (which, fps)


NO_T_POSES = {
    "raised": shown(T_POSE, 0.1),
    "raised, with a stop": shown(T_POSE, 0.25),
    "pointing": shown(arms(Limb(90), Limb(90), Limb(8)), 2.0),
    "folded before the chest": shown(arms(Limb(85), Limb(-85)), 2.0),
    "forearms up": shown(arms(Limb(85), Limb(175)), 2.0),
    "forearms down": shown(arms(Limb(85), Limb(5)), 2.0),
    "half up": shown(arms(Limb(135), Limb(135)), 2.0),
    "half down": shown(arms(Limb(50), Limb(50)), 2.0),
    "forwards": shown(arms(Limb(0, 90), Limb(0, 90)), 2.0),
    "overhead": shown(arms(Limb(170), Limb(170)), 2.0),
    "hanging": shown(Posture(), 2.0),
    **{motion: partial(Performer, motion, size=0.4) for motion in ("shoulder_press", "jumping_jack", "hands_on_hips")},
}


@pytest.mark.parametrize("fps", [15.0, 30.0])
def test_arms_elsewhere_are_no_t_pose(fps: float) -> None:
    conditions = Conditions(fps=fps, noise_px=3.0, jitter=0.1)
    for which, events in watch_each([Gestures()], NO_T_POSES, 8.0, conditions).items():
        assert "t_pose" not in {event.name for event in gestures(events)}, (which, fps)


def test_of_somebody_who_is_gone_gestures_are_over() -> None:
    stage = performer(ACTS["T"])(noise=0.0)
    nobody = standing()
    results = piped(
        lambda at_s: stage.poses_at(at_s) if at_s < 2.6 else nobody, [n / 15 for n in range(90)], [Gestures()]
    )
    assert [event.phase for event in told(results, "gesture")] == ["start", "end"]
