"""The performer as a source: pictures, truth and poses as pure functions of time and options."""

import math
from collections.abc import Iterator
from itertools import pairwise
from threading import Thread

import numpy as np
import pytest

from posekit.errors import SourceError
from posekit.skeleton import INDEX
from posekit.sources.performer import MOTIONS, Performer, Role, Style, programme
from posekit.sources.spec import open_source
from posekit.types import Frame

from .conftest import IN_PLACE

SMALL = {"width": 160, "height": 120}


def test_frames_are_the_pictures_at_their_times() -> None:
    source = Performer("wave", fps=10.0, duration_s=0.5, **SMALL)
    frames = list(source)
    assert [frame.seq for frame in frames] == [0, 1, 2, 3, 4]
    assert [frame.timestamp_s for frame in frames] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])
    assert source.frame_count == 5
    assert frames[0].size == source.size == (160, 120)
    for frame in frames:
        assert frame.image.dtype == np.uint8
        assert (frame.image == source.picture_at(frame.timestamp_s)).all()
    assert (source.name, source.live) == ("performer", False)


def test_the_same_options_give_the_same_pictures_and_truth() -> None:
    a, b = (Performer("squat", people=2, seed=4, **SMALL) for _ in range(2))
    assert (a.picture_at(1.3) == b.picture_at(1.3)).all()
    for x, y in zip(a.truth_at(1.3), b.truth_at(1.3), strict=True):
        assert (x.xy == y.xy).all()


def test_the_seed_changes_looks_and_not_what_is_done() -> None:
    a, b = (Performer("squat", seed=seed, noise=0.0, **SMALL) for seed in (0, 1))
    assert (a.picture_at(1.0) != b.picture_at(1.0)).any()
    assert (a.truth_at(1.0)[0].xy == b.truth_at(1.0)[0].xy).all()


def test_noise_has_the_deviation_asked_for_and_moves() -> None:
    clean, noisy = (Performer("stand", noise=noise, **SMALL) for noise in (0.0, 6.0))
    grain = noisy.picture_at(0.0).astype(int) - clean.picture_at(0.0)
    assert grain.std() == pytest.approx(6.0, rel=0.1)
    assert abs(grain.mean()) < 0.2
    later = noisy.picture_at(4.0).astype(int) - clean.picture_at(4.0)
    assert abs(np.corrcoef(grain.ravel(), later.ravel())[0, 1]) < 0.05


def test_the_frame_rate_changes_when_one_looks_and_nothing_else() -> None:
    slow, fast = Performer("squat", fps=7.0, duration_s=1.0, **SMALL), Performer("squat", fps=60.0, **SMALL)
    for frame in slow:
        assert (fast.picture_at(frame.timestamp_s) == frame.image).all()


@pytest.mark.parametrize("name", MOTIONS)
def test_speed_is_time(name: str) -> None:
    plain, fast = Performer(name), Performer(name, speed=1.6)
    for t in (0.2, 1.1, 7.9):
        (a,), (b,) = plain.truth_at(1.6 * t), fast.truth_at(t)
        assert a.xy == pytest.approx(b.xy, abs=1e-3)
        assert (a.repetitions, a.motion) == (b.repetitions, b.motion)
        assert a.phase == pytest.approx(b.phase, abs=1e-9)
        assert [h.end_s for h in a.happenings] == pytest.approx([1.6 * h.end_s for h in b.happenings])
        assert [s.timestamp_s for s in a.steps] == pytest.approx([1.6 * s.timestamp_s for s in b.steps])


@pytest.mark.parametrize("name", MOTIONS)
def test_size_is_scale(name: str) -> None:
    small, large = Performer(name, size=0.3), Performer(name, size=0.6)
    (a,), (b,) = small.truth_at(3.0), large.truth_at(3.0)
    assert (a.height_px, b.height_px) == pytest.approx((144.0, 288.0))
    if name in IN_PLACE:
        relative_a, relative_b = a.xy - a.xy[INDEX["nose"]], b.xy - b.xy[INDEX["nose"]]
        assert 2 * relative_a == pytest.approx(relative_b, abs=1e-3)


