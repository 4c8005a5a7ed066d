"""`make bench ARGS="kill_soak --rounds 200"`: publisher, NATS server or PoP killed with SIGKILL at random moments.

In each round an author program publishes and withdraws three islands at random, as fast as the disk allows. Meanwhile
publisher, NATS server or PoP is killed and started again; then the author is killed. Afterwards the repository must
hold every change that the author saw in force, and the PoP must serve what the repository holds.

All the time the PoP is asked what it serves. A state is *resurrected* if a revision is lower than one before, or was
withdrawn. A state is *lost* if the PoP no longer knows an island. In half of the rounds changes arrive by the
publisher's own stream, in the other half by NATS.
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
from benchmarks.kills.kill_watch import Audit, Seen, Watch
from edge.config import asset_folder, model_files
from edge.host import utc_now
from edge.publish.compile import Prepared, prepare_island
from edge.publish.repository import Repository, revision_in, withdrawn_in
from edge.publish.source import read_island
from edge.records import IslandName, IslandState, IslandStatus
from edge.triage import MODEL_FILES, load_triage

ENGINES = ("sse", "nats")

LONGEST_S = 0.4
"""Longest time before a process is killed, and before it is started again."""

PATIENCE_S = 60.0
"""How long the PoP may take to agree with the repository. If nothing is lost, it takes a second at most."""

LOOK_EVERY_S = 0.005


class Soak:
    """Runs rounds on one harness."""

    def __init__(self, harness: KillHarness, prepared: Path, rng: random.Random, audit: Audit) -> None:
        self._harness, self._prepared, self._rng, self._audit = harness, prepared, rng, audit
        self._watch = Watch(audit)
        self._in_force: dict[IslandName, Seen] = {}

    async def begin(self) -> None:
        """Start everything, and wait until the first revisions are served."""
        for victim in reversed(self._harness.victims):
            await self._harness.start(victim)
        await self._check_agreement()

    async def round(self) -> None:
        """Kill one process under load, then the author; then check that all agree."""
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
            self._add_changes(await author.stdout.read())
            await author.wait()
            await self._check_agreement()

    def _add_changes(self, output: bytes) -> None:
        """Add the changes that the author saw in force. A line that is cut off was not in force yet."""
        for line in output.decode().splitlines(keepends=True):
            if line.endswith("\n"):
                name, revision, kind = line.split()
                self._in_force[IslandName.parse(name)] = Seen(int(revision), withdrawn=kind == "withdrawn")
                self._audit.changes += 1

    async def _check_agreement(self) -> None:
        """Compare the repository with what its author saw, then wait until the PoP agrees with it."""
        expected = await asyncio.to_thread(_repository_state, self._harness.home)
        for name, seen in self._in_force.items():
            if expected[name] < seen:
                self._audit.lost.append(f"the repository has {expected[name]} of {name}, but {seen} was in force")
        deadline = time.monotonic() + PATIENCE_S
        while not _agrees(statuses := await self._look(), expected):
            if time.monotonic() > deadline:
                self._audit.lost.append(f"the PoP has {statuses}, the repository {expected}")
                return
            await asyncio.sleep(LOOK_EVERY_S)
        for name, state in expected.items():
            self._watch.agreed(str(name), state)

    async def _look(self) -> list[IslandStatus]:
        return msgspec.convert((await self._harness.get("/v1/islands"))["islands"], list[IslandStatus])

    @contextlib.asynccontextmanager
    async def _watching(self) -> AsyncIterator[None]:
        async def watch() -> None:
            while True:
                # The PoP may be dead at the moment.
                with contextlib.suppress(aiohttp.ClientError):
                    self._watch.compare(await self._look())
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
    """Run `rounds` rounds with one push engine, in a new folder."""
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
    """A harness with islands that are published once, and a file from which an author publishes without training."""
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


def _repository_state(home: Path) -> dict[IslandName, Seen]:
    roles = Repository(home).state().tenants
    by_name = {name: roles[name.tenant] for name in ISLANDS}
    return {name: Seen(revision_in(role, name), name.island in withdrawn_in(role)) for name, role in by_name.items()}


def _agrees(statuses: list[IslandStatus], expected: dict[IslandName, Seen]) -> bool:
    """True if the PoP's statuses are those of the repository. A PoP gives no revision of a withdrawn island."""
    states = {status.island: (status.state, status.revision) for status in statuses}
    return states == {
        str(name): (IslandState.WITHDRAWN, None) if state.withdrawn else (IslandState.FRESH, state.revision)
        for name, state in expected.items()
    }


@click.command()
@click.option("--rounds", default=200, show_default=True, help="How often to kill something.")
@click.option("--seed", default=7, show_default=True, help="Seed of the moments, victims and changes.")
def main(rounds: int, seed: int) -> None:
    """Kill publisher, NATS server or PoP under load. Exit status 1 if state is lost or resurrected."""
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
