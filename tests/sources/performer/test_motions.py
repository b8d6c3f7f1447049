"""The motions: they flow, they turn where they say, styles change what they should, and sides are exact mirrors."""

import math

import numpy as np
import pytest

from posekit.skeleton import INDEX, KEYPOINTS, SWAPPED
from posekit.sources.performer.motion import Style
from posekit.sources.performer.motions import MOTIONS
from posekit.sources.performer.posture import joints

from .conftest import Sampled, every_motion

#: What an exercise moves: a part, an axis (1 is up), and whether the far end is the highest (1) or the lowest (-1).
FAR_END = {
    "squat": ("Hip", 1, -1),
    "push_up": ("Shoulder", 1, -1),
    "curl": ("Wrist", 1, 1),
    "lunge": ("Hip", 1, -1),
    "shoulder_press": ("Wrist", 1, 1),
    "sit_up": ("nose", 1, 1),
    "lateral_raise": ("Wrist", 1, 1),
    "pull_up": ("nose", 1, 1),
    "jumping_jack": ("Wrist", 1, 1),
    "sit_to_stand": ("nose", 1, 1),
    "jump_rope": ("Ankle", 1, 1),
}
#: Where the exercise is an arm's or a leg's, the pause and the sides are that limb's.
REPEATED = [name for name in FAR_END if "dips" in MOTIONS[name].heeds]
SIDED = [name for name, known in MOTIONS.items() if {"left", "right"} <= set(known.sides)]


def test_the_table() -> None:
    assert set(FAR_END) == {name for name, known in MOTIONS.items() if known.performed(Style()).exercise}
    for name, known in MOTIONS.items():
        assert name == name.lower()
        assert known.meaning
        assert set(known.heeds) <= set(Style.__slots__)


@every_motion
def test_it_flows(motion: Sampled) -> None:
    """No joint moves faster than a quick hand does, also not where one cycle follows another."""
    steps = np.linalg.norm(np.diff(motion.space, axis=0, append=motion.space[:1]), axis=2)
    speed = steps.max() / (motion.motion.period_s / len(motion.phases))
    assert speed < 7.0, KEYPOINTS[int(steps.max(axis=0).argmax())]  # body heights per second; 12 m/s for an adult
    assert np.ptp(motion.space, axis=0).max() > (0.004 if motion.name == "stand" else 0.04)


@every_motion
def test_beats_are_in_order(motion: Sampled) -> None:
    starts = [beat.start for beat in motion.motion.beats]
    assert starts == sorted(starts)
    for beat in motion.motion.beats:
        assert 0.0 <= beat.start <= beat.peak <= beat.end <= 1.0
        assert beat.side in ("", "left", "right", "both", "forward", "backward")
    assert not motion.motion.counts or motion.motion.counts in [beat.kind for beat in motion.motion.beats]


@pytest.mark.parametrize("name", FAR_END)
def test_an_exercise_is_at_its_height_at_the_peak(name: str) -> None:
    part, axis, sign = FAR_END[name]
    motion = Sampled.of(name, steps=240)
    moved = sign * motion.at(part)[:, axis]
    for beat in motion.motion.beats:
        during = moved[motion.between(beat.start, beat.end)]
        reach = np.ptp(during)
        assert reach > 0.04
        assert moved[motion.near(beat.peak)] == pytest.approx(during.max(), abs=0.04 * reach)
        # It begins and ends where the other end of the movement is.
        assert moved[motion.near(beat.start)] == pytest.approx(during.min(), abs=0.05 * reach)
        assert moved[motion.near(beat.end)] == pytest.approx(during.min(), abs=0.05 * reach)


def reach(name: str, style: Style) -> float:
    part, axis, _ = FAR_END[name]
    part = part if part == "nose" or not style.side else style.side + part
    return float(np.ptp(Sampled.of(name, style, steps=60).at(part)[:, axis]))


