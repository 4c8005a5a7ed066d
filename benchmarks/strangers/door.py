"""A PoP's door against strangers: headers without an end, idle connections, and ten times what it can answer.

The PoP runs on core 0, the load and everything else on core 1. `--seconds` is the length of each measurement. The last
two parts have PoPs of their own: one address floods (`flood`), and many ticket streams are open (`streams`).
"""

import argparse
import asyncio
import os
import random
import resource
from pathlib import Path
from typing import NamedTuple

import uvloop

from benchmarks.figures import Figure, percentile, print_figures
from benchmarks.strangers import flood, streams
from benchmarks.strangers.measured_pop import measured_pop
from benchmarks.strangers.open_loop import OpenLoop, Reply, capacity, distinct_texts, probe
from edge.cli.demo import SKERRY, Harness
from tests.pen import DROP, Pen

LOAD_CORE = {1}
LIVEZ = b"GET /livez HTTP/1.1\r\nHost: pop\r\n\r\n"
HARM = ("i want to hurt myself", "i will kill myself tonight", "i think i want to end it all")
HARM_LINES, TRIES = 200, 3
HEADERS_CONNECTIONS, IDLE_CONNECTIONS = 400, 10_000


class Flood(NamedTuple):
    """What came of ten times the capacity."""

    capacity: float
    seconds: float
    replies: list[Reply]
    never_sent: int
    livez_s: list[float]
    durable: int
    afterwards: list[Reply]


async def measure(seconds: float) -> list[Figure]:
    """All figures."""
    figures: list[Figure] = []
    async with measured_pop(("taskset", "-c", "0", *SKERRY)) as (harness, pen):
        figures.append(await _unfinished_headers(harness))
        figures += await _idle_connections(harness)
        figures += _flood_figures(await _flood(harness, pen, seconds))
    return figures + await flood.measure() + await streams.streams()


async def _unfinished_headers(harness: Harness) -> Figure:
    """Each connection sends a MiB of headers, and never the blank line."""
    blob = b"GET /livez HTTP/1.1\r\nHost: x\r\n" + b"".join(b"A%d: " % n + b"b" * 8_000 + b"\r\n" for n in range(120))
    before, writers = _resident_mib(harness), []
    for _ in range(HEADERS_CONNECTIONS):
        _, writer = await asyncio.open_connection("127.0.0.1", harness.pop_port)
        writer.write(blob)
        writers.append(writer)
    await asyncio.sleep(2.0)
    during = _resident_mib(harness)
    for writer in writers:
        writer.transport.abort()
    await asyncio.sleep(3.0)
    return Figure(
        f"{HEADERS_CONNECTIONS} connections with 1 MiB of unfinished headers each: memory over before, then and after",
        f"{during - before:+.0f} MiB, {_resident_mib(harness) - before:+.0f} MiB",
        "40 MiB, given back",
    )


async def _idle_connections(harness: Harness) -> list[Figure]:
    """Many connections that say nothing."""
    writers = [(await asyncio.open_connection("127.0.0.1", harness.pop_port))[1] for _ in range(IDLE_CONNECTIONS)]
    livez_s = await probe(harness.pop_port, LIVEZ, seconds=5.0)
    asked = await harness.http.post(harness.pop_url + "/v1/ask", json={"island": str(DROP), "text": "price?"})
    for writer in writers:
        writer.transport.abort()
    return [
        Figure(
            f"{IDLE_CONNECTIONS:,} idle connections: `/livez` p99",
            f"{percentile(livez_s, 0.99) * 1000:.1f} ms",
            "20 ms",
        ),
        Figure("the same: a new viewer is served", "yes" if asked.status in {200, 202} else "no", "yes"),
    ]


async def _flood(harness: Harness, pen: Pen, seconds: float) -> Flood:
    texts = distinct_texts([text for some in pen.prepared.examples.values() for text in some], seed=12)
    viewers = OpenLoop(harness.pop_port, str(DROP), texts)
    highest_s = await capacity(viewers, seconds=seconds)
    print(f"  capacity: {highest_s:.0f}/s", flush=True)
    flooding = asyncio.create_task(viewers.ask(10 * highest_s, seconds))
    livez = asyncio.create_task(probe(harness.pop_port, LIVEZ, seconds=seconds))
    durable = await _harm(harness, seconds)
    replies, never_sent = await flooding, viewers.never_sent
    # The flood ends with its last response. A second later, viewers ask as they do on other days.
    await asyncio.sleep(1.0)
    afterwards = await viewers.ask(highest_s / 2, 5.0)
    await viewers.close()
    return Flood(highest_s, seconds, replies, never_sent, await livez, durable, afterwards)


async def _harm(harness: Harness, seconds: float) -> int:
    """How many of 200 harm lines are durable tickets within three tries, each after the time that was asked for."""
    rng = random.Random(5)

    async def one(number: int) -> bool:
        await asyncio.sleep(number / HARM_LINES * seconds * 0.6)
        question = {"island": str(DROP), "text": f"{rng.choice(HARM)} {number}", "session": f"harm-{number}"}
        for _ in range(TRIES):
            async with harness.http.post(harness.pop_url + "/v1/ask", json=question) as reply:
                document = await reply.json(content_type=None)
                if reply.status == 202:
                    return bool(document["ticket"])
                wait_s = float(reply.headers.get("Retry-After", "1"))
            await asyncio.sleep(wait_s)
        return False

    return sum(await asyncio.gather(*(one(number) for number in range(HARM_LINES))))


def _flood_figures(found: Flood) -> list[Figure]:
    answered = sum(reply.status in {200, 202} for reply in found.replies) / found.seconds
    refused = sum(reply.status == 503 for reply in found.replies)
    by_overload = sum(reply.outcome == "escalate" and reply.reason == "overloaded" for reply in found.replies)
    others = len(found.replies) - refused - round(answered * found.seconds)
    return [
        Figure("capacity: distinct questions a second with p99 within 100 ms", f"{found.capacity:.0f}/s", "-"),
        Figure("ten times as many: answered, of capacity", f"{answered / found.capacity:.2f}", "0.8"),
        Figure(
            "the same: refused with 503, other statuses, never sent", f"{refused}, {others}, {found.never_sent}", "-"
        ),
        Figure("the same: `/livez` p99", f"{percentile(found.livez_s, 0.99) * 1000:.1f} ms", "50 ms"),
        Figure("the same: tickets because of overload that are not urgent", str(by_overload), "0"),
        Figure(
            f"the same: of {HARM_LINES} harm lines, durable within three tries",
            f"{found.durable / HARM_LINES:.0%}",
            "95 %",
        ),
        Figure(
            "one second after it, at half of capacity: p99, refused",
            f"{percentile([reply.took_s for reply in found.afterwards], 0.99) * 1000:.0f} ms,"
            f" {sum(reply.status not in {200, 202} for reply in found.afterwards)}",
            "100 ms, 0",
        ),
    ]


def _resident_mib(harness: Harness) -> float:
    status = Path(f"/proc/{harness.process_id('pop')}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0, help="length of each measurement")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, LOAD_CORE)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(measure(arguments.seconds))
    print_figures("A PoP's door (`python -m benchmarks door`)", figures)


if __name__ == "__main__":
    main()
