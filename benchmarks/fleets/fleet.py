"""Time until the last of thousands of PoPs has a change, and what they cost a publisher, also after an outage.

python -m benchmarks fleet [--pops 10000] [--processes 4] [--rounds 20]

The publisher is the real server in a process of its own, with a token for each PoP; PoPs are connections of other
processes, over loopback. `--pops` is cut to what the limit of open files allows.

1. **Changes.** An island is published; the time starts when it is in force on the publisher's disk.
2. **Outage.** The publisher is killed and started again. All PoPs return by their own rule: full jitter.
3. **Too many.** The publisher is started again with places for half of them. The others are refused with the time to
   come back, and changes go to the rest meanwhile.
4. The first two by NATS, where the NATS server is killed.
"""

import argparse
import asyncio
import contextlib
import hashlib
import secrets
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import uvloop

from benchmarks.figures import Figure, machine, middle_and_tail, percentile, print_figures
from benchmarks.fleets.publisher_process import Publisher, memory_kib, serving
from benchmarks.fleets.readers import Heard, ReaderProcess
from benchmarks.sync import Author
from edge.config import model_files
from edge.host.door import raise_file_limit
from edge.records import IslandName
from edge.triage import MODEL_FILES, load_triage
from tests.delivery.nats_server import NatsServer, free_port

SPARE_FILES = 1_000
LIMIT_S = 300.0
LOOK_S = 0.25
REFUSED_S = 20.0
"""How long PoPs without a place are watched: some pauses of the publisher's length."""


class Fleet:
    """PoPs in several processes."""

    def __init__(self, kind: str, where: str, tokens: list[str], *, processes: int) -> None:
        self.pops = len(tokens)
        self._parts = [ReaderProcess(kind, where, tokens[part::processes]) for part in range(processes)]

    async def begin(self) -> None:
        """Forget what was heard."""
        await asyncio.gather(*(part.begin() for part in self._parts))

    async def heard(self) -> Heard:
        """What was heard since `begin`."""
        parts = await asyncio.gather(*(part.heard() for part in self._parts))
        times = [moment for part in parts for moment in part.times]
        return Heard(times, sum(part.refused for part in parts), sum(part.without_pause for part in parts))

    async def until(self, count: int) -> Heard:
        """Wait until this many PoPs have heard something. Ends the program if that takes too long."""
        deadline = time.monotonic() + LIMIT_S
        while len((heard := await self.heard()).times) < count:
            if time.monotonic() > deadline:
                raise SystemExit(f"{len(heard.times)} PoPs have heard the publisher, expected {count}")
            await asyncio.sleep(LOOK_S)
        return heard

    def stop(self) -> None:
        """End the processes."""
        for part in self._parts:
            part.stop()


@contextlib.contextmanager
def running(kind: str, where: str, tokens: list[str], processes: int) -> Iterator[Fleet]:
    """A fleet for the block."""
    fleet = Fleet(kind, where, tokens, processes=processes)
    try:
        yield fleet
    finally:
        fleet.stop()


