"""A publisher that dies between any two steps leaves the state before its change, or the one after it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from edge.publish.repository import Repository, SignedIsland
from edge.records import IslandName
from edge.trust import TrustedMetadata
from tests.dying import DiedError, dying_after

DROP = IslandName("acme", "drop")
MAX_STEPS = 40
"""More than any change has; a test that needs more does not end."""

SignIsland = Callable[[int], SignedIsland]


def _change(repository: Repository, kind: str, island_signer: SignIsland, now: datetime) -> None:
    if kind == "publish":
        repository.publish_island(DROP, island_signer, now=now)
    elif kind == "withdraw":
        repository.withdraw(DROP, why="wrong price", now=now)
    elif kind == "renew":
        repository.renew(now=now)
    else:
        repository.init(now=now, tenants=["acme", "bob"])


@pytest.mark.parametrize("kind", ["publish", "withdraw", "renew", "add a tenant"])
def test_death_between_every_two_steps(
    kind: str,
    *,
    repository: Repository,
    reference_read: Callable[[Path, IslandName], bytes | None],
    pop_refresh: Callable[[Path, TrustedMetadata, datetime], None],
    island_signer: Callable[..., SignIsland],
    now: datetime,
) -> None:
    """Two new clients and a PoP that follows find a valid state after each death, and the next change works."""
    repository.publish_island(DROP, island_signer("old"), now=now)
    follower = TrustedMetadata.start({}, repository.root_copy.read_bytes())
    survived = False
    deaths = 0
    while not survived and deaths < MAX_STEPS:
        before = reference_read(repository.home, DROP)
        dying = Repository(repository.home, on_step=dying_after(deaths))
        try:
            _change(dying, kind, island_signer("new"), now)
            survived = True
        except DiedError:
            deaths += 1
        found = reference_read(repository.home, DROP)
        allowed = {"publish": {before, _next(before)}, "withdraw": {before, None}}.get(kind, {before})
        assert found in allowed
        pop_refresh(repository.home, follower, now)
        role = follower.role("acme")
        assert role is not None
        assert (found is not None) == ("drop" in role.islands)

    assert survived
    assert deaths >= {"renew": 3}.get(kind, 7)
    repository.publish_island(DROP, island_signer("last"), now=now)
    assert (reference_read(repository.home, DROP) or b"").startswith(b"last ")
    assert [] == [path.name for path in repository.home.rglob(".unfinished-*")]


def test_death_between_every_two_steps_of_the_first_init(
    tmp_path: Path, reference_read: Callable[[Path, IslandName], bytes | None], now: datetime
) -> None:
    """`init` is run again until it ends; the repository is then complete."""
    home = tmp_path / "home"
    made = False
    deaths = 0
    while not made and deaths < MAX_STEPS:
        try:
            Repository(home, on_step=dying_after(deaths)).init(now=now, tenants=["acme"])
            made = True
        except DiedError:
            deaths += 1

    assert made
    assert reference_read(home, DROP) is None
    assert ["acme"] == list(Repository(home).state().tenants)


def _next(before: bytes | None) -> bytes:
    """The island's bytes after a publication that was completed."""
    revision = int((before or b"x 0").split()[1]) + 1
    return f"new {revision}".encode()
