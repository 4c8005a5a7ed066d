"""People read the queue, changes, the board, drafts and the export."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.desk.live import PostedFigures
from edge.desk.store import Scope
from edge.records.desk import ExportLine, PopFigures
from tests.desk.desk import NOON, Caller, Clock, RunningDesk, body, running, tid, token_of


async def test_who_am_i(served: RunningDesk, anna: Caller) -> None:
    """A token says whose it is, and what it may see."""
    cora = await served.new("cora", tenant="northwind", lane="fraud")

    assert (200, {"name": "anna", "tenant": "northwind", "lane": ""}) == await anna.get("/v1/me")
    assert (200, {"name": "cora", "tenant": "northwind", "lane": "fraud"}) == await cora.get("/v1/me")


async def test_equal_questions_are_one_row(pop: Caller, anna: Caller) -> None:
    """Same tenant, island, lane and normal form: one row with count and ids. Emoji alone are never equal."""
    texts = ["When does it ship??", "when does it ship", "🙏", "🙏"]
    for number, text in enumerate(texts):
        await pop.post("/v1/tickets", body(number, text))
    await pop.post("/v1/tickets", body(8, lane="safety"))
    await pop.post("/v1/tickets", body(9, island="northwind/other"))
    _, queue = await anna.get("/v1/queue")

    assert 5 == len(queue["rows"])
    assert [[tid(0), tid(1)]] == [row["tickets"] for row in queue["rows"] if row["count"] == 2]


async def test_typed_value_is_read_in_its_ticket_alone(pop: Caller, anna: Caller) -> None:
    """A reply to one viewer's order is for nobody else, so it is a row of its own. An export has no value."""
    value = {"name": "mail", "value": "maya@shop.example", "personal": True, "kind": "text"}
    for number in (1, 2):
        await pop.post("/v1/tickets", body(number, "Which address? [mail]", typed=value))
    _, queue = await anna.get("/v1/queue")
    _, shown = await anna.get(f"/v1/tickets/{tid(1)}")
    await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Done."})
    async with anna.session.get(f"{anna.url}/v1/export", headers=anna.headers) as response:
        exported = await response.read()

    assert [1, 1] == [row["count"] for row in queue["rows"]]
    assert value == shown["ticket"]["typed"]
    assert b"Which address?" in exported
    assert "maya" not in f"{queue} {exported!r}"


async def test_lane_and_deadline(pop: Caller, anna: Caller) -> None:
    """Rows come by lane, then by deadline; those without one last."""
    lanes = {1: ("b", 60), 2: ("a", 300), 3: ("a", 60), 4: ("a", None)}
    for number, (lane, span_s) in lanes.items():
        deadline = NOON + timedelta(seconds=span_s) if span_s else None
        await pop.post("/v1/tickets", body(number, f"question {number}", lane=lane, deadline=deadline))
    _, queue = await anna.get("/v1/queue")
    _, of_b = await anna.get("/v1/queue?lane=b")

    assert [tid(3), tid(2), tid(4), tid(1)] == [row["tickets"][0] for row in queue["rows"]]
    assert [tid(1)] == [row["tickets"][0] for row in of_b["rows"]]


async def test_pages(pop: Caller, anna: Caller) -> None:
    """Pages have every row once, in order, also if the rows of a page are answered in between."""
    for number in range(7):
        await pop.post("/v1/tickets", body(number, f"question {number}", lane="ab"[number % 2]))
    found, after = [], ""
    while True:
        _, page = await anna.get(f"/v1/queue?limit=2&after={after}")
        found += [row["tickets"][0] for row in page["rows"]]
        for row in page["rows"]:
            await anna.post(f"/v1/tickets/{row['tickets'][0]}/reply", {"text": "Yes."})
        after = page["next"]
        if after is None:
            break
    _, answered = await anna.get("/v1/queue?state=answered")

    assert sorted(map(tid, range(7))) == sorted(found)
    assert 7 == len(answered["rows"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=lost", 400),
        ("limit=0", 400),
        ("limit=201", 400),
        ("limit=²", 400),
        ("after=%00", 422),
        ("after=WyJhIl0=", 422),
    ],
)
async def test_bad_query(anna: Caller, query: str, expected: int) -> None:
    """It is refused in words."""
    status, problem = await anna.get(f"/v1/queue?{query}")

    assert (expected, True) == (status, "expected" in problem["detail"])


