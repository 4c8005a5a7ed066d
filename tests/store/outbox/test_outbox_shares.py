"""Shares of tenants in the outbox, the part that is kept for urgent tickets, and files without tenants."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from edge.errors import Reason, RefusedError
from edge.records import Priority
from edge.store.outbox import Bounds, Outbox, Parcel, read_rows
from edge.store.outbox.schema import _SCHEMA_3, VERSION

NOW = 1_788_000_000.0
DAY_S = 86_400.0


class Clock:
    """A time that a test moves."""

    now = NOW

    def __call__(self) -> float:
        """Unix seconds."""
        return self.now


def ticket(name: str, tenant: str, priority: Priority = Priority.ESCALATION, size: int = 1) -> Parcel:
    """A ticket of a tenant."""
    return Parcel(name, bytes(size), priority, tenant=tenant)


def flood(outbox: Outbox, tenant: str, priority: Priority = Priority.ESCALATION, *, tenants: int = 1) -> int:
    """How many tickets of a tenant the outbox takes, one after another."""
    for number in range(10_000):
        try:
            outbox.put_many([ticket(f"{tenant}-{priority}-{number}", tenant, priority)], tenants=tenants)
        except RefusedError:
            return number
    raise AssertionError("the outbox never refused one")


def error_of(outbox: Outbox, *parcels: Parcel, tenants: int = 1) -> str:
    """The error with which the outbox refuses these; '' if it takes them."""
    try:
        outbox.put_many(parcels, tenants=tenants)
    except RefusedError as error:
        return error.text if error.reason is Reason.OVERLOADED else repr(error)
    return ""


def test_flood_of_one_tenant_leaves_the_outbox_open_for_others(state: Path) -> None:
    """Half of it for ordinary tickets, less the part for urgent ones; then another tenant's harm is still stored."""
    with Outbox(state, bounds=Bounds(700)) as outbox:
        taken = flood(outbox, "northwind", tenants=2)
        text = error_of(outbox, ticket("one more", "northwind"), tenants=2)

        assert 333 == taken
        assert "the outbox holds 333 tickets and was given 1 more, expected at most 333 of one tenant" == text
        assert "" == error_of(outbox, ticket("harm", "lumen-live", Priority.URGENT), tenants=2)
        assert "" == error_of(outbox, ticket("question", "lumen-live"), tenants=2)
        assert "" == error_of(outbox, ticket("own harm", "northwind", Priority.URGENT), tenants=2)


def test_ordinary_tickets_leave_a_twentieth_for_urgent_ones(state: Path) -> None:
    """One tenant alone may use the rest, and its urgent tickets all."""
    with Outbox(state, bounds=Bounds(100)) as outbox:
        taken = [flood(outbox, "northwind"), flood(outbox, "northwind", Priority.URGENT)]

        assert [95, 5] == taken


def test_urgent_tickets_of_one_tenant_leave_half_for_others(state: Path) -> None:
    """Urgent ones of a tenant fill its share, and a third tenant's have its part of the reserve all the same."""
    with Outbox(state, bounds=Bounds(100)) as outbox:
        taken = [
            flood(outbox, "northwind", Priority.URGENT, tenants=3),
            flood(outbox, "lumen-live", tenants=3),
            flood(outbox, "acme", Priority.URGENT, tenants=3),
        ]

        assert [48, 47, 2] == taken


def test_reserve_cannot_be_filled_by_others(state: Path) -> None:
    """However many tenants flood the outbox with urgent tickets, each other one has an equal part of the reserve."""
    tenants = [f"tenant-{number}" for number in range(10)]
    with Outbox(state, bounds=Bounds(200)) as outbox:
        for tenant in tenants[:-1]:
            flood(outbox, tenant, Priority.URGENT, tenants=len(tenants))
            flood(outbox, tenant, tenants=len(tenants))

        assert 190 < outbox.depth()
        assert 0 == flood(outbox, tenants[-1], tenants=len(tenants))
        assert 1 == flood(outbox, tenants[-1], Priority.URGENT, tenants=len(tenants))
        assert outbox.depth() <= 200


def test_bytes_are_shared_as_tickets_are(state: Path) -> None:
    """Half of the bytes for one tenant, less the part for urgent tickets."""
    with Outbox(state, bounds=Bounds(100, max_bytes=1_000)) as outbox:
        text = error_of(outbox, ticket("a", "northwind", size=476), tenants=2)

        assert "the outbox holds 0 bytes and was given 476 more, expected at most 475 of one tenant" == text
        assert "" == error_of(outbox, ticket("a", "northwind", size=475), tenants=2)
        assert "" == error_of(outbox, ticket("b", "northwind", Priority.URGENT, size=25), tenants=2)
        assert "" == error_of(outbox, ticket("c", "lumen-live", size=450), tenants=2)


