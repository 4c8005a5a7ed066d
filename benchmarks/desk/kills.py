"""PoPs and desk killed with SIGKILL at random moments, while viewers ask at each PoP and people reply.

A ticket counts from when its PoP told the viewer of it, and a reply from when the desk acknowledged it. What was not
acknowledged is tried again, as people do. In the end every ticket must be at the desk once, with one reply at most in
the audit log, and every reply with the viewer who asked.
"""

import asyncio
import contextlib
import random
import time
from collections import Counter
from typing import Any

import aiohttp
import click
from rich.progress import Progress

from benchmarks.figures import Figure
from tests.journeys.desk.drop import Drop

LONGEST_S = 0.4
"""Longest time before a process is killed, and before it is started again."""

PAUSE_S = 0.3
"""Longest pause of a viewer or an agent between two tries."""

PATIENCE_S = 180.0
"""How long it may take in the end until every reply is where it belongs."""

DESK = "desk"


class Soak:
    """What viewers and agent were told, and how it is compared with what is there."""

    def __init__(self, drop: Drop, rng: random.Random) -> None:
        self._drop, self._rng = drop, rng
        self._numbers = iter(range(10**9))
        self.asked: dict[str, tuple[str, dict[str, Any]]] = {}
        """PoP and response by ticket."""
        self.replied: dict[str, str] = {}
        self.killed: Counter[str] = Counter()

    async def round(self) -> None:
        """Kill one process under load and start it again."""
        victim = self._rng.choice([DESK, *sorted(self._drop.pops)])
        self.killed[victim] += 1
        async with asyncio.TaskGroup() as tasks:
            working = [tasks.create_task(self._ask_at(pop)) for pop in sorted(self._drop.pops)]
            working.append(tasks.create_task(self._reply()))
            await asyncio.sleep(self._rng.uniform(0.0, LONGEST_S))
            await self._drop.harness.kill(victim)
            await asyncio.sleep(self._rng.uniform(0.0, LONGEST_S))
            await (self._drop.start_desk() if victim == DESK else self._drop.start_pop(victim))
            await asyncio.sleep(self._rng.uniform(0.0, LONGEST_S))
            for task in working:
                task.cancel()

    async def faults(self) -> list[str]:
        """Finish what is unfinished; then what is lost, what is twice, and what is with another viewer."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while not self.asked.keys() <= await self._ids():  # noqa: ASYNC110 - another process has them
                    await asyncio.sleep(0.2)
                for ticket in self.asked.keys() - self.replied.keys():
                    await self._reply_to(ticket)
        there = await self._at_desk()
        found = [f"ticket {ticket} is lost" for ticket in self.asked.keys() - {ticket for _, ticket in there}]
        for what, counts in (
            ("question", Counter(text for text, _ in there)),
            ("reply to", await self._drop.replies_by_audit()),
        ):
            found += [f"{what} {key!r} is there {count} times" for key, count in counts.items() if count > 1]
        limit = asyncio.Semaphore(20)
        wrong = await asyncio.gather(*(self._is_wrong(ticket, limit) for ticket in self.replied))
        return found + [one for one in wrong if one]

    async def _ask_at(self, pop: str) -> None:
        while True:
            with contextlib.suppress(aiohttp.ClientError, AssertionError):
                response = await self._drop.ask(pop, next(self._numbers))
                self.asked[response["ticket"]] = pop, response
            await asyncio.sleep(self._rng.uniform(0.0, PAUSE_S))

    async def _reply(self) -> None:
        while True:
            for ticket in sorted(self.asked.keys() - self.replied.keys()):
                with contextlib.suppress(aiohttp.ClientError):
                    await self._reply_to(ticket)
            await asyncio.sleep(self._rng.uniform(0.0, PAUSE_S))

    async def _reply_to(self, ticket: str) -> None:
        """Reply. A ticket that is still on its way is left for the next time."""
        text = f"to {ticket}"
        if "tickets" in await self._drop.agent("POST", f"/v1/tickets/{ticket}/reply", text=text):
            self.replied[ticket] = text

    async def _at_desk(self) -> list[tuple[str, str]]:
        return await self._drop.all_tickets("open", "answered", "resolved")

    async def _ids(self) -> set[str]:
        return {ticket for _, ticket in await self._at_desk()}

    async def _is_wrong(self, ticket: str, limit: asyncio.Semaphore) -> str:
        """What the viewer reads after a while, if it is not the reply; empty if it is."""
        pop, response = self.asked[ticket]
        deadline, read = time.monotonic() + PATIENCE_S, ""
        while time.monotonic() < deadline:
            async with limit:
                read = (await self._drop.viewer(pop, response)).get("reply", "")
            if read == self.replied[ticket]:
                return ""
            await asyncio.sleep(0.5)
        return f"viewer of {ticket} reads {read!r}, expected {self.replied[ticket]!r}"


async def kills(drop: Drop, rounds: int, *, seed: int) -> Figure:
    """Kill `rounds` times, then compare. Raises `click.exceptions.Exit` if something is wrong."""
    soak, began = Soak(drop, random.Random(seed)), time.monotonic()
    with Progress() as progress:
        task = progress.add_task("killing", total=rounds)
        for _ in range(rounds):
            await soak.round()
            progress.update(task, advance=1, description=f"{len(soak.asked):,} tickets")
    faults = await soak.faults()
    for fault in faults:
        print(fault)
    if faults:
        raise click.exceptions.Exit(1)
    killed = ", ".join(f"{name} {count}" for name, count in sorted(soak.killed.items()))
    return Figure(
        f"{rounds} SIGKILLs ({killed}): tickets and replies lost, twice, or with another viewer",
        f"0 of {len(soak.asked):,} and {len(soak.replied):,}, in {time.monotonic() - began:.0f} s",
        "0",
    )
