"""PoPs reduced to their hand-off, one after another: each takes tickets, says which ones are kept, delivers them.

Reads one `Order` a line from stdin and forks a process for it, which says `pid N`, then `open`, then the id of each
ticket once it is durable, then `empty` when nothing waits any more; `ended STATUS` follows (negative: by that signal).
A forked process is one as any other to the disk, to locks and to SIGKILL; only the half second in which Python would
load the same modules again is saved.
"""

import asyncio
import contextlib
import os
import random
import resource
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import msgspec

from edge.config import OriginSection, TicketsSection
from edge.daemon.handoff import Handoff
from edge.daemon.telemetry import Metrics
from edge.errors import Reason, SkerryError
from edge.host import configure_logging
from edge.records import Ticket
from edge.store.outbox import Outbox
from edge.wire.desks import OriginClient

ASKING = 16
"""Viewers who ask at the same time, each again as soon as it has its answer."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One life: where, how many tickets to make, and how far its files may grow (bytes; 0: as they like)."""

    state: str
    url: str
    tickets: int
    max_file_bytes: int = 0


def say(line: str) -> None:
    """At once, and whole: a pipe does not part what is shorter than a page."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def make_ticket(size_bytes: int = 400) -> Ticket:
    """One of a common size."""
    return Ticket(
        id=str(uuid.uuid4()),
        created=datetime.now(UTC),
        pop="soak",
        island="soak/island",
        revision=1,
        text="x" * size_bytes,
        reason=Reason.LOW_CONFIDENCE,
        lane="fast",
    )


async def ask(handoff: Handoff, count: int) -> None:
    """Hand over `count` tickets, one after another, and say which ones were kept."""
    for _ in range(count):
        ticket = make_ticket()
        # A ticket that was refused, or that the disk did not take, was promised to nobody.
        with contextlib.suppress(SkerryError):
            await handoff.put(ticket)
            say(ticket.id)


async def live(order: Order) -> None:
    """Until nothing waits, or until killed."""
    thread = ThreadPoolExecutor(1)
    outbox = await asyncio.get_running_loop().run_in_executor(thread, lambda: Outbox(Path(order.state)))
    say("open")
    if order.max_file_bytes:
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.max_file_bytes, hard))
    async with aiohttp.ClientSession() as session:
        origin = OriginClient(session, order.url, timeout_s=5.0)
        config = OriginSection(url=order.url, retry_base_s=0.005, max_retry_delay_s=0.02)
        handoff = Handoff(
            outbox=outbox,
            thread=thread,
            origins={"": origin},
            config=config,
            tickets=TicketsSection(),
            metrics=Metrics(),
        )
        running = [asyncio.create_task(handoff.keep())]
        running += [asyncio.create_task(one.run()) for one in handoff.deliveries.values()]
        await asyncio.gather(*(ask(handoff, order.tickets // ASKING) for _ in range(ASKING)))
        while await asyncio.get_running_loop().run_in_executor(thread, outbox.depth):  # noqa: ASYNC110 - polls a disk
            await asyncio.sleep(0.01)
        say("empty")
        for task in running:
            task.cancel()


def main() -> None:
    """A life for each order, until stdin ends."""
    configure_logging()  # to stderr: stdout is for what was promised
    for line in sys.stdin:
        order = msgspec.json.decode(line, type=Order)
        child = os.fork()
        if child == 0:
            random.seed()  # or every life would wait as long as the one before
            say(f"pid {os.getpid()}")
            asyncio.run(live(order))
            return
        _, status = os.waitpid(child, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
