"""Input sizes that follow the people in the picture: what the estimator asks before every frame and tells after it."""

import logging
import math
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posekit.delayed import Delayed
from posekit.posenet.experience import Comparison
from posekit.posenet.figures import Glimpse, Seen
from posekit.posenet.merge import compared, strangers
from posekit.posenet.scale import Choice, ScalePolicy
from posekit.posenet.sight import Sight
from posekit.posenet.sizing import Size, fitting
from posekit.posenet.stature import statures
from posekit.skeleton import TORSO
from posekit.types import Frame, Person, Poses

__all__ = ["AdaptiveSize", "EverySize", "Plan", "ladder"]

_logger = logging.getLogger(__name__)

#: Poses of a lower score are not even glimpses.
_LEAST_SCORE: Final = 0.25
#: Poses of a lower score are not compared between sizes: they may be nobody's.
_COMPARED_SCORE: Final = 0.4


class Plan(NamedTuple):
    """What a frame is seen at, (height, width) each.

    sizes: whose poses are merged, the one that counts most first. probe: is only looked at.
    number, choice: which frame it is and what the policy chose, for ``learn``.
    """

    sizes: tuple[Size, ...]
    probe: Size | None = None
    number: int = 0
    choice: Choice | None = None


class _News(NamedTuple):
    """What a frame showed."""

    source_size: tuple[int, int]
    glimpses: tuple[Glimpse, ...]
    comparisons: tuple[Comparison, ...]


class AdaptiveSize:
    """Chooses input sizes by the people in the picture: a ``Planner``.

    sight: what the network sees. output_stride: the network's. alone: only one person counts.
    ``plan`` belongs to one thread, ``learn`` to one.
    """

    def __init__(self, sight: Sight, output_stride: int, *, alone: bool = False) -> None:
        self.sight = sight
        #: For how many frames each size was chosen, and how often the network ran at each, probes and all.
        self.chosen: Counter[Size] = Counter()
        self.looks: Counter[Size] = Counter()
        self._output_stride = output_stride
        self._alone = alone
        self._source_size = (0, 0)
        self._sizes: tuple[Size, ...] = ()
        self._number = 0
        self._informed = False
        self._news: Delayed[_News] = Delayed()

    def plan(self, frame: Frame, people: Sequence[Person]) -> Plan:
        """What the frame is to be seen at. people: as they were known a few frames ago."""
        if frame.size != self._source_size:
            self._begin(frame.size)
        number = self._number
        self._number += 1
        news = [news for news in self._news.due(number) if news.source_size == frame.size]
        self._informed |= bool(news)
        before = self._policy.size
        choice = self._policy.choose(
            frame.timestamp_s,
            _seen(people),
            [glimpse for one in news for glimpse in one.glimpses] if self._informed else None,
            [comparison for one in news for comparison in one.comparisons],
        )
        size = self._sizes[self._policy.size]
        self.chosen[size] += 1
        if self._policy.size != before:
            _logger.debug("input size %dx%d from frame %d on", *size, frame.seq)
        sizes = tuple(self._sizes[index] for index in choice.sizes)
        probe = None if choice.probe is None else self._sizes[choice.probe]
        self.looks.update(sizes if probe is None else (*sizes, probe))
        return Plan(sizes=sizes, probe=probe, number=number, choice=choice)

    def learn(self, plan: Plan, source_size: tuple[int, int], poses: Poses, probed: Poses | None) -> None:
        """Take note of what a frame showed, and what the probe did."""
        assert plan.choice is not None
        chosen = plan.choice.sizes[0]
        glimpses = _glimpses(poses, np.arange(len(poses)), shown=chosen)
        comparisons: tuple[Comparison, ...] = ()
        probe = plan.choice.probe
        if probed is not None and probe is not None:
            glimpses += _glimpses(probed, strangers(poses, probed), shown=probe, missed=chosen)
            if self.sight.comparable and len(plan.sizes) == 1:
                comparisons = _comparisons(poses, probed, chosen, probe)
        self._news.put(plan.number, _News(source_size, glimpses, comparisons))

    def summary(self) -> str:
        """Which sizes were chosen for how many of the frames, most often first."""
        total = max(self.chosen.total(), 1)
        return ", ".join(
            f"{height}x{width} {count / total:.0%}" for (height, width), count in self.chosen.most_common()
        )

    def _begin(self, source_size: tuple[int, int]) -> None:
        self._source_size = source_size
        self._sizes = ladder(source_size, self.sight, self._output_stride)
        self._informed = False
        width, height = source_size
        self._policy = ScalePolicy(
            [min(size[1] / width, size[0] / height) for size in self._sizes],
            [size[0] * size[1] for size in self._sizes],
            self.sight.quality,
            alone=self._alone,
        )


class EverySize:
    """Sees every picture at every size and merges what they show: a ``Planner`` for pictures that have no before."""

    def __init__(self, sight: Sight, output_stride: int) -> None:
        self.sight = sight
        self._output_stride = output_stride

    def plan(self, frame: Frame, people: Sequence[Person]) -> Plan:
        """Every size."""
        return Plan(sizes=ladder(frame.size, self.sight, self._output_stride)[::-1])

    def learn(self, plan: Plan, source_size: tuple[int, int], poses: Poses, probed: Poses | None) -> None:
        """Nothing: the next picture shows something else."""


def ladder(source_size: tuple[int, int], sight: Sight, output_stride: int) -> tuple[Size, ...]:
    """The input sizes for pictures of (width, height), ascending: each has about twice the pixels of the one before."""
    count = max(round(math.log2(sight.most_pixels / sight.least_pixels)), 0) + 1
    sizes = []
    for step in reversed(range(count)):
        side = math.isqrt(sight.most_pixels >> step)
        sizes.append(fitting((side, side), output_stride)(source_size, ()))
    return tuple(dict.fromkeys(sizes))


def _seen(people: Sequence[Person]) -> list[Seen]:
    """Those whom their newest frame shows."""
    people = [person for person in people if person.visible]
    if not people:
        return []
    xy = np.stack([person.xy for person in people])
    tall = statures(xy, np.stack([person.keypoint_scores for person in people])).tolist()
    middles = xy[:, list(TORSO)].mean(axis=1).tolist()
    return [Seen(person.id, stature, x, y) for person, stature, (x, y) in zip(people, tall, middles, strict=True)]


def _comparisons(poses: Poses, probed: Poses, chosen: int, probe: int) -> tuple[Comparison, ...]:
    indices, ratios = compared(poses, probed)
    tall = statures(poses.xy[indices], poses.keypoint_scores[indices]).tolist()
    return tuple(
        Comparison(chosen, probe, stature, ratio)
        for stature, ratio, score in zip(tall, ratios.tolist(), poses.scores[indices].tolist(), strict=True)
        if score >= _COMPARED_SCORE
    )


def _glimpses(poses: Poses, indices: NDArray[np.intp], *, shown: int, missed: int | None = None) -> tuple[Glimpse, ...]:
    indices = indices[poses.scores[indices] >= _LEAST_SCORE]
    xy = poses.xy[indices]
    tall = statures(xy, poses.keypoint_scores[indices]).tolist()
    middles, scores = xy[:, list(TORSO)].mean(axis=1).tolist(), poses.scores[indices].tolist()
    return tuple(
        Glimpse(stature, x, y, score, shown, missed)
        for stature, (x, y), score in zip(tall, middles, scores, strict=True)
    )
