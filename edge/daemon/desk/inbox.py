"""What follows when a desk says something of a ticket, in the same way for webhooks and for what is fetched."""

from collections.abc import Callable

from edge.daemon.handoff import Handoff
from edge.daemon.tally import Tally
from edge.host import get_logger
from edge.records import DeskEvent, TicketState


class DeskInbox:
    """Takes desk events.

    `on_resolved` is called with every ticket that a desk resolves, and says whether that released a session.
    """

    def __init__(self, *, handoff: Handoff, tally: Tally, on_resolved: Callable[[str], bool]) -> None:
        self._handoff, self._tally, self._on_resolved = handoff, tally, on_resolved
        self._log = get_logger()

    async def take(self, event: DeskEvent, origin: str) -> bool | None:
        """Take an event of the desk of `origin` once, however often it arrives; durable on return.

        True if it is new, False for a repetition, None if that desk was given no such ticket. Raises `StorageError`.
        """
        # Stored before session and tally follow. If the process dies in between, the desk's repetition counts as
        # nothing new: the session stays with people until its time is over, and one event is missing in the stats.
        accepted = await self._handoff.apply(event, origin)
        if accepted:
            self._tally.count_desk_event(event)
            released = event.state is TicketState.RESOLVED and self._on_resolved(event.ticket)
            self._log.info("desk event accepted", ticket=event.ticket, state=event.state, session_released=released)
        return accepted