@pytest.mark.parametrize("name", IN_PLACE)
def test_everyone_is_in_the_picture(name: str) -> None:
    for width, height in ((640, 480), (1280, 720), (480, 640)):
        for people in (1, 3):
            elevation = 25.0 if people == 3 else 0.0
            source = Performer(name, people=people, width=width, height=height, elevation=elevation)
            seen = [truth for t in np.linspace(0, 9, 11) for truth in source.truth_at(t)]
            assert len(seen) == 11 * people
            assert all(truth.inside.all() for truth in seen)
            assert all(truth.height_px <= 0.75 * height + 1e-6 for truth in seen)


def test_the_camera_may_look_down_or_up() -> None:
    """Seen from so far away that nearer things look no larger, heights shrink and what is nearer moves down."""
    for elevation in (30.0, -15.0):
        sine, cosine = math.sin(math.radians(elevation)), math.cos(math.radians(elevation))
        level, tilted = Performer("squat", size=0.5), Performer("squat", size=0.5, elevation=elevation)
        beside = Performer("squat", size=0.5, style=Style(turn=90.0))  # its x is the other one's nearness
        for t in (0.0, 1.7):
            (a,), (b,), (c,) = (source.truth_at(t) for source in (level, tilted, beside))
            nose, ankle = INDEX["nose"], INDEX["leftAnkle"]
            higher = (a.xy[ankle, 1] - a.xy[nose, 1]).item()
            nearer = (c.xy[nose, 0] - c.xy[ankle, 0]).item()
            assert b.xy[:, 0] == pytest.approx(a.xy[:, 0], abs=1e-3)
            assert b.xy[ankle, 1] - b.xy[nose, 1] == pytest.approx(higher * cosine - nearer * sine, abs=0.05)


@pytest.mark.parametrize("name", IN_PLACE)
def test_performers_stand_apart_and_are_out_of_phase(name: str) -> None:
    source = Performer(name, people=4)
    for t in np.linspace(0, 9, 10):
        truths = source.truth_at(t)
        spans = sorted((truth.xy[:, 0].min(), truth.xy[:, 0].max()) for truth in truths)
        assert all(a[1] < b[0] for a, b in pairwise(spans))
        assert len({round(truth.phase, 6) for truth in truths}) == 4
        assert [truth.index for truth in truths] == [0, 1, 2, 3]


def test_walkers_pass_in_front_of_each_other() -> None:
    source = Performer("walk", people=2)
    assert max(len(source.truth_at(t)) for t in np.arange(0, 12, 0.5)) == 2
    hidden = [
        (~truth.visible & truth.inside).sum()
        for t in np.arange(0, 8, 0.1)
        for truth in source.truth_at(t)
        if truth.index == 0
    ]
    assert max(hidden) > 10  # the one behind disappears behind the other


def test_visible_is_what_can_be_seen() -> None:
    (standing,) = Performer("stand").truth_at(0.0)
    assert standing.visible.all()
    (side,) = Performer("squat", style=Style(turn=90.0)).truth_at(0.0)
    names = {name for name, index in INDEX.items() if not side.visible[index]}
    assert {"leftEar", "leftElbow", "leftShoulder"} <= names  # of one who faces the right edge, the far side
    assert not any(name.startswith("right") for name in names)
    (crossed,) = Performer("arms_crossed").truth_at(2.6)
    assert not crossed.visible.all()
    (close,) = Performer("stand", size=2.0).truth_at(0.0)
    assert not close.inside[INDEX["nose"]]
    assert close.xy[INDEX["nose"], 1] < 0
    assert not (close.visible & ~close.inside).any()


def test_a_person_is_drawn_where_the_truth_says() -> None:
    """Every visible keypoint lies on pixels that differ from the empty stage, and outside of the body nothing does."""
    for name in ("squat", "jumping_jack", "push_up", "fall", "walk"):
        source = Performer(name, noise=0.0)
        empty = Performer("walk", noise=0.0).picture_at(0.0)
        for t in (1.5, 3.1):
            differs = (source.picture_at(t).astype(int) - empty != 0).any(axis=2)
            (truth,) = source.truth_at(t)
            for x, y in truth.xy[truth.visible]:
                assert differs[round(float(y)), round(float(x))]
            ys, xs = np.nonzero(differs[:400])  # above the shadow
            margin = 0.13 * truth.height_px
            assert xs.min() > truth.xy[:, 0].min() - margin
            assert xs.max() < truth.xy[:, 0].max() + margin
            assert ys.min() > truth.xy[:, 1].min() - margin


