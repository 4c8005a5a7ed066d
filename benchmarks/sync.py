"""Time that one PoP takes for a change among many islands, and that a new PoP takes for all islands.

python -m benchmarks.sync [--islands 10000] [--tenants 100] [--rounds 50] [--cold 100]

**A change.** Publisher and PoP run in one process, one round after another, each round with another tenant's island.
Islands have 2 snippets. A round has these steps:

1. Under the repository's lock: root, timestamp, snapshot, targets and the tenant's role are read and verified.
2. Every snippet is signed, and the island is opened as a PoP would open it.
3. Role, snapshot and timestamp are signed and verified; 4 files and their folders are synced.
4. The new files are read again, encoded as an event of the stream, and decoded.
5. The PoP verifies timestamp, snapshot, the tenant's role, the island's bytes and every snippet.
6. All is committed to the PoP's store (SQLite, synchronous=FULL), and the shelf is swapped.

In one figure only the answers are new, so the PoP has checked the head before. In the other a question is new, too, so
it loads the head and judges both golden questions, of which one is new. Not measured here: the network (see
`benchmarks.push`), the pause of 10 ms between two looks of the server at the disk, and training.

**A new PoP.** It has only its root of trust, and the model is loaded. The publisher's server is a process of its own,
over HTTP on loopback. Islands are as large as the sample drop.
"""

import argparse
import asyncio
import logging
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import msgspec
import structlog
import uvloop
from rich.progress import track

from benchmarks.figures import Figure, machine, middle_and_tail, print_figures
from edge.cli.demo import Harness
from edge.config import PopConfig, asset_folder, model_files
from edge.daemon import OPENERS
from edge.daemon.sync import PopShelf, Syncer
from edge.daemon.telemetry import Metrics
from edge.host import utc_now
from edge.publish.compile import Prepared, prepare_island, sign_island
from edge.publish.repository import Repository, set_island, target_path
from edge.publish.server import ChangeFeed
from edge.publish.source import IslandSource, read_island
from edge.records import IslandName
from edge.store.verified import VerifiedStore
from edge.triage import MODEL_FILES, Triage, load_triage
from edge.trust import TrustedMetadata
from edge.wire.publisher import EventParser, RepositoryClient, encode_event

SERVED_BAR, COLD_BAR = "15 ms p99", "2 s"

ANSWERS, QUESTIONS = "answers changed", "questions changed, too"

STEPS = ("sign, publisher's disk", "event", "verify, PoP's disk, serve")


class FolderClient(RepositoryClient):
    """Reads the publisher's folder instead of asking its server. Used for parts that are not measured."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "repository"

    async def fetch(self, path: str, max_length: int) -> bytes | None:
        """The file's bytes, None if there is none."""
        del max_length
        file = self._folder / path
        return await asyncio.to_thread(lambda: file.read_bytes() if file.is_file() else None)


class Author:
    """Publishes one island's content under many names. The head is trained once."""

    def __init__(self, home: Path, triage: Triage, names: Sequence[IslandName], *, snippets: int | None) -> None:
        source = read_island(asset_folder("islands") / "northwind" / "hoodie-drop.toml").source()
        if snippets is not None:
            source = msgspec.structs.replace(source, snippets=source.snippets[:snippets], routes=(), trees=())
        self.content = prepare_island(source, triage=triage)
        self._triage = triage
        self.names = names
        self.repository = Repository(home)
        tenants = list(dict.fromkeys(name.tenant for name in names))
        self.repository.init(now=utc_now(), tenants=tenants)
        self._keys = {tenant: self.repository.tenant_key(tenant) for tenant in tenants}

    def asked_otherwise(self, number: int) -> Prepared:
        """The content with another question in its first snippet, one for each number."""
        return prepare_island(_asked_otherwise(self.content.source, number), triage=self._triage)

    def publish_all(self) -> None:
        """Publish the first revision of every island, in one change."""
        now = utc_now()
        with self.repository.change(now) as change:
            for name in track(self.names, description="signing islands"):
                signed = sign_island(_named(self.content, name), revision=1, signer=self._keys[name.tenant], now=now)
                set_island(change.state.tenants[name.tenant], name, signed)
                change.add_target(target_path(name, signed.sha256), signed.data)
                change.touch(name.tenant)

    def publish(self, name: IslandName, content: Prepared) -> int:
        """Publish the next revision of one island. Returns its number."""
        now, prepared, key = utc_now(), _named(content, name), self._keys[name.tenant]
        signed = self.repository.publish_island(
            name, lambda revision: sign_island(prepared, revision=revision, signer=key, now=now), now=now
        )
        return signed.custom.revision


def _named(prepared: Prepared, name: IslandName) -> Prepared:
    source = msgspec.structs.replace(prepared.source, tenant=name.tenant, island=name.island)
    return msgspec.structs.replace(prepared, source=source)


def _asked_otherwise(source: IslandSource, number: int) -> IslandSource:
    first, *others = source.snippets
    examples = (f"{first.examples[0]}, number {number}", *first.examples[1:])
    return msgspec.structs.replace(source, snippets=(msgspec.structs.replace(first, examples=examples), *others))


