"""PoPs post tickets over real sockets."""

from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from edge.records.desk import MAX_TICKET_POST_BYTES
from tests.desk.desk import Caller, Clock, FullDisk, RunningDesk, body, running, ticket, tid, token_of


async def test_new_ticket_and_known_ticket(pop: Caller, anna: Caller) -> None:
    """It is taken once: 201, then 200 with the same time, and one ticket in the queue."""
    first = await pop.post("/v1/tickets", body(), **{"Idempotency-Key": tid(1)})
    second = await pop.post("/v1/tickets", body())
    _, queue = await anna.get("/v1/queue")

    assert (201, {"ticket": tid(1), "received": "2026-09-01T12:00:00Z"}) == first
    assert (200, first[1]) == second
    assert [[tid(1)]] == [row["tickets"] for row in queue["rows"]]


async def test_later_release(pop: Caller, anna: Caller) -> None:
    """Fields and words that this release does not know are taken, and shown as they came."""
    posted = ticket(reason="asked_twice", kind="legal", signed={"by": "a later release"}, schema="skerry.legal/9")
    status, _ = await pop.post("/v1/tickets", posted)
    _, shown = await anna.get(f"/v1/tickets/{tid(1)}")

    assert 201 == status
    assert msgspec.json.decode(msgspec.json.encode(posted)) == shown["ticket"]


REFUSED = {
    "no JSON": (b"<html>", 422, "the body is not a ticket"),
    "nothing": (b"", 422, "the body is not a ticket"),
    "nested a hundred thousand times": (b"[" * 100_000, 422, "nested too deep"),
    "half a character in a field that is not read": (
        b'{"x": "\xff", ' + body()[1:],
        422,
        "not UTF-8",
    ),
    "no text": (msgspec.json.encode({key: value for key, value in ticket().items() if key != "text"}), 422, "`text`"),
    "a path for an id": (body(id="../../etc/passwd"), 422, "the ticket's id cannot be used"),
    "an id that is long": (body(id="a" * 65), 422, "the ticket's id cannot be used"),
    "no island": (body(island="northwind"), 422, "not an island's name"),
    "a lane that writes backwards": (body(lane="\u202eevil"), 422, "the ticket's lane cannot be used"),
    "a ticket of another PoP": (body(pop="ams-1"), 403, "the token is of PoP 'fra-1'"),
    "too many bytes": (body(text="x" * MAX_TICKET_POST_BYTES), 413, "too large"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_refused(pop: Caller, anna: Caller, case: str) -> None:
    """A problem document says why and quotes nothing; nothing is stored."""
    sent, expected, text = REFUSED[case]
    status, problem = await pop.post("/v1/tickets", sent)
    _, queue = await anna.get("/v1/queue")

    assert (expected, []) == (status, queue["rows"])
    assert text in problem["detail"]
    assert "etc" not in problem["detail"]


async def test_another_key(pop: Caller) -> None:
    """An `Idempotency-Key` that is not the ticket's id is refused."""
    status, problem = await pop.post("/v1/tickets", body(), **{"Idempotency-Key": "other"})

    assert (422, "key_reused") == (status, problem["reason"])


async def test_id_of_another_pop(served: RunningDesk, pop: Caller, anna: Caller) -> None:
    """A second PoP cannot take over the id of a ticket."""
    other = await served.new("ams-1")
    await pop.post("/v1/tickets", body())
    status, _ = await other.post("/v1/tickets", body(pop="ams-1", text="mine"))
    _, shown = await anna.get(f"/v1/tickets/{tid(1)}")

    assert 422 == status
    assert "when does it ship?" == shown["ticket"]["text"]


async def test_words_of_strangers(pop: Caller, anna: Caller) -> None:
    """A word of 10 kB, signs that turn the writing and markup arrive as they are, and none is in the log."""
    words = ["x" * 10_000, "\u202egnp.exe\u2069", "<script>alert(1)</script>", "\x00", "🙏" * 2_000]
    with capture_logs() as log:
        for number, text in enumerate(words):
            assert 201 == (await pop.post("/v1/tickets", body(number, text)))[0]
    shown = [(await anna.get(f"/v1/tickets/{tid(number)}"))[1]["ticket"]["text"] for number in range(len(words))]

    assert words == shown
    assert 5 == sum(line["event"] == "ticket came in" for line in log)
    assert not any(text in str(log) for text in words[:3])


async def test_full_disk(home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused with 503 and `Retry-After`, nothing half-stored, and taken once there is room."""
    token, agent = await token_of(home, "fra-1"), await token_of(home, "anna", tenant="northwind")
    async with running(home, now=clock, connection=FullDisk) as served:
        pop, anna = served.caller(token), served.caller(agent)
        monkeypatch.setattr(FullDisk, "is_full", True)
        async with pop.session.post(f"{pop.url}/v1/tickets", data=body(), headers=pop.headers) as response:
            problem = await response.json(content_type="application/problem+json")
            full = (response.status, response.headers["Retry-After"], problem["reason"])
        _, empty = await anna.get("/v1/queue")
        monkeypatch.setattr(FullDisk, "is_full", False)
        again = await pop.post("/v1/tickets", body())

    assert (503, "5", "storage") == full
    assert str(home) not in problem["detail"]
    assert [] == empty["rows"]
    assert 201 == again[0]


@pytest.mark.parametrize("days", [-1, 1])
async def test_clock_off_by_a_day(pop: Caller, anna: Caller, clock: Clock, days: int) -> None:
    """The deadline is counted from when the desk received it: five minutes, also if the PoP's clock is a day off."""
    shifted = ticket(created=clock.at.replace(day=1 + days) if days > 0 else clock.at.replace(month=8, day=31))
    await pop.post("/v1/tickets", shifted)
    _, shown = await anna.get(f"/v1/tickets/{tid(1)}")

    assert ("2026-09-01T12:00:00Z", "2026-09-01T12:05:00Z") == (shown["received"], shown["due"])


async def test_too_many_open(home: Path, clock: Clock) -> None:
    """One more is refused so that its PoP keeps it; one that is here is not, nor another PoP's, nor an urgent one."""
    names = {"fra-1": "", "ams-1": "", "anna": "northwind"}
    tokens = [await token_of(home, name, tenant=tenant) for name, tenant in names.items()]
    async with running(home, now=clock, max_open=10) as desk:
        pop, other, anna = map(desk.caller, tokens)
        for number in range(10):
            await pop.post("/v1/tickets", body(number))
        async with desk.session.post(f"{desk.url}/v1/tickets", data=body(10), headers=pop.headers) as response:
            problem = msgspec.json.decode(await response.read())
        again, _ = await pop.post("/v1/tickets", body(2))
        others, _ = await other.post("/v1/tickets", body(20, pop="ams-1"))
        urgent = [(await pop.post("/v1/tickets", body(number, kind="safety")))[0] for number in (30, 31)]
        await anna.post(f"/v1/tickets/{tid(3)}/reply", {"text": "Tomorrow."})
        await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Tomorrow."})
        later, _ = await pop.post("/v1/tickets", body(10))

    assert (503, "5", "overloaded") == (response.status, response.headers["Retry-After"], problem["reason"])
    assert "10 tickets of this PoP are open here, expected fewer; people must answer some" == problem["detail"]
    assert (200, 201, 201) == (again, others, later)
    assert [201, 503] == urgent
