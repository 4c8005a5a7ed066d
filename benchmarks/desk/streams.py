"""How soon a question is on an agent's page, and a reply with the viewer who asked."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import click
import msgspec

from benchmarks.figures import Figure, percentile
from tests.journeys.desk.drop import QUESTION, Drop

PATIENCE_S = 60.0
"""How long anything here may take; it takes milliseconds."""


async def visible(drop: Drop, questions: int) -> Figure:
    """Ask one question after another, each at the next PoP, and wait until the agent's page has it."""
    took_s, pops = list[float](), sorted(drop.pops)
    async with _events(f"{drop.desk_url}/v1/changes", drop.token) as events:
        await anext(events)
        for number in range(questions):
            began = time.perf_counter()
            await drop.ask(pops[number % len(pops)], number)
            async with asyncio.timeout(PATIENCE_S):
                async for kind, document in events:
                    if kind == "row" and (document["now"] or {}).get("text") == QUESTION.format(number):
                        break
            took_s.append(time.perf_counter() - began)
    return Figure("a question at a PoP -> in an agent's `/v1/changes`, p50 / p95", _middle_and_most(took_s), "-")


async def replies(drop: Drop, tickets: int) -> Figure:
    """Ask, open a stream for each viewer, reply to each ticket, and compare what each viewer read.

    Raises `click.exceptions.Exit` if a reply is missing, or with another viewer.
    """
    pops = sorted(drop.pops)
    asked = [(pops[number % len(pops)], await drop.ask(pops[number % len(pops)], number)) for number in range(tickets)]
    read = [asyncio.create_task(_reply_read(drop, pop, response)) for pop, response in asked]
    await _until_at_desk(drop, {response["ticket"] for _, response in asked})
    began = list[float]()
    for number, (_, response) in enumerate(asked):
        began.append(time.perf_counter())
        await drop.agent("POST", f"/v1/tickets/{response['ticket']}/reply", text=f"reply {number}")
    found = await asyncio.gather(*read)
    wrong = sum(reply != f"reply {number}" for number, (reply, _) in enumerate(found))
    took_s = [at - start for start, (_, at) in zip(began, found, strict=True)]
    if wrong:
        print(f"{wrong} of {tickets} viewers did not read the reply to their question, and that alone")
        raise click.exceptions.Exit(1)
    return Figure(f"{tickets} replies -> each in its viewer's stream, p50 / p95", _middle_and_most(took_s), "-")


async def _reply_read(drop: Drop, pop: str, response: dict[str, Any]) -> tuple[str, float]:
    """What the viewer's stream says first of a reply, and when."""
    url = f"{drop.pops[pop]}/v1/tickets/{response['ticket']}/events"
    async with asyncio.timeout(PATIENCE_S), _events(url, response["ticket_token"]) as events:
        async for kind, document in events:
            if kind == "replied":
                return document["reply"], time.perf_counter()
    return "", time.perf_counter()


async def _until_at_desk(drop: Drop, wanted: set[str]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        there = set[str]()
        while not wanted <= there:
            await asyncio.sleep(0.05)
            there = {ticket for _, ticket in await drop.all_tickets("open")}


@contextlib.asynccontextmanager
async def _events(url: str, token: str) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
    """The events of a stream: type and document."""
    headers, timeout = {"Authorization": f"Bearer {token}"}, aiohttp.ClientTimeout(total=None)
    # A connection of its own for each: the session's are limited in number.
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.get(url, headers=headers) as response,
    ):
        yield _read(response)


async def _read(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, Any]]:
    kind = ""
    async for line in response.content:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, msgspec.json.decode(value)


def _middle_and_most(values_s: list[float]) -> str:
    middle, most = percentile(values_s, 0.5) * 1000, percentile(values_s, 0.95) * 1000
    return f"{middle:.1f} / {most:.1f} ms (n = {len(values_s)})"
