"""A publisher's home, its repository over HTTP, and an engine of each kind."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.publish.server import ChangeFeed
from edge.records import Bundle
from tests.daemon.conftest import running_publisher
from tests.delivery.engines import ENGINES, Engine, running_engine
from tests.pen import Pen


class PublishingHome:
    """A home in which a test publishes, and the pushes of its publisher."""

    def __init__(self, pen: Pen, home: Path) -> None:
        self._pen, self.home = pen, pen.copy_home(home)
        self._feed = ChangeFeed(home)

    async def publish(self) -> Bundle:
        """Publish the next revision. Returns its push."""
        await asyncio.to_thread(self._pen.publish, self.home)
        return await self.next_push()

    async def withdraw(self) -> Bundle:
        """Withdraw the drop. Returns its push."""
        await asyncio.to_thread(self._pen.withdraw, self.home)
        return await self.next_push()

    async def next_push(self) -> Bundle:
        """The push of all changes since the last call."""
        bundle = await asyncio.to_thread(self._feed.poll)
        assert bundle is not None
        return bundle

    @property
    def state(self) -> Bundle:
        """The full state, which a new client gets."""
        return self._feed.greeting


@pytest.fixture
async def desk(pen: Pen, tmp_path: Path) -> PublishingHome:
    """A home with the drop published as revision 1."""
    return await asyncio.to_thread(PublishingHome, pen, tmp_path / "home")


@pytest.fixture
async def repository_url(desk: PublishingHome) -> AsyncIterator[str]:
    """The publisher's server, used only for the files of the repository."""
    async with running_publisher(desk.home) as url:
        yield url


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    """An engine of each kind."""
    async with running_engine(request.param, tmp_path / "engine") as engine:
        yield engine
