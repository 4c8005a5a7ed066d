"""Merges of sessions come to a desk: a ticket then lists what the same person said elsewhere, until it is undone."""

import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.desk.live import OpenDesk
from edge.desk.merges import MAX_MERGES, book
from edge.desk.store import IncomingTicket, Scope
from edge.errors import Reason, RefusedError
from edge.records.merges import MergeMessage, NamedSession
from tests.desk.desk import NOON, Caller, Clock, RunningDesk, body, tid

DROP, TOUR = "northwind/drop", "northwind/tour"
A, B, C = ((DROP, "named:a"), (TOUR, "named:b"), (DROP, "signed:pop:c"))
WHY = "the same order number"


def merge(merge_id: str = "m-1", *sessions: tuple[str, str], **fields: Any) -> MergeMessage:
    """A merge that a PoP took."""
    named = tuple(NamedSession(island=island, session=session) for island, session in sessions)
    document: dict[str, Any] = {"pop": "fra-1", "tenant": "northwind", "why": WHY, **fields}
    return MergeMessage(id=MergeMessage.id_of(merge_id), created=NOON, merge=merge_id, sessions=named, **document)


def undoing(merge_id: str = "m-1") -> MergeMessage:
    """That it is undone."""
    return msgspec.structs.replace(merge(merge_id), id=MergeMessage.undo_id_of(merge_id))


async def post(pop: Caller, message: MergeMessage) -> tuple[int, dict[str, Any]]:
    """Status and document of a message under its own key."""
    return await pop.post("/v1/tickets", msgspec.json.encode(message), **{"Idempotency-Key": message.id})


async def tickets(pop: Caller) -> None:
    """A ticket of each session: 1 of A, 2 of B, 3 of C in another lane, 4 of nobody."""
    for number, (island, session) in enumerate((A, B, C, (DROP, "")), 1):
        lane = "returns" if number == 3 else "support"
        status, _ = await pop.post(
            "/v1/tickets", body(number, f"no. {number}", island=island, session=session, lane=lane)
        )
        assert 201 == status


async def seen(agent: Caller, number: int) -> Any:
    """What a ticket says of merged sessions."""
    merged = (await agent.get(f"/v1/tickets/{tid(number)}"))[1]["merged"]
    return merged and {**merged, "tickets": [one["ticket"] for one in merged["tickets"]]}


async def test_merge_shows_both_as_one_until_it_is_undone(pop: Caller, anna: Caller) -> None:
    """Each of the two lists the other's ticket and the reason; after the undoing everything is as before."""
    await tickets(pop)
    before = [await anna.get(f"/v1/tickets/{tid(number)}") for number in (1, 2, 3, 4)]
    told = [await post(pop, merge("m-1", A, B)) for _ in range(2)]
    merged = [await seen(anna, number) for number in (1, 2, 3, 4)]
    shown = (await anna.get(f"/v1/tickets/{tid(1)}"))[1]["merged"]["tickets"]
    undone = [await post(pop, undoing()) for _ in range(2)]
    late = await post(pop, merge("m-1", A, B))
    after = [await anna.get(f"/v1/tickets/{tid(number)}") for number in (1, 2, 3, 4)]

    assert [(200, True), (200, False)] == [(status, document["new"]) for status, document in told]
    why = [{"merge": "m-1", "why": WHY}]
    assert [{"tickets": [tid(2)], "merges": why}, {"tickets": [tid(1)], "merges": why}, None, None] == merged
    assert [("no. 2", TOUR, "delivered", "")] == [
        (one["text"], one["island"], one["state"], one["reply"]) for one in shown
    ]
    assert [(200, True), (200, False)] == [(status, document["new"]) for status, document in undone]
    assert (200, False) == (late[0], late[1]["new"])
    assert before == after


async def test_undoing_that_comes_first(pop: Caller, anna: Caller) -> None:
    """Two PoPs may send them in any order; another merge of the same two counts."""
    await tickets(pop)
    await post(pop, undoing())
    await post(pop, merge("m-1", A, B))
    undone = await seen(anna, 1)
    await post(pop, merge("m-2", B, A))

    assert undone is None
    assert {"tickets": [tid(2)], "merges": [{"merge": "m-2", "why": WHY}]} == await seen(anna, 1)


async def test_three_sessions_of_one_person(pop: Caller, anna: Caller, served: RunningDesk) -> None:
    """Merges reach further than two; an agent of one lane, or of another tenant, sees no more than before."""
    await tickets(pop)
    await post(pop, merge("m-1", A, B))
    await post(pop, merge("m-2", C, B))
    lane = await served.new("lou", tenant="northwind", lane="support")
    stranger = await served.new("sam", tenant="acme")

    assert [tid(2), tid(3)] == (await seen(anna, 1))["tickets"]
    assert ["m-1", "m-2"] == [one["merge"] for one in (await seen(anna, 1))["merges"]]
    assert [tid(2)] == (await seen(lane, 1))["tickets"]
    assert 404 == (await stranger.get(f"/v1/tickets/{tid(1)}"))[0]
    await post(pop, undoing("m-2"))
    assert [tid(2)] == (await seen(anna, 1))["tickets"]