def test_tenant_alone_has_all(state: Path) -> None:
    """Until another tenant is known, or has stored a ticket."""
    with Outbox(state, bounds=Bounds(20)) as outbox:
        assert "" == error_of(outbox, *(ticket(str(number), "northwind") for number in range(15)))
        assert "" == error_of(outbox, ticket("other", "lumen-live"))
        assert "of one tenant" in error_of(outbox, ticket("one more", "northwind"))


def test_shares_are_the_operators(state: Path) -> None:
    """All of it for every tenant, and nothing kept: as before there were shares."""
    with Outbox(state, bounds=Bounds(20, tenant_share=1.0, urgent_share=0.0)) as outbox:
        assert 20 == flood(outbox, "northwind", tenants=5)


def test_shares_are_counted_again_after_a_start(state: Path) -> None:
    """And what is delivered gives its room back to its tenant."""
    with Outbox(state, bounds=Bounds(100)) as outbox:
        flood(outbox, "northwind", tenants=2)
    with Outbox(state, bounds=Bounds(100)) as outbox:
        assert "of one tenant" in error_of(outbox, ticket("one more", "northwind"), tenants=2)
        outbox.delivered(["northwind-1-0"])
        assert "" == error_of(outbox, ticket("one more", "northwind"), tenants=2)


def test_old_ticket_closes_the_outbox_for_its_tenant_alone(state: Path) -> None:
    """An origin that one tenant does not repair for a day must not silence the others."""
    clock = Clock()
    with Outbox(state, bounds=Bounds(100), clock=clock) as outbox:
        outbox.put_many([ticket("old", "northwind")], tenants=2)
        clock.now += DAY_S + 1
        outbox.put_many([ticket(f"probe {number}", "northwind") for number in range(4)], tenants=2)
        text = error_of(outbox, ticket("new", "northwind"), tenants=2)

        assert "a ticket waits for origin, which has taken none for 86401 s, expected at most 86400 s" == text
        assert text == error_of(outbox, ticket("harm", "northwind", Priority.URGENT), tenants=2)
        assert "" == error_of(outbox, ticket("harm", "lumen-live", Priority.URGENT), tenants=2)
        assert "" == error_of(outbox, ticket("question", "lumen-live"), tenants=2)
        assert NOW == outbox.oldest()


def test_ticket_is_not_due_before_it_is_released(state: Path) -> None:
    """It is stored at once, and waits for its time."""
    with Outbox(state, clock=Clock()) as outbox:
        outbox.put_many([Parcel("held", b"", due=NOW + 60), Parcel("now", b"")])

        assert ["now"] == [entry.id for entry in outbox.due(NOW + 59, 10)]
        assert {"now", "held"} == {entry.id for entry in outbox.due(NOW + 60, 10)}


def test_file_of_the_release_before_is_opened(state: Path) -> None:
    """Its tickets are in nobody's share, and their age counts for every tenant, as it did."""
    clock = Clock()
    (state / "outbox").mkdir(parents=True)
    with closing(sqlite3.connect(state / "outbox" / "tickets.db", isolation_level=None)) as connection:
        for statement in _SCHEMA_3:
            connection.execute(statement)
        connection.execute("PRAGMA user_version = 3")
        connection.execute(
            "INSERT INTO tickets (id, priority, origin, created, rank, size, payload) VALUES ('a', 1, '', ?, 0, 2, ?)",
            (NOW, b"{}"),
        )
    with Outbox(state, bounds=Bounds(20), clock=clock) as outbox:
        (stored,) = read_rows(outbox)
        assert (VERSION,) == outbox._connection.execute("PRAGMA user_version").fetchone()
        assert ("a", 1, 2) == (stored.id, outbox.depth(), outbox.size_bytes())
        assert "" == error_of(outbox, *(ticket(str(number), "northwind") for number in range(10)), tenants=2)
        clock.now += DAY_S + 1
        many = [ticket(f"new {number}", "lumen-live") for number in range(5)]
        assert "has taken none" in error_of(outbox, *many, tenants=2)
        outbox.delivered(["a"])
        assert "" == error_of(outbox, ticket("new", "lumen-live"), tenants=2)


@pytest.mark.parametrize("max_tickets", [1, 2, 5, 19])
def test_outbox_for_a_handful_has_room_for_as_many(state: Path, max_tickets: int) -> None:
    """A twentieth of less than twenty is none."""
    with Outbox(state, bounds=Bounds(max_tickets)) as outbox:
        assert max_tickets == flood(outbox, "northwind")
