"""Who comes, who goes, how many there are: the tracker's notion of presence as events."""

from collections.abc import Sequence

from posekit.events import Event, make
from posekit.types import FrameResult

__all__ = ["Presence"]


class Presence:
    """``enter`` when a person is confirmed, ``leave`` when one is given up, ``count`` when the number changes.

    ``enter`` is stamped with the time at which the person was first seen, ``leave`` with that of the last sight.
    """

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._count = 0

    def update(self, result: FrameResult) -> Sequence[Event]:
        """The events of this frame."""
        events = []
        for departure in result.departed:
            if departure.id in self._ids:
                self._ids.remove(departure.id)
                dwell_s = departure.last_seen_s - departure.entered_s
                events.append(make("leave", departure.last_seen_s, result.source, departure, dwell_s=dwell_s))
        for person in result.people:
            if person.id not in self._ids:
                self._ids.add(person.id)
                events.append(make("enter", result.timestamp_s - person.age_s, result.source, person))
        if len(result.people) != self._count:
            self._count = len(result.people)
            events.append(make("count", result.timestamp_s, result.source, count=self._count))
        return events
