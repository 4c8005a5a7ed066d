"""Limits as a client of a PoP sees them: 429 and its fields, shares of the outbox, a place in a lane."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.config import asset_folder
from edge.host import utc_now
from edge.publish.compile import Prepared, prepare_island, sign_island
from edge.publish.keys import PrivateKey
from edge.publish.repository import Repository, SignedIsland
from edge.publish.source import read_island
from edge.records import IslandName
from tests.daemon.conftest import NO_LIMITS, RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen

TOUR = IslandName("lumen-live", "winter-tour")
NOBODY_IS_TRUSTED = {"port": 0}
HARM = "i want to end it all"
"""A route of the drop finds it by its words."""

Run = Callable[..., AbstractAsyncContextManager[RunningPop]]


@pytest.fixture
async def run(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[Run]:
    """Runs a PoP that serves the drop, with these sections in its configuration."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    async with running_publisher(home) as publisher_url:

        @asynccontextmanager
        async def run(**sections: Any) -> AsyncIterator[RunningPop]:
            config = pop_config(tmp_path, publisher_url=publisher_url, origin_url=origin.url, **sections)
            async with running_pop(config, origin) as pop:
                await pop.until_served()
                yield pop

        yield run


async def ask(pop: RunningPop, text: str, island: IslandName = DROP, **fields: str) -> tuple[int, dict[str, Any]]:
    """Status and document of one question."""
    status, document, _ = await pop.post({"island": str(island), "text": text, **fields})
    return status, document


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


async def test_address_that_makes_too_many_tickets(run: Run, pen: Pen) -> None:
    """It still gets answers, and harm has an allowance of its own; what is refused is said to be refused."""
    limits = {"address_tickets_per_min": 0.001, "address_tickets_burst": 2}
    async with run(http=NOBODY_IS_TRUSTED, limits=limits) as pop:
        found = [await ask(pop, f"do gulls dream of pelargonium number {number}") for number in range(4)]
        answer = await ask(pop, pen.example)
        harm = await ask(pop, HARM)
        await pop.until_at_origin({document["ticket"] for status, document in found if status == 202})

    assert [202, 202, 429, 429] == [status for status, _ in found]
    assert {"too many tickets from an address, expected at most 2 at once and 0.001 a minute"} == {
        document["detail"] for status, document in found if status == 429
    }
    assert (200, 202) == (answer[0], harm[0])
    assert 3 == len(pop.origin.tickets)


async def test_arena_behind_one_address_is_not_refused(run: Run, pen: Pen) -> None:
    """Three thousand viewers, each with a session of the arena's ingest, ask at once through one address."""
    viewers = iter(range(3_000))
    statuses: Counter[int] = Counter()
    async with run(limits={}) as pop:

        async def ask_for_each() -> None:
            for viewer in viewers:
                status, _ = await ask(pop, pen.example, session=f"seat-{viewer}")
                statuses[status] += 1

        await asyncio.gather(*(ask_for_each() for _ in range(32)))
        refused = (await pop.get("/metrics"))[1].count(b"skerry_rate_limited_total{")

    assert ({200: 3_000}, 0) == (statuses, refused)


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
