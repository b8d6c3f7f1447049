"""What waits for a loop over live sources: of each the newest result and the newest status, and every event."""

from dataclasses import replace
from typing import Final

from posekit.channels import Channel
from posekit.types import FrameResult, Status

__all__ = ["MOST_EVENTS", "Latest"]

#: So many events wait with a message; of a loop that has stopped for good the oldest are lost.
MOST_EVENTS: Final = 4096


class Latest(Channel[FrameResult | Status]):
    """A newer result takes the place of the one of its source that waits, and its events; so does a newer status.

    A result never displaces a status, nor one source another. As a newer message has the place of the older, all have
    their turn however slow the loop is. Results have the events of results and statuses those of statuses, since
    whoever looks at results alone is to miss nothing that people did.
    """

    def __init__(self) -> None:
        super().__init__(capacity=1)

    def _make_room(self, item: FrameResult | Status) -> None:
        """There is a place for every source."""

    def _add(self, item: FrameResult | Status) -> None:
        for place, held in enumerate(self._items):
            if held.source == item.source and type(held) is type(item):
                self.dropped += 1
                events = (*held.events, *item.events)[-MOST_EVENTS:]
                self._items[place] = replace(item, events=events) if held.events else item
                return
        self._items.append(item)
