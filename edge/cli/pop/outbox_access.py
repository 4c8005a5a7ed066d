"""The outbox of a PoP for commands: over the admin socket while the PoP runs, else in its files."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from edge.config import read_pop_config
from edge.errors import ConfigError, UnreachableError
from edge.host.admin import AdminPeer, call_admin, is_listening
from edge.records import DECODE_ERRORS
from edge.store.outbox import (
    Outbox,
    OutboxChange,
    OutboxPage,
    OutboxQuery,
    OutboxRetry,
    OutboxSelection,
    OutboxTicket,
    StoredTicket,
    StoredTickets,
    drop_tickets,
    hold_tickets,
    read_page,
    read_payloads,
    retry_dead_letters,
    retry_tickets,
)

T = TypeVar("T")
P = TypeVar("P", OutboxPage, StoredTickets)


class OutboxAccess(Protocol):
    """What the commands need. Methods raise `RefusedError` for a ticket that is not there."""

    next_step: str
    """What follows a retry."""

    def page(self, query: OutboxQuery) -> OutboxPage:
        """Some parcels."""

    def payloads(self, query: OutboxQuery) -> StoredTickets:
        """Some payloads."""

    def hold(self, selection: OutboxSelection) -> OutboxChange:
        """Deliver these no more until they are retried."""

    def drop(self, selection: OutboxSelection) -> OutboxChange:
        """Delete these for good."""

    def retry(self, selection: OutboxRetry) -> OutboxChange:
        """Deliver these at once."""


class StoppedOutbox:
    """The outbox in the files of a stopped PoP."""

    def __init__(self, outbox: Outbox, *, start: str) -> None:
        self._outbox, self.next_step = outbox, f"next: {start}"

    def page(self, query: OutboxQuery) -> OutboxPage:
        """As `OutboxAccess.page`."""
        return read_page(self._outbox, query)

    def payloads(self, query: OutboxQuery) -> StoredTickets:
        """As `OutboxAccess.payloads`."""
        return read_payloads(self._outbox, query)

    def hold(self, selection: OutboxSelection) -> OutboxChange:
        """As `OutboxAccess.hold`."""
        return _change(hold_tickets(self._outbox, selection.tickets))

    def drop(self, selection: OutboxSelection) -> OutboxChange:
        """As `OutboxAccess.drop`."""
        return _change(drop_tickets(self._outbox, selection.tickets))

    def retry(self, selection: OutboxRetry) -> OutboxChange:
        """As `OutboxAccess.retry`."""
        if not selection.all_dead_letters:
            return _change(retry_tickets(self._outbox, selection.tickets))
        retried, after = list[StoredTicket](), 0
        while True:
            page = retry_dead_letters(self._outbox, after)
            retried += page.tickets
            if page.next is None:
                return _change(retried)
            after = page.next


class RunningOutbox:
    """The outbox of a running PoP."""

    next_step = "the PoP delivers them as soon as their origin takes tickets"

    def __init__(self, peer: AdminPeer) -> None:
        self._peer = peer

    def page(self, query: OutboxQuery) -> OutboxPage:
        """As `OutboxAccess.page`."""
        return self._ask("list", query, OutboxPage)

    def payloads(self, query: OutboxQuery) -> StoredTickets:
        """As `OutboxAccess.payloads`."""
        return self._ask("read", query, StoredTickets)

    def hold(self, selection: OutboxSelection) -> OutboxChange:
        """As `OutboxAccess.hold`."""
        return self._ask("hold", selection, OutboxChange)

    def drop(self, selection: OutboxSelection) -> OutboxChange:
        """As `OutboxAccess.drop`."""
        return self._ask("drop", selection, OutboxChange)

    def retry(self, selection: OutboxRetry) -> OutboxChange:
        """As `OutboxAccess.retry`."""
        return self._ask("retry", selection, OutboxChange)

    def _ask(self, verb: str, document: object, kind: type[T]) -> T:
        body = call_admin(self._peer, f"/v1/outbox/{verb}", document)
        try:
            return msgspec.json.decode(body, type=kind)
        except DECODE_ERRORS:
            raise UnreachableError(
                f"the PoP of {self._peer.folder} answered with something else than tickets, expected a PoP of this"
                " release"
            ) from None


@contextmanager
def outbox_of(config: Path, *, verb: str) -> Iterator[OutboxAccess]:
    """The outbox of the PoP with this configuration file. `verb` is the command, for messages.

    Raises `ConfigError` if there is none, or if this user may not reach it.
    """
    folder = read_pop_config(config).state_dir
    start = f"skerry pop serve --config {shlex.quote(str(config))}"
    if is_listening(folder):
        typed = f"skerry outbox {verb} --config {shlex.quote(str(config))}"
        yield RunningOutbox(AdminPeer(folder, kind="PoP", start=start, typed=typed))
        return
    if not (folder / "outbox").is_dir():
        raise ConfigError(
            f"there is no outbox in {folder}, expected a PoP's state directory; start the PoP once with: {start}"
        )
    with Outbox(folder) as outbox:
        yield StoppedOutbox(outbox, start=start)


def all_tickets(access: OutboxAccess, query: OutboxQuery) -> Iterator[OutboxTicket]:
    """All parcels that the query asks for, page by page."""
    for page in _pages(access.page, query):
        yield from page.tickets


def all_payloads(access: OutboxAccess, query: OutboxQuery) -> Iterator[StoredTicket]:
    """All payloads that the query asks for, page by page."""
    for page in _pages(access.payloads, query):
        yield from page.tickets


def _pages(read: Callable[[OutboxQuery], P], query: OutboxQuery) -> Iterator[P]:
    after: int | None = query.after
    while after is not None:
        page = read(msgspec.structs.replace(query, after=after))
        yield page
        after = page.next


def _change(tickets: list[StoredTicket]) -> OutboxChange:
    return OutboxChange(tickets=tuple(ticket.id for ticket in tickets))
