"""One address floods a PoP: what a viewer elsewhere notices, and how many tickets the flood made.

Nobody is trusted as an ingest, so the limits of addresses hold. The flood has an address and a process of its own; the
viewer asks some ten distinct questions a second from another address; those that become tickets are not counted. With
two cores the PoP has the first and both clients the second. `skerry`'s own limits decide what the flood may do.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.client import Connection, request_bytes
from benchmarks.figures import Figure, middle_and_tail, percentile, print_figures
from benchmarks.strangers.measured_pop import pin, until_served
from benchmarks.strangers.open_loop import distinct_texts
from edge.cli.demo import SKERRY, Harness
from edge.config import LimitsSection
from tests.pen import DROP, Pen

FLOOD, VIEWER = "127.0.0.2", "127.0.0.3"
"""Two addresses of this machine."""

CONNECTIONS = 32
MEASURED_S = 30.0
PAUSE_S = 0.06

_CONFIG = """\
[pop]
name = "flooded-pop"
state_dir = "pop-state"

[http]
port = {pop_port}

[publisher]
url = "http://127.0.0.1:{publisher_port}"
trusted_root = "home/root.json"

[origin]
url = "{origin_url}"
"""


class UntrustingHarness(Harness):
    """A PoP that trusts nobody as an ingest."""

    async def spawn_pop(self, program: Sequence[str] = SKERRY) -> None:
        """Start it with a configuration of its own."""
        config = self.folder / "pop.toml"
        text = _CONFIG.format(pop_port=self.pop_port, publisher_port=self.publisher_port, origin_url=self.origin.url)
        await asyncio.to_thread(config.write_text, text)
        await self._start("pop", *program, "pop", "serve", "--config", str(config))


async def measure() -> list[Figure]:
    """Both figures, from one PoP."""
    with tempfile.TemporaryDirectory() as folder:
        pen = await asyncio.to_thread(Pen, Path(folder) / "pen")
        async with UntrustingHarness(Path(folder)) as harness:
            await asyncio.to_thread(pen.copy_home, harness.home)
            await harness.origin.start()
            await harness.start_publisher()
            await harness.start_pop()
            await until_served(harness)
            return await flooded(harness, pen)


async def flooded(harness: Harness, pen: Pen, *, measured_s: float = MEASURED_S) -> list[Figure]:
    """The figures of a PoP that runs, and that does not trust this machine as an ingest."""
    pin(harness)
    texts = distinct_texts([text for some in pen.prepared.examples.values() for text in some], seed=21)
    quiet = await asyncio.to_thread(_ask_as_viewer, harness.pop_port, texts, measured_s)
    began = time.monotonic()
    program = (sys.executable, "-m", "benchmarks.strangers.flood", "--flood", str(harness.pop_port))
    flood = await asyncio.create_subprocess_exec(
        *program, "--seconds", str(measured_s + 2), stdout=asyncio.subprocess.PIPE
    )
    await asyncio.sleep(1.0)
    during = await asyncio.to_thread(_ask_as_viewer, harness.pop_port, texts, measured_s)
    out, _ = await flood.communicate()
    asked, tickets = map(int, out.split())
    limits = LimitsSection()
    allowed = limits.address_tickets_burst + limits.address_tickets_per_min * (time.monotonic() - began) / 60
    later_s = percentile(during, 0.99) - percentile(quiet, 0.99)
    return [
        Figure("a viewer's question while nobody floods, p50 / p99", middle_and_tail(quiet), "-"),
        Figure(f"the same while one address asks {asked / (measured_s + 2):.0f} times a second",
               middle_and_tail(during), "-"),
        Figure("another question under the flood: p99 over quiet", f"{later_s * 1000:+.1f} ms", "+10 ms"),
        Figure("tickets that the flood made", str(tickets), f"{int(allowed)}, its allowance"),
    ]  # fmt: skip


def _ask_as_viewer(port: int, texts: Iterator[str], measured_s: float) -> list[float]:
    """Times (seconds) of distinct questions that are answered."""
    connection, times, until_s = Connection(port, VIEWER), list[float](), time.monotonic() + measured_s
    while time.monotonic() < until_s:
        took_s, response = connection.ask(request_bytes(str(DROP), next(texts)))
        if response.get("outcome") == "answer":
            times.append(took_s)
        time.sleep(PAUSE_S)
    connection.close()
    return times


async def flood(port: int, seconds: float) -> tuple[int, int]:
    """Ask as fast as answers come, over several connections. Returns how many questions, and how many tickets."""
    until_s, count = time.monotonic() + seconds, {"asked": 0, "tickets": 0}

    async def ask_on(connection: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(FLOOD, 0))
        number = 0
        while time.monotonic() < until_s:
            number += 1
            writer.write(request_bytes(str(DROP), f"do gulls dream of pelargonium {connection} {number}"))
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            count["asked"] += 1
            count["tickets"] += head.startswith(b"HTTP/1.1 202")
        writer.close()

    await asyncio.gather(*(ask_on(connection) for connection in range(CONNECTIONS)))
    return count["asked"], count["tickets"]


def main() -> None:
    """Measure and print; or flood a PoP, as the process that `flooded` starts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flood", type=int, help="port of a PoP on this machine to flood")
    parser.add_argument("--seconds", type=float, default=MEASURED_S)
    options = parser.parse_args()
    if options.flood:
        print(*asyncio.run(flood(options.flood, options.seconds)))
    else:
        print_figures("One address floods (`python -m benchmarks flood`)", asyncio.run(measure()))


if __name__ == "__main__":
    main()
