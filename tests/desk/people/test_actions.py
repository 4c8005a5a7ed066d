"""People claim, release, reply and resolve."""

import asyncio

import pytest

from edge.desk.store import CLAIM_S
from tests.desk.desk import Caller, Clock, RunningDesk, body, tid


async def test_two_claims_at_once(pop: Caller, anna: Caller, ben: Caller) -> None:
    """One wins; the other hears who has it, and until when."""
    await pop.post("/v1/tickets", body())
    answers = await asyncio.gather(*(one.post(f"/v1/tickets/{tid(1)}/claim") for one in (anna, ben)))
    by_status = dict(answers)
    _, shown = await anna.get(f"/v1/tickets/{tid(1)}")

    assert {200, 409} == by_status.keys()
    assert f"'{shown['claimed_by']}' has claimed the ticket until 2026-09-01T12:15:00Z" in by_status[409]["detail"]
    assert by_status[200]["claimed_until"] == shown["claimed_until"] == "2026-09-01T12:15:00Z"


@pytest.mark.parametrize("action", ["claim", "release", "reply", "resolve"])
async def test_claimed_by_another(pop: Caller, anna: Caller, ben: Caller, action: str) -> None:
    """Nobody else may do anything with it; the ticket stays as it was."""
    await pop.post("/v1/tickets", body())
    await anna.post(f"/v1/tickets/{tid(1)}/claim")
    document = {"text": "Mine."} if action == "reply" else None
    status, problem = await ben.post(f"/v1/tickets/{tid(1)}/{action}", document)
    _, shown = await ben.get(f"/v1/tickets/{tid(1)}")

    assert (409, "contradictory") == (status, problem["reason"])
    assert ("acknowledged", "anna", "") == (shown["state"], shown["claimed_by"], shown["reply"])


async def test_claim_expires(pop: Caller, anna: Caller, ben: Caller, clock: Clock) -> None:
    """Fifteen minutes after its owner's last action somebody else may have it."""
    await pop.post("/v1/tickets", body())
    await anna.post(f"/v1/tickets/{tid(1)}/claim")
    clock.move(seconds=CLAIM_S - 1)
    renewed, _ = await anna.post(f"/v1/tickets/{tid(1)}/claim")
    clock.move(seconds=CLAIM_S - 1)
    too_early, _ = await ben.post(f"/v1/tickets/{tid(1)}/claim")
    clock.move(seconds=1)
    late, _ = await ben.post(f"/v1/tickets/{tid(1)}/claim")

    assert (200, 409, 200) == (renewed, too_early, late)


async def test_release(pop: Caller, anna: Caller, ben: Caller) -> None:
    """Others may have it at once. The viewer's state does not go back."""
    await pop.post("/v1/tickets", body())
    await anna.post(f"/v1/tickets/{tid(1)}/claim")
    await anna.post(f"/v1/tickets/{tid(1)}/release")
    status, _ = await ben.post(f"/v1/tickets/{tid(1)}/claim")
    events, _ = await pop.events()

    assert (200, 1) == (status, len(events))


async def test_reply_to_a_row(pop: Caller, anna: Caller, ben: Caller) -> None:
    """One reply answers all equal open tickets that nobody else has claimed; each gets an event of its own."""
    for number, text in enumerate(["When does it ship??", "when does it SHIP", "when does it ship 🙏", "where is it"]):
        await pop.post("/v1/tickets", body(number, text))
    await ben.post(f"/v1/tickets/{tid(2)}/claim")
    request = {"text": "Tomorrow.", "row": True, "suggestion": "used", "snippet": "ship-date"}
    _, result = await anna.post(f"/v1/tickets/{tid(0)}/reply", request)
    events, _ = await pop.events()

    assert [tid(0), tid(1)] == result["tickets"]
    assert [tid(0), tid(1)] == [event.ticket for event in events if event.reply == "Tomorrow."]
    assert len(events) == len({event.id for event in events})


