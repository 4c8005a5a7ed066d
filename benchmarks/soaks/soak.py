"""`make bench ARGS="soak --rounds 1000"`: a hand-off killed with SIGKILL at random moments under load.

Each round starts a new process on the same state, lets it take and deliver tickets, and kills it after a random time;
one in ten is killed while it still opens what the last one left. Some rounds have a disk that is full after a few
hundred kilobytes; after some, half a frame is left at the end of the log, as a torn write leaves it. Origin honours
ids, answers a tenth of the deliveries with 503, and hangs up on another tenth after it took the ticket. At the end one
process may finish; then every ticket that was acknowledged must be at origin, once, with the bytes it had.

Lanes run side by side, each with a state of its own. So that deliveries are killed as often as arrivals, a lane with
many tickets waiting makes no new ones for a while.
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
"""More than a process can take before it is killed."""

LONGEST_S = 0.35
"""A round's time under load."""

MAX_QUEUE = 1_500
DELIVERING_LONGEST_S = 1.0
"""So many tickets wait that the next round only delivers, and for how long at most."""

OPENING_LONGEST_S = 0.03
"""A process that is killed while it opens the outbox has this long at most; it takes about as long."""

FULL_AT_BYTES = 600_000


class Audit(NamedTuple):
    """What was found in the end."""

    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    changed: int = 0
    repeated_deliveries: int = 0
    took_s: float = 0.0


class Origin:
    """Keeps a hash of the first body that comes under an id; says no, or nothing, now and then."""

    def __init__(self, rng: random.Random) -> None:
        self.taken: dict[str, bytes] = {}
        self.arrivals: Counter[str] = Counter()
        self.changed = 0
        self.trouble = True
        self._rng = rng

    async def take(self, request: web.Request) -> web.Response:
        """One delivery."""
        body, name = hashlib.sha256(await request.read()).digest(), request.headers["Idempotency-Key"]
        luck = self._rng.random() if self.trouble else 1.0
        if luck < 0.1:
            return web.Response(status=503)
        self.arrivals[name] += 1
        self.changed += self.taken.setdefault(name, body) != body
        if luck < 0.2 and request.transport is not None:
            request.transport.abort()
        return web.Response(status=202)


async def soak(folder: Path, rounds: int, *, seed: int = 7, on_round: Callable[[int], None] = lambda _: None) -> Audit:
    """Kill so many times, then finish, then count. `on_round` hears how many tickets were acknowledged in it."""
    rng, began = random.Random(seed), time.monotonic()
    origin = Origin(rng)
    app = web.Application()
    app.router.add_post("/tickets", origin.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    order = Order(state=str(folder), url=f"http://127.0.0.1:{runner.addresses[0][1]}/tickets", tickets=0)
    acknowledged = set[str]()
    try:
        async with Lives.started() as lives:
            for _ in range(rounds):
                waiting = len(acknowledged) - len(origin.taken)
                found = await _round(lives, order, rng, is_full=waiting > MAX_QUEUE)
                acknowledged |= found
                if rng.random() < 0.3:
                    await asyncio.to_thread(_tear, folder / "outbox" / "tickets.db-wal", rng)
                on_round(len(found))
            origin.trouble = False
            await lives.whole(order)
    finally:
        await runner.cleanup()
    return Audit(
        rounds=rounds,
        acknowledged=len(acknowledged),
        lost=len(acknowledged - origin.taken.keys()),
        changed=origin.changed,
        repeated_deliveries=origin.arrivals.total() - len(origin.taken),
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
    """Leave what a write leaves that was under way when the power went."""
    with log.open("ab") as stream:
        stream.write(rng.randbytes(rng.randint(1, 6_000)))


async def side_by_side(
    root: Path, rounds: int, *, lanes: int, seed: int, on_round: Callable[[int], None] = lambda _: None
) -> Audit:
    """So many rounds over all lanes together; the sum of what each found."""
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
@click.option("--lanes", default=2, show_default=True, help="Hand-offs side by side.")
@click.option("--seed", default=7, show_default=True, help="Of the moments and troubles.")
def main(rounds: int, lanes: int, seed: int) -> None:
    """Kill a hand-off under load; exit status 1 when a ticket is lost or changed."""
    count = 0
    with tempfile.TemporaryDirectory() as folder, Progress() as progress:
        task = progress.add_task("killing", total=rounds)

        def on_round(found: int) -> None:
            nonlocal count
            count += found
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
