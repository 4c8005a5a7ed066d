"""How merges end at a desk: with the tickets that they name, with their time, and with an erased session."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.desk.live import OpenDesk
from edge.desk.server import admin_folder
from edge.desk.store import FORGET_AT_ONCE, IncomingTicket, Scope, audit_lines, read_only
from edge.errors import SkerryError
from edge.host.admin import AdminPeer, call_admin
from edge.records.desk import DraftKind, DraftRequest
from edge.records.payloads import DeskErasure, EraseRequest, ErasureScope
from tests.desk.desk import Caller, Clock, RunningDesk, body, tid
from tests.desk.merges.test_merges import DROP, TOUR, A, B, C, merge, post, seen, tickets, undoing

WHY = "bought by the neighbour"


def put(desk: OpenDesk, number: int, place: tuple[str, str]) -> None:
    """Store a ticket of a session."""
    desk.intake.put(IncomingTicket.parse(body(number, f"no. {number}", island=place[0], session=place[1])))


def left(desk: OpenDesk) -> dict[str, int]:
    """Rows of every table about merges that has any."""
    tables = ("merges", "merges_undone", "merge_times")
    with desk.store.reading() as connection:
        found = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608
    return {table: count for table, count in found.items() if count}


def stored(home: Path) -> bytes:
    """The bytes of the desk's file and its log."""
    return b"".join(file.read_bytes() for file in (home / "desk").glob("desk.db*") if "shm" not in file.name)


def audited(home: Path) -> list[str]:
    """The tickets that the audit log says were erased."""
    with read_only(home) as connection:
        return [line.ticket for line in audit_lines(connection) if line.action == "erased"]


def forget(desk: OpenDesk) -> tuple[int, int]:
    """What a look for what is old deletes: tickets and merges."""
    return desk.store.forget_old(keep_days=30), desk.store.forget_merges(keep_days=30)


def test_merge_goes_with_the_last_ticket_of_one_session(desk: OpenDesk, clock: Clock) -> None:
    """Also if it is younger itself; its undoing goes with it. A merge of others stays."""
    for number, place in enumerate((A, A, B), 1):
        put(desk, number, place)
        clock.move(days=5)
    put(desk, 4, C)
    for message in (merge("m-1", A, B), undoing("m-1"), merge("m-2", B, C)):
        desk.intake.put_merge(message)
    clock.move(days=16)
    first, with_first = forget(desk), left(desk)
    clock.move(days=5)
    second, with_second = forget(desk), left(desk)
    clock.move(days=5)

    assert ((1, 0), {"merges": 4, "merges_undone": 1, "merge_times": 2}) == (first, with_first)
    assert ((1, 0), {"merges": 2, "merge_times": 1}) == (second, with_second)
    assert ((1, 0), {}) == (forget(desk), left(desk))


def test_merge_without_tickets_ends_with_its_time(desk: OpenDesk, clock: Clock) -> None:
    """One that connects tickets, of any age, stays. An undoing without its merge stays as long as a ticket would."""
    desk.intake.put_merge(merge("m-1", A, B))
    desk.intake.put_merge(merge("m-2", A, C))
    clock.move(days=20)
    desk.intake.put_merge(undoing("m-3"))
    put(desk, 1, A)
    put(desk, 2, C)
    clock.move(days=11)
    first, after = forget(desk), left(desk)
    clock.move(days=20)

    assert ((0, 1), {"merges": 2, "merges_undone": 1, "merge_times": 2}) == (first, after)
    assert ((2, 1), {}) == (forget(desk), left(desk))


def test_merges_end_some_at_a_time(desk: OpenDesk, clock: Clock) -> None:
    """A transaction has a bound."""
    for number in range(3):
        desk.intake.put_merge(merge(f"m-{number}", A, B))
    clock.move(days=31)

    assert [2, 1, 0] == [desk.store.forget_merges(keep_days=30, at_most=2) for _ in range(3)]


