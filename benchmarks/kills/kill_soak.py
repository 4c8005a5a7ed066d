"""`make bench ARGS="kill_soak --rounds 200"`: publisher, NATS server or PoP killed with SIGKILL at random moments.

Each round an author publishes and withdraws three islands at random, each change as fast as the disk allows. Meanwhile
one of the others is killed, left dead for a while and started again, and then the author itself is killed. The PoP
must then come to say what the repository says, and the repository must hold every change that the author saw in force.

All the time the PoP is asked what it serves. A revision below one that it served before, or one that it had called
withdrawn, is a resurrected state; an island that it no longer knows is a lost one. Half of the rounds push by the
publisher's own stream, half by NATS.
"""

import asyncio
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import click
import msgspec
from rich.progress import Progress

from benchmarks.kills.kill_author import ISLANDS, publish
from benchmarks.kills.kill_harness import KillHarness
from benchmarks.kills.kill_watch import Audit, Said, Watch
from edge.config import asset_folder, model_files
from edge.host import utc_now
from edge.publish.compile import Prepared, prepare_island
from edge.publish.repository import Repository, revision_in, withdrawn_in
from edge.publish.source import read_island
from edge.records import IslandName, IslandState, IslandStatus
from edge.triage import MODEL_FILES, load_triage

ENGINES = ("sse", "nats")

LONGEST_S = 0.4
"""Before something is killed, and before it comes back."""

PATIENCE_S = 60.0
"""For the PoP to agree with the repository; it takes a second at most where nothing is lost."""

LOOK_EVERY_S = 0.005


class Soak:
    """Rounds on one harness."""

    def __init__(self, harness: KillHarness, prepared: Path, rng: random.Random, audit: Audit) -> None:
        self._harness, self._prepared, self._rng, self._audit = harness, prepared, rng, audit
        self._watch = Watch(audit)
        self._in_force: dict[IslandName, Said] = {}

    async def begin(self) -> None:
        """Everything up, and the first revisions served."""
        for victim in reversed(self._harness.victims):
            await self._harness.start(victim)
        await self._settle()

    async def round(self) -> None:
        """Kill one of them under load, and its author; then all must agree."""
        victim = self._rng.choice(self._harness.victims)
        self._audit.kills[victim] += 1
        async with self._watching():
            program = (
                sys.executable,
                "-m",
                "benchmarks.kills.kill_author",
                str(self._harness.home),
                str(self._prepared),
            )
            author = await asyncio.create_subprocess_exec(
                *program, str(self._rng.getrandbits(32)), stdout=asyncio.subprocess.PIPE
            )
            assert author.stdout is not None  # noqa: S101 - it is a pipe
            await author.stdout.readline()
            await asyncio.sleep(self._rng.uniform(0.0, LONGEST_S))
            await self._harness.kill(victim)
            await asyncio.sleep(self._rng.uniform(0.0, LONGEST_S))
            await self._harness.start(victim)
            await asyncio.sleep(self._rng.uniform(0.0, LONGEST_S))
            author.kill()
            self._note_changes(await author.stdout.read())
            await author.wait()
            await self._settle()

    def _note_changes(self, said: bytes) -> None:
        """What the author saw in force; a line that was cut off is a change that nobody was promised."""
        for line in said.decode().splitlines(keepends=True):
            if line.endswith("\n"):
                name, revision, kind = line.split()
                self._in_force[IslandName.parse(name)] = Said(int(revision), withdrawn=kind == "withdrawn")
                self._audit.changes += 1

    async def _settle(self) -> None:
        """Wait until the PoP says what the repository says, and compare that with what its author saw."""
        wanted = await asyncio.to_thread(_repository_says, self._harness.home)
        for name, promised in self._in_force.items():
            if wanted[name] < promised:
                self._audit.lost.append(f"the repository has {wanted[name]} of {name}, in force was {promised}")
        deadline = time.monotonic() + PATIENCE_S
        while not _agrees(found := await self._look(), wanted):
            if time.monotonic() > deadline:
                self._audit.lost.append(f"the PoP says {found}, the repository {wanted}")
                return
            await asyncio.sleep(LOOK_EVERY_S)
        for name, said in wanted.items():
            self._watch.agreed(str(name), said)

    async def _look(self) -> list[IslandStatus]:
        return msgspec.convert((await self._harness.get("/v1/islands"))["islands"], list[IslandStatus])

    @contextlib.asynccontextmanager
    async def _watching(self) -> AsyncIterator[None]:
        async def watch() -> None:
            while True:
                # A PoP that is dead says nothing.
                with contextlib.suppress(aiohttp.ClientError):
                    self._watch.note(await self._look())
                await asyncio.sleep(LOOK_EVERY_S)

        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching


