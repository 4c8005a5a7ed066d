"""`make bench ARGS=evict`: an island is evicted from a PoP and restored, at half of the PoP's capacity.

Capacity is found first, in the same run: the highest rate of distinct questions, each in a session of its own, at
which p99 stays within 100 ms. Then half of that is asked for `--seconds`. After a sixth of the time the island is
evicted, and after a half it is restored, by the admin socket, as `skerry island` does it. At the end every ticket that
a response named must be at origin.

The PoP runs on one core; load, origin and publisher on the others. Limits that would count all of this load as
one viewer's are raised.
"""

import asyncio
from collections import Counter
from typing import NamedTuple

import click

from benchmarks.figures import Figure, percentile, print_figures
from benchmarks.strangers.measured_pop import measured_pop, pin
from benchmarks.strangers.open_loop import OpenLoop, Reply, capacity, distinct_texts
from edge.cli.demo import Harness
from edge.host.admin import AdminPeer, call_admin
from tests.pen import DROP

DRAIN_S = 120.0
"""Longest time until origin has the last ticket."""

LOOK_S = 0.5
"""Time between two looks at what origin has."""


class Told(NamedTuple):
    """When a command was sent and answered, by the event loop's clock."""

    sent: float
    answered: float


async def measure(seconds: float) -> list[Figure]:
    """All figures of one run."""
    async with measured_pop() as (harness, pen):
        pin(harness)
        texts = distinct_texts([text for some in pen.prepared.examples.values() for text in some], seed=12)
        viewers = OpenLoop(harness.pop_port, str(DROP), texts)
        highest_s = await capacity(viewers, seconds=seconds)
        asking = asyncio.create_task(viewers.ask(highest_s / 2, seconds))
        await asyncio.sleep(seconds / 6)
        evicted = await _tell(harness, "evict")
        await asyncio.sleep(seconds / 3)
        restored = await _tell(harness, "restore")
        replies = await asking
        await viewers.close()
        lost = await _lost(harness, replies)
    return [
        Figure("capacity: p99 within 100 ms, mostly answered", f"{highest_s:.0f}/s", "-"),
        *_figures(replies, evicted, restored),
        Figure("tickets in responses that origin never got", f"{lost}", "0"),
    ]


def _figures(replies: list[Reply], evicted: Told, restored: Told) -> list[Figure]:
    statuses = Counter(reply.status for reply in replies)
    late = [reply.due for reply in replies if reply.reason == "island_evicted" and reply.due > restored.sent]
    away = [reply for reply in replies if evicted.answered <= reply.due < restored.sent]
    tickets = sum(reply.reason == "island_evicted" for reply in away)
    took = [reply.took_s for reply in away]
    return [
        Figure("questions at half of it", f"{len(replies)}", "-"),
        Figure("responses by status", ", ".join(f"{code}: {n}" for code, n in sorted(statuses.items())), "200, 202"),
        Figure("`evict` sent -> answered", f"{(evicted.answered - evicted.sent) * 1000:.0f} ms", "-"),
        Figure("questions while it is away that became tickets", f"{tickets} of {len(away)}", "all"),
        Figure("their p99", f"{percentile(took, 0.99) * 1000:.0f} ms" if took else "-", "-"),
        Figure("`restore` sent -> answered", f"{(restored.answered - restored.sent) * 1000:.0f} ms", "-"),
        Figure(
            "`restore` sent -> last ticket because of it",
            f"{max([0.0, *(due - restored.sent for due in late)]):.2f} s",
            "2 s",
        ),
    ]


async def _tell(harness: Harness, verb: str) -> Told:
    """Evict or restore the island as the command does."""
    peer = AdminPeer(harness.folder / "pop-state", kind="PoP", start="skerry pop serve", typed="skerry island")
    loop = asyncio.get_running_loop()
    sent = loop.time()
    await asyncio.to_thread(call_admin, peer, f"/v1/{verb}", {"island": str(DROP)})
    return Told(sent, loop.time())


async def _lost(harness: Harness, replies: list[Reply]) -> int:
    """The number of tickets that origin does not have when nothing waits any more, or after `DRAIN_S`."""
    promised = {reply.ticket for reply in replies} - {""}
    for _ in range(int(DRAIN_S / LOOK_S)):
        if promised <= harness.origin.tickets.keys():
            break
        await asyncio.sleep(LOOK_S)
    return len(promised - harness.origin.tickets.keys())


@click.command()
@click.option("--seconds", default=30.0, show_default=True, help="Time at half of the capacity.")
def main(seconds: float) -> None:
    """Evict an island under load and restore it."""
    print_figures("An island is evicted and comes back (`make bench ARGS=evict`)", asyncio.run(measure(seconds)))


if __name__ == "__main__":
    main()
