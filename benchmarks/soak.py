"""`python -m benchmarks.soak --rounds 1000`: a hand-off killed with SIGKILL at random moments under load.

Each round starts the process anew on the same state, lets it take and deliver tickets, and kills it after a random
time. Some rounds have a disk that is full after a few hundred kilobytes; after some, half a frame is left at the end of
the log, as a torn write leaves it. Origin honours ids, answers a tenth of the deliveries with 503, and hangs up on
another tenth after it took the ticket. At the end one process may finish; then every ticket that was acknowledged
must be at origin, once, with the bytes it had.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click
from aiohttp import web
from rich.progress import Progress

TICKETS = 100_000
"""More than a process can take before it is killed."""

LONGEST_S = 0.35
"""A round's time under load; the process itself takes as long again to start."""

FULL_AT_BYTES = 600_000
PROGRAM = (sys.executable, "-m", "benchmarks.soak_pop")


class Audit(NamedTuple):
    """What was found in the end."""

    rounds: int
    acknowledged: int
    lost: int
    changed: int
    repeated_deliveries: int
    took_s: float


class Origin:
    """Keeps the first body that comes under an id; says no, or nothing, now and then."""

    def __init__(self, rng: random.Random) -> None:
        self.taken: dict[str, bytes] = {}
        self.arrivals: Counter[str] = Counter()
        self.changed = 0
        self.trouble = True
        self._rng = rng

    async def take(self, request: web.Request) -> web.Response:
        """One delivery."""
        body, name = await request.read(), request.headers["Idempotency-Key"]
        luck = self._rng.random() if self.trouble else 1.0
        if luck < 0.1:
            return web.Response(status=503)
        self.arrivals[name] += 1
        self.changed += self.taken.setdefault(name, body) != body
        if luck < 0.2 and request.transport is not None:
            request.transport.abort()
        return web.Response(status=202)


async def soak(folder: Path, rounds: int, *, seed: int = 7, on_round: Callable[[int], None] = lambda _: None) -> Audit:
    """Kill so many times, then finish, then count. `on_round` hears how many tickets are acknowledged so far."""
    rng, began = random.Random(seed), time.monotonic()
    origin, acknowledged = Origin(rng), set[str]()
    app = web.Application()
    app.router.add_post("/tickets", origin.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/tickets"
    try:
        for _ in range(rounds):
            full_at = FULL_AT_BYTES if rng.random() < 0.1 else 0
            acknowledged |= await _round(folder, url, rng.uniform(0.0, LONGEST_S), full_at)
            if rng.random() < 0.3:
                await asyncio.to_thread(_tear, folder / "outbox" / "tickets.db-wal", rng)
            on_round(len(acknowledged))
        origin.trouble = False
        await _finish(folder, url)
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


async def _round(folder: Path, url: str, load_s: float, full_at_bytes: int) -> set[str]:
    """The ids that one process acknowledged before it was killed."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        str(folder),
        url,
        str(TICKETS),
        str(full_at_bytes),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    first = asyncio.ensure_future(process.stdout.readline())
    # A process whose disk is full from the start acknowledges nothing.
    await asyncio.wait([first], timeout=5.0)
    await asyncio.sleep(load_s)
    process.kill()
    lines = [await first, *(await process.stdout.read()).splitlines(keepends=True)]
    await process.wait()
    return {line.decode().strip() for line in lines if line.endswith(b"\n")}


async def _finish(folder: Path, url: str) -> None:
    """Let a process deliver what is left."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, str(folder), url, "0", "0", stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise click.ClickException("the last process failed, its error is above")


def _tear(log: Path, rng: random.Random) -> None:
    """Leave what a write leaves that was under way when the power went."""
    with log.open("ab") as stream:
        stream.write(rng.randbytes(rng.randint(1, 6_000)))


@click.command()
@click.option("--rounds", default=1_000, show_default=True, help="How often to kill it.")
@click.option("--seed", default=7, show_default=True, help="Of the moments and troubles.")
def main(rounds: int, seed: int) -> None:
    """Kill a hand-off under load; exit status 1 when a ticket is lost or changed."""
    with tempfile.TemporaryDirectory() as folder, Progress() as progress:
        task = progress.add_task("killing", total=rounds)

        def on_round(count: int) -> None:
            progress.update(task, advance=1, description=f"{count:,} tickets acknowledged")

        audit = asyncio.run(soak(Path(folder), rounds, seed=seed, on_round=on_round))
    print(
        f"{audit.rounds} rounds in {audit.took_s:.0f} s: {audit.acknowledged:,} tickets acknowledged,"
        f" {audit.lost} lost, {audit.changed} changed, {audit.repeated_deliveries} delivered again under the same id"
    )
    if audit.lost or audit.changed:
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
