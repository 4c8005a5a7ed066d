"""What an operator does with the tickets of a running PoP: list, read, hold, drop and retry them."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, Protocol

from edge.daemon.handoff.delivery import Delivery, OnGone, OnMoved
from edge.host import get_logger
from edge.store.outbox import (
    Outbox,
    OutboxChange,
    OutboxPage,
    OutboxQuery,
    OutboxRetry,
    OutboxSelection,
    StoredTicket,
    StoredTickets,
    drop_tickets,
    hold_tickets,
    read_page,
    read_payloads,
    retry_dead_letters,
    retry_tickets,
)


class InThread(Protocol):
    """Runs blocking work in the outbox's thread."""

    def __call__(self, work: Callable[[], Any]) -> Awaitable[Any]:
        """The result of `work`."""


class OutboxCommands:
    """The commands. Every method raises `RefusedError` for a ticket that is not there, and `StorageError`."""

    def __init__(
        self,
        outbox: Outbox,
        *,
        in_thread: InThread,
        deliveries: Iterable[Delivery],
        on_gone: OnGone,
        on_back: OnGone,
        on_moved: OnMoved,
    ) -> None:
        """`on_back` is called with each dead letter (JSON) that is delivered again."""
        self._outbox, self._in_thread, self._deliveries = outbox, in_thread, list(deliveries)
        self._on_gone, self._on_back, self._on_moved = on_gone, on_back, on_moved
        self._log = get_logger()

    async def page(self, query: OutboxQuery) -> OutboxPage:
        """Some parcels."""
        page: OutboxPage = await self._in_thread(lambda: read_page(self._outbox, query))
        return page

    async def payloads(self, query: OutboxQuery) -> StoredTickets:
        """Some payloads."""
        page: StoredTickets = await self._in_thread(lambda: read_payloads(self._outbox, query))
        return page

    async def hold(self, selection: OutboxSelection) -> OutboxChange:
        """Deliver these no more until they are retried. A delivery that is under way may still end well."""
        held: list[StoredTicket] = await self._in_thread(lambda: hold_tickets(self._outbox, selection.tickets))
        for ticket in held:
            self._log.warning("ticket held by an operator", ticket=ticket.id)
        return self._left(held)

    async def drop(self, selection: OutboxSelection) -> OutboxChange:
        """Delete these for good. Viewers are told so."""
        dropped: list[StoredTicket] = await self._in_thread(lambda: drop_tickets(self._outbox, selection.tickets))
        for ticket in dropped:
            self._log.warning("ticket dropped by an operator", ticket=ticket.id)
        return self._left(dropped)

    async def retry(self, selection: OutboxRetry) -> OutboxChange:
        """Deliver these at once, and ask origins again that said that they are gone."""
        retried = list[StoredTicket]()
        try:
            if selection.all_dead_letters:
                await self._retry_dead_letters(retried)
            else:
                retried += await self._in_thread(lambda: retry_tickets(self._outbox, selection.tickets))
        finally:
            # Also if the disk fails half-way.
            self._back(retried)
        return OutboxChange(tickets=tuple(ticket.id for ticket in retried))

    async def _retry_dead_letters(self, retried: list[StoredTicket]) -> None:
        """Retry all of them, page by page, so that no ticket waits for the outbox's thread meanwhile."""
        after: int | None = 0
        while after is not None:
            page: StoredTickets = await self._in_thread(partial(retry_dead_letters, self._outbox, after))
            retried += page.tickets
            after = page.next

    def _back(self, tickets: list[StoredTicket]) -> None:
        self._log.info("tickets retried by an operator", tickets=len(tickets))
        for ticket in tickets:
            if ticket.dead_letter:
                self._on_back(ticket.payload)
            self._on_moved(ticket.id)
        for delivery in self._deliveries:
            delivery.enable()

    def _left(self, tickets: list[StoredTicket]) -> OutboxChange:
        for ticket in tickets:
            if not ticket.dead_letter:
                self._on_gone(ticket.payload)
            self._on_moved(ticket.id)
        return OutboxChange(tickets=tuple(ticket.id for ticket in tickets))