@pytest.mark.parametrize("name", REPEATED)
def test_depth_and_start_set_the_range(name: str) -> None:
    full, half, least = (reach(name, Style(depth=depth)) for depth in (1.0, 0.5, 0.1))
    assert 0.25 * full < half < 0.85 * full
    assert least < 0.25 * full
    assert reach(name, Style(start=0.4)) < 0.9 * full
    ends = [joints(MOTIONS[name].performed(style).posture(0.0)).keypoints for style in (Style(), Style(start=0.4))]
    assert np.abs(np.subtract(*ends)).max() > 0.02  # it begins farther on


@pytest.mark.parametrize("name", REPEATED)
def test_pause_rest_and_dips(name: str) -> None:
    part, axis, sign = FAR_END[name]

    def seconds_near(style: Style, *, far: bool) -> float:
        motion = Sampled.of(name, style, steps=400)
        moved = sign * motion.at(part)[:, axis]
        limit = moved.min() + (0.97 if far else 0.03) * np.ptp(moved)
        near = moved >= limit if far else moved <= limit
        return float(near.mean()) * motion.motion.period_s

    beats = len(MOTIONS[name].performed(Style()).beats)
    plain, paused, rested = Style(), Style(pause_s=2.0), Style(rest_s=2.0)
    for style, far in ((paused, True), (rested, False)):
        longer = MOTIONS[name].performed(style).period_s - MOTIONS[name].performed(plain).period_s
        assert longer == pytest.approx(2.0 * beats)
        gained = seconds_near(style, far=far) - seconds_near(plain, far=far)
        assert gained == pytest.approx(2.0 * beats, rel=0.15)
    # Twice down is one repetition, and what lies between is not the start.
    motion = Sampled.of(name, Style(dips=2), steps=400)
    beat = motion.motion.beats[0]
    moved = sign * motion.at(part)[:, axis]
    during = moved[motion.between(beat.start, beat.end)]
    far = during > during.min() + 0.9 * np.ptp(during)
    assert int((np.diff(far.astype(int)) == 1).sum()) == 2
    first, last = np.flatnonzero(far)[[0, -1]]
    assert during[first:last].min() > during.min() + 0.25 * np.ptp(during)
    assert len(motion.motion.beats) == beats


@pytest.mark.parametrize("name", SIDED)
def test_the_sides_are_exact_mirrors(name: str) -> None:
    known = MOTIONS[name]
    turned = {"turn": 0.0} if name in ("lunge", "kick") else {}
    left, right = (known.performed(Style(side=side, **turned)) for side in ("left", "right"))
    if name in ("swipe_left", "swipe_right"):  # the hand that sweeps inwards is the other one's mirror image
        other = "swipe_right" if name == "swipe_left" else "swipe_left"
        right = MOTIONS[other].performed(Style(side="right"))
    for phase in np.linspace(0, 1, 23):
        a, b = (np.array(joints(motion.posture(phase)).keypoints) for motion in (left, right))
        assert a == pytest.approx(b[list(SWAPPED)] * (-1, 1, 1), abs=1e-9)
    assert [beat.side for beat in left.beats] == ["left" if beat.side else "" for beat in right.beats]