def test_roles_of_ones_own() -> None:
    visits = programme(1.0, -0.5, [("walk", 1.0), ("squat", 2.8), ("walk", 3.0)])
    source = Performer(roles=[Role(visits, math.inf)], size=0.7)
    assert source.truth_at(0.5) == ()
    (truth,) = source.truth_at(visits[1].start_s + 1.68)
    assert truth.motion == "squat"
    assert truth.xy[[INDEX["leftHip"], INDEX["rightHip"]], 0].mean() == pytest.approx(0.7 * 480, abs=2)
    assert source.truth_at(visits[-1].end_s + 0.1) == ()


def test_the_tour() -> None:
    source = Performer()
    assert source.truth_at(0.0) == ()
    assert len(source.poses_at(0.0)) == 0
    empty = Performer(noise=0.0).picture_at(0.0)
    assert (empty == Performer("walk", noise=0.0, seed=3).picture_at(0.0)).all()  # the walker is still outside
    counts = {len(source.truth_at(t)) for t in np.arange(0, 60, 0.5)}
    assert counts == {0, 1, 2}


def test_poses_are_the_truth() -> None:
    source = Performer("squat", people=3)
    poses = source.poses_at(1.0)
    truths = source.truth_at(1.0)
    assert len(poses) == 3
    assert list(poses.scores) == sorted(poses.scores, reverse=True)
    assert poses.xy.dtype == poses.keypoint_scores.dtype == poses.scores.dtype == np.float32
    for truth in truths:
        index = int(np.abs(poses.xy - truth.xy).sum(axis=(1, 2)).argmin())
        assert (poses.xy[index] == truth.xy).all()
        assert (poses.keypoint_scores[index][truth.visible] > 0.9).all()
        assert (poses.keypoint_scores[index][~truth.visible] < 0.5).all()
        assert poses.scores[index] == pytest.approx(poses.keypoint_scores[index].mean())


def test_poses_with_errors() -> None:
    source = Performer("wave", people=2)
    exact = source.poses_at(0.4)
    errors, lost = [], []
    for t in np.arange(0, 5, 0.1):
        exact = source.poses_at(t)
        noisy, patchy = source.poses_at(t, noise_px=3.0), source.poses_at(t, missing=0.1)
        errors.append(noisy.xy - exact.xy)
        lost.append(patchy.keypoint_scores == 0)
        assert (noisy.xy == source.poses_at(t, noise_px=3.0).xy).all()
        kept = patchy.keypoint_scores > 0
        assert all(np.isin(patchy.xy[kept], exact.xy).ravel())
    assert np.std(errors) == pytest.approx(3.0, rel=0.05)
    assert np.mean(lost) == pytest.approx(0.1, abs=0.01)


def test_poses_of_those_outside_are_none() -> None:
    source = Performer("walk")
    assert len(source.truth_at(0.0)) == 1
    assert len(source.poses_at(0.0)) == 0
    assert source.poses_at(0.9).keypoint_scores.min() == pytest.approx(0.05)


def test_truth_needs_no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    import posekit.sources.performer.source as module

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("something was drawn")

    monkeypatch.setattr(module, "draw", forbidden)
    monkeypatch.setattr(module, "Backdrop", forbidden)
    assert len(Performer("squat", people=3).truth_at(1.0)) == 3


def test_truth_cannot_be_changed() -> None:
    (truth,) = Performer("squat").truth_at(0.0)
    with pytest.raises(ValueError, match="read-only"):
        truth.xy[0] = 0


def test_close_ends_it_for_good_from_another_thread() -> None:
    source = Performer("stand", **SMALL)

    def frames() -> Iterator[Frame]:
        yield from source

    taken = 0
    for _ in frames():
        taken += 1
        if taken == 3:
            closer = Thread(target=source.close)
            closer.start()
            closer.join()
    assert taken == 3
    source.close()
    assert list(source) == []


