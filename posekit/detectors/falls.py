"""Falls: somebody who stood or sat is on the floor a moment later, and stays there, or gets up.

What is measured is how high shoulders and hips are above the floor on which the person stood, in torso lengths; a fall
is told from lying down, kneeling or sitting on the floor by how fast it went and by where the shoulders are then.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from posekit.detectors.memory import Memory
from posekit.detectors.middles import ANKLES, HIPS, SHOULDERS, Middle, measured_points
from posekit.events import Event, Somebody, make
from posekit.types import FrameResult, Person

__all__ = ["FallSettings", "Falls"]

#: How far from the floor hips are when standing: what is taken while the feet are unseen. Source: Drillis and Contini.
_HIPS_HIGH: Final = 1.7
#: How fast floor and size follow what is seen of somebody upright.
_FOLLOW_S: Final = 0.4
#: Whoever has the shoulders so far above the hips is upright, and the hips so far above the feet, stands.
_UPRIGHT: Final = 0.7
_STANDING: Final = 1.3
#: A frame that comes later than this was preceded by others that did not show the person. A network hardly knows a body
#: that falls: so much of the way down may be unseen. After a longer gap nothing is known of how somebody got there.
_BLINK_S: Final = 0.2
_MOST_UNSEEN_S: Final = 1.5
_GAP_S: Final = 2.5
#: How fast somebody sinks is averaged over so long.
_SINKING_S: Final = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class FallSettings:
    """What counts as a fall. Heights are in torso lengths above the floor: of who stands, hips 1.7 and shoulders 2.7.

    up: whoever has the shoulders higher than this is up (sitting on a chair, they are at 2). down_shoulders, down_hips:
    whoever has them lower than this lies, if the shoulders are also less than down_over above the hips (of somebody
    sitting on the floor they are at 1.1, and 1 above them; crouching, at 1.3). low: whoever has the shoulders lower
    than this has not got up. within_s: from up to down in at most so long is a fall; lying down takes longer.
    settle_s: down for so long is a suspicion. confirm_s: low for so long is confirmed. up_s: up for so long has
    recovered. seen_score: from which on a keypoint is seen.

    Networks may lose a body on its way down. Whoever was last seen with the torso tilted (shoulders between the two of
    lost_over above the hips) and sinking, so fast that the shoulders would be lower than low within lost_within_s, and
    is not seen as a whole for lost_s after that, is suspected to have fallen as well; but only who topples like a tree,
    with the hips at a part between the two of lost_stiff of the shoulders' height (0.63 of who stands; who crouches has
    them lower, who bends higher), and not if the hips were within lost_border of the picture's left or right border:
    who vanishes there has walked out.
    """

    up: float = 1.8
    down_shoulders: float = 0.85
    down_hips: float = 0.95
    down_over: float = 0.6
    low: float = 1.45
    within_s: float = 1.3
    settle_s: float = 0.2
    confirm_s: float = 3.0
    up_s: float = 0.5
    seen_score: float = 0.2
    lost_over: tuple[float, float] = (-0.3, 0.8)
    lost_stiff: tuple[float, float] = (0.57, 0.75)
    lost_within_s: float = 0.3
    lost_s: float = 0.3
    lost_border: float = 1.0


class _Heights(NamedTuple):
    """Of shoulders and hips above the floor, in torso lengths; None where they are not seen."""

    shoulders: float
    hips: float | None


@dataclass(slots=True)
class _Faller:
    """What is known of one person.

    seen_s: the last frame that told something. whole_s: the last one that told of shoulders and hips; heights, lean_deg
    and border_px (from the hips to the picture's border): as then; sinking: how fast the shoulders sank then.
    floor_px, size_px: y of the floor, and the torso length, when last standing. up_s: when last up; unseen_s: how much
    of the time since was not seen; speed: the largest downward speed of the hips since. up_since_s, down_since_s: when
    the present state of being up, or down, began. fallen_s: when a fall happened that is not over; confirmed: whether
    it is certain.
    """

    shoulders: Middle
    hips: Middle
    ankles: Middle
    seen_s: float = -math.inf
    whole_s: float = -math.inf
    heights: _Heights | None = None
    sinking: float = 0.0
    lean_deg: float = 0.0
    border_px: float = 0.0
    floor_px: float | None = None
    size_px: float = 1.0
    up_s: float = -math.inf
    unseen_s: float = 0.0
    speed: float = 0.0
    up_since_s: float | None = None
    down_since_s: float | None = None
    fallen_s: float | None = None
    confirmed: bool = False


class Falls:
    """``fall_suspected`` once somebody is down, ``fall_confirmed`` if they stay there, ``recovered`` once up again.

    A suspicion is stamped with the time at which the floor was reached, and so is its confirmation. State channel:
    ``fallen``, 1 while suspected and 2 while confirmed.
    """

    def __init__(self, settings: FallSettings | None = None) -> None:
        self._settings = settings or FallSettings()
        self._fallers = Memory(self._new)

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events of this frame."""
        self._fallers.forget(result)
        events: list[Event] = []
        columns = (result.measures[name].tolist() if result.people else () for name in ("size_px", "rise", "lean_deg"))
        for person, size_px, rise, lean_deg in zip(result.people, *columns, strict=True):
            faller, now_s = self._fallers.of(person), result.timestamp_s
            if not 0 <= now_s - faller.seen_s <= _GAP_S:
                # How somebody got where they are is not known: nothing but the floor is remembered.
                faller = self._fallers.anew(person, self._new(faller.floor_px, faller.size_px))
            heights = self._heights(faller, person, size_px, result) if person.visible else None
            if heights is not None:
                self._learn(faller, heights, now_s, rise=rise, lean_deg=lean_deg)
                events += self._judge(faller, heights, person, result)
            if faller.whole_s < now_s and self._lost(faller, now_s):
                events.append(self._suspected(faller, faller.whole_s, person, result))
        return events

    def _new(self, floor_px: float | None = None, size_px: float = 1.0) -> _Faller:
        shoulders, hips, ankles = (Middle(pair, self._settings.seen_score) for pair in (SHOULDERS, HIPS, ANKLES))
        return _Faller(shoulders=shoulders, hips=hips, ankles=ankles, floor_px=floor_px, size_px=size_px)

    def states(self, result: FrameResult) -> Mapping[int, Mapping[str, float]]:
        """``fallen`` of everyone."""
        states = {}
        for person in result.people:
            faller = self._fallers.of(person)
            states[person.slot] = {"fallen": 0.0 if faller.fallen_s is None else 1.0 + faller.confirmed}
        return states

    def _heights(self, faller: _Faller, person: Person, size_px: float, result: FrameResult) -> _Heights | None:
        """How high shoulders and hips are; where the floor is, is learnt from whoever stands."""
        points, scores = measured_points(person), person.keypoint_scores.tolist()
        shoulders, hips = faller.shoulders.of(points, scores), faller.hips.of(points, scores)
        if shoulders is None:
            return None
        if hips is not None:
            feet = faller.ankles.of(points, scores)
            if (hips[1] - shoulders[1]) / size_px >= _UPRIGHT:
                floor = feet[1] if feet is not None else hips[1] + _HIPS_HIGH * size_px
                if faller.floor_px is None:
                    faller.floor_px, faller.size_px = floor, size_px
                elif feet is not None and (feet[1] - hips[1]) / size_px >= _STANDING:
                    share = 1.0 - math.exp(-max(result.timestamp_s - faller.seen_s, 0.0) / _FOLLOW_S)
                    faller.floor_px += share * (floor - faller.floor_px)
                    faller.size_px += share * (size_px - faller.size_px)
            faller.border_px = min(hips[0], result.size[0] - 1 - hips[0])
        if faller.floor_px is None:
            return None
        floor, size = faller.floor_px, faller.size_px
        return _Heights((floor - shoulders[1]) / size, None if hips is None else (floor - hips[1]) / size)

    def _learn(self, faller: _Faller, heights: _Heights, now_s: float, *, rise: float, lean_deg: float) -> None:
        """Remember what a frame tells beside where somebody is."""
        faller.seen_s = now_s
        if heights.hips is None:
            return
        elapsed_s = now_s - faller.whole_s
        if _BLINK_S < elapsed_s <= _GAP_S:
            faller.unseen_s += elapsed_s
        if faller.heights is not None and 0 < elapsed_s <= _GAP_S:
            sunk = (faller.heights.shoulders - heights.shoulders) / elapsed_s
            faller.sinking += (1.0 - math.exp(-elapsed_s / _SINKING_S)) * (sunk - faller.sinking)
        if math.isfinite(rise):
            faller.speed = max(faller.speed, -rise)
        faller.lean_deg = lean_deg if math.isfinite(lean_deg) else 0.0
        faller.whole_s, faller.heights = now_s, heights

    def _judge(self, faller: _Faller, heights: _Heights, person: Person, result: FrameResult) -> list[Event]:
        settings, now_s, events = self._settings, result.timestamp_s, list[Event]()
        if heights.shoulders >= settings.up:
            faller.up_s, faller.unseen_s, faller.speed, faller.down_since_s = now_s, 0.0, 0.0, None
            faller.up_since_s = now_s if faller.up_since_s is None else faller.up_since_s
            if faller.fallen_s is not None and now_s - faller.up_since_s >= settings.up_s:
                events.append(self._recovered(faller, person, result))
            return events
        faller.up_since_s = None
        if not self._is_down(heights):
            if heights.shoulders >= settings.low:
                faller.down_since_s = None
            return events + self._confirmed(faller, heights, person, result)
        if faller.down_since_s is None:
            faller.down_since_s = now_s
        way_s = faller.down_since_s - faller.up_s
        fell = way_s - min(faller.unseen_s, _MOST_UNSEEN_S) <= settings.within_s
        if faller.fallen_s is None and fell and now_s - faller.down_since_s >= settings.settle_s:
            events.append(self._suspected(faller, faller.down_since_s, person, result))
        return events + self._confirmed(faller, heights, person, result)

    def _lost(self, faller: _Faller, now_s: float) -> bool:
        """Whether somebody unseen was last seen on their way down."""
        settings, heights = self._settings, faller.heights
        return (
            heights is not None
            and heights.hips is not None
            and faller.fallen_s is None
            and settings.lost_s <= now_s - faller.whole_s <= _GAP_S
            and faller.whole_s - faller.up_s <= settings.within_s
            and heights.shoulders - faller.sinking * settings.lost_within_s < settings.low
            and settings.lost_stiff[0] < heights.hips / max(heights.shoulders, 0.1) < settings.lost_stiff[1]
            and settings.lost_over[0] < heights.shoulders - heights.hips < settings.lost_over[1]
            and faller.border_px >= settings.lost_border * faller.size_px
        )

    def _suspected(self, faller: _Faller, fallen_s: float, who: Somebody, result: FrameResult) -> Event:
        faller.fallen_s, faller.confirmed = fallen_s, False
        return make("fall_suspected", fallen_s, result.source, who, speed=faller.speed, lean_deg=faller.lean_deg)

    def _is_down(self, heights: _Heights) -> bool:
        settings = self._settings
        return (
            heights.hips is not None
            and heights.shoulders < settings.down_shoulders
            and heights.hips < settings.down_hips
            and heights.shoulders - heights.hips < settings.down_over
        )

    def _confirmed(self, faller: _Faller, heights: _Heights, who: Somebody, result: FrameResult) -> list[Event]:
        if faller.fallen_s is None or faller.confirmed or heights.shoulders >= self._settings.low:
            return []
        down_s = result.timestamp_s - faller.fallen_s
        if down_s < self._settings.confirm_s:
            return []
        faller.confirmed = True
        return [make("fall_confirmed", faller.fallen_s, result.source, who, down_s=down_s)]

    def _recovered(self, faller: _Faller, who: Somebody, result: FrameResult) -> Event:
        up_s, fallen_s = faller.up_since_s or 0.0, faller.fallen_s or 0.0
        faller.fallen_s = None
        return make("recovered", up_s, result.source, who, down_s=max(up_s - fallen_s, 0.0), confirmed=faller.confirmed)
