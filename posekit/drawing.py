"""Draws skeletons, ids and counts on pictures, in place.

A colour per slot, lighter on the person's left; lines as thick as the person is large.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import EDGES, KEYPOINTS
from posekit.types import FloatArray, FrameResult, Person, Poses

__all__ = ["Annotator", "colour", "draw_caption", "draw_people", "draw_poses"]

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]

#: BGR, told apart by most eyes, also on a grey floor and a white wall; repeated beyond the last slot.
_COLOURS: Final[tuple[Colour, ...]] = (
    (60, 160, 255),  # orange
    (230, 160, 30),  # blue
    (90, 200, 60),  # green
    (190, 90, 230),  # pink
    (40, 210, 240),  # yellow
    (210, 190, 60),  # turquoise
    (90, 90, 240),  # red
    (220, 120, 150),  # lilac
)
_INK: Final[Colour] = (24, 24, 24)
_PAPER: Final[Colour] = (250, 250, 250)
_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
#: Fixed-point bits of coordinates: lines that move slowly do not jump from pixel to pixel.
_SHIFT: Final = 4
#: How long a gesture of a moment is shown.
_SHOWN_S: Final = 1.0
_FARTHEST_PX: Final = 1e5


def colour(slot: int) -> Colour:
    """The BGR colour of a slot, from 1."""
    return _COLOURS[(slot - 1) % len(_COLOURS)]


def draw_poses(image: Image, poses: Poses, *, min_score: float = 0.2) -> None:
    """Draw raw poses. min_score: keypoints that score less are left out."""
    for index in range(len(poses)):
        _draw(image, poses.xy[index], poses.keypoint_scores[index], colour(index + 1), min_score)


def draw_people(
    image: Image, people: Sequence[Person], *, captions: Mapping[int, str] | None = None, min_score: float = 0.2
) -> None:
    """Draw tracked people. captions: by id, what stands above their heads; without it, the ids do."""
    for person in people:
        _draw(image, person.xy, person.keypoint_scores, colour(person.slot), min_score)
    for person in people:
        if not np.isfinite(person.xy).all():
            continue
        box = person.box(min_score)
        text = str(person.id) if captions is None else captions.get(person.id, str(person.id))
        size = max(box.height, box.width)
        draw_caption(image, text, (box.cx, box.cy - box.height / 2 - 0.06 * size), colour(person.slot))


def draw_caption(image: Image, text: str, at: tuple[float, float], background: Colour) -> None:
    """Write a line on a plate whose lower edge has its middle at ``at``, moved so that it lies in the picture."""
    if not text:
        return
    scale = max(0.4, image.shape[0] / 900)
    thickness = max(1, round(scale * 1.6))
    shown = text.encode("ascii", "replace").decode()
    (width, height), base = cv2.getTextSize(shown, _FONT, scale, thickness)
    pad = round(height * 0.5)
    width, height = width + 2 * pad, height + base + pad
    x = int(np.clip(at[0] - width / 2, 0, max(image.shape[1] - width, 0)))
    y = int(np.clip(at[1] - height, 0, max(image.shape[0] - height, 0)))
    plate = image[y : y + height, x : x + width]
    plate[:] = (plate * 0.15 + np.array(background) * 0.85).astype(np.uint8)
    cv2.putText(image, shown, (x + pad, y + height - base - pad // 2), _FONT, scale, _INK, thickness, cv2.LINE_AA)


class Annotator:
    """Draws results on their pictures, with what the events so far have counted for each person."""

    def __init__(self) -> None:
        self._counts: dict[int, tuple[str, int]] = {}
        self._gestures: dict[int, tuple[str, float]] = {}

    def draw(self, image: Image, result: FrameResult) -> None:
        """Draw everyone, and how many they are. ``image`` is flipped as the result is."""
        for event in result.events:
            if event.id is not None and event.kind == "rep":
                self._counts[event.id] = (str(event.fields["exercise"]), int(event.fields["count"]))
            elif event.id is not None and event.kind == "gesture":
                until_s = event.timestamp_s if event.fields["phase"] == "end" else event.timestamp_s + _SHOWN_S
                self._gestures[event.id] = (str(event.fields["name"]), until_s)
        for departure in result.departed:
            self._counts.pop(departure.id, None)
            self._gestures.pop(departure.id, None)
        captions = {person.id: self._caption(person.id, result.timestamp_s) for person in result.people}
        draw_people(image, result.people, captions=captions)
        count = len(result.people)
        margin = round(image.shape[0] * 0.02)
        draw_caption(image, f"{count} {'person' if count == 1 else 'people'}", (0.0, 3.0 * margin + 14), _PAPER)

    def _caption(self, person_id: int, now_s: float) -> str:
        parts = [str(person_id)]
        if counted := self._counts.get(person_id):
            parts.append(f"{counted[0].replace('_', ' ')} {counted[1]}")
        gesture, until_s = self._gestures.get(person_id, ("", 0.0))
        if now_s < until_s:
            parts.append(gesture.replace("_", " "))
        return "  ".join(parts)


def _draw(image: Image, xy: FloatArray, scores: FloatArray, base: Colour, min_score: float) -> None:
    seen = (scores >= min_score) & np.isfinite(xy).all(axis=1) & (np.abs(xy) < _FARTHEST_PX).all(axis=1)
    if not seen.any():
        return
    extent = float(np.ptp(xy[seen], axis=0).max())
    width = int(np.clip(extent / 60, 1, 12))
    points = np.rint(np.where(seen[:, None], xy, 0.0) * (1 << _SHIFT)).astype(int).tolist()
    edges = [(a, b) for a, b in EDGES if seen[a] and seen[b]]
    for thickness, shade in ((width + 2, 0.0), (width, 1.0)):
        for a, b in edges:
            ink = _shade(base, KEYPOINTS[max(a, b)]) if shade else _INK
            cv2.line(image, points[a], points[b], ink, thickness, cv2.LINE_AA, _SHIFT)
    for index, name in enumerate(KEYPOINTS):
        if seen[index]:
            radius = (width + 1) << (_SHIFT - 1) if index > 4 else max(width, 3) << (_SHIFT - 1)
            cv2.circle(image, points[index], radius + (1 << _SHIFT), _INK, -1, cv2.LINE_AA, _SHIFT)
            cv2.circle(image, points[index], radius, _shade(base, name), -1, cv2.LINE_AA, _SHIFT)


def _shade(base: Colour, part: str) -> Colour:
    """Lighter on the person's left, so that left and right can be told apart."""
    if not part.startswith("left"):
        return base
    b, g, r = (round(channel + (255 - channel) * 0.5) for channel in base)
    return b, g, r
