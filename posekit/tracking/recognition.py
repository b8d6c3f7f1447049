"""Who is it? What it costs to take a pose, or a newcomer, for somebody who was seen before.

Costs are logarithms of probability: 0 is a perfect match at an exactly known place, looks that match make it cheaper,
``NEVER`` is out of the question.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from posekit.similarity import keypoint_weights, oks, standing_areas, surprise
from posekit.skeleton import HIPS, SHOULDERS
from posekit.tracking.people import People
from posekit.tracking.sight import Sight, middles
from posekit.tracking.signature import unlikeness
from posekit.types import FloatArray

__all__ = ["NEVER", "continuing", "returning"]

NEVER: Final = np.inf
#: A pose less like the prediction than this, or at a higher cost, is not that person.
_LEAST_OKS: Final = 0.15
_CONTINUE_COST: Final = 3.5
#: Nor is a weak pose whose torso points the other way, such as the whole body that a network makes of the legs of
#: somebody who walks out of the picture: the cosine of the angle, between torsos that look at least so long.
_OTHER_WAY: Final = -0.1
_LEAST_TORSO: Final = 0.05
#: That a network is slower than this makes it less sure where people are, but nobody less likely to be themselves.
_SLOW_S: Final = 0.2
#: Looks tell so much, in favour and against. Build, which the network sees less surely, counts by this factor.
_MOST_LIKE: Final = 3.0
_MOST_UNLIKE: Final = 5.0
_BUILD: Final = 0.5
#: Variance of a place that is known exactly, body lengths².
_EXACT: Final = 0.01
#: Beyond this many variances (half the squared deviation) it is somebody else.
_FARTHEST: Final = 4.5
#: Somebody out of sight for so long may have turned, and comes back within about so many body lengths of where they
#: were lost; whoever left first is back first, by so little per second.
_TURNED_S: Final = 0.5
_TURNED: Final = 0.3
_FIRST_OUT: Final = 0.3
#: Walking is faster than this, body lengths per second, and a border nearer than this, body lengths. Who walked out and
#: in again elsewhere costs so much, beside how far pace and place across the way differ.
_WALKING: Final = 0.15
_AT_BORDER: Final = 0.5
_ROUND_COST: Final = 4.0
_SAME_PACE: Final = 0.3
_SAME_WAY: Final = 0.3


def continuing(people: People, sight: Sight, now_s: float, *, interval_s: float = 0.0) -> FloatArray:
    """(M, N): of each person and pose of this frame, by OKS to where the person should be, and by looks.

    interval_s: since the frame before.
    """
    elapsed_s = now_s - people.seen_s
    gone_px, motion = people.motion.after(elapsed_s, people.size_px)
    spread = (motion.place * people.size_px**2).astype(np.float32)
    vague = spread
    if interval_s > _SLOW_S:
        sooner_s = np.maximum(elapsed_s - (interval_s - _SLOW_S), 0.0)
        vague = (people.motion.after(sooner_s, people.size_px)[1].place * people.size_px**2).astype(np.float32)
    weights, area = keypoint_weights(people.keypoint_scores), standing_areas(people.size_px)
    alike = oks(
        (people.pose + gone_px[:, None]).astype(np.float32),
        sight.poses.xy,
        area=area,
        people_weights=weights,
        pose_weights=sight.weights,
        spread=spread,
    )
    cost = surprise(area=area, weights=weights, spread=vague)[:, None] - np.log(np.maximum(alike, _LEAST_OKS))
    possible = (alike >= _LEAST_OKS) & (cost < _CONTINUE_COST)
    if not sight.strong.all():
        along = _uprights(people.pose, people.size_px) @ _uprights(sight.poses.xy, sight.size_px).T
        possible &= sight.strong | (along >= _OTHER_WAY)
    # Looks decide only where there is a choice: behind folded arms, or when the light changes, nobody looks like
    # themselves.
    if (possible.sum(axis=0) > 1).any() or (possible.sum(axis=1) > 1).any():
        unlike = np.clip(_unlike(people, sight.builds, sight.colours), -_MOST_LIKE, _MOST_UNLIKE)
        unlike = np.where(possible, unlike, _MOST_UNLIKE)
        strange = np.maximum(unlike, 0.0)
        cost += np.maximum(unlike - unlike.min(axis=0), strange - strange.min(axis=1)[:, None])
        possible &= cost < _CONTINUE_COST
    result: FloatArray = np.where(possible, cost, NEVER).astype(np.float32)
    return result


def returning(lost: People, newcomers: People, now_s: float, reach_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """(M, N): of each person lost from sight and each newcomer, by place, motion and looks.

    They went on as they went; or turned while out of sight and come back where they were lost; or walked out at one
    side of where people are ever seen, and walk in at another. reach_px: (2, 2), the least and largest x and y there.
    """
    elapsed_s = now_s - lost.seen_s
    gone_px, motion = lost.motion.after(elapsed_s, lost.size_px)
    size_px = lost.size_px[:, None, None]
    off = np.median(newcomers.pose[None] - lost.pose[:, None], axis=2) / size_px
    ahead = off - gone_px[:, None] / size_px
    change = (newcomers.motion.velocity[None] - motion.velocity[:, None]) / size_px
    place = (motion.place + _EXACT)[:, None]
    pace = motion.pace[:, None] + newcomers.motion.pace
    went_on = _half_square(ahead, place)
    turned = np.where(elapsed_s > _TURNED_S, 0.0, NEVER)[:, None] + _half_square(off, _TURNED**2)
    possible = np.minimum(went_on, turned) < _FARTHEST
    went_on += np.log(place / _EXACT) + _half_square(change, pace)
    turned += np.log(_TURNED**2 / _EXACT) - _FIRST_OUT * elapsed_s[:, None]
    looks = _unlike(lost, newcomers.build.mean, newcomers.colours.mean)
    near = np.where(possible, np.minimum(went_on, turned), NEVER)
    return np.minimum(near, _came_round(lost, newcomers, reach_px)) + np.clip(looks, -2 * _MOST_LIKE, 2 * _MOST_UNLIKE)


def _came_round(lost: People, newcomers: People, reach_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """(M, N): of each person who walked out of the picture and each newcomer who walks in, wherever.

    Only who looks the same is meant; or, where poses come without colours, who walks on at the same pace.
    """
    size_px = lost.size_px[:, None, None]
    out = _outwards(lost, reach_px)[:, None] & _outwards(newcomers, reach_px, inwards=True)
    change = (newcomers.motion.velocity[None] - lost.motion.velocity[:, None]) / size_px
    off = np.median(newcomers.pose[None] - lost.pose[:, None], axis=2) / size_px
    # Across the way they walk, nothing brings them elsewhere.
    across = np.where(np.abs(lost.motion.velocity).argmax(axis=1) == 0, 1, 0)
    aside = np.take_along_axis(off, across[:, None, None], axis=2)
    as_before = _half_square(change, _SAME_PACE**2) + _half_square(aside, _SAME_WAY**2)
    if lost.colours.mean.shape[1]:
        same = unlikeness(lost.colours, newcomers.colours.mean) < -_MOST_LIKE
        return np.where(out & same, _ROUND_COST, NEVER)
    return np.where(out & (as_before < _FARTHEST), _ROUND_COST + as_before, NEVER)


def _outwards(people: People, reach_px: NDArray[np.float64], *, inwards: bool = False) -> NDArray[np.bool_]:
    """(N,): who walks out, or in, at a border of where people are ever seen."""
    size_px, middle = people.size_px[:, None], middles(people.pose)
    velocity = people.motion.velocity * (-1.0 if inwards else 1.0) / size_px
    low = (middle - reach_px[0] < _AT_BORDER * size_px) & (velocity < -_WALKING)
    high = (reach_px[1] - middle < _AT_BORDER * size_px) & (velocity > _WALKING)
    return np.asarray((low | high).any(axis=1))


def _half_square(off: NDArray[np.float64], variance: NDArray[np.float64] | float) -> NDArray[np.float64]:
    result: NDArray[np.float64] = (off**2).sum(axis=-1) / (2 * np.asarray(variance))
    return result


def _uprights(xy: FloatArray, size_px: NDArray[np.floating]) -> FloatArray:
    """(N, 2) of length 1: from the middle of the hips to that of the shoulders; 0 where that is too short to tell."""
    torso = middles(xy, SHOULDERS) - middles(xy, HIPS)
    length_px = np.hypot(torso[:, 0], torso[:, 1])
    telling = length_px > _LEAST_TORSO * size_px
    return np.asarray(torso / np.where(telling, length_px, np.inf)[:, None], np.float32)


def _unlike(people: People, builds: FloatArray, colours: FloatArray) -> FloatArray:
    build = np.clip(unlikeness(people.build, builds), -_MOST_LIKE, _MOST_UNLIKE)
    return np.float32(_BUILD) * build + np.clip(unlikeness(people.colours, colours), -_MOST_LIKE, 3 * _MOST_UNLIKE)
