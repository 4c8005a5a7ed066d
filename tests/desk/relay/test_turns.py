"""In which order a relay does its work, with a desk behind that is a list of calls."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NoReturn, cast

import pytest

from edge.desk.live import DeskThread, News, OpenDesk
from edge.desk.relay.book import RelayBook
from edge.desk.relay.relay import MAX_TICKETS, Relay
from edge.desk.relay.settings import RelaySettings
from edge.desk.store import IncomingTicket
from edge.errors import Cause, StorageError, UnreachableError
from edge.records import Ticket, TicketState
from edge.wire.conversations import Changes, ConversationLook, PersonReply
from edge.wire.desks import TicketPlace
from tests.desk.desk import NOON, body, tid
from tests.waiting import until


class Behind:
    """A desk behind that takes every ticket, and whose people have replied to each."""

    def __init__(self) -> None:
        self.desk = self.looks = self
        self.calls: list[str] = []

    async def place(self, ticket: Ticket, *, into: str) -> TicketPlace:  # noqa: ARG002
        """Take it, into a conversation of its own."""
        self.calls.append("place")
        return TicketPlace(int(ticket.id[-12:]), 0)

    async def look(self, conversation: int, after: int) -> ConversationLook:  # noqa: ARG002
        """One reply."""
        self.calls.append("look")
        return ConversationLook(TicketState.ACKNOWLEDGED, (PersonReply(9, "Tomorrow."),), 9)

    async def people(self) -> None:
        """It does not say it."""

    async def changed(self, since: float) -> Changes:
        """Nothing, as far as it says."""
        return Changes({}, since)


@pytest.fixture
async def thread(home: Path) -> AsyncIterator[DeskThread]:
    """The thread of an empty desk."""
    thread = DeskThread(home, News(), clock=NOON.timestamp)
    await thread.open()
    yield thread
    await thread.close()


def relay_of(thread: DeskThread, behind: Behind) -> Relay:
    """A relay that rests for a minute after its work, by a clock that stands still."""
    settings = RelaySettings(kind="chatwoot", url="https://chat.example", token_file="t", account=3, inbox=7)
    return Relay(
        "northwind",
        cast("Any", behind),
        thread,
        settings=settings,
        tick_s=60.0,
        clock=lambda: 1.0,
        jitter=lambda: 0.5,
    )


async def fill(thread: DeskThread, count: int) -> None:
    """So many tickets come in."""
    tickets = [IncomingTicket.parse(body(number, f"question {number}")) for number in range(1, count + 1)]
    await thread.do(lambda desk: [desk.intake.put(ticket) for ticket in tickets])


async def test_replies_do_not_wait_for_a_long_queue(thread: DeskThread) -> None:
    """After some tickets the relay looks, and then goes on with the others without a rest."""
    behind = Behind()
    await fill(thread, 3 * MAX_TICKETS)
    working = asyncio.create_task(relay_of(thread, behind).keep())

    async def are_all_there() -> bool:
        return behind.calls.count("place") == 3 * MAX_TICKETS

    try:
        await until(are_all_there, "all tickets are handed on")
    finally:
        working.cancel()

    assert ["place"] * MAX_TICKETS + ["look"] == behind.calls[: MAX_TICKETS + 1]


async def test_full_disk_and_a_webhook(thread: DeskThread, monkeypatch: pytest.MonkeyPatch) -> None:
    """The relay tries again after a pause: neither the disk nor the desk behind is asked without end."""

    def placed(*_arguments: object, **_more: object) -> NoReturn:
        raise StorageError("the disk is full")

    behind = Behind()
    await fill(thread, 1)
    monkeypatch.setattr(RelayBook, "placed", placed)
    relay = relay_of(thread, behind)
    relay.hint(tid(1))
    working = asyncio.create_task(relay.keep())
    for _ in range(60):
        # The relay's own work in the thread would come in between.
        await thread.do(lambda _desk: None)
    working.cancel()

    assert ["place"] == behind.calls


async def test_disk_that_has_room_for_replies_only(thread: DeskThread, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are stored, although no ticket can be handed on."""
    behind = Behind()
    await fill(thread, 1)
    relay = relay_of(thread, behind)
    await relay.work()
    await fill(thread, 2)

    def placed(*_arguments: object, **_more: object) -> NoReturn:
        raise StorageError("the disk is full")

    monkeypatch.setattr(RelayBook, "placed", placed)
    relay.hint(tid(1))
    behind.calls.clear()
    with pytest.raises(StorageError):
        await relay.work()

    assert ["place", "look"] == behind.calls


async def test_tickets_of_several_viewers_at_once(thread: DeskThread) -> None:
    """A slow desk behind costs each viewer its own time. Those of one viewer go one after another."""

    class Slow(Behind):
        def __init__(self) -> None:
            super().__init__()
            self.at_work: list[str] = []
            self.met: list[frozenset[str]] = []

        async def place(self, ticket: Ticket, *, into: str) -> TicketPlace:
            self.at_work.append(ticket.session or "")
            for _ in range(20):
                await thread.do(lambda _desk: None)
            assert len(self.at_work) == len(set(self.at_work)), "two tickets of one viewer at once"
            self.met.append(frozenset(self.at_work))
            self.at_work.remove(ticket.session or "")
            return await super().place(ticket, into=into)

    behind = Slow()
    tickets = [
        IncomingTicket.parse(body(number, f"question {number}", session=f"v{number % 3}")) for number in range(1, 7)
    ]
    await thread.do(lambda desk: [desk.intake.put(ticket) for ticket in tickets])
    await relay_of(thread, behind).work()

    assert 6 == behind.calls.count("place")
    assert frozenset({"v0", "v1", "v2"}) in behind.met


async def test_end_that_cannot_be_told(thread: DeskThread) -> None:
    """It is told again later and later, as a ticket is handed on."""

    def fail(desk: OpenDesk) -> list[int]:
        book, attempts = RelayBook(desk.store, desk="chatwoot x 3", tenant="northwind", who="chatwoot"), []
        book.placed(tid(1), TicketPlace(7, 0), viewer="v", is_follow_up=False)
        desk.actions.take_back(tid(1), "fra-1")
        for _ in range(3):
            (one,) = book.over_here(9)
            attempts.append(one.attempts)
            book.failed(one.id, again_in_s=-1.0, fault="its end is not told: status")
        return attempts

    await fill(thread, 1)

    assert [0, 1, 2] == await thread.do(fail)


@pytest.mark.parametrize("slow", ["people", "changed"])
async def test_endpoint_that_is_slow(thread: DeskThread, monkeypatch: pytest.MonkeyPatch, slow: str) -> None:
    """It keeps from nothing else: the conversations are looked at, in turn."""

    async def never(*_arguments: object) -> NoReturn:
        raise UnreachableError("no answer within 10 s", cause=Cause.SILENT)

    behind = Behind()
    monkeypatch.setattr(behind, slow, never)
    await fill(thread, 1)
    await relay_of(thread, behind).work()

    assert ["place", "look"] == behind.calls


async def test_endpoint_that_asks_for_time(thread: DeskThread, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole desk behind gets it."""

    async def later(*_arguments: object) -> NoReturn:
        raise UnreachableError("too many requests", cause=Cause.STATUS, retry_after_s=60.0)

    behind = Behind()
    monkeypatch.setattr(behind, "people", later)
    await fill(thread, 1)
    with pytest.raises(UnreachableError):
        await relay_of(thread, behind).work()

    assert ["place"] == behind.calls
