"""What was signed once is served again by somebody who lies: nothing taken back returns, nothing is fresh again.

Over plain files, as one push, before and after a restart.
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
    """A PoP that serves revision 1; the folder `old` in `tmp_path` keeps the repository as it was then."""
    await asyncio.to_thread(shutil.copytree, home, tmp_path / "old")
    with ThreadPoolExecutor(1) as thread:
        pop = await asyncio.to_thread(SyncedPop, home, tmp_path, pen, thread)
        await pop.syncer.sync("poll")
        yield pop
        await asyncio.to_thread(pop.close)


@pytest.fixture
def old(tmp_path: Path) -> FolderRepository:
    """Everything the publisher had signed before."""
    return FolderRepository(tmp_path / "old")


async def replay(pop: SyncedPop, old: FolderRepository, *, pushed: bool) -> None:
    """The old state, by whichever way; it must be refused as one."""
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
    """The state in which it was still good comes again, properly signed and unexpired."""
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
    """An earlier revision comes again."""
    await asyncio.to_thread(pen.publish, home)
    await pop.syncer.sync("poll")
    if restarted:
        pop.syncer = await asyncio.to_thread(pop.start)
    await replay(pop, old, pushed=pushed)
    found = pop.status()

    assert found is not None
    assert (2, IslandState.FRESH) == (found.revision, found.state)


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
async def test_old_timestamp_makes_nothing_fresh(
    pop: SyncedPop, home: Path, old: FolderRepository, restarted: bool
) -> None:
    """How long an island is served depends on the newest word of the publisher, however often an older one comes."""
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