async def soak(
    folder: Path, rounds: int, *, engine: str, seed: int, audit: Audit, on_round: Callable[[], None] = lambda: None
) -> None:
    """So many rounds over one engine, in a new folder."""
    rng, prepared = random.Random(seed), folder / "prepared"
    harness = await asyncio.to_thread(_make_harness, folder, prepared, with_nats=engine == "nats")
    async with harness:
        try:
            soak = Soak(harness, prepared, rng, audit)
            await soak.begin()
            for _ in range(rounds):
                await soak.round()
                on_round()
        finally:
            if "nats" in harness.victims:
                await harness.kill("nats")


def _make_harness(folder: Path, prepared: Path, *, with_nats: bool) -> KillHarness:
    """Islands published once, and a file from which an author publishes them again without training."""
    folder.mkdir()
    source = read_island(asset_folder("islands") / "northwind" / "hoodie-drop.toml").source()
    small = msgspec.structs.replace(source, snippets=source.snippets[:2], routes=(), trees=())
    island: Prepared = prepare_island(small, triage=load_triage(model_files(MODEL_FILES)))
    prepared.write_bytes(msgspec.msgpack.encode(island))
    harness = KillHarness(folder, with_nats=with_nats)
    repository = Repository(harness.home)
    repository.init(now=utc_now(), tenants=[small.tenant])
    for name in ISLANDS:
        publish(repository, island, name)
    return harness


def _repository_says(home: Path) -> dict[IslandName, Said]:
    roles = Repository(home).state().tenants
    by_name = {name: roles[name.tenant] for name in ISLANDS}
    return {name: Said(revision_in(role, name), name.island in withdrawn_in(role)) for name, role in by_name.items()}


def _agrees(statuses: list[IslandStatus], wanted: dict[IslandName, Said]) -> bool:
    """Whether a PoP says what the repository says; of a withdrawn island it does not tell the revision."""
    found = {status.island: (status.state, status.revision) for status in statuses}
    return found == {
        str(name): (IslandState.WITHDRAWN, None) if said.withdrawn else (IslandState.FRESH, said.revision)
        for name, said in wanted.items()
    }


@click.command()
@click.option("--rounds", default=200, show_default=True, help="How often to kill something.")
@click.option("--seed", default=7, show_default=True, help="Of the moments, victims and changes.")
def main(rounds: int, seed: int) -> None:
    """Kill publisher, NATS server or PoP under load; exit status 1 when state is lost or resurrected."""
    audit, began = Audit(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Progress() as progress:
        task = progress.add_task("killing", total=rounds)

        def on_round() -> None:
            progress.update(task, advance=1, description=f"{audit.changes:,} changes")

        for engine, share in zip(ENGINES, (rounds - rounds // 2, rounds // 2), strict=True):
            asyncio.run(soak(Path(folder) / engine, share, engine=engine, seed=seed, audit=audit, on_round=on_round))
    kills = ", ".join(f"{victim} {count}" for victim, count in sorted(audit.kills.items()))
    print(
        f"{rounds} rounds in {time.monotonic() - began:.0f} s, killed: {kills}; {audit.changes:,} changes in force,"
        f" the PoP asked {audit.looks:,} times: {len(audit.lost)} lost, {len(audit.resurrected)} resurrected"
    )
    for finding in (*audit.lost, *audit.resurrected):
        print(finding)
    if audit.lost or audit.resurrected:
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
