"""`make bench ARGS=odd`: a desk that answers each attempt at random, while the PoP is killed.

In each round viewers ask two tenants: one is flooded with ordinary questions, and now and then somebody tells the other
of a danger. The desk answers with 2xx of several kinds, 403, 409, 413, 500, a page, or not at all; some tickets it
never takes. The PoP is killed in the middle. Every few rounds an operator sends dead letters again, on the running PoP.

A viewer whose question is refused, or who hears nothing, asks once more. At the end every ticket that a viewer was told
of must be at the desk or a dead letter that is listed, no question that was refused under two ids, and no ticket of a
danger refused.
"""

import asyncio
import itertools
import json
import random
import tempfile
from collections import Counter
from pathlib import Path

import aiohttp
import click
from aiohttp import web

from benchmarks.figures import Figure, print_figures
from edge.cli.demo import DemoOrigin, Harness
from tests.pen import DROP, Pen

FLOODED = "lumen-live/winter-tour"
"""An island of a tenant that the PoP knows by name alone: its questions go to people."""

DANGERS = (
    "someone collapsed here and is not breathing, we need help",
    "i want to kill myself tonight",
    "a man threatens to stab people in the queue",
    "there is a fire behind the stage and people are trapped",
)

SETTINGS = f"""\
retry_base_s = 0.05
timeout_s = 0.5
max_refusals = 3

[islands]
serve = ["{DROP}", "{FLOODED}"]

[outbox]
max_tickets = 150

[limits]
session_per_s = 0
tickets_per_min = 0
address_per_s = 0
address_tickets_per_min = 0
refused_per_s = 0
"""

DANGERS_ASKED, FLOOD = 8, 60
"""Questions in a round, to either tenant."""

NEVER_TAKEN = 0.04
"""Share of the flooded tenant's tickets that the desk never takes: a firewall does not like them."""

RETRY_ROUNDS = 3
"""An operator retries dead letters once in so many rounds."""

ASKED_WHILE_DRAINING = 5
"""Further questions with each look at the outbox."""

DRAIN_S = 120.0
"""Longest time until the outbox has dead letters alone."""

PAGE = "<!DOCTYPE html><html><title>Sign in</title></html>"


class OddDesk(DemoOrigin):
    """A desk that answers by chance. `is_well` ends that, but for the tickets that it never takes."""

    def __init__(self, port: int, *, seed: int) -> None:
        super().__init__(port)
        self._rng = random.Random(seed)
        self.is_well = False
        self.answers: Counter[str] = Counter()
        self._never: dict[str, bool] = {}

    async def _receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        name = request.headers["Idempotency-Key"]
        ticket = json.loads(body)
        is_bad = ticket["island"] == FLOODED and self._rng.random() < NEVER_TAKEN
        if self._never.setdefault(name, is_bad):
            self.answers["403 for ever"] += 1
            return web.Response(status=403, text="blocked")
        chosen = "202" if self.is_well else self._choice()
        self.answers[chosen] += 1
        return await self._answer(chosen, name, ticket)

    def _choice(self) -> str:
        names = ("202", "200 text/html", "409", "403", "413", "500", "a page", "nothing", "taken, then nothing")
        return self._rng.choices(names, (4, 4, 1, 1, 1, 2, 1, 1, 1))[0]

    async def _answer(self, chosen: str, name: str, ticket: dict[str, object]) -> web.Response:
        if chosen in {"202", "200 text/html", "409", "taken, then nothing"}:
            # A 409 says that the desk has it, as from an attempt whose answer was lost.
            self.tickets[name] = ticket
            self.arrivals[name] += 1
        if chosen.endswith("nothing"):
            await asyncio.Event().wait()
        if chosen == "200 text/html":
            return web.Response(text="ok", content_type="text/html")
        if chosen == "a page":
            return web.Response(text=PAGE, content_type="text/html")
        return web.Response(status=int(chosen))


