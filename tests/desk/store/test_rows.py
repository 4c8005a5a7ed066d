"""Rows of very many tickets: what is read of them, and how actions reach all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.desk.live import OpenDesk
from edge.desk.store import IncomingTicket, Scope, queues_of, store
from edge.desk.store import queue as statements
from edge.errors import RefusedError, StorageError
from edge.records.desk import QueueState, ReplyRequest
from tests.desk.desk import Clock, FullDisk, body, tid

ALL = Scope("northwind")
MANY = 1_003
"""Three more than one action changes."""


@pytest.fixture
def many(desk: OpenDesk) -> OpenDesk:
    """A desk with a row of `MANY` tickets."""
    desk.store._connection.execute("PRAGMA synchronous = OFF")
    for number in range(MANY):
        desk.intake.put(IncomingTicket.parse(body(number)))
    return desk


@pytest.mark.parametrize("name", ["_FIRSTS", "_SUMMARY", "_HOLDER"])
def test_row_is_read_from_indexes(desk: OpenDesk, name: str) -> None:
    """No statement about a row sorts its tickets."""
    statement = getattr(statements, name)
    with desk.store.reading() as connection:
        marks = [""] * statement.count("?")
        plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", marks))

    assert "USING" in plan
    assert "tickets_by_" in plan
    assert "TEMP B-TREE" not in plan


def test_file_of_the_first_release(home: Path, clock: Clock) -> None:
    """It has other indexes, and gets those of now; its tickets are there."""
    home.mkdir()
    first = OpenDesk.at(home, clock.seconds, sqlite3.Connection)
    first.intake.put(IncomingTicket.parse(body(1)))
    wanted = names(first)
    first.store.close()
    with closing(sqlite3.connect(home / "desk" / "desk.db")) as connection:
        for kind, name in connection.execute(NEWER).fetchall():
            connection.execute(f"DROP {kind} IF EXISTS {name}")
        connection.execute("CREATE INDEX tickets_by_row ON tickets (row, queue, due, received)")
        connection.execute("CREATE INDEX tickets_by_pop ON tickets (pop)")
    again = OpenDesk.at(home, clock.seconds, sqlite3.Connection)
    found, rows = names(again), again.queue.page(ALL, state=QueueState.OPEN).rows
    counted = queues_of(again.store)[0]["northwind"].depth
    again.store.close()

    assert (wanted, 1, 1) == (found, len(rows), counted)


def test_full_disk_at_an_update(home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk starts, says it, and tries again within a minute and at its next start; then all is there."""
    home.mkdir()
    first = OpenDesk.at(home, clock.seconds, sqlite3.Connection)
    first.intake.put(IncomingTicket.parse(body(1)))
    wanted = names(first)
    first.store.close()
    found, lines = [], []
    for is_restarted in (False, True):
        with closing(sqlite3.connect(home / "desk" / "desk.db")) as connection:
            for kind, name in connection.execute(NEWER).fetchall():
                connection.execute(f"DROP {kind} IF EXISTS {name}")
        monkeypatch.setattr(FullDisk, "is_full", True)
        with capture_logs() as said:
            desk = OpenDesk.at(home, clock.seconds, FullDisk)
            desk.store.look_after()
        lines += said
        assert names(desk) < wanted
        monkeypatch.setattr(FullDisk, "is_full", False)
        if is_restarted:
            desk.store.close()
            desk = OpenDesk.at(home, clock.seconds, FullDisk)
        else:
            monkeypatch.setattr(desk.store, "_update_at", 0.0)
            desk.store.look_after()
        found.append((names(desk), queues_of(desk.store)[0]["northwind"].depth))
        desk.store.close()

    assert [(wanted, 1)] * 2 == found
    text = "the desk's file cannot be brought up to date, the disk is full"
    assert [(text, "error")] * 2 == [(line["event"], line["log_level"]) for line in lines]


