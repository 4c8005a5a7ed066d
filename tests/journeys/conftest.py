"""Real processes over real sockets."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.cli.demo import Harness
from tests.pen import Pen


@pytest.fixture
async def harness(pen: Pen, tmp_path: Path) -> AsyncIterator[Harness]:
    """A folder with a publisher's home in which the drop is published; processes are the test's to start."""
    async with Harness(tmp_path) as harness:
        pen.copy_home(harness.home)
        yield harness
