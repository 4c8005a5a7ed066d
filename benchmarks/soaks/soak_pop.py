"""PoPs reduced to their hand-off, one after another. Each accepts tickets, prints which ones are stored, delivers them.

Reads one `Order` from each line of stdin and forks a process for it. The process prints `pid N`, then `open`, then the
id of each ticket once it is durable, then `empty` when no ticket waits. After its end `ended STATUS` is printed
(negative: the signal that killed it). To the disk, to locks and to SIGKILL a forked process is like any other. The fork
saves the half second in which Python would load the same modules again.
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
"""Viewers who ask at the same time. Each asks again as soon as it has an answer."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What one process has to do."""

    state: str
    url: str
    tickets: int
    """Number of tickets to make."""
    max_file_bytes: int = 0
    """How large its files may grow; 0 without a limit."""


def print_line(line: str) -> None:
    """Print a line at once. A pipe does not split a line that is shorter than a page."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def make_ticket(size_bytes: int = 400) -> Ticket:
    """A ticket of a common size."""
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
    """Hand over `count` tickets, one after another, and print the ids of those that were stored."""
    for _ in range(count):
        ticket = make_ticket()
        # A ticket that was refused, or that the disk could not store, was promised to nobody.
        with contextlib.suppress(SkerryError):
            await handoff.put(ticket)
            print_line(ticket.id)


async def live(order: Order) -> None:
    """Accept and deliver tickets until none waits, or until the process is killed."""
    thread = ThreadPoolExecutor(1)
    outbox = await asyncio.get_running_loop().run_in_executor(thread, lambda: Outbox(Path(order.state)))
    print_line("open")
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
        running += [asyncio.create_task(delivery.run()) for delivery in handoff.deliveries.values()]
        await asyncio.gather(*(ask(handoff, order.tickets // ASKING) for _ in range(ASKING)))
        while await asyncio.get_running_loop().run_in_executor(thread, outbox.depth):  # noqa: ASYNC110 - polls a disk
            await asyncio.sleep(0.01)
        print_line("empty")
        for task in running:
            task.cancel()


def main() -> None:
    """Fork a process for each order, until stdin ends."""
    configure_logging()  # to stderr: stdout is for the ids
    for line in sys.stdin:
        order = msgspec.json.decode(line, type=Order)
        child = os.fork()
        if child == 0:
            random.seed()  # without it, every process would draw the same backoff times
            print_line(f"pid {os.getpid()}")
            asyncio.run(live(order))
            return
        _, status = os.waitpid(child, 0)
        print_line(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
