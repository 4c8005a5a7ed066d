"""Limits as a client of a PoP sees them: 429 and its fields, shares of the outbox, a place in a lane."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from edge.cli.demo.origin import DemoOrigin
from edge.config import asset_folder
from edge.host import utc_now
from edge.publish.compile import Prepared, prepare_island, sign_island
from edge.publish.keys import PrivateKey
from edge.publish.repository import Repository, SignedIsland
from edge.publish.source import read_island
from edge.records import IslandName
from tests.daemon.conftest import NO_LIMITS, Run, RunningPop, pop_config, running_pop, running_publisher
from tests.daemon.limits.test_arena_http import SECRET, by_ingest
from tests.pen import DROP, Pen
from tests.waiting import until

TOUR = IslandName("lumen-live", "winter-tour")
NOBODY_IS_TRUSTED = {"port": 0}
DESK = "d" * 24
HARM = "i want to end it all"
"""A route of the drop finds it by its words."""


async def ask(
    pop: RunningPop, text: str, island: IslandName = DROP, *, authorization: str = "", **fields: str
) -> tuple[int, dict[str, Any]]:
    """Status and document of one question."""
    headers = {"Authorization": authorization} if authorization else {}
    question = {"island": str(island), "text": text, **fields}
    async with pop.http.post(f"{pop.url}/v1/ask", json=question, headers=headers) as reply:
        return reply.status, msgspec.json.decode(await reply.read())


class Clock:
    """The wall clock, put forward by the test."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """Now."""
        return utc_now() + self.ahead


async def test_address_that_asks_too_often(run: Run, pen: Pen) -> None:
    """A problem document that says when to try again, in the fields of the standards; counted, and never a ticket."""
    limits = {"address_per_s": 0.5, "address_burst": 3}
    async with run(http=NOBODY_IS_TRUSTED, limits=limits) as pop:
        statuses = [(await ask(pop, pen.example))[0] for _ in range(3)]
        status, problem, reply = await pop.post({"island": str(DROP), "text": pen.example})
        tree, _, _ = await pop.post({}, path=f"/v1/trees/{DROP}/my-order")
        metrics = (await pop.get("/metrics"))[1]

    assert ([200] * 3, 429, 429) == (statuses, status, tree)
    assert {
        "type": "/problems#rate_limited",
        "title": "asked too often, try again later",
        "status": 429,
        "detail": "too many questions from an address, expected at most 3 at once and 30 a minute",
        "reason": "rate_limited",
    } == problem
    assert "application/problem+json" == reply.content_type
    assert ("2", '"address";q=3;w=6', '"address";r=0;t=2') == tuple(
        reply.headers[name] for name in ("Retry-After", "RateLimit-Policy", "RateLimit")
    )
    assert b'skerry_rate_limited_total{limit="address"} 2.0' in metrics
    assert b'skerry_refused_requests_total{reason="rate_limited"} 2.0' in metrics


async def test_address_whose_requests_are_refused(run: Run) -> None:
    """Bodies that are no question and paths that lead nowhere count together; then nothing of it is read."""
    limits = {"refused_per_s": 0.1, "refused_burst": 3}
    async with run(http=NOBODY_IS_TRUSTED, limits=limits) as pop:
        refused = [(await pop.post(b"{"))[0], (await pop.get("/nothing"))[0], (await ask(pop, "", TOUR))[0]]
        (status, problem, reply), (islands, _, _) = await pop.post(b"{"), await pop.get("/v1/islands")
        live = (await pop.get("/livez"))[0]

    assert ([400, 404, 422], 429, 429, 200) == (refused, status, islands, live)
    assert "too many refused requests of one sender, expected at most 3 at once and 6 a minute" == problem["detail"]
    assert '"refused";q=3;w=30' == reply.headers["RateLimit-Policy"]


async def test_address_that_makes_too_many_tickets(run: Run, pen: Pen) -> None:
    """It still gets answers, and harm has an allowance of its own; what is refused is said to be refused."""
    limits = {"address_tickets_per_min": 0.001, "address_tickets_burst": 2}
    async with run(http=NOBODY_IS_TRUSTED, limits=limits) as pop:
        found = [await ask(pop, f"do gulls dream of pelargonium number {number}") for number in range(4)]
        answer = await ask(pop, pen.example)
        harm = await ask(pop, HARM)
        await pop.until_at_origin({document["ticket"] for status, document in (*found, harm) if status == 202})

    assert [202, 202, 429, 429] == [status for status, _ in found]
    assert {"too many tickets from an address, expected at most 2 at once and 0.001 a minute"} == {
        document["detail"] for status, document in found if status == 429
    }
    assert (200, 202) == (answer[0], harm[0])
    assert 3 == len(pop.origin.tickets)


async def test_sessions_that_a_pop_made_count_by_address(run: Run, pen: Pen) -> None:
    """An address gets so many, and fresh ones are no way around what it may ask."""
    limits = {"address_per_s": 0.001, "address_burst": 3, "new_sessions_per_s": 0.001, "new_sessions_burst": 4}
    async with run(http=NOBODY_IS_TRUSTED, limits=limits) as pop:
        made = [await pop.post({"island": str(DROP)}, path="/v1/sessions") for _ in range(5)]
        sessions = [f"Bearer {document['session']}" for status, document, _ in made if status == 200]
        asked = [(await ask(pop, pen.example, authorization=session))[0] for session in sessions]

    assert [200] * 4 + [429] == [status for status, _, _ in made]
    assert "too many sessions made for an address, expected at most 4 at once and 0.06 a minute" == made[4][1]["detail"]
    assert [200, 200, 200, 429] == asked


async def test_fresh_sessions_are_no_way_around_the_limit_of_feedback(run: Run, pen: Pen, tmp_path: Path) -> None:
    """One address cannot be the voice of many viewers; those whose sessions an ingest signed have a voice each."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o600)
    limits = {"address_feedback_per_min": 0.001, "address_feedback_burst": 2}

    async def give(session: str) -> int:
        _, answer = await ask(pop, pen.example, authorization=session)
        feedback = {"receipt": answer["receipt"], "helpful": False}
        return (await pop.post(feedback, path="/v1/feedback"))[0]

    async with run(http=NOBODY_IS_TRUSTED, limits=limits, sessions={"key_file": "secret"}) as pop:
        made = [(await pop.post({"island": str(DROP)}, path="/v1/sessions"))[1]["session"] for _ in range(4)]
        of_strangers = [await give(f"Bearer {session}") for session in made]
        without = await give("")
        of_viewers = [await give(by_ingest(f"v-{number}")["Authorization"]) for number in range(4)]
        stats = (await pop.get("/v1/stats"))[1]
    counts = next(cell["counts"] for cell in msgspec.json.decode(stats)["cells"] if cell["snippet"])

    assert ([200, 200, 429, 429], 429, [200] * 4) == (of_strangers, without, of_viewers)
    assert 6 == counts["feedback.not_helpful"]