def test_specs() -> None:
    source = open_source("performer:curl?side=left&depth=0.6&start=0.3&people=2&fps=15&duration_s=2&cycles=4&seed=7")
    assert isinstance(source, Performer)
    expected = Performer(
        "curl", style=Style(side="left", depth=0.6, start=0.3), people=2, fps=15.0, duration_s=2.0, cycles=4, seed=7
    )
    assert source.frame_count == expected.frame_count == 30
    assert (source.picture_at(1.0) == expected.picture_at(1.0)).all()
    for text in ("performer", "performer:", "performer?size=0.5", "performer:walk?width=320&height=240"):
        assert isinstance(open_source(text), Performer)


WRONG = [
    ("performer:squad", "the performer has no motion 'squad'; did you mean 'squat'?"),
    ("performer:jumping-jacks", "the performer has no motion 'jumping-jacks'; did you mean 'jumping_jack'?"),
    ("performer:qqq", f"the performer has no motion 'qqq'; it has {', '.join(MOTIONS)}"),
    ("performer:squat?sped=2", "the performer has no option 'sped'; did you mean 'speed'?"),
    ("performer:squat?people=two", "the performer's people is a whole number, got 'two'"),
    ("performer:squat?people=1.5", "the performer's people is a whole number, got '1.5'"),
    ("performer:squat?people=0", "the performer's people lies between 1 and 16, got 0"),
    ("performer:squat?speed=fast", "the performer's speed is a number, got 'fast'"),
    ("performer:squat?speed=nan", "the performer's speed lies between 0.1 and 5, got nan"),
    ("performer:squat?speed=inf", "the performer's speed lies between 0.1 and 5, got inf"),
    ("performer:squat?size=9", "the performer's size lies between 0.05 and 3, got 9"),
    ("performer:squat?elevation=80", "the performer's elevation lies between -30 and 60, got 80"),
    ("performer:squat?width=10", "the performer's width lies between 64 and 7680, got 10"),
    ("performer:squat?duration_s=0", "the performer's duration_s lies between 0.01 and 1e+06, got 0"),
    ("performer:squat?cycles=0", "the performer's cycles lies between 1 and 10000, got 0"),
    ("performer:squat?depth=2", "the performer's depth lies between 0.05 and 1.25, got 2"),
    ("performer:squat?depth=0.3&start=0.5", "the performer's start must be below its depth of 0.3, got 0.5"),
    ("performer:stand?depth=0.5", "the performer's stand has no depth; it has turn"),
    (
        "performer:squat?side=left",
        "the performer's squat has no side; it has depth, start, pause_s, rest_s, dips, turn",
    ),
    ("performer:walk?turn=90", "the performer's walk has no turn; it has no such options"),
    ("performer:curl?side=top", "the performer's curl has the sides both, left, right, got 'top'"),
    ("performer:fall?side=up", "the performer's fall has the sides left, right, forward, backward, got 'up'"),
    ("performer?depth=0.5", "the performer's tour has no depth; it has no such options"),
    (
        "performer?people=3",
        "the performer's tour has two people; name a motion to choose, such as 'performer:squat'",
    ),
    (
        "performer:walk?cycles=3",
        "cycles are those of a motion that stays in place, such as 'performer:squat?cycles=5'",
    ),
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=[text for text, _ in WRONG])
def test_wrong_specs_say_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(SourceError) as raised:
        open_source(text)
    assert str(raised.value) == message


def test_roles_or_a_motion() -> None:
    role = Role(programme(0.0, 0.0, [("stand", 1.0)]), math.inf)
    with pytest.raises(SourceError, match="roles or a motion, not both"):
        Performer("squat", roles=[role])


def test_long_performances_stay_cheap() -> None:
    """Ten minutes into a clapping performance the truth lists everything, made once and not per frame."""
    source = Performer("clap")
    (a,), (b,) = source.truth_at(600.0), source.truth_at(600.01)
    assert len(a.happenings) == 857
    assert a.happenings is b.happenings
