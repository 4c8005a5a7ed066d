"""A desk killed with SIGKILL while it relays: each ticket is handed on once, and each reply comes once."""

from pathlib import Path

import pytest

from tests.desk.relay.killing import relay_kills

pytestmark = pytest.mark.journey

KILLS = 10
SEED = 29


@pytest.mark.parametrize("kind", ["chatwoot", "zammad"])
async def test_ten_kills(tmp_path: Path, kind: str) -> None:
    """While it hands on and looks: no question is lost or twice, nor is a reply."""
    outcome = await relay_kills(tmp_path, kind, kills=KILLS, seed=SEED)

    assert [] == outcome.faults
    assert outcome.questions >= 3 * KILLS
    assert outcome.replies > 0