async def test_session_that_made_too_many_tickets_joins_its_open_one(pen: Pen, tmp_path: Path) -> None:
    """People had half an hour for it and are not done, so the machine has the session; they get what is asked now."""
    home, origin, clock = tmp_path / "home", DemoOrigin(0), Clock()
    await origin.start()
    await asyncio.to_thread(pen.copy_home, home)
    async with running_publisher(home, now=clock) as publisher_url:
        limits = {"tickets_per_min": 0.001, "tickets_burst": 1}
        config = pop_config(tmp_path, publisher_url=publisher_url, origin_url=origin.url, limits=limits)
        async with running_pop(config, origin, now=clock) as pop:
            await pop.until_served()
            _, first = await ask(pop, "do gulls dream of pelargonium", session="v-81")
            clock.ahead += timedelta(minutes=31)
            status, joined = await ask(pop, "and what do the terns dream of", session="v-81")

            async def has_follow_up() -> bool:
                return any("terns" in ticket["text"] for ticket in origin.tickets.values())

            await until(has_follow_up, "the follow-up at origin")
    await origin.stop()

    assert (202, first["ticket"], "out_of_scope") == (status, joined["ticket"], joined["reason"])


async def test_session_without_an_open_ticket_is_refused(run: Run, tmp_path: Path) -> None:
    """Nothing is lost silently: the response says that no ticket was made, and why."""
    (tmp_path / "desk.tokens").write_text(f"* {DESK}")
    (tmp_path / "desk.tokens").chmod(0o600)
    limits, people = {"tickets_per_min": 0.001, "tickets_burst": 1}, {"desk_tokens_file": "desk.tokens"}
    async with run(limits=limits, people=people) as pop:
        first, made = await ask(pop, "do gulls dream of pelargonium", session="v-81")
        await pop.until_at_origin({made["ticket"]})
        session, by_desk = pop.origin.tickets[made["ticket"]]["session"], {"Authorization": f"Bearer {DESK}"}
        release = {"island": str(DROP), "session": session}
        async with pop.http.post(f"{pop.url}/v1/release", json=release, headers=by_desk) as reply:
            assert 204 == reply.status
        status, problem = await ask(pop, "do gulls dream of pelargonium", session="v-81")

    assert (202, 429, "rate_limited") == (first, status, problem["reason"])
    assert "too many tickets of a session, expected at most 1 at once and 0.001 a minute" == problem["detail"]


