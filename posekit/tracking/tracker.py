"""Who is who: gives poses an identity that stays, and steadies them. Everything is in seconds, nothing in frames.

Association follows ByteTrack (Zhang et al., ECCV 2022): confident poses are matched to people first, weak ones may only
continue somebody. A person unseen for up to ``hold_s`` is still present with held, fading keypoints; until
``leave_after_s`` the id and slot are kept and can be revived, without counting; then the person departs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from posekit.skeleton import INDEX
from posekit.tracking.association import areas, assign, keypoint_weights, oks, unique
from posekit.tracking.smoothing import OneEuro, Steadiness
from posekit.types import Departure, FloatArray, Person, Poses

__all__ = ["PoseTracker"]

#: Poses of at least this score may start a person; weaker ones only continue one.
_STRONG_SCORE: Final = 0.4
#: Poses more alike than this are one person found twice.
_DUPLICATE_OKS: Final = 0.7
#: A pose less like a prediction than this is not that person.
_LEAST_OKS: Final = 0.15
#: The prediction's uncertainty: a person's area is multiplied by (1 + elapsed/this)².
_UNCERTAINTY_S: Final = 0.25
#: What being known, and having been seen just now, is worth beside the similarity of 0…1.
_KNOWN_CLAIM: Final = 0.2
_RECENT_CLAIM: Final = 0.3
_RECENT_S: Final = 0.12
#: A newcomer who is not seen again for so long, or in less than this share of the looks, was none.
_NEWCOMER_S: Final = 0.35
_NEWCOMER_SHARE: Final = 0.5
#: Motion is carried on for so long while a person is unseen, fading.
_MOMENTUM_S: Final = 0.4
#: A person who was lost is recognised at once within so many body lengths of where they are expected.
_AT_ONCE_REACH: Final = 0.3
#: A confirmed newcomer is a person who was lost within so many, plus what one may walk meanwhile, per second.
_REVIVAL_REACH: Final = 0.6
_REVIVAL_SPEED: Final = 1.2
#: Logarithm of how much larger or smaller they may be.
_SIZE_REACH: Final = 0.4
#: Within so short a gap, a person whose size seems to change has hidden a limb.
_SHORT_GAP_S: Final = 0.15
#: How far garment colours may lie apart.
_COLOUR_REACH: Final = 0.18
#: Filters start anew after a gap of this length.
_FILTER_GAP_S: Final = 0.5
_CONFIRM_S: Final = 0.1
_TORSO: Final = [INDEX[name] for name in ("leftShoulder", "rightShoulder", "leftHip", "rightHip")]


@dataclass(slots=True)
class _Track:
    """Somebody, or a newcomer who is yet to be confirmed (``id`` and ``slot`` are then 0).

    sightings: poses that were theirs. looks: updates since a newcomer came. The times are those of the tracker's clock.
    """

    id: int
    slot: int
    entered_s: float
    seen_s: float
    sightings: int
    looks: int
    xy: FloatArray
    measured: FloatArray
    velocity: FloatArray
    keypoint_scores: FloatArray
    score: float
    size_px: float
    appearance: FloatArray | None


class PoseTracker:
    """A ``protocols.Tracker``.

    smoothing: 0 raw … 1 calm. confirm_s: how long a newcomer must be seen before they count; None takes the usual, 0
    takes everyone at first sight, as in the first frame of all. max_people: slots. single: one person, whose id stays.
    lock: follow only the ``largest`` or the most ``central`` person, until they depart. region: (x, y, width, height)
    as fractions of the picture; who has the middle of the body outside is ignored. predict_s: look so far ahead.
    """

    def __init__(
        self,
        *,
        smoothing: float = 0.5,
        confirm_s: float | None = None,
        max_people: int = 10,
        single: bool = False,
        lock: Literal["largest", "central"] | None = None,
        region: tuple[float, float, float, float] | None = None,
        predict_s: float = 0.0,
        hold_s: float = 0.5,
        leave_after_s: float = 2.0,
    ) -> None:
        self._filter = OneEuro(Steadiness.of(smoothing))
        self._confirm_s = _CONFIRM_S if confirm_s is None else confirm_s
        self._max_people = 1 if single or lock else max_people
        self._lock = lock
        self._single = single
        self._region = region
        self._predict_s = predict_s
        self._hold_s = hold_s
        self._leave_after_s = leave_after_s
        self._tracks: list[_Track] = []
        self._departed: tuple[Departure, ...] = ()
        self._next_id = 1
        self._now_s = -math.inf

    @property
    def departed(self) -> tuple[Departure, ...]:
        """Those whom the last ``update`` or ``reset`` gave up."""
        return self._departed

    def adjust(self, *, smoothing: float, region: tuple[float, float, float, float] | None, predict_s: float) -> None:
        """Go on with other settings, and with everyone who is there."""
        self._filter = OneEuro(Steadiness.of(smoothing))
        self._region = region
        self._predict_s = predict_s

    def reset(self) -> None:
        """Give everyone up."""
        self._departed = tuple(_departure(track) for track in self._tracks if track.id)
        self._tracks = []

    def update(self, poses: Poses, timestamp_s: float, *, size: tuple[int, int] | None = None) -> tuple[Person, ...]:
        """Everyone present, ordered by slot. Time that goes back counts as no time passed."""
        # Whoever is there when it all begins has not just come in.
        at_first = self._now_s == -math.inf
        if timestamp_s < self._now_s:
            self._shift(timestamp_s - self._now_s)
        self._now_s = timestamp_s
        departing = self._give_up()
        seen = self._usable(poses, size)
        strong = seen[poses.scores[seen] >= self._strong_score(poses)]
        weak = seen[poses.scores[seen] < self._strong_score(poses)]
        present = [track for track in self._tracks if timestamp_s - track.seen_s <= self._hold_s or not track.id]
        strong, present = self._continue(present, poses, strong)
        _, present = self._continue([track for track in present if track.id], poses, weak)
        absent = [track for track in self._tracks if track.id and timestamp_s - track.seen_s > self._hold_s]
        strong = self._revive(absent, poses, strong)
        self._welcome(poses, strong, size, confirm_s=0.0 if at_first else self._confirm_s)
        self._departed = departing
        return self._people()

    def _strong_score(self, poses: Poses) -> float:
        """In single mode every pose is that of the one person."""
        return 0.0 if self._single else _STRONG_SCORE

    def _shift(self, by_s: float) -> None:
        """Move everyone's times along with a clock that was set back."""
        for track in self._tracks:
            track.entered_s += by_s
            track.seen_s += by_s

    def _give_up(self) -> tuple[Departure, ...]:
        kept: list[_Track] = []
        gone: list[_Track] = []
        for track in self._tracks:
            unseen_s = self._now_s - track.seen_s
            if track.id:
                (kept if unseen_s <= self._leave_after_s else gone).append(track)
            elif unseen_s <= _NEWCOMER_S and track.sightings >= _NEWCOMER_SHARE * track.looks:
                track.looks += 1
                kept.append(track)
        self._tracks = kept
        return tuple(_departure(track) for track in gone)

    def _usable(self, poses: Poses, size: tuple[int, int] | None) -> NDArray[np.intp]:
        """Indices of poses that are finite, inside the region, and nobody's duplicate; best first."""
        if not len(poses):
            return np.zeros(0, np.intp)
        kept = unique(poses.xy, poses.keypoint_scores, poses.scores, most_alike=_DUPLICATE_OKS)
        good = np.isfinite(poses.xy[kept]).all(axis=(1, 2)) & np.isfinite(poses.scores[kept])
        if self._region is not None and size is not None:
            middle = poses.xy[kept][:, _TORSO].mean(axis=1) / np.array(size, np.float32)
            x, y, width, height = self._region
            good &= ((middle >= (x, y)) & (middle <= (x + width, y + height))).all(axis=1)
        return kept[good]

    def _predicted(self, track: _Track) -> FloatArray:
        """Where the person should be now: the body's motion carried on, fading while unseen."""
        elapsed_s = self._now_s - track.seen_s
        carried_s = _MOMENTUM_S * (1.0 - math.exp(-elapsed_s / _MOMENTUM_S))
        result: FloatArray = track.measured + _motion(track) * np.float32(carried_s)
        return result

    def _continue(
        self, tracks: list[_Track], poses: Poses, candidates: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], list[_Track]]:
        """Match by OKS to the prediction; the candidates and tracks that are left."""
        if not tracks or not len(candidates):
            return candidates, tracks
        predicted = np.stack([self._predicted(track) for track in tracks])
        weights = keypoint_weights(np.stack([track.keypoint_scores for track in tracks]))
        elapsed_s = np.array([self._now_s - track.seen_s for track in tracks], np.float32)
        area = areas(predicted, weights) * (1.0 + elapsed_s / _UNCERTAINTY_S) ** 2
        gain = oks(
            predicted,
            poses.xy[candidates],
            area=area.astype(np.float32),
            people_weights=weights,
            pose_weights=keypoint_weights(poses.keypoint_scores[candidates]),
        )
        # Over a gap, somebody else may stand nearby: then the size must fit as well.
        sizes = _sizes(poses.xy[candidates], poses.keypoint_scores[candidates])
        known = np.array([track.size_px for track in tracks], np.float32)
        fits = np.abs(np.log(sizes[None] / known[:, None])) < _SIZE_REACH
        allowed = (gain >= _LEAST_OKS) & (fits | (elapsed_s < _SHORT_GAP_S)[:, None])
        gain = gain - 0.3 * _colour_distances(tracks, poses, candidates)
        # Who was seen just now has the better claim, and someone known has a better one than a newcomer.
        claim = _RECENT_CLAIM * np.exp(-elapsed_s / _RECENT_S) + [_KNOWN_CLAIM if track.id else 0.0 for track in tracks]
        gain += claim.astype(np.float32)[:, None]
        rows, columns = assign(np.where(allowed, gain + 1.0, 0.0).astype(np.float32), least=0.5)
        self._measure([tracks[row] for row in rows], poses, candidates[columns])
        return np.delete(candidates, columns), [
            track for row, track in enumerate(tracks) if row not in set(rows.tolist())
        ]

    def _revive(self, tracks: Sequence[_Track], poses: Poses, candidates: NDArray[np.intp]) -> NDArray[np.intp]:
        """Recognise at once who comes back just where they are expected; the candidates that are left."""
        gain = self._recognised(tracks, poses, candidates, reach=_AT_ONCE_REACH, speed=0.0)
        rows, columns = assign(gain, least=1e-6)
        self._measure([tracks[row] for row in rows], poses, candidates[columns])
        return np.delete(candidates, columns)

    def _recognised(
        self, tracks: Sequence[_Track], poses: Poses, candidates: NDArray[np.intp], *, reach: float, speed: float
    ) -> FloatArray:
        """(M, N): how well each pose fits a person who was lost, by place and motion, size and colours; 0: not at all.

        reach, speed: how far from where they were lost, or would be by now, in body lengths, and per second since.
        """
        gain = np.zeros((len(tracks), len(candidates)), np.float32)
        if not gain.size:
            return gain
        middles = poses.xy[candidates][:, _TORSO].mean(axis=1)
        sizes = _sizes(poses.xy[candidates], poses.keypoint_scores[candidates])
        colours = _colour_distances(tracks, poses, candidates)
        for row, track in enumerate(tracks):
            elapsed_s = self._now_s - track.seen_s
            reach_px = track.size_px * (reach + speed * elapsed_s)
            last = track.measured[_TORSO].mean(axis=0)
            ahead = last + _motion(track) * elapsed_s
            distance = np.minimum(np.linalg.norm(middles - last, axis=1), np.linalg.norm(middles - ahead, axis=1))
            ratio = np.abs(np.log(sizes / track.size_px))
            gain[row] = np.where(
                (distance < reach_px) & (ratio < _SIZE_REACH) & (colours[row] < _COLOUR_REACH),
                3.0 - distance / reach_px - ratio - colours[row] / _COLOUR_REACH,
                0.0,
            )
        return gain

    def _measure(self, tracks: Sequence[_Track], poses: Poses, indices: NDArray[np.intp]) -> None:
        """Give each track its pose."""
        if not tracks:
            return
        elapsed_s = np.array([self._now_s - track.seen_s for track in tracks])
        measured, scores = poses.xy[indices], poses.keypoint_scores[indices]
        sizes = _sizes(measured, scores)
        xy, velocity = self._filter.step(
            np.stack([track.xy for track in tracks]),
            np.stack([track.velocity for track in tracks]),
            np.stack([track.measured for track in tracks]),
            measured,
            scores,
            size_px=np.array([track.size_px for track in tracks], np.float32),
            elapsed_s=elapsed_s,
        )
        for row, (track, index) in enumerate(zip(tracks, indices.tolist(), strict=True)):
            if elapsed_s[row] > _FILTER_GAP_S:
                track.xy, track.velocity = measured[row].copy(), np.zeros((17, 2), np.float32)
            else:
                track.xy, track.velocity = xy[row], velocity[row]
            track.size_px += 0.2 * (float(sizes[row]) - track.size_px)
            track.measured, track.keypoint_scores = measured[row], scores[row]
            track.score, track.seen_s = float(poses.scores[index]), self._now_s
            track.sightings += 1
            track.appearance = _blended(track.appearance, poses, index)
            self._confirm(track, poses, index, self._confirm_s)

    def _confirm(self, track: _Track, poses: Poses, index: int, confirm_s: float) -> None:
        """Make somebody of a newcomer who has been seen for long enough: who was lost, or else a new person."""
        if track.id or (confirm_s and track.sightings < 2) or self._now_s - track.entered_s < confirm_s:
            return
        lost = [other for other in self._tracks if other.id and self._now_s - other.seen_s > self._hold_s]
        gain = self._recognised(lost, poses, np.array([index]), reach=_REVIVAL_REACH, speed=_REVIVAL_SPEED)
        if gain.any():
            known = lost[int(gain[:, 0].argmax())]
            self._tracks.remove(known)
            track.id, track.slot, track.entered_s = known.id, known.slot, known.entered_s
            return
        taken = {other.slot for other in self._tracks}
        slot = next((slot for slot in range(1, self._max_people + 1) if slot not in taken), 0)
        if slot:
            track.id, track.slot = self._next_id, slot
            self._next_id += 1

    def _welcome(
        self, poses: Poses, candidates: NDArray[np.intp], size: tuple[int, int] | None, *, confirm_s: float
    ) -> None:
        """Make newcomers of the poses that are nobody's."""
        sizes = _sizes(poses.xy[candidates], poses.keypoint_scores[candidates])
        order = range(len(candidates))
        if self._lock == "largest":
            order = np.argsort(-sizes)[:1].tolist()
        elif self._lock == "central" and size is not None:
            middles = poses.xy[candidates][:, _TORSO].mean(axis=1)
            order = np.argsort(np.linalg.norm(middles - np.array(size) / 2, axis=1))[:1].tolist()
        for row in order:
            index = int(candidates[row])
            track = _Track(
                id=0,
                slot=0,
                entered_s=self._now_s,
                seen_s=self._now_s,
                sightings=1,
                looks=1,
                xy=poses.xy[index].copy(),
                measured=poses.xy[index],
                velocity=np.zeros((17, 2), np.float32),
                keypoint_scores=poses.keypoint_scores[index],
                score=float(poses.scores[index]),
                size_px=float(sizes[row]),
                appearance=_blended(None, poses, index),
            )
            self._tracks.append(track)
            self._confirm(track, poses, index, confirm_s)

    def _people(self) -> tuple[Person, ...]:
        now_s, people = self._now_s, []
        for track in sorted(self._tracks, key=lambda track: track.slot):
            unseen_s = now_s - track.seen_s
            if not track.id or unseen_s > self._hold_s:
                continue
            fade = 1.0 - unseen_s / self._hold_s if unseen_s > 0 else 1.0
            people.append(
                Person(
                    id=track.id,
                    slot=track.slot,
                    age_s=now_s - track.entered_s,
                    xy=track.xy + track.velocity * np.float32(self._predict_s * fade),
                    keypoint_scores=track.keypoint_scores * np.float32(fade),
                    velocity=track.velocity * np.float32(fade),
                    score=track.score * fade,
                    visible=unseen_s <= 0,
                    measured=track.measured if unseen_s <= 0 else None,
                )
            )
        return tuple(people)