async def test_changes(served: RunningDesk, pop: Caller, anna: Caller) -> None:
    """A page hears of each row of its tenant as it is then, and of one that is gone; others hear nothing."""
    eve = await served.new("eve", tenant="globex")
    async with anna.stream("/v1/changes") as stream, eve.stream("/v1/changes") as other:
        assert ["all", "all"] == [(await one.next())["event"] for one in (stream, other)]
        await pop.post("/v1/tickets", body())
        came = msgspec.json.decode((await stream.of("row"))["data"])
        await anna.post(f"/v1/tickets/{tid(1)}/claim")
        claimed = msgspec.json.decode((await stream.of("row"))["data"])
        await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Tomorrow."})
        gone = msgspec.json.decode((await stream.of("row"))["data"])
        await pop.post("/v1/tickets", body(2, island="globex/drop"))
        of_other = msgspec.json.decode((await other.of("row"))["data"])

    assert ("", "anna", None) == (came["now"]["claimed_by"], claimed["now"]["claimed_by"], gone["now"])
    assert {came["row"]} == {claimed["row"], gone["row"]}
    assert "globex/drop" == of_other["now"]["island"]


async def test_page_of_a_revoked_agent(served: RunningDesk, anna: Caller) -> None:
    """Its stream ends when the token is replaced."""
    async with anna.stream("/v1/changes") as stream:
        await stream.next()
        await served.new("anna", tenant="northwind")
        with pytest.raises(EOFError):
            await stream.next()

    assert 401 == (await anna.get("/v1/queue"))[0]


async def test_claim_that_expires_is_a_change(pop: Caller, anna: Caller, clock: Clock) -> None:
    """The row is free again without anybody's doing, and the history says so."""
    await pop.post("/v1/tickets", body())
    await anna.post(f"/v1/tickets/{tid(1)}/claim")
    async with anna.stream("/v1/changes") as stream:
        await stream.next()
        clock.move(minutes=15)
        row = msgspec.json.decode((await stream.of("row"))["data"])
    _, shown = await anna.get(f"/v1/tickets/{tid(1)}")

    assert "" == row["now"]["claimed_by"]
    assert ("desk", "expire") == (shown["history"][-1]["who"], shown["history"][-1]["action"])


def figures(**fields: Any) -> dict[str, Any]:
    """Figures of a PoP with two tenants."""
    return {
        "at": "2026-09-01T12:00:00Z",
        "islands": [
            {"island": f"{tenant}/drop", "channel": "stream", "counts": {"answer": 5}}
            for tenant in ("northwind", "globex")
        ],
        "open_questions": [
            {"island": f"{tenant}/drop", "count": 3, "per_minute": 1.5, "exemplar": "\u202ewhen?"}
            for tenant in ("northwind", "globex")
        ],
        "incidents": [{"island": f"{tenant}/drop", "snippet": "sold-out"} for tenant in ("northwind", "globex")],
    } | fields


async def test_board(served: RunningDesk, pop: Caller, anna: Caller) -> None:
    """What a PoP posted, for the reader's tenant alone; a PoP that never posted has no figures, and no zeros."""
    await served.new("ams-1")
    status, _ = await pop.post("/v1/pops/fra-1/status", figures())
    _, board = await anna.get("/v1/board")
    ams, fra = board["pops"]

    assert (204, "ams-1", None, None) == (status, ams["pop"], ams["figures"], ams["heard"])
    assert ["northwind/drop"] == [one["island"] for one in fra["figures"]["islands"]]
    assert ["\u202ewhen?"] == [one["exemplar"] for one in fra["figures"]["open_questions"]]
    assert [{"island": "northwind/drop", "snippet": "sold-out"}] == fra["figures"]["incidents"]
    assert fra["silent_since"] is None


