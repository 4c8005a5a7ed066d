"""A program that publishes and withdraws islands at random until it is killed.

Arguments: the publisher's home, a file with a `Prepared` island (MessagePack), and a seed. It prints `ready`, then one
line for each change that is in force: island, revision, and `served` or `withdrawn`.
"""

import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from edge.publish.compile import Prepared, sign_island
from edge.publish.repository import Repository
from edge.records import IslandName

ISLANDS = tuple(IslandName("northwind", f"drop-{number}") for number in range(3))

LONGEST_PAUSE_S = 0.05
"""Longest pause between two changes. A change takes some 10 ms, so a kill often interrupts one."""


def publish(repository: Repository, prepared: Prepared, name: IslandName) -> int:
    """Publish the island's next revision. Returns its number."""
    source = msgspec.structs.replace(prepared.source, tenant=name.tenant, island=name.island)
    named, key, now = msgspec.structs.replace(prepared, source=source), repository.tenant_key(name.tenant), _now()
    signed = repository.publish_island(
        name, lambda revision: sign_island(named, revision=revision, signer=key, now=now), now=now
    )
    return signed.custom.revision


def main(home: Path, prepared: Prepared, seed: int) -> None:
    """Change one island after another, without end."""
    repository, rng = Repository(home), random.Random(seed)
    _print("ready")
    while True:
        name = rng.choice(ISLANDS)
        if rng.random() < 0.6:
            _print(f"{name} {publish(repository, prepared, name)} served")
        else:
            _print(f"{name} {repository.withdraw(name, why='a soak', now=_now()).revision} withdrawn")
        time.sleep(rng.uniform(0.0, LONGEST_PAUSE_S))


def _now() -> datetime:
    return datetime.now(UTC)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), msgspec.msgpack.decode(Path(sys.argv[2]).read_bytes(), type=Prepared), int(sys.argv[3]))