class OddSoak:
    """All rounds, and what viewers were told in them."""

    def __init__(self, harness: Harness, *, seed: int) -> None:
        self.harness, self.rng = harness, random.Random(seed)
        self.desk = OddDesk(harness.origin.port, seed=seed)
        harness.origin = self.desk
        harness.more_settings = SETTINGS
        self.promised: dict[str, str] = {}
        """The question of each ticket that a viewer was told of."""
        self._unheard: set[str] = set()
        """Questions of which a viewer heard nothing: they may have a ticket, and another one when asked again."""
        self._again: dict[str, list[str]] = {str(DROP): [], FLOODED: []}
        """Questions that a viewer asks once more, by island."""
        self.refused: Counter[str] = Counter()
        """Responses without a ticket, by tenant."""
        self.kills = 0
        self.retried: set[str] = set()
        """Dead letters that the operator has sent once more. One that is refused again is left to be looked at."""
        self._numbers = itertools.count()

    async def run(self, rounds: int) -> list[str]:
        """Run all rounds, then let the desk be well. Returns the dead letters that are listed at the end."""
        await self.desk.start()
        await self.harness.start_publisher()
        for number in range(rounds):
            await self.harness.start_pop()
            asking = asyncio.gather(self._tell_of_dangers(), self._flood())
            if number % RETRY_ROUNDS == 0:
                await self._retry()
            await asyncio.sleep(self.rng.uniform(0.0, 1.5))
            await self.harness.kill("pop")
            await asking
            self.kills += 1
        self.desk.is_well = True
        await self.harness.start_pop()
        await self._retry()
        return await self._drained()

    async def _tell_of_dangers(self) -> None:
        for _ in range(DANGERS_ASKED):
            await asyncio.sleep(self.rng.uniform(0.0, 0.2))
            if not await self._ask(str(DROP), self.rng.choice(DANGERS)):
                return

    async def _flood(self) -> None:
        for _ in range(FLOOD):
            if not await self._ask(FLOODED, "my parcel is lost"):
                return

    async def _ask(self, island: str, words: str) -> bool:
        """Ask a new question, or one that was refused or not heard. False if the PoP was killed."""
        again = self._again[island]
        text = again.pop() if again else f"{words} {next(self._numbers)}"
        url = f"{self.harness.pop_url}/v1/ask"
        try:
            async with self.harness.http.post(url, json={"island": island, "text": text}) as response:
                document = await response.json(content_type=None)
        except (aiohttp.ClientError, ConnectionError):
            # Nothing was promised.
            self._unheard.add(text)
            again.append(text)
            return False
        if document.get("ticket"):
            self.promised[document["ticket"]] = text
        else:
            self.refused[island.partition("/")[0]] += 1
            again.append(text)
        return True

    async def _retry(self) -> None:
        lines = (await self._outbox("list", "--dead-letters", "--json")).splitlines()
        names = {json.loads(line)["id"] for line in lines} - self.retried
        if names:
            await self._outbox("retry", *sorted(names))
        self.retried |= names

    async def _outbox(self, *words: str) -> str:
        return await self.harness.skerry(
            "outbox", words[0], "--config", str(self.harness.folder / "pop.toml"), *words[1:]
        )

    async def _drained(self) -> list[str]:
        """Dead letters, once nothing else is in the outbox."""
        deadline = asyncio.get_running_loop().time() + DRAIN_S
        while True:
            rows = [json.loads(line) for line in (await self._outbox("list", "--json")).splitlines()]
            if all(row["dead_letter"] for row in rows) or asyncio.get_running_loop().time() > deadline:
                return [row["id"] for row in rows if row["dead_letter"]]
            # What the desk never takes needs others that it takes, to be known as a fault of its own.
            for _ in range(ASKED_WHILE_DRAINING):
                await self._ask(FLOODED, "is anybody there")
            await asyncio.sleep(0.2)

    def lost(self, dead_letters: list[str]) -> list[str]:
        """Tickets that a viewer was told of, and that are neither at the desk nor dead letters."""
        return sorted(self.promised.keys() - self.desk.tickets.keys() - set(dead_letters))

    def doubled(self) -> list[str]:
        """Questions that the desk has under more than one id, though their viewers heard what became of each try."""
        texts = Counter(str(ticket["text"]) for ticket in self.desk.tickets.values())
        return [text for text, count in texts.items() if count > 1 and text not in self._unheard]


async def measure(rounds: int, seed: int) -> list[Figure]:
    """All figures of one run."""
    with tempfile.TemporaryDirectory() as folder:
        pen = await asyncio.to_thread(Pen, Path(folder) / "pen")
        async with Harness(Path(folder)) as harness:
            await asyncio.to_thread(pen.copy_home, harness.home)
            soak = OddSoak(harness, seed=seed)
            dead_letters = await soak.run(rounds)
    answers = ", ".join(f"{name}: {count}" for name, count in soak.desk.answers.most_common())
    return [
        Figure("rounds; kills", f"{rounds}; {soak.kills}", "-"),
        Figure("tickets that viewers were told of", f"{len(soak.promised)}", "-"),
        Figure("the desk's answers", answers, "-"),
        Figure("dead letters sent once more; left at the end", f"{len(soak.retried)}; {len(dead_letters)}", "-"),
        Figure("tickets neither at the desk nor a listed dead letter", f"{len(soak.lost(dead_letters))}", "0"),
        Figure("questions at the desk under two ids", f"{len(soak.doubled())}", "0"),
        Figure("tickets of a danger that were refused", f"{soak.refused[DROP.tenant]}", "0"),
        Figure("ordinary ones of the flooded tenant that were refused", f"{soak.refused['lumen-live']}", "-"),
    ]


@click.command()
@click.option("--rounds", default=200, show_default=True, help="Times that the PoP is killed.")
@click.option("--seed", default=14, show_default=True, help="Seed of the desk's answers and of the kills.")
def main(rounds: int, seed: int) -> None:
    """Kill a PoP whose desk is odd."""
    print_figures("An odd desk, and a PoP that is killed (`make bench ARGS=odd`)", asyncio.run(measure(rounds, seed)))


if __name__ == "__main__":
    main()
