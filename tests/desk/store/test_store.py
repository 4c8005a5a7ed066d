"""The desk's file: what is forgotten, and what the audit log has."""

from pathlib import Path

import msgspec
import pytest

from edge.desk.live import OpenDesk
from edge.desk.store import IncomingTicket, Scope, audit_lines, read_only
from edge.errors import ConfigError, RefusedError
from edge.records.desk import DraftKind, DraftRequest, QueueState, ReplyRequest
from tests.desk.desk import Clock, body, tid

ALL = Scope("northwind")
SECRET = "my card is 4111"
REPLY = "we never ask for cards"


def put(desk: OpenDesk, number: int, text: str = "when?") -> None:
    """Store a ticket."""
    desk.intake.put(IncomingTicket.parse(body(number, text)))


def test_old_tickets_are_forgotten(desk: OpenDesk, clock: Clock, home: Path) -> None:
    """Ticket, reply, event and draft are gone after the days that they are kept, also from the file's bytes."""
    put(desk, 1, SECRET)
    desk.actions.reply(tid(1), "anna", ALL, ReplyRequest(text=REPLY))
    draft = DraftRequest(kind=DraftKind.EXAMPLE, island="northwind/drop", snippet="a", text=SECRET, ticket=tid(1))
    desk.drafts.add(draft, "anna", ALL)
    clock.move(days=29)
    put(desk, 2)
    kept = desk.store.forget_old(keep_days=30)
    clock.move(days=2)
    gone = desk.store.forget_old(keep_days=30)
    desk.store.look_after()
    files = b"".join(file.read_bytes() for file in (home / "desk").glob("desk.db*") if "shm" not in file.name)

    assert (0, 1) == (kept, gone)
    assert [] == desk.events.after("fra-1", 0)
    assert () == desk.drafts.newest(ALL).drafts
    assert [(tid(2),)] == [row.tickets for row in desk.queue.page(ALL, state=QueueState.OPEN).rows]
    assert SECRET.encode() not in files
    assert REPLY.encode() not in files


def test_draft_goes_with_its_ticket(desk: OpenDesk, clock: Clock) -> None:
    """It may have the viewer's words, so it stays no longer than they do; one without a ticket stays its own time."""
    put(desk, 1, SECRET)
    clock.move(days=20)
    draft = DraftRequest(kind=DraftKind.EXAMPLE, island="northwind/drop", snippet="a", text=SECRET, ticket=tid(1))
    desk.drafts.add(draft, "anna", ALL)
    desk.drafts.add(msgspec.structs.replace(draft, text="when?", ticket=""), "anna", ALL)
    clock.move(days=11)
    desk.store.forget_old(keep_days=30)

    assert ["when?"] == [one.text for one in desk.drafts.newest(ALL).drafts]


def test_slow_export_holds_nothing_back(desk: OpenDesk, clock: Clock, home: Path) -> None:
    """Somebody pages through the audit log: what is deleted meanwhile leaves the files at once."""
    put(desk, 1, SECRET)
    put(desk, 2)
    with read_only(home) as connection:
        lines = audit_lines(connection)
        next(lines)
        clock.move(days=31)
        desk.store.forget_old(keep_days=30)
        desk.store.look_after()

        assert 0 == (home / "desk" / "desk.db-wal").stat().st_size
        assert 1 == len(list(lines))


def test_reader_is_not_waited_for(desk: OpenDesk, clock: Clock, home: Path) -> None:
    """While another program reads the file, the log stays as it is; the next look clears it."""
    put(desk, 1, SECRET)
    log = home / "desk" / "desk.db-wal"
    with read_only(home) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT * FROM audit").fetchone()
        clock.move(days=31)
        desk.store.forget_old(keep_days=30)
        desk.store.look_after()
        held = log.stat().st_size
    desk.store.look_after()

    assert held > 0
    assert 0 == log.stat().st_size


def test_audit_log(desk: OpenDesk, home: Path) -> None:
    """It has who, when, what and which ticket, and no word of viewer or agent."""
    put(desk, 1, SECRET)
    desk.actions.claim(tid(1), "anna", ALL, row=False)
    desk.actions.reply(tid(1), "anna", ALL, ReplyRequest(text=REPLY))
    with read_only(home) as connection:
        lines = list(audit_lines(connection))

    assert [("fra-1", "received"), ("anna", "claim"), ("anna", "reply")] == [(one.who, one.action) for one in lines]
    assert {tid(1)} == {one.ticket for one in lines}
    assert not any(word in str(lines) for word in (SECRET, REPLY))


def test_news_of_what_failed(desk: OpenDesk) -> None:
    """A transaction that does not take effect is no news."""
    put(desk, 1)
    desk.store.take_news()
    desk.actions.claim(tid(1), "anna", ALL, row=False)
    first = desk.store.take_news()
    with pytest.raises(RefusedError):
        desk.actions.claim(tid(1), "ben", ALL, row=False)

    assert (1, {"fra-1"}) == (len(first[0]), first[1])
    assert ({}, set()) == desk.store.take_news()


def test_no_desk_to_export(tmp_path: Path) -> None:
    """The error names the command that starts one."""
    with pytest.raises(ConfigError, match="start a desk with: skerry desk serve --home"), read_only(tmp_path):
        pass


def test_clock_set_back(desk: OpenDesk, clock: Clock) -> None:
    """A claim from what is now the future keeps nobody out, and events go on."""
    put(desk, 1)
    desk.actions.claim(tid(1), "anna", ALL, row=False)
    (first,) = desk.events.after("fra-1", 0)
    clock.move(days=-1)
    desk.actions.reply(tid(1), "ben", ALL, ReplyRequest(text="Tomorrow."))

    assert [True] == [event.seq > first.seq for event in desk.events.after("fra-1", first.seq)]
