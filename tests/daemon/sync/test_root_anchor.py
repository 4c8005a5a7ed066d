"""`edge.daemon.sync.root_anchor`: a new root of trust, put on a PoP by hand."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge.daemon.sync import RootAnchor
from edge.host import utc_now
from edge.publish.repository import Repository
from edge.publish.signing import reissue_root
from edge.records import IslandState
from edge.trust import Ed25519Key
from tests.daemon.sync.test_sync import SyncedPop
from tests.pen import DROP, Pen


@pytest.fixture
async def pop(pen: Pen, home: Path, tmp_path: Path) -> AsyncIterator[SyncedPop]:
    """A PoP that serves revision 1, with a trusted root of its own."""
    with ThreadPoolExecutor(1) as thread:
        pop = await asyncio.to_thread(SyncedPop, home, tmp_path, pen, thread)
        anchored = tmp_path / "root.json"
        anchored.write_bytes(pop.root)
        pop.syncer._anchor = RootAnchor(anchored.read_bytes, initial=pop.root)
        await pop.syncer.sync("poll")
        yield pop
        await asyncio.to_thread(pop.close)


def _reissue(home: Path) -> None:
    with Repository(home).change(utc_now()) as change:
        reissue_root(change, [Ed25519Key.from_raw(change.keys.create("root-2").public)], threshold=1)


async def test_new_root_of_trust_without_a_restart(pop: SyncedPop, home: Path, pen: Pen, tmp_path: Path) -> None:
    """The PoP follows the old root until the new one is put there, and serves all the time."""
    await asyncio.to_thread(_reissue, home)
    await asyncio.to_thread(pen.publish, home)
    await pop.syncer.sync("poll")
    before = pop.status()
    await asyncio.to_thread((tmp_path / "root.json").write_bytes, (home / "root.json").read_bytes())
    await asyncio.to_thread(pen.publish, home)
    await pop.syncer.sync("poll")
    after = pop.status()
    version = pop.syncer._trust.root_version
    pop.root = (home / "root.json").read_bytes()
    restarted = (await asyncio.to_thread(pop.start)).shelf.status(DROP, utc_now())

    assert before is not None
    assert after is not None
    assert restarted is not None
    found = [(status.state, status.revision) for status in (before, after)]
    assert [(IslandState.FRESH, 2), (IslandState.FRESH, 3)] == found
    assert 3 == version
    assert 3 == restarted.revision


@pytest.mark.parametrize("content", [b"", b"{}", b"not a root"])
async def test_file_that_is_no_root_changes_nothing(
    pop: SyncedPop, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a file, or the wrong one, is logged once and otherwise ignored."""
    await asyncio.to_thread((tmp_path / "root.json").write_bytes, content)
    await pop.syncer.sync("poll")
    await pop.syncer.sync("poll")
    found = pop.status()

    assert found is not None
    assert IslandState.FRESH == found.state
    assert 1 == pop.syncer._trust.root_version
    assert 1 == (capsys.readouterr().out + capsys.readouterr().err).count("new trusted root is refused")
