"""Rows of merges in the outbox's file: once, with leaf and message, and until their time is over."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from edge.store.leaves import NewLeaf
from edge.store.merges import MergeRows, NewMerge, StoredMerge
from edge.store.outbox import Outbox, Parcel, read_rows
from edge.store.outbox.schema import _SCHEMA_6

NOW = 1_800_000_000.0
A, B, C = (bytes([number]) * 32 for number in (1, 2, 3))


def leaf(number: int, log: str = "acme/drop") -> NewLeaf:
    """A leaf of its own."""
    return NewLeaf(bytes([number]) * 32, log, b"entry", "named:a", "m.merge", b"opening")


def parcel(message: str, number: int, *sessions: bytes, forwards: bool = True, log: str = "acme/drop") -> Parcel:
    """The message of a merge, with its leaf."""
    tenant = log.partition("/")[0]
    merge = NewMerge(sessions, forwards=forwards)
    return Parcel(message, b"{}", tenant=tenant, leaf=leaf(number, log), merge=merge)


@pytest.fixture
def outbox(state: Path) -> Iterator[Outbox]:
    """An empty outbox whose clock stands."""
    with Outbox(state, clock=lambda: NOW, settle_s=0.0) as outbox:
        yield outbox


@pytest.mark.parametrize("forwards", [True, False])
def test_merge_is_stored_once(outbox: Outbox, forwards: bool) -> None:
    """Also when origin has its message already, and when two come in one transaction: one leaf, one message."""
    outbox.put_many([parcel("m.merge", number, A, B, forwards=forwards) for number in (1, 2)])
    waiting = [row.id for row in read_rows(outbox)]
    outbox.delivered(["m.merge"])
    outbox.put_many([parcel("m.merge", 3, A, B, forwards=forwards)])

    assert (["m.merge"] if forwards else []) == waiting
    assert [] == read_rows(outbox)
    assert [leaf(1)] == outbox.leaves.read(10)
    assert StoredMerge("acme/drop", leaf(1).id, (A, B)) == outbox.merges.of("m.merge")
    # It takes no place of a hand-over.
    assert outbox.leaves.handed("m.merge") is None


def test_merges_are_found_by_what_they_name(outbox: Outbox) -> None:
    """Of one tenant alone."""
    outbox.put_many(
        [
            parcel("m.merge", 1, A, B),
            parcel("m.undo", 2, A, B),
            parcel("n.merge", 3, C, A, log="acme/tour"),
            parcel("o.undo", 4),
            parcel("p.merge", 5, A, B, log="globex/drop"),
        ]
    )
    rows = outbox.merges

    assert ["m.merge", "m.undo", "n.merge"] == sorted(rows.of_sessions("acme", [A]))
    assert ["n.merge"] == rows.of_sessions("acme", [C])
    assert ["p.merge"] == rows.of_sessions("globex", [B])
    assert ["n.merge"] == rows.of_logs(["acme/tour"])
    assert ["o.undo"] == rows.of_messages("acme", ["o.undo", "p.merge", "none"])
    assert 2 == rows.delete(["m.merge", "m.undo", "none"])
    assert ["n.merge"] == rows.of_sessions("acme", [A])


def test_merges_end_with_their_time(outbox: Outbox) -> None:
    """Not before it, and not while the message waits: by its row, an erasure finds it."""
    outbox.put_many([parcel("m.merge", 1, A, B), parcel("n.merge", 2, A, C)])
    outbox.set_aside("n.merge", error="refused")
    outbox.delivered(["m.merge"])
    outbox.merges.kept_s = 10.0

    assert [0, 1, 0] == [outbox.merges.forget_old(NOW + seconds) for seconds in (10, 11, 12)]
    assert ["n.merge"] == outbox.merges.of_sessions("acme", [A])
    outbox.delivered(["n.merge"])
    assert 1 == outbox.merges.forget_old(NOW + 12)


def test_merges_of_a_tenant_have_a_bound(outbox: Outbox) -> None:
    """Beyond it the tenant's oldest go, and those of no other."""
    outbox.put_many([parcel("other.merge", 9, A, B, log="globex/drop")])
    rows = MergeRows(outbox.transaction, max_merges=2)
    with outbox.transaction() as connection:
        for number in range(4):
            rows.put(connection, f"{number}.merge", NewMerge(), tenant="acme", leaf=leaf(number), now=NOW + number)

    assert ["2.merge", "3.merge"] == sorted(rows.of_logs(["acme/drop"]))
    assert rows.of("other.merge") is not None


def test_merges_of_an_older_file(state: Path) -> None:
    """They were noted as hand-overs: they are known as before, and the hand-overs of tickets stay."""
    (state / "outbox").mkdir(parents=True)
    with closing(sqlite3.connect(state / "outbox" / "tickets.db", isolation_level=None)) as connection:
        for statement in (*_SCHEMA_6, "PRAGMA user_version = 6"):
            connection.execute(statement)
        for message in ("m.merge", "m.undo", "ticket-1"):
            connection.execute("INSERT INTO handed VALUES (?, 'acme/drop', ?, ?)", (message, A, NOW))
    with Outbox(state, clock=lambda: NOW) as outbox:
        outbox.put_many([parcel("m.merge", 5, A, B)])

        assert StoredMerge("acme/drop", A, ()) == outbox.merges.of("m.merge")
        assert ["m.undo"] == outbox.merges.of_messages("acme", ["m.undo"])
        assert outbox.leaves.handed("m.merge") is None
        assert outbox.leaves.handed("ticket-1") is not None
        assert [] == outbox.leaves.read(10)