@pytest.mark.parametrize("name", ["curl", "lateral_raise", "raise_hands"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_one_arm_leaves_the_other_alone(name: str, side: str) -> None:
    motion = Sampled.of(name, Style(side=side))
    other = "right" if side == "left" else "left"
    assert np.ptp(motion.at(f"{side}Wrist")[:, 1]) > 0.2
    assert np.ptp(motion.at(f"{other}Wrist"), axis=0).max() < 1e-9


def test_lunges_take_turns() -> None:
    motion = Sampled.of("lunge", steps=240)
    assert [beat.side for beat in motion.motion.beats] == ["right", "left"]
    for beat in motion.motion.beats:
        index = motion.near(beat.peak)
        other = "left" if beat.side == "right" else "right"
        # The leg before bears the weight: its shin is upright, the other one's lies.
        for side, upright in ((beat.side, True), (other, False)):
            shin = motion.at(f"{side}Knee")[index] - motion.at(f"{side}Ankle")[index]
            assert shin[1] / 0.235 > 0.9 if upright else shin[1] / 0.235 < 0.2


@pytest.mark.parametrize("turn", [0.0, 35.0, 90.0])
@pytest.mark.parametrize("name", ["squat", "curl", "crouch", "sit_to_stand", "sit", "jump", "lean", "shoulder_press"])
def test_the_feet_stay_put(name: str, turn: float) -> None:
    motion = Sampled.of(name, Style(turn=turn))
    for part in ("leftAnkle", "rightAnkle"):
        assert np.ptp(motion.at(part)[:, [0, 2]], axis=0).max() < 0.06, part
    assert np.ptp(motion.at("Ankle")[:, [0, 2]], axis=0).max() < 1e-6


def test_push_ups_turn_about_the_toes_and_the_hands_stay() -> None:
    motion = Sampled.of("push_up")
    assert np.ptp(motion.at("Ankle"), axis=0).max() < 0.02
    assert np.ptp(motion.at("leftWrist"), axis=0).max() < 0.03
    straight = motion.at("Shoulder") - motion.at("Ankle")
    through = motion.at("Hip") - motion.at("Ankle")
    cosine = (straight * through).sum(axis=1) / np.linalg.norm(straight, axis=1) / np.linalg.norm(through, axis=1)
    assert cosine.min() > math.cos(math.radians(2.0))


def test_pull_ups_hang_from_hands_that_stay() -> None:
    motion = Sampled.of("pull_up")
    for wrist in ("leftWrist", "rightWrist"):
        assert np.ptp(motion.at(wrist), axis=0).max() < 1e-3
    top = motion.near(motion.motion.beats[0].peak)
    assert motion.at("nose")[top, 1] > motion.at("Wrist")[top, 1]  # the chin is over the bar
    assert motion.at("Ankle")[0, 1] > 0.1  # the feet are off the ground


def test_claps_meet() -> None:
    motion = Sampled.of("clap")
    apart = np.linalg.norm(motion.at("leftWrist") - motion.at("rightWrist"), axis=1)
    peak = motion.near(motion.motion.beats[0].peak)
    assert apart.argmin() == peak
    assert apart[peak] < 0.06
    assert apart.max() > 0.3


@pytest.mark.parametrize("towards", ["left", "right"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_swipes_go_where_they_say(towards: str, side: str) -> None:
    motion = Sampled.of(f"swipe_{towards}", Style(side=side), steps=400)
    beat = motion.motion.beats[0]
    x = motion.at(f"{side}Wrist")[:, 0] * (1 if towards == "left" else -1)  # the person's left is the picture's right
    seconds = (beat.end - beat.start) * motion.motion.period_s
    assert seconds < 0.5
    travelled = x[motion.near(beat.end)] - x[motion.near(beat.start)]
    assert travelled > 0.3
    speed = np.diff(x) * 400 / motion.motion.period_s
    assert beat.start < motion.phases[speed.argmax()] < beat.end
    assert motion.at(f"{side}Wrist")[motion.near(beat.peak), 1] > 0.6  # at the height of the chest
    resting = "right" if side == "left" else "left"
    assert np.ptp(motion.at(f"{resting}Wrist"), axis=0).max() < 1e-9


def test_talking_hands_stay_below_the_shoulders() -> None:
    """A negative for every gesture: no hand is raised, none meets the other, and nothing repeats soon."""
    motion = Sampled.of("talk", steps=800)
    assert not motion.motion.beats
    for side in ("left", "right"):
        wrist = motion.at(f"{side}Wrist")
        assert (wrist[:, 1] < motion.at(f"{side}Shoulder")[:, 1]).all()
        assert np.ptp(wrist, axis=0).min() > 0.12
        resting = wrist[:, 1] < motion.at("Hip")[:, 1] + 0.02
        assert 0.1 < resting.mean() < 0.8
    apart = np.linalg.norm(motion.at("leftWrist") - motion.at("rightWrist"), axis=1)
    assert apart.min() > 0.08
    heights = motion.at("leftWrist")[:, 1] - motion.at("leftWrist")[:, 1].mean()
    again = [np.corrcoef(heights, np.roll(heights, shift))[0, 1] for shift in range(60, 740)]  # 3 s and more
    assert max(again) < 0.75


def test_waves_swing_above_the_shoulder() -> None:
    motion = Sampled.of("wave")
    assert (motion.at("rightWrist")[:, 1] > motion.at("rightShoulder")[:, 1] + 0.05).all()
    assert np.ptp(motion.at("rightWrist")[:, 0]) > 0.1
    assert motion.at("rightWrist")[:, 0].max() < motion.at("rightShoulder")[:, 0].min()  # on the person's right


def test_jumps_fly_as_gravity_has_it() -> None:
    motion = Sampled.of("jump", steps=2000)
    beat = motion.motion.beats[0]
    soles = motion.at("Ankle")[:, 1] - 0.045
    flying = motion.phases[soles > 1e-4]
    assert (flying[0], flying[-1]) == pytest.approx((beat.start, beat.end), abs=0.002)
    assert motion.phases[soles.argmax()] == pytest.approx(beat.peak, abs=0.002)
    assert soles.max() == pytest.approx(0.16, abs=1e-4)
    flight_s = (beat.end - beat.start) * motion.motion.period_s
    assert 9.81 / 1.75 * flight_s**2 / 8 == pytest.approx(0.16)


def test_the_rope_is_jumped_in_time() -> None:
    motion = Sampled.of("jump_rope", steps=400)
    soles = motion.at("Ankle")[:, 1]
    flying = motion.phases[soles > soles.min() + 1e-4]
    beat = motion.motion.beats[0]
    assert (flying[0], flying[-1]) == pytest.approx((beat.start, beat.end), abs=0.02)
    assert np.ptp(soles) == pytest.approx(0.06, abs=1e-3)


def tilt_of_the_trunk(motion: Sampled) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    up = motion.at("Shoulder") - motion.at("Hip")
    return np.degrees(np.arccos(up[:, 1] / np.linalg.norm(up, axis=1)))


@pytest.mark.parametrize("side", ["left", "right", "forward", "backward"])
def test_a_fall_is_quick_and_ends_on_the_ground(side: str) -> None:
    motion = Sampled.of("fall", Style(side=side), steps=600)
    fall, lie = motion.motion.beats
    assert (fall.kind, lie.kind) == ("fall", "lie")
    assert (fall.end - fall.start) * motion.motion.period_s < 1.0
    tilt, hips = tilt_of_the_trunk(motion), motion.at("Hip")[:, 1]
    assert tilt[motion.near(fall.start)] < 5
    lying = motion.between(lie.start, lie.end)
    assert tilt[lying].min() > 80
    assert hips[lying].max() < 0.18
    assert hips[0] > 0.5
    speed = -np.diff(hips) * 600 / motion.motion.period_s
    assert fall.start < motion.phases[speed.argmax()] < fall.end
    assert (lie.end - lie.start) * motion.motion.period_s == pytest.approx(4.0)


def test_a_fall_to_a_side_goes_there() -> None:
    for side, sign in (("left", 1), ("right", -1)):
        motion = Sampled.of("fall", Style(side=side))
        index = motion.near(motion.motion.beats[1].peak)
        assert sign * (motion.at("nose")[index, 0] - motion.at("Ankle")[index, 0]) > 0.5


def test_lying_down_is_slow() -> None:
    motion = Sampled.of("lie_down", steps=600)
    (lie,) = motion.motion.beats
    tilt, hips = tilt_of_the_trunk(motion), motion.at("Hip")[:, 1]
    assert tilt[motion.between(lie.start, lie.end)].min() > 80
    standing = motion.phases[hips > 0.5]
    down_s = (lie.start - standing[standing < lie.start].max()) * motion.motion.period_s
    assert down_s > 4.0
    fastest = -np.diff(hips).min() * 600 / motion.motion.period_s
    assert fastest < 0.6  # body heights per second; a fall reaches twice that


def test_sitting_is_neither_lying_nor_falling() -> None:
    motion = Sampled.of("sit", steps=600)
    (sit,) = motion.motion.beats
    hips = motion.at("Hip")[:, 1]
    assert hips[motion.between(sit.start, sit.end)] == pytest.approx(0.3, abs=0.05)
    assert tilt_of_the_trunk(motion).max() < 40
    assert np.abs(np.diff(hips)).max() * 600 / motion.motion.period_s < 0.6


def test_held_gestures_hold_still() -> None:
    kinds = {}
    for name in ("t_pose", "hands_on_hips", "arms_crossed", "lean", "raise_hands", "crouch", "head_turn"):
        motion = Sampled.of(name, steps=300)
        for beat in motion.motion.beats:
            held = motion.space[motion.between(beat.start, beat.end)]
            assert np.ptp(held, axis=0).max() < 1e-9
            kinds[beat.kind] = dict(zip(KEYPOINTS, held[0], strict=True))
    t_pose, hips = kinds["t_pose"], kinds["hands_on_hips"]
    for side in ("left", "right"):
        assert t_pose[f"{side}Wrist"][1] == pytest.approx(t_pose[f"{side}Shoulder"][1])
        assert math.dist(hips[f"{side}Wrist"][:2], hips[f"{side}Hip"][:2]) < 0.11
        assert kinds["hands_up"][f"{side}Wrist"][1] > kinds["hands_up"]["nose"][1] + 0.1
        crossed = kinds["arms_crossed"]
        other = "right" if side == "left" else "left"
        assert (crossed[f"{side}Wrist"][0] - crossed[f"{other}Wrist"][0]) * (1 if side == "left" else -1) < 0
    assert kinds["lean_left"]["nose"][0] > 0.1  # the person's left is the picture's right
    assert kinds["crouch"]["leftHip"][1] < 0.25
    for side, sign in (("left", 1), ("right", -1)):
        head = kinds[f"head_{side}"]
        assert sign * (head["nose"][0] - (head["leftEar"][0] + head["rightEar"][0]) / 2) > 0.04


def test_kicks_go_high_and_fast() -> None:
    motion = Sampled.of("kick", steps=400)
    (beat,) = motion.motion.beats
    foot = motion.at("rightAnkle")
    assert motion.phases[foot[:, 1].argmax()] == pytest.approx(beat.peak, abs=0.02)
    assert foot[:, 1].max() > 0.35
    assert np.ptp(motion.at("leftAnkle")[:, [0, 2]], axis=0).max() < 1e-6


def test_walking_feet_stay_put_while_they_bear_the_body() -> None:
    motion = Sampled.of("walk", steps=400)
    advance = motion.motion.step_length * 2 * motion.phases
    for side, strike in (("left", 0.0), ("right", 0.5)):
        ankle = motion.space[:, INDEX[f"{side}Ankle"]]
        stance = np.roll(np.arange(400), -round(strike * 400))[:160]  # the flat part of the stance
        forward = ankle[stance, 2] + np.where(stance < strike * 400, advance[stance] + 0.64, advance[stance])
        assert np.ptp(forward) < 1e-4
        # It strikes farthest ahead, and swings above the ground.
        assert ankle[:, 2].argmax() == pytest.approx(round(strike * 400), abs=8)
        assert ankle[:, 1].max() > ankle[stance, 1].max() + 0.03
    assert motion.motion.step_length * 2 / motion.motion.period_s == pytest.approx(0.58, abs=0.02)
