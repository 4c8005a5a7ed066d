"""Fixtures for tests of the desk."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from edge.desk.live import OpenDesk
from tests.desk.desk import Caller, Clock, RunningDesk, running


@pytest.fixture
def clock() -> Clock:
    """The desk's clock."""
    return Clock()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A desk's home that does not exist yet."""
    return tmp_path / "desk-home"


@pytest.fixture
def desk(home: Path, clock: Clock) -> Iterator[OpenDesk]:
    """The open file of a desk that nobody serves."""
    home.mkdir()
    opened = OpenDesk.at(home, clock.seconds, sqlite3.Connection)
    yield opened
    opened.store.close()


@pytest.fixture
async def served(home: Path, clock: Clock) -> AsyncIterator[RunningDesk]:
    """A running desk."""
    async with running(home, now=clock) as server:
        yield server


@pytest.fixture
async def pop(served: RunningDesk) -> Caller:
    """The PoP fra-1."""
    return await served.new("fra-1")


@pytest.fixture
async def anna(served: RunningDesk) -> Caller:
    """An agent of the tenant northwind, of all lanes."""
    return await served.new("anna", tenant="northwind")


@pytest.fixture
async def ben(served: RunningDesk) -> Caller:
    """Another agent of the same tenant."""
    return await served.new("ben", tenant="northwind")
