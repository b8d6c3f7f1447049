"""Drawn people: where the ink lies, in which colours, and that nothing outside the picture hurts."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from posekit.drawing import Annotator, colour, draw_caption, draw_people
from posekit.events import make
from posekit.skeleton import EDGES, INDEX
from posekit.sources.performer import Performer
from posekit.types import FrameResult, Person, Poses


def person(xy: np.ndarray, *, slot: int = 1, id: int = 7, scores: np.ndarray | None = None) -> Person:
    return Person(
        id=id,
        slot=slot,
        age_s=1.0,
        xy=xy.astype(np.float32),
        keypoint_scores=np.ones(17, np.float32) if scores is None else scores.astype(np.float32),
        velocity=np.zeros((17, 2), np.float32),
        score=0.9,
        visible=True,
    )


def standing() -> np.ndarray:
    return Performer("stand").poses_at(1.0).xy[0]


def test_ink_lies_on_every_limb_and_on_every_joint_and_nowhere_far() -> None:
    image, xy = np.zeros((480, 640, 3), np.uint8), standing()
    draw_people(image, [person(xy)], captions={7: ""})
    for a, b in EDGES:
        x, y = np.rint((xy[a] + xy[b]) / 2).astype(int)
        assert image[y, x].any(), (a, b)
    for x, y in np.rint(xy).astype(int):
        assert image[y, x].any()
    away = image.copy()
    left, top = xy.min(axis=0).astype(int) - 60
    right, bottom = xy.max(axis=0).astype(int) + 60
    away[max(top, 0) : bottom, max(left, 0) : right] = 0
    assert not away.any()


def test_left_is_lighter_and_slots_have_their_colours() -> None:
    image, xy = np.zeros((480, 640, 3), np.uint8), standing()
    draw_people(image, [person(xy, slot=2)])
    left, right = (image[tuple(np.rint(xy[INDEX[f"{side}Wrist"]]).astype(int)[::-1])] for side in ("left", "right"))
    assert tuple(right) == colour(2)
    assert all(left.astype(int) >= right)
    assert len({colour(slot) for slot in range(1, 9)}) == 8
    assert colour(9) == colour(1)


def test_unsure_joints_are_left_out() -> None:
    image, xy = np.zeros((480, 640, 3), np.uint8), standing()
    scores = np.ones(17)
    scores[INDEX["leftAnkle"]] = 0.1
    draw_people(image, [person(xy, scores=scores)])
    x, y = np.rint(xy[INDEX["leftAnkle"]]).astype(int)
    assert not image[y - 3 : y + 4, x - 3 : x + 4].any()


@given(
    st.lists(st.floats(width=32) | st.floats(-1e4, 1e4, width=32), min_size=34, max_size=34),
    st.integers(1, 80),
    st.integers(1, 80),
    st.text(max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_no_place_and_no_picture_is_too_odd(numbers: list[float], width: int, height: int, text: str) -> None:
    image = np.zeros((height, width, 3), np.uint8)
    draw_people(image, [person(np.array(numbers, np.float32).reshape(17, 2))], captions={7: text})
    draw_caption(image, text, (numbers[0] if np.isfinite(numbers[0]) else 0.0, 3.0), (1, 2, 3))
    assert image.shape == (height, width, 3)


class Captions(Annotator):
    def of(self, result: FrameResult) -> str:
        self.draw(np.zeros((480, 640, 3), np.uint8), result)
        return self._caption(7, result.timestamp_s)


def rep(count: int, at_s: float) -> dict[str, object]:
    return dict.fromkeys(("rom", "down_s", "pause_s", "up_s", "asymmetry", "lean_deg", "knees"), 0.0) | {
        "exercise": "jumping_jack",
        "count": count,
        "side": "",
        "depth": "",
    }


def test_captions_tell_counts_and_gestures_for_as_long_as_they_last() -> None:
    somebody = person(standing())
    captions = Captions()

    def caption(at_s: float, *events: object) -> str:
        return captions.of(
            FrameResult(
                source="s",
                size=(640, 480),
                seq=0,
                timestamp_s=at_s,
                poses=Poses.empty(),
                people=(somebody,),
                events=events,  # type: ignore[arg-type]
            )
        )

    assert caption(0.0) == "7"
    assert caption(1.0, make("rep", 1.0, "s", somebody, **rep(3, 1.0))) == "7  jumping jack 3"  # type: ignore[arg-type]
    wave = {"name": "wave", "side": "left", "value": 3.0, "held_s": 0.0}
    assert caption(2.0, make("gesture", 2.0, "s", somebody, phase="start", **wave)) == "7  jumping jack 3  wave"
    assert caption(2.5) == "7  jumping jack 3  wave"
    assert caption(2.6, make("gesture", 2.6, "s", somebody, phase="end", **wave)) == "7  jumping jack 3"
    assert caption(9.0) == "7  jumping jack 3"
