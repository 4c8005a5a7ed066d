"""Islands and revision numbers that a running PoP must forget when a tenant's key is revoked."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.errors import Reason, RefusedError
from edge.host import utc_now
from edge.publish.compile import sign_island
from edge.publish.repository import Repository, Transaction, set_island, target_path
from edge.publish.signing import add_key, remove_key, remove_tenant, replace_stolen_tenant_key
from edge.records import IslandState
from edge.trust import Ed25519Key, Withdrawal
from tests.daemon.sync.test_sync import SyncedPop
from tests.pen import DROP, Pen

DRIVEN_UP = 2**53 - 1


async def _edit(home: Path, edit: Callable[[Transaction], None]) -> None:
    def work() -> None:
        with Repository(home).change(utc_now()) as change:
            edit(change)

    await asyncio.to_thread(work)


def _new_key(change: Transaction) -> Ed25519Key:
    return Ed25519Key.from_raw(change.keys.create_next(f"tenant.{DROP.tenant}").public)


def _recover(change: Transaction) -> None:
    replace_stolen_tenant_key(change, DROP.tenant, _new_key(change), why="the key was stolen")


async def test_island_of_a_revoked_key_is_dropped(pop: SyncedPop, home: Path) -> None:
    """The role lists it still, and the new key signs the role; the island is not served, now or after a restart."""

    def rotate(change: Transaction) -> None:
        old = next(iter(change.state.keys(DROP.tenant).values())).keyid
        add_key(change, DROP.tenant, _new_key(change))
        remove_key(change, DROP.tenant, old)

    await _edit(home, rotate)
    with pytest.raises(RefusedError) as caught:
        await pop.syncer.sync("poll")
    running = pop.status()
    pop.syncer = await asyncio.to_thread(pop.start)
    restarted = pop.status()

    assert Reason.SIGNATURE_INVALID == caught.value.reason
    assert running is not None
    assert restarted is not None
    assert IslandState.REJECTED == running.state == restarted.state


async def test_both_keys_are_good_together(pop: SyncedPop, home: Path, pen: Pen) -> None:
    """While a tenant has two keys, a PoP accepts islands that either of them signed."""
    await _edit(home, lambda change: add_key(change, DROP.tenant, _new_key(change)))
    await pop.syncer.sync("poll")
    between = pop.status()
    await asyncio.to_thread(pen.publish, home)
    await pop.syncer.sync("poll")
    after = pop.status()

    assert between is not None
    assert after is not None
    found = [(status.state, status.revision) for status in (between, after)]
    assert [(IslandState.FRESH, 1), (IslandState.FRESH, 2)] == found


async def test_revision_driven_up_by_a_thief_is_forgotten(pop: SyncedPop, home: Path, pen: Pen) -> None:
    """After the recovery the PoP accepts revision 1 of the new key, although it served an enormous one before."""

    def steal(change: Transaction) -> None:
        key = Repository(home).tenant_key(DROP.tenant)
        signed = sign_island(pen.prepared, revision=DRIVEN_UP, signer=key, now=utc_now())
        set_island(change.state.tenants[DROP.tenant], DROP, signed)
        change.add_target(target_path(DROP, signed.sha256), signed.data)
        change.touch(DROP.tenant)

    await _edit(home, steal)
    await pop.syncer.sync("poll")
    stolen = pop.status()
    await _edit(home, _recover)
    await pop.syncer.sync("poll")
    revision = await asyncio.to_thread(pen.publish, home)
    await pop.syncer.sync("poll")
    found = pop.status()

    assert stolen is not None
    assert found is not None
    assert (DRIVEN_UP, 1) == (stolen.revision, revision)
    assert (IslandState.FRESH, 1) == (found.state, found.revision)


async def test_withdrawn_revision_driven_up_by_a_thief_is_forgotten(pop: SyncedPop, home: Path, pen: Pen) -> None:
    """The key withdrew every possible revision; without the key the number no longer counts."""

    def steal(change: Transaction) -> None:
        change.state.tenants[DROP.tenant].targets.clear()
        record = Withdrawal(revision=DRIVEN_UP, at=utc_now(), why="gone")
        change.state.set_withdrawn(DROP.tenant, {DROP.island: record})
        change.touch(DROP.tenant)

    await _edit(home, steal)
    await pop.syncer.sync("poll")
    stolen = pop.status()
    await _edit(home, _recover)
    await pop.syncer.sync("poll")
    await asyncio.to_thread(pen.publish, home)
    await pop.syncer.sync("poll")
    found = pop.status()

    assert stolen is not None
    assert found is not None
    assert IslandState.WITHDRAWN == stolen.state
    assert (IslandState.FRESH, 1) == (found.state, found.revision)


async def test_tenant_that_lost_its_role_is_not_served(pop: SyncedPop, home: Path) -> None:
    """Targets no longer delegates to the tenant, so its islands stop."""
    await _edit(home, lambda change: remove_tenant(change, DROP.tenant))
    await pop.syncer.sync("poll")
    found = pop.status()

    assert found is not None
    assert IslandState.STOPPED == found.state
