"""The soak of an odd desk, briefly."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.soaks.odd import OddSoak
from edge.cli.demo import Harness
from tests.pen import DROP, Pen

ROUNDS = 10


@pytest.mark.journey
@pytest.mark.timeout(240)
async def test_every_ticket_is_at_the_desk_or_a_dead_letter(tmp_path: Path, pen: Pen) -> None:
    """The desk answers at random, never takes a few tickets, and the PoP is killed; no danger is refused."""
    async with Harness(tmp_path) as harness:
        await asyncio.to_thread(pen.copy_home, harness.home)
        soak = OddSoak(harness, seed=14)
        dead_letters = await soak.run(ROUNDS)

    assert ([], []) == (soak.lost(dead_letters), soak.doubled())
    assert 0 == soak.refused[DROP.tenant]
    assert (ROUNDS, True) == (soak.kills, len(soak.promised) > 5 * ROUNDS)
    assert {"403 for ever", "409", "413", "500", "a page", "nothing", "200 text/html"} <= soak.desk.answers.keys()