def _departure(track: _Track) -> Departure:
    return Departure(id=track.id, slot=track.slot, entered_s=track.entered_s, last_seen_s=track.seen_s)


def _motion(track: _Track) -> FloatArray:
    """(2,) px/s: how the body as a whole moves."""
    weights = keypoint_weights(track.keypoint_scores[None])[0][:, None]
    result: FloatArray = (track.velocity * weights).sum(axis=0) / weights.sum()
    return result


def _sizes(xy: FloatArray, keypoint_scores: FloatArray) -> FloatArray:
    """(N,) px: body lengths, from the area so that a hidden limb changes little."""
    result: FloatArray = np.sqrt(areas(xy, keypoint_weights(keypoint_scores)) * 2.5).astype(np.float32)
    return result


def _colour_distances(tracks: Sequence[_Track], poses: Poses, candidates: NDArray[np.intp]) -> FloatArray:
    """(M, N): how far garments' colours lie apart, 0 where they are not known."""
    distances = np.zeros((len(tracks), len(candidates)), np.float32)
    if poses.appearance is None:
        return distances
    seen = poses.appearance[candidates]
    for row, track in enumerate(tracks):
        if track.appearance is not None:
            apart = np.abs(seen - track.appearance)
            known = np.isfinite(apart)
            distances[row] = np.where(known, apart, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return distances


def _blended(before: FloatArray | None, poses: Poses, index: int) -> FloatArray | None:
    """The colours as known so far, moved a little towards what is seen now."""
    if poses.appearance is None:
        return before
    seen: FloatArray = poses.appearance[index]
    if before is None:
        return seen.copy()
    moved = before + 0.1 * (seen - before)
    result: FloatArray = np.where(np.isfinite(moved), moved, np.where(np.isfinite(before), before, seen))
    return result