async def test_repeated_actions(pop: Caller, anna: Caller) -> None:
    """Sent again, as after a lost connection, they change nothing and make no event."""
    await pop.post("/v1/tickets", body())
    for _ in range(2):
        await anna.post(f"/v1/tickets/{tid(1)}/claim")
    replies = [await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Tomorrow."}) for _ in range(2)]
    resolved = [await anna.post(f"/v1/tickets/{tid(1)}/resolve") for _ in range(2)]
    events, _ = await pop.events()
    _, shown = await anna.get(f"/v1/tickets/{tid(1)}")

    assert [[tid(1)], []] == [document["tickets"] for _, document in replies]
    assert [[tid(1)], []] == [document["tickets"] for _, document in resolved]
    assert ["acknowledged", "answered", "resolved"] == [event.state for event in events]
    assert ["received", "claim", "reply", "resolve"] == [line["action"] for line in shown["history"]]


async def test_second_reply(pop: Caller, anna: Caller, ben: Caller) -> None:
    """People may add another reply until the ticket is resolved."""
    await pop.post("/v1/tickets", body())
    for caller, text in ((anna, "Tomorrow."), (ben, "Sorry: on Friday.")):
        await caller.post(f"/v1/tickets/{tid(1)}/reply", {"text": text})
    await ben.post(f"/v1/tickets/{tid(1)}/resolve")
    status, problem = await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Or Monday."})
    events, _ = await pop.events()

    assert ["Tomorrow.", "Sorry: on Friday.", ""] == [event.reply for event in events]
    assert (409, "the ticket is resolved, expected an open or answered one") == (status, problem["detail"])


async def test_resolve_a_row(pop: Caller, anna: Caller) -> None:
    """Of a row, those in the same state are resolved."""
    for number in (1, 2, 3):
        await pop.post("/v1/tickets", body(number))
    await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Tomorrow."})
    _, result = await anna.post(f"/v1/tickets/{tid(2)}/resolve", {"row": True})

    assert [tid(2), tid(3)] == result["tickets"]


REPLIES = {
    "too long": ({"text": "x" * 4_001}, 400),
    "nothing": ({"text": ""}, 400),
    "nothing that is seen": ({"text": " \u200b\n"}, 422),
    "a control": ({"text": "a\x1b[2J"}, 422),
    "a null character": ({"text": "a\x00"}, 422),
    "a field that is none": ({"text": "a", "txt": "b"}, 400),
    "a word for what was done that is none": ({"text": "a", "suggestion": "admired"}, 400),
}


@pytest.mark.parametrize("case", REPLIES)
async def test_refused_reply(pop: Caller, anna: Caller, case: str) -> None:
    """The ticket stays open, and the problem quotes nothing."""
    document, expected = REPLIES[case]
    await pop.post("/v1/tickets", body())
    status, problem = await anna.post(f"/v1/tickets/{tid(1)}/reply", document)
    events, _ = await pop.events()

    assert (expected, []) == (status, events)
    assert "admired" not in problem["detail"]


async def test_reply_that_writes_backwards(pop: Caller, anna: Caller) -> None:
    """Signs for the direction of writing, line breaks and 4,000 characters reach the viewer's PoP as they are."""
    text = "\u202bשלם\u202c\nline\ttab" + "x" * 3_980
    await pop.post("/v1/tickets", body())
    await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": text[:4_000]})
    events, _ = await pop.events()

    assert text[:4_000] == events[0].reply


async def test_other_tenants_and_lanes(served: RunningDesk, pop: Caller) -> None:
    """A ticket of another tenant or lane does not exist, for every route."""
    await pop.post("/v1/tickets", body(lane="safety"))
    eve = await served.new("eve", tenant="globex")
    lane = await served.new("lane", tenant="northwind", lane="support")
    right = await served.new("right", tenant="northwind", lane="safety")
    never = await lane.get(f"/v1/tickets/{tid(9)}")
    refused = []
    for caller in (eve, lane):
        refused.append(await caller.get(f"/v1/tickets/{tid(1)}"))
        for action in ("claim", "release", "reply", "resolve"):
            document = {"text": "a"} if action == "reply" else {"row": True}
            refused.append(await caller.post(f"/v1/tickets/{tid(1)}/{action}", document))
        assert [] == (await caller.get("/v1/queue"))[1]["rows"]
        assert [] == (await caller.get("/v1/queue?lane=safety"))[1]["rows"]

    assert {404} == {status for status, _ in refused}
    assert {never[1]["detail"]} == {problem["detail"] for _, problem in refused}
    assert 200 == (await right.get(f"/v1/tickets/{tid(1)}"))[0]


async def test_ids_that_are_hostile(anna: Caller) -> None:
    """They are looked for as they are, and found nowhere."""
    for ticket in ("%27%20OR%201%3D1%20--", "..%2F..%2Fdesk.db", "%00", "%F0%9F%99%8F" * 50):
        assert 404 == (await anna.get(f"/v1/tickets/{ticket}"))[0]


async def test_stolen_expired_foreign_revoked(served: RunningDesk, pop: Caller, clock: Clock) -> None:
    """An agent's token is good until it expires or is revoked, and a PoP's opens nothing for people."""
    short = await served.new("short", tenant="northwind", expires=clock.at.replace(hour=13))
    before, _ = await short.get("/v1/queue")
    clock.move(hours=1)
    after, problem = await short.get("/v1/queue")
    stolen, _ = await served.caller("stolen").get("/v1/queue")
    foreign, _ = await pop.get("/v1/queue")

    assert (200, 401, 401, 403) == (before, after, stolen, foreign)
    assert "that the desk's operator made" in problem["detail"]
