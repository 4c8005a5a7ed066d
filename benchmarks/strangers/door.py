"""A PoP's door against strangers: headers without an end, idle connections, and ten times what it can answer.

The PoP runs on core 0, the load and everything else on core 1. `--seconds` is the length of each measurement.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import uvloop

from benchmarks.figures import Figure, percentile, print_figures
from benchmarks.strangers.open_loop import Offered, offer, probe
from edge.cli.demo import SKERRY, Harness
from tests.pen import DROP, Pen
from tests.waiting import until

LOAD_CORE = {1}
LIVEZ = b"GET /livez HTTP/1.1\r\nHost: pop\r\n\r\n"
MAX_P99_S = 0.1
HARM = ("i want to hurt myself", "i will kill myself tonight", "i think i want to end it all")
HARM_LINES, TRIES = 200, 3
CAPACITY_S = 10.0
MAX_CONNECTIONS = 2_000
WORDS = (
    "please",
    "anyone",
    "guys",
    "mods",
    "asap",
    "again",
    "today",
    "tho",
    "actually",
    "btw",
    "really",
    "maybe",
    "still",
)


class Flood(NamedTuple):
    """What came of ten times the capacity."""

    capacity: float
    offered: Offered
    livez_s: list[float]
    durable: int


async def measure(seconds: float) -> list[Figure]:
    """All figures."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        pen = await asyncio.to_thread(Pen, Path(folder) / "pen")
        async with Harness(Path(folder)) as harness:
            await asyncio.to_thread(pen.copy_home, harness.home)
            await harness.origin.start()
            await harness.start_publisher()
            await harness.start_pop(("taskset", "-c", "0", *SKERRY))
            await _until_served(harness)
            figures.append(await _unfinished_headers(harness))
            figures += await _idle_connections(harness)
            figures += _flood_figures(await _flood(harness, pen, seconds))
    return figures


async def _unfinished_headers(harness: Harness) -> Figure:
    """400 connections send a MiB of headers each, and never the blank line."""
    blob = b"GET /livez HTTP/1.1\r\nHost: x\r\n" + b"".join(b"A%d: " % n + b"b" * 8_000 + b"\r\n" for n in range(120))
    before = _resident_mib(harness)
    writers = []
    for _ in range(400):
        _, writer = await asyncio.open_connection("127.0.0.1", harness.pop_port)
        writer.write(blob)
        writers.append(writer)
    await asyncio.sleep(2.0)
    during = _resident_mib(harness)
    for writer in writers:
        writer.transport.abort()
    await asyncio.sleep(3.0)
    after = _resident_mib(harness)
    return Figure(
        "400 connections with 1 MiB of unfinished headers each: memory over before, while open and after",
        f"{during - before:+.0f} MiB, {after - before:+.0f} MiB",
        "40 MiB, given back",
    )


async def _idle_connections(harness: Harness) -> list[Figure]:
    """10,000 connections that say nothing."""
    writers = [(await asyncio.open_connection("127.0.0.1", harness.pop_port))[1] for _ in range(10_000)]
    livez_s = await probe(harness.pop_port, LIVEZ, seconds=5.0)
    answered = await harness.http.post(harness.pop_url + "/v1/ask", json={"island": str(DROP), "text": "price?"})
    for writer in writers:
        writer.transport.abort()
    return [
        Figure("10,000 idle connections: `/livez` p99", f"{percentile(livez_s, 0.99) * 1000:.1f} ms", "20 ms"),
        Figure("the same: a new viewer is served", "yes" if answered.status < 300 else "no", "yes"),
    ]


async def _flood(harness: Harness, pen: Pen, seconds: float) -> Flood:
    requests = _requests(pen)
    capacity = await _capacity(harness, requests, seconds)
    flood = asyncio.create_task(
        offer(harness.pop_port, requests, rate=10 * capacity, seconds=seconds, connections=MAX_CONNECTIONS)
    )
    livez = asyncio.create_task(probe(harness.pop_port, LIVEZ, seconds=seconds))
    harm = asyncio.create_task(_harm(harness, seconds))
    return Flood(capacity, await flood, await livez, await harm)


