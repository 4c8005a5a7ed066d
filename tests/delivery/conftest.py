"""A publisher's home, its repository over HTTP, and an engine of either kind."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.publish.server import ChangeFeed
from edge.records import Bundle
from tests.daemon.conftest import running_publisher
from tests.delivery.engines import ENGINES, Engine, running_engine
from tests.pen import Pen


class Desk:
    """Where the test publishes, and reads what a publisher would push."""

    def __init__(self, pen: Pen, home: Path) -> None:
        self._pen, self.home = pen, pen.copy_home(home)
        self._feed = ChangeFeed(home)

    async def publish(self) -> Bundle:
        """The next revision, and its notice."""
        await asyncio.to_thread(self._pen.publish, self.home)
        return await self.notice()

    async def withdraw(self) -> Bundle:
        """The drop taken back, and its notice."""
        await asyncio.to_thread(self._pen.withdraw, self.home)
        return await self.notice()

    async def notice(self) -> Bundle:
        """What is new since the last call."""
        bundle = await asyncio.to_thread(self._feed.poll)
        assert bundle is not None
        return bundle

    @property
    def state(self) -> Bundle:
        """What a newcomer is told."""
        return self._feed.greeting


@pytest.fixture
async def desk(pen: Pen, tmp_path: Path) -> Desk:
    """With the drop published as revision 1."""
    return await asyncio.to_thread(Desk, pen, tmp_path / "home")


@pytest.fixture
async def repository_url(desk: Desk) -> AsyncIterator[str]:
    """The publisher's server over the desk's home, for its files alone."""
    async with running_publisher(desk.home) as url:
        yield url


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    """Each in turn."""
    async with running_engine(request.param, tmp_path / "engine") as engine:
        yield engine
