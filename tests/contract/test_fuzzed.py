"""What the servers really answer, against what they say: a twentieth of `make bench ARGS=contract`."""

from pathlib import Path

import pytest

from tests.contract.fuzzing import fuzz
from tests.contract.servers import served_desk, served_pop, served_publisher
from tests.pen import Pen

EXAMPLES = 10
SEED = 7


@pytest.mark.timeout(90)
async def test_pop_keeps_its_contract(pen: Pen, tmp_path: Path) -> None:
    """Every check of schemathesis holds, for every operation that ends."""
    async with served_pop(tmp_path, pen) as served:
        status, output = await fuzz(served, tmp_path, examples=EXAMPLES, seed=SEED)

    assert 0 == status, output


@pytest.mark.timeout(90)
async def test_desk_keeps_its_contract(tmp_path: Path) -> None:
    """The same of a desk."""
    async with served_desk(tmp_path) as served:
        status, output = await fuzz(served, tmp_path, examples=EXAMPLES, seed=SEED)

    assert 0 == status, output


@pytest.mark.timeout(90)
async def test_publisher_keeps_its_contract(pen: Pen, tmp_path: Path) -> None:
    """The same of a publisher that asks for tokens."""
    async with served_publisher(tmp_path, pen) as served:
        status, output = await fuzz(served, tmp_path, examples=EXAMPLES, seed=SEED)

    assert 0 == status, output
