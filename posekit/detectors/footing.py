"""Where people stand: the point between their feet, or where it would be."""

from typing import Final

from posekit.detectors.memory import Memory
from posekit.detectors.middles import ANKLES, HIPS, Middle
from posekit.types import FrameResult, Person

__all__ = ["BORDER", "Footing"]

#: Who is no farther from a border than this, in torso lengths, stands on it, and may sway there.
BORDER: Final = 0.15
_SEEN_SCORE: Final = 0.3
#: How much of each new look goes into what is known of the way from hips to feet.
_FOLLOW: Final = 0.1


class _Legs:
    """reach: x and y in torso lengths from the hips to the feet, once they were seen."""

    __slots__ = ("ankles", "hips", "reach")

    def __init__(self) -> None:
        self.ankles = Middle(ANKLES, _SEEN_SCORE)
        self.hips = Middle(HIPS, _SEEN_SCORE)
        self.reach: tuple[float, float] | None = None


class Footing:
    """The middle of the ankles; of the hips where the ankles are unseen, and if the ankles were seen before, as far
    from the hips as then. A person of whom neither is seen stands nowhere.

    Detectors may share one: it looks at each frame once.
    """

    def __init__(self) -> None:
        self._legs = Memory(_Legs)
        self._people: tuple[Person, ...] | None = None
        self._places: list[tuple[Person, float, float, float]] = []

    def of(self, result: FrameResult) -> list[tuple[Person, float, float, float]]:
        """Everyone who is seen in this result, with their torso length, and x and y of where they stand, in pixels."""
        if result.people is not self._people or not result.people:
            self._legs.forget(result)
            self._people, self._places = result.people, []
            sizes = result.measures["size_px"].tolist() if result.people else ()
            for person, size_px in zip(result.people, sizes, strict=True):
                place = self._place(person, size_px) if person.visible else None
                if place is not None:
                    self._places.append((person, size_px, *place))
        return self._places

    def _place(self, person: Person, size_px: float) -> tuple[float, float] | None:
        legs, points, scores = self._legs.of(person), person.xy.tolist(), person.keypoint_scores.tolist()
        ankles, hips = legs.ankles.of(points, scores), legs.hips.of(points, scores)
        if ankles is None:
            if hips is None or legs.reach is None:
                return hips
            return hips[0] + legs.reach[0] * size_px, hips[1] + legs.reach[1] * size_px
        if hips is not None:
            x, y = (ankles[0] - hips[0]) / size_px, (ankles[1] - hips[1]) / size_px
            known_x, known_y = legs.reach or (x, y)
            legs.reach = known_x + _FOLLOW * (x - known_x), known_y + _FOLLOW * (y - known_y)
        return ankles
