"""A PoP that syncs with a folder, without a network."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.daemon.sync.test_sync import SyncedPop
from tests.pen import Pen


@pytest.fixture
async def pop(pen: Pen, home: Path, tmp_path: Path) -> AsyncIterator[SyncedPop]:
    """A PoP that serves revision 1."""
    with ThreadPoolExecutor(1) as thread:
        pop = await asyncio.to_thread(SyncedPop, home, tmp_path, pen, thread)
        await pop.syncer.sync("poll")
        yield pop
        await asyncio.to_thread(pop.close)