async def test_board_of_one_lane(served: RunningDesk, pop: Caller) -> None:
    """Nobody knows in which lane a question would be, so an agent of one lane sees none of its words."""
    lane = await served.new("lane", tenant="northwind", lane="support")
    await pop.post("/v1/pops/fra-1/status", figures())
    _, board = await lane.get("/v1/board")

    assert [] == board["pops"][0]["figures"]["open_questions"]
    assert ["northwind/drop"] == [one["island"] for one in board["pops"][0]["figures"]["islands"]]


def test_silent_pop() -> None:
    """After 20 s without a post it is silent since its last one, and its figures have their age."""
    at = 0.0
    board = PostedFigures(clock=lambda: at)
    board.post("fra-1", msgspec.convert(figures(), PopFigures))
    at = 20.0
    (heard,) = board.board(["fra-1"], scope=Scope("northwind"), now=NOON, unconfirmed={}).pops
    at = 21.0
    (silent, gone) = board.board(
        ["fra-1"], scope=Scope("northwind"), now=NOON, unconfirmed={"gone": (2, ("a", "b"))}
    ).pops

    assert heard.silent_since is None
    assert NOON - timedelta(seconds=21) == silent.silent_since
    assert (21.0, 5) == (silent.age_s, silent.figures.islands[0].counts["answer"] if silent.figures else None)
    assert ("gone", 2, ("a", "b"), None) == (gone.pop, gone.unconfirmed, gone.unconfirmed_tickets, gone.figures)


BAD_FIGURES: dict[str, tuple[dict[str, Any], int]] = {
    "too large": ({"islands": [], "x": "x" * 65_536}, 413),
    "an exemplar of 201 characters": (
        {"open_questions": [{"island": "a/b", "count": 1, "per_minute": 1, "exemplar": "x" * 201}]},
        400,
    ),
    "21 questions": (
        {"open_questions": [{"island": "a/b", "count": 1, "per_minute": 1, "exemplar": "x"}] * 21},
        400,
    ),
    "no time": ({"at": "now"}, 400),
}


@pytest.mark.parametrize("case", BAD_FIGURES)
async def test_bad_figures(pop: Caller, case: str) -> None:
    """They are refused whole."""
    fields, expected = BAD_FIGURES[case]

    assert expected == (await pop.post("/v1/pops/fra-1/status", figures(**fields)))[0]


async def test_drafts(served: RunningDesk, pop: Caller, anna: Caller) -> None:
    """They are kept for the tenant's people, those of a lane's ticket for its people alone."""
    await pop.post("/v1/tickets", body(lane="safety"))
    lane = await served.new("lane", tenant="northwind", lane="support")
    eve = await served.new("eve", tenant="globex")
    draft = {
        "kind": "example",
        "island": "northwind/drop",
        "snippet": "ship-date",
        "text": "when ship",
        "ticket": tid(1),
    }
    made = await anna.post("/v1/drafts", draft)
    refused = [await caller.post("/v1/drafts", draft) for caller in (eve, lane)]
    controls, _ = await anna.post("/v1/drafts", draft | {"text": "\x07"})

    assert (201, "anna", "when ship") == (made[0], made[1]["by"], made[1]["text"])
    assert [404, 404, 422] == [*(status for status, _ in refused), controls]
    assert [made[1]] == (await anna.get("/v1/drafts"))[1]["drafts"]
    assert [[], []] == [(await caller.get("/v1/drafts"))[1]["drafts"] for caller in (eve, lane)]