def test_merges_of_an_older_desk(desk: OpenDesk, home: Path, clock: Clock) -> None:
    """They count as received when the file is opened; so do those that an older desk puts after that."""
    desk.intake.put_merge(merge("m-1", A, B))
    desk.intake.put_merge(undoing("m-2"))
    with desk.store.transaction() as connection:
        for trigger in ("merge_timed", "merge_undone_timed"):
            connection.execute(f"DROP TRIGGER {trigger}")
        for table in ("merge_times", "consent_keys"):
            connection.execute(f"DROP TABLE {table}")
    desk.store.close()
    again = OpenDesk.at(home, clock.seconds, sqlite3.Connection)
    with again.store.transaction() as connection:
        connection.execute("INSERT INTO merges_undone VALUES ('northwind', 'm-4', 'x') ON CONFLICT DO NOTHING")
    found = left(again)
    with again.store.transaction() as connection:
        connection.execute("UPDATE merge_times SET received = ?", (clock.seconds(),))
    clock.move(days=31)
    gone = again.store.forget_merges(keep_days=30)
    again.store.close()

    assert {"merges": 2, "merges_undone": 2, "merge_times": 3} == found
    assert 3 == gone


@pytest.mark.parametrize("number", [0, 1], ids=["the first", "the second"])
async def test_erased_session(served: RunningDesk, pop: Caller, anna: Caller, home: Path, number: int) -> None:
    """Its tickets and drafts go, and every merge that names it, from the file's bytes as well; nothing of others."""
    await tickets(pop)
    for message in (merge("m-1", A, B, why=WHY), merge("m-2", C, (A, B)[number], why=WHY), undoing("m-1")):
        await post(pop, message)
    erased, other = (A, B)[number], (B, A)[number]
    draft = DraftRequest(kind=DraftKind.EXAMPLE, island=DROP, snippet="a", text=WHY, ticket=tid(1 + number))
    await served.server._thread.do(lambda desk: desk.drafts.add(draft, "anna", Scope("northwind")))
    peer = AdminPeer(admin_folder(home), kind="desk", start="", typed="")
    request = EraseRequest(scope=ErasureScope.SESSION, tenant="northwind", names=(erased[1], "named:nobody"))
    foreign = EraseRequest(scope=ErasureScope.SESSION, tenant="acme", names=(erased[1],))
    none = await asyncio.to_thread(call_admin, peer, "/v1/erase", foreign)
    found = await asyncio.to_thread(call_admin, peer, "/v1/erase", request)
    again = await asyncio.to_thread(call_admin, peer, "/v1/erase", request)
    files = await asyncio.to_thread(stored, home)

    nothing = b'{"tickets":0,"merges":0}'
    assert [nothing, b'{"tickets":1,"merges":2}', nothing] == [none, found, again]
    assert 404 == (await anna.get(f"/v1/tickets/{tid(1 + number)}"))[0]
    assert await seen(anna, 2 - number) is None
    assert other[1].encode() in files
    assert not [one for one in (erased[1], WHY) if one.encode() in files]
    assert [tid(1 + number)] == await asyncio.to_thread(audited, home)


@pytest.mark.usefixtures("served")
async def test_only_sessions_are_erased_at_a_desk(home: Path) -> None:
    """Another scope is refused."""
    peer = AdminPeer(admin_folder(home), kind="desk", start="", typed="")
    request = EraseRequest(scope=ErasureScope.EVENT, tenant="northwind", names=("drop",))

    with pytest.raises(SkerryError, match="the desk was asked to erase by event, expected session"):
        await asyncio.to_thread(call_admin, peer, "/v1/erase", request)


async def test_command_erases(pop: Caller, home: Path) -> None:
    """After a question. Without a desk the error says how to start one."""
    await pop.post("/v1/tickets", body(1, session="named:a"))
    words = ["desk", "erase", "session", "named:a", "--tenant", "northwind", "--home", str(home)]
    declined = await asyncio.to_thread(CliRunner().invoke, cli, words, input="n\n")
    done = await asyncio.to_thread(CliRunner().invoke, cli, [*words, "--yes"])
    alone = await asyncio.to_thread(CliRunner().invoke, cli, [*words[:-1], str(home / "other"), "--yes"])

    assert (1, 0, 1) == (declined.exit_code, done.exit_code, alone.exit_code)
    assert "Delete the tickets and merges of 1 session(s), for good?" in declined.output
    assert "erased      1 tickets, 0 merges of sessions" == done.stdout.splitlines()[-1]
    assert "skerry desk serve --home" in str(alone.exception) + alone.output


def test_session_with_very_many_tickets(desk: OpenDesk) -> None:
    """They go in several transactions, in every island of the tenant."""
    for number in range(FORGET_AT_ONCE + 2):
        put(desk, number, ((DROP, TOUR)[number % 2], "named:a"))

    assert DeskErasure(tickets=FORGET_AT_ONCE + 2, merges=0) == desk.store.erase_session("northwind", "named:a")