REFUSED: dict[str, tuple[MergeMessage, int, str]] = {
    "of another PoP": (merge("m-1", A, B, pop="ams-1"), 403, "unauthorised"),
    "one session": (merge("m-1", A), 422, "malformed"),
    "one session twice": (merge("m-1", A, A), 422, "malformed"),
    "a session of another tenant": (merge("m-1", A, ("acme/drop", "named:b")), 422, "malformed"),
    "no island": (merge("m-1", A, ("drop", "named:b")), 422, "malformed"),
}


@pytest.mark.parametrize(("message", "status", "reason"), REFUSED.values(), ids=REFUSED.keys())
async def test_merge_that_is_refused(
    pop: Caller, anna: Caller, message: MergeMessage, status: int, reason: str
) -> None:
    """It is not sent again, and changes nothing."""
    await tickets(pop)
    found, problem = await post(pop, message)

    assert (status, reason) == (found, problem["reason"])
    assert await seen(anna, 1) is None


async def test_what_is_no_merge(pop: Caller) -> None:
    """Under the key of one: 422."""
    status, problem = await pop.post("/v1/tickets", b"{}", **{"Idempotency-Key": "m-1.merge"})

    assert (422, "malformed") == (status, problem["reason"])


def test_too_many_merges(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Further ones are refused. One that is here may come again, and may be undone."""
    monkeypatch.setattr(book, "MAX_MERGES", 2)
    assert [True, True] == [desk.intake.put_merge(one) for one in (merge("m-1", A, B), undoing("m-1"))]
    with pytest.raises(RefusedError, match="2 merges of this tenant are here, expected fewer than 2") as refused:
        desk.intake.put_merge(merge("m-2", A, B))

    assert Reason.OVERLOADED is refused.value.reason
    assert MAX_MERGES > 2
    assert [False, False] == [desk.intake.put_merge(one) for one in (merge("m-1", A, B), undoing("m-1"))]
    monkeypatch.setattr(book, "MAX_MERGES", 1)
    assert desk.intake.put_merge(merge("m-3", ("umber/a", "named:a"), ("umber/b", "named:b"), tenant="umber"))
    assert desk.intake.put_merge(msgspec.structs.replace(undoing("m-3"), tenant="umber"))
    assert desk.intake.put_merge(merge("m-2", ("acme/a", "named:a"), ("acme/b", "named:b"), tenant="acme"))


def test_sessions_of_an_older_file(desk: OpenDesk, home: Path, clock: Clock) -> None:
    """A file without sessions gets those of its tickets, also where a body is of another form; they go with them."""
    for number, (island, session) in enumerate((A, B), 1):
        desk.intake.put(IncomingTicket.parse(body(number, island=island, session=session)))
    desk.intake.put(IncomingTicket.parse(body(3, session={"of": "a later release"})))
    with desk.store.transaction() as connection:
        for table in ("ticket_sessions", "merges", "merges_undone", "merge_times", "consent_keys"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP TRIGGER ticket_without_session")
    desk.store.close()
    again = OpenDesk.at(home, clock.seconds, sqlite3.Connection)
    again.intake.put_merge(merge("m-1", A, B))
    merged = again.queue.ticket(tid(1), Scope("northwind")).merged
    other = again.queue.ticket(tid(3), Scope("northwind")).merged
    clock.move(days=40)
    again.store.forget_old(keep_days=30)
    with again.store.reading() as connection:
        (left,) = connection.execute("SELECT COUNT(*) FROM ticket_sessions").fetchone()
    again.store.close()

    assert merged is not None
    assert [tid(2)] == [one.ticket for one in merged.tickets]
    assert other is None
    assert 0 == left


async def test_merge_without_room_keeps_back_no_ticket(pop: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused for good, so that a PoP does not take the desk for one that fails."""
    monkeypatch.setattr(book, "MAX_MERGES", 0)
    status, problem = await post(pop, merge("m-1", A, B))

    assert (422, "overloaded") == (status, problem["reason"])


def test_one_session_with_very_many(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ticket is shown with some of them: the desk does not read all."""
    monkeypatch.setattr(book, "MAX_SESSIONS", 3)
    desk.intake.put(IncomingTicket.parse(body(1, island=DROP, session="named:a")))
    for number in range(9):
        desk.intake.put_merge(merge(f"m-{number}", A, (TOUR, f"named:x{number}")))
    with desk.store.reading() as connection:
        found = list(book._reach(connection, "northwind", book.Place(*A)))
    merged = desk.queue.ticket(tid(1), Scope("northwind")).merged

    assert 3 == len(found)
    assert merged is not None
    assert 3 == len(merged.merges)