async def _capacity(harness: Harness, requests: Iterator[bytes], seconds: float) -> float:
    """The highest rate at which p99 is within 100 ms: found in steps of ten seconds, confirmed by a long one."""
    low, high = 50.0, 0.0
    while high == 0.0 or high / low > 1.05:
        rate = low * 2 if high == 0.0 else (low + high) / 2
        is_met = await _is_within(harness, requests, rate=rate, seconds=CAPACITY_S)
        low, high = (rate, high) if is_met else (low, rate)
    while not await _is_within(harness, requests, rate=low, seconds=seconds):
        low *= 0.95
    return low


async def _is_within(harness: Harness, requests: Iterator[bytes], *, rate: float, seconds: float) -> bool:
    offered = await offer(harness.pop_port, requests, rate=rate, seconds=seconds, connections=MAX_CONNECTIONS)
    took_s = offered.matching(lambda _: True)
    refused = sum(count for (status, _, _), count in offered.counts.items() if not 200 <= status < 300)
    is_met = percentile(took_s, 0.99) <= MAX_P99_S and not refused and not offered.never_sent
    print(f"  {rate:.0f}/s: p99 {percentile(took_s, 0.99) * 1000:.0f} ms, {refused} refused", flush=True)
    return is_met


async def _harm(harness: Harness, seconds: float) -> int:
    """How many of 200 harm lines are durable tickets within three tries, each after the time that was asked for."""
    rng = random.Random(5)

    async def one(number: int) -> bool:
        await asyncio.sleep(number / HARM_LINES * seconds * 0.6)
        text = f"{rng.choice(HARM)} {number}"
        for _ in range(TRIES):
            async with harness.http.post(
                harness.pop_url + "/v1/ask", json={"island": str(DROP), "text": text}
            ) as reply:
                document = await reply.json(content_type=None)
                if reply.status == 202:
                    return bool(document["ticket"])
                await asyncio.sleep(float(reply.headers.get("Retry-After", "1")))
        return False

    return sum(await asyncio.gather(*(one(number) for number in range(HARM_LINES))))


def _flood_figures(flood: Flood) -> list[Figure]:
    answered = flood.offered.answered_per_s
    by_overload = sum(
        count
        for (_, outcome, why), count in flood.offered.counts.items()
        if outcome == "escalate" and why == "overloaded"
    )
    refused = sum(count for (status, _, _), count in flood.offered.counts.items() if status == 503)
    return [
        Figure("capacity: distinct questions a second with p99 within 100 ms", f"{flood.capacity:.0f}/s", "-"),
        Figure(
            "ten times as many: answered, of capacity",
            f"{answered / flood.capacity:.2f} ({refused} refused, {flood.offered.never_sent} never sent)",
            "0.8",
        ),
        Figure("the same: `/livez` p99", f"{percentile(flood.livez_s, 0.99) * 1000:.1f} ms", "50 ms"),
        Figure("the same: tickets because of overload that are not urgent", str(by_overload), "0"),
        Figure("the same: of 200 harm lines, durable within three tries", f"{flood.durable / HARM_LINES:.0%}", "95 %"),
    ]


def _requests(pen: Pen) -> Iterator[bytes]:
    """Distinct questions that are mostly answered: the author's own, with three more words."""
    rng = random.Random(7)
    examples = [text for texts in pen.prepared.examples.values() for text in texts]
    for number in itertools.count():
        text = f"{rng.choice(examples)} {' '.join(rng.choice(WORDS) for _ in range(3))}"
        body = json.dumps({"island": str(DROP), "text": text, "session": f"viewer-{number % 50_000}"}).encode()
        head = f"POST /v1/ask HTTP/1.1\r\nHost: pop\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        yield head.encode() + b"\r\n\r\n" + body


def _resident_mib(harness: Harness) -> float:
    status = Path(f"/proc/{harness.process_id('pop')}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


async def _until_served(harness: Harness) -> None:
    async def is_so() -> bool:
        return [island["state"] for island in (await harness.get("/v1/islands"))["islands"]] == ["fresh"]

    await until(is_so, "an island in force")


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0, help="length of each measurement")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, LOAD_CORE)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(measure(arguments.seconds))
    print_figures("A PoP's door (`python -m benchmarks door`)", figures)


if __name__ == "__main__":
    main()
