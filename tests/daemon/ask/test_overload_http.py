"""`edge.daemon.ask.overload`: a PoP with too much to do decides by a look, refuses the rest, and never by tickets."""

import itertools
from collections.abc import AsyncIterator
from functools import partial

import aiohttp
import pytest

from edge.daemon.ask import Overload
from tests.daemon.conftest import Run, RunningPop
from tests.pen import DROP, Pen
from tests.waiting import until

NEW = "is the zip on the hood made of wood"
HARM = "i want to hurt myself, says the zip"
MAX_URGENT = 3
HURRY = {"max_lag_s": 1e-9, "max_urgent_per_s": MAX_URGENT}


@pytest.fixture
async def hurried_pop(run: Run) -> AsyncIterator[RunningPop]:
    """A PoP whose loop counts as late at any time."""
    async with run(islands={"required": [str(DROP)]}, overload=HURRY) as pop:
        numbers = itertools.count()

        async def is_on() -> bool:
            # Another text each time: one that was judged before the loop was late is answered from memory.
            return (await pop.post({"island": str(DROP), "text": f"{NEW} {next(numbers)}"}))[0] == 503

        await until(is_on, "questions refused")
        yield pop


async def test_question_that_needs_triage_is_refused(hurried_pop: RunningPop) -> None:
    """It is not remembered, is no ticket, and may come back soon."""
    status, document, reply = await hurried_pop.post({"island": str(DROP), "text": NEW})
    metrics = (await hurried_pop.get("/metrics"))[1]

    assert (503, "overloaded") == (status, document["reason"])
    assert int(reply.headers["Retry-After"]) in range(1, 6)
    assert NEW not in {ticket["text"] for ticket in hurried_pop.origin.tickets.values()}
    assert b'skerry_shed_requests_total{gate="soft"}' in metrics


async def test_exact_match_is_answered(hurried_pop: RunningPop, pen: Pen) -> None:
    """The author wrote it, so no triage is needed."""
    status, document, _ = await hurried_pop.post({"island": str(DROP), "text": pen.example})

    assert (200, "answer", "exact") == (status, document["outcome"], document["reason"])


async def test_urgent_words_become_tickets_within_a_budget(hurried_pop: RunningPop) -> None:
    """A route by keyword calls them urgent: so many a second are taken, however many others ask; each is durable."""
    found = [await hurried_pop.post({"island": str(DROP), "text": f"{HARM} {number}"}) for number in range(12)]
    taken = {document["ticket"] for status, document, _ in found if status == 202}
    lanes = {document["lane"] for status, document, _ in found if status == 202}
    await hurried_pop.until_at_origin(taken)

    # At most two seconds of the budget's clock begin within twelve questions; a slow machine may see more.
    assert len(taken) >= MAX_URGENT
    assert {"safety"} == lanes
    assert {202, 503} >= {status for status, _, _ in found}


async def test_asker_beyond_its_own_limit_uses_up_no_budget(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One viewer writes words of harm all the time. Another one's, in the same second, still become a ticket."""
    monkeypatch.setattr("edge.daemon.asking.Overload", partial(Overload, clock=lambda: 0.0))
    limits = {"address_tickets_per_min": 0.001, "address_tickets_burst": 1}
    async with run(http={"port": 0}, limits=limits, overload=HURRY) as pop:

        async def harm(address: str, number: int) -> int:
            connector = aiohttp.TCPConnector(local_addr=(address, 0))
            question = {"island": str(DROP), "text": f"{HARM} {number}"}
            async with (
                aiohttp.ClientSession(connector=connector) as http,
                http.post(f"{pop.url}/v1/ask", json=question) as reply,
            ):
                return reply.status

        flood = [await harm("127.0.0.1", number) for number in range(3 * MAX_URGENT)]
        other = await harm("127.0.0.2", 99)

    assert {202, 429} == set(flood)
    assert 1 == flood.count(202)
    assert 202 == other