def test_update_is_tried_again_after_a_lock(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program may lock the file at the very attempt that would have succeeded."""
    tried = []

    def locked(_connection: sqlite3.Connection) -> None:
        tried.append(1)
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error

    monkeypatch.setattr(store, "add_indexes", locked)
    monkeypatch.setattr(store, "UPDATE_AGAIN_S", 0.0)
    monkeypatch.setattr(desk.store, "_update_at", 0.0)
    for _ in range(2):
        with pytest.raises(StorageError, match="locked"):
            desk.store.look_after()

    assert [1, 1] == tried


NEWER = """SELECT type, name FROM sqlite_schema WHERE sql IS NOT NULL AND (type = 'trigger'
    OR name IN ('ticket_counts', 'owed_tickets', 'owed_counts', 'consents', 'consents_by_subject', 'consent_ends',
        'consent_keys', 'merges', 'merges_undone', 'merge_times', 'ticket_sessions', 'ticket_sessions_by_ticket',
        'tickets_by_order', 'tickets_by_holder', 'tickets_of_pop',
        'tickets_by_lane_age', 'tickets_by_lane_due', 'tickets_not_taken'))"""
"""What the first release did not have."""


def names(desk: OpenDesk) -> set[str]:
    """Names of everything in the file."""
    with desk.store.reading() as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}


def test_reply(many: OpenDesk) -> None:
    """An action changes a thousand tickets at most; sent again, it changes the rest."""
    request = ReplyRequest(text="Tomorrow.", row=True)
    first = many.actions.reply(tid(0), "anna", ALL, request)
    second = many.actions.reply(tid(0), "anna", ALL, request)

    assert (1_000, 3) == (len(first.tickets), len(second.tickets))


def test_reply_gets_past_what_others_claimed(many: OpenDesk) -> None:
    """A thousand tickets are with somebody else: the rest is answered."""
    many.actions.claim(tid(0), "ben", ALL, row=True)
    result = many.actions.reply(tid(MANY - 1), "anna", ALL, ReplyRequest(text="Tomorrow.", row=True))

    assert {tid(MANY - one) for one in (1, 2, 3)} == set(result.tickets)


def test_claim_and_release(many: OpenDesk) -> None:
    """Sent again, each gets to the rest; then a claim is renewed."""
    claimed = [many.actions.claim(tid(0), "anna", ALL, row=True).tickets for _ in range(2)]
    released = [many.actions.release(tid(0), "anna", ALL, row=True).tickets for _ in range(2)]

    assert (1_000, MANY) == (len(claimed[0]), len({*claimed[0], *claimed[1]}))
    assert MANY == len({*released[0], *released[1]})


def test_claim_of_a_row_that_another_has_a_part_of(many: OpenDesk) -> None:
    """Also where that is not among the first thousand, none is claimed."""
    many.actions.claim(tid(MANY - 1), "ben", ALL, row=False)

    with pytest.raises(RefusedError, match="'ben' has claimed the ticket"):
        many.actions.claim(tid(0), "anna", ALL, row=True)
    assert "ben" == many.queue.page(ALL, state=QueueState.OPEN).rows[0].claimed_by


def test_resolve(many: OpenDesk, clock: Clock) -> None:
    """Sent again, it gets to the rest of those that were there; an equal question that came since stays open."""
    first = many.actions.resolve(tid(0), "anna", ALL, row=True)
    clock.move(seconds=1)
    many.intake.put(IncomingTicket.parse(body(MANY)))
    by_another = many.actions.resolve(tid(0), "ben", ALL, row=True)
    second = many.actions.resolve(tid(0), "anna", ALL, row=True)

    assert (1_000, 0, 3) == (len(first.tickets), len(by_another.tickets), len(second.tickets))
    assert [(tid(MANY),)] == [row.tickets for row in many.queue.page(ALL, state=QueueState.OPEN).rows]


def test_claims_that_expire(many: OpenDesk, clock: Clock) -> None:
    """A thousand at once; nobody has the others any more either."""
    for _ in range(2):
        many.actions.claim(tid(0), "anna", ALL, row=True)
    clock.move(minutes=16)
    (row,) = many.queue.page(ALL, state=QueueState.OPEN).rows

    assert ("", [1_000, 3, 0]) == (row.claimed_by, [many.actions.expire_claims() for _ in range(3)])
