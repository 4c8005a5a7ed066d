"""`make bench ARGS="soak --rounds 1000"`: a hand-off killed with SIGKILL at random moments under load.

Each round starts a new process on the same state, lets it accept and deliver tickets, and kills it after a random time.
One in ten is killed while it opens what the last one left. In some rounds the disk is full after a few hundred
kilobytes. After some rounds, random bytes are appended to the log, as a torn write leaves them. Origin ignores a
ticket whose id it has. It answers a tenth of the deliveries with 503, and closes the connection on another tenth after
it has accepted the ticket. The last process runs to its end. Then every acknowledged ticket must be at origin once,
with the same bytes.

Lanes run in parallel, each with a state of its own. If many tickets wait in a lane, it makes no new ones for a round.
So kills interrupt deliveries as often as arrivals.
"""

import asyncio
import hashlib
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click
from aiohttp import web
from rich.progress import Progress

from benchmarks.soaks.soak_lives import Lives
from benchmarks.soaks.soak_pop import Order

TICKETS = 100_000
"""More tickets than a process can accept before it is killed."""

LONGEST_S = 0.35
"""Longest time of a round under load."""

MAX_QUEUE = 1_500
"""If more tickets wait than this, the next round only delivers."""

DELIVERING_LONGEST_S = 1.0
"""Longest time of a round that only delivers."""

OPENING_LONGEST_S = 0.03
"""Longest time before a process is killed that should be killed while it opens the outbox. Opening takes about as
long."""

FULL_AT_BYTES = 600_000


class Audit(NamedTuple):
    """The result of all rounds."""

    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    changed: int = 0
    repeated_deliveries: int = 0
    took_s: float = 0.0


class Origin:
    """An origin that keeps a hash of the first body for each id. Sometimes it refuses, or closes the connection."""

    def __init__(self, rng: random.Random) -> None:
        self.accepted: dict[str, bytes] = {}
        self.arrivals: Counter[str] = Counter()
        self.changed = 0
        self.trouble = True
        self._rng = rng

    async def receive(self, request: web.Request) -> web.Response:
        """Handle one delivery."""
        body, name = hashlib.sha256(await request.read()).digest(), request.headers["Idempotency-Key"]
        luck = self._rng.random() if self.trouble else 1.0
        if luck < 0.1:
            return web.Response(status=503)
        self.arrivals[name] += 1
        self.changed += self.accepted.setdefault(name, body) != body
        if luck < 0.2 and request.transport is not None:
            request.transport.abort()
        return web.Response(status=202)


async def soak(folder: Path, rounds: int, *, seed: int = 7, on_round: Callable[[int], None] = lambda _: None) -> Audit:
    """Kill `rounds` times, then let one process finish, then count.

    `on_round` is called after each round with the number of tickets that were acknowledged in it.
    """
    rng, began = random.Random(seed), time.monotonic()
    origin = Origin(rng)
    app = web.Application()
    app.router.add_post("/tickets", origin.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    order = Order(state=str(folder), url=f"http://127.0.0.1:{runner.addresses[0][1]}/tickets", tickets=0)
    acknowledged = set[str]()
    try:
        async with Lives.started() as lives:
            for _ in range(rounds):
                waiting = len(acknowledged) - len(origin.accepted)
                ids = await _round(lives, order, rng, is_full=waiting > MAX_QUEUE)
                acknowledged |= ids
                if rng.random() < 0.3:
                    await asyncio.to_thread(_tear, folder / "outbox" / "tickets.db-wal", rng)
                on_round(len(ids))
            origin.trouble = False
            await lives.whole(order)
    finally:
        await runner.cleanup()
    return Audit(
        rounds=rounds,
        acknowledged=len(acknowledged),
        lost=len(acknowledged - origin.accepted.keys()),
        changed=origin.changed,
        repeated_deliveries=origin.arrivals.total() - len(origin.accepted),
        took_s=time.monotonic() - began,
    )


async def _round(lives: Lives, order: Order, rng: random.Random, *, is_full: bool) -> set[str]:
    """The ids that one process acknowledged before it was killed."""
    full_at = FULL_AT_BYTES if rng.random() < 0.1 else 0
    if rng.random() < 0.1:
        return await lives.cut_short(_with(order, TICKETS, full_at), rng.uniform(0.0, OPENING_LONGEST_S))
    if is_full:
        return await lives.killed(_with(order, 0, full_at), rng.uniform(0.0, DELIVERING_LONGEST_S))
    return await lives.killed(_with(order, TICKETS, full_at), rng.uniform(0.0, LONGEST_S))


def _with(order: Order, tickets: int, full_at: int) -> Order:
    return Order(state=order.state, url=order.url, tickets=tickets, max_file_bytes=full_at)


def _tear(log: Path, rng: random.Random) -> None:
    """Append random bytes to the log, as a power cut leaves them that interrupts a write."""
    with log.open("ab") as stream:
        stream.write(rng.randbytes(rng.randint(1, 6_000)))


async def side_by_side(
    root: Path, rounds: int, *, lanes: int, seed: int, on_round: Callable[[int], None] = lambda _: None
) -> Audit:
    """Run `rounds` rounds, divided among the lanes. Returns the sum of their results."""
    shares = [rounds // lanes + (lane < rounds % lanes) for lane in range(lanes)]
    audits = await asyncio.gather(
        *(
            soak(root / str(lane), share, seed=seed + lane, on_round=on_round)
            for lane, share in enumerate(shares)
            if share
        )
    )
    return Audit(
        rounds=sum(audit.rounds for audit in audits),
        acknowledged=sum(audit.acknowledged for audit in audits),
        lost=sum(audit.lost for audit in audits),
        changed=sum(audit.changed for audit in audits),
        repeated_deliveries=sum(audit.repeated_deliveries for audit in audits),
        took_s=max(audit.took_s for audit in audits),
    )


@click.command()
@click.option("--rounds", default=1_000, show_default=True, help="How often to kill it.")
@click.option("--lanes", default=2, show_default=True, help="Hand-offs in parallel.")
@click.option("--seed", default=7, show_default=True, help="Seed of the moments and faults.")
def main(rounds: int, lanes: int, seed: int) -> None:
    """Kill a hand-off under load. Exit status 1 if a ticket is lost or changed."""
    count = 0
    with tempfile.TemporaryDirectory() as folder, Progress() as progress:
        task = progress.add_task("killing", total=rounds)

        def on_round(acknowledged: int) -> None:
            nonlocal count
            count += acknowledged
            progress.update(task, advance=1, description=f"{count:,} tickets acknowledged")

        audit = asyncio.run(side_by_side(Path(folder), rounds, lanes=lanes, seed=seed, on_round=on_round))
    print(
        f"{audit.rounds} rounds in {audit.took_s:.0f} s: {audit.acknowledged:,} tickets acknowledged,"
        f" {audit.lost} lost, {audit.changed} changed, {audit.repeated_deliveries} delivered again under the same id"
    )
    if audit.lost or audit.changed:
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