async def measure_sse(author: Author, tokens: list[str], *, processes: int, rounds: int) -> list[Figure]:
    """Changes, an outage, and too many PoPs, by the push stream."""
    pops, port = len(tokens), free_port()
    async with serving(Publisher(author.repository.home, port=port), pops) as publisher:
        alone = publisher.memory_kib()
        with running("sse", str(port), tokens, processes) as fleet:
            await fleet.until(pops)
            each = (publisher.memory_kib() - alone) / pops
            figures = await _changes("push stream", author, fleet, count=pops, rounds=rounds)
            figures.append(Figure("publisher's memory for a PoP", f"{each:.1f} KiB", "32 KiB"))
            await fleet.begin()
            await publisher.kill()
            figures += _return("push stream", await publisher.start(pops), await fleet.until(pops))
            figures.append(Figure("publisher's most memory then", f"{publisher.memory_kib('VmHWM') // 1024} MiB", ""))
            await fleet.begin()
            await publisher.kill()
            await publisher.start(pops // 2)
            await fleet.until(pops // 2)
            await fleet.begin()
            await asyncio.sleep(REFUSED_S)
            refused = await fleet.heard()
            each = refused.refused / (pops - pops // 2) / REFUSED_S * 60
            found = f"{refused.refused} in {REFUSED_S:.0f} s ({each:.1f} a minute and PoP)"
            figures.append(Figure("places for half: refusals", found, "at most 12 a minute and PoP"))
            figures.append(Figure("of which without Retry-After", str(refused.without_pause), "0"))
            return figures + await _changes("places for half", author, fleet, count=pops // 2, rounds=rounds)


async def measure_nats(author: Author, tokens: list[str], folder: Path, *, processes: int, rounds: int) -> list[Figure]:
    """Changes and an outage, by NATS."""
    pops, nats = len(tokens), await asyncio.to_thread(NatsServer, folder)
    text = await asyncio.to_thread(nats.config.read_text)
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("tls "))
    await asyncio.to_thread(nats.config.write_text, plain)
    await nats.start()
    publisher = Publisher(author.repository.home, port=free_port(), nats=(nats.port, nats.publisher_seed))
    try:
        async with serving(publisher, pops):
            alone = memory_kib(nats.pid)
            with running("nats", f"{nats.port} {nats.pop_seed}", tokens, processes) as fleet:
                await fleet.until(pops)
                each = (memory_kib(nats.pid) - alone) / pops
                figures = await _changes("NATS", author, fleet, count=pops, rounds=rounds)
                figures.append(Figure("NATS server's memory for a PoP", f"{each:.1f} KiB", ""))
                await fleet.begin()
                await nats.kill()
                await nats.start()
                return figures + _return("NATS", time.monotonic(), await fleet.until(pops))
    finally:
        await nats.kill()


async def _changes(what: str, author: Author, fleet: Fleet, *, count: int, rounds: int) -> list[Figure]:
    """Time from an island in force to each PoP that is connected, and to the last of them."""
    every, last = list[float](), list[float]()
    for number in range(rounds):
        await fleet.begin()
        name = author.names[number % len(author.names)]
        await asyncio.to_thread(author.publish, name, author.content)
        in_force = time.monotonic()
        times = [moment - in_force for moment in (await fleet.until(count)).times]
        every += times
        last.append(max(times))
    return [
        Figure(f"{what}: change -> one of {count:,} PoPs, p50 / p99", middle_and_tail(every), ""),
        Figure(f"{what}: change -> last of {count:,} PoPs, p50 / p99", middle_and_tail(last), ""),
    ]


def _return(what: str, ready: float, heard: Heard) -> list[Figure]:
    """How PoPs came back after an outage that ended at `ready`."""
    times = [max(moment - ready, 0.0) for moment in heard.times]
    found = f"{percentile(times, 0.5):.1f} / {percentile(times, 0.99):.1f} / {max(times):.1f} s"
    figures = [Figure(f"{what}: outage over -> a PoP is back, p50 / p99 / last", found, "")]
    return [*figures, Figure(f"{what}: refusals meanwhile", str(heard.refused), "")]


async def measure(*, pops: int, processes: int, rounds: int) -> list[Figure]:
    """Measure both engines, one after the other."""
    triage = await asyncio.to_thread(lambda: load_triage(model_files(MODEL_FILES)))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        names = [IslandName("acme", f"island-{number}") for number in range(10)]
        author = await asyncio.to_thread(Author, home, triage, names, snippets=2)
        await asyncio.to_thread(author.publish_all)
        tokens = [secrets.token_urlsafe(32) for _ in range(pops)]
        hashes = (hashlib.sha256(token.encode()).hexdigest() for token in tokens)
        lines = "".join(f"pop-{number} {value}\n" for number, value in enumerate(hashes))
        await asyncio.to_thread((home / "tokens").write_text, lines)
        (home / "tokens").chmod(0o600)
        figures = await measure_sse(author, tokens, processes=processes, rounds=rounds)
        nats = Path(folder) / "nats"
        return figures + await measure_nats(author, tokens, nats, processes=processes, rounds=rounds)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pops", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args(arguments)
    pops = min(options.pops, raise_file_limit() - SPARE_FILES)
    if pops < options.pops:
        print(f"{options.pops:,} PoPs need {options.pops + SPARE_FILES:,} open files, ulimit -Hn allows {pops:,} PoPs")
    figures = uvloop.run(measure(pops=pops, processes=options.processes, rounds=options.rounds))
    print_figures("A fleet and its publisher (`python -m benchmarks fleet`)", figures)


if __name__ == "__main__":
    print(machine())
    main()