async def test_lane_with_a_pace(run: Run) -> None:
    """Each is told its place, and no wait, since none is known yet. All arrive, one a second; harm does not wait."""
    async with run(limits=NO_LIMITS, tickets={"lanes": {"fast": {"admit_per_minute": 60}}}) as pop:
        found = [(await ask(pop, f"do gulls dream of pelargonium number {number}"))[1] for number in range(3)]
        harm = (await ask(pop, HARM))[1]
        await pop.until_at_origin({harm["ticket"]})
        at_once = set(pop.origin.tickets)
        await pop.until_at_origin({document["ticket"] for document in found})

    assert {"fast"} == {document["lane"] for document in found}
    assert [1, 2, 3] == [document["queue_place"] for document in found]
    assert [None] * 3 == [document["wait_s"] for document in found]
    assert harm["queue_place"] is None
    assert found[2]["ticket"] not in at_once


async def test_flood_of_one_tenant_leaves_room_for_anothers_harm(pen: Pen, tmp_path: Path) -> None:
    """Origin is down. One client fills the share of a tenant; another tenant's harm and questions are still stored."""
    home, origin = tmp_path / "home", DemoOrigin(0)
    await origin.start()
    await origin.stop()
    await asyncio.to_thread(publish_both, home, pen)
    async with running_publisher(home) as publisher_url:
        config = pop_config(
            tmp_path, publisher_url=publisher_url, origin_url=origin.url, outbox={"max_tickets": 100}, limits=NO_LIMITS
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served(2)
            flood = [await ask(pop, f"do gulls dream of pelargonium number {number}") for number in range(60)]
            harm = await ask(pop, "a viewer says he is going to kill himself", TOUR)
            question = await ask(pop, "do gulls dream of pelargonium", TOUR)

    assert [202] * 48 + [503] * 12 == [status for status, _ in flood]
    assert (
        "the outbox holds 48 tickets and was given 1 more, expected at most 48 of one tenant" == flood[-1][1]["detail"]
    )
    assert (202, "safety", 202) == (harm[0], harm[1]["lane"], question[0])


def publish_both(home: Path, pen: Pen) -> None:
    """A home with the drop of one tenant and the tour of another."""
    source = read_island(asset_folder("islands") / TOUR.tenant / f"{TOUR.island}.toml").source()
    tour, now = prepare_island(source, triage=pen.triage), utc_now()
    repository = Repository(home)
    repository.init(now=now, tenants=[DROP.tenant, TOUR.tenant])
    for name, content in ((DROP, pen.prepared), (TOUR, tour)):
        key = repository.tenant_key(name.tenant)
        repository.publish_island(name, partial(signed, content, key, now), now=now)


def signed(content: Prepared, key: PrivateKey, now: datetime, revision: int) -> SignedIsland:
    """The island as its tenant signs it."""
    return sign_island(content, revision=revision, signer=key, now=now)
