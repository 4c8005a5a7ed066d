"""A viewer who solved a question while waiting: the ticket leaves the queue, unless people have it."""

from typing import Any

import msgspec

from edge.records import Provenance, SolvedByViewer
from tests.desk.desk import NOON, Caller, body, tid


def take_back(number: int, pop: str = "fra-1") -> bytes:
    """The message of a PoP."""
    source = Provenance(
        island="northwind/drop", revision=3, snippet="ship-date", approved_by="Ana", approved_at=NOON, key_id="k"
    )
    return msgspec.json.encode(
        SolvedByViewer(
            id=SolvedByViewer.id_of(tid(number)),
            ticket=tid(number),
            created=NOON,
            pop=pop,
            island="northwind/drop",
            lane="support",
            provenance=source,
        )
    )


async def post(pop: Caller, number: int) -> tuple[int, dict[str, Any]]:
    """Status and document of the message under its own key."""
    key = {"Idempotency-Key": SolvedByViewer.id_of(tid(number))}
    return await pop.post("/v1/tickets", take_back(number), **key)


async def open_tickets(anna: Caller) -> list[str]:
    """What waits for people."""
    _, page = await anna.get("/v1/queue")
    return [ticket for row in page["rows"] for ticket in row["tickets"]]


async def test_ticket_leaves_the_queue(pop: Caller, anna: Caller) -> None:
    """Once, and nobody is told of it twice; the PoP knows, so it gets no event."""
    await pop.post("/v1/tickets", body(1))
    await pop.post("/v1/tickets", body(2, "is it warm?"))
    answers = [await post(pop, 1), await post(pop, 1)]

    assert [(200, True), (200, False)] == [(status, document["resolved"]) for status, document in answers]
    assert [tid(2)] == await open_tickets(anna)
    assert ([], 0) == await pop.events()


async def test_people_keep_what_they_have(pop: Caller, anna: Caller) -> None:
    """Claimed or answered: they decide."""
    for number in (1, 2):
        await pop.post("/v1/tickets", body(number, f"question {number}"))
    await anna.post(f"/v1/tickets/{tid(1)}/claim")
    await anna.post(f"/v1/tickets/{tid(2)}/reply", {"text": "Tomorrow."})

    assert [(200, False), (200, False)] == [
        (status, document["resolved"]) for status, document in (await post(pop, 1), await post(pop, 2))
    ]
    assert [tid(1)] == await open_tickets(anna)


async def test_take_back_of_nothing(pop: Caller) -> None:
    """A ticket that is not here is 404, and something else is 422: both are final for a PoP."""
    status, _ = await post(pop, 1)
    malformed, _ = await pop.post("/v1/tickets", body(1), **{"Idempotency-Key": SolvedByViewer.id_of(tid(1))})

    assert (404, 422) == (status, malformed)


async def test_follow_up_is_a_ticket(pop: Caller, anna: Caller) -> None:
    """Its id names the ticket that it follows up."""
    status, _ = await pop.post("/v1/tickets", body(1, id=f"{tid(1)}.0f8fad5bd9cb", joins=tid(1)))

    assert 201 == status
    assert [f"{tid(1)}.0f8fad5bd9cb"] == await open_tickets(anna)
