"""Replays: an attacker serves an older signed state. Nothing withdrawn or replaced comes back or is fresh again.

By poll and by push, before and after a restart.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from edge.errors import Reason, RefusedError
from edge.host import utc_now
from edge.publish.repository import Repository
from edge.records import IslandState
from tests.daemon.sync.test_sync import FolderRepository, SyncedPop
from tests.pen import Pen


@pytest.fixture
async def pop(pen: Pen, home: Path, tmp_path: Path) -> AsyncIterator[SyncedPop]:
    """A PoP that serves revision 1; the folder `old` in `tmp_path` has the repository as it was then."""
    await asyncio.to_thread(shutil.copytree, home, tmp_path / "old")
    with ThreadPoolExecutor(1) as thread:
        pop = await asyncio.to_thread(SyncedPop, home, tmp_path, pen, thread)
        await pop.syncer.sync("poll")
        yield pop
        await asyncio.to_thread(pop.close)


@pytest.fixture
def old(tmp_path: Path) -> FolderRepository:
    """The repository as it was at revision 1."""
    return FolderRepository(tmp_path / "old")


async def replay(pop: SyncedPop, old: FolderRepository, *, pushed: bool) -> None:
    """Serve the old state by push or poll; it must be refused as a rollback."""
    bundle = await asyncio.to_thread(old.everything) if pushed else None
    pop.repository.bent = {path: data for path, data in old.everything().files.items() if "timestamp" in path}
    with pytest.raises(RefusedError) as caught:
        await pop.syncer.sync("push" if pushed else "poll", bundle)
    pop.repository.bent = {}

    assert caught.value.reason is Reason.ROLLBACK


@pytest.mark.parametrize("pushed", [False, True], ids=["as files", "as a push"])
@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
async def test_withdrawn_island_stays_withdrawn(
    pop: SyncedPop, pen: Pen, home: Path, old: FolderRepository, pushed: bool, restarted: bool
) -> None:
    """The older state lists it, and is properly signed and unexpired."""
    await asyncio.to_thread(pen.withdraw, home)
    await pop.syncer.sync("poll")
    if restarted:
        pop.syncer = await asyncio.to_thread(pop.start)
    await replay(pop, old, pushed=pushed)
    found = pop.status()

    assert found is not None
    assert IslandState.WITHDRAWN is found.state


@pytest.mark.parametrize("pushed", [False, True], ids=["as files", "as a push"])
@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
async def test_replaced_revision_stays_replaced(
    pop: SyncedPop, pen: Pen, home: Path, old: FolderRepository, pushed: bool, restarted: bool
) -> None:
    """The older state lists an earlier revision."""
    await asyncio.to_thread(pen.publish, home)
    await pop.syncer.sync("poll")
    if restarted:
        pop.syncer = await asyncio.to_thread(pop.start)
    await replay(pop, old, pushed=pushed)
    found = pop.status()

    assert found is not None
    assert (2, IslandState.FRESH) == (found.revision, found.state)


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
async def test_old_timestamp_does_not_change_freshness(
    pop: SyncedPop, home: Path, old: FolderRepository, restarted: bool
) -> None:
    """The newest timestamp says how long an island is served, even if an older one comes later."""
    await asyncio.to_thread(lambda: Repository(home).renew(now=utc_now() + timedelta(minutes=2)))
    await pop.syncer.sync("poll")
    before = pop.status()
    if restarted:
        pop.syncer = await asyncio.to_thread(pop.start)
    await replay(pop, old, pushed=False)
    found = pop.status()

    assert found is not None
    assert before is not None
    assert before.serve_until == found.serve_until
