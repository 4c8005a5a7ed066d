"""`python -m benchmarks.stores.outbox`: time until an escalation is durable, and cost of 100,000 waiting tickets."""

import asyncio
import subprocess
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from benchmarks.figures import Figure, machine, middle_and_tail, print_figures
from benchmarks.soaks.soak_pop import make_ticket
from edge.config import OriginSection, TicketsSection
from edge.daemon.handoff import Handoff
from edge.daemon.telemetry import Metrics
from edge.store.outbox import Outbox, Parcel

RATE_HZ = 100
SECONDS = 10
WAITING = 100_000
TICKET_BYTES = 3_000
"""A ticket with three candidates and a short transcript."""

_OPEN = """
import sys, time
from pathlib import Path
from edge.store.outbox import Outbox
began = time.perf_counter()
outbox = Outbox(Path(sys.argv[1]))
outbox.due(time.time(), 8), outbox.depth(), outbox.oldest()
took_s = time.perf_counter() - began
status = Path("/proc/self/status").read_text()
print(took_s, next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
"""


async def durable(folder: Path) -> list[float]:
    """Seconds until each ticket was durable. Tickets arrive evenly."""
    thread = ThreadPoolExecutor(1)
    outbox = await asyncio.get_running_loop().run_in_executor(thread, lambda: Outbox(folder))
    handoff = Handoff(
        outbox=outbox,
        thread=thread,
        origins={},
        config=OriginSection(url="http://x"),
        tickets=TicketsSection(),
        metrics=Metrics(),
    )
    keeping = asyncio.create_task(handoff.keep())

    async def put() -> float:
        began = time.perf_counter()
        await handoff.put(make_ticket(TICKET_BYTES))
        return time.perf_counter() - began

    tasks = []
    for _ in range(RATE_HZ * SECONDS):
        tasks.append(asyncio.create_task(put()))
        await asyncio.sleep(1 / RATE_HZ)
    took = await asyncio.gather(*tasks)
    keeping.cancel()
    await handoff.close()
    return list(took)


def opened(folder: Path) -> tuple[float, int]:
    """Seconds to open an outbox in a new process and read its state, and that process's memory in KiB."""
    out = subprocess.run([sys.executable, "-c", _OPEN, str(folder)], capture_output=True, text=True, check=True).stdout
    took_s, resident = out.split()
    return float(took_s), int(resident)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        took = asyncio.run(durable(root / "durable"))
        Outbox(root / "empty").close()
        payload = msgspec.json.encode(make_ticket(TICKET_BYTES))
        # With room, because urgent tickets keep a part of it.
        with Outbox(root / "full", max_tickets=2 * WAITING) as outbox:
            for _ in range(WAITING // 1_000):
                outbox.put_many([Parcel(str(uuid.uuid4()), payload) for _ in range(1_000)])
        empty, full = opened(root / "empty"), opened(root / "full")
    print(machine())
    more = (full[1] - empty[1]) / 1024
    print_figures(
        "Outbox (`python -m benchmarks.stores.outbox`)",
        [
            Figure(f"escalation durable at {RATE_HZ}/s, p50 / p99", middle_and_tail(took), "15 ms p99"),
            Figure(f"{WAITING:,} waiting tickets of 3 kB: memory over empty", f"+{more:.1f} MiB", "+20 MiB"),
            Figure(f"{WAITING:,} waiting tickets of 3 kB: start-up", f"{full[0]:.2f} s", "1 s"),
        ],
    )


if __name__ == "__main__":
    main()
