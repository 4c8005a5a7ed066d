"""A PoP reduced to its hand-off: takes tickets as fast as it can, says which ones are kept, delivers them.

Arguments: state directory, origin's URL, how many tickets to make, and how far its files may grow (bytes; 0: as they
like). One line on stdout for each ticket that is durable; "empty" once nothing waits any more.
"""

import asyncio
import contextlib
import resource
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from edge.config import OriginSection, OutboxSection
from edge.daemon.handoff import Handoff
from edge.daemon.log import configure_logging
from edge.daemon.metrics import Metrics
from edge.errors import Reason, SkerryError
from edge.records import Ticket
from edge.store import Outbox
from edge.wire import OriginClient

ASKING = 16
"""Viewers who ask at the same time, each again as soon as it has its answer."""


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
            sys.stdout.write(f"{ticket.id}\n")
            sys.stdout.flush()


async def main(state: Path, url: str, count: int, file_max_bytes: int) -> None:
    """Until nothing waits, or until killed."""
    thread = ThreadPoolExecutor(1)
    outbox = await asyncio.get_running_loop().run_in_executor(thread, lambda: Outbox(state))
    if file_max_bytes:
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_max_bytes, hard))
    async with aiohttp.ClientSession() as session:
        origin = OriginClient(session, url, timeout_s=5.0)
        config = OriginSection(url=url, retry_base_s=0.005, retry_cap_s=0.02)
        handoff = Handoff(
            outbox=outbox,
            thread=thread,
            origins={"": origin},
            config=config,
            bounds=OutboxSection(),
            metrics=Metrics(),
        )
        running = [asyncio.create_task(handoff.keep())]
        running += [asyncio.create_task(one.run()) for one in handoff.deliveries.values()]
        await asyncio.gather(*(ask(handoff, count // ASKING) for _ in range(ASKING)))
        while await asyncio.get_running_loop().run_in_executor(thread, outbox.depth):  # noqa: ASYNC110 - polls a disk
            await asyncio.sleep(0.01)
        sys.stdout.write("empty\n")
        sys.stdout.flush()
        for task in running:
            task.cancel()


if __name__ == "__main__":
    configure_logging()  # to stderr: stdout is for what was promised
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