async def test_export(served: RunningDesk, pop: Caller, anna: Caller) -> None:
    """One line for each ticket that people answered or resolved, without ids, sessions and names."""
    eve = await served.new("eve", tenant="globex")
    candidate = {"confidence": 0.4, "nearest_example": "a", "similarity": 0.5}
    provenance = {"island": "northwind/drop", "revision": 3, "snippet": "ship-date"}
    extra = {"session": "viewer-7", "candidates": [candidate | {"provenance": provenance}], "refused": ["refund"]}
    await pop.post("/v1/tickets", body(1, "when?", **extra))
    await pop.post("/v1/tickets", body(2, "how?"))
    await pop.post("/v1/tickets", body(3, "open"))
    reply = {"text": "Tomorrow.", "suggestion": "used", "snippet": "ship-date"}
    await anna.post(f"/v1/tickets/{tid(1)}/reply", reply)
    await anna.post(f"/v1/tickets/{tid(2)}/resolve")
    async with anna.session.get(f"{anna.url}/v1/export", headers=anna.headers) as response:
        content = await response.read()
    async with eve.session.get(f"{eve.url}/v1/export", headers=eve.headers) as response:
        assert b"" == await response.read()
    first, second = (msgspec.json.decode(line, type=ExportLine) for line in content.splitlines())

    # What people were suggested, the viewer may not have seen, and refused only the other.
    assert ("when?", ("refund",), "", "ship-date") == (
        first.question,
        first.offered,
        first.taken,
        first.used,
    )
    assert ("used", "Tomorrow.", NOON) == (first.suggestion, first.reply, first.at)
    assert ("how?", (), None, "", "") == (second.question, second.offered, second.taken, second.used, second.reply)
    assert not any(word in content for word in (b"viewer-7", tid(1).encode(), b"anna"))


async def test_ticket_of_another_form_stops_nobody(pop: Caller, anna: Caller) -> None:
    """Fields that a later release, or a hostile PoP, writes otherwise: queue, changes and export go on without them."""
    await pop.post("/v1/tickets", body(1, "when?"))
    odd = {"kind": None, "candidates": 5, "refused": "all", "deadline": NOON}
    assert 201 == (await pop.post("/v1/tickets", body(2, "when?", **odd)))[0]
    _, queue = await anna.get("/v1/queue")
    async with anna.stream("/v1/changes") as stream:
        claimed, _ = await anna.post(f"/v1/tickets/{tid(1)}/claim", {"row": True})
        assert "when?" in (await stream.of("row"))["data"]
    replied, _ = await anna.post(f"/v1/tickets/{tid(2)}/reply", {"text": "Tomorrow.", "row": True})
    async with anna.session.get(f"{anna.url}/v1/export", headers=anna.headers) as response:
        content = await response.read()
    lines = [msgspec.json.decode(line, type=ExportLine) for line in content.splitlines()]

    assert (["when?"], 200, 200) == ([row["text"] for row in queue["rows"]], claimed, replied)
    assert [("when?", "Tomorrow.")] * 2 == [(line.question, line.reply) for line in lines]


async def test_load(pop: Caller, anna: Caller, ben: Caller, clock: Clock) -> None:
    """PoPs hear how long the queue is, and who is at work: a claimed ticket waits no more, a callback never did."""
    for number in (1, 2):
        await pop.post("/v1/tickets", body(number, f"question {number}"))
    await pop.post("/v1/tickets", body(3, "call me", reason="surge"))
    clock.move(seconds=30)
    await anna.get("/v1/queue")
    await ben.post(f"/v1/tickets/{tid(1)}/claim")
    async with pop.stream("/v1/pops/fra-1/events") as stream:
        while ((load := await stream.load()).queue_depth, load.callbacks) != (1, 1):
            pass
    _, page = await pop.get("/v1/pops/fra-1/events", Accept="application/json")
    loads = [one["data"] for one in page["events"] if one["type"] == "load"]

    assert ("northwind", 30.0, 1) == (load.tenant, load.wait_s, load.callbacks)
    assert (2, 1) == (load.agents, load.free_agents)
    assert [("northwind", None)] == [(one["tenant"], page["events"][-1]["id"]) for one in loads]


async def test_stop_ends_streams(home: Path, clock: Clock) -> None:
    """A desk that stops ends its streams in order."""
    token, agent = await token_of(home, "fra-1"), await token_of(home, "anna", tenant="northwind")
    async with running(home, now=clock) as desk:
        pop, anna = desk.caller(token), desk.caller(agent)
        async with pop.stream("/v1/pops/fra-1/events") as one, anna.stream("/v1/changes") as other:
            desk.server.request_stop()
            async with asyncio.timeout(20):
                await one.end()
                await other.end()