@contextmanager
def new_pop(folder: Path, home: Path, triage: Triage, client: RepositoryClient) -> Iterator[Syncer]:
    """The part of a PoP that syncs islands. It has only its root of trust."""
    document = {
        "pop": {"name": "bench", "state_dir": "state"},
        "publisher": {"url": "http://127.0.0.1:1", "trusted_root": str(home / "root.json")},
        "origin": {"url": "http://127.0.0.1:1"},
    }
    with ThreadPoolExecutor(1) as thread, ThreadPoolExecutor(OPENERS) as openers:
        store = thread.submit(VerifiedStore, folder / "state").result()
        try:
            yield Syncer(
                config=msgspec.structs.replace(msgspec.convert(document, PopConfig), folder=folder),
                trust=TrustedMetadata.start({}, (home / "root.json").read_bytes()),
                store=store,
                triage=triage,
                repository=client,
                executor=thread,
                openers=openers,
                metrics=Metrics(),
                now=utc_now,
                shelf=PopShelf(),
            )
        finally:
            thread.submit(store.close).result()


async def measure_served(folder: Path, triage: Triage, *, islands: int, tenants: int, rounds: int) -> list[Figure]:
    """Time from signing until the PoP serves a revision. Each revision is of another island."""
    names = [IslandName(f"tenant-{number % tenants}", f"island-{number}") for number in range(islands)]
    author = await asyncio.to_thread(Author, folder / "home", triage, names, snippets=2)
    await asyncio.to_thread(author.publish_all)
    changes = ChangeFeed(folder / "home")
    await asyncio.to_thread(changes.poll)
    with new_pop(folder, folder / "home", triage, FolderClient(folder / "home")) as pop:
        await pop.sync("poll")
        # With this stride each round has another tenant.
        stride = islands // rounds + 1
        chosen = [names[number * stride % islands] for number in range(rounds)]
        corrected = [await _served(author, author.content, changes, pop, name) for name in chosen]
        # Trained before the time starts. One golden question is new in each, as after most corrections.
        otherwise = [await asyncio.to_thread(author.asked_otherwise, number) for number in range(rounds)]
        pairs = zip(chosen, otherwise, strict=True)
        changed = [await _served(author, content, changes, pop, name) for name, content in pairs]
    what = f"sign -> push -> verify -> durable -> served, one PoP, {islands:,} islands under {tenants} tenants"
    return [*_figures(f"{what}, {ANSWERS}", corrected), *_figures(f"{what}, {QUESTIONS}", changed)]


def _figures(what: str, times: list[tuple[float, float, float]]) -> list[Figure]:
    parts = zip(STEPS, zip(*times, strict=True), strict=True)
    return [
        Figure(what, _percentiles(map(sum, times)), SERVED_BAR),
        *(Figure(f"of which {step}", _percentiles(part), "") for step, part in parts),
    ]


async def _served(
    author: Author, content: Prepared, changes: ChangeFeed, pop: Syncer, name: IslandName
) -> tuple[float, float, float]:
    """Seconds for each of `STEPS`."""
    began = time.perf_counter()
    revision = await asyncio.to_thread(author.publish, name, content)
    written = time.perf_counter()
    bundle = await asyncio.to_thread(changes.poll)
    event = encode_event(bundle) if bundle else b""
    encoded = time.perf_counter()
    for pushed in EventParser().receive(event):
        await pop.sync("push", pushed)
    served = time.perf_counter()
    slot = pop.shelf.get(name)
    if slot is None or slot.entry is None or slot.entry.island.revision != revision:
        raise SystemExit(f"island {name} is not served in revision {revision}")
    return written - began, encoded - written, served - encoded


async def measure_cold(folder: Path, triage: Triage, *, islands: int) -> list[Figure]:
    """Time that a new PoP takes for its first sync."""
    async with Harness(folder) as harness:
        names = [IslandName("northwind", f"island-{number}") for number in range(islands)]
        author = await asyncio.to_thread(Author, harness.home, triage, names, snippets=None)
        await asyncio.to_thread(author.publish_all)
        await harness.start_publisher()
        async with aiohttp.ClientSession() as session:
            client = RepositoryClient(session, harness.publisher_url, timeout_s=30.0)
            with new_pop(folder, harness.home, triage, client) as pop:
                began = time.perf_counter()
                await pop.sync("poll")
                took_s = time.perf_counter() - began
                served = sum(slot.entry is not None for slot in pop.shelf.slots.values())
    if served != islands:
        raise SystemExit(f"{served} islands are served, expected {islands}")
    return [Figure(f"PoP cold sync of {islands} islands over HTTP", f"{took_s:.2f} s", COLD_BAR)]


def _percentiles(times_s: Iterable[float]) -> str:
    return middle_and_tail(list(times_s))


async def measure(*, islands: int, tenants: int, rounds: int, cold: int) -> list[Figure]:
    """Measure a new PoP, then changes."""
    triage = await asyncio.to_thread(lambda: load_triage(model_files(MODEL_FILES)))
    with tempfile.TemporaryDirectory() as served, tempfile.TemporaryDirectory() as new:
        figures = await measure_cold(Path(new), triage, islands=cold)
        return figures + await measure_served(Path(served), triage, islands=islands, tenants=tenants, rounds=rounds)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--islands", type=int, default=10_000)
    parser.add_argument("--tenants", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--cold", type=int, default=100)
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    figures = uvloop.run(
        measure(islands=options.islands, tenants=options.tenants, rounds=options.rounds, cold=options.cold)
    )
    print_figures("One PoP and its publisher (`python -m benchmarks.sync`)", figures)


if __name__ == "__main__":
    print(machine())
    main()
