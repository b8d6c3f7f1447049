"""What heel strikes and toe-offs say of a walk: cadence, sides, symmetry, stance."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, median_low
from typing import Final, NamedTuple

__all__ = ["RECENT", "Strike", "cadence", "stance_shares", "symmetry", "told_side"]

#: Cadence is that of so many steps.
RECENT: Final = 8


class Strike(NamedTuple):
    """A heel strike, or a toe-off: when, of which side if the network has it right (else empty), how far apart the feet
    were, in torso lengths, and where the hips, x in pixels."""

    timestamp_s: float
    side: str
    spread: float
    hips: float


def cadence(strikes: Sequence[Strike]) -> float:
    """Steps per minute of late; a step that was not seen makes it no slower. 0 while it is not known."""
    times = [strike.timestamp_s for strike in strikes[-RECENT:]]
    steps_s = [b - a for a, b in pairwise(times)]
    if not steps_s:
        return 0.0
    usual_s = median_low(steps_s)
    return 60.0 / fmean([step_s for step_s in steps_s if abs(step_s / usual_s - 1) <= 0.35])


def told_side(strikes: Sequence[Strike], index: int) -> str:
    """The side of a strike, if it and those around it alternate as far as they are known."""
    around = strikes[max(index - 2, 0) : index + 1] if index else strikes[:2]
    alternating = all(a.side and b.side and a.side != b.side for a, b in pairwise(around))
    return strikes[index].side if alternating else ""


def symmetry(strikes: Sequence[Strike]) -> float:
    """Shorter over longer mean step time of the two sides; 0 if one has none."""
    steps_s: dict[str, list[float]] = {"left": [], "right": []}
    for before, strike in pairwise(strikes):
        if strike.side and before.side and strike.side != before.side:
            steps_s[strike.side].append(strike.timestamp_s - before.timestamp_s)
    if not all(steps_s.values()):
        return 0.0
    a, b = (fmean(side) for side in steps_s.values())
    return min(a, b) / max(a, b)


def stance_shares(strikes: Sequence[Strike], offs: Sequence[Strike]) -> tuple[list[float], int]:
    """The part of each stride for which its foot was on the ground, and how many strides there were.

    Only of strides in which everything came in its order: heel strike, the other foot's toe-off and heel strike, this
    one's toe-off, and the next heel strike.
    """
    events = sorted(
        [(s.timestamp_s, "strike", s.side) for s in strikes] + [(o.timestamp_s, "off", o.side) for o in offs]
    )
    stances = []
    for five in zip(*(events[n:] for n in range(5)), strict=False):
        times = [at_s for at_s, *_ in five]
        side = five[0][2]
        other = {"left": "right", "right": "left"}.get(side, "?")
        order = [("strike", side), ("off", other), ("strike", other), ("off", side), ("strike", side)]
        if [(kind, whose) for _, kind, whose in five] == order:
            stances.append((times[3] - times[0]) / (times[4] - times[0]))
    return stances, max(len(strikes) - 2, 1)
